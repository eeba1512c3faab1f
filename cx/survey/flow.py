"""What to ask next and what is wrong: the one implementation, pure, for every way in.

Answers map a question's id to its typed value (int, str, tuple of str, date, Decimal, bool, or a dict of parts); what
is meant by a chosen "other" stands under ``<question>.<choice>``; absent means unanswered. A hidden question counts as
unanswered in every condition: its answer is kept, but is not part of the response. Pages are counted from 0. Conditions
look backwards and skips forwards only (the loader holds that), so one pass in order decides what shows.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cx.survey import types
from cx.survey.schema import DIMENSIONS, Choice, Question, Quota, Row, Rule, Survey, Text
from cx.survey.walking import Answers, walk
from cx.words import Problem, Refused, Translator

_LISTS = ("multiple", "photo")


class Parsed(NamedTuple):
    """Typed answers of a form, and what could not be read. Problems of questions that do not show are to be ignored."""

    answers: dict[str, object]
    problems: dict[str, Problem]


@dataclass(frozen=True)
class RuleProblem(Problem):
    """A rule of the survey's author is broken: says the author's own message."""

    message: Text = ""

    def what(self, t: Translator) -> str:
        return t.pick(self.message)

    def cure(self, t: Translator) -> str:
        return ""


def parse(survey: Survey, page: int, form: Mapping[str, Sequence[str]]) -> Parsed:
    """Read what a form says about the questions of a page; fields of other names are left alone."""
    return _parse(survey.pages[page].questions, form)


def _parse(questions: Sequence[Question], form: Mapping[str, Sequence[str]]) -> Parsed:
    answers: dict[str, object] = {}
    problems: dict[str, Problem] = {}
    for question in questions:
        try:
            value = types.parse(question.loose if question.conditional else question, form)
            if value is not None:
                if question.others:
                    answers.update(types.parse_others(question, form, value))
                answers[question.id] = value
        except Refused as refused:
            problems[question.id] = refused.problems[0]
    return Parsed(answers, problems)


def visible(survey: Survey, page: int, answers: Answers) -> tuple[Question, ...]:
    """The questions that the page shows now, notes included; each with the choices and rows that it offers now."""
    for place, (_, shows, _) in enumerate(walk(survey, answers)):
        if place == page:
            return shows
    raise IndexError(page)


def shown(shows: Sequence[Question]) -> tuple[str, ...]:
    """Ids of questions that show, and ``<question>.<part>`` of their choices and rows that do so under a condition."""
    return tuple(
        id
        for question in shows
        for id in (question.id, *(f"{question.id}.{part.id}" for part in _parts(question) if part.show_if is not None))
    )


def _parts(question: Question) -> Sequence[Choice | Row]:
    return (*question.choices, *question.rows)


def missing(survey: Survey, page: int, answers: Answers) -> dict[str, Problem]:
    """What is wrong with the page's visible questions: required but unanswered, no valid answer, a broken rule."""
    for place, (_, shows, counted) in enumerate(walk(survey, answers)):
        if place == page:
            return _wrong(shows, counted)
    raise IndexError(page)


def _wrong(shows: Sequence[Question], counted: Answers, checked: Container[str] = ()) -> dict[str, Problem]:
    """``checked`` are questions whose answers were read just now, which includes the check of their type, by all that
    they offer."""
    found = {}
    for question in shows:
        if problem := _problem(question, counted, question.id in checked):
            found[question.id] = problem
    return found


def _problem(question: Question, counted: Answers, checked: bool) -> Problem | None:
    entry = types.TYPES[question.type]
    if not entry.asked:
        return None
    if question.id not in counted:
        return types.problem("required") if is_required(question, counted) else None
    if not checked and (wrong := _unsound(question, counted)):
        return wrong
    if entry.lacks and is_required(question, counted) and (lack := entry.lacks(question, counted[question.id])):
        return lack
    if not question.validate:
        return None
    broken: Rule | None = next((rule for rule in question.validate if rule.holds.value(counted) is False), None)
    return RuleProblem("answer_rule", message=broken.message) if broken else None


def _unsound(question: Question, counted: Answers) -> Problem | None:
    """An answer that did not come through :func:`parse` may be anything."""
    value = counted[question.id]
    if isinstance(value, types.Tied):
        return types.problem("rank_twice", rank=value.rank)
    wrong = types.check(question, value)
    said = (counted.get(f"{question.id}.{choice}") for choice in question.others)
    return wrong or next((found for text in said if text is not None and (found := types.check_other(text))), None)


def is_required(question: Question, answers: Answers) -> bool:
    """Whether the question must be answered now."""
    return question.required or (question.required_if is not None and question.required_if.holds(answers))


class Turn(NamedTuple):
    """A page handed in: all answers so far, those that count (:func:`complete`), what is wrong on the page, and the
    page to show now (None: at the end)."""

    answers: dict[str, object]
    counted: dict[str, object]
    problems: dict[str, Problem]
    page: int | None


def turn(survey: Survey, page: int, answers: Answers, form: Mapping[str, Sequence[str]]) -> Turn:
    """Hand in a page: its answers replace those given before; with a problem the page itself is to be shown again.

    What was answered before to a question that is hidden now is kept, unless the form says otherwise.
    """
    read = parse(survey, page, form)
    if not answers:
        merged = read.answers
    else:
        here = {question.id for question in survey.pages[page].questions}
        merged = {id: value for id, value in answers.items() if _base(id) not in here} | read.answers
    walked = list(walk(survey, merged))
    _, shows, counted = walked[page]
    if len(merged) < len(answers) + len(read.answers):
        hidden = here - {question.id for question in shows} - set(form)
        merged.update({id: value for id, value in answers.items() if id not in merged and _base(id) in hidden})
    wrong = _wrong(shows, counted, read.answers.keys() - survey.conditional) | read.problems
    problems = {question.id: wrong[question.id] for question in shows if question.id in wrong} if wrong else {}
    if problems:
        return Turn(merged, {}, problems, page)
    then = next((place for place in range(page + 1, len(walked)) if walked[place][1]), None)
    return Turn(merged, _answers(survey, walked[-1][2]), {}, then)


