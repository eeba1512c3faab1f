"""What matters most, on screen."""
