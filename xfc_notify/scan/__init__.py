"""Measure: a directory tree → Usage.

This room reads the file system and nothing else: no database, no network, no settings. It writes nothing,
follows no link, and reaches every directory through the descriptor of its parent, so that neither the length
of a path nor somebody who moves things about meanwhile leads it out of the area.
"""
