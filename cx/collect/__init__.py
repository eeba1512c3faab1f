"""Collecting: who is asked (invitations, sampling, fatigue), how far that reaches, and how good the answers are."""
