"""The composite index and what moved it: exact arithmetic (fractions), so that parts add up without a rest.

**Score.** ``100 × (value − zero) / (full − zero)``, never below 0 or above 100 (min-max normalisation with fixed
goalposts and linear aggregation, as in OECD/JRC, Handbook on Constructing Composite Indicators, 2008, ch. 5 and 6).

**Roll-up.** A node is the weighted mean of its children that have a score. So the index is ``Σ share × score`` over the
leaves, where a leaf's share is the product of ``weight / weights of the children present`` on its way up; shares add up
to 1.

**What moved it.** Between two states, a leaf that is in both moved the index by ``½(share₀ + share₁)(score₁ −
score₀)``, the symmetric form of Bennet (1920), which favours neither state as base. Shares change only where leaves
came or went; that is a part of its own: ``(share₁ − share₀)(½(score₀ + score₁) − m)`` for a leaf in both,
``share₁(score₁ − m)`` for one that came and ``−share₀(score₀ − m)`` for one that went, with ``m`` the mean of the two
index values. Because shares add up to 1 in both states, ``m`` drops out, and all parts together are exactly the change.

**Rate and mix.** A ratio over units is ``Σ π r`` (``π`` the unit's share of the base). Its change is
``Σ ½(π₀ + π₁)(r₁ − r₀)`` (rate: the units themselves changed) plus ``Σ (π₁ − π₀)(½(r₀ + r₁) − m)`` (mix: weight
moved between units), after Kitagawa (1955), Components of a Difference Between Two Rates, JASA 50; units in one state
only are a third part, as above.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

Path = tuple[str, ...]
K = TypeVar("K", bound=Hashable)
FULL = Fraction(100)
NONE = Fraction(0)


@dataclass(frozen=True)
class Node:
    """A place with its children, or a leaf (an indicator, ``leaf`` its id). ``path``: the places from the root on."""

    path: Path
    weight: Fraction
    children: tuple[Node, ...] = ()
    leaf: str | None = None

    def leaves(self) -> Iterator[Node]:
        """The leaves below, in order."""
        if self.leaf is not None:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Mark:
    """A node's score (0..100), None without values enough, and the share of its weight that is covered (0..1)."""

    score: Fraction | None
    cover: Fraction


@dataclass(frozen=True)
class State:
    """A tree with scores: the marks of places by path, and each leaf's share of the root; shares add up to 1."""

    scores: Mapping[str, Fraction]
    marks: Mapping[Path, Mark]
    shares: Mapping[str, Fraction]

    @property
    def total(self) -> Fraction | None:
        """The index."""
        return self.marks[()].score


@dataclass(frozen=True)
class Moved:
    """The change of the index, leaf by leaf: by scores, and by leaves that came or went. Together exactly it."""

    before: Fraction
    after: Fraction
    scores: Mapping[str, Fraction]
    availability: Mapping[str, Fraction]

    @property
    def gone_or_new(self) -> Fraction:
        """The part of changed availability as a whole."""
        return sum(self.availability.values(), NONE)


@dataclass(frozen=True)
class Unit:
    """A unit of a ratio: its rate and its base (a denominator, or a number of values)."""

    rate: Fraction
    base: Fraction


@dataclass(frozen=True)
class Effects(Generic[K]):
    """The change of a ratio over units, unit by unit: rate, mix and availability. Together exactly the change."""

    before: Fraction
    after: Fraction
    rate: Mapping[K, Fraction] = field(default_factory=dict)
    mix: Mapping[K, Fraction] = field(default_factory=dict)
    availability: Mapping[K, Fraction] = field(default_factory=dict)


def exact(value: float | Decimal) -> Fraction:
    """A number as the fraction that its decimal digits say."""
    return Fraction(str(value))


def score(value: float | Decimal, zero: float, full: float) -> Fraction:
    """The score of a value, 0..100. ``zero`` and ``full`` differ; ``full`` may be the smaller one."""
    start = exact(zero)
    return min(FULL, max(NONE, FULL * (exact(value) - start) / (exact(full) - start)))


def rolled(tree: Node, scores: Mapping[str, Fraction], least_cover: float = 0.0) -> State:
    """The marks of every place and the shares of the leaves. ``scores`` by leaf; a leaf without one has no value.

    A place of which less than ``least_cover`` of the weight is covered has no score, and counts above as missing.
    """
    marks: dict[Path, Mark] = {}
    _, shares = _roll(tree, scores, exact(least_cover), marks)
    return State({leaf: scores[leaf] for leaf in shares}, marks, shares)


