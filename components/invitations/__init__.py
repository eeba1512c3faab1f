"""Waves of invitations on screen."""
