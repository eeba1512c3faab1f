"""The proof of a quick win with everything (checks, guardrails, the other outcome) over a million responses, and the
design before its start; against the bare GROUP BY of the judged metric by branch and day."""

from __future__ import annotations

import datetime as dt
import os
import statistics
from pathlib import Path

from bench import line
from bench.nps_query import timed
from cx.act import verification
from cx.act.charter import Charter
from cx.bank import model as bank
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

ROWS = int(os.environ.get("CX_BENCH_ROWS", 1_000_000))
LIMIT, ROUNDS = 5.0, 3
START, WEEKS = dt.date(2026, 1, 5), 16
RAW = """
SELECT branch, day, count(nps), sum(CASE WHEN nps >= 9 THEN 1 ELSE 0 END), sum(CASE WHEN nps <= 6 THEN 1 ELSE 0 END)
FROM response WHERE nps_kind = 'transactional' AND touchpoint = 'queue' AND NOT flagged GROUP BY 1, 2
"""


def fill(db: Database, branches: list[str]) -> None:
    """Responses of three lengths of the pilot, each with a satisfaction answer, and a year of an indicator."""
    first = START - dt.timedelta(weeks=2 * WEEKS)
    with db.writing() as con:
        con.execute(
            "INSERT INTO response (response_id, source, survey_id, survey_version, nps_kind, mode, submitted_at, day, "
            "branch, channel, touchpoint, nps) SELECT uuid(), 'demo', 'branch-visit', '1.0.0', 'transactional', "
            "'link', day, day, (?::VARCHAR[])[1 + i % ?], 'branch', 'queue', (hash(i) >> 8) % 11 FROM "
            "(SELECT range AS i, ?::DATE + CAST(hash(range) % ? AS INTEGER) AS day FROM range(?))",
            [branches, len(branches), first, 21 * WEEKS, ROWS],
        )
        con.execute(
            "INSERT INTO answer (response_id, source, survey_id, survey_version, nps_kind, mode, day, branch, channel, "
            "touchpoint, question_id, type, score, points, satisfaction) SELECT response_id, source, survey_id, "
            "survey_version, nps_kind, mode, day, branch, channel, touchpoint, 'q', 'csat', 1 + nps // 3, 5, "
            "100 * CAST(1 + nps // 3 AS INTEGER) FROM response"
        )
        con.execute(
            "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, value) SELECT 'u', "
            "'queue_minutes', 'month', m, b, 15 + (hash(b || m) % 100) / 50 FROM "
            "(SELECT unnest(?::VARCHAR[]) AS b), (SELECT CAST(unnest(generate_series(DATE '2025-04-01', "
            "DATE '2026-04-01', INTERVAL 1 MONTH)) AS DATE) AS m)",
            [branches],
        )


def main() -> None:
    """Time the raw query, the design and the proof; the median of some rounds."""
    model = bank.load(Path("data/model"))
    branches = sorted(model.branches)
    db = Database(":memory:")
    fill(db, branches)
    charter = Charter(
        title="t", hypothesis="h", touchpoint="queue", metric="nps", target=40.0, owner="o", start=START,
        end=START + dt.timedelta(weeks=WEEKS, days=-1), pilots=tuple(branches[::5]), nps_kind="transactional",
        guardrails=("satisfaction", "queue_minutes"),
    )  # fmt: skip
    with db.cursor() as con:
        raw = statistics.median(timed(lambda: con.execute(RAW).fetchall()) for _ in range(ROUNDS))
        for name, ask, day in (
            ("did_design", verification.design, START), ("did_proof", verification.proof, charter.end),
        ):  # fmt: skip
            taken = sorted(
                timed(lambda ask=ask, day=day: ask(con, charter, WHOLE_BANK, day, model)) for _ in range(ROUNDS)
            )
            line(name, taken[ROUNDS // 2], LIMIT, taken[ROUNDS // 2] / raw, first=round(taken[-1], 3), rows=ROWS)


if __name__ == "__main__":
    main()
