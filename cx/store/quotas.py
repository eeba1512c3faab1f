"""How many responses each quota of a survey has."""

from __future__ import annotations

import duckdb

from cx.survey.schema import Survey


def counts(con: duckdb.DuckDBPyConnection, survey_id: str) -> dict[str, int]:
    """Landed responses by quota id, over all versions of the survey; a quota without any is not there."""
    rows = con.execute(
        "SELECT quota_id, count(*) FROM quota_hit WHERE survey_id = ? GROUP BY quota_id", [survey_id]
    ).fetchall()
    return dict(rows)


def full(con: duckdb.DuckDBPyConnection, survey: Survey) -> frozenset[str]:
    """Ids of the survey's quotas that have reached their limit: for ``flow.full``.

    Responses land a moment after they are acknowledged, so those that come together may go a few beyond it.
    """
    if not survey.quotas:
        return frozenset()
    had = counts(con, survey.id)
    return frozenset(quota.id for quota in survey.quotas if had.get(quota.id, 0) >= quota.limit)
