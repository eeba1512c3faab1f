"""The indicator tree with what moved it since the quarter before, over 5 million values, against the same rows added
up by hand-written SQL in the same run. ``with_trend`` is the same with 18 months of every indicator, as on screen.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from bench import line, timed
from cx.bank.model import Model, load
from cx.insight import tree
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store.database import Database
from cx.store.place import ROOT

ROWS = int(os.environ.get("CX_BENCH_ROWS", 5_000_000))
LIMIT, ROUNDS, MONTHS = 3.0, 7, 18
RAW = """
SELECT indicator, CAST(date_trunc('quarter', day) AS DATE), count(value), sum(value), count(denominator),
       sum(denominator), sum(CAST(value AS DOUBLE) * denominator)
FROM indicator_value WHERE superseded_by IS NULL AND day >= DATE '2026-04-01' AND day <= DATE '2026-09-30'
GROUP BY 1, 2 ORDER BY 1, 2
"""


def fill(db: Database, model: Model) -> int:
    """Monthly values of every uploaded indicator in thousands of branches; half of the indicators have denominators.

    Returns the number of values.
    """
    names = [name for name, each in model.indicators.items() if not each.computed]
    branches = ROWS // len(names) // MONTHS
    grains = [model.indicators[name].grain for name in names]
    with db.writing() as con:
        con.execute(
            "CREATE TEMP TABLE names AS SELECT unnest(?) AS name, unnest(?) AS grain, unnest(?) AS place",
            [names, grains, list(range(len(names)))],
        )
        con.execute(
            "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, region, value, denominator) "
            "SELECT 'bench', name, grain, CAST(DATE '2025-04-01' + to_months(CAST(m AS INTEGER)) AS DATE), "
            "'b' || b, 'r' || (b % 4), 10 + (hash(name, m, b) % 9000) / 100, "
            "CASE WHEN place % 2 = 0 THEN 300 + hash(b, m) % 600 END "
            f"FROM range({MONTHS}) AS months(m), names, range({branches}) AS branches(b) ORDER BY m"
        )
    return branches * len(names) * MONTHS


def main() -> None:
    """Both in turn, so that the machine's mood hits both; medians."""
    model = load(ROOT / "data" / "model")
    now = periods.parse("2026Q3", None)
    assert now and now.before
    scope = Scope(WHOLE_BANK, now.start, now.end)
    other = scope.between(now.before.start, now.before.end)
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "bench.duckdb")
        rows = fill(db, model)

        def ours(trends: bool = False) -> object:
            with db.cursor() as con:
                return tree.steps(tree.look(con, scope, other, model, trends), 3)

        def raw() -> object:
            with db.cursor() as con:
                return con.execute(RAW).fetchall()

        ours(), raw()
        pairs = [(timed(ours), timed(raw)) for _ in range(ROUNDS)]
        whole = statistics.median(timed(lambda: ours(True)) for _ in range(3))
        db.close()
    value, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
    line(
        "indicator_tree_seconds", value, LIMIT, value / peer, rows=rows, peer=round(peer, 4), with_trend=round(whole, 4)
    )


if __name__ == "__main__":
    main()
