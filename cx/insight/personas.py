"""Kinds of customers (立体画像) by their answers: how many there are, whether they come back, what tells each apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cx.insight.personas_data import comparable, directions
from cx.insight.personas_traits import Trait, traits
from cx.measure import clusters
from cx.measure.clusters import Standing, Trial
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate, nps, share
from cx.store import profiles_sample
from cx.store.comments import Comment
from cx.store.profiles_sample import Sample
from cx.store.query import Connection

if TYPE_CHECKING:
    import numpy.typing as npt

MOST, SEED, LEAST = 20_000, 20261122, 200
"""Responses that are grouped at most, the seed by which they are drawn, and how many there must be."""
_TEXTS, _ASKED = 3, 300  # comments of a group, and how many of its people are looked at for them


def _silent(_done: int, _of: int) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """Whom to tell how far a portrait is: called with the numbers of groups tried and to try. It may raise to stop.

    No part of what is asked: portraits that are watched by different people are the same.
    """

    tell: Callable[[int, int], None] = field(default=_silent, compare=False)


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


def portrait(
    con: Connection,
    scope: Scope,
    survey: str,
    k: int | None = None,
    watch: Watch = Watch(),  # noqa: B008  (frozen, and no part of the question)
) -> Portrait:
    """The kinds of customers in a survey; ``k`` asks for so many instead of the best number."""
    sample = profiles_sample.sample(con, scope, survey, MOST, SEED)
    nothing = Portrait(survey, (), None, None, (), 0, len(sample.ids), sample.of)
    if len(sample.ids) < LEAST or len(sample.asked) < 2:
        return nothing
    x = comparable(sample)
    along = directions(x, SEED)
    if not along.kept:
        return nothing
    trials = clusters.trials(x, SEED, seen=along.seen, tell=watch.tell)
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
    personas = []
    for place, told in enumerate(traits(sample, labels, trial.k, scope)):
        inside = labels == place
        size = share(int(inside.sum()), len(labels)).guarded(scope.minimum_base, scope.small_base, int(inside.sum()))
        quotes = profiles_sample.said(con, scope, _least_content(sample, inside), _TEXTS)
        personas.append(Persona(
            place, size, _nps(sample.nps[inside]).guarded(scope.minimum_base, scope.small_base), trial.jaccard[place],
            clusters.standing(trial.jaccard[place]), told, quotes,
            {t.asked.key: round(t.effect, 3) for t in sorted(told, key=_key) if t.asked},
        ))  # fmt: skip
    return tuple(personas)


def _key(trait: Trait) -> str:
    return trait.asked.key if trait.asked else ""


def _least_content(sample: Sample, inside: npt.NDArray[Any]) -> list[str]:
    """Some people of a group, those with the lowest scores: enough to find comments of."""
    import numpy as np

    here = np.flatnonzero(inside)
    return [sample.ids[at] for at in here[np.argsort(sample.nps[here], kind="stable")][:_ASKED]]


def _nps(scores: npt.NDArray[Any]) -> Estimate:
    promoters, detractors = int((scores >= 9).sum()), int((scores <= 6).sum())
    return nps(promoters, len(scores) - promoters - detractors, detractors)
