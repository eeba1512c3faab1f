"""The list of 100,000 cases drawn anew, against the statements that it sends, typed by hand, and one bare rerun."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench import drawing, line, timed
from bench.servers import prepared
from components import session
from cx import workbench
from cx.store.place import ROOT
from cx.workbench import Workbench

CASES = int(os.environ.get("CX_BENCH_CASES", 100_000))
LIMIT, ROUNDS = 2.0, 7
ASKED = {
    "open": {},
    "late": {"late": "1", "branch": "b0101"},
    "words": {"q": "第 7", "state": "all"},
    "last": {"page": "1500"},
}


_FILES = """
INSERT INTO case_file BY NAME
SELECT 'c' || i AS case_id, 'detractor' AS kind, ['detractor', 'low_csat'] AS kinds, i % 50 = 0 AS hot,
    '等候太久，第 ' || i || ' 件' AS title, ?[1 + i % ?] AS branch, 'queue' AS touchpoint, 'branch' AS channel,
    'hand' AS source, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'closed' END AS state, 'branch' AS desk,
    CASE WHEN i % 4 > 0 THEN 'user' || i % 20 END AS owner,
    began + INTERVAL 1 DAY AS contact_due, began + INTERVAL 5 DAY AS close_due,
    CASE WHEN i % 3 > 0 THEN began + INTERVAL 4 HOUR END AS contacted_at,
    CASE WHEN i % 3 > 0 THEN began + to_hours(i % 190) END AS closed_at, 0 AS reopened,
    CASE WHEN i % 3 > 0 THEN ?[1 + i % ?] END AS root_cause, CASE WHEN i % 3 > 0 THEN 'solved' END AS outcome,
    '已联系客户' AS note, '' AS reference,
    began AS opened_at, '(cx)' AS opened_by, began AS recorded_at, '(cx)' AS recorded_by
FROM (SELECT i, now()::TIMESTAMP - to_minutes(i * 10) AS began FROM range(?) t(i))
"""
_STEPS = """
INSERT INTO case_step BY NAME
SELECT case_id, recorded_at, recorded_by, state, owner, note, ? AS action FROM case_file
"""


def filled(bench: Workbench) -> None:
    """Cases over all branches and two years, a third open, most of these late; each with two steps."""
    branches, causes = list(bench.model.branches), list(bench.rules.causes)
    with bench.database.writing() as con:
        con.execute(_FILES, [branches, len(branches), causes, len(causes), CASES])
        for action in ("opened", "contacted"):
            con.execute(_STEPS, [action])


def main() -> None:
    """Each way to ask for the list with its peer; medians."""
    with tempfile.TemporaryDirectory() as scratch:
        token = prepared(Path(scratch) / "data")
        os.environ["CX_DATA"] = str(Path(scratch) / "data")
        session.token = lambda: token  # AppTest has no cookies
        bench = workbench.current()
        bench.cases.close()  # every drawing pretends new data, which would set it to work
        bench.watch.close()
        filled(bench)
        bare = drawing.bare()
        for name, address in ASKED.items():
            _compare(bench, name, address, bare)
        workbench.close()


def _compare(bench: Workbench, name: str, address: dict[str, str], bare: AppTest) -> None:
    db = bench.database
    page = AppTest.from_file(str(ROOT / "components" / "shell.py"), default_timeout=600).run()
    for key, value in address.items():
        page.query_params[key] = value
    page.switch_page("../pages/act/cases.py")

    def drawn() -> None:
        db.version += 1  # nothing is remembered
        assert not page.run().exception, page.exception

    said = drawing.heard(db, drawn)
    ours, raw = [], []
    for _ in range(ROUNDS):  # in turns, so that whatever else runs slows both
        ours.append(timed(drawn))
        raw.append(timed(lambda: drawing.again(db.cursor(), said)) + timed(bare.run))
    value, peer = statistics.median(ours), statistics.median(raw)
    line(f"cases_list_{name}_seconds", value, LIMIT, value / peer, peer=round(peer, 3), queries=len(said), cases=CASES)


if __name__ == "__main__":
    main()
