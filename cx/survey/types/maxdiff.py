"""Best-worst scaling (MaxDiff): sets of items, in each the best and the worst is chosen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations

from cx.survey.schema import Question
from cx.survey.types.choices import parse_choice
from cx.survey.types.entry import Form, Type, given, problem
from cx.survey.values import shown
from cx.words import Problem

VERSIONS = 24
"""How many different designs respondents are spread over."""
_SHOWN = 3
_TRIES = 12


def sets(question: Question) -> tuple[tuple[str, ...], ...]:
    """The sets that this respondent sees, each of ``per_set`` item ids; set ``n`` counts from 1 in answers."""
    return _design(tuple(choice.id for choice in question.items), question.per_set, question.version)


@lru_cache(maxsize=512)
def _design(items: tuple[str, ...], size: int, version: int) -> tuple[tuple[str, ...], ...]:
    """A nearly balanced incomplete block design: every item is shown three times (some four times, where the division
    leaves a rest), and pairs meet as evenly as the best of some draws allows."""
    dice = random.Random(f"{version} {size} {items}")
    blocks = min((_draw(len(items), min(size, len(items)), dice) for _ in range(_TRIES)), key=_unevenness)
    return tuple(tuple(items[number] for number in block) for block in blocks)


def _draw(count: int, size: int, dice: random.Random) -> list[list[int]]:
    """Blocks of item numbers: every item comes up before any comes again; the next is the one that met the others of
    its block least."""
    met = [[0] * count for _ in range(count)]
    found: list[list[int]] = []
    pool: list[int] = []
    for _ in range(-(-_SHOWN * count // size)):
        block: list[int] = []
        while len(block) < size:
            free = [number for number in pool if number not in block]
            if not free:
                pool += dice.sample(range(count), count)
                continue
            best = min(free, key=lambda number: sum([met[number][other] for other in block]))  # noqa: B023
            for other in block:
                met[best][other] += 1
                met[other][best] += 1
            block.append(best)
            pool.remove(best)
        dice.shuffle(block)
        found.append(block)
    return found


def _unevenness(design: list[list[int]]) -> int:
    met = Counter(frozenset(pair) for block in design for pair in combinations(block, 2))
    return sum(times * times for times in met.values())


def _parse(question: Question, form: Form) -> object:
    found: dict[str, object] = {}
    for number in range(1, len(sets(question)) + 1):
        for pick in ("best", "worst"):
            strings = given(form, f"{question.id}.{number}.{pick}")
            if strings:
                found[f"{number}.{pick}"] = parse_choice(question, strings)
    return found or None


def _check(question: Question, value: object) -> Problem | None:
    if not isinstance(value, Mapping) or not value:
        return problem("choice", value=shown(value))
    blocks = {str(number): block for number, block in enumerate(sets(question), 1)}
    for key, item in value.items():
        number, _, pick = str(key).partition(".")
        if number not in blocks or pick not in ("best", "worst"):
            return problem("row", value=shown(key))
        if item not in blocks[number]:
            return problem("choice", value=shown(item))
    for number in blocks:
        picked = [value.get(f"{number}.{pick}") for pick in ("best", "worst")]
        if None in picked and picked != [None, None]:
            return problem("maxdiff_both", number=number)
        if picked[0] is not None and picked[0] == picked[1]:
            return problem("maxdiff_same", number=number)
    return None


def _lacks(question: Question, value: Mapping[str, object]) -> Problem | None:
    absent = len(sets(question)) - len(value) // 2
    return problem("rows", count=absent) if absent > 0 else None


def _example(question: Question) -> object:
    found = {}
    for number, block in enumerate(sets(question), 1):
        found |= {f"{number}.best": block[0], f"{number}.worst": block[-1]}
    return found


def counts(question: Question, answer: Mapping[str, object]) -> dict[str, tuple[int, int, int]]:
    """By item: how often it was best, was worst, and was shown in the sets that were answered; in items' order.

    The best-worst score of an item is (best − worst) / shown, from −1 to 1. Counting: A. Finn, J. J. Louviere,
    "Determining the appropriate response to evidence of public concern: the case of food safety", Journal of Public
    Policy & Marketing 11(2), 1992; A. A. J. Marley, J. J. Louviere, Journal of Mathematical Psychology 49(6), 2005.
    """
    tally = {choice.id: [0, 0, 0] for choice in question.items}
    for number, block in enumerate(sets(question), 1):
        best, worst = answer.get(f"{number}.best"), answer.get(f"{number}.worst")
        if best is None or worst is None:
            continue
        for item in block:
            tally[item][0] += item == best
            tally[item][1] += item == worst
            tally[item][2] += 1
    return {item: (best, worst, shown) for item, (best, worst, shown) in tally.items() if shown}


ENTRIES = (
    Type(
        "maxdiff", "maxdiff", "best_worst", _parse, _check, _example,
        frozenset({"choices", "per_set", "order"}), parts=True, lacks=_lacks,
    ),
)  # fmt: skip
