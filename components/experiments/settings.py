"""What the form offers: kinds of experiments, surveys and their versions, metrics and questions that a survey has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from components.page import Context
from cx.act.experiments import variants
from cx.act.experiments.checks import TYPES
from cx.act.experiments.definition import DOOR, OUTCOMES
from cx.survey.schema import Survey
from cx.words.apart import apart

Kind = Literal["survey", "customers", "branch", "day", "week"]
KINDS: tuple[Kind, ...] = ("survey", "customers", "branch", "day", "week")
BY_PLACE: tuple[Kind, ...] = ("branch", "day", "week")
"""Kinds that are judged by answers from branches."""


def surveys(ctx: Context) -> dict[str, str]:
    """Titles of customers' surveys in service, by id."""
    return apart({one.id: ctx.t.pick(one.title) for one in ctx.bench.shelf.all() if one.kind == "customer"})


def versions(ctx: Context, base: str | None) -> dict[str, str]:
    """What can share links with a survey, in service or on its way there, by id."""
    t, found, waiting = ctx.t, find(ctx), ctx.ask(variants.waiting)
    first = found(base) if base else None
    if first is None:
        return {}
    named = {one.id: f"{t.pick(one.title)} · {one.id}" for one in ctx.bench.shelf.all() if _alike(first, one)}
    for id, (survey, state) in waiting.items():
        if id not in named and _alike(first, survey):
            named[id] = f"{t.pick(survey.title)} · {id} · {t(f'experiments.waits_{state}')}"
    return named


def find(ctx: Context) -> Callable[[str], Survey | None]:
    """A survey in service, or else as it is being written: an experiment may be drafted before its versions are out."""
    waiting = ctx.ask(variants.waiting)
    return lambda id: ctx.bench.shelf.get(id) or (waiting[id][0] if id in waiting else None)


def metrics(ctx: Context, kind: Kind, survey: str | None) -> list[str]:
    """What can be looked at."""
    if kind == "customers":
        return list(OUTCOMES)
    found = ctx.bench.shelf.get(survey) if survey else None
    asked = [one for one in DOOR if found is not None and _asked(ctx, found.id, one)]
    return (["completion"] if kind == "survey" else []) + asked


def questions(ctx: Context, survey: str | None, metric: str) -> dict[str, str]:
    """The questions of a survey that a metric can be of."""
    found = ctx.bench.shelf.get(survey) if survey else None
    types = TYPES.get(metric, ())
    return {one.id: ctx.t.pick(one.label) for one in found.questions if one.type in types} if found else {}


def nps_kind(ctx: Context, survey: str | None) -> str | None:
    """The kind of NPS that a survey asks."""
    found = ctx.bench.shelf.get(survey) if survey else None
    return found.nps_kind if found else None


def _alike(first: Survey, other: Survey) -> bool:
    return (
        other.id != first.id
        and (other.kind, other.nps_kind, other.about) == (first.kind, first.nps_kind, first.about)
        and set(other.prefill) == set(first.prefill)
        and set(other.languages) == set(first.languages)
    )


def _asked(ctx: Context, survey: str, metric: str) -> bool:
    found = ctx.bench.shelf.get(survey)
    types = TYPES.get(metric, (metric,))
    return found is not None and any(question.type in types for question in found.questions)
