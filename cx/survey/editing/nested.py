"""Conditions with brackets, taken apart level by level."""

from __future__ import annotations

import re

_HIDDEN = re.compile(r"""'[^']*'|"[^"]*"|\([^()'"]*\)""")


def parts(source: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether any must hold (``||``) or all (``&&``), and the conditions joined so at the outermost level, without
    the brackets around them; None when nothing is joined there. ``&&`` binds closer than ``||``."""
    bare = _bare(source)
    masked = _masked(bare)
    for sign in ("||", "&&"):
        cuts = [-2, *(found.start() for found in re.finditer(re.escape(sign), masked)), len(bare)]
        if len(cuts) > 2:
            return sign == "||", tuple(_bare(bare[a + 2 : b]) for a, b in zip(cuts, cuts[1:], strict=False))
    return None


def _bare(source: str) -> str:
    text = source.strip()
    while text.startswith("(") and text.endswith(")") and not _masked(text).strip("\0"):
        text = text[1:-1].strip()
    return text


def _masked(source: str) -> str:
    """The text with everything in quotes or brackets made unreadable, letter by letter."""
    before, now = "", source
    while now != before:
        before, now = now, _HIDDEN.sub(lambda found: "\0" * len(found[0]), now)
    return now
