"""Screens over a million responses: drawn anew, against the queries that they ask, typed by hand, and one bare rerun.

The demo bank many times over. The peer of a screen is every statement that it sent to the database, sent again with its
rows fetched as tuples, plus the rerun of a page of one chart and one table. ``CX_BENCH_PAGES="nps journey"`` and
``CX_BENCH_RESPONSES=10000000`` measure some screens, or over more responses.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench import drawing, line, timed
from bench.servers import prepared
from components import navigation, session
from cx import workbench
from cx.store.place import ROOT
from cx.workbench import Workbench

RESPONSES = int(os.environ.get("CX_BENCH_RESPONSES", 1_000_000))
LIMIT, ROUNDS = 1.5, 3
PAGES = ("overview", "nps", "compare", "journey", "drivers", "voices", "dashboards", "groups", "personas", "weighting")
CHOSEN = tuple(os.environ.get("CX_BENCH_PAGES", " ".join(PAGES)).split())


def grown(bench: Workbench) -> int:
    """The demo bank again and again under new ids; returns how many responses there are then."""
    with bench.database.writing() as con:
        (once,) = con.execute("SELECT count(*) FROM response").fetchall()[0]
        for table in ("response", "answer"):
            con.execute(f"CREATE TEMP TABLE once_{table} AS SELECT * FROM {table}")
        for _ in range(RESPONSES // once):
            con.execute("CREATE OR REPLACE TEMP TABLE again AS SELECT response_id, uuid() AS id FROM once_response")
            for table in ("response", "answer"):
                con.execute(
                    f"INSERT INTO {table} BY NAME SELECT o.* REPLACE (a.id AS response_id) FROM once_{table} o "
                    "JOIN again a USING (response_id)"
                )
        return int(con.execute("SELECT count(*) FROM response").fetchall()[0][0])


def main() -> None:
    """Each screen in turn with its peer; medians."""
    with tempfile.TemporaryDirectory() as scratch:
        token = prepared(Path(scratch) / "data")
        os.environ["CX_DATA"] = str(Path(scratch) / "data")
        session.token = lambda: token  # AppTest has no cookies
        bench = workbench.current()
        count = grown(bench)
        bare = drawing.bare()
        rerun = statistics.median(timed(bare.run) for _ in range(5))
        for stem in CHOSEN:
            _compare(bench, stem, rerun, count)
        workbench.close()


def _compare(bench: Workbench, stem: str, rerun: float, count: int) -> None:
    db = bench.database
    page = AppTest.from_file(str(ROOT / "components" / "shell.py"), default_timeout=600).run()
    page.switch_page(f"../pages/{navigation.of_stem(stem).name}.py")

    def drawn() -> None:
        db.version += 1  # nothing is remembered
        assert not page.run().exception, page.exception

    said = drawing.heard(db, drawn)
    ours, raw = [], []
    for _ in range(ROUNDS):
        ours.append(timed(drawn))
        raw.append(timed(lambda: drawing.again(db.cursor(), said)))
    peer = statistics.median(raw) + rerun
    value = statistics.median(ours)
    line(f"screen_{stem}_seconds", value, LIMIT, value / peer, peer=round(peer, 3), queries=len(said), responses=count)


if __name__ == "__main__":
    main()
