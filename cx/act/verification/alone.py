"""Pilots without branches to hold them against: read along their own trend. Pure: a panel in, a hint out."""

from __future__ import annotations

import datetime as dt

from cx.act.verification.history import Groups
from cx.act.verification.judging import LEVEL
from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Hint
from cx.measure import interrupted

_WEEK = 7


def hint(panel: Panel, groups: Groups, windows: tuple[Window, Window], higher: bool) -> Hint | None:
    """How far the pilots lie after the start from their trend before it, week by week (or by the indicator's periods);
    less what the other branches did, where these have values throughout. None where the series is too short."""
    parts = [(part, at == 1) for at, window in enumerate(windows) for part in _parts(panel, window)]
    mine = [(part, late, level) for part, late in parts if (level := _level(panel, groups.pilots, part)) is not None]
    others = [_level(panel, groups.controls, part) for part, _, _ in mine]
    compared = bool(groups.controls) and all(level is not None for level in others)
    values = [level - (other or 0.0) * compared for (_, _, level), other in zip(mine, others, strict=True)]
    times = [(part.first.toordinal() + part.last.toordinal()) / 2 for part, _, _ in mine]
    late = [after for _, after, _ in mine]
    found = interrupted.jump(times, values, late)
    if found is None:
        return None
    word = "noise" if found.p > LEVEL else "better" if (found.effect > 0) == higher else "worse"
    counts = (late.count(False), late.count(True), len(groups.controls) if compared else 0)
    return Hint(found.effect, found.low, found.high, found.p, *counts, word)  # type: ignore[arg-type]


def _parts(panel: Panel, window: Window) -> tuple[Window, ...]:
    if not panel.answers:
        return panel.parts(window)
    weeks = range(window.days // _WEEK)
    first = window.last - dt.timedelta(days=len(weeks) * _WEEK - 1)  # whole weeks up to the last day
    starts = [first + dt.timedelta(days=_WEEK * at) for at in weeks]
    return tuple(Window(day, day + dt.timedelta(days=_WEEK - 1)) for day in starts)


def _level(panel: Panel, branches: tuple[str, ...], part: Window) -> float | None:
    """Of answers the mean of all, of an indicator the mean of the branches."""
    sums = panel.window(part)
    here = panel.which(branches) & (sums.n > 0)
    if not here.any():
        return None
    return float(sums.total[here].sum() / sums.n[here].sum()) if panel.answers else float(sums.means[here].mean())
