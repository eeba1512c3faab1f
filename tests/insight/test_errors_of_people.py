"""Several answers of one person are not several people, on every screen that asks the door."""

from __future__ import annotations

import datetime as dt
import uuid

import numpy as np
import pytest
from small_bank import insert, rating_rows

from cx.insight import nps
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import query
from cx.store.database import Database

ALL = Scope(WHOLE_BANK)
MONTHS = [dt.date(2023 + month // 12, 1 + month % 12, 10) for month in range(40)]


@pytest.fixture(scope="module")
def moods() -> Database:
    """40 months, 8 branches, 20 people each, who rate five things as their mood is. Branches differ in nothing."""
    db, random = Database(":memory:"), np.random.default_rng(7)
    rows = []
    for month in MONTHS:
        for branch in range(8):
            for mood in random.integers(1, 6, 20):
                given, who = np.clip(mood + random.integers(-1, 2, 5), 1, 5), [str(uuid.uuid4())]
                for thing, score in enumerate(given):
                    place = {"day": month, "branch": f"b{branch}", "touchpoint": f"t{thing}"}
                    rows += rating_rows({int(score): 1}, who, **place)
    insert(db, "answer", rows)
    return db


@pytest.mark.parametrize("metric", ["satisfaction", "top2"])
def test_branches_that_differ_in_nothing_are_hardly_ever_named(moods: Database, metric: str) -> None:
    con = moods.cursor()
    found = [nps.breakdown(con, ALL.between(day, day), "branch", metric) for day in MONTHS]
    named = sum(any(row.verdict in ("higher", "lower") for row in each.rows) for each in found)
    assert named <= 5  # 5% of 40 are 2; taking answers for people names some in half of the months


def test_a_trend_of_nothing_has_no_turns(moods: Database) -> None:
    last = MONTHS[-1].replace(day=28)
    trend = nps.trend(moods.cursor(), ALL, "month", last, last + dt.timedelta(days=40), "satisfaction")
    assert trend.tested > 10 and not trend.turns


def test_things_that_are_rated_alike_are_no_pain_points(moods: Database) -> None:
    con = moods.cursor()
    found = [nps.breakdown(con, ALL.between(day, day), "touchpoint", "satisfaction") for day in MONTHS]
    assert sum(any(row.verdict != "same" for row in each.rows) for each in found) <= 2


def test_the_error_is_that_of_people_who_are_drawn_again(moods: Database) -> None:
    """Ratio of what a bootstrap of people spreads to what the door says; by answers it would be 1.9 times larger."""
    con, scope = moods.cursor(), ALL.between(MONTHS[0], MONTHS[0])
    said = query.measure(con, "satisfaction", scope).total
    rows = con.execute("SELECT sum(score), count(*) FROM answer WHERE day = ? GROUP BY response_id", [MONTHS[0]])
    sums, random = np.array(rows.fetchall(), dtype=float), np.random.default_rng(1)
    drawn = sums[random.integers(0, len(sums), (2_000, len(sums)))].sum(axis=1)
    assert (drawn[:, 0] / drawn[:, 1]).std() == pytest.approx(said.se, rel=0.06)
    share = query.measure(con, "top2", scope).total
    assert share.se > 1.5 * (share.value * (1 - share.value) / share.n) ** 0.5
    assert (said.n, said.base) == (800, 160)
