"""Kinds of customers (立体画像) by their answers: how many there are, whether they come back, what tells each apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cx.insight.groups import effect
from cx.insight.personas_data import comparable, directions
from cx.measure import clusters
from cx.measure.clusters import Standing, Trial
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change, mean, nps, share
from cx.store import profiles_sample
from cx.store.comments import Comment
from cx.store.profiles_sample import Asked, Sample
from cx.store.query import Connection

if TYPE_CHECKING:
    import numpy.typing as npt

MOST, SEED, LEAST = 20_000, 20261122, 200
"""Responses that are grouped at most, the seed by which they are drawn, and how many there must be."""
_TEXTS, _ASKED = 3, 300  # comments of a group, and how many of its people are looked at for them


@dataclass(frozen=True)
class Trait:
    """What tells a group apart: one rating (means 1..5), choice or dimension value (shares), here and among all others.

    ``effect`` is the difference in standard deviations (shares: difference of the shares); ``q`` is the adjusted p.
    """

    asked: Asked | None
    dimension: tuple[str, str] | None
    here: Estimate
    rest: Estimate
    effect: float
    q: float

    @property
    def real(self) -> bool:
        """Whether the difference is more than noise."""
        return self.q < 1 - CONFIDENCE


@dataclass(frozen=True)
class Persona:
    """One group. ``place`` counts from 0, the largest first; ``share`` of the people grouped; ``traits`` most telling
    first; ``quotes`` only with the right to comments. ``profile`` is by what a name finds its group again."""

    place: int
    share: Estimate
    nps: Estimate
    jaccard: float
    standing: Standing
    traits: tuple[Trait, ...]
    quotes: tuple[Comment, ...]
    profile: Mapping[str, float]

    @property
    def pains(self) -> tuple[Trait, ...]:
        """What this group itself rates lowest, of what enough of them rated."""
        rated = [
            t for t in self.traits if t.asked and t.asked.kind == "rated" and t.asked.touchpoint and t.here.n >= 30
        ]
        return tuple(sorted(rated, key=lambda t: t.here.value or 0.0)[:3])


@dataclass(frozen=True)
class Portrait:
    """All groups of one survey. ``trials`` show every number of groups tried, ``chosen`` the best of the sound ones
    (None: there are no groups), ``k`` the number shown. ``directions`` in which answers hang together beyond
    chance; with none nothing is grouped. ``used`` of ``of`` responses were grouped."""

    survey: str
    trials: tuple[Trial, ...]
    chosen: int | None
    k: int | None
    personas: tuple[Persona, ...]
    directions: int
    used: int
    of: int


def surveys(con: Connection, scope: Scope) -> tuple[str, ...]:
    """Surveys by whose answers people can be grouped, the one with most ratings a person first."""
    from cx.store import query

    answers = query.measure(con, "satisfaction", scope, ("survey_id",))
    people = query.measure(con, "nps", scope, ("survey_id",)).as_dict()
    sizes = {c.key[0]: c.estimate.n / max(c.estimate.base, 1) for c in answers.cells if c.estimate.value is not None}
    known = [name for name in sizes if (name,) in people and people[(name,)].n >= LEAST]
    return tuple(sorted(known, key=lambda name: -sizes[name]))


def portrait(con: Connection, scope: Scope, survey: str, k: int | None = None) -> Portrait:
    """The kinds of customers in a survey; ``k`` asks for so many instead of the best number."""
    sample = profiles_sample.sample(con, scope, survey, MOST, SEED)
    nothing = Portrait(survey, (), None, None, (), 0, len(sample.ids), sample.of)
    if len(sample.ids) < LEAST or len(sample.asked) < 2:
        return nothing
    x = comparable(sample)
    along = directions(x, SEED)
    if not along.kept:
        return nothing
    trials = clusters.trials(x, SEED, seen=along.seen)
    best = clusters.chosen(trials)
    wanted = k or (best.k if best else None)
    found = replace(nothing, trials=trials, chosen=best.k if best else None, k=wanted, directions=along.kept)
    if wanted is None:
        return found
    trial = next(trial for trial in trials if trial.k == wanted)
    labels = clusters.parted(along.seen(x), wanted, SEED).labels
    return replace(found, personas=_personas(con, scope.narrowed(survey_id=survey), sample, labels, trial))


def _personas(
    con: Connection, scope: Scope, sample: Sample, labels: npt.NDArray[Any], trial: Trial
) -> tuple[Persona, ...]:  # fmt: skip
    traits = [_traits(sample, labels == place, scope) for place in range(trial.k)]
    adjusted = benjamini_hochberg([1.0 if test.p is None else test.p for found in traits for _, test in found])
    personas, at = [], 0
    for place, found in enumerate(traits):
        told = [replace(trait, q=q) for (trait, _), q in zip(found, adjusted[at : at + len(found)], strict=True)]
        at += len(found)
        inside = labels == place
        size = share(int(inside.sum()), len(labels)).guarded(scope.minimum_base, scope.small_base, int(inside.sum()))
        standing = clusters.standing(trial.jaccard[place])
        quotes = profiles_sample.said(con, scope, _least_content(sample, inside), _TEXTS)
        personas.append(Persona(
            place, size, _nps(sample.nps[inside]).guarded(scope.minimum_base, scope.small_base), trial.jaccard[place],
            standing, tuple(sorted(told, key=lambda t: -abs(t.effect))), quotes,
            {t.asked.key: round(t.effect, 3) for t in told if t.asked},
        ))  # fmt: skip
    return tuple(personas)


def _least_content(sample: Sample, inside: npt.NDArray[Any]) -> list[str]:
    """Some people of a group, those with the lowest scores: enough to find comments of."""
    import numpy as np

    here = np.flatnonzero(inside)
    return [sample.ids[at] for at in here[np.argsort(sample.nps[here], kind="stable")][:_ASKED]]


def _nps(scores: npt.NDArray[Any]) -> Estimate:
    promoters, detractors = int((scores >= 9).sum()), int((scores <= 6).sum())
    return nps(promoters, len(scores) - promoters - detractors, detractors)


def _traits(sample: Sample, inside: npt.NDArray[Any], scope: Scope) -> list[tuple[Trait, Change]]:
    found = []
    for column, asked in zip(sample.answers.T, sample.asked, strict=True):
        here, rest = (
            _estimate(column[side], asked).guarded(scope.minimum_base, scope.small_base) for side in (inside, ~inside)
        )
        if here.value is None or rest.value is None:
            continue
        mean_like = asked.kind in ("rated", "number")
        size = effect(rest, here) if mean_like else here.value - rest.value
        found.append((Trait(asked, None, here, rest, size, 1.0), change(rest, here)))
    for name, values in sample.dims.items():
        for value in sorted({one for one in values if one is not None}):
            found += _dimension(name, value, values, inside, scope)
    return found


def _estimate(column: npt.NDArray[Any], asked: Asked) -> Estimate:
    known = column[column == column]
    if asked.kind in ("choice", "yes"):
        return share(int(known.sum()), len(known))
    return mean(float(known.sum()), float((known * known).sum()), len(known))


def _dimension(
    name: str, value: str, values: Sequence[str | None], inside: npt.NDArray[Any], scope: Scope
) -> list[tuple[Trait, Change]]:  # fmt: skip
    import numpy as np

    hit, known = np.array([v == value for v in values]), np.array([v is not None for v in values])
    sides = [
        share(int((hit & side).sum()), int((known & side).sum())).guarded(scope.minimum_base, scope.small_base)
        for side in (inside, ~inside)
    ]
    if any(e.value is None for e in sides):
        return []
    here, rest = sides
    assert here.value is not None and rest.value is not None
    return [(Trait(None, (name, value), here, rest, here.value - rest.value, 1.0), change(rest, here))]
