"""NPS by month × branch over 10 million responses, and satisfaction by stage × channel over 10 million answers, through
the door, against the same GROUP BY typed by hand."""

from __future__ import annotations

import os
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

from bench import line, timed
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import query
from cx.store.database import Database

ROWS = int(os.environ.get("CX_BENCH_ROWS", 10_000_000))
LIMIT, ROUNDS = 1.2, 9
RAW = """
SELECT CAST(date_trunc('month', day) AS DATE), branch, count(nps), sum(CASE WHEN nps >= 9 THEN 1 ELSE 0 END),
       sum(CASE WHEN nps <= 6 THEN 1 ELSE 0 END)
FROM response WHERE nps IS NOT NULL AND nps_kind = 'transactional' AND NOT flagged
GROUP BY 1, 2 ORDER BY 1, 2
"""


JOURNEY = """
SELECT stage, channel, count(satisfaction), sum(satisfaction), sum(CAST(satisfaction AS BIGINT) * satisfaction),
       count(DISTINCT response_id)  -- people: who has several answers counts once
FROM answer WHERE satisfaction IS NOT NULL AND journey = 'account-opening' AND voice = 'customer' AND NOT flagged
GROUP BY 1, 2 ORDER BY 1, 2
"""


def fill(db: Database) -> None:
    """Responses over 18 months and 40 branches, and as many answers over 5 stages and 4 channels of two journeys."""
    with db.writing() as con:
        con.execute(
            "INSERT INTO response (response_id, source, survey_id, survey_version, nps_kind, mode, submitted_at, day, "
            "branch, region, nps, flagged) SELECT uuid(), 'demo', 'branch-visit', '1.0.0', 'transactional', 'link', "
            "day, day, 'b' || lpad(CAST(i % 40 AS VARCHAR), 2, '0'), 'r' || (i % 4), (hash(i) >> 8) % 11, FALSE FROM "
            "(SELECT range AS i, DATE '2025-04-01' + CAST(hash(range) % 546 AS INTEGER) AS day FROM range(?))",
            [ROWS],
        )
        con.execute(
            "INSERT INTO answer (response_id, source, survey_id, survey_version, mode, day, branch, channel, journey, "
            "stage, touchpoint, question_id, type, score, points, satisfaction, flagged) "
            "SELECT uuid(), 'demo', 'branch-visit', '1.0.0', 'link', "
            "DATE '2025-04-01' + CAST(hash(range) % 546 AS INTEGER), "
            "'b' || lpad(CAST(range % 40 AS VARCHAR), 2, '0'), 'c' || (range % 4), "
            "CASE WHEN range % 2 = 0 THEN 'account-opening' ELSE 'wealth' END, 's' || ((range >> 3) % 5), 't', 'q', "
            "'rating', s, 5, 100 * s, FALSE FROM (SELECT range, 1 + (hash(range) >> 8) % 5 AS s FROM range(?))",
            [ROWS],
        )


def main() -> None:
    """Both in turn, so that the machine's mood hits both; medians."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "bench.duckdb")
        fill(db)
        everyone = Scope(WHOLE_BANK)
        nps = replace(everyone, nps_kind="transactional")
        _measured(db, "nps_query_seconds", RAW, "nps", nps, ("month", "branch"))
        journey = everyone.narrowed(journey="account-opening")
        _measured(db, "journey_query_seconds", JOURNEY, "satisfaction", journey, ("stage", "channel"))
        db.close()


def _measured(db: Database, name: str, sql: str, metric: str, scope: Scope, by: tuple[str, ...]) -> None:
    def ours() -> object:
        with db.cursor() as con:
            return query.measure(con, metric, scope, by)

    def raw() -> object:
        with db.cursor() as con:
            return con.execute(sql).fetchall()

    ours(), raw()
    pairs = [(timed(ours), timed(raw)) for _ in range(ROUNDS)]
    value, limit = (statistics.median(times) for times in zip(*pairs, strict=True))
    line(name, value, LIMIT, value / limit, rows=ROWS, peer=round(limit, 4))


if __name__ == "__main__":
    main()
