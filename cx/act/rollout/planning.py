"""What a plan rests on: each proven win's effect, and where every other branch stands today."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.act import quick_wins
from cx.act.quick_wins import QuickWin
from cx.act.rollout.shape import Branch, Effect, Field, Step, Win
from cx.measure.metrics import METRICS
from cx.measure.rollout import Place
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.shrinkage import shrink
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

WINDOW = dt.timedelta(days=92)
_MONTH = 365.25 / 12
_GOOD = ("proven", "improved")


def fields(
    con: Connection, model: Model, steps: tuple[Step, ...], until: dt.date | None = None
) -> tuple[Field, ...]:  # fmt: skip
    """Every proven win of the bank with the branches that have it neither as pilots nor as done, by the data up to a
    day (None: all). For those who see the whole bank: branches are compared with each other."""
    wins = quick_wins.all(con, WHOLE_BANK)
    found = [_win(win) for win in wins]
    done: dict[str, set[str]] = {}
    for step in steps:
        if step.state == "done":
            done.setdefault(step.win, set()).add(step.branch)
    fields = [_field(con, win, done.get(win.id, set()), model, until) for win in found if win is not None]
    return tuple(replace(field, trials=_trials(field, wins)) for field in fields)


def proven(con: Connection) -> frozenset[str]:
    """The quick wins that count as proven today: not one whose verification is open again, or ended otherwise."""
    return frozenset(
        win.id for win in quick_wins.all(con, WHOLE_BANK) if win.state == "closed" and win.verdict in _GOOD
    )


def places(found: Iterable[Field]) -> tuple[Place, ...]:
    """Every win in every branch that does not have it."""
    return tuple(branch.place for field in found for branch in field.branches)


def _trials(field: Field, wins: Iterable[QuickWin]) -> tuple[str, ...]:
    running = [win.charter for win in wins if win.state in ("running", "measuring")]
    beside = [charter for charter in running if charter.touchpoint == field.win.charter.touchpoint]
    taken = {branch for charter in beside for branch in (*charter.pilots, *charter.controls)}
    return tuple(branch.place.branch for branch in field.branches if branch.place.branch in taken)


def _win(win: QuickWin) -> Win | None:
    if win.state != "closed" or win.result is None or win.verdict not in _GOOD or win.charter.voice == "staff":
        return None
    charter, proof = win.charter, win.result.proof
    if proof.difference is not None:
        d = proof.difference
        effect = Effect(d.effect, d.low, d.high, True)
    else:
        c = proof.plain.change
        if c.diff is None:
            return None
        effect = Effect(c.diff, c.low, c.high, False)
    return Win(win.id, charter, effect, win.result.closed_on)


def _field(con: Connection, win: Win, done: set[str], model: Model, until: dt.date | None) -> Field:
    last = query.contents(
        con, Scope(WHOLE_BANK), (), "indicator" if win.charter.metric in model.indicators else "responses"
    ).last
    end = min(last or win.closed_on, until or dt.date.max)
    start = end - WINDOW + dt.timedelta(days=1)
    have = set(win.charter.pilots) | done
    levels = _levels(con, win, start, end)
    volumes = _volumes(con, win, start, end, model)
    rest = {branch: levels[branch] for branch in model.branches if branch in levels and branch not in have}
    known = {b: e for b, e in rest.items() if e.value is not None and e.se}
    drawn = shrink([e.value or 0.0 for e in known.values()], [e.se or 1.0 for e in known.values()]) if known else None
    scores = {b: unit.value for b, unit in zip(known, drawn.units, strict=True)} if drawn else {}
    before = _before(con, win)
    spread = drawn.between if drawn and drawn.between > 0 else None
    pilots = [before[b].value for b in win.charter.pilots if b in before and before[b].value is not None]
    average = sum(volumes.values()) / len(volumes) if volumes else 0.0
    branches = []
    for branch in model.branches:
        if branch in have:
            continue
        score = scores.get(branch)
        volume = volumes.get(branch, 0.0) / average if average else 1.0
        pain, value = _parts(win, score, spread)
        place = Place(win.id, branch, pain, volume, value, float(win.charter.effort))
        e = rest.get(branch)
        branches.append(Branch(
            place, e.value if e else None, score, e.base if e else 0, volumes.get(branch, 0.0) * _MONTH / WINDOW.days,
            _outside(win, score, pilots),
        ))  # fmt: skip
    return Field(
        win, tuple(branches), volumes, drawn.mean if drawn else None, spread, *_sides(con, win, model), start, end
    )


def _parts(win: Win, level: float | None, spread: float | None) -> tuple[float, float]:
    """Pain and value in deviations between branches. Where branches do not differ beyond chance, each counts the same;
    a branch of which nothing is known counts as average in pain."""
    if spread is None or level is None:
        return 1.0, 1.0
    sign = 1.0 if win.charter.direction == "higher" else -1.0
    return max(0.0, sign * (win.charter.target - level) / spread), win.effect.sure(win.charter.direction) / spread


def _outside(win: Win, level: float | None, pilots: list[float | None]) -> bool:
    known = [value for value in pilots if value is not None]
    if level is None or not known:
        return False
    return level > max(known) if win.charter.direction == "higher" else level < min(known)


def _scope(win: Win, start: dt.date, end: dt.date) -> tuple[str, Scope]:
    scope = Scope(WHOLE_BANK, start, end)
    if win.charter.metric not in METRICS:
        return "indicator", scope.narrowed(indicator=win.charter.metric)
    kind = win.charter.nps_kind if win.charter.metric == "nps" else None
    return win.charter.metric, replace(scope, nps_kind=kind).narrowed(touchpoint=win.charter.touchpoint)


def _levels(con: Connection, win: Win, start: dt.date, end: dt.date) -> dict[str, Estimate]:
    metric, scope = _scope(win, start, end)
    found = query.measure(con, metric, scope, ("branch",)).cells
    return {cell.key[0]: _with_error(cell.estimate) for cell in found if cell.key[0] is not None}


def _with_error(e: Estimate) -> Estimate:
    """A share of all or none, and an indicator of one period, have no error: then what the interval reaches."""
    if e.value is None or e.se:
        return e
    reach = e.plus_minus or 0.0
    return replace(e, se=reach / 1.96 if math.isfinite(reach) and reach > 0 else None)


def _before(con: Connection, win: Win) -> dict[str, Estimate]:
    """Levels in the 92 days before the win began."""
    end = win.charter.start - dt.timedelta(days=1)
    return _levels(con, win, end - WINDOW + dt.timedelta(days=1), end)


def _volumes(con: Connection, win: Win, start: dt.date, end: dt.date, model: Model) -> Mapping[str, float]:
    """Customers who were heard at the touchpoint, by branch; all who were heard, where nobody is asked about it."""
    scope = Scope(WHOLE_BANK, start, end)
    for narrowed in (scope.narrowed(touchpoint=win.charter.touchpoint), scope):
        cells = query.measure(con, "satisfaction", narrowed, ("branch",)).cells
        found = {cell.key[0]: float(cell.estimate.base) for cell in cells if cell.key[0] in model.branches}
        if any(found.values()):
            return {branch: found.get(branch, 0.0) for branch in model.branches}
    return dict.fromkeys(model.branches, 1.0)


def _sides(con: Connection, win: Win, model: Model) -> tuple[Estimate, Estimate]:
    """The pilots together and all other branches together, in the 92 days before the win began."""
    end = win.charter.start - dt.timedelta(days=1)
    metric, scope = _scope(win, end - WINDOW + dt.timedelta(days=1), end)
    others = [branch for branch in model.branches if branch not in win.charter.pilots]
    pilots, rest = (
        query.measure(con, metric, scope.narrowed(branch=own)).total for own in (win.charter.pilots, others)
    )
    return pilots, rest
