"""A file of customers by value: ``dimension,value,customers``, checked row by row and taken whole or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from functools import cache

from cx.bank import population
from cx.bank.model import Model
from cx.bank.population import DIMENSIONS, Base, Row
from cx.intake.lookup import Lookup, lookup, names, plain
from cx.intake.reading import tabular
from cx.store.sheet import safe_cell
from cx.words import LANGUAGES, Problem, Refused, Translator

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "dimension": ("dimension", "维度", "维度名称", "分类"),
    "value": ("value", "取值", "值", "名称", "类别", "name"),
    "customers": ("customers", "客户数", "客户数量", "人数", "户数", "count", "n"),
}
MOST = 20_000
_WHOLE = re.compile(r"\d{1,12}(\.0+)?")


def read(data: bytes, name: str, model: Model) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows of a CSV or workbook and warnings. Raises :class:`Refused` with everything that is wrong, row by row."""
    with tabular.opened(data, name) as table:
        if table.broken:
            raise Refused(*(Problem(p.problem.code, name, p.problem.values) for p in table.broken[:20]))
        if table.rows > MOST:
            raise Refused(Problem("base_large", name, {"rows": f"{table.rows:,}", "limit": f"{MOST:,}"}))
        places = _columns(table.headers, name)
        cells = ", ".join(f"trim(coalesce(c{places[column]}, ''))" for column in COLUMNS)
        found = table.con.execute(f"SELECT row, {cells} FROM cells ORDER BY row").fetchall()
    problems: list[Problem] = []
    known = cache(lambda dimension: lookup(population.members(model, dimension), names))
    rows = [_row(*texts, f"{name}:{line}", known, problems) for line, *texts in found if any(texts)]
    kept = [row for row in rows if row is not None]
    try:
        checked, warnings = population.checked(kept, name)
    except Refused as refused:
        # What a row does wrong may be why a dimension says nothing: then only the row is told.
        problems += [p for p in refused.problems if not problems or p.code == "base_double"]
        raise Refused(*problems) from None
    if problems:
        raise Refused(*problems)
    return checked, warnings


def written(base: Base | None, model: Model, t: Translator) -> bytes:
    """A base as such a file, to be changed and given again; without one, every value of the bank with nothing to count
    yet."""
    rows = base.rows if base else [
        Row(name, value, -1) for name in DIMENSIONS if name != "branch" for value in population.members(model, name)
    ]  # fmt: skip
    stream = io.StringIO()
    sheet = csv.writer(stream)
    sheet.writerow((*COLUMNS, "name"))
    for row in rows:
        label = model.label(row.dimension, row.value, t)
        sheet.writerow(
            (row.dimension, safe_cell(row.value), row.customers if row.customers >= 0 else "", safe_cell(label))
        )
    return stream.getvalue().encode("utf-8-sig")


def _columns(headers: tuple[str, ...], name: str) -> dict[str, int]:
    forms = [plain(header) for header in headers]
    found = {
        column: next((forms.index(form) for form in map(plain, known) if form in forms), -1)
        for column, known in COLUMNS.items()
    }
    if missing := [column for column, place in found.items() if place < 0]:
        raise Refused(Problem("base_columns", name, {"missing": ", ".join(missing), "found": ", ".join(headers)}))
    return found


def _row(
    dimension: str, value: str, customers: str, where: str, lists: Callable[[str], Lookup], problems: list[Problem]
) -> Row | None:
    name = _dimensions().get(plain(dimension))
    if name is None:
        values = {"found": dimension[:40], "known": ", ".join(DIMENSIONS)}
        problems.append(Problem("base_dimension", where, values))
        return None
    known = lists(name)
    id = known.find(value) if value else None
    if id is None:
        values = {"found": value[:40], "dimension": name, "near": known.near(value)}
        problems.append(Problem("base_value", where, values))
    number = re.sub(r"[,，\s]", "", customers)
    if not _WHOLE.fullmatch(number):
        problems.append(Problem("base_number", where, {"found": customers[:40]}))
        return None
    return None if id is None else Row(name, id, int(float(number)), where)


@cache
def _dimensions() -> Mapping[str, str]:
    """Dimensions by whatever a file may call them."""
    words = [Translator(lang) for lang in LANGUAGES]
    return {plain(form): name for name in DIMENSIONS for form in (name, *(t(f"dimension.{name}") for t in words))}
