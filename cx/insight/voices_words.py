"""Words that separate detractors from promoters, and words that come up: counted in SQL, tested by ``cx.voices``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, benjamini_hochberg
from cx.store import voices as store
from cx.store.query import Connection
from cx.store.voices import Terms
from cx.voices import Counts, Shift, contrast
from cx.voices.terms import PRIOR

MOST = 12


@dataclass(frozen=True)
class Separating:
    """Words that speak for detractors (``down``) and for promoters (``up``), surest first; the comments of each."""

    down: tuple[Shift, ...]
    up: tuple[Shift, ...]
    n: tuple[int, int]


@dataclass(frozen=True)
class Rising:
    """A word in ``n`` of ``texts`` comments now, ``before`` of ``before_texts`` in the period before; ``q`` the chance
    that so large a rise is noise, corrected for all words looked at. ``place``: (branch or channel, its id, how many)
    where at least half of them are."""

    term: str
    n: int
    texts: int
    before: int
    before_texts: int
    q: float
    place: tuple[str, str, int] | None = None

    @property
    def share(self) -> float:
        return self.n / self.texts

    @property
    def was(self) -> float:
        return self.before / self.before_texts


def separating(con: Connection, scope: Scope, most: int = MOST) -> Separating:
    """Words of detractors against those of promoters, beyond noise after correction for all words looked at."""
    found = store.of_groups(con, scope)
    shifts = _sure(_contrast(found, scope))
    down = _plain(shift for shift in shifts if shift.z > 0)
    up = _plain(shift for shift in reversed(shifts) if shift.z < 0)
    return Separating(tuple(down[:most]), tuple(up[:most]), found.n)


def rising(con: Connection, scope: Scope, before: Period | None, most: int = MOST) -> tuple[Rising, ...]:
    """Words that come in more comments of the scope's period than of the one before, beyond noise; none without one.

    Fisher's exact test, one-sided: log-odds with a prior have no power for a word that nobody used before.
    """
    if before is None or before.start is None or before.end is None:
        return ()
    found = store.of_periods(con, scope, before.start, before.end)
    new = [each for each in _risen(found, scope.minimum_base) if each.q < 1 - CONFIDENCE]
    kept: list[Rising] = []
    for each in sorted(new, key=lambda each: (each.q, -each.n, each.term)):
        if not any(_repeats(each.term, each.n, one.term, one.n) for one in kept):
            kept.append(each)
    return _placed(con, scope, kept[:most])


def _risen(found: Terms, fewest: int) -> list[Rising]:
    from scipy.stats import hypergeom

    n, then = found.n
    rows = [(term, here, there) for term, here, there in found.rows if here >= fewest and here * then > there * n]
    if not rows:
        return []
    p = [float(hypergeom.sf(here - 1, n + then, here + there, n)) for _, here, there in rows]
    fair = benjamini_hochberg(p)
    return [Rising(term, here, n, there, then, q) for (term, here, there), q in zip(rows, fair, strict=True)]


def _placed(con: Connection, scope: Scope, found: list[Rising]) -> tuple[Rising, ...]:
    """Each with where it is said: a branch, else a channel, unless the scope is narrowed to one already."""
    narrowed, terms = {name for name, _ in scope.where}, tuple(each.term for each in found)
    places: dict[str, tuple[str, str, int]] = {}
    for by in ("channel", "branch"):
        if by not in narrowed:
            places |= {term: (by, *at) for term, at in store.where_said(con, scope, terms, by).items()}
    return tuple(replace(each, place=places.get(each.term)) for each in found)


def _contrast(found: Terms, scope: Scope) -> list[Shift]:
    if not found.rows:
        return []
    here, there = ({term: pair[side] for term, *pair in found.rows if pair[side]} for side in (0, 1))
    prior = min(PRIOR, 0.1 * sum((*here.values(), *there.values())))  # in a small scope it would drown what was said
    return contrast(Counts(found.n[0], here), Counts(found.n[1], there), fewest=scope.minimum_base, prior=prior)


def _sure(shifts: Iterable[Shift]) -> list[Shift]:
    return [shift for shift in shifts if shift.q < 1 - CONFIDENCE]


def _plain(shifts: Iterable[Shift]) -> list[Shift]:
    """Without words that only repeat a surer one."""
    found: list[Shift] = []
    for shift in shifts:
        uses = shift.here + shift.there
        if not any(_repeats(shift.term, uses, one.term, one.here + one.there) for one in found):
            found.append(shift)
    return found


def _repeats(term: str, uses: int, surer: str, its_uses: int) -> bool:
    """Whether a word is part of a surer one, or it with a neighbour, in about as many comments."""
    return (term in surer or surer in term) and min(uses, its_uses) >= 0.6 * max(uses, its_uses)