def _base(id: str) -> str:
    """The question of an answer's key."""
    return id.partition(".")[0]


def next_page(survey: Survey, page: int, answers: Answers) -> int | None:
    """The next page that shows anything; None at the end. ``page`` -1 asks for the first."""
    return next((place for place in _shown(survey, answers) if place > page), None)


def previous_page(survey: Survey, page: int, answers: Answers) -> int | None:
    """The page before that shows anything; None at the start."""
    return next((place for place in reversed(_shown(survey, answers)) if place < page), None)


def _shown(survey: Survey, answers: Answers) -> list[int]:
    return [place for place, (_, shows, _) in enumerate(walk(survey, answers)) if shows]


def complete(survey: Survey, answers: Answers) -> dict[str, object]:
    """The answers that count, computed ones included: without unknown ids and without what does not show, in the order
    of the survey."""
    counted: dict[str, object] = {}
    for _, _, counted in walk(survey, answers):  # noqa: B007 - the last one holds all
        pass
    return _answers(survey, counted)


def _answers(survey: Survey, counted: Answers) -> dict[str, object]:
    return {id: value for id, value in counted.items() if id not in survey.notes}


def problems(survey: Survey, answers: Answers) -> dict[str, Problem]:
    """What is wrong on all pages at once, and answers to questions that the survey does not have."""
    found = {id: types.problem("unknown", value=types.shown(id)) for id in answers if not _known(survey, id)}
    for _, shows, counted in walk(survey, answers):
        found.update(_wrong(shows, counted))
    return found


def _known(survey: Survey, id: str) -> bool:
    base, _, choice = id.partition(".")
    question = survey.question(base)
    return question is not None and (not choice or choice in question.others)


def hits(survey: Survey, answers: Answers) -> tuple[str, ...]:
    """Ids of the quotas that a response with these answers counts for."""
    if not survey.quotas:
        return ()
    counted = complete(survey, answers)
    return tuple(quota.id for quota in survey.quotas if quota.when.holds(counted))


def full(survey: Survey, answers: Answers, full: Collection[str]) -> Quota | None:
    """The quota that stands in the way of these answers; ``full`` are ids of quotas that have reached their limit."""
    if not full or not survey.quotas:
        return None
    counted = complete(survey, answers)
    return next((quota for quota in survey.quotas if quota.id in full and quota.when.holds(counted)), None)


def dependents(survey: Survey) -> frozenset[str]:
    """Ids of questions that a condition, a skip or a computed value mentions: when one changes, what the page shows may
    change."""
    names: set[str] = set()
    for page in survey.pages:
        names |= page.show_if.names if page.show_if else frozenset()
        for question in page.questions:
            skips = (skip.when for skip in question.skip)
            parts = (part.show_if for part in _parts(question))
            for condition in (question.show_if, question.required_if, question.value, *skips, *parts):
                names |= condition.names if condition else frozenset()
    return frozenset(names)


def prefilled(survey: Survey, params: Mapping[str, str]) -> dict[str, object]:
    """Answers that a link brings for questions declared in ``prefill``; what cannot be read is left out.

    Several choices of a ``multiple`` are parted by commas.
    """
    asked = [survey.question(id) for id in survey.prefill if id in params]
    questions = [question for question in asked if question]
    form = {q.id: params[q.id].split(",") if q.type in _LISTS else [params[q.id]] for q in questions}
    return _parse(questions, form).answers


def dimensions(survey: Survey, params: Mapping[str, str]) -> dict[str, str]:
    """Dimensions of the response: what the survey is about, over it what the link says where ``prefill`` allows it."""
    allowed = [name for name in survey.prefill if name in DIMENSIONS]
    said = {name: types.clean_text(params[name], lines=False)[:100] for name in allowed if name in params}
    return dict(survey.about) | {name: value for name, value in said.items() if value}


def to_form(survey: Survey, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Answers as the form fields that say them: what :func:`parse` reads. Computed ones are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for id, value in answers.items():
        question = survey.question(id)
        if question is not None and not types.TYPES[question.type].asked:
            continue
        if question is not None and isinstance(value, dict):
            found |= types.fields(question, value)
        else:
            found[id] = types.to_form(value)
    return found


def to_json(answers: Answers) -> dict[str, object]:
    """Answers as JSON can hold them; :func:`from_json` is the reverse."""
    return {id: types.to_json(value) for id, value in answers.items()}


def from_json(survey: Survey, values: Mapping[str, object]) -> Parsed:
    """Typed answers of JSON values; ids that the survey does not have are problems."""
    form: dict[str, tuple[str, ...]] = {}
    for id, value in values.items():
        question = survey.question(id)
        given = tuple(value) if isinstance(value, list) else value
        form |= types.fields(question, given) if question else {id: types.to_form(given)}
    parsed = _parse(survey.questions, form)
    unknown = {id: types.problem("unknown", value=types.shown(id)) for id in values if not _known(survey, id)}
    return Parsed(parsed.answers, parsed.problems | unknown)
