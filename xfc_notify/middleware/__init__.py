"""What surrounds every actor, one middleware per file."""
