"""The bank: branches, channels, journeys, indicators, as its own YAML files say. Pure."""
