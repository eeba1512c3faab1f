"""JSON files of other tools."""

from __future__ import annotations

import json
from typing import Any

from cx.words import Problem, Refused


def parsed(data: bytes, name: str) -> Any:
    """The JSON of a file. Raises :class:`Refused`."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused(Problem("convert_json", name, {"detail": str(error)[:120]})) from error
