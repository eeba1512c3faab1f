"""Answers that were begun and not sent: counted apart, never read as responses."""

from __future__ import annotations

import datetime as dt

import duckdb


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
