"""From the terms found in a text to what each adds: negation, stronger and weaker words, clauses that weigh more."""

from __future__ import annotations

from typing import NamedTuple

from cx.voices.lexicon import Entry
from cx.voices.shape import Mark

_NOT_GOOD, _NOT_BAD = -0.8, -0.5  # "not good" is nearly bad; "not bad" is only half good
_FAINT = 1.5  # a hint no heavier than this stays what it is when negated
_CLAUSES = {"before_but": 0.6, "after_but": 1.4, "exception": 0.5, "summed_up": 1.8}
_WISHED = 0.25  # "if only it were fast" does not say that it is fast
_ASKED, _SHOUTED = 0.5, 1.15


class Hit(NamedTuple):
    """A term found: which clause, where in it (in units: characters or words), and where in the text."""

    clause: int
    at: int
    to: int
    start: int
    end: int
    term: str
    entry: Entry


class Clause(NamedTuple):
    """A clause: its sentence, how it ends (``?``, ``!`` or nothing of note), and up to where it reaches."""

    sentence: int
    ends: str
    end: int


class Habits(NamedTuple):
    """How a language says it.

    ``reach``: how many units after a negation the negated may stand; ``denial``: the weight of negating something that
    has none of its own ("cannot log in").
    """

    reach: int
    denial: float


class _Before:
    """What stood before a word in its clause and has not found its word yet."""

    def __init__(self, clause: int = -1, at: int = 0) -> None:
        self.clause, self.end = clause, at
        self.turns: list[Hit] = []
        self.factor = 1.0
        self.wished = False

    def add(self, hit: Hit, reach: int) -> None:
        """A negation or factor; one that is too far away from the one before takes its place."""
        if hit.at - self.end > reach:
            self.turns, self.factor = [], 1.0
        if hit.entry.role == "negators":
            self.turns.append(hit)
        else:
            self.factor *= hit.entry.weight
        self.end = hit.to


def marks(hits: list[Hit], clauses: list[Clause], habits: Habits) -> list[tuple[Hit, Mark]]:
    """Each term that adds to the score, with what it adds."""
    found: list[tuple[Hit, Mark]] = []
    before, turns, praised = _Before(), _turns(hits, clauses), False
    for i, hit in enumerate(hits):
        role = hit.entry.role
        if hit.clause != before.clause:
            found += _denials(before, habits)
            before = _Before(hit.clause, hit.at)
        if role == "word":
            if hit.at - before.end > habits.reach:
                found += _denials(before, habits)
                before.turns, before.factor = [], 1.0
            ways = _clause_ways(hit, clauses[hit.clause], turns, praised)
            found.append((hit, _mark(hit, before, clauses[hit.clause], ways)))
            praised = praised or found[-1][1].weight > 0
            before.turns, before.factor, before.end = [], 1.0, hit.to
        elif role == "factor" and _belongs_back(hits, i, found):
            last, mark = found[-1]
            why = "stronger" if hit.entry.weight > 1 else "weaker"
            found[-1] = (last, mark._replace(weight=round(mark.weight * hit.entry.weight, 3), why=(*mark.why, why)))
        elif role in ("negators", "factor"):
            before.add(hit, habits.reach)
        elif role == "wishes":
            before.wished = True
        elif role == "replies":
            break
    return found + _denials(before, habits)


def _belongs_back(hits: list[Hit], i: int, found: list[tuple[Hit, Mark]]) -> bool:
    """Whether a factor follows its word ("差极了") rather than comes before it."""
    if not found or found[-1][0].clause != hits[i].clause or found[-1][0].to != hits[i].at:
        return False
    return not (i + 1 < len(hits) and hits[i + 1].clause == hits[i].clause and hits[i + 1].at - hits[i].to <= 1)


def _denials(before: _Before, habits: Habits) -> list[tuple[Hit, Mark]]:
    """Negations that found no word: that something is not there or cannot be done is a complaint, if a faint one."""
    if not habits.denial:
        return []
    return [(hit, Mark(hit.start, hit.end, "word", hit.term, habits.denial, ("denied",))) for hit in before.turns]


def _turns(hits: list[Hit], clauses: list[Clause]) -> dict[tuple[int, str], int]:
    """(sentence, role) → where the last such term stands, of those that part a sentence in two."""
    parting = ("but", "although", "exceptions")
    return {(clauses[hit.clause].sentence, hit.entry.role): hit.start for hit in hits if hit.entry.role in parting} | {
        (hit.clause, "sums"): hit.start for hit in hits if hit.entry.role == "sums"
    }


def _clause_ways(hit: Hit, clause: Clause, turns: dict[tuple[int, str], int], praised: bool) -> list[str]:
    """How a word's place in its sentence changes its weight."""
    ways = []
    but, although = turns.get((clause.sentence, "but")), turns.get((clause.sentence, "although"))
    if but is not None or although is not None:
        later = hit.start > but if but is not None else hit.start < (although or 0)
        ways.append("after_but" if later else "before_but")
    only = turns.get((clause.sentence, "exceptions"))
    if only is not None and hit.start > only and praised and hit.entry.weight < 0:
        ways.append("exception")
    if (hit.clause, "sums") in turns:
        ways.append("summed_up")
    return ways


def _mark(hit: Hit, before: _Before, clause: Clause, ways: list[str]) -> Mark:
    weight, why = hit.entry.weight * before.factor, list[str]()
    if before.factor != 1:
        why.append("stronger" if before.factor > 1 else "weaker")
    if len(before.turns) % 2 and not -_FAINT <= hit.entry.weight < 0:
        weight *= _NOT_GOOD if weight > 0 else _NOT_BAD
        why.append("negated")
    elif len(before.turns) > 1:
        why.append("double_negated")
    if weight > 0 and before.wished:
        weight *= _WISHED
        why.append("wished")
    if weight > 0 and clause.ends == "?":
        weight *= _ASKED
        why.append("asked")
    elif clause.ends == "!":
        weight *= _SHOUTED
        why.append("shouted")
    for way in ways:
        weight *= _CLAUSES[way]
    return Mark(hit.start, hit.end, "word", hit.term, round(weight, 3), (*why, *ways))
