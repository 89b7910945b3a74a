"""The commands of simulate, a module each."""
