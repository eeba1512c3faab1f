"""Pilots against controls: one change a branch, compared by permutation. Pure: a panel in, figures out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.act.verification.comparing import MINIMUM_PERIODS
from cx.act.verification.history import Groups, own
from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Adjusted, Difference, Reason, Side
from cx.measure import changes, cuped, permutation, wild
from cx.measure.changes import Sums
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.statistics import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

FEWEST = 2  # pilots, and controls
LEVEL = 1 - CONFIDENCE


@dataclass(frozen=True, eq=False)
class Compared:
    """``difference`` is None where there is too little (``reasons``). ``kept`` are the branches with values on both
    sides, ``weights`` what each of them counts."""

    difference: Difference | None
    reasons: tuple[Reason, ...]
    left_out: tuple[str, ...]
    kept: Groups
    weights: Floats
    pilots: Side | None = None
    controls: Side | None = None
    cuped: Adjusted | None = None


def compare(
    panel: Panel, groups: Groups, before: Window, after: Window, higher: bool, second: bool = False
) -> Compared:
    """The change of the pilots from ``before`` to ``after`` minus that of the controls; with a ``second`` opinion on
    it."""
    sides = panel.window(before), panel.window(after)
    known = _known(panel, sides)
    kept = groups.among([name for name, here in zip(panel.branches, known, strict=True) if here])
    left_out = tuple(sorted({*groups.pilots, *groups.controls} - {*kept.pilots, *kept.controls}))
    here = panel.which((*kept.pilots, *kept.controls))
    treated = panel.which(kept.pilots)[here]
    bases = [[panel.respondents(w, panel.which(side)) for w in (before, after)] for side in kept.both]
    if reasons := too_few(kept, bases, panel.answers):
        return Compared(None, reasons, left_out, kept, treated.astype(float))
    earlier, later = (side.of(here) for side in sides)
    moved = changes.changes(earlier, later)
    w = changes.weights(moved.drawn, own(panel, here, before.last, before.days).tau)
    found = _difference(moved.change, treated, w, higher, second)
    return Compared(
        found, (), left_out, kept, w,
        _side(kept.pilots, earlier, later, w, treated, bases[0]),
        _side(kept.controls, earlier, later, w, ~treated, bases[1]),
        _cuped(earlier, later, treated, found.se),
    )  # fmt: skip


def too_few(groups: Groups, bases: Sequence[Sequence[int]], answers: bool) -> tuple[Reason, ...]:
    """Why these groups cannot be judged, if so: branches so few that chance alone cannot be told, or few values."""
    pilots, controls = len(groups.pilots), len(groups.controls)
    found: list[Reason] = ["pilots"] if pilots < FEWEST else []
    told = permutation.attainable(pilots + controls, pilots) <= LEVEL + 1e-12
    if controls < FEWEST or (pilots >= FEWEST and not told):
        found.append("controls")
    least = Scope(WHOLE_BANK).small_base if answers else MINIMUM_PERIODS
    known = [base for side, here in zip(bases, groups.both, strict=True) if here for base in side]
    if min(known, default=0) < least:
        found.append("answers")
    return tuple(found)


def _known(panel: Panel, sides: tuple[Sums, Sums]) -> npt.NDArray[np.bool_]:
    """Branches with values on both sides; of an indicator at least half of the periods that others have."""
    if panel.answers:
        return (sides[0].n > 0) & (sides[1].n > 0)
    before, after = (2 * side.n >= max(side.n.max(initial=0), 1) for side in sides)
    return before & after


def _difference(
    change: Floats, treated: npt.NDArray[np.bool_], w: Floats, higher: bool, second: bool
) -> Difference:  # fmt: skip
    found = permutation.test(change, treated, w)
    assert found is not None
    root = w**0.5
    p_wild = (
        wild.wild(list(zip(root, root * treated, strict=True)), root * change, range(len(change)), 1)
        if second
        else None
    )
    better = (found.effect > 0) == higher and found.effect != 0
    return Difference(
        found.effect, _finite(found.low), _finite(found.high), found.p, found.se, p_wild, found.exact, found.count,
        better, ("better" if better else "worse") if found.p <= LEVEL + 1e-12 else "noise",
    )  # fmt: skip


def _finite(end: float) -> float | None:
    return end if math.isfinite(end) else None


def _side(
    branches: tuple[str, ...], before: Sums, after: Sums, w: Floats, here: npt.NDArray[np.bool_], bases: Sequence[int]
) -> Side:
    share = w * here / w[here].sum()
    return Side(branches, float(share @ before.means), float(share @ after.means), bases[0], bases[1])


def _cuped(before: Sums, after: Sums, treated: npt.NDArray[np.bool_], se: float) -> Adjusted | None:
    found = cuped.cuped(before.means, after.means, treated)
    if found is None or not se or found.adjusted.diff is None or found.adjusted.low is None:
        return None
    high = 2 * found.adjusted.diff - found.adjusted.low
    return Adjusted(found.theta, found.adjusted.diff, found.adjusted.low, high, 1 - (found.se / se) ** 2)
