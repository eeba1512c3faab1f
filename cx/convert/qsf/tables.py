"""Qualtrics' tables (matrix, side by side, sliders, sums) → ours."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from cx.convert.pieces import Label, Made, Option, decimal, joined, said, shown
from cx.convert.pieces import slider as slider_of
from cx.convert.qsf.making import Making
from cx.convert.qsf.reading import Asked, mapping, sequence

_MOST_CELLS = 30


def matrix(make: Making, q: Asked) -> list[Made]:
    """A table: one answer a row as matrix, several as a multiple a row, numbers and texts field by field."""
    _, selector, sub = q.type
    rows = make.options(q)
    if not rows:
        return make.lost(q, "rows_none")
    if selector == "MaxDiff":
        return _maxdiff(make, q, rows)
    if selector == "TE" or selector == "CS":
        return _fields(make, q, rows, selector)
    if selector == "Profile":
        return _profile(make, q, rows)
    columns = make.options(q, "Answers")
    if len(columns) < 2 and selector != "Bipolar" or not columns:
        return make.lost(q, "choices_none", type=f"Matrix/{selector}")
    if sub == "MultipleAnswer" or selector == "MA":
        return _several(make, q, rows, columns)
    if selector == "RO":
        make.report.approximated(q.id, "ranks_as_table")
    choices, values = make.choices(q, columns)
    made = make.made(q, "matrix", rows=_rows(make, q, rows), choices=choices, order=make.order(q))
    make.know(q, made, "single", values=values, rows=_ways(made, rows))
    return [made]


def _rows(make: Making, q: Asked, rows: list[Option]) -> list[Made]:
    named = [Option(f"r{row.value}" if row.value.isdigit() else row.value, _sides(row.label)) for row in rows]
    return make.pieces.rows(q.id, named)


def _sides(label: Label) -> Label:
    """The two ends of a bipolar row stand in one text."""
    return label.replace(":", " – ", 1) if isinstance(label, str) and label.count(":") == 1 else label


def _ways(made: Made, rows: list[Option]) -> dict[str, str]:
    """Their row → the row of our matrix."""
    return {row.value: f"{made['id']}.{one['id']}" for row, one in zip(rows, made["rows"], strict=False)}


def _several(make: Making, q: Asked, rows: list[Option], columns: list[Option]) -> list[Made]:
    make.report.approximated(q.id, "split", count=len(rows))
    found: list[Made] = []
    values: dict[str, str] = {}
    for row in rows:
        choices, values = make.choices(q, columns, ("exclusive",))
        found.append(make.part(q, row.value, "multiple", row.label, choices=choices))
    make.know(
        q, found[0], "multiple", values=values,
        rows={row.value: one["id"] for row, one in zip(rows, found, strict=True)},
    )  # fmt: skip
    return [*make.heading(q), *found]


def _profile(make: Making, q: Asked, rows: list[Option]) -> list[Made]:
    """Each row has answers of its own."""
    make.report.approximated(q.id, "split", count=len(rows))
    answers = mapping(q.body.get("Answers"))
    found: list[Made] = []
    ids: dict[str, str] = {}
    for row in rows:
        options = [
            Option(str(number), make.said(q, "Answers", row.value, str(number), "Display"))
            for number in mapping(answers.get(row.value))
        ]
        choices, _ = make.choices(q, options)
        if not choices:
            make.report.dropped(q.id, "choices_none", type="Profile")
            continue
        found.append(make.part(q, row.value, "single", row.label, choices=choices))
        ids[row.value] = found[-1]["id"]
    if not found:
        return make.lost(q, "choices_none", type="Matrix/Profile")
    make.know(q, found[0], "single", rows=ids)
    return [*make.heading(q), *found]


def _fields(make: Making, q: Asked, rows: list[Option], selector: str) -> list[Made]:
    columns = make.options(q, "Answers") or [Option("", "")]
    make.report.approximated(q.id, "cells_apart", rows=len(rows), columns=len(columns))
    type = "text" if selector == "TE" else "number"
    if len(rows) * len(columns) <= _MOST_CELLS:
        made = [
            make.part(q, f"{row.value}_{column.value}".strip("_"), type, _both(row, column))
            for row in rows
            for column in columns
        ]
        firsts = made[:: len(columns)]
    else:
        heads = {lang: " / ".join(said(column.label, lang) for column in columns) for lang in make.pieces.languages}
        made = firsts = [
            make.part(q, row.value, "text", row.label, long=True, help=make.pieces.label(heads)) for row in rows
        ]
    make.know(q, made[0], type, rows={row.value: one["id"] for row, one in zip(rows, firsts, strict=True)})
    return [*make.heading(q), *made]


def _both(row: Option, column: Option) -> Label:
    return joined(row.label or row.value, column.label or column.value, " / ")


def _maxdiff(make: Making, q: Asked, rows: list[Option]) -> list[Made]:
    """Best and worst of some items: ours shows them set by set."""
    choices, values = make.choices(q, rows)
    make.report.approximated(q.id, "maxdiff")
    if 4 <= len(choices) <= 30:
        made = make.made(q, "maxdiff", choices=choices, per_set=min(len(choices), 5))
        make.know(q, made, "maxdiff", values={})
        return [made]
    heads = [make.said(q, "Answers", number, "Display") for number, _ in q.entries("Answers")][:2]
    found = [make.part(q, str(side), "single", head, choices=choices) for side, head in enumerate(heads, 1)]
    if not found:
        return make.lost(q, "choices_none", type="Matrix/MaxDiff")
    make.know(q, found[0], "single", values=values)
    return found


def slider(make: Making, q: Asked) -> list[Made]:
    """Sliders and stars, one a row."""
    rows = make.options(q) or [Option("1", "")]
    alone = len(rows) == 1
    if not alone:
        make.report.approximated(q.id, "split", count=len(rows))
    stars = decimal(q.configuration.get("StarCount"))
    if q.type[1] == "STAR" and stars is not None and 2 <= stars <= 10:
        points = int(stars)
        if not alone:
            made = make.made(q, "matrix", rows=_rows(make, q, rows), points=points)
            make.know(q, made, "rating", rows=_ways(made, rows))
            return [made]
        keys: Made = {"points": points} if points != 5 else {}
        return _one_each(make, q, rows, "rating", keys)
    return _one_each(make, q, rows, "slider", _scale(q))


def _one_each(make: Making, q: Asked, rows: list[Option], type: str, keys: Made) -> list[Made]:
    if len(rows) == 1:
        found = [make.made(q, type, **keys)]
        found[0]["label"] = joined(found[0]["label"], rows[0].label)
    else:
        found = [make.part(q, row.value, type, row.label, **keys) for row in rows]
    make.know(q, found[0], type, rows={row.value: one["id"] for row, one in zip(rows, found, strict=True)})
    return [*(make.heading(q) if len(rows) > 1 else []), *found]


def _scale(q: Asked) -> Made:
    low = decimal(q.configuration.get("CSSliderMin"))
    high = decimal(q.configuration.get("CSSliderMax"))
    low, high = (low, high) if low is not None and high is not None and low < high else (Decimal(0), Decimal(100))
    places = decimal(q.configuration.get("NumDecimals"))
    return slider_of(low, high, Decimal(1).scaleb(-int(min(max(places or Decimal(0), Decimal(0)), Decimal(4)))))


def total(make: Making, q: Asked) -> list[Made]:
    """Constant sum: numbers that must add up."""
    rows = make.options(q)
    if not rows:
        return make.lost(q, "rows_none")
    make.report.approximated(q.id, "split", count=len(rows))
    found = [make.part(q, row.value, "number", row.label, min=0, decimals=2) for row in rows]
    total = decimal(q.settings.get("ChoiceTotal") or q.settings.get("Total"))
    if q.settings.get("Type") == "ChoicesTotal" and total is not None and total > 0:
        make.report.approximated(q.id, "sum_when_all")
        sum_of = " + ".join(one["id"] for one in found)
        number = str(shown(total))
        rule = f"{sum_of} == {number if '.' in number else number + '.0'}"
        found[-1]["validate"] = [{"rule": rule, "message": make.pieces.words("sum_wrong", total=number)}]
    make.know(q, found[0], "number", rows={row.value: one["id"] for row, one in zip(rows, found, strict=True)})
    return [*make.heading(q), *found]


Maker = Callable[[Making, Asked], list[Made]]


def side_by_side(make: Making, q: Asked, maker: Maker) -> list[Made]:
    """Several tables beside each other: one after the other; they share rows with the first."""
    inner = mapping(q.body.get("AdditionalQuestions"))
    bodies = [body for _, body in sorted(inner.items()) if isinstance(body, dict)]
    bodies = bodies or [body for body in sequence(q.body.get("AdditionalQuestions")) if isinstance(body, dict)]
    if not bodies:
        return make.lost(q, "rows_none")
    make.report.approximated(q.id, "side_by_side", count=len(bodies))
    found: list[Made] = []
    for number, body in enumerate(bodies, 1):
        shared = {"Choices": q.body.get("Choices"), "ChoiceOrder": q.body.get("ChoiceOrder")}
        whole = {**shared, "Validation": q.body.get("Validation"), **body}
        part = Asked(f"{q.id}#{number}", f"{q.tag}_{number}", whole)
        made = maker(make, part)
        for one in made:
            one["label"] = joined(make.head(q), one["label"])
        found += made
    make.report.places = {place: ids for place, ids in make.report.places.items() if not place.startswith(f"{q.id}#")}
    if f"{q.id}#1" in make.known:
        make.known[q.id] = make.known[f"{q.id}#1"]
    return found or make.lost(q, "rows_none")
