"""What other systems send: checked, added up, kept once, and taken back when its upload is undone."""
