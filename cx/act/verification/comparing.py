"""The pilots by themselves: the metric before and after, the change tested, and what the other branches did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cx.act.charter import Baseline, Charter, estimate_json, estimate_of
from cx.insight import breaks, meanings
from cx.insight.breaks import Break
from cx.measure import periods, statistics
from cx.measure.scope import Rights, Scope
from cx.measure.statistics import Change, Estimate
from cx.store.query import Cell, Connection, Measured, measure
from cx.words import Problem, Refused

Verdict = Literal["improved", "not_shown", "worse", "too_few"]
MINIMUM_PERIODS = 5  # branch-periods of an indicator a side: below, a t interval says nothing useful
_FINENESS = ("day", "week", "month", "quarter")


@dataclass(frozen=True)
class Elsewhere:
    """The same metric, touchpoint and periods in the other branches within the asker's rights: context, not control."""

    before: Estimate
    after: Estimate
    change: Change


@dataclass(frozen=True)
class BeforeAfter:
    """One comparison. All estimates share the metric's unit.

    ``baseline_now``: the baseline's period asked again today; differs from ``before`` where facts came in after the
    start. ``complete``: the planned period has passed. ``reached``: the target, judged by the value alone (None without
    a value). ``breaks``: surveys that changed their meaning between the two sides, so that nothing can be shown;
    ``redefined``: the version of the dictionary in which the indicator did.
    """

    before: Estimate
    after: Estimate
    change: Change
    verdict: Verdict
    reached: bool | None
    complete: bool
    before_start: dt.date
    before_end: dt.date
    after_start: dt.date
    after_end: dt.date
    baseline_now: Estimate
    elsewhere: Elsewhere | None
    sql: str
    breaks: tuple[Break, ...] = ()
    redefined: str | None = None

    @property
    def broken(self) -> bool:
        """Whether before and after do not mean the same."""
        return bool(self.breaks) or self.redefined is not None


def before_after(con: Connection, charter: Charter, rights: Rights, today: dt.date) -> BeforeAfter:
    """Compare the pilot's period so far with the baseline.

    The baseline is the frozen one where it has a value, else the period of the same length before the start. Raises
    :class:`Refused` (``quick_win_not_yours``) where the pilots reach beyond the rights.
    """
    if not charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours"))
    first, last = baseline_period(charter)
    until = max(charter.start, min(today, charter.end))
    now = ask(con, charter, rights, first, last)
    after = ask(con, charter, rights, charter.start, until)
    frozen = charter.baseline.estimate if charter.baseline else None
    before = frozen if frozen is not None and frozen.value is not None else now.estimate
    change = statistics.change(before, after.estimate)
    torn, redefined = _breaks(con, charter, rights, first, until), _redefined(con, charter, first, until)
    return BeforeAfter(
        before, after.estimate, change, _verdict(charter, before, after.estimate, change, bool(torn or redefined)),
        _reached(charter, after.estimate), today >= charter.end, first, last, charter.start, until, now.estimate,
        _elsewhere(con, charter, rights, until), after.sql, torn, redefined,
    )  # fmt: skip


def baseline(con: Connection, charter: Charter, rights: Rights, today: dt.date) -> Baseline:
    """The baseline to freeze: the period of the pilot's length that ends the day before it starts."""
    first, last = baseline_period(charter)
    asked = ask(con, charter, rights, first, last)
    return Baseline(asked.estimate, first, last, asked.sql, asked.parameters, today)


def baseline_period(charter: Charter) -> tuple[dt.date, dt.date]:
    """First and last day of the period before the start."""
    return charter.start - charter.length, charter.start - dt.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """An estimate and the question behind it."""

    estimate: Estimate
    sql: str
    parameters: tuple[str, ...]


def ask(
    con: Connection, charter: Charter, rights: Rights, first: dt.date, last: dt.date,
    branches: Sequence[str] | None = None,
) -> Asked:  # fmt: skip
    """The charter's metric at its touchpoint from ``first`` to ``last`` in ``branches`` (default: its pilots)."""
    asked = scope(charter, rights, first, last).narrowed(branch=charter.pilots if branches is None else branches)
    if charter.indicator:
        measured = measure(con, "indicator", asked, by=("branch", "day", "grain"))
        estimate = _branch_periods(measured, last)
    else:
        measured = measure(con, charter.metric, asked)
        estimate = measured.total
    return Asked(estimate, measured.sql, tuple(str(value) for value in measured.parameters))


def scope(charter: Charter, rights: Rights, first: dt.date, last: dt.date) -> Scope:
    """Where the charter's metric is measured, in any branch within the rights."""
    asked = Scope(rights, first, last)
    if charter.indicator:
        return asked.narrowed(indicator=charter.indicator)
    if charter.voice == "staff":
        staff = Scope(rights, first, last, voice="staff")
        return staff.narrowed(survey_id=charter.survey, question_id=charter.question)
    kind = charter.nps_kind if charter.metric == "nps" else None
    return Scope(rights, first, last, nps_kind=kind).narrowed(touchpoint=charter.touchpoint, survey_id=charter.survey)


