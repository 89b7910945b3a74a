"""The web: the frame in which the components show their pages and resources, and who may see them."""
