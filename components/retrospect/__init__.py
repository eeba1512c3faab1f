"""The review of a period on the screen."""
