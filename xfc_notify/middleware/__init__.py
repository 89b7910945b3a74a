"""What surrounds every actor, one thing a file."""