def _roll(
    node: Node, scores: Mapping[str, Fraction], least: Fraction, marks: dict[Path, Mark]
) -> tuple[Mark, dict[str, Fraction]]:
    if node.leaf is not None:
        found = scores.get(node.leaf)
        return Mark(found, Fraction(found is not None)), {} if found is None else {node.leaf: Fraction(1)}
    below = [(child.weight, *_roll(child, scores, least, marks)) for child in node.children]
    whole = sum((weight for weight, _, _ in below), NONE)
    cover = sum((weight * mark.cover for weight, mark, _ in below), NONE) / whole if whole else NONE
    present = sum((weight for weight, mark, _ in below if mark.score is not None), NONE)
    shares: dict[str, Fraction] = {}
    if present and cover >= least:
        for weight, _, parts in below:
            shares |= {leaf: weight / present * share for leaf, share in parts.items() if weight}
    value = sum((share * scores[leaf] for leaf, share in shares.items()), NONE) if shares else None
    marks[node.path] = Mark(value, cover)
    return marks[node.path], shares


def moved(before: State, after: State) -> Moved | None:
    """What moved the index from one state of a tree to another; None where one of them has no index."""
    if before.total is None or after.total is None:
        return None
    scores, availability = _bennet(before.shares, before.scores, after.shares, after.scores)
    return Moved(before.total, after.total, scores, availability)


def _bennet(
    shares0: Mapping[K, Fraction], values0: Mapping[K, Fraction],
    shares1: Mapping[K, Fraction], values1: Mapping[K, Fraction],
) -> tuple[dict[K, Fraction], dict[K, Fraction]]:  # fmt: skip
    """Parts by values and by shares, as the module says; shares of each state add up to 1."""
    sums = (sum((shares[k] * values[k] for k in shares), NONE) for shares, values in
            ((shares0, values0), (shares1, values1)))  # fmt: skip
    middle = sum(sums, NONE) / 2
    by_value: dict[K, Fraction] = {}
    by_share: dict[K, Fraction] = {}
    for k in dict.fromkeys((*shares0, *shares1)):
        if k in shares0 and k in shares1:
            by_value[k] = (shares0[k] + shares1[k]) / 2 * (values1[k] - values0[k])
            by_share[k] = (shares1[k] - shares0[k]) * ((values0[k] + values1[k]) / 2 - middle)
        elif k in shares1:
            by_share[k] = shares1[k] * (values1[k] - middle)
        else:
            by_share[k] = -shares0[k] * (values0[k] - middle)
    return by_value, by_share


def grouped(tree: Node, parts: Mapping[str, Fraction], depth: int) -> dict[tuple[Path, str | None], Fraction]:
    """Parts of leaves added up by place: ``(path, None)`` of ``depth`` places, or ``(path, leaf)`` for a leaf that
    hangs higher up, and for every leaf where ``depth`` is 0."""
    found: dict[tuple[Path, str | None], Fraction] = {}
    for node in tree.leaves():
        if node.leaf in parts:
            inside = 0 < depth <= len(node.path)
            key = (node.path[:depth], None) if inside else (node.path, node.leaf)
            found[key] = found.get(key, NONE) + parts[node.leaf]
    return found


def rate_and_mix(before: Mapping[K, Unit], after: Mapping[K, Unit]) -> Effects[K] | None:
    """What moved a ratio over units; None where one of the states has no base. Bases are not negative."""
    bases = [sum((unit.base for unit in units.values()), NONE) for units in (before, after)]
    if not all(bases):
        return None
    shares0, shares1 = ({k: unit.base / base for k, unit in units.items() if unit.base}
                        for units, base in zip((before, after), bases, strict=True))  # fmt: skip
    rates0, rates1 = ({k: unit.rate for k, unit in units.items()} for units in (before, after))
    rate, by_share = _bennet(shares0, rates0, shares1, rates1)
    mix = {k: part for k, part in by_share.items() if k in rate}
    return Effects(
        sum((shares0[k] * rates0[k] for k in shares0), NONE), sum((shares1[k] * rates1[k] for k in shares1), NONE),
        rate, mix, {k: part for k, part in by_share.items() if k not in rate},
    )  # fmt: skip


def rounded(parts: Sequence[Fraction], total: Fraction, digits: int = 1) -> list[Decimal]:
    """Parts rounded such that they add up to ``total``, which is a multiple of the last digit shown: largest remainder.

    What is exactly zero stays so, where anything else is there to be rounded.
    """
    unit = Fraction(1, 10**digits)
    floors = [part // unit for part in parts]
    movable = [at for at, part in enumerate(parts) if part] or list(range(len(parts)))
    movable.sort(key=lambda at: (floors[at] - parts[at] / unit, at))
    missing = round(total / unit) - sum(floors)
    every, more = divmod(missing, len(movable)) if movable else (0, 0)
    for place, at in enumerate(movable):
        floors[at] += every + (place < more)
    return [Decimal(whole).scaleb(-digits) for whole in floors]


def shown(value: Fraction, digits: int = 1) -> Fraction:
    """A number as it is shown: rounded to so many digits, halves away from zero."""
    unit = Fraction(1, 10**digits)
    whole = (abs(value) / unit + Fraction(1, 2)) // 1
    return (-whole if value < 0 else whole) * unit
