"""What a method-minded colleague would say about a survey before it goes out: hints, never refusals. Pure.

:func:`review` gives findings; the words of a code are ``review.<code>`` (what and why) and ``review.<code>_try``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cx.survey.review.finding import Finding as Finding
from cx.survey.review.finding import found
from cx.survey.review.reach import way as way
from cx.survey.review.shape import question_shape, survey_shape
from cx.survey.review.wording import wording
from cx.survey.schema import Survey

_NOTHING: Mapping[str, Sequence[str]] = {}


def review(survey: Survey, indicators: Mapping[str, Sequence[str]] = _NOTHING) -> tuple[Finding, ...]:
    """Everything worth a second look, in the order of the survey; what is about the whole comes first.

    ``indicators`` are the ids of the indicators that the bank measures at a touchpoint, by touchpoint.
    """
    return tuple(_all(survey, indicators))


def _all(survey: Survey, indicators: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    yield from survey_shape(survey)
    for question in survey.questions:
        yield from wording(question, survey.languages)
        yield from question_shape(survey, question, indicators)
        if question.type != "computed" and way(survey, question.id) is False:  # what is worked out never shows
            yield found("unreachable", question)