def _branch_periods(measured: Measured, last: dt.date) -> Estimate:
    """Mean over branch-periods that lie wholly within the scope; with several grains in the data, the finest."""
    whole = [cell for cell in measured.cells if period_end(cell.key[1], cell.key[2]) <= last]
    values = [cell.estimate.value for cell in finest(whole) if cell.estimate.value is not None]
    estimate = statistics.mean(sum(values), sum(value * value for value in values), len(values))
    return estimate.guarded(0, MINIMUM_PERIODS)


def finest(cells: Sequence[Cell]) -> list[Cell]:
    """Of cells by branch, day and grain those of the finest grain."""
    grain = min({cell.key[2] for cell in cells}, key=_FINENESS.index, default=None)
    return [cell for cell in cells if cell.key[2] == grain]


def period_end(day: dt.date, grain: str) -> dt.date:
    """The last day of the period of a grain that begins on ``day``."""
    return day if grain == "day" else periods.step(day, grain) - dt.timedelta(days=1)


def broken(con: Connection, charter: Charter, rights: Rights, first: dt.date, until: dt.date) -> bool:
    """Whether the metric changed its meaning within these days."""
    return bool(_breaks(con, charter, rights, first, until)) or _redefined(con, charter, first, until) is not None


def _breaks(con: Connection, charter: Charter, rights: Rights, first: dt.date, until: dt.date) -> tuple[Break, ...]:
    if charter.indicator:
        return ()
    asked = scope(charter, rights, first, until).narrowed(branch=(*charter.pilots, *charter.controls))
    return breaks.within(con, asked, metric=charter.metric)


def _redefined(con: Connection, charter: Charter, first: dt.date, until: dt.date) -> str | None:
    found = meanings.within(con, charter.indicator, first, until) if charter.indicator else ()
    return found[-1].version if found else None


def _verdict(charter: Charter, before: Estimate, after: Estimate, change: Change, broken: bool) -> Verdict:
    """Too few where a side is small (below 30 answers or 5 branch-periods); else what the tested change says. Nothing
    is shown across a change of meaning."""
    if change.verdict == "too_few" or before.state != "ok" or after.state != "ok":
        return "too_few"
    if change.verdict == "noise" or broken:
        return "not_shown"
    return "improved" if (change.verdict == "up") == (charter.direction == "higher") else "worse"


def _reached(charter: Charter, after: Estimate) -> bool | None:
    if after.value is None:
        return None
    return after.value >= charter.target if charter.direction == "higher" else after.value <= charter.target


def _elsewhere(con: Connection, charter: Charter, rights: Rights, until: dt.date) -> Elsewhere | None:
    first, last = baseline_period(charter)
    others = _others(con, charter, rights, first, until)
    if not others:
        return None
    before = ask(con, charter, rights, first, last, others).estimate
    after = ask(con, charter, rights, charter.start, until, others).estimate
    return Elsewhere(before, after, statistics.change(before, after))


def _others(con: Connection, charter: Charter, rights: Rights, first: dt.date, until: dt.date) -> tuple[str, ...]:
    metric = "indicator" if charter.indicator else charter.metric
    seen = measure(con, metric, scope(charter, rights, first, until), by=("branch",))
    return tuple(sorted({cell.key[0] for cell in seen.cells if cell.key[0] is not None} - set(charter.pilots)))


def as_json(found: BeforeAfter) -> dict[str, Any]:
    """A comparison as plain JSON values."""
    days = ("before_start", "before_end", "after_start", "after_end")
    plain: dict[str, Any] = {name: getattr(found, name).isoformat() for name in days}
    plain |= {name: getattr(found, name) for name in ("verdict", "reached", "complete", "sql", "redefined")}
    plain |= {name: estimate_json(getattr(found, name)) for name in ("before", "after", "baseline_now")}
    plain["breaks"] = [asdict(b) | {"day": b.day.isoformat()} for b in found.breaks]
    return plain | {"change": asdict(found.change), "elsewhere": found.elsewhere and _elsewhere_json(found.elsewhere)}


def of_json(plain: Mapping[str, Any]) -> BeforeAfter:
    """The comparison that :func:`as_json` wrote."""
    values = dict(plain)
    days = ("before_start", "before_end", "after_start", "after_end")
    values |= {name: dt.date.fromisoformat(values[name]) for name in days}
    values |= {name: estimate_of(values[name]) for name in ("before", "after", "baseline_now")}
    values |= {"change": Change(**values["change"]), "elsewhere": _elsewhere_of(values["elsewhere"])}
    values["breaks"] = tuple(_break_of(b) for b in values.get("breaks", ()))  # results of older versions have none
    return BeforeAfter(**values)


def _break_of(plain: Mapping[str, Any]) -> Break:
    return Break(**{**plain, "day": dt.date.fromisoformat(plain["day"])})


def _elsewhere_json(found: Elsewhere) -> dict[str, Any]:
    sides = {name: estimate_json(getattr(found, name)) for name in ("before", "after")}
    return {**sides, "change": asdict(found.change)}


def _elsewhere_of(plain: Mapping[str, Any] | None) -> Elsewhere | None:
    if plain is None:
        return None
    return Elsewhere(estimate_of(plain["before"]), estimate_of(plain["after"]), Change(**plain["change"]))
