"""In which order the keys of a definition usually stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TOP = (
    "id", "version", "title", "intro", "thanks", "kind", "nps_kind", "about", "purpose", "retention_days", "prefill",
    "opens", "closes", "embed", "sampling", "quotas", "questions", "pages",
)  # fmt: skip
PAGE = ("title", "show_if", "order", "shuffle", "questions")
QUESTION = (
    "id", "type", "required", "required_if", "long", "points", "not_applicable", "min_choices", "max_choices",
    "per_set", "max_photos", "min", "max", "step", "decimals", "unit", "max_length",
    "journey", "stage", "touchpoint", "brand", "asks",
    "links", "show_if", "value", "as", "label", "help", "labels", "order", "choices", "rows", "validate", "skip",
)  # fmt: skip


def ordered(entry: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The entry without empty fields; a field that is new stands where it usually does, the others stay."""
    rank = {name: at for at, name in enumerate(order)}
    result: list[tuple[str, Any]] = []
    for name, value in entry.items():
        if value is None or value in ("", [], {}):
            continue
        at = next((i for i, (other, _) in enumerate(result) if rank.get(other, 99) > rank.get(name, 99)), len(result))
        late = all(rank.get(other, 99) <= rank.get(name, 99) for other, _ in result)
        result.insert(len(result) if late else at, (name, value))
    return dict(result)
