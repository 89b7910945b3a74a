"""A history replayed by the pure functions of the service."""
