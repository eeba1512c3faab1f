"""What customers say in their own words: themes, what pulls the score down, and how that moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, HIDDEN, Change, Estimate, benjamini_hochberg, change, share
from cx.store import query
from cx.store.query import Connection, Measured

_NOTHING = Change(None, None, None, None, "too_few")
Verdict = Literal["higher", "lower", "same", "too_few"]


@dataclass(frozen=True)
class Theme:
    """One theme: the comments that speak of it, their share, how many of them in a bad mood, and the NPS of those who
    wrote them (empty without one NPS kind) tested against all others who wrote (``rest``; ``q`` is the p adjusted for
    the number of themes); how its share moved since the period before (``moved``; ``moved_q`` likewise).
    ``detractors``, ``promoters``: the share of each who mention it. ``pull``: the points of the NPS of all who wrote
    that come from those who mention it."""

    id: str
    n: int
    share: Estimate
    negative: Estimate
    nps: Estimate
    rest: Change
    q: float | None
    verdict: Verdict
    moved: Change
    moved_q: float | None
    detractors: Estimate = EMPTY
    promoters: Estimate = EMPTY
    pull: float = 0.0


@dataclass(frozen=True)
class Voices:
    """All comments of a scope: how many are negative, in which languages, their themes (the most frequent first)."""

    negative: Measured
    change: Change
    languages: Mapping[str, int]
    themes: tuple[Theme, ...]
    hidden: tuple[str, ...]
    nps: Measured | None
    by_theme: Measured

    @property
    def n(self) -> int:
        return self.negative.total.n

    @property
    def worst(self) -> Theme | None:
        """The theme that pulls the score down most, beyond noise."""
        down = [theme for theme in self.themes if theme.verdict == "lower"]
        return min(down, key=lambda theme: theme.pull) if down else None

    @property
    def best(self) -> Theme | None:
        """The theme that lifts the score most, beyond noise."""
        up = [theme for theme in self.themes if theme.verdict == "higher"]
        return max(up, key=lambda theme: theme.pull) if up else None


def overview(con: Connection, scope: Scope, before: Period | None = None) -> Voices:
    """The comments of a scope; ``before`` is the period that shares of themes are compared with."""
    negative = query.measure(con, "comment_negative", scope)
    languages = query.measure(con, "comment_negative", scope, ("language",))
    mix = {str(cell.key[0]): cell.estimate.n for cell in languages.cells if cell.estimate.n}
    by_theme = query.measure(con, "theme_negative", scope, ("theme",))
    hidden = tuple(str(cell.key[0]) for cell in by_theme.cells if cell.estimate.state == "hidden")
    then, was, moved = EMPTY, {}, _NOTHING
    if before is not None:
        past = scope.between(before.start, before.end)
        then = query.measure(con, "comment_negative", past).total
        was = query.measure(con, "theme_negative", past, ("theme",)).as_dict()
        moved = change(then, negative.total)
    themes = _mentions(by_theme, negative.total, was, then, scope)
    nps = None
    if scope.nps_kind is not None and themes:
        nps = query.measure(con, "theme_nps", scope, ("theme",))
        themes = _scored(themes, nps, everyone(con, scope).total)
    return Voices(negative, moved, mix, tuple(themes), hidden, nps, by_theme)


def counts(con: Connection, scope: Scope) -> dict[str, int]:
    """How many comments of a scope speak of each theme."""
    found = query.measure(con, "theme_negative", scope, ("theme",))
    return {str(cell.key[0]): cell.estimate.n for cell in found.cells}


def everyone(con: Connection, scope: Scope) -> Measured:
    """The NPS of all who wrote."""
    return query.measure(con, "comment_nps", scope)


def _mentions(
    found: Measured, total: Estimate, was: Mapping[tuple[object, ...], Estimate], then: Estimate, scope: Scope
) -> list[Theme]:
    themes = []
    for cell in found.cells:
        e = cell.estimate
        if e.value is None or not total.n:
            continue
        part = share(e.n, total.n).guarded(scope.minimum_base, scope.small_base)
        earlier = was.get(cell.key, EMPTY)
        known = then.n and earlier.state != "hidden"  # a theme that nobody mentioned then has a share of none
        moved = change(share(earlier.n, then.n), part) if known else _NOTHING
        themes.append(Theme(str(cell.key[0]), e.n, part, e, EMPTY, _NOTHING, None, "too_few", moved, None))
    adjusted = iter(benjamini_hochberg([theme.moved.p for theme in themes if theme.moved.p is not None]))
    themes = [theme if theme.moved.p is None else _moved(theme, next(adjusted)) for theme in themes]
    return sorted(themes, key=lambda theme: (-theme.n, theme.id))


def _moved(theme: Theme, adjusted: float) -> Theme:
    calm = adjusted >= 1 - CONFIDENCE
    return replace(theme, moved=replace(theme.moved, verdict="noise") if calm else theme.moved, moved_q=adjusted)


def _scored(themes: list[Theme], measured: Measured, total: Estimate) -> list[Theme]:
    """The themes with the NPS of those who mention them, each tested against those who wrote and do not."""
    tests = [_against_rest(measured, total, measured.of(theme.id)) for theme in themes]
    adjusted = iter(benjamini_hochberg([test.p for test in tests if test.p is not None]))
    found = []
    for theme, test in zip(themes, tests, strict=True):
        e, fair = measured.of(theme.id), None if test.p is None else next(adjusted)
        verdict: Verdict = "too_few"
        if fair is not None and test.verdict != "too_few":
            verdict = "same" if fair >= 1 - CONFIDENCE else "higher" if (test.diff or 0.0) > 0 else "lower"
        theme = replace(theme, nps=e, rest=test, q=fair, verdict=verdict)
        found.append(theme if e.value is None or not total.n else _weighed(theme, total))
    return found


def _weighed(theme: Theme, total: Estimate) -> Theme:
    """The theme with the share of detractors and of promoters who mention it, and what that makes of the score."""
    said, whole = theme.nps.counts, total.counts
    low, high = (share(said[side], whole[side]) for side in ("detractors", "promoters"))
    return replace(theme, detractors=low, promoters=high, pull=100 * (said["promoters"] - said["detractors"]) / total.n)


def _against_rest(measured: Measured, total: Estimate, unit: Estimate) -> Change:
    """Those who mention a theme minus all others who wrote; integer sums, so that nobody is counted on both sides."""
    if total.value is None or unit.value is None:
        return _NOTHING
    rest = {name: total.counts[name] - unit.counts[name] for name in ("n", "promoters", "detractors")}
    scope = measured.scope
    return change(measured.metric.finish(rest).guarded(scope.minimum_base, scope.small_base), unit)


@dataclass(frozen=True)
class Mention:
    """One period by its first day: the share of comments that speak of a theme."""

    day: dt.date
    estimate: Estimate
    complete: bool


def trend(
    con: Connection, scope: Scope, theme: str, last: dt.date, today: dt.date, grain: str = "month", span: int = 18
) -> tuple[Mention, ...]:  # fmt: skip
    """The share of comments that speak of a theme, up to the scope's end; hidden where too few wrote."""
    end = periods.floor(min(scope.end or last, last), grain)
    start = periods.step(end, grain, 1 - span)
    wide = scope.between(start, periods.step(end, grain) - dt.timedelta(days=1))
    everyone = query.measure(con, "comment_negative", wide, (grain,)).as_dict()
    speaking = query.measure(con, "theme_negative", wide.narrowed(theme=theme), (grain,)).as_dict()
    found = []
    for key, whole in sorted(everyone.items()):
        part = speaking.get(key, EMPTY)
        hidden = whole.value is None or part.state == "hidden"
        e = HIDDEN if hidden else share(part.n, whole.n).guarded(scope.minimum_base, scope.small_base)
        over = periods.is_over(periods.step(key[0], grain) - dt.timedelta(days=1), last, today)
        found.append(Mention(key[0], e, over))
    return tuple(found)
