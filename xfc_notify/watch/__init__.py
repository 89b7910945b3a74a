"""How the service itself is watched: check, metrics, heartbeat."""
