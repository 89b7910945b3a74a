"""The commands of web, a module each."""
