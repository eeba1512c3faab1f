"""Reading what a question offers: choices, rows, scale, limits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cx.survey.expression import Expression
from cx.survey.reading import Fields
from cx.survey.schema import Choice, Row, Scale, Text
from cx.survey.types import Type, day_limit

MOST_CHOICES = 200
MOST_ROWS = 100
_CHOICE_ID = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
_ROW_ID = r"[a-z][a-z0-9_]{0,39}"
_NAME = r"[A-Za-z0-9][\w.-]{0,99}"
_MORE = {
    "single": ("exclusive", "other", "show_if"), "multiple": ("exclusive", "other", "show_if"), "ranking": ("show_if",),
}  # fmt: skip
_COUNTS = {"maxdiff": (4, 30), "ranking": (2, 60)}
Conditions = Callable[[Fields, str, str], Expression | None]
"""Reads the condition under a key, to be checked as one of that kind."""
Limit = Decimal | dt.date | str | None


def choice_keys(type: str) -> tuple[str, ...]:
    """The keys that a choice of a question of that type may have."""
    return ("id", "label", "fixed", *_MORE.get(type, ()))


def read_choices(fields: Fields, type: str, condition: Conditions) -> tuple[Choice, ...]:
    """The choices, each id once."""
    found: dict[str, Choice] = {}
    entries = fields.maps("choices")
    low, high = _COUNTS.get(type, (2, MOST_CHOICES))
    if not low <= len(entries) <= high:
        fields.add("choices_count", "choices", low=low, limit=high)
    for entry in entries[:MOST_CHOICES]:
        entry.only(choice_keys(type))
        entry.need("id", "label")
        id = entry.string("id", _CHOICE_ID, "choice_id") or ""
        if id and id in found:
            entry.add("choice_twice", "id", value=id)
        flags = {key: entry.flag(key) for key in ("exclusive", "other", "fixed")}
        found[id] = Choice(id, entry.text("label") or "", **flags, show_if=condition(entry, "show_if", "show_if"))
    return tuple(found.values())


def read_rows(fields: Fields, condition: Conditions) -> tuple[Row, ...]:
    """The rows of a matrix, each id once."""
    found: dict[str, Row] = {}
    entries = fields.maps("rows")
    if not 1 <= len(entries) <= MOST_ROWS:
        fields.add("rows_count", "rows", limit=MOST_ROWS)
    for entry in entries[:MOST_ROWS]:
        entry.only(("id", "label", "touchpoint", "show_if"))
        entry.need("id", "label")
        id = entry.string("id", _ROW_ID, "row_id") or ""
        if id and id in found:
            entry.add("choice_twice", "id", value=id)
        touchpoint = entry.string("touchpoint", _NAME)
        found[id] = Row(id, entry.text("label") or "", touchpoint, condition(entry, "show_if", "show_if"))
    return tuple(found.values())


def read_counts(fields: Fields, choices: tuple[Choice, ...]) -> tuple[int | None, int | None]:
    """How few and how many choices may be chosen."""
    most = max(1, len(choices))
    low, high = (fields.whole(key, 1, most) for key in ("min_choices", "max_choices"))
    if low and high and low > high:
        fields.add("limits", "min_choices", low=low, high=high)
    return low, high


def read_scale(fields: Fields, entry: Type) -> Scale | None:
    """The scale of a scored question, or of a matrix that rates."""
    if entry.storage == "matrix":
        if not fields.has("points"):
            for key in ("labels", "not_applicable", "asks"):
                if fields.has(key):
                    fields.add("matrix_points", key, value=key)
            return None
        high = fields.whole("points", entry.fewest, entry.most) or 5
        return Scale(1, high, _labels(fields, 1, high))
    if entry.points is None:
        return None
    low, high = entry.points
    if entry.most and fields.has("points"):
        high = fields.whole("points", entry.fewest, entry.most) or high
    return Scale(low, high, _labels(fields, low, high))


def _labels(fields: Fields, low: int, high: int) -> Mapping[int, Text]:
    names = fields.map("labels")
    found: dict[int, Text] = {}
    for key in names.node.entries if names else ():
        assert names
        point = {"low": low, "high": high}.get(key, int(key) if re.fullmatch(r"\d{1,2}", key) else -1)
        if not low <= point <= high:
            names.add("point", key, value=key[:20], low=low, high=high)
            continue
        text = names.text(key)
        if text:
            found[point] = text
    return found


def read_ends(fields: Fields) -> Mapping[str, Text]:
    """What the two ends of a slider mean."""
    names = fields.map("labels")
    if names is None:
        return {}
    names.only(("low", "high"))
    found = {key: names.text(key) for key in ("low", "high")}
    return {key: text for key, text in found.items() if text}


def read_limits(fields: Fields, entry: Type) -> tuple[Limit, Limit]:
    """The smallest and the largest number, or the first and the last day."""
    low: Limit = None
    high: Limit = None
    if entry.limits == "number":
        low, high = fields.number("min"), fields.number("max")
    elif entry.limits == "date":
        low, high = fields.day("min", today=True), fields.day("max", today=True)
    first, last = (day_limit(value) if entry.limits == "date" else value for value in (low, high))
    if first is not None and last is not None and first > last:  # type: ignore[operator]
        fields.add("limits", "min", low=low, high=high)
    return low, high


def read_step(fields: Fields, low: Limit, high: Limit) -> Decimal | None:
    """The step of a slider: 1 where none is given; at most 10,000 of them."""
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    step = fields.number("step") if fields.has("step") else Decimal(1)
    if step is not None and (step <= 0 or step != round(step, 4) or not 1 <= (high - low) / step <= 10_000):
        fields.add("step", "step" if fields.has("step") else "max", value=step, low=low, high=high)
        return None
    return step
