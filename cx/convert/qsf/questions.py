"""Qualtrics' questions with one answer, choices or a text → ours."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from cx.convert.guess import is_nps
from cx.convert.pieces import MOST_RANKED, Label, Made, Option, decimal, shown
from cx.convert.qsf.making import Making
from cx.convert.qsf.reading import Asked, mapping, sequence

_SEVERAL = frozenset(["MAVR", "MAHR", "MACOL", "MSB"])
_IMAGES = frozenset(
    ["png", "gif", "jpg", "jpeg", "jpe", "bmp", "webp", "heic", "heif", "tif", "tiff", "image", "images"]
)
_PATTERNS = {
    "ValidEmail": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "ValidPhone": r"^[+0-9() .-]{5,25}$",
    "ValidUSPhone": r"^[+0-9() .-]{5,25}$",
    "ValidZip": r"^[0-9]{5}(-[0-9]{4})?$",
    "ValidUSZip": r"^[0-9]{5}(-[0-9]{4})?$",
    "ValidTextOnly": r"^[^0-9]*$",
}


def choice(make: Making, q: Asked) -> list[Made]:
    """Multiple choice of every look, NPS."""
    selector = q.type[1]
    options = make.options(q)
    if selector == "NPS" or (_points(q) == 11 and is_nps(make.head(q))):
        made = make.made(q, "nps", labels=_columns(make, q))
        make.know(
            q,
            made,
            "nps",
            values={number: text for (number, _), text in zip(q.entries("Choices"), map(str, range(11)), strict=False)},
        )
        return [made]
    several = selector in _SEVERAL
    choices, values = make.choices(q, options, ("other", "exclusive") if several else ("other",))
    if not choices:
        return make.lost(q, "choices_none", type="/".join(q.type[:2]))
    made = make.made(q, "multiple" if several else "single", choices=choices, order=make.order(q))
    if several:
        made |= _counts(q, len(choices))
    make.know(q, made, made["type"], values=values)
    return [made]


def _points(q: Asked) -> int:
    """Eleven choices from 0 to 10."""
    shown = [str(one.get("Display", "")).strip() for _, one in q.entries("Choices")]
    return len(shown) if shown == [str(number) for number in range(len(shown))] else 0


def _columns(make: Making, q: Asked) -> Made | None:
    columns = sequence(q.body.get("ColumnLabels"))
    if len(columns) < 2:
        return None
    ends = {
        "low": make.said(q, "ColumnLabels", "0", "Display"),
        "high": make.said(q, "ColumnLabels", str(len(columns) - 1), "Display"),
    }
    return {key: label for key, label in ends.items() if label} or None


def _counts(q: Asked, most: int) -> Made:
    """Least and most choices that may be chosen."""
    found: Made = {}
    for key, name in (("min_choices", "MinChoices"), ("max_choices", "MaxChoices")):
        count = decimal(q.settings.get(name))
        if count is not None and 1 <= count <= most:
            found[key] = int(count)
    return {} if found.get("min_choices", 0) > found.get("max_choices", most) else found


def entry(make: Making, q: Asked) -> list[Made]:
    """Text entry: a line, an essay, a form, a number, a date."""
    if q.type[1] == "FORM":
        return _form(make, q)
    content = str(q.settings.get("ContentType") or "") if q.settings.get("Type") in ("ContentType", None) else ""
    if content == "ValidNumber":
        made = make.made(q, "number", **numbers(mapping(q.settings.get("ValidNumber"))))
    elif content == "ValidDate":
        made = make.made(q, "date")
    else:
        made = make.made(q, "text", long=True if q.type[1] in ("ML", "ESTB") else None, **_lengths(q))
        if content in _PATTERNS:
            pattern = _PATTERNS[content].replace("\\", "\\\\")
            made["validate"] = [
                {"rule": f"{made['id']}.matches('{pattern}')", "message": make.pieces.words("rule_broken")}
            ]
        elif content:
            make.report.dropped(q.id, "rule", type=content)
    make.know(q, made, made["type"])
    return [made]


def numbers(limits: Any) -> Made:
    """Bounds and decimals of a number."""
    found: dict[str, Decimal] = {}
    for key, name in (("min", "Min"), ("max", "Max")):
        value = decimal(mapping(limits).get(name))
        if value is not None:
            found[key] = value
    if len(found) == 2 and found["min"] > found["max"]:
        found = {}
    decimals = decimal(mapping(limits).get("NumDecimals"))
    places = int(min(max(decimals if decimals is not None else Decimal(4), Decimal(0)), Decimal(4)))
    return {key: shown(value) for key, value in found.items()} | ({"decimals": places} if places else {})


def _lengths(q: Asked) -> Made:
    most = decimal(q.settings.get("MaxChars") or mapping(q.settings.get("CharRange")).get("Max"))
    return {"max_length": int(most)} if most is not None and 1 <= most <= 20_000 else {}


def _form(make: Making, q: Asked) -> list[Made]:
    fields = make.options(q)
    if not fields:
        return make.lost(q, "rows_none")
    make.report.approximated(q.id, "split", count=len(fields))
    made = [make.part(q, field.value, "text", field.label) for field in fields]
    make.know(q, made[0], "text", rows={field.value: one["id"] for field, one in zip(fields, made, strict=True)})
    return [*make.heading(q), *made]


def rank(make: Making, q: Asked) -> list[Made]:
    """Rank order."""
    choices, values = make.choices(q, make.options(q), most=MOST_RANKED)
    if not choices:
        return make.lost(q, "choices_none", type="/".join(q.type[:2]))
    made = make.made(q, "ranking", choices=choices, order=make.order(q))
    make.know(q, made, "ranking", values=values)
    return [made]


def note(make: Making, q: Asked) -> list[Made]:
    """A text to read; a picture alone has nothing to read."""
    if q.type[1] in ("GRB", "GRO", "PTB", "FLB"):
        make.report.dropped(q.id, "media")
    if not make.head(q):
        make.report.dropped(q.id, "note_empty")
        return []
    return [make.made(q, "note")]


def upload(make: Making, q: Asked) -> list[Made]:
    """A file: photos where only images are taken."""
    said = q.settings.get("FileTypes") or q.settings.get("AllowedFileTypes") or q.settings.get("ValidFileType") or ""
    words = said if isinstance(said, list) else re.split(r"[\s,;]+", str(said))
    types = {str(one).strip(" .").lower() for one in words} - {""}
    if not types or not types <= _IMAGES:
        return make.lost(q, "file_upload")
    made = make.made(q, "photo")
    make.know(q, made, "photo")
    return [made]


def group(make: Making, q: Asked) -> list[Made]:
    """Pick, group and rank: each item is put into one group."""
    items = make.options(q)
    names = [(str(number), one) for number, one in enumerate(sequence(q.body.get("Groups")))]
    labels: list[Label] = [
        make.said(q, "Groups", number) or make.said(q, "Groups", number, "Display") for number, _ in names
    ]
    if not items or len(labels) < 2:
        return make.lost(q, "choices_none", type="PGR")
    make.report.approximated(q.id, "groups_as_table")
    choices = [
        {"id": f"g{number}", "label": make.pieces.named(q.id, label, number)}
        for (number, _), label in zip(names, labels, strict=True)
    ]
    rows = make.pieces.rows(q.id, [Option(f"i{item.value}", item.label) for item in items])
    made = make.made(q, "matrix", rows=rows, choices=choices)
    make.know(
        q,
        made,
        "single",
        rows={item.value: f"{made['id']}.{row['id']}" for item, row in zip(items, rows, strict=False)},
    )
    return [made]
