"""What an improvement is worth, on screen."""
