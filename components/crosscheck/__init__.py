"""The cross-check of surveys and indicators on screen."""
