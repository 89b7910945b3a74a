"""The broker, the queues declared once, and what surrounds every actor."""
