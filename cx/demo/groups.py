"""Groups of customers that are truly there: kinds who answer differently, and a segment that is satisfied and still
does not recommend. Neither touches anybody's NPS, and each question keeps its mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cx.demo.people import Crowd, Floats, Integers, draw, rng
from cx.demo.truth import Truth

if TYPE_CHECKING:
    from cx.survey.schema import Question, Survey


def kinds(survey: Survey, crowd: Crowd, truth: Truth) -> Integers:
    """Which of the truth's ``personas`` each respondent is, in their order; -1 where the survey has none."""
    if survey.id != truth.personas["survey"]:
        return np.full(crowd.size, -1)
    shares = [kind["share"] for kind in truth.personas["kinds"].values()]
    return draw(rng(truth, f"{survey.id} kinds"), crowd.size, shares)


def weights(survey: Survey, question: Question, truth: Truth) -> list[list[float]] | None:
    """How often each persona names each choice of a question; None where they do not differ."""
    if survey.id != truth.personas["survey"]:
        return None
    found = [kind["choices"].get(question.id) for kind in truth.personas["kinds"].values()]
    if not all(found):
        return None
    return [[float(one.get(choice.id, 0.0)) for choice in question.choices] for one in found]


def shift(
    survey: Survey, question: Question, crowd: Crowd, answered: npt.NDArray[np.bool_], truth: Truth
) -> Floats | float:  # fmt: skip
    """What is added to the expected satisfaction of each respondent, 0 in the mean of those who answer."""
    if survey.id != truth.personas["survey"]:
        return 0.0
    found = np.zeros(crowd.size)
    for place, kind in enumerate(truth.personas["kinds"].values()):
        found += kind["ratings"].get(question.id, 0.0) * (kinds(survey, crowd, truth) == place)
    reluctant: Mapping[str, Any] = truth.reluctant
    found += reluctant["ratings"].get(question.id, 0.0) * crowd.segment.where(reluctant["segment"])
    return found - found[answered].mean() if answered.any() else found
