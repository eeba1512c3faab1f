"""Answers that were begun and not sent: counted apart, never read as responses."""

from __future__ import annotations

import datetime as dt

import duckdb

DRAFT_DAYS = 30
_NAME = "[0-9a-f]{24}"


def partials(con: duckdb.DuckDBPyConnection, survey_id: str, since: dt.datetime) -> int:
    """How many respondents of a survey handed in a page at ``since`` (UTC without zone) or later and sent nothing.

    Neither those who were thanked because a quota was full nor those who sent and then began to correct.
    """
    found = con.execute(
        "SELECT count(*) FROM draft ANTI JOIN submission USING (submission_id) "
        "WHERE survey_id = ? AND saved_at >= ? AND (payload ->> '$.over') IS NULL",
        [survey_id, since],
    ).fetchall()
    return int(found[0][0])


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Remove, within a write transaction, drafts that nobody came back to for 30 days; the browser's own note of them
    ends after seven."""
    con.execute(f"DELETE FROM draft WHERE saved_at < now()::TIMESTAMP - INTERVAL {DRAFT_DAYS} DAY")


def photos(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of photos that a response has, had before it was corrected, or that stand in a draft."""
    rows = con.execute(
        "SELECT text FROM answer WHERE type = 'photo' AND text IS NOT NULL UNION "
        f"SELECT unnest(regexp_extract_all(payload, '\"({_NAME})\"', 1)) FROM draft UNION "
        f"SELECT unnest(regexp_extract_all(payload, '\"({_NAME})\"', 1)) FROM response_revision"
    ).fetchall()
    return frozenset(name for (name,) in rows)
