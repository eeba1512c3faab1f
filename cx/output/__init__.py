"""Rows into charts and files."""
