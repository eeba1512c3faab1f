"""Scales of surveys: rating questions that stand together, and whether they measure one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from cx.measure import reliability
from cx.measure.reliability import Alpha
from cx.measure.scope import Scope
from cx.store import scales
from cx.store.query import Connection, Measured
from cx.survey.schema import Question, Survey, Text

LEAST = 30  # complete answers; fewer say little, and little about few people is not told
STRONG, GOOD, FAIR = 0.9, 0.7, 0.6
_GAIN = 0.01  # by which alpha must rise without an item before it is worth a word
_TYPES = ("rating", "csat")
Points = tuple[int, int]
Verdict = Literal["strong", "good", "fair", "weak"]


@dataclass(frozen=True)
class Scale:
    """Questions of one survey on one page, or the rows of one matrix, with the same points. ``id`` is unique;
    ``title`` is the page's or the matrix's; ``page`` counts from 1; ``items`` are the ids as stored. ``partly``: not
    everybody is asked everything."""

    id: str
    survey: Survey = field(compare=False)
    page: int
    title: Text = field(compare=False)
    items: tuple[str, ...]
    labels: tuple[Text, ...] = field(compare=False)
    partly: bool = False


@dataclass(frozen=True)
class Reading:
    """Alpha of a scale from ``n`` complete answers, ``partial`` people left something out. ``alpha`` is None where they
    are too few or all answer alike; ``hidden`` where not even their number is told.

    ``turned``: places of items that run against the rest; ``better``: (place, alpha) of the one without which alpha
    rises most.
    """

    n: int
    partial: int
    measured: Measured
    hidden: bool = False
    alpha: Alpha | None = None
    verdict: Verdict | None = None
    turned: tuple[int, ...] = ()
    better: tuple[int, float] | None = None


def scales_of(surveys: Iterable[Survey]) -> tuple[Scale, ...]:
    """The scales of surveys, in their order."""
    return tuple(scale for survey in surveys for scale in _scales(survey))


def _scales(survey: Survey) -> Iterable[Scale]:
    for number, page in enumerate(survey.pages, start=1):
        groups: dict[Points, list[Question]] = {}
        for question in page.questions:
            if question.type == "matrix" and question.scale and len(question.rows) > 1:
                items = tuple(f"{question.id}.{row.id}" for row in question.rows)
                labels = tuple(row.label for row in question.rows)
                partly = bool(question.show_if) or question.not_applicable or any(row.show_if for row in question.rows)
                yield Scale(f"{survey.id}.{question.id}", survey, number, question.label, items, labels, partly)
            elif question.type in _TYPES and question.scale:
                groups.setdefault((question.scale.low, question.scale.high), []).append(question)
        for (_, high), found in groups.items():
            if len(found) > 1:
                ids, labels = tuple(each.id for each in found), tuple(each.label for each in found)
                partly = any(each.show_if or each.not_applicable for each in found)
                yield Scale(f"{survey.id}.{number}-{high}", survey, number, page.title or "", ids, labels, partly)


def read(con: Connection, scope: Scope, survey: str, items: tuple[str, ...]) -> Reading:
    """Alpha of one scale of a survey within a scope; none where too few answered all of it."""
    found = scales.sums(con, scope, survey, items)
    if found.hidden or found.n < LEAST:
        return Reading(found.n, found.partial, found.measured, found.hidden)
    alpha = reliability.alpha(reliability.covariances(found.n, found.totals, found.products), found.n)
    if alpha is None:
        return Reading(found.n, found.partial, found.measured)
    turned = tuple(place for place, item in enumerate(alpha.items) if item.rest is not None and item.rest < 0)
    return Reading(
        found.n, found.partial, found.measured, False, alpha, _verdict(alpha), turned, _better(alpha)
    )  # fmt: skip


def _verdict(alpha: Alpha) -> Verdict:
    """By alpha, and by how low it may be: of few people, a high one is no better than fair."""
    for verdict, line in (("strong", STRONG), ("good", GOOD)):
        if alpha.raw >= line and alpha.low >= line - 0.1:
            return verdict  # type: ignore[return-value]
    return "fair" if alpha.raw >= FAIR else "weak"


def _better(alpha: Alpha) -> tuple[int, float] | None:
    without = [(item.dropped, place) for place, item in enumerate(alpha.items) if item.dropped is not None]
    best = max(without, default=None)
    return (best[1], best[0]) if best and best[0] > alpha.raw + _GAIN else None
