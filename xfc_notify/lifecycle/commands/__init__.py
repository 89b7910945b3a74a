"""The commands of lifecycle."""
