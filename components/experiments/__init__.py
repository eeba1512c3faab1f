"""The screen of experiments: the board, one experiment, its form, who gets which arm."""
