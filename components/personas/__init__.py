"""Kinds of customers on screen."""
