"""Which touchpoints are measured, on screen."""
