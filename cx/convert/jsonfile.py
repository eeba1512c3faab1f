"""JSON files of other tools."""

from __future__ import annotations

import json
from typing import Any

from cx.words import Problem, Refused


def parsed(data: bytes, name: str) -> Any:
    """The JSON of a file. Raises :class:`Refused`."""
    try:
        found = json.loads(data.decode(json.detect_encoding(data)))
        if b"\\ud" in data.lower():  # halves of characters are no text that can be written again
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        return found
    except (ValueError, RecursionError) as error:
        raise Refused(Problem("convert_json", name, {"detail": str(error)[:120]})) from error
