"""The indicator dictionary on screen."""
