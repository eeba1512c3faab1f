"""A file of complaints becomes cases: its columns chosen, checked, loaded."""
