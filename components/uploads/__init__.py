"""Files that come in, on screen."""
