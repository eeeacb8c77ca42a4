"""Divisions and wells: the first wing."""
