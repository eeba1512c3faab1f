"""Two selections side by side: both figures, the tested difference, in what they differ, why they may not compare."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from cx.measure.metrics import rest
from cx.measure.people import Clusters
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, HIDDEN, Change, Estimate, change
from cx.store import clustered, query
from cx.store.query import Connection, Measured

# Why two selections do not compare (`same` … `protect`), and what is to be kept in mind where they do.
Reason = Literal["same", "kind", "meaning", "overlap", "protect"]
Caution = Literal["surveys", "several", "paired", "rest"]
_NOTHING = Change(None, None, None, None, "too_few")


@dataclass(frozen=True)
class Sides:
    """Two selections and ``a - b``. With ``reasons`` no difference is tested.

    ``shared`` answers are in both; ``paired`` people have different answers in both, which the error allows for.
    ``surveys`` were answered in other major versions on the two sides (survey, those of a, those of b). ``rest`` is
    what is left of the larger side where one is part of the other (``part``): the difference is against that then.
    """

    a: Measured
    b: Measured
    change: Change
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...]
    differ: tuple[str, ...]
    shared: int = 0
    paired: int = 0
    surveys: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    rest: Estimate = EMPTY
    part: Literal["a", "b"] | None = None


def sides(con: Connection, a: Scope, b: Scope, metric: str) -> Sides:
    """Selection ``a`` against ``b`` in one metric. The door's rights, minimum base and marks hold for each."""
    left, right = query.measure(con, metric, a), query.measure(con, metric, b)
    differ = differences(a, b)
    found = Sides(left, right, _NOTHING, (), (), differ)
    if not differ:
        return replace(found, reasons=("same",))
    changed, other = _surveys(con, a, b, metric)
    reasons: list[Reason] = ["kind"] if metric == "nps" and a.nps_kind != b.nps_kind else []
    reasons += ["meaning"] if changed else []
    cautions: list[Caution] = ["surveys"] if other else []
    cautions += ["several"] if len(differ) > 1 else []
    found = replace(found, surveys=changed, reasons=tuple(reasons), cautions=tuple(cautions))
    if not (left.total.value is not None and right.total.value is not None):
        return found
    shared = clustered.shared(con, metric, a, b)
    if shared:
        return _overlapping(replace(found, shared=shared))
    if reasons:
        return found
    return _tested(con, found, a, b, metric)


def differences(a: Scope, b: Scope) -> tuple[str, ...]:
    """What two selections differ in: ``period``, ``kind``, and dimensions."""
    wheres = [dict(scope.where) for scope in (a, b)]
    names = sorted({name for where in wheres for name in where})
    found = ["period"] if (a.start, a.end) != (b.start, b.end) else []
    found += ["kind"] if a.nps_kind != b.nps_kind else []
    return (*found, *(name for name in names if wheres[0].get(name) != wheres[1].get(name)))


def _tested(con: Connection, found: Sides, a: Scope, b: Scope, metric: str) -> Sides:
    """The test of two selections without a common answer; people who are in both make their answers go together."""
    left, right = found.a.total, found.b.total
    if found.a.metric.view == "v_answer":
        both = clustered.cross(con, metric, a, b)
        if both.people:
            one, other = (Clusters.of(side.counts) for side in (left, right))
            covariance = both.covariance(one, other) / found.a.metric.per**2
            test = _paired(left, right, covariance)
            return replace(found, change=test, paired=both.people, cautions=(*found.cautions, "paired"))
    return replace(found, change=change(right, left))


def _paired(left: Estimate, right: Estimate, covariance: float) -> Change:
    """The difference of two means that share people: variances minus twice the covariance."""
    variance = (left.se or 0.0) ** 2 + (right.se or 0.0) ** 2 - 2 * covariance
    error = math.sqrt(max(variance, 0.0)) / math.sqrt(2)
    even = [replace(side, se=error, degrees=None, low=None, high=None) for side in (right, left)]
    return change(*even)


def _overlapping(found: Sides) -> Sides:
    """One side being part of the other is compared with the rest of it; sides that share some answers are not."""
    left, right = found.a.total, found.b.total
    part: Literal["a", "b"] | None = "a" if found.shared == left.n else "b" if found.shared == right.n else None
    if part and 0 < abs(left.base - right.base) < found.a.scope.minimum_base:
        return _protected(found, part)
    single = left.base == left.n and right.base == right.n
    if part is None or found.reasons or not single:
        return replace(found, reasons=(*found.reasons, "overlap"), part=part)
    small, large = (left, right) if part == "a" else (right, left)
    scope = found.a.scope
    others = rest(found.a.metric, large, small).guarded(scope.minimum_base, scope.small_base)
    test = change(others, small) if part == "a" else change(small, others)
    return replace(found, change=test, rest=others, part=part, cautions=(*found.cautions, "rest"))


def _protected(found: Sides, part: Literal["a", "b"]) -> Sides:
    """Without the larger side: it and its part together would tell of the few people between them."""
    large = found.b if part == "a" else found.a
    hidden = replace(large, cells=tuple(replace(cell, estimate=HIDDEN) for cell in large.cells))
    shown = replace(found, b=hidden) if part == "a" else replace(found, a=hidden)
    return replace(shown, reasons=(*found.reasons, "protect"), part=part)


def _surveys(
    con: Connection, a: Scope, b: Scope, metric: str
) -> tuple[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], bool]:
    """Surveys whose major versions are not one and the same on both sides, and whether other surveys were answered."""
    majors: list[dict[str, set[str]]] = []
    for scope in (a, b):
        found: dict[str, set[str]] = {}
        for cell in query.measure(con, metric, scope, ("survey_id", "survey_version")).cells:
            survey, version = (str(part) for part in cell.key)
            found.setdefault(survey, set()).add(version.split(".")[0])
        majors.append(found)
    both = sorted(majors[0].keys() & majors[1].keys())
    changed = tuple(
        (survey, tuple(sorted(majors[0][survey])), tuple(sorted(majors[1][survey])))
        for survey in both
        if len(majors[0][survey] | majors[1][survey]) > 1
    )
    return changed, majors[0].keys() != majors[1].keys()
