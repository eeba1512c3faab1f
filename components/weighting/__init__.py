"""Sample beside customers on screen."""
