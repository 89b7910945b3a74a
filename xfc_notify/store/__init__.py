"""The database: tables, migrations and queries. SQLite and PostgreSQL, and nothing but what both can do.

It is the source of truth; the queues are only its hands. There is one summary per scan and no row per file.
"""
