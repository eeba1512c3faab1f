"""Cross-check (交叉验证): where customers and indicators point to the same touchpoint, and move together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cx.insight.crosscheck import read
from cx.insight.crosscheck.read import Answers, Figures
from cx.insight.crosscheck.shape import LINES, NOTHING, Cross, Heard, Place, Rules, Seen, Signal
from cx.measure import agreement, lag
from cx.measure.agreement import Branches, Pair
from cx.measure.lag import Floats
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Change, Estimate, benjamini_hochberg, change, mean
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

FEWEST_PERIODS = 12


@dataclass
class _Side:
    """What is read once and looked at for every touchpoint."""

    scope: Scope
    model: Model
    rules: Rules
    answers: Answers
    figures: Figures
    taken: tuple[str, ...] = field(default=())


def check(
    con: Connection, scope: Scope, model: Model, before: Period | None, last: dt.date, today: dt.date,
    rules: Rules = Rules(),  # noqa: B008 – frozen
) -> Cross:  # fmt: skip
    """Cross-check every touchpoint of the model in a scope; ``before`` is the period before, ``last`` the last day with
    answers. NPS is that of the scope's kind. Branch roles get no test over branches: theirs are not enough."""
    known = {name: entry for name, entry in model.indicators.items() if entry.touchpoint and not entry.computed}
    narrowed = dict(scope.where).get("journey")
    heard = read.answers(
        con, scope, rules.metric, {e.touchpoint or "" for e in known.values()}, rules.grain, before, last, today
    )
    figures = read.figures(con, scope, model, known, rules.grain, before, last, today)
    side = _Side(scope, model, rules, heard, figures)
    survey = dict(_survey(side))
    by_place: dict[str, list[Indicator]] = {}
    for entry in known.values():
        by_place.setdefault(entry.touchpoint or "", []).append(entry)
    qs = _figure_qs(side, known)
    places = [
        Place(touchpoint.id, stage.id, journey.id, survey.get(touchpoint.id) or _unheard("none"),
              tuple(_seen(side, touchpoint.id, entry, qs) for entry in by_place.get(touchpoint.id, ())))
        for journey in model.journeys.values() if narrowed is None or journey.id in narrowed
        for stage in journey.stages
        for touchpoint in stage.touchpoints
        if touchpoint.id in survey or touchpoint.id in by_place
    ]  # fmt: skip
    pairs = list(_pairs(side, places))
    verdict = agreement.judge(pairs, rules.level, rules.lags, rules.shuffles)
    links = {(link.pair.place, link.pair.indicator): link for link in verdict.links}
    places = [
        replace(p, seen=tuple(replace(s, link=links.get((p.touchpoint, s.indicator.id))) for s in p.seen))
        for p in places
    ]
    days = [day for place in places for seen in place.seen for day, _, _ in seen.points]
    unlisted = model.calendar.unlisted(min(days), max(days)) if days else ()
    return Cross(tuple(places), verdict, rules, heard.level, figures.measured, figures.left_out, side.taken, unlisted,
                 scope.start, scope.end)  # fmt: skip


def _survey(side: _Side) -> Iterator[tuple[str, Heard]]:
    """Every touchpoint that was asked about, tested against the reference, all of them corrected together."""
    cells = {str(k[0]): e for k, e in side.answers.level.as_dict().items() if k[0] is not None}
    tests = {name: _compared(side, cells, name) for name in cells}
    asked = [name for name, (test, _) in tests.items() if test.p is not None]
    qs = dict(zip(asked, benjamini_hochberg([tests[name][0].p or 0.0 for name in asked]), strict=True))
    for name, (test, reason) in tests.items():
        q, estimate = qs.get(name), cells[name]
        if q is None or test.diff is None:
            yield name, Heard(estimate, test, None, "unknown", reason)
        elif test.diff <= -side.rules.least and q < side.rules.level:
            yield name, Heard(estimate, test, q, "bad")
        elif test.low is not None and test.low > -side.rules.least:
            yield name, Heard(estimate, test, q, "fine")
        else:  # the interval holds both "as good as the others" and "worse by the gap"
            yield name, Heard(estimate, test, q, "unknown", "wide")


def _compared(side: _Side, cells: Mapping[str, Estimate], name: str) -> tuple[Change, str]:
    estimate, rules = cells[name], side.rules
    if estimate.value is None:
        return NOTHING, "few"
    if rules.against == "goal":
        fixed = Estimate(rules.aim, rules.aim, rules.aim, estimate.n, 0.0)
        return change(fixed, estimate), "few"
    if rules.against == "before":
        if name in side.answers.broken_before:
            return NOTHING, "broken"
        return change(side.answers.before.of(name) if side.answers.before else EMPTY, estimate), "reference"
    others = [e.counts for key, e in cells.items() if key != name and e.counts]
    sums = {key: sum(counts[key] for counts in others) for key in estimate.counts}
    measured = side.answers.level
    rest = measured.metric.finish(sums).guarded(side.scope.minimum_base, side.scope.small_base) if others else EMPTY
    return change(rest, estimate), "reference" if not others else "few"


def _unheard(reason: str) -> Heard:
    return Heard(EMPTY, NOTHING, None, "unknown", reason)


