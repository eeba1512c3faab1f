"""Columns of text that hold what somebody wrote, or (the demo bank's) the same in several languages."""

from __future__ import annotations

import json

from cx.words import LANGUAGES, Label


def kept(said: Label) -> str:
    """What the column holds: the text, or the texts by language as JSON."""
    return said if isinstance(said, str) else json.dumps(dict(said), ensure_ascii=False, sort_keys=True)


def read(text: str) -> Label:
    """What :func:`kept` wrote. A text that only looks like JSON stays what it is."""
    if not text.startswith('{"'):
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    known = isinstance(found, dict) and found.keys() <= set(LANGUAGES)
    return found if known and all(isinstance(each, str) for each in found.values()) else text
