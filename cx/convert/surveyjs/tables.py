"""SurveyJS tables: a matrix stays one where each row has one choice; other tables become a question a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cx.convert.expressions import Kind
from cx.convert.names import row_ids
from cx.convert.pieces import Option, joined
from cx.convert.surveyjs import choosing
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element, Json, items, written

_MOST_CELLS = 60


def matrix(making: Making, element: Element) -> list[Made]:
    """``matrix``: one choice a row; without rows it is a question of one choice."""
    json, place = element.json, element.name
    options = [replace(option, shown="") for option in making.options(place, json.get("columns"))]
    rows = making.options(place, json.get("rows"), json.get("rowsVisibleIf"))
    for key in ("columnsVisibleIf", "columns"):
        if said := _hidden(json.get(key)):
            making.report.approximated(place, "choice_filter", value=said[:200])
    if not options:
        making.report.lost(place, "choices_none", type=element.type)
        return []
    if not rows:
        made = choosing.single(making, Element({**json, "choices": json["columns"], "type": "radiogroup"}, 0, ()))
        making.report.approximated(place, "matrix_flat")
        return made
    if str(json.get("cellType")).lower() == "checkbox":
        _all_shown(making, place, rows)
        return _cells(making, element, [(f"{place}.{row.value}", row.label, "checkbox", {}) for row in rows])
    question = making.question(element, "matrix")
    ids = row_ids(row.value for row in rows)
    question["rows"] = making.pieces.rows(place, _once(rows))
    question["choices"] = making.pieces.choices(place, options)
    if json.get("isAllRowRequired") or json.get("eachRowRequired"):
        question["required"] = True
    if str(json.get("rowsOrder") or json.get("rowOrder")).lower() == "random":
        question["order"] = "random"
    values = {option.value: choice["id"] for option, choice in zip(_once(options), question["choices"], strict=False)}
    cell = Kind("whole") if "points" in element.extra else Kind("choice", tuple(values.values()), values)
    making.learn(element.name, question["id"], Kind("matrix", rows=ids, cell=cell), pipes=False)
    return [question]


def _all_shown(making: Making, place: str, rows: list[Option]) -> None:
    """Rows that become questions of their own always show."""
    for source in dict.fromkeys(row.shown for row in rows if row.shown):
        making.report.approximated(place, "choice_filter", value=source[:200])


def _hidden(columns: object) -> str:
    """What hides columns: all of a matrix always show here."""
    return (
        columns
        if isinstance(columns, str)
        else next((str(c["visibleIf"]) for c in items(columns) if c.get("visibleIf")), "")
    )


def _once(options: list[Option]) -> list[Option]:
    return list({option.value: option for option in reversed(options)}.values())[::-1]


def grid(making: Making, element: Element) -> list[Made]:
    """``matrixdropdown``: a question for each cell; ``matrixdynamic``, ``paneldynamic``: one round of questions."""
    json, place = element.json, element.name
    if element.type == "paneldynamic":
        making.report.approximated(place, "repeat", name=place)
        given = json.get("templateElements") or json.get("questions")
        parts = [part for part in given if isinstance(part, dict)] if isinstance(given, list) else []
        return _cells(
            making, element, [(f"{place}[0].{part.get('name')}", "", part.get("type", "text"), part) for part in parts]
        )
    columns = [column for column in items(json.get("columns")) if column.get("value") is not None]
    rows = making.options(place, json.get("rows")) if element.type == "matrixdropdown" else []
    _all_shown(making, place, rows)
    if element.type == "matrixdynamic":
        making.report.approximated(place, "repeat", name=place)
    usual = str(json.get("cellType") or "dropdown")
    cells = []
    for row in rows or [Option("[0]", "")]:
        for column in columns:
            name = f"{place}{row.value}.{column['value']}" if not rows else f"{place}.{row.value}.{column['value']}"
            title = joined(row.label, making.label(column.get("title"), "") or written(column["value"]))
            type = str(column.get("cellType") or "default")
            given = {**column, "choices": column.get("choices") or json.get("choices")}
            cells.append((name, title, usual if type == "default" else type, given))
    return _cells(making, element, cells)


def _cells(making: Making, element: Element, cells: list[tuple[str, Any, str, Json]]) -> list[Made]:
    """A question for each cell: (variable, title, type, definition)."""
    found: list[Made] = []
    if not cells:
        making.report.lost(element.name, "rows_none")
        return []
    if len(cells) > _MOST_CELLS:
        making.report.lost(element.name, "cells", count=len(cells), limit=_MOST_CELLS)
        return []
    for name, title, type, given in cells:
        maker = making.makers.get(str(type).lower())
        if maker is None:
            making.report.dropped(element.name, "type", type=type)
            continue
        head = joined(
            making.label(element.json.get("title"), element.name), title or making.label(given.get("title"), "") or ""
        )
        label = joined(head, "") or name
        cell = Element({**element.json, **given, "type": type, "name": name, "title": label}, element.page, ())
        made = maker(making, cell)
        making.report.places.pop(name, None)
        making.report.carried(element.name, *(question["id"] for question in made))
        found += made
    return found
