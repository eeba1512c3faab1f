"""Walk-throughs on screen."""
