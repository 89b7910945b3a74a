"""The commands of watch, a module each."""
