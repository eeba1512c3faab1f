"""How many responses each quota of a survey has."""

from __future__ import annotations

import duckdb


def counts(con: duckdb.DuckDBPyConnection, survey_id: str) -> dict[str, int]:
    """Landed responses by quota id, over all versions of the survey; a quota without any is not there."""
    rows = con.execute(
        "SELECT quota_id, count(*) FROM quota_hit WHERE survey_id = ? GROUP BY quota_id", [survey_id]
    ).fetchall()
    return dict(rows)
