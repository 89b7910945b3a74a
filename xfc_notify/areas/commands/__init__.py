"""The commands of areas, a module each."""
