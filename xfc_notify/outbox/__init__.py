"""One way to send: messages, deliveries, the brake and what is held."""
