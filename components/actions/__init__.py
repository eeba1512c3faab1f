"""The action board on screen."""
