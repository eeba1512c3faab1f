"""Control charts and what is decided on them, on screen."""
