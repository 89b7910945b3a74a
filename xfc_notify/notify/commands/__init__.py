"""The commands of notify, a module each."""
