"""What groups use, from `wrstat` files or from our own scans: loaded once a capture, kept as summaries, shown and told."""
