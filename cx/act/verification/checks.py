"""What must not be found in the time before the start: different trends, or an effect of a start that never was.
Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cx.act.verification import history
from cx.act.verification.judging import Compared
from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Check, Point
from cx.measure import permutation
from cx.measure.scope import WHOLE_BANK, Scope

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

LEVEL = 0.025  # each of two checks: together they stop at most one sound pilot in twenty


def pretrend(panel: Panel, found: Compared, start: dt.date, days: int) -> Check | None:
    """Whether the pilots were already moving away from the controls: their trends over twice the pilot's length."""
    window = _before(panel, start, 2 * days)
    if window is None:
        return None
    here = panel.which((*found.kept.pilots, *found.kept.controls))
    return _check(panel, found, history.trends(panel, window)[here] * days / window.days, window)


def placebo(panel: Panel, found: Compared, start: dt.date, days: int) -> Check | None:
    """Whether a start that never was, one length of the pilot earlier, seems to have had an effect. With a shorter
    history it lies in the middle of the time before."""
    window = _before(panel, start, 2 * days)
    if window is None:
        return None
    here = panel.which((*found.kept.pilots, *found.kept.controls))
    later = Window(start - dt.timedelta(days=max(1, window.days // 2)), window.last)
    earlier = Window(window.first, later.first - dt.timedelta(days=1))
    change = panel.window(later).of(here).means - panel.window(earlier).of(here).means
    return _check(panel, found, change, window)


def _before(panel: Panel, start: dt.date, days: int) -> Window | None:
    whole = Window(start, start).before(days)
    begins = panel.begins
    if begins is None or begins > whole.last:
        return None
    return Window(max(begins, whole.first), whole.last)


def _check(panel: Panel, found: Compared, values: Floats, window: Window) -> Check | None:
    """``values`` of the branches that are compared; those without are left out."""
    import numpy as np

    here = panel.which((*found.kept.pilots, *found.kept.controls))
    treated, known = panel.which(found.kept.pilots)[here], np.isfinite(values)
    if min(treated[known].sum(), (~treated)[known].sum()) < 2:
        return None
    tested = permutation.test(values[known], treated[known], found.weights[known])
    assert tested is not None
    return Check(tested.effect, tested.p, tested.p > LEVEL, window.first, window.last)


def series(panel: Panel, found: Compared, windows: tuple[Window, Window]) -> tuple[Point, ...]:
    """The groups' means part by part, before and after the start, weighted as in the comparison."""
    return tuple(
        Point(part.first, part.last, at == 1, *(_mean(panel, side, part, found) for side in found.kept.both))
        for at, window in enumerate(windows)
        for part in panel.parts(window)
    )


def _mean(panel: Panel, side: tuple[str, ...], part: Window, found: Compared) -> float | None:
    import numpy as np

    of_side = panel.which(side)
    if not side or (panel.answers and panel.respondents(part, of_side) < Scope(WHOLE_BANK).minimum_base):
        return None
    here = panel.which((*found.kept.pilots, *found.kept.controls))
    values, mine = panel.window(part).means[here], of_side[here]
    w = np.where(mine & np.isfinite(values), found.weights, 0.0)
    return float(w @ np.nan_to_num(values) / w.sum()) if w.sum() else None
