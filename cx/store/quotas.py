"""How many responses each quota of a survey has, and of what: they are counted anew when its condition changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb

from cx.store.database import Database
from cx.survey import types
from cx.survey.audience import recountable
from cx.survey.schema import Quota, Survey

Connection = duckdb.DuckDBPyConnection
_ROWS = """
SELECT r.response_id, a.question_id, a.type, a.score, a.choice, a.number, a.text
FROM response r LEFT JOIN answer a ON a.response_id = r.response_id AND list_contains(?::VARCHAR[], a.question_id)
WHERE r.survey_id = ? AND r.source = 'collect' ORDER BY r.response_id
"""


def counts(con: Connection, survey_id: str) -> dict[str, int]:
    """Landed responses by quota id, over all versions of the survey; a quota without any is not there."""
    rows = con.execute(
        "SELECT quota_id, count(*) FROM quota_hit WHERE survey_id = ? GROUP BY quota_id", [survey_id]
    ).fetchall()
    return dict(rows)


def settle(db: Database, survey: Survey) -> None:
    """See that every quota of the survey counts what its condition says now.

    Where it said something else before, or was not there, the responses that are in are counted anew by the answers
    the condition asks for; where those are not kept in such a form (:func:`cx.survey.audience.recountable`), the count
    begins at nothing.
    """
    with db.cursor() as con:
        before = _rules(con, survey.id)
    now = {quota.id: quota.when.source for quota in survey.quotas}
    if before == now:
        return
    with db.writing(counted=False) as con:
        before = _rules(con, survey.id)
        kept = before or {id: now.get(id) for id in counts(con, survey.id)}  # counted before rules were written down
        for quota in survey.quotas:
            if kept.get(quota.id) != quota.when.source:
                _recount(con, survey, quota)
        con.execute("DELETE FROM quota_rule WHERE survey_id = ?", [survey.id])
        con.executemany("INSERT INTO quota_rule VALUES (?, ?, ?)", [(survey.id, *rule) for rule in now.items()])


def _rules(con: Connection, survey_id: str) -> dict[str, str]:
    return dict(con.execute("SELECT quota_id, counts FROM quota_rule WHERE survey_id = ?", [survey_id]).fetchall())


def _recount(con: Connection, survey: Survey, quota: Quota) -> None:
    con.execute("DELETE FROM quota_hit WHERE survey_id = ? AND quota_id = ?", [survey.id, quota.id])
    if recountable(survey, quota):
        hits = [id for id, answers in _responses(con, survey, quota) if quota.when.holds(answers)]
        con.execute("INSERT INTO quota_hit SELECT unnest(?::UUID[]), ?, ?", [hits, survey.id, quota.id])


def _responses(con: Connection, survey: Survey, quota: Quota) -> Iterator[tuple[Any, Mapping[str, object]]]:
    """Every response, with the answers that the condition asks for."""
    rows = con.execute(_ROWS, [sorted(quota.when.names), survey.id]).fetchall()
    for id, group in groupby(rows, key=lambda row: row[0]):
        said: dict[str, list[Any]] = {}
        for _, question, type, *values in group:
            asked = survey.question(question) if question else None
            if asked is not None and asked.type == type and (value := _value(type, *values)) is not None:
                said.setdefault(question, []).append(value)
        yield id, {question: _whole(survey, question, values) for question, values in said.items()}


def _whole(survey: Survey, question: str, values: list[Any]) -> object:
    """One answer out of its rows; choices in the order of the survey."""
    asked = survey.question(question)
    if asked is None or asked.type != "multiple":
        return values[0]
    return tuple(choice.id for choice in asked.choices if choice.id in values)


def _value(type: str, score: int | None, choice: str | None, number: Decimal | None, text: str | None) -> object:
    storage = types.TYPES[type].storage
    if storage == "score" and choice == types.NOT_APPLICABLE:
        return types.NOT_APPLICABLE
    if storage == "flag":
        return None if score is None else bool(score)
    return {"score": score, "number": number, "choice": choice, "choices": choice}.get(storage, text)
