"""The whole product in real processes on real servers."""
