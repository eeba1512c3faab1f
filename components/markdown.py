"""Words of others within Markdown."""

from __future__ import annotations

_SIGNS = "\\`*_{}[]()<>#+-.!:~$|"


def plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in text)
