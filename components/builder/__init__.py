"""The builder: cards on the left, the chosen one's editor in the middle, the real page on the right."""
