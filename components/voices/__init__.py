"""What customers say, on screen."""
