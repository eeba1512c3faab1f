"""What another tool cannot hold of a question of ours rides along under ``cx``: that tool passes it over, and on the
way back it is read again, as long as it still fits what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cx.survey import expression
from cx.words import Refused

_SCALES = ("nps", "csat", "ces", "rating")
_FITS = {
    "slider": _SCALES, "rating": _SCALES, "nps": _SCALES, "single": ("yes_no", "kano", "contact", *_SCALES),
    "ranking": ("maxdiff",), "yes_no": ("contact",),
}  # fmt: skip
"""Types that a question read as the first may in truth be."""
_FLAGS = frozenset(("exclusive", "fixed", "other"))
_OF_TYPE = frozenset(["min", "max", "step", "decimals", "choices", "points", "labels", "order"])
ASIDE = frozenset(["asks", "brand", "journey", "stage", "touchpoint", "links", "touchpoints", "unit"])
"""Hints that nobody who answers would miss."""


def write(extra: Mapping[str, Any]) -> str:
    """Hints as one cell of a table."""
    return json.dumps(extra, ensure_ascii=False, separators=(",", ":"), default=str) if extra else ""


def read(cell: object) -> dict[str, Any]:
    """The hints that stand somewhere; empty where there are none."""
    try:
        extra = json.loads(cell) if isinstance(cell, str) and cell else cell
    except ValueError:
        return {}
    return dict(extra) if isinstance(extra, dict) else {}


def conditions(extra: dict[str, Any]) -> dict[str, str]:
    """Take out the conditions that are kept as they were written, those that still are some."""
    found = extra.pop("conditions", {})
    return {theirs: ours for theirs, ours in _map(found).items() if isinstance(ours, str) and _compiles(ours)}


def _compiles(condition: str) -> bool:
    try:
        expression.compile(condition)
    except Refused:
        return False
    return True


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def fits(type: str, extra: Mapping[str, Any]) -> bool:
    """Whether hints are about a question that was read as that type."""
    return extra.get("type", type) in (type, *_FITS.get(type, ()))


def applied(made: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """A question with its hints; what belongs only to the type that it was read as is gone."""
    if not extra or not fits(made["type"], extra):
        return made
    extra = dict(extra)
    flags, touchpoints, shown = (_map(extra.pop(key, {})) for key in ("flags", "touchpoints", "parts_shown"))
    if extra.get("type", made["type"]) != made["type"]:
        kept = ("choices", "order") if extra["type"] == "maxdiff" else ("labels",) if extra["type"] in _SCALES else ()
        made = {key: value for key, value in made.items() if key not in _OF_TYPE or key in kept}
    if "points" in extra and made["type"] == "matrix":
        made.pop("choices", None)
    for choice in made.get("choices", ()):
        named = flags.get(choice["id"])
        choice |= dict.fromkeys(_FLAGS & set(map(str, named)), True) if isinstance(named, list) else {}
    for row in made.get("rows", ()):
        row |= {"touchpoint": touchpoints[row["id"]]} if row["id"] in touchpoints else {}
    for part in (*made.get("choices", ()), *made.get("rows", ())):
        part |= {"show_if": shown[part["id"]]} if part["id"] in shown else {}
    made |= {key: value for key, value in extra.items() if key != "validate"}
    kept = extra.get("validate")
    if rules := [*made.get("validate", ()), *(kept if isinstance(kept, list) else ())]:
        made["validate"] = rules
    return made


def flagged(choices: Iterable[Mapping[str, Any]], *names: str) -> dict[str, list[str]]:
    """Choices that have one of these flags, each with those it has."""
    found = {str(choice["id"]): [name for name in names if choice.get(name)] for choice in choices}
    return {id: flags for id, flags in found.items() if flags}
