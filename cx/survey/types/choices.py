"""Answers out of a list: single, multiple, ranking; and what is meant by an "other" choice."""

from __future__ import annotations

from collections.abc import Sequence

from cx.survey.schema import Question
from cx.survey.types.entry import Form, Type, given, problem, refuse
from cx.survey.values import clean_text, ranked, shown
from cx.words import Problem, Refused

LONGEST_OTHER = 500


def parse_choice(_question: Question, strings: Sequence[str]) -> object:
    """The id of one choice."""
    if len(set(strings)) > 1:
        raise refuse("one")
    return strings[0].strip()


def check_choice(question: Question, value: object) -> Problem | None:
    """Whether it is one of the choices."""
    good = isinstance(value, str) and question.choice(value)
    return None if good else problem("choice", value=shown(value))


def example_choice(question: Question) -> str:
    """The first choice."""
    return question.choices[0].id if question.choices else ""


def _parse_choices(question: Question, strings: Sequence[str]) -> object:
    """Chosen ids in the order of the definition, each once; unknown ones at the end, for the check to refuse."""
    chosen = dict.fromkeys(text.strip() for text in strings)
    order = {choice.id: place for place, choice in enumerate(question.choices)}
    return tuple(sorted(chosen, key=lambda id: order.get(id, len(order))))


def _unknown(question: Question, value: object) -> Problem | None:
    if not isinstance(value, tuple) or not all(isinstance(id, str) for id in value):
        return problem("choice", value=shown(value))
    return next((problem("choice", value=shown(id)) for id in value if not question.choice(id)), None)


def _count(question: Question, chosen: int) -> Problem | None:
    if question.min_choices and chosen < question.min_choices:
        return problem("few", limit=question.min_choices, chosen=chosen)
    if question.max_choices and chosen > question.max_choices:
        return problem("many", limit=question.max_choices, chosen=chosen)
    return None


def _check_choices(question: Question, value: object) -> Problem | None:
    wrong = _unknown(question, value)
    if wrong:
        return wrong
    assert isinstance(value, tuple)
    alone = [choice for choice in question.choices if choice.exclusive and choice.id in value]
    if alone:
        return problem("exclusive") if len(value) > 1 else None
    return _count(question, len(value))


def _example_choices(question: Question) -> object:
    plain = [choice.id for choice in question.choices if not choice.exclusive]
    return tuple(plain[: max(1, question.min_choices or 1)]) or (example_choice(question),)


def _parse_ranking(question: Question, form: Form) -> object:
    """Ids best first: said in order in one field (``b,a``), or by a rank a choice in its own."""
    said = given(form, question.id)
    if said:
        return tuple(id.strip() for text in said for id in text.split(",") if id.strip())
    ranks: dict[str, int] = {}
    for choice in question.choices:
        rank = given(form, f"{question.id}.{choice.id}")
        if not rank:
            continue
        text = rank[0].strip()
        if not text.isdecimal() or len(text) > 3 or len(set(rank)) > 1 or not 1 <= int(text) <= len(question.choices):
            raise refuse("rank", value=shown(text), high=len(question.choices))
        if int(text) in ranks.values() and not question.conditional:
            raise refuse("rank_twice", rank=int(text))
        ranks[choice.id] = int(text)
    return ranked(ranks) or None


def _check_ranking(question: Question, value: object) -> Problem | None:
    wrong = _unknown(question, value)
    if wrong:
        return wrong
    assert isinstance(value, tuple)
    if len(set(value)) < len(value):
        return problem("ranked_twice")
    return _count(question, len(value))


def _example_ranking(question: Question) -> object:
    return tuple(choice.id for choice in question.choices[: question.max_choices])


def parse_others(question: Question, form: Form, value: object) -> dict[str, object]:
    """What is said to be meant by chosen "other" choices, by answer key ``<question>.<choice>``. Raises Refused."""
    chosen = (value,) if isinstance(value, str) else value
    assert isinstance(chosen, tuple)
    found: dict[str, object] = {}
    for choice in question.others:
        said = given(form, f"{question.id}.{choice}") if choice in chosen else []
        if said:
            text = clean_text(said[0][: 4 * LONGEST_OTHER], lines=False)
            wrong = check_other(text)
            if wrong:
                raise Refused(wrong)
            if text:
                found[f"{question.id}.{choice}"] = text
    return found


def check_other(value: object) -> Problem | None:
    """What is wrong with the text of an "other" choice."""
    if not isinstance(value, str):
        return problem("text")
    return problem("text_long", length=len(value), limit=LONGEST_OTHER) if len(value) > LONGEST_OTHER else None


ENTRIES = (
    Type("single", "choice", "bars", parse_choice, check_choice, example_choice, frozenset({"choices", "order"})),
    Type(
        "multiple", "choices", "bars", _parse_choices, _check_choices, _example_choices,
        frozenset({"choices", "min_choices", "max_choices", "order"}),
    ),
    Type(
        "ranking", "ranking", "ranks", _parse_ranking, _check_ranking, _example_ranking,
        frozenset({"choices", "min_choices", "max_choices", "order"}), parts=True,
    ),
)  # fmt: skip
