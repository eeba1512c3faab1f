"""A file as a table: its kind, encoding, sheets, header rows, what is left out; every cell still as written."""
