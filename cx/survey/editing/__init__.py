"""Changing a definition by clicks: text ⇄ plain mapping, operations on it, conditions as picked rows. Pure.

The one model is the YAML text. :mod:`.document` reads it into a plain mapping and writes a changed mapping back over
the old text, so that comments and the author's own layout survive wherever nothing was changed.
"""
