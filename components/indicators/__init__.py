"""The index and the bank's indicators on screen."""
