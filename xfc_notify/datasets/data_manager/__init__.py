"""The REST of a former data manager, for its clients: what `/DM` answers. The web lets in who may ask."""
