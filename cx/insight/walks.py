"""What walk-throughs found: how much of the best possible was there, which items and branches fall short."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cx.measure.scope import Rights, Scope
from cx.measure.statistics import Estimate, t_value
from cx.store import parts, query, walks
from cx.store.query import Connection, Measured
from cx.store.walks import Photo, Said, Walk
from cx.survey.schema import Question, Survey, Text

METRIC = "checklist"
ENOUGH = 5
"""Walks from which on their common score has an interval."""
_SCORED = ("rating", "csat", "yes_no")
_MOST_PHOTOS = 4


@dataclass(frozen=True)
class Item:
    """One line of a checklist over all walks: the score, the branch where it is lowest, photos of the same page taken
    where it was not at its best (worst first)."""

    id: str
    label: Text
    estimate: Estimate
    lowest: tuple[str, float] | None
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Place:
    """One branch: its score, and its walks from first to last (flagged ones left out)."""

    branch: str | None
    estimate: Estimate
    walks: tuple[Walk, ...]


@dataclass(frozen=True)
class View:
    """Walks newest first (flagged ones are among them, and in no score); items and branches from the lowest up."""

    walks: tuple[Walk, ...]
    total: Estimate
    measured: Measured
    items: tuple[Item, ...]
    places: tuple[Place, ...]

    @property
    def counted(self) -> tuple[Walk, ...]:
        """The walks that count."""
        return tuple(walk for walk in self.walks if not walk.flagged)


@dataclass(frozen=True)
class Detail:
    """One walk in full: answers by question id, and its photos."""

    walk: Walk
    said: Mapping[str, tuple[Said, ...]]
    photos: tuple[Photo, ...]


def scope(rights: Rights) -> Scope:
    """All walks that somebody may see."""
    return Scope(rights, voice="walk")


def everything(rights: Rights) -> Scope:
    """All walks that somebody may see, and those flagged."""
    return replace(scope(rights), include_flagged=True)


def surveys(con: Connection, rights: Rights) -> tuple[tuple[str, str], ...]:
    """Id and version of the checklists that walks were made with, the latest first."""
    found = walks.all(con, scope(rights))
    return tuple(dict.fromkeys((walk.survey_id, walk.version) for walk in found))


def view(con: Connection, scope: Scope, definitions: tuple[Survey, ...]) -> View:
    """Everything about one checklist in a scope; ``definitions`` are its versions, the latest first."""
    found = walks.all(con, scope)
    measured = query.measure(con, METRIC, scope)
    counted = [walk for walk in found if not walk.flagged]
    return View(
        found, with_interval(measured.total, counted), measured,
        _items(con, scope, definitions, {walk.id: walk for walk in counted}),
        _places(con, scope, counted),
    )  # fmt: skip


def one(con: Connection, rights: Rights, id: str) -> Detail | None:
    """One walk, whatever its period; None when there is none or it is not theirs to see."""
    here = everything(rights)
    walk = next((walk for walk in walks.all(con, here) if walk.id == id), None)
    if walk is None:
        return None
    said: dict[str, list[Said]] = {}
    for each in walks.answers(con, here, id):
        said.setdefault(each.question, []).append(each)
    return Detail(walk, {name: tuple(rows) for name, rows in said.items()}, walks.photos(con, here, id))


def lines(survey: Survey) -> tuple[tuple[Question, int], ...]:
    """What a checklist asks, a row of a matrix as a question of its own, each with the number of its page."""
    return tuple(
        (each, number)
        for number, page in enumerate(survey.pages)
        for q in page.questions
        for each in parts.questions(q)
    )


def with_interval(total: Estimate, counted: Sequence[Walk]) -> Estimate:
    """The score with an interval over walks (ratio estimator, Student's t), where there are enough of them."""
    scored = [walk for walk in counted if walk.n]
    n, items = len(scored), sum(walk.n for walk in scored)
    if total.value is None or n < ENOUGH:
        return total
    value = total.value
    squares = sum((walk.points / 400 - value * walk.n) ** 2 for walk in scored)
    se = math.sqrt(n * squares / (n - 1)) / items
    if not se:
        return total
    reach = t_value(n - 1) * se
    return replace(total, low=max(0.0, value - reach), high=min(1.0, value + reach), se=se, degrees=n - 1)


def _items(
    con: Connection, scope: Scope, definitions: tuple[Survey, ...], counted: Mapping[str, Walk]
) -> tuple[Item, ...]:
    said = [each for each in walks.answers(con, scope) if each.type in _SCORED and each.score is not None]
    taken = walks.photos(con, scope)
    known = {question.id: (question, page) for survey in reversed(definitions) for question, page in lines(survey)}
    found = []
    for cell in query.measure(con, METRIC, scope, ("question_id",)).cells:
        id = cell.key[0]
        question, page = known.get(id, (None, None))
        beside = {each.id for each, there in known.values() if there == page and each.type == "photo"}
        here = [each for each in said if each.question == id]
        short = {each.walk: _share(each) for each in here if _share(each) < 1}
        photos = [photo for photo in taken if photo.question in beside and photo.walk in short]
        photos.sort(key=lambda photo: short[photo.walk])
        label = question.label if question else id
        found.append(Item(id, label, cell.estimate, _lowest(here, counted), tuple(photos[:_MOST_PHOTOS])))
    return tuple(sorted(found, key=lambda item: (item.estimate.value or 0.0, item.id)))


def _share(said: Said) -> float:
    assert said.score is not None and said.points
    return float(said.score) if said.type == "yes_no" else (said.score - 1) / (said.points - 1)


def _lowest(said: Sequence[Said], counted: Mapping[str, Walk]) -> tuple[str, float] | None:
    """The branch with the lowest mean, where there are at least two."""
    by: dict[str, list[float]] = {}
    for each in said:
        branch = counted[each.walk].branch if each.walk in counted else None
        if branch is not None:
            by.setdefault(branch, []).append(_share(each))
    means = {branch: sum(shares) / len(shares) for branch, shares in by.items()}
    branch = min(means, key=lambda branch: (means[branch], branch), default=None)
    return (branch, means[branch]) if branch is not None and len(means) > 1 else None


def _places(con: Connection, scope: Scope, counted: Sequence[Walk]) -> tuple[Place, ...]:
    scores = query.measure(con, METRIC, scope, ("branch",))
    branches = {walk.branch for walk in counted}
    found = [
        Place(branch, scores.of(branch), tuple(w for w in reversed(counted) if w.branch == branch))
        for branch in branches
    ]
    return tuple(sorted(found, key=lambda p: (p.estimate.value is None, p.estimate.value or 0.0, p.branch or "")))
