"""Improvements and whether they worked."""
