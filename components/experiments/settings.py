"""What the form offers: kinds of experiments, surveys in service, the metrics and questions that a survey has."""

from __future__ import annotations

from typing import Literal

from components.page import Context
from cx.act.experiments.checks import TYPES
from cx.act.experiments.definition import DOOR, OUTCOMES

Kind = Literal["survey", "customers", "branch", "week"]
KINDS: tuple[Kind, ...] = ("survey", "customers", "branch", "week")


def surveys(ctx: Context) -> dict[str, str]:
    """Titles of customers' surveys in service, by id."""
    return {one.id: ctx.t.pick(one.title) for one in ctx.bench.shelf.all() if one.kind == "customer"}


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


def _asked(ctx: Context, survey: str, metric: str) -> bool:
    found = ctx.bench.shelf.get(survey)
    types = TYPES.get(metric, (metric,))
    return found is not None and any(question.type in types for question in found.questions)
