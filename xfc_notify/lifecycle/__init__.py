"""Datasets that expire, and the people who decide what becomes of them. Silence never removes anything."""
