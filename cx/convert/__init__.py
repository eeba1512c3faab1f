"""Other tools' survey definitions and ours, both ways, with a loss report."""
