"""Two real series as indicators: aggregated here, taken in as files, charted, and the limits computed anew by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest

from cx.bank import model as bank
from cx.bank.model import Model
from cx.bank.shape import Indicator
from cx.insight import signals
from cx.insight.signals import limits as signal_limits
from cx.insight.signals import series as signal_series
from cx.insight.signals.limits import Base, Limited, Settings
from cx.intake import indicators, uploads
from cx.intake.mappings import indicator_mapping
from cx.intake.reading import tabular
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Refused
from tests.shared.references import records, table

COMPLAINTS = ("Complaint ID", "Date received", "Timely response?")
TODAY, NOW = dt.date(2026, 11, 22), dt.datetime(2026, 11, 22)
_OWN = (
    Indicator("calls_a_day", {"en": "Calls a day"}, grain="day", direction="lower"),
    Indicator("calls_an_hour", {"en": "Calls an hour"}, grain="day", direction="lower"),
    Indicator("complaints_a_week", {"en": "Complaints a week"}, grain="week", direction="lower"),
    Indicator("untimely", {"en": "Untimely responses"}, unit="%", grain="week", direction="lower", low=0, high=100),
)
SHIPPED = bank.load(ROOT / "data" / "model")
MODEL: Model = replace(SHIPPED, indicators={entry.id: entry for entry in _OWN})


def loaded(rows: Sequence[tuple[str, str, float, float | None, float | None]]) -> Database:
    """Rows of (indicator, period, value, numerator, denominator), through the upload contract."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("indicator", "period", "value", "numerator", "denominator"))
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    roles = ("indicator", "period", "value", "numerator", "denominator")
    mapping = indicator_mapping({"source": "test", "columns": {role: role for role in roles}})
    db = Database(":memory:")
    with tabular.opened(text.getvalue().encode(), "test.csv") as raw:
        checked = indicators.check(raw, mapping, MODEL, TODAY)
        assert [(p.row, p.column, p.value, p.problem.code) for p in checked.problems] == []
        uploads.load_indicators(db, checked, "test", NOW)
    return db


def limited(db: Database, name: str, base: Base | None = None) -> Limited:
    series = {s.subject.name: s for s in signal_series.read(db.cursor(), WHOLE_BANK, MODEL)[0]}
    return signal_limits.limited(series[name], MODEL, base, Settings())


@pytest.fixture(scope="module")
def calls() -> dict[dt.date, list[float]]:
    """Calls of each day by hour."""
    hours: dict[dt.date, Counter[int]] = defaultdict(Counter)
    for row in records(table("DateTime", "Calls")):
        moment = dt.datetime.fromisoformat(row["DateTime"])
        hours[moment.date()][moment.hour] += int(float(row["Calls"]))
    return {day: [float(n) for n in found.values()] for day, found in sorted(hours.items())}


@pytest.fixture(scope="module")
def hotline(calls: dict[dt.date, list[float]]) -> Database:
    rows: list[tuple[str, str, float, float | None, float | None]] = []
    for day, hours in calls.items():
        rows.append(("calls_a_day", day.isoformat(), sum(hours), None, None))
        rows.append(("calls_an_hour", day.isoformat(), sum(hours) / len(hours), sum(hours), len(hours)))
    return loaded(rows)


def by_hand(days: list[dt.date], values: list[float]) -> tuple[float, float, dict[int, float], float]:
    """Centre, sigma, what each weekday lies off, and the likeness of neighbours: written anew, over the phase."""
    of_weekday: dict[int, list[float]] = defaultdict(list)
    for day, value in zip(days, values, strict=True):
        of_weekday[day.weekday()].append(value)
    of_weekday = {d: v for d, v in of_weekday.items() if len(v) >= 4}
    middle = statistics.median([v for found in of_weekday.values() for v in found])
    off = {day: statistics.median(found) - middle for day, found in of_weekday.items()}
    rest = [v - off[d.weekday()] for d, v in zip(days, values, strict=True) if d.weekday() in off]
    m, mean = len(rest), statistics.fmean(rest)
    sigma = statistics.fmean(abs(rest[i] - rest[i - 1]) for i in range(1, m)) / 1.128
    whole = sum((v - mean) ** 2 for v in rest)
    r = sum((rest[i] - mean) * (rest[i - 1] - mean) for i in range(1, m)) / whole
    if r > 1.6448536 / math.sqrt(m) - 1 / m:
        rho = min(0.95, max(r, (r * m + 1) / (m - 4)))
        sigma = max(sigma, math.sqrt(whole / (m - (1 + rho) / (1 - rho))))
    return mean, sigma, off, r


@pytest.mark.parametrize("name", ["calls_a_day", "calls_an_hour"])
def test_calls_are_charted_by_day_without_the_weeks_pattern(
    hotline: Database, calls: dict[dt.date, list[float]], name: str
) -> None:
    found = limited(hotline, name)
    whole = max(calls) - min(calls) >= dt.timedelta(weeks=12)
    kept = [day for day in calls if day < min(calls) + dt.timedelta(weeks=12 if whole else 4)]
    values = [sum(calls[day]) / (1 if name == "calls_a_day" else len(calls[day])) for day in kept]
    centre, sigma, off, likeness = by_hand(kept, values)
    if found.chart is None:  # neighbours so much alike that limits would lie: then by hand too
        m = sum(day.weekday() in off for day in kept)
        rho = min(0.95, max(likeness, (likeness * m + 1) / (m - 4)))
        assert found.refusal and found.refusal.alike and m * (1 - rho) / (1 + rho) < 4
        return
    assert found.chart.centre == pytest.approx(centre, rel=1e-6)
    assert found.chart.sigmas[0] == pytest.approx(sigma, rel=1e-5)
    assert dict(found.season) == pytest.approx(off)
    drawn = {point.day: point for point in found.drawn(3.0)}
    for day in kept:
        if day.weekday() in off:
            assert drawn[day].high == pytest.approx(centre + 3 * sigma + off[day.weekday()], rel=1e-5)
            assert drawn[day].value == pytest.approx(values[kept.index(day)], rel=1e-6)


