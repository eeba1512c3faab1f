"""The trend in every grain: no line and no test over a change of meaning, and changes corrected together."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest
from small_bank import scores

from cx.insight import nps
from cx.measure import periods, statistics
from cx.measure.scope import WHOLE_BANK, Scope
from cx.output import charts
from cx.store.database import Database
from cx.words import Translator

SCOPE = Scope(WHOLE_BANK, nps_kind="transactional")
TODAY = dt.date(2027, 1, 15)


@pytest.fixture
def db() -> Iterator[Database]:
    found = Database(":memory:")
    yield found
    found.close()


def _lines(found: nps.Trend) -> dict[dt.date, int]:
    """The segment of the line that each drawn point lies on."""
    rows = charts.trend(found, Translator("zh")).to_dict()["datasets"]["rows"]
    return {
        point.day: row["segment"] for point, row in zip(found.points, rows, strict=True) if row["value"] is not None
    }


@pytest.mark.parametrize("grain", periods.GRAINS)
def test_no_line_crosses_a_change_of_meaning_in_any_grain(db: Database, grain: str) -> None:
    turn = dt.date(2026, 8, 12)  # in the middle of a week, month, quarter and year
    days = [dt.date(2024, 12, 20), *(dt.date(2026, month, 3) for month in range(1, 13))]
    days += [turn + dt.timedelta(days=step) for step in range(-20, 20)]
    for day in days:
        scores(db, 12, 4, 4, day=day, survey_version="1.2.0" if day < turn else "2.0.0")
    last = dt.date(2026, 9, 3) if grain in ("day", "week") else dt.date(2026, 12, 31)
    found = nps.trend(db.cursor(), SCOPE, grain, last, TODAY)
    at, lines = periods.floor(turn, grain), _lines(found)
    assert [b.day for b in found.breaks] == [at]
    before = [line for day, line in lines.items() if day < at]
    after = [line for day, line in lines.items() if day > at]
    assert before and not set(before) & {lines[at], *after}
    if grain != "day":  # answers of both meanings lie in it: it belongs to neither side
        assert at in found.mixed and lines[at] not in after
    assert not any(day in found.turns for day in found.cuts)


def test_a_period_of_both_meanings_is_compared_with_neither_side(db: Database) -> None:
    for day, version, up in (((2026, 6, 5), "1.0.0", 10), ((2026, 7, 5), "1.0.0", 10), ((2026, 7, 20), "2.0.0", 190),
                             ((2026, 8, 5), "2.0.0", 190), ((2026, 9, 5), "2.0.0", 20)):  # fmt: skip
        scores(db, up, 0, 200 - up, day=dt.date(*day), survey_version=version)
    until_august = nps.trend(db.cursor(), SCOPE, "month", dt.date(2026, 8, 31), TODAY)
    assert until_august.compared is None and not until_august.turns
    found = nps.trend(db.cursor(), SCOPE, "month", dt.date(2026, 9, 30), TODAY)
    assert found.compared == (dt.date(2026, 8, 1), dt.date(2026, 9, 1))
    assert list(found.turns) == [dt.date(2026, 9, 1)] and found.tested == 1
    rows = charts.trend(found, Translator("zh")).to_dict()["datasets"]["rows"]
    assert [row["turn"] for row in rows] == ["", "", "", "bad"] and not rows[1]["sound"]


def test_changes_are_marked_only_where_they_hold_among_all(db: Database) -> None:
    from scipy.stats import false_discovery_control

    ups = (50, 52, 47, 58, 50, 49, 84, 82, 80, 84, 70, 71)
    for at, up in enumerate(ups):
        scores(db, up, 20, 80 - min(up, 80), day=periods.add_months(dt.date(2025, 10, 5), at))
    found = nps.trend(db.cursor(), SCOPE, "month", dt.date(2026, 9, 30), TODAY)
    tests = [nps.change(a.estimate, b.estimate) for a, b in zip(found.points, found.points[1:], strict=False)]
    adjusted = false_discovery_control([test.p for test in tests])
    marked = [point.day for point, q in zip(found.points[1:], adjusted, strict=True) if q < 0.05]
    assert found.tested == 11 and list(found.turns) == marked and dt.date(2026, 4, 1) in marked


def test_pure_noise_is_hardly_ever_marked() -> None:
    draw, marked = random.Random(4), 0
    for _ in range(300):
        ups = [sum(draw.random() < 0.5 for _ in range(100)) for _ in range(18)]
        days = [periods.add_months(dt.date(2025, 1, 1), month) for month in range(18)]
        points = (nps.Point(day, statistics.nps(up, 0, 100 - up), True) for day, up in zip(days, ups, strict=True))
        turns, tested = nps.turns(tuple(points), frozenset())
        assert tested == 17
        marked += bool(turns)
    assert marked / 300 < 0.08  # 5 % are expected


def test_only_grains_that_say_something_are_offered() -> None:
    first, last = dt.date(2025, 4, 1), dt.date(2026, 9, 30)
    offered = {
        token: periods.useful(periods.parse(token, last), first, last)  # type: ignore[arg-type]
        for token in ("2026Q3", "2026", "all", "2026-09", "90d")
    }
    assert offered["2026Q3"] == offered["90d"] == offered["2026-09"] == ("month", "quarter", "year", "week", "day")
    assert offered["2026"] == ("month", "quarter", "year", "week")
    assert offered["all"] == ("month", "quarter", "year")
    assert periods.useful(periods.ALL, dt.date(2026, 8, 1), last) == ("month", "week", "day")
