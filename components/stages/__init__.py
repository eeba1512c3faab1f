"""The stages of a customer's life on screen."""
