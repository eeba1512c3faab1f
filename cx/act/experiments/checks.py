"""What is wrong with the definition of an experiment, all of it at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from cx.act.experiments.definition import (
    BY_QUESTION,
    DOOR,
    EVERY,
    LONGEST,
    MOST_ARMS,
    MOST_WEIGHT,
    OUTCOMES,
    SHORTEST,
    UNITS,
    Definition,
    text,
    written,
)  # fmt: skip
from cx.bank.model import Model
from cx.survey.schema import Survey
from cx.words import Problem

Find = Callable[[str], Survey | None]
"""The survey in service of an id."""
TYPES = {"ces": ("ces",), "satisfaction": ("csat", "rating"), "top2": ("csat", "rating"), "yes_share": ("yes_no",)}


def problems(definition: Definition, model: Model, find: Find) -> tuple[Problem, ...]:
    """Every problem, with ``where`` the field it belongs to."""
    return tuple(_all(definition, model, find))


def _all(definition: Definition, model: Model, find: Find) -> Iterator[Problem]:
    for name in ("title", "hypothesis"):
        if not written(getattr(definition, name)):
            yield Problem("experiment_empty", name)
    arms = definition.arms
    if not 2 <= len(arms) <= MOST_ARMS:
        yield Problem("experiment_arms", "arms", {"most": MOST_ARMS})
    if len({text(arm.name) for arm in arms}) < len(arms) or not all(written(arm.name) for arm in arms):
        yield Problem("experiment_names", "arms")
    if not all(1 <= arm.weight <= MOST_WEIGHT for arm in arms):
        yield Problem("experiment_weights", "arms", {"most": MOST_WEIGHT})
    fewest = SHORTEST.get(definition.unit, 2)
    if definition.days < fewest or definition.end - definition.start > LONGEST:
        yield Problem("experiment_days", "end", {"least": fewest, "weeks": LONGEST.days // 7})
    if not (math.isfinite(definition.least) and definition.least > 0):
        yield Problem("experiment_least", "least")
    if definition.unit not in UNITS or definition.every not in EVERY:
        yield Problem("experiment_metric", "metric")
        return
    if definition.unit != "respondent":
        known, least = (
            set(definition.branches) & set(model.branches),
            2 * len(arms) if definition.unit == "branch" else 0,
        )
        if len(known) < max(least, len(definition.branches)):
            yield Problem("experiment_branches", "branches", {"least": least or 1})
    if definition.devices and (not definition.on_survey or definition.metric == "completion"):
        yield Problem("experiment_devices", "metric")
    if definition.on_survey:
        yield from _surveys(definition, find)
    else:
        yield from _journey(definition, find)


def _journey(definition: Definition, find: Find) -> Iterator[Problem]:
    by_file = definition.unit == "respondent"
    if (definition.metric in OUTCOMES) != by_file or definition.metric == "completion":
        yield Problem("experiment_metric", "metric")
    elif not by_file:
        survey = find(definition.survey or "")
        if survey is None:
            yield Problem("experiment_survey", "survey", {"survey": definition.survey or "?"})
        else:
            yield from _measured(definition, survey)


def _surveys(definition: Definition, find: Find) -> Iterator[Problem]:
    found = [find(id) for id in definition.surveys]
    if definition.unit != "respondent" or definition.metric not in ("completion", *DOOR):
        yield Problem("experiment_metric", "metric")
    if len(set(definition.surveys)) < len(found):
        yield Problem("experiment_same_survey", "arms")
    for id, survey in zip(definition.surveys, found, strict=True):
        if survey is None or survey.kind != "customer":
            yield Problem("experiment_survey", "arms", {"survey": id})
        elif definition.metric in DOOR:
            yield from _measured(definition, survey)
    known = [survey for survey in found if survey is not None]
    for survey in known[1:]:
        if (survey.kind, survey.nps_kind, survey.about) != (known[0].kind, known[0].nps_kind, known[0].about):
            yield Problem("experiment_about", "arms", {"first": known[0].id, "other": survey.id})
        if set(survey.prefill) != set(known[0].prefill) or set(survey.languages) != set(known[0].languages):
            yield Problem("experiment_links", "arms", {"first": known[0].id, "other": survey.id})


def _measured(definition: Definition, survey: Survey) -> Iterator[Problem]:
    """Whether a survey asks what is measured."""
    metric = definition.metric
    if metric in ("nps", "csat"):
        asked = any(question.type == metric for question in survey.questions)
        asked = asked and (metric != "nps" or survey.nps_kind == definition.nps_kind)
    elif metric in BY_QUESTION:
        question = survey.question(definition.question or "")
        asked = question is not None and question.type in TYPES[metric]
    else:
        asked = False
    if not asked:
        yield Problem(
            "experiment_not_asked", "metric", {"survey": survey.id, "question": definition.question or metric}
        )
