"""The bank's lexicon on screen."""
