"""What other systems send, on screen."""
