"""The bank's calendar: what is shipped, what it counts, and what is told when it is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cx.bank import model as bank
from cx.bank.calendar import Calendar

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "model"
SMALL = "journeys: [{id: j, name: J, stages: [{id: s, name: S, touchpoints: [{id: t, name: T}]}]}]\n"


def test_the_shipped_calendar_is_consistent() -> None:
    found = bank.load(SHIPPED).calendar
    assert all(day.weekday() >= 5 for day in found.on), "a swapped working day is a Saturday or Sunday"
    assert not found.on & found.off
    # Working days of the two announced years, as the notices make them: 365 less weekends and holidays, plus swaps.
    for year in (2025, 2026):
        days = [dt.date(year, 1, 1) + dt.timedelta(days=i) for i in range(365)]
        assert found.counts(days[0], days[-1])["working_days"] == sum(map(found.works, days)) == 248
    assert found.works(dt.date(2026, 2, 14)) and not found.works(dt.date(2026, 2, 17))
    assert found.unlisted(dt.date(2026, 1, 1), dt.date(2027, 3, 1)) == (2027,)
    assert all(year.source and year.date for year in found.years)


def test_days_that_a_month_lacks_fall_on_its_last() -> None:
    found = Calendar(bill=(31,))
    assert found.counts(dt.date(2026, 2, 1), dt.date(2026, 2, 28))["bill_days"] == 1
    assert found.counts(dt.date(2026, 2, 1), dt.date(2026, 2, 27))["bill_days"] == 0


def test_faults_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    (tmp_path / "journeys.yaml").write_text(SMALL, encoding="utf-8")
    text = (
        "calendar:\n  bill_days: [5, 40]\n  years:\n    - year: 2026\n      announced: true\n      workdays: [never]\n"
        "      holidays: [{name: X, from: 2026-05-01, to: 2026-05-02}, {name: Y, from: 2026-06-09, to: 2026-06-01}]\n"
    )
    (tmp_path / "calendar.yaml").write_text(text, encoding="utf-8")
    model = bank.load(tmp_path)
    told = [p.code for p in model.problems if p.where.startswith("calendar.yaml")]
    assert sorted(told) == ["model_day", "model_day", "model_number"]
    assert model.calendar.off == {dt.date(2026, 5, 1), dt.date(2026, 5, 2)} and model.calendar.bill == (5,)
    (tmp_path / "calendar.yaml").write_text("calendar: 7\n", encoding="utf-8")
    assert "model_not_mapping" in [p.code for p in bank.load(tmp_path).problems]
    assert bank.load(tmp_path).calendar == Calendar()
