"""Columns of the demo bank into tables, in bulk. What an answer means as rows is asked of :mod:`cx.store.facts`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from cx.bank.model import Model
from cx.demo.answering import Column
from cx.demo.people import Category, Crowd
from cx.demo.summary import SOURCE
from cx.demo.truth import Truth
from cx.store import facts
from cx.store.query import Connection
from cx.survey.schema import Survey

_FIRSTS = ("nps", "csat", "ces")
_RESPONSE = tuple(name for name in facts.RESPONSE_COLUMNS if name != "receipt")
_INDICATOR = ("indicator", "grain", "day", "branch", "region", "channel", "value", "numerator", "denominator")


def insert_responses(
    con: Connection, survey: Survey, known: Truth, people: Crowd, columns: Mapping[str, Column], model: Model
) -> None:
    """Store the response rows of one survey, and keep them as ``demo_crowd`` for its answers until :func:`forget`."""
    con.register("demo_crowd", _responses(survey, known, people, columns, model))
    con.execute(f"INSERT INTO response ({', '.join(_RESPONSE)}) SELECT {', '.join(_RESPONSE)} FROM demo_crowd")


def forget(con: Connection) -> None:
    """Let go of what :func:`insert_responses` kept."""
    con.unregister("demo_crowd")


def _responses(survey: Survey, known: Truth, people: Crowd, columns: Mapping[str, Column], model: Model) -> pa.Table:
    """The response rows, with ``k``, their place in the crowd. What is the same for all comes from ``facts.rows``."""
    shared = _example(survey, {}, model).response
    first = np.datetime64(known.first, "D")
    days = first + people.day.astype("timedelta64[D]")
    n = people.size
    varying = {
        "k": pa.array(np.arange(n), pa.int32()),
        "response_id": pa.array(people.ids, pa.string()),
        "mode": _texts(people.mode), "lang": _texts(people.lang), "branch": _texts(people.branch),
        "region": _texts(people.branch, {key: branch.region for key, branch in model.branches.items()}),
        "channel": _texts(people.channel), "segment": _texts(people.segment), "product": _texts(people.product),
        "day": pa.array(days), "seconds": pa.array(people.seconds, pa.int32()),
        "submitted_at": pa.array(days.astype("datetime64[us]") + people.second.astype("timedelta64[s]")),
        **{kind: _first_score(survey, columns, kind, n) for kind in _FIRSTS},
    }  # fmt: skip
    same = {name: pa.array([shared[name]] * n) for name in _RESPONSE if name not in varying}
    return pa.table({**varying, **same})


def _texts(column: Category, names: Mapping[str, str | None] | None = None) -> pa.Array:
    values = [names.get(value) if names else value for value in column.values]
    table = np.array([*values, None], dtype=object)
    return pa.array(table[column.codes], pa.string(), from_pandas=True)


def _first_score(survey: Survey, columns: Mapping[str, Column], kind: str, n: int) -> pa.Array:
    """The score of the first question of a type that a respondent answered with a score."""
    found = np.full(n, -1)
    asked = [q for q in survey.questions if q.type == kind and q.id in columns and q.id not in survey.beside]
    for question in asked:
        if kind != "nps" or question.brand == asked[0].brand:
            column = columns[question.id]
            scores = np.array([*(value if isinstance(value, int) else -1 for value in column.values), -1])
            found = np.where(found < 0, scores[column.codes], found)
    return pa.array(found, pa.int8(), mask=found < 0)


def _example(survey: Survey, answers: Mapping[str, object], model: Model) -> facts.Facts:
    received = facts.Received("", dt.datetime(2000, 1, 1), dt.date(2000, 1, 1), {}, source=SOURCE)
    return facts.rows(survey, answers, received, model)


def insert_answers(con: Connection, survey: Survey, name: str, column: Column, model: Model) -> int:
    """Store the answer rows of one question: the rows of each distinct answer, joined to whoever gave it.

    Returns how many.
    """
    used = np.unique(column.codes[column.codes >= 0]).tolist()
    if not used:
        return 0
    rows = [
        {"code": code} | {own: row.get(own) for own in facts.OWN}
        for code in used
        for row in _example(survey, {name: column.values[code]}, model).answers
    ]
    who = np.flatnonzero(column.codes >= 0)
    con.register(
        "demo_given", pa.table({"k": pa.array(who, pa.int32()), "code": pa.array(column.codes[who], pa.int32())})
    )
    con.register("demo_meant", pa.table({key: pa.array([row[key] for row in rows], _type(key)) for key in rows[0]}))
    shared, own = ", ".join(f"c.{key}" for key in facts.SHARED), ", ".join(f"m.{key}" for key in facts.OWN)
    try:
        con.execute(
            f"INSERT INTO answer ({', '.join(facts.SHARED + facts.OWN)}) SELECT {shared}, {own} FROM demo_given g "
            "JOIN demo_meant m USING (code) JOIN demo_crowd c USING (k)"
        )
    finally:
        con.unregister("demo_given")
        con.unregister("demo_meant")
    sizes = np.bincount([row["code"] for row in rows])
    return int(sizes[column.codes[who]].sum())


def _type(name: str) -> pa.DataType:
    if name in ("code", "score", "points", "satisfaction"):
        return pa.int32()
    return pa.decimal128(18, 4) if name == "number" else pa.string()


def insert_indicators(con: Connection, rows: list[dict[str, Any]], day: dt.date) -> None:
    """Store monthly values as one upload; where the bank has loaded a value of its own, that one stays in force."""
    figure = pa.decimal128(24, 6)
    types = {"day": pa.date32(), "value": figure, "numerator": figure, "denominator": figure}
    table = pa.table({name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in _INDICATOR})
    con.register("demo_figures", table)
    try:
        listed = ", ".join(_INDICATOR)
        con.execute(f"INSERT INTO indicator_value (upload_id, {listed}) SELECT '{SOURCE}', {listed} FROM demo_figures")
    finally:
        con.unregister("demo_figures")
    key = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")
    match = " AND ".join(f"d.{name} IS NOT DISTINCT FROM o.{name}" for name in key)
    con.execute(
        "UPDATE indicator_value d SET superseded_by = o.upload_id FROM indicator_value o "
        f"WHERE d.upload_id = '{SOURCE}' AND o.upload_id <> '{SOURCE}' AND o.superseded_by IS NULL AND {match}"
    )
    con.execute(
        "INSERT INTO upload (upload_id, kind, source, file_name, sha256, row_count, mapping, loaded_by, loaded_at, "
        "state) VALUES (?, 'indicators', ?, ?, '', ?, '{}', ?, ?, 'loaded')",
        [SOURCE, SOURCE, SOURCE, len(rows), SOURCE, dt.datetime.combine(day, dt.time())],
    )
