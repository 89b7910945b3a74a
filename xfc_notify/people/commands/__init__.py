"""The commands of people, a module each."""
