"""Surveys from draft to service on screen."""
