"""NPS by month × branch over 10 million responses through the door, against the same GROUP BY typed by hand."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import line
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


def fill(db: Database) -> None:
    """Responses over 18 months and 40 branches."""
    with db.writing() as con:
        con.execute(
            "INSERT INTO response (response_id, source, survey_id, survey_version, nps_kind, mode, submitted_at, day, "
            "branch, region, nps, flagged) SELECT uuid(), 'demo', 'branch-visit', '1.0.0', 'transactional', 'link', "
            "day, day, 'b' || lpad(CAST(i % 40 AS VARCHAR), 2, '0'), 'r' || (i % 4), (hash(i) >> 8) % 11, FALSE FROM "
            "(SELECT range AS i, DATE '2025-04-01' + CAST(hash(range) % 546 AS INTEGER) AS day FROM range(?))",
            [ROWS],
        )


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Both in turn, so that the machine's mood hits both; medians."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "bench.duckdb")
        fill(db)
        scope = Scope(WHOLE_BANK, nps_kind="transactional")

        def ours() -> object:
            with db.cursor() as con:
                return query.measure(con, "nps", scope, ("month", "branch"))

        def raw() -> object:
            with db.cursor() as con:
                return con.execute(RAW).fetchall()

        ours(), raw()
        pairs = [(timed(ours), timed(raw)) for _ in range(ROUNDS)]
        db.close()
    value, limit = (statistics.median(times) for times in zip(*pairs, strict=True))
    line("nps_query_seconds", value, LIMIT, value / limit, rows=ROWS, peer=round(limit, 4))


if __name__ == "__main__":
    main()
