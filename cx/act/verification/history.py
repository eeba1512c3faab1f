"""What branches did before: how their changes lie apart by themselves, and which branches are alike. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Match
from cx.measure import changes, matching
from cx.measure.changes import Changes
from cx.measure.scope import WHOLE_BANK, Scope

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

_CONTROLS, _PER_PILOT = 12, 2
FLOORS = (0.0, 0.0, 0.25)  # level, trend, logarithm of the volume: a fourth more or less is alike


@dataclass(frozen=True)
class Groups:
    """The branches of a comparison."""

    pilots: tuple[str, ...]
    controls: tuple[str, ...]

    @property
    def both(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Pilots and controls."""
        return self.pilots, self.controls

    def among(self, branches: Sequence[str]) -> Groups:
        """Those that are among some branches."""
        here = set(branches)
        return Groups(*(tuple(branch for branch in side if branch in here) for side in self.both))


@dataclass(frozen=True)
class Own:
    """``tau``: variance of changes between windows beyond what is drawn. ``pairs`` of windows tell it; 0: it was
    reckoned from shorter ones, or is not ``known`` at all."""

    tau: float
    pairs: int
    known: bool = True


def own(panel: Panel, here: npt.NDArray[np.bool_], until: dt.date, days: int) -> Own:
    """What some branches do on their own between neighbouring windows of so many days up to ``until``.

    With no room for one pair, by halves of the last window: as if what branches do were forgotten from one period to
    the next, so that windows half as long lie twice as far apart.
    """
    if told := list(_pairs(panel, here, until, days)):
        return Own(changes.own(told), len(told))
    halves = list(_pairs(panel, here, until, days // 2))
    return Own(changes.own(halves) / 2, 0, bool(halves))


def _pairs(panel: Panel, here: npt.NDArray[np.bool_], until: dt.date, days: int) -> Iterator[Changes]:
    begins = panel.begins
    if begins is None or days < 1:
        return
    room = (until - begins).days + 1 + days // 4  # a first window that is nearly whole will do (months begin late)
    later = Window(until - dt.timedelta(days=days - 1), until)
    for _ in range(room // (2 * days)):
        earlier = later.before(days)
        sides = panel.window(earlier).of(here), panel.window(later).of(here)
        known = (sides[0].n > 0) & (sides[1].n > 0)
        if known.sum() >= 3:
            yield changes.changes(sides[0].of(known), sides[1].of(known))
        later = earlier.before(days)


def means(panel: Panel, parts: Sequence[Window]) -> Floats:
    """Mean of every branch (rows) in every part (columns); nan where there is none."""
    import numpy as np

    return np.column_stack([panel.window(part).means for part in parts])


def trends(panel: Panel, window: Window) -> Floats:
    """How much each branch rises over as many days as the window has; nan with fewer than three parts known."""
    import numpy as np

    parts = panel.parts(window)
    if len(parts) < 3:
        return np.full(len(panel.branches), np.nan)
    middles = np.array([(part.first.toordinal() + part.last.toordinal()) / 2 for part in parts])
    return changes.slopes(middles - middles.mean(), means(panel, parts)) * window.days


def alike(panel: Panel, pilots: Sequence[str], window: Window, named: Sequence[str] = ()) -> tuple[Match, ...]:
    """Controls by their history in a window: the ``named`` ones described, or, with none named, the most alike."""
    compared, told = features(panel, window)
    if named:
        pairs = matching.nearest(compared, pilots, named, FLOORS)
    else:
        pairs = matching.chosen(compared, pilots, wanted(len(pilots)), FLOORS)
    return tuple(_match(told, pair) for pair in pairs)


def wanted(pilots: int) -> int:
    """How many controls are proposed for so many pilots, where as many are alike."""
    return max(_CONTROLS, _PER_PILOT * pilots)


def features(panel: Panel, window: Window) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By branch: level, trend and volume, the last as it is told and as it is compared (its logarithm)."""
    import numpy as np

    found = panel.window(window)
    level = found.means
    trend = trends(panel, window)
    # who answers in a branch of very few is not told by how much it differs from another
    known = (found.n > 0) & (panel.each(window) >= (Scope(WHOLE_BANK).minimum_base if panel.answers else 1))
    if np.isfinite(trend).any():
        known &= np.isfinite(trend)
    told = {
        name: [float(level[at]), float(np.nan_to_num(trend[at])), float(found.n[at])]
        for at, name in enumerate(panel.branches)
        if known[at]
    }
    return {name: [mean, slope, math.log(n)] for name, (mean, slope, n) in told.items()}, told


def _match(told: dict[str, list[float]], pair: matching.Pair) -> Match:
    one, other = told[pair.one], told[pair.other]
    return Match(pair.other, pair.one, pair.distance, other[0] - one[0], other[1] - one[1], other[2] / one[2])
