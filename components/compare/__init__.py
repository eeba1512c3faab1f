"""Fair comparison on screen: branches, levels of the organisation, two sides."""
