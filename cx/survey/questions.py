"""Reading one question of a definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cx.survey.asking import ASKS
from cx.survey.expression import RESERVED, Expression
from cx.survey.lists import read_choices, read_counts, read_ends, read_limits, read_rows, read_scale, read_step
from cx.survey.reading import Condition, Fields, Mention
from cx.survey.schema import DIMENSIONS, Question, Rule, Skip
from cx.survey.types import TYPES, Type

COMMON_KEYS = ("id", "type", "label", "help", "show_if")
ANSWER_KEYS = ("required", "required_if", "validate", "skip", "journey", "stage", "touchpoint", "links")
RESERVED_IDS = RESERVED | set(DIMENSIONS) | {"lang", "mode", "page", "survey", "submission", "form", "key", "end"}
ORDERS = ("written", "random")
KINDS = ("number", "text", "flag")
END = "end"
_OF_SOME = frozenset((*ANSWER_KEYS, *(key for entry in TYPES.values() for key in entry.keys)))
_ID = r"[a-z][a-z0-9_]{0,59}"
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
        """Whether it has an answer (an unknown type may)."""
        return self.type is None or TYPES[self.type].answerable

    @property
    def asked(self) -> bool:
        """Whether respondents answer it."""
        return self.type is None or TYPES[self.type].asked


class _Asker:
    """Reads one question: where it stands, and its keys."""

    def __init__(self, fields: Fields, page: int, place: int) -> None:
        self.fields, self.page, self.place = fields, page, place
        self.id = fields.string("id", _ID, "question_id") or ""
        if self.id in RESERVED_IDS:
            fields.add("id_reserved", "id", value=self.id)
        fields.notes.here = (page, place)

    def condition(self, fields: Fields, key: str, kind: str) -> Expression | None:
        """A condition, to be checked once all questions are known."""
        condition = fields.condition(key)
        if condition:
            line, path = fields.line(key), fields.at(key)
            fields.notes.conditions.append(Condition(condition, kind, self.page, self.place, self.id, line, path))
        return condition

    def rules(self) -> tuple[Rule, ...]:
        rules = []
        for entry in self.fields.maps("validate"):
            entry.only(("rule", "message"))
            entry.need("rule", "message")
            condition = self.condition(entry, "rule", "validate")
            message = entry.text("message")
            if condition and message:
                rules.append(Rule(condition, message))
        return tuple(rules)

    def skips(self) -> tuple[Skip, ...]:
        skips = []
        for entry in self.fields.maps("skip"):
            entry.only(("if", "to"))
            entry.need("if", "to")
            condition = self.condition(entry, "if", "skip")
            to = entry.string("to", _ID, "question_id")
            if to:
                entry.notes.targets.append(Mention(to, self.page, self.place, entry.line("to"), entry.at("to")))
            if condition and to:
                skips.append(Skip(condition, to))
        return tuple(skips)


def read_question(fields: Fields, page: int, place: int) -> Slot:
    """Read a question; notes whatever is wrong and the conditions to be checked later."""
    asker = _Asker(fields, page, place)
    name = fields.option("type", tuple(TYPES), "type")
    entry = TYPES.get(name or "")
    fields.need("id", "type", *(() if name == "computed" else ("label",)))
    if entry is None:
        _unknown(asker)
    question = _question(asker, entry) if entry else None
    return Slot(asker.id, name, page, fields.node.line, fields.path, question)


def _question(asker: _Asker, entry: Type) -> Question:
    fields = asker.fields
    _keys(fields, entry)
    low, high = read_limits(fields, entry)
    chooses = "choices" in entry.keys and _chooses(fields, entry)
    choices = read_choices(fields, entry.name, asker.condition) if chooses else ()
    fewest, most = read_counts(fields, choices)
    return Question(
        id=asker.id,
        type=entry.name,
        label=fields.text("label") or "",
        help=fields.text("help"),
        required=fields.flag("required"),
        required_if=asker.condition(fields, "required_if", "required_if"),
        show_if=asker.condition(fields, "show_if", "show_if"),
        validate=asker.rules(),
        choices=choices,
        scale=read_scale(fields, entry),
        not_applicable=fields.flag("not_applicable"),
        min_choices=fewest,
        max_choices=fields.whole("max_photos", 1, 10) if entry.name == "photo" else most,
        minimum=low,
        maximum=high,
        decimals=fields.whole("decimals", 0, 4) or 0,
        unit=fields.text("unit"),
        long=fields.flag("long"),
        max_length=fields.whole("max_length", 1, 20_000) or 2000,
        order=fields.option("order", ORDERS) or "written",
        skip=asker.skips(),
        journey=fields.string("journey", _NAME),
        stage=fields.string("stage", _NAME),
        touchpoint=fields.string("touchpoint", _NAME),
        brand=fields.string("brand", _NAME),
        asks=fields.option("asks", ASKS),
        links=tuple(dict.fromkeys(link for link, _ in fields.strings("links"))),
        **_special(asker, entry, low, high),
    )


def _special(asker: _Asker, entry: Type, low: object, high: object) -> dict[str, Any]:
    """What only one type has."""
    fields = asker.fields
    if entry.name == "matrix":
        return {"rows": read_rows(fields, asker.condition)}
    if entry.name == "slider":
        fields.need("min", "max")
        return {"step": read_step(fields, low, high), "ends": read_ends(fields)}  # type: ignore[arg-type]
    if entry.name == "maxdiff":
        return {"per_set": fields.whole("per_set", 3, 6) or 4}
    if entry.name == "computed":
        fields.need("value")
        kind = fields.option("as", KINDS) or "number"
        return {"value": asker.condition(fields, "value", f"value_{kind}"), "kind": kind}
    return {}


def _chooses(fields: Fields, entry: Type) -> bool:
    """Whether choices are to be read; a matrix has either them or points."""
    if entry.storage != "matrix":
        return True
    if fields.has("choices") and fields.has("points"):
        fields.add("matrix_both", "points")
    if not fields.has("choices") and not fields.has("points"):
        fields.notes.add("matrix_neither", fields.node.line, fields.path)
    return fields.has("choices")


def _unknown(asker: _Asker) -> None:
    """Of a question without a valid type: what every question has is checked all the same."""
    for key in ("label", "help"):
        asker.fields.text(key)
    for key in ("show_if", "required_if"):
        asker.condition(asker.fields, key, key)
    asker.rules()
    asker.skips()


def _keys(fields: Fields, entry: Type) -> None:
    """Keys of no type are unknown; keys of another type are told as such."""
    mine = {*COMMON_KEYS, *entry.keys, *(ANSWER_KEYS if entry.asked else ())}
    for key in fields.node.entries:
        if key in mine:
            continue
        if key in _OF_SOME:
            fields.add("key_elsewhere", key, value=key, type=entry.name, known=", ".join(sorted(mine)))
        else:
            fields.notes.unlike("key", fields.line(key), fields.path, key, sorted(mine))
