"""Surveys from draft to service: four eyes, immutable versions, what a change means."""
