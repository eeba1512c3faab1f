"""Reading one question of a definition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cx.survey.expression import RESERVED, Expression
from cx.survey.reading import Condition, Fields
from cx.survey.schema import DIMENSIONS, Choice, Question, Rule, Scale, Text
from cx.survey.types import TYPES, Type, day_limit

COMMON_KEYS = ("id", "type", "label", "help", "show_if")
ANSWER_KEYS = ("required", "required_if", "validate", "journey", "stage", "touchpoint", "links")
RESERVED_IDS = RESERVED | set(DIMENSIONS) | {"lang", "mode", "page", "survey", "submission", "form", "key"}
MOST_CHOICES = 200
_ID = r"[a-z][a-z0-9_]{0,59}"
_CHOICE_ID = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
_NAME = r"[A-Za-z0-9][\w.-]{0,99}"


@dataclass(frozen=True)
class Slot:
    """The place of a question in the file; ``question`` is None when it could not be made."""

    id: str
    type: str | None
    page: int
    line: int
    path: str
    question: Question | None

    @property
    def answerable(self) -> bool:
        """Whether it takes an answer (an unknown type may)."""
        return self.type is None or TYPES[self.type].answerable


def read_question(fields: Fields, page: int, place: int) -> Slot:
    """Read a question; notes whatever is wrong and the conditions to be checked later."""
    fields.need("id", "type", "label")
    id = _id(fields)
    name = fields.option("type", tuple(TYPES), "type")
    entry = TYPES.get(name or "")
    if entry is None:
        _unknown(fields, id, page, place)
    question = _question(fields, id, entry, page, place) if entry else None
    return Slot(id, name, page, fields.node.line, fields.path, question)


def _id(fields: Fields) -> str:
    id = fields.string("id", _ID, "question_id") or ""
    if id in RESERVED_IDS:
        fields.add("id_reserved", "id", value=id)
    return id


def _question(fields: Fields, id: str, entry: Type, page: int, place: int) -> Question:
    _keys(fields, entry)
    conditions: dict[str, Expression | None] = {}
    for key in ("show_if", "required_if"):
        conditions[key] = _noted(fields, key, key, id, page, place)
    low, high = _limits(fields, entry)
    choices = _choices(fields) if "choices" in entry.keys else ()
    fewest, most = _counts(fields, choices)
    return Question(
        id=id,
        type=entry.name,
        label=fields.text("label") or "",
        help=fields.text("help"),
        required=fields.flag("required"),
        required_if=conditions["required_if"],
        show_if=conditions["show_if"],
        validate=_rules(fields, id, page, place),
        choices=choices,
        scale=_scale(fields, entry),
        not_applicable=fields.flag("not_applicable"),
        min_choices=fewest,
        max_choices=most,
        minimum=low,
        maximum=high,
        decimals=fields.whole("decimals", 0, 4) or 0,
        unit=fields.text("unit"),
        long=fields.flag("long"),
        max_length=fields.whole("max_length", 1, 20_000) or 2000,
        journey=fields.string("journey", _NAME),
        stage=fields.string("stage", _NAME),
        touchpoint=fields.string("touchpoint", _NAME),
        brand=fields.string("brand", _NAME),
        links=tuple(dict.fromkeys(link for link, _ in fields.strings("links"))),
    )


def _unknown(fields: Fields, id: str, page: int, place: int) -> None:
    """Of a question without a valid type: what every question has is checked all the same."""
    for key in ("label", "help"):
        fields.text(key)
    for key in ("show_if", "required_if"):
        _noted(fields, key, key, id, page, place)
    _rules(fields, id, page, place)


def _keys(fields: Fields, entry: Type) -> None:
    """Keys of no type are unknown; keys of another type are told as such."""
    mine = {*COMMON_KEYS, *entry.keys, *(ANSWER_KEYS if entry.answerable else ())}
    others = {*ANSWER_KEYS, *(key for other in TYPES.values() for key in other.keys)}
    for key in fields.node.entries:
        if key in others and key not in mine:
            fields.add("key_elsewhere", key, value=key, type=entry.name, known=", ".join(sorted(mine)))
        elif key not in mine:
            fields.notes.unlike("key", fields.line(key), fields.path, key, sorted(mine))


def _noted(fields: Fields, key: str, kind: str, owner: str, page: int, place: int) -> Expression | None:
    condition = fields.condition(key)
    if condition:
        line, path = fields.line(key), fields.at(key)
        fields.notes.conditions.append(Condition(condition, kind, page, place, owner, line, path))
    return condition


def _rules(fields: Fields, owner: str, page: int, place: int) -> tuple[Rule, ...]:
    rules = []
    for entry in fields.maps("validate"):
        entry.only(("rule", "message"))
        entry.need("rule", "message")
        condition = _noted(entry, "rule", "validate", owner, page, place)
        message = entry.text("message")
        if condition and message:
            rules.append(Rule(condition, message))
    return tuple(rules)


def _choices(fields: Fields) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    entries = fields.maps("choices")
    if len(entries) < 2 or len(entries) > MOST_CHOICES:
        fields.add("choices_count", "choices", limit=MOST_CHOICES)
    for entry in entries[:MOST_CHOICES]:
        entry.only(("id", "label", "exclusive"))
        entry.need("id", "label")
        id = entry.string("id", _CHOICE_ID, "choice_id") or ""
        if id and id in found:
            entry.add("choice_twice", "id", value=id)
        found[id] = Choice(id, entry.text("label") or "", entry.flag("exclusive"))
    return tuple(found.values())


def _counts(fields: Fields, choices: tuple[Choice, ...]) -> tuple[int | None, int | None]:
    most = max(1, len(choices))
    low, high = (fields.whole(key, 1, most) for key in ("min_choices", "max_choices"))
    if low and high and low > high:
        fields.add("limits", "min_choices", low=low, high=high)
    return low, high


def _scale(fields: Fields, entry: Type) -> Scale | None:
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


_Limit = Decimal | dt.date | str | None


def _limits(fields: Fields, entry: Type) -> tuple[_Limit, _Limit]:
    low: _Limit = None
    high: _Limit = None
    if entry.limits == "number":
        low, high = fields.number("min"), fields.number("max")
    elif entry.limits == "date":
        low, high = fields.day("min", today=True), fields.day("max", today=True)
    first, last = (day_limit(value) if entry.limits == "date" else value for value in (low, high))
    if first is not None and last is not None and first > last:  # type: ignore[operator]
        fields.add("limits", "min", low=low, high=high)
    return low, high
