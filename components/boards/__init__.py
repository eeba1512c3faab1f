"""Dashboards on screen: choosing, viewing and building them by clicks."""
