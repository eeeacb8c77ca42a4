"""The embedded default: SQLite in one file, with the same tables and answers as Oracle's side."""
