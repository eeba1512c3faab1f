"""The journey map on screen."""
