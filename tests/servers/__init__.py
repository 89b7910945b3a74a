"""Real servers for the tests, each private to one run of them."""
