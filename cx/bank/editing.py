"""Changes to the text of an indicator dictionary: text in, text out, comments and layout kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cx.survey.editing import document

Entry = dict[str, Any]
"""One entry as it stands in the file; empty fields are left out."""

ORDER = (
    "id", "name", "unit", "direction", "formula", "computed", "numerator", "denominator", "owner", "source", "refresh",
    "grain", "target", "thresholds", "scale", "weight", "low", "high", "version", "journey", "stage", "touchpoint",
)  # fmt: skip


def entries(text: str) -> dict[str, Entry]:
    """The entries of a text by id, in order. Raises :class:`Refused` where the text is no YAML mapping."""
    found = document.read(text, "indicators.yaml").get("indicators")
    items = found if isinstance(found, list) else []
    return {str(item["id"]): dict(item) for item in items if isinstance(item, dict) and "id" in item}


def put(text: str, id: str, entry: Mapping[str, Any]) -> str:
    """The text with the entry ``id`` as given: in its old place, or at the end. Raises :class:`Refused` as above."""
    known = entries(text)
    order = dict.fromkeys((*known.get(id, ()), *ORDER, *entry))  # as it stands, then what is new
    ordered = {key: entry[key] for key in order if key in entry and entry[key] not in (None, "", {})}
    return _with(text, {**known, id: {**ordered, "id": id}})


def remove(text: str, id: str) -> str:
    """The text without the entry. Raises :class:`Refused` as above."""
    return _with(text, {key: entry for key, entry in entries(text).items() if key != id})


def _with(text: str, known: Mapping[str, Entry]) -> str:
    return document.write({**document.read(text), "indicators": list(known.values())}, text)