def _limit(entry: Indicator, line: str) -> float | None:
    """The limit that counts: the one asked for, else the next one that the dictionary has."""
    limits = {"target": entry.target, **entry.thresholds}
    found = [limits.get(name) for name in (line, *LINES)]
    return next((limit for limit in found if limit is not None), None)


def _figure_qs(side: _Side, known: Mapping[str, Indicator]) -> dict[str, tuple[Change, float]]:
    """Indicators without a limit: paired change of their branches since the period before, corrected together."""
    tests: dict[str, Change] = {}
    for name, entry in known.items():
        now, then = side.figures.branches.get(name, {}), side.figures.before.get(name, {})
        shared = [now[branch] - then[branch] for branch in now if branch in then and name not in side.figures.moved]
        if _limit(entry, side.rules.line) is None and len(shared) >= agreement.FEWEST_BRANCHES:
            moved = mean(sum(shared), sum(d * d for d in shared), len(shared))
            tests[name] = change(Estimate(0.0, 0.0, 0.0, len(shared), 0.0, degrees=1e9), moved)
    ps = {name: test.p for name, test in tests.items() if test.p is not None}
    qs = dict(zip(ps, benjamini_hochberg(list(ps.values())), strict=True))
    return {name: (tests[name], q) for name, q in qs.items()}


def _seen(side: _Side, touchpoint: str, entry: Indicator, qs: Mapping[str, tuple[Change, float]]) -> Seen:
    estimate = side.figures.level.get((entry.id), EMPTY)
    limit, sign = _limit(entry, side.rules.line), 1.0 if entry.direction == "higher" else -1.0
    moved, q = qs.get(entry.id, (NOTHING, None))
    signal: Signal = "unknown"
    reason = "none" if estimate.value is None else "few"
    told = side.figures.outdated if limit is not None else side.figures.moved
    if estimate.value is not None and entry.id in told:
        reason = "broken"
    elif estimate.value is not None and limit is not None:
        signal, reason = "bad" if sign * estimate.value < sign * limit else "fine", ""
    elif q is not None and moved.diff is not None:
        signal, reason = "bad" if sign * moved.diff < 0 and q < side.rules.level else "fine", ""
    spread, no_branches = _spread(side, touchpoint, entry)
    points, no_time = _points(side, touchpoint, entry)
    return Seen(entry, estimate, limit, moved, q, signal, reason, spread, points, no_branches, no_time)


def _spread(side: _Side, touchpoint: str, entry: Indicator) -> tuple[tuple[tuple[str, float, float], ...], str]:
    if side.scope.rights.branches is not None:
        return (), "rights"
    if len(dict(side.scope.where).get("branch", ("", ""))) == 1:
        return (), "one"
    if entry.id in side.figures.mixed:
        return (), "broken"
    values = side.figures.branches.get(entry.id, {})
    heard = {k[1]: e.value for k, e in side.answers.branches.as_dict().items() if k[0] == touchpoint}
    both = tuple((b, values[b], float(heard[b] or 0)) for b in sorted(values) if heard.get(b) is not None)
    if not values:
        return (), "values"
    return both, "" if len(both) >= agreement.FEWEST_BRANCHES else "few"


def _points(side: _Side, touchpoint: str, entry: Indicator) -> tuple[tuple[tuple[dt.date, float, float], ...], str]:
    values, heard = side.figures.history.get(entry.id, {}), side.answers.history.get(touchpoint, {})
    cut = entry.id in side.figures.cut
    if not values or not heard:
        return (), "meaning" if cut and heard else "values"
    days = read.run(values, heard, side.rules.grain)
    points = tuple((day, values[day], heard[day]) for day in days)
    if touchpoint in side.answers.broken:
        return points, "broken"
    return points, "" if len(points) >= FEWEST_PERIODS else "meaning" if cut else "periods"


def _pairs(side: _Side, places: list[Place]) -> Iterator[Pair]:
    known: dict[tuple[dt.date, ...], Floats] = {}
    for place in places:
        for seen in place.seen:
            sign = 1.0 if seen.indicator.direction == "higher" else -1.0
            branches = series = None
            if seen.spread and not seen.no_branches:
                names = tuple(branch for branch, _, _ in seen.spread)
                regions = tuple(_region(side.model, name) for name in names)
                branches = Branches(names, tuple(sign * x for _, x, _ in seen.spread),
                                    tuple(y for _, _, y in seen.spread), regions)  # fmt: skip
            if seen.points and not seen.no_time:
                days = tuple(day for day, _, _ in seen.points)
                if days not in known:
                    known[days], side.taken = read.covariates(days, side.rules.grain, side.model)
                taken = known[days]
                series = (lag.without([sign * x for _, x, _ in seen.points], taken),
                          lag.without([y for _, _, y in seen.points], taken))  # fmt: skip
            yield Pair(place.touchpoint, seen.indicator.id, _worse(place.heard, seen), branches, series)


def _worse(heard: Heard, seen: Seen) -> float:
    """p of "both sides are bad": the larger of the two; beyond a limit is a fact, and takes none."""
    if heard.signal != "bad" or seen.signal != "bad":
        return 1.0
    figure = 0.0 if seen.limit is not None else seen.moved.p
    return max(heard.against.p or 0.0, figure or 0.0)


def _region(model: Model, branch: str) -> str:
    return (model.branches[branch].region or "") if branch in model.branches else ""
