"""Groups of customers on screen."""
