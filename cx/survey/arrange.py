"""A respondent's own order of pages, questions, choices and rows, the same on every reload."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import TypeVar

from cx.survey.schema import Choice, Page, Question, Survey
from cx.survey.types.maxdiff import VERSIONS

T = TypeVar("T")


def arranged(survey: Survey, seed: str) -> Survey:
    """The survey in the order of one respondent; the survey itself where nothing is random.

    The order hangs on ``seed`` (the submission's id) and on ids only, so that it is the same on every page and reload,
    and a new question elsewhere does not change it. ``exclusive``, ``other`` and ``fixed`` choices keep their place.
    """
    return _arranged(survey, seed) if is_random(survey) else survey


@lru_cache(maxsize=1_024)
def is_random(survey: Survey) -> bool:
    """Whether anything comes in random order, or in one of several versions."""
    return any(page.shuffle or page.order == "random" for page in survey.pages) or any(
        question.order == "random" or question.type == "maxdiff" for question in survey.questions
    )


@lru_cache(maxsize=512)
def _arranged(survey: Survey, seed: str) -> Survey:
    pages = [_page(page, number, seed) for number, page in enumerate(survey.pages)]
    start = 0
    while start < len(pages):
        end = start + 1
        if pages[start].shuffle:
            while end < len(pages) and pages[end].shuffle:
                end += 1
            pages[start:end] = _shuffled(pages[start:end], f"{seed} pages {start}")
        start = end
    return replace(survey, pages=tuple(pages), written=survey)


def _page(page: Page, number: int, seed: str) -> Page:
    questions = [_question(question, seed) for question in page.questions]
    if page.order == "random":
        questions = _shuffled(questions, f"{seed} page {number}")
    return replace(page, questions=tuple(questions))


def _question(question: Question, seed: str) -> Question:
    own = f"{seed} {question.id}"
    version = int(hashlib.sha256(own.encode()).hexdigest()[:8], 16) % VERSIONS if question.type == "maxdiff" else 0
    if question.order != "random":
        return replace(question, version=version) if version else question
    choices = _shuffled(question.choices, own, _moves)
    rows = _shuffled(question.rows, own)
    if question.type == "matrix":  # the order is of the rows
        choices = list(question.choices)
    return replace(question, choices=tuple(choices), rows=tuple(rows), version=version)


def _moves(choice: Choice) -> bool:
    return not (choice.exclusive or choice.other or choice.fixed)


def _shuffled(items: Sequence[T], seed: str, moves: Callable[[T], bool] = lambda _: True) -> list[T]:
    """The items that move, shuffled over the places they had."""
    places = [place for place, item in enumerate(items) if moves(item)]
    drawn = places[:]
    Random(seed).shuffle(drawn)
    found = list(items)
    for place, other in zip(places, drawn, strict=True):
        found[place] = items[other]
    return found
