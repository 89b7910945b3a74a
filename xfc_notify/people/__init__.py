"""Users, and how they want to be told."""
