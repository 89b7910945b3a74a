"""The commands of outbox, a module each."""
