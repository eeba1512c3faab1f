"""From the terms found in a text to what each adds: negation, stronger and weaker words, clauses that weigh more."""

from __future__ import annotations

from typing import NamedTuple

from cx.voices.lexicon import Entry
from cx.voices.shape import Mark

_NOT_GOOD, _NOT_BAD = -0.8, -0.5  # "not good" is nearly bad; "not bad" is only half good
_FAINT = 1.5  # a hint no heavier than this stays what it is when negated
_CLAUSES = {"before_but": 0.6, "after_but": 1.4, "exception": 0.5, "summed_up": 1.8}
_WISHED = 0.4  # "if only it were fast" does not say that it is fast
_ASKED, _SHOUTED = 0.25, 1.15
_LEAST, _MOST = 0.3, 2.5  # however many words stress it
_AGAIN = 0.5  # for what says once more, in the same clause, what a stronger word says


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
        self.wished = self.aside = self.compared = False
        self.lacking: Hit | None = None

    def add(self, hit: Hit, reach: int) -> None:
        """A negation or factor; one that is too far away from the one before takes its place."""
        if hit.at - self.end > reach:
            self.turns, self.factor = [], 1.0
        if hit.entry.role == "factor":
            self.factor = max(_LEAST, min(_MOST, self.factor * hit.entry.weight))
        else:
            self.turns.append(hit)
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
            before.turns, before.factor, before.end, before.aside = [], 1.0, hit.to, False
        elif role == "factor" and _belongs_back(hits, i, found):
            last, mark = found[-1]
            why = "stronger" if hit.entry.weight > 1 else "weaker"
            found[-1] = (last, mark._replace(weight=round(mark.weight * hit.entry.weight, 3), why=(*mark.why, why)))
        elif role in ("negators", "forbids", "factor"):
            before.add(hit, habits.reach)
        elif role == "comparisons":
            before.lacking = hit
        elif role == "besides":
            before.aside = True
        elif role == "wishes":
            before.wished = True
        elif role == "replies":
            break
    return _faded(found + _denials(before, habits))


def _faded(found: list[tuple[Hit, Mark]]) -> list[tuple[Hit, Mark]]:
    """The marks; in a clause the strongest word for and the strongest against count in full, others less."""
    strongest: dict[tuple[int, bool], int] = {}
    for i, (hit, mark) in enumerate(found):
        side = (hit.clause, mark.weight > 0)
        first = strongest.setdefault(side, i)
        if first == i:
            continue
        weaker = i
        if abs(mark.weight) > abs(found[first][1].weight):
            strongest[side], weaker = i, first
        hit, mark = found[weaker]
        found[weaker] = (hit, mark._replace(weight=round(mark.weight * _AGAIN, 3), why=(*mark.why, "repeated")))
    return found


def _belongs_back(hits: list[Hit], i: int, found: list[tuple[Hit, Mark]]) -> bool:
    """Whether a factor follows its word ("差极了") rather than comes before it."""
    if not found or found[-1][0].clause != hits[i].clause or found[-1][0].to != hits[i].at:
        return False
    return not (i + 1 < len(hits) and hits[i + 1].clause == hits[i].clause and hits[i + 1].at - hits[i].to <= 1)


def _denials(before: _Before, habits: Habits) -> list[tuple[Hit, Mark]]:
    """Negations that found no word: that something is not there or cannot be done is a complaint, if a faint one."""
    if not habits.denial:
        return []
    denied = before.turns if before.compared or before.lacking is None else [*before.turns, before.lacking]
    return [(hit, Mark(hit.start, hit.end, "word", hit.term, habits.denial, ("denied",))) for hit in denied]


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


def _turned(hit: Hit, turns: list[Hit]) -> bool:
    """Whether negations turn a word round; "don't cheat" still speaks of cheating."""
    if hit.entry.weight < 0 and (hit.entry.weight >= -_FAINT or (turns and turns[-1].entry.role == "forbids")):
        return False
    return len(turns) % 2 == 1


def _mark(hit: Hit, before: _Before, clause: Clause, ways: list[str]) -> Mark:
    weight, why = hit.entry.weight * before.factor, list[str]()
    if before.factor != 1:
        why.append("stronger" if before.factor > 1 else "weaker")
    if weight > 0 and before.lacking is not None:
        weight *= _NOT_GOOD
        why.append("negated")
        before.compared = True
    elif _turned(hit, before.turns):
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
    if before.aside and "exception" not in ways:
        ways = [*ways, "exception"]
    for way in ways:
        weight *= _CLAUSES[way]
    return Mark(hit.start, hit.end, "word", hit.term, round(weight, 3), (*why, *ways))
