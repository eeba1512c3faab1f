"""Response quality on screen."""
