"""Responses that another tool collected, column by column into facts: the same columns with the same meaning as
:mod:`cx.store.facts` gives to answers from the questionnaire, so that every metric reads both alike.

A response is known again by the source, the survey and the row's own id (only a hash of it is kept); a later file with
the same id corrects it. Comments are scrubbed; columns that the mapping does not name are never read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pyarrow as pa

from cx.bank.model import Model
from cx.intake import personal, values
from cx.intake.indicators import REPORT_LIMIT
from cx.intake.lookup import lookup, names
from cx.intake.reading.tabular import Table
from cx.intake.response_mapping import Asked, ResponseMapping
from cx.intake.rows import Progress, RowProblem, silent
from cx.words import Problem, Refused

SCORED = ("nps", "csat", "ces", "rating")
_MEMBERS = {
    "branch": "branches", "region": "regions", "channel": "channels", "product": "products", "brand": "brands",
    "business_line": "business_lines", "segment": "segments",
}  # fmt: skip
_CHECKED = (*SCORED, "yes_no", "number", "date")
_YES = ("yes", "y", "true", "1", "是", "有", "满意")
_NO = ("no", "n", "false", "0", "否", "无", "不满意")
LISTS = ("branch", "region", "channel", "business_line", "segment", "product")


@dataclass(frozen=True)
class CheckedResponses:
    """A checked file. Table ``typed`` of ``table.con`` holds one row a response; loaded only when ``total`` is 0."""

    table: Table
    mapping: ResponseMapping
    model: Model
    rows: int
    answers: int
    problems: tuple[RowProblem, ...]
    total: int
    doubles: int
    first: dt.date | None
    last: dt.date | None


def check(
    table: Table, mapping: ResponseMapping, model: Model, today: dt.date, progress: Progress = silent
) -> CheckedResponses:
    """Check every cell that the mapping names.

    Raises :class:`Refused` for what concerns the file as a whole: a column that is not there, an ambiguous date order,
    personal numbers in a column that would be kept as it is, a touchpoint that no journey has.
    """
    for header in mapping.headers():
        table.column(header)
    _refuse_personal(table, mapping)
    places = mapping.places()
    homeless = [
        q for q in mapping.questions if q.touchpoint and q.touchpoint not in places and not model.place_of(q.touchpoint)
    ]
    if homeless:
        raise Refused(*(Problem("upload_touchpoint", q.id, {"touchpoint": q.touchpoint}) for q in homeless))
    progress(0.45, "upload.step_checking")
    order = mapping.reading.date_order
    if mapping.date_column:
        column = table.column(mapping.date_column)
        order = order or values.date_order(table.con, "cells", column)
        if order == "ask":
            raise Refused(Problem("upload_ask_date_order", table.name, {"column": mapping.date_column}))
        values.read_dates(table.con, "cells", column, order, "of_date")
    _lookups(table, mapping, model)
    _type(table, mapping)
    progress(0.6, "upload.step_checking")
    problems, total = _problems(table, mapping, model, today)
    doubles, twice = _duplicates(table, mapping)
    found = sorted([*table.broken, *problems, *twice], key=lambda p: (p.row, p.column))
    counts = ", ".join(f"count(q{i})" for i in range(len(mapping.questions)))
    rows, first, last, *answers = table.con.execute(
        f"SELECT count(*), min(day), max(day), {counts} FROM typed"
    ).fetchall()[0]
    _scrub(table, mapping)
    progress(0.7, "upload.step_checking")
    total += len(table.broken) + len(twice)
    return CheckedResponses(
        table, mapping, model, rows, sum(answers), tuple(found[:REPORT_LIMIT]), total, doubles, first, last
    )


def _refuse_personal(table: Table, mapping: ResponseMapping) -> None:
    kept = {g.column: table.column(g.column) for g in mapping.dimensions.values() if g.column}
    kept |= {q.column: table.column(q.column) for q in mapping.questions if q.type in ("single", "multiple")}
    hits = personal.found(table.con, kept)
    if mapping.id:
        hits |= personal.found(table.con, {mapping.id: table.column(mapping.id)}, frozenset({mapping.id}))
    if hits:
        raise Refused(
            *(Problem(f"upload_kept_{kind}", table.name, {"column": header}) for header, kind in hits.items())
        )


def _lookups(table: Table, mapping: ResponseMapping, model: Model) -> None:
    """Tables ``of_<dimension>(text, id, region, unknown)``. Only branches must be known: rights hang on them."""
    for name, given in mapping.dimensions.items():
        members = getattr(model, _MEMBERS[name]) if name in _MEMBERS else {}
        found = lookup(members, names)
        texts = [given.value] if given.value is not None else [
            text for (text,) in table.con.execute(
                f"SELECT DISTINCT {table.column(given.column or '')} AS x FROM cells WHERE NOT {values.missing('x')}"
            ).fetchall()
        ]  # fmt: skip
        rows = []
        for text in texts:
            meant = given.values.get(text.strip(), text.strip())
            id = found.find(meant)
            branch = model.branches.get(id or "") if name == "branch" else None
            unknown = name == "branch" and id is None
            rows.append(
                {"text": text, "id": id or meant, "region": branch.region if branch else None, "unknown": unknown}
            )
        schema = pa.schema(
            [("text", pa.string()), ("id", pa.string()), ("region", pa.string()), ("unknown", pa.bool_())]
        )
        table.con.register("staged", pa.Table.from_pylist(rows, schema))
        table.con.execute(f"CREATE OR REPLACE TABLE of_{name} AS SELECT * FROM staged")
        table.con.unregister("staged")


def _type(table: Table, mapping: ResponseMapping) -> None:
    """Table ``typed``: row, id, day, submitted_at, dimensions, and ``q0 …`` with each answer in its type."""
    zone = values.quoted(mapping.time_zone)
    if mapping.date_column:
        local = f"CASE WHEN d.utc THEN timezone({zone}, timezone('UTC', d.at)) ELSE d.at END"
        day = f"coalesce(CAST({local} AS DATE), CASE WHEN d.grain = 'day' THEN d.day END)"
        said = f"timezone({zone}, coalesce(d.at, d.day + INTERVAL 12 HOUR))"
        at = f"CASE WHEN d.utc THEN d.at ELSE timezone('UTC', {said}) END"
        join = f" LEFT JOIN of_date d ON cells.{table.column(mapping.date_column)} = d.text"
    else:
        day = f"CAST({values.quoted(mapping.date_fixed or '')} AS DATE)"
        at, join = f"timezone('UTC', timezone({zone}, CAST({day} AS TIMESTAMP) + INTERVAL 12 HOUR))", ""
    dimensions = []
    for name, given in mapping.dimensions.items():
        text = values.quoted(given.value) if given.value is not None else f"cells.{table.column(given.column or '')}"
        join += f" LEFT JOIN of_{name} ON {text} = of_{name}.text"
        dimensions.append(f"of_{name}.id AS {name}")
    if "region" not in mapping.dimensions:
        dimensions.append(
            f"{'of_branch.region' if 'branch' in mapping.dimensions else 'CAST(NULL AS VARCHAR)'} AS region"
        )
    absent = [name for name in (*LISTS, "lang", "brand") if name not in (*mapping.dimensions, "region")]
    dimensions += [f"CAST(NULL AS VARCHAR) AS {name}" for name in absent]
    answers = []
    for i, q in enumerate(mapping.questions):
        column = f"cells.{table.column(q.column)}"
        if q.type in _CHECKED:
            _read_answers(table, i, q)
            join += f" LEFT JOIN of_q{i} ON {column} = of_q{i}.text"
            answers.append(f"of_q{i}.answer AS q{i}")
        else:
            answers.append(f"{_answer(q, column)} AS q{i}")
    key = f"trim(cells.{table.column(mapping.id)})" if mapping.id else "CAST(NULL AS VARCHAR)"
    table.con.execute(
        f"CREATE OR REPLACE TABLE typed AS SELECT cells.row, {key} AS key, {day} AS day, {at} AS submitted_at, "
        f"{', '.join(dimensions + answers)} FROM cells{join}"
    )


def _read_answers(table: Table, place: int, q: Asked) -> None:
    """Table ``of_q<place>(text, answer, wrong)``: what each distinct text of a column answers."""
    table.con.execute(
        f"CREATE OR REPLACE TABLE of_q{place} AS "
        f"SELECT text, answer, answer IS NULL AND NOT {_absent(q, 'text')} AS wrong "
        f"FROM (SELECT text, {_answer(q, 'text')} AS answer "
        f"FROM (SELECT DISTINCT {table.column(q.column)} AS text FROM cells)) WHERE text IS NOT NULL"
    )


def _absent(q: Asked, column: str) -> str:
    marks = ", ".join(values.quoted(mark) for mark in q.missing)
    told = f" OR trim({column}) IN ({marks})" if q.missing else ""
    numeric = [mark for mark in q.missing if re.fullmatch(r"-?\d+", mark)]
    if numeric and q.type in (*SCORED, "number"):
        told += f" OR try_cast({column} AS DOUBLE) IN ({', '.join(numeric)})"
    return f"({values.missing(column)}{told})"


def _meant(q: Asked, column: str) -> str:
    if not q.values:
        return f"trim({column})"
    cases = " ".join(f"WHEN {values.quoted(text)} THEN {values.quoted(meaning)}" for text, meaning in q.values.items())
    return f"CASE trim({column}) {cases} ELSE trim({column}) END"


def _answer(q: Asked, column: str) -> str:
    """SQL: the answer in its type, NULL when there is none or it is wrong."""
    text = _meant(q, column)
    if q.type in SCORED:
        number = f"try_cast({values.clean(f'({text})')} AS DECIMAL(9, 3))"
        low = 0 if q.type == "nps" else 1
        whole = f"{number} BETWEEN {low} AND {q.points} AND {number} = floor({number})"
        typed = f"CASE WHEN {whole} THEN CAST({number} AS SMALLINT) END"
    elif q.type == "yes_no":
        yes, no = (", ".join(values.quoted(word) for word in words) for words in (_YES, _NO))
        typed = f"CASE WHEN lower({text}) IN ({yes}) THEN 1 WHEN lower({text}) IN ({no}) THEN 0 END"
    elif q.type == "number":
        typed = f"CAST({values.number(f'({text})', 'dot')} AS DECIMAL(18, 4))"
    elif q.type == "date":
        typed = f"CAST(try_cast({text} AS DATE) AS VARCHAR)"
    else:
        typed = text
    return f"CASE WHEN NOT {_absent(q, column)} THEN {typed} END"


def _problems(table: Table, mapping: ResponseMapping, model: Model, today: dt.date) -> tuple[list[RowProblem], int]:
    found: list[RowProblem] = []
    total = 0

    def collect(condition: str, header: str, code: str, source: str = "cells c", **told: object) -> None:
        nonlocal total
        column = f"c.{table.column(header)}"
        told_from = f"FROM {source} WHERE {condition}"
        count = table.con.execute(f"SELECT count(*) {told_from}").fetchall()[0][0]
        total += count
        if count:
            rows = table.con.execute(
                f"SELECT c.row, coalesce({column}, '') {told_from} ORDER BY c.row LIMIT {REPORT_LIMIT}"
            ).fetchall()
            for row, text in rows:
                near = branches.near(text) if code == "upload_unknown_branch" else ""
                found.append(
                    RowProblem(row, header, text, Problem(code, values={**told, "value": text[:60], "near": near}))
                )

    branches = lookup(model.branches, names)
    both = "typed t JOIN cells c USING (row)"
    if mapping.date_column:
        cell = f"c.{table.column(mapping.date_column)}"
        collect(f"t.day IS NULL AND {values.missing(cell)}", mapping.date_column, "upload_missing_period", both)
        collect(f"t.day IS NULL AND NOT {values.missing(cell)}", mapping.date_column, "upload_bad_date", both)
        collect(f"t.day > DATE '{today.isoformat()}'", mapping.date_column, "upload_future", both)
    if mapping.id:
        collect(f"coalesce(trim(c.{table.column(mapping.id)}), '') = ''", mapping.id, "upload_missing_id")
    branch = mapping.dimensions.get("branch")
    if branch and branch.column:
        texts = "(SELECT text FROM of_branch WHERE unknown)"
        collect(
            f"c.{table.column(branch.column)} IN {texts}", branch.column, "upload_unknown_branch", dimension="branch"
        )
    for i, q in enumerate(mapping.questions):
        if q.type in _CHECKED:
            code = "upload_off_scale" if q.type in SCORED else "upload_bad_answer"
            told = {"low": 0 if q.type == "nps" else 1, "high": q.points, "type": q.type}
            wrong = f"c.{table.column(q.column)} IN (SELECT text FROM of_q{i} WHERE wrong)"
            if table.con.execute(f"SELECT count(*) FROM of_q{i} WHERE wrong").fetchall()[0][0]:
                collect(wrong, q.column, code, **told)
    return found, total


def _duplicates(table: Table, mapping: ResponseMapping) -> tuple[int, list[RowProblem]]:
    """Ids that stand twice: the same row is taken once; different rows contradict each other."""
    if not mapping.id:
        return 0, []
    con = table.con
    rows, keys = con.execute("SELECT count(*), count(DISTINCT key) FROM typed").fetchall()[0]
    if rows == keys:
        return 0, []
    columns = [name for (name,) in con.execute("SELECT column_name FROM (DESCRIBE typed)").fetchall() if name != "row"]
    listed = ", ".join(columns)
    before = con.execute("SELECT count(*) FROM typed").fetchall()[0][0]
    con.execute(
        f"CREATE OR REPLACE TABLE typed AS SELECT min(row) AS row, {listed} FROM typed GROUP BY ALL ORDER BY row"
    )
    after = con.execute("SELECT count(*) FROM typed").fetchall()[0][0]
    rows = con.execute(
        "SELECT row, key, min(row) OVER (PARTITION BY key) AS first FROM typed WHERE key <> '' "
        "QUALIFY count(*) OVER (PARTITION BY key) > 1 ORDER BY row"
    ).fetchall()
    return before - after, [
        RowProblem(row, mapping.id, key, Problem("upload_twice", values={"first": first}))
        for row, key, first in rows
        if row != first
    ]


def _scrub(table: Table, mapping: ResponseMapping) -> None:
    for i, q in enumerate(mapping.questions):
        if q.type == "text":
            rows = table.con.execute(f"SELECT row, q{i} FROM typed WHERE {personal.needs_scrub(f'q{i}')}").fetchall()
            changed = [(clean, row) for row, text in rows if (clean := personal.scrub(text)) != text]
            if changed:
                table.con.executemany(f"UPDATE typed SET q{i} = ? WHERE row = ?", changed)
