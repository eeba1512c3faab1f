"""Genuine responses with the habits of customers, and bad ones planted among them: what the rules of quality must tell
apart."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cx.store.database import Database
from cx.store.query import Connection

START = dt.datetime(2026, 3, 2)
BRANCHES = [f"b{n:02}" for n in range(12)]


@dataclass
class Bank:
    """Rows to be; ``add`` makes one response and its answers, and returns its id."""

    source: str = "collect"
    responses: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, at: dt.datetime, branch: str, mode: str, seconds: float, ratings: Sequence[int], nps: int,
        text: str | None = None, survey: str = "visit",
    ) -> str:  # fmt: skip
        shared = {
            "response_id": str(uuid.uuid4()), "source": self.source, "survey_id": survey, "survey_version": "1.0.0",
            "nps_kind": "transactional", "mode": mode, "lang": "zh", "day": at.date(), "branch": branch,
        }  # fmt: skip
        self.responses.append(shared | {"submitted_at": at, "seconds": round(seconds), "nps": nps})
        said = [("nps", "nps", nps, 10, None, None)]
        said += [(f"q{i}", "rating", score, 5, score * 100, None) for i, score in enumerate(ratings)]
        said += [("why", "text", None, None, None, text)] if text else []
        names = ("question_id", "type", "score", "points", "satisfaction", "text")
        self.answers += [shared | dict(zip(names, row, strict=True)) for row in said]
        return str(shared["response_id"])

    def store(self, db: Database) -> None:
        """Write all."""
        with db.writing() as con:
            _insert(con, "response", self.responses)
            _insert(con, "answer", self.answers)


def _insert(con: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    con.register("rows", pa.Table.from_pylist(rows))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
    con.unregister("rows")


def genuine(bank: Bank, days: int = 20, a_day: int = 6, seed: int = 7) -> None:
    """Customers: they come in a rush at noon, most are content, some say the same all the way down, some are quick."""
    dice = random.Random(seed)
    for day in range(days):
        for branch in BRANCHES:
            busy = 3 if branch == BRANCHES[0] else 1
            for _ in range(a_day * busy):
                hour = dice.choices(range(9, 17), (1, 2, 3, 5, 4, 2, 2, 1))[0]
                at = START + dt.timedelta(days=day, hours=hour, seconds=dice.randrange(3600))
                mood = dice.gauss(4.1, 0.7)
                ratings = [min(5, max(1, round(dice.gauss(mood, 0.6)))) for _ in range(7)]
                nps = min(10, max(0, round(mood * 2 + dice.gauss(0, 1.2))))
                words = (
                    "".join(dice.choices("网点柜员排队服务很好慢快等候叫号机清楚", k=20))
                    if dice.random() < 0.3
                    else None
                )
                seconds = 70 * dice.lognormvariate(0, 0.45)
                bank.add(at, branch, dice.choice(("qr", "kiosk", "link")), seconds, ratings, nps, words)


def filled_in(bank: Bank, branch: str, count: int = 24) -> list[str]:
    """A colleague before the end of the day: three evenings, one after another, all tens."""
    dice, ids = random.Random(3), []
    for n in range(count):
        at = START + dt.timedelta(days=10 + n * 3 // count, hours=17, minutes=40, seconds=45 * (n % (count // 3)))
        ids.append(bank.add(at, branch, "qr", dice.uniform(12, 24), [5, 5, 4, 5, 5, 5, 4], dice.choice((9, 10))))
    return ids
