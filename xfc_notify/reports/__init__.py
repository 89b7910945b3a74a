"""What groups use, by the lines of `wrstat`: loaded once a capture, kept as summaries, shown and told."""
