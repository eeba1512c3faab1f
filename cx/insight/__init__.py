"""Asks the door and reasons: what the screens say."""
