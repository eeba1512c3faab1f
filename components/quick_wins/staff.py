"""Metrics of a quick win that staff answer: questions of staff surveys, for those who may see the whole bank's."""

from __future__ import annotations

from typing import Any

from components import staff_voice
from components.page import Context
from cx.insight import staff
from cx.store import query

_METRICS = ("satisfaction", "yes_share")


def options(ctx: Context) -> dict[str, dict[str, Any]]:
    """What a charter says of each question that staff answered, by a name of the choice."""
    if ctx.rights.branches is not None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for survey in ctx.ask(staff.surveys, ctx.rights):
        labels = staff.labels(staff_voice.definitions(ctx, survey))
        here = staff.scope(ctx.rights).narrowed(survey_id=survey)
        for metric in _METRICS:
            for question in ctx.ask(query.contents, here, ("question_id",), metric).values["question_id"]:
                found[f"staff:{survey}:{question}"] = {
                    "metric": metric, "voice": "staff", "survey": survey, "question": question,
                    "asked": dict(labels.get(question, {})) or question,
                }  # fmt: skip
    return found
