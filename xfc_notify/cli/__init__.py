"""The command line: one module per group of commands. Heavy things are imported when a command needs them."""
