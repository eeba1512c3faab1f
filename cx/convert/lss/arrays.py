"""LimeSurvey's arrays → matrices; cells of numbers and texts → a question each, or a row each where there are many."""

from __future__ import annotations

from decimal import Decimal

from cx.convert.expressions import Kind
from cx.convert.lss.making import Making
from cx.convert.lss.model import Asked, Part
from cx.convert.lss.simple import bounds, in_a_row
from cx.convert.pieces import Label, Made, Option, decimal, joined
from cx.survey.lists import MOST_ROWS

_MOST_CELLS = 30
_FIXED = {
    "C": (("Y", "yes"), ("U", "uncertain"), ("N", "no")),
    "E": (("I", "increase"), ("S", "the_same"), ("D", "decrease")),
}


def points(make: Making, q: Asked) -> list[Made]:
    """Five or ten points a row."""
    return _matrix(make, q, Kind("whole"), {"points": 5 if q.type == "A" else 10})


def fixed(make: Making, q: Asked) -> list[Made]:
    """Yes/uncertain/no, or increase/same/decrease, a row."""
    choices = [{"id": id, "label": make.words(word)} for id, word in _FIXED[q.type]]
    return _matrix(make, q, _kind(choices), {"choices": choices})


def free(make: Making, q: Asked) -> list[Made]:
    """One of the question's own answers a row; theirs may stand in columns."""
    choices = _choices(make, q, q.options())
    if not choices:
        return make.lost(q, "choices_none", type=q.type)
    return _matrix(make, q, _kind(choices), {"choices": choices})


def dual(make: Making, q: Asked) -> list[Made]:
    """Two scales: two matrices."""
    make.report.approximated(make.place(q), "dual_scale")
    made: list[Made] = []
    for scale, side in enumerate("AB"):
        choices = _choices(make, q, q.options(scale))
        if not choices:
            make.report.dropped(make.place(q), "choices_none", type=q.type)
            continue
        header = f"dualscale_header{side}"
        head = make.text(q, q.spoken.get(header, {})) or make.text(q, q.attributes.get(header)) or str(scale + 1)
        made += _matrix(make, q, _kind(choices), {"choices": choices}, head, scale)
    return made or make.lost(q, "choices_none", type=q.type)


def _choices(make: Making, q: Asked, parts: list[Part]) -> list[Made]:
    return make.choices(q, [Option(part.code, make.text(q, part.texts)) for part in parts])


def _kind(choices: list[Made]) -> Kind:
    return Kind("choice", tuple(choice["id"] for choice in choices))


def _matrix(make: Making, q: Asked, kind: Kind, scale: Made, head: Label = "", number: int | None = None) -> list[Made]:
    parts = q.rows()
    if not parts:
        return make.lost(q, "rows_none")
    id = make.id(q) if not number else make.fresh(q, f"{q.code}_{number + 1}")
    rows = _rows(make, q, parts)
    behind = () if number is None else (str(number),)
    for part, row in zip(parts, rows, strict=False):
        make.cell(q, (part.code, *behind), f"{id}.{row['id']}", kind, id)
    made = make.made(q, "matrix", id, rows=rows, order=make.order(q), **scale)
    made["label"] = joined(made["label"], head)
    return [made]


def _rows(make: Making, q: Asked, parts: list[Part]) -> list[Made]:
    rows = make.pieces.rows(make.place(q), [Option(part.code, make.text(q, part.texts)) for part in parts])
    make.offers([part.code for part in parts], rows)
    return rows


def cells(make: Making, q: Asked) -> list[Made]:
    """A table of numbers, texts or ticks."""
    rows, columns = q.rows(), q.rows(1)
    if not rows or not columns:
        return make.lost(q, "rows_none")
    make.report.approximated(make.place(q), "cells_apart", rows=len(rows), columns=len(columns))
    if max(len(rows), len(columns)) > MOST_ROWS:
        make.report.dropped(make.place(q), "rows_many", count=max(len(rows), len(columns)), limit=MOST_ROWS)
        rows, columns = rows[:MOST_ROWS], columns[:MOST_ROWS]
    if q.type == ":" and q.on("multiflexible_checkbox"):
        return [*make.heading(q), *(_ticks(make, q, row, columns) for row in rows)]
    if q.type == ":" and (most := _most_points(q)):
        return [matrix for column in columns for matrix in _column(make, q, column, most)]
    if len(rows) * len(columns) > (0 if make.compact else _MOST_CELLS):
        return [*make.heading(q), *(_line(make, q, row, columns) for row in rows)]
    return [*make.heading(q), *(_cell(make, q, row, column) for row in rows for column in columns)]


def _ticks(make: Making, q: Asked, row: Part, columns: list[Part]) -> Made:
    choices = make.choices(q, [Option(column.code, make.text(q, column.texts)) for column in columns], several=True)
    made = make.part(q, row.code, "multiple", make.text(q, row.texts), choices=choices)
    for column, choice in zip(columns, choices, strict=False):
        make.chosen(q, (row.code, column.code), choice["id"], made["id"])
    return made


def _most_points(q: Asked) -> int | None:
    """Of a table of numbers picked from a list: the highest, where our scales reach so far."""
    low, high, step = (decimal(q.attributes.get(f"multiflexible_{key}", "")) for key in ("min", "max", "step"))
    whole = (low or 1) == 1 and (step or 1) == 1 and not q.on("input_boxes") and not q.on("reverse")
    high = high or Decimal(10)
    return int(high) if whole and 2 <= high <= 10 and high == int(high) else None


def _column(make: Making, q: Asked, column: Part, most: int) -> list[Made]:
    id = make.fresh(q, f"{q.code}_{column.code}")
    parts = q.rows()
    rows = _rows(make, q, parts)
    for part, row in zip(parts, rows, strict=False):
        make.cell(q, (part.code, column.code), f"{id}.{row['id']}", Kind("whole"), id)
    made = make.made(q, "matrix", id, rows=rows, points=most)
    made["label"] = joined(made["label"], make.text(q, column.texts) or column.code)
    return [made]


def _line(make: Making, q: Asked, row: Part, columns: list[Part]) -> Made:
    return make.part(q, row.code, "text", make.text(q, row.texts), long=True, help=in_a_row(make, q, columns))


def _cell(make: Making, q: Asked, row: Part, column: Part) -> Made:
    label = joined(make.text(q, row.texts) or row.code, make.text(q, column.texts) or column.code, " / ")
    codes = (row.code, column.code)
    if q.type == ";" and not q.on("numbers_only"):
        return make.part(q, codes, "text", label, Kind("text"))
    found = bounds(make, q, "multiflexible_min", "multiflexible_max")
    return make.part(q, codes, "number", label, Kind("number"), decimals=4, **found)
