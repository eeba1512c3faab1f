"""Answers repeated in texts: ``{{id}}``, ``{{id|fallback}}``, and parts as ``{{m.row}}``. Always plain text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from cx.survey.schema import Question, Survey, Text
from cx.survey.values import NotApplicable
from cx.words import Translator

_PIPE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[A-Za-z0-9_.-]+)?)\s*(?:\|([^{}]*))?\}\}")
_BLANK = "–"
LONGEST = 300


def names(text: str) -> Iterator[str]:
    """The answers that a text repeats: a question's id, or ``id.part``."""
    if "{{" in text:
        yield from (match.group(1) for match in _PIPE.finditer(text))


def fill(text: Text | None, survey: Survey, answers: Mapping[str, object], t: Translator) -> str:
    """The text in the language of ``t`` with what the respondent said in its place, as they said it.

    ``answers`` are those that count (``flow.complete``). Without an answer: the fallback, else a dash. What a
    respondent wrote is never read as a place itself, and comes back as plain text: whoever shows it escapes it.
    """
    told = t.pick(text)
    if "{{" not in told:
        return told
    return _PIPE.sub(lambda match: said(survey, answers, match.group(1), t) or (match.group(2) or _BLANK).strip(), told)


def said(survey: Survey, answers: Mapping[str, object], name: str, t: Translator) -> str:
    """One answer as the respondent said it; empty without one. Contact details and photos are never repeated."""
    id, _, part = name.partition(".")
    question = survey.question(id)
    value = answers.get(id)
    if question is None or value is None or question.type in ("contact", "photo", "maxdiff"):
        return ""
    if part and question.parts:
        asked = question.parts.get(part)
        value = value.get(part) if isinstance(value, Mapping) else None
        return _value(asked, value, answers, t) if asked and value is not None else ""
    if part:
        return str(answers.get(name, ""))[:LONGEST]
    return "" if isinstance(value, Mapping) else _value(question, value, answers, t)


def _value(question: Question, value: object, answers: Mapping[str, object], t: Translator) -> str:
    if isinstance(value, tuple):
        between = "、" if t.lang == "zh" else ", "
        return between.join(_value(question, each, answers, t) for each in value)
    if isinstance(value, NotApplicable):
        return ""
    if isinstance(value, bool):
        return t(f"survey.say_{'yes' if value else 'no'}")
    if isinstance(value, dt.date):
        return t.date(value)
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return t.number(float(value), max(0, -exponent) if isinstance(exponent, int) else 0)
    choice = question.choice(value) if isinstance(value, str) and question.choices else None
    if choice is None:
        return str(value)[:LONGEST]
    meant = answers.get(f"{question.id}.{choice.id}") if choice.other else None
    return str(meant)[:LONGEST] if meant else t.pick(choice.label)
