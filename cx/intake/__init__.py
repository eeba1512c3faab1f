"""Files that come in: read, map, check every row, load whole or not at all, undo."""