def test_no_weekday_alarms_for_being_itself(hotline: Database) -> None:
    found = limited(hotline, "calls_a_day")
    if found.chart is None:
        pytest.skip("neighbours too much alike for limits")
    inside = [(day, z) for day, z, here in zip(found.days, found.chart.z, found.chart.phase, strict=True) if here]
    assert {day.weekday() for day, _ in inside} == set(found.season)
    for weekday in found.season:
        assert abs(statistics.median(z for day, z in inside if day.weekday() == weekday)) < 0.5


def test_the_phase_alarms_about_as_often_as_stated(hotline: Database) -> None:
    """Of the phase itself: what lies beyond 3 sigmas is close to what is stated."""
    view = signals.view(hotline.cursor(), WHOLE_BANK, MODEL, Settings(), None)
    for each in view.watched:
        chart = each.limits.chart
        if chart is None:
            continue
        expected = each.rate * chart.size
        assert each.limits.noisy <= expected + 3 * math.sqrt(expected) + 1, each.subject


@pytest.fixture(scope="module")
def weeks() -> dict[dt.date, tuple[int, int]]:
    """Complaints and untimely responses of each whole week."""
    found: Counter[dt.date] = Counter()
    late: Counter[dt.date] = Counter()
    for row in records(table(*COMPLAINTS)):
        month, day, year = map(int, row["Date received"].split("/"))
        received = dt.date(year, month, day)
        monday = received - dt.timedelta(days=received.weekday())
        found[monday] += 1
        late[monday] += row["Timely response?"] == "No"
    return {monday: (found[monday], late[monday]) for monday in sorted(found)[1:-1]}


@pytest.fixture(scope="module")
def complaints(weeks: dict[dt.date, tuple[int, int]]) -> Database:
    rows: list[tuple[str, str, float, float | None, float | None]] = []
    for monday, (n, late) in weeks.items():
        year, week, _ = monday.isocalendar()
        rows.append(("complaints_a_week", f"{year}-W{week:02}", n, None, None))
        rows.append(("untimely", f"{year}-W{week:02}", 100 * late / n, late, n))
    return loaded(rows)


def phase_of(weeks: dict[dt.date, tuple[int, int]]) -> tuple[list[dt.date], Base]:
    first = list(weeks)[:8]
    if len(first) < 8:
        pytest.skip("fewer than eight whole weeks")
    return first, Base(first[0], first[-1])


def test_complaints_a_week(complaints: Database, weeks: dict[dt.date, tuple[int, int]]) -> None:
    first, base = phase_of(weeks)
    counts = [float(weeks[monday][0]) for monday in first]
    found = limited(complaints, "complaints_a_week", base)
    if found.chart is None:
        assert found.refusal and found.refusal.alike
        return
    sigma = statistics.fmean(abs(b - a) for a, b in zip(counts, counts[1:], strict=False)) / 1.128
    assert found.chart.centre == pytest.approx(statistics.fmean(counts))
    assert found.chart.sigmas[0] == pytest.approx(sigma) or found.chart.alike
    beyond = {monday for monday, (n, _) in weeks.items() if abs(n - statistics.fmean(counts)) > 3 * sigma}
    if not found.chart.alike:
        assert {day for day, z in zip(found.days, found.chart.z, strict=True) if abs(z) > 3} == beyond


def test_the_share_of_untimely_responses(complaints: Database, weeks: dict[dt.date, tuple[int, int]]) -> None:
    first, base = phase_of(weeks)
    found = limited(complaints, "untimely", base)
    if found.chart is None:
        assert found.refusal and found.refusal.alike
        return
    p = sum(weeks[monday][1] for monday in first) / sum(weeks[monday][0] for monday in first)
    z = [(weeks[m][1] / weeks[m][0] - p) / math.sqrt(p * (1 - p) / weeks[m][0]) for m in first]
    cube, spread = (sum(v * v for v in z) / 7) ** (1 / 3), 2 / (9 * 7)
    scale = 1.0
    if (cube - (1 - spread)) / math.sqrt(spread) > 1.6448536:
        scale = statistics.fmean(abs(b - a) for a, b in zip(z, z[1:], strict=False)) / 1.128
    assert (found.chart.kind == "laney") == (scale != 1.0)
    if found.chart.alike:
        return
    for point in found.drawn(3.0):
        n, late = weeks[point.day]
        reach = 3 * scale * math.sqrt(p * (1 - p) / n)
        assert point.value == pytest.approx(100 * late / n, abs=1e-5)
        assert (point.low, point.high) == pytest.approx(
            (100 * max(0, p - reach), 100 * min(1, p + reach)), rel=1e-5, abs=1e-6
        )


def test_the_raw_complaints_are_refused() -> None:
    """Rows of single complaints are no indicators: that is why they are aggregated above."""
    path = table(*COMPLAINTS)
    columns = {"period": "Date received", "value": "Complaint ID"}
    mapping = indicator_mapping({"source": "raw", "indicator": "complaints_a_week", "columns": columns})
    with tabular.opened(path, path.name) as raw:
        try:
            assert indicators.check(raw, mapping, MODEL, TODAY).total
        except Refused as refused:
            assert refused.problems
