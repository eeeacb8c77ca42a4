"""The loader: CSV files into the database. `python -m app load --help`."""
