"""The web: a real server in a process of its own, with real clients."""
