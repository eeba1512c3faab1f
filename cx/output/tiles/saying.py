"""The answer of a tile in a sentence, with the uncertainty in words; nothing is claimed that is within noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.bank.boards import Tile
from cx.insight import journey
from cx.insight.journey import Heat
from cx.insight.nps import Breakdown, Trend
from cx.insight.tiles import Comments, Distribution, Found, Grid, Nothing, Number, Table
from cx.measure.periods import Period
from cx.measure.statistics import Change
from cx.output import spans
from cx.output.amounts import Amounts
from cx.output.tiles import facts
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_MOST = 3
Tone = str
"""``good``, ``bad`` or ``plain``: how a sentence is coloured, beside its words."""


def nothing(found: Nothing, t: Translator) -> tuple[str, str]:
    """Why a tile is empty, and what to do."""
    return t(f"boards.no_{found.reason}"), t(f"boards.no_{found.reason}_try")


def moved(found: Number, tile: Tile, before: Period | None, t: Translator, model: Model) -> tuple[str, Tone]:
    """How a number moved since the period before, and whether that is good."""
    amounts = facts.amounts(tile, t, model)
    if before is None:
        return "", "plain"
    period = spans.named(before, t)
    if found.breaks:
        return t("nps.not_comparable", period=period), "plain"
    move = found.change
    if move.verdict == "too_few":
        if found.before.value is None:
            return t("boards.no_before", period=period), "plain"
        return t("boards.was", period=period, value=amounts.say(found.before.value)), "plain"
    said = t(f"boards.{move.verdict}", period=period, diff=difference(amounts, move))
    return said, tone(move, facts.direction(tile, model))


def difference(amounts: Amounts, move: Change) -> str:
    """The size of a change with its unit; signed where it is within noise."""
    t, noise = amounts.t, move.verdict == "noise"
    value = (move.diff or 0.0) if noise else abs(move.diff or 0.0)
    if amounts.metric.unit == "points":
        return t("boards.points", n=t.number(value, 0, signed=noise))
    if amounts.metric.unit == "share":
        return t("boards.share_points", n=t.number(100 * value, 1, signed=noise))
    return amounts.say(value, signed=noise, fine=True)


def tone(move: Change, better: str) -> Tone:
    """Whether a change is good news."""
    if move.verdict not in ("up", "down"):
        return "plain"
    return "good" if (move.verdict == "up") == (better == "higher") else "bad"


def judged(found: Number, tile: Tile, t: Translator, model: Model) -> tuple[str, Tone]:
    """Which side of its target a number lies, and whether that is more than noise."""
    target, amounts = facts.goal(tile, model), facts.amounts(tile, t, model)
    e = found.estimate
    if target is None or e.value is None:
        return t("boards.goal_none"), "plain"
    if found.outdated:
        return t("boards.goal_outdated"), "plain"
    sign = -1 if facts.direction(tile, model) == "lower" else 1
    reached = sign * (e.value - target) >= 0
    sure = not amounts.reach(e) or e.low is None or e.high is None or not e.low < target < e.high
    key = ("reached" if reached else "missed") + ("" if sure else "_unsure")
    tone = "plain" if not sure else "good" if reached else "bad"
    return t(f"boards.goal_{key}", goal=amounts.say(target)), tone


def base(found: Number, tile: Tile, t: Translator, model: Model) -> str:
    """Base and interval of a number."""
    e, amounts = found.estimate, facts.amounts(tile, t, model)
    if amounts.metric.name == "indicator":
        return t("boards.values", n=t.number(e.n))
    if amounts.metric.unit == "count":
        return ""
    fine = amounts.metric.unit == "mean"
    n = t.number(e.base)
    if e.low is None or e.high is None:
        return t("boards.base", n=n)
    return t("boards.base_interval", n=n, low=amounts.say(e.low, fine=fine), high=amounts.say(e.high, fine=fine))


def answer(tile: Tile, found: Found, t: Translator, model: Model) -> str:
    """What a chart says, in a sentence; empty where the tile is its own answer."""
    said = found.answer
    if isinstance(said, Trend):
        return _trend(said, tile, t, model)
    if isinstance(said, Breakdown):
        return _units(said, tile, found.tested, t, model)
    if isinstance(said, Heat):
        return _worst(said, t, model)
    if isinstance(said, Grid):
        return _grid(said, tile, t, model)
    assert isinstance(said, Number | Distribution | Table | Comments | Nothing)
    return ""


def _trend(found: Trend, tile: Tile, t: Translator, model: Model) -> str:
    amounts, move = facts.amounts(tile, t, model), found.change
    if found.compared is not None and move.verdict != "too_few":
        before, after = (t.period(day, found.grain) for day in found.compared)
        return t(f"boards.trend_{move.verdict}", before=before, after=after, diff=difference(amounts, move))
    shown = [point for point in found.points if point.estimate.value is not None]
    done = [point for point in shown if point.complete] or shown
    if not done:
        return ""
    period = t.period(done[-1].day, found.grain)
    return t("boards.latest", period=period, value=amounts.estimate(done[-1].estimate))


def _units(found: Breakdown, tile: Tile, tested: bool, t: Translator, model: Model) -> str:
    name = t(f"dimension.{found.by}")
    inside = name.lower() if t.lang == "en" else name
    if tested and found.total.value is not None:
        sides = {v: [r.key for r in found.rows if r.verdict == v] for v in ("higher", "lower")}
        if not any(sides.values()):
            some = any(row.verdict != "too_few" for row in found.rows)
            return t("nps.breakdown_none" if some else "nps.breakdown_untested", dimension=inside)
        words = {v: _listed(found.by, keys, t, model) or t("nps.names_none") for v, keys in sides.items()}
        return t("nps.breakdown_some", dimension=inside, n=sum(map(len, sides.values())), **words)
    amounts, target = facts.amounts(tile, t, model), facts.goal(tile, model)
    if target is not None and len(found.rows) > 1:
        sign = -1 if facts.direction(tile, model) == "lower" else 1
        beyond = sum(sign * ((row.estimate.value or 0.0) - target) < 0 for row in found.rows)
        return t("boards.beyond", n=beyond, all=len(found.rows), goal=amounts.say(target), dimension=inside)
    if len(found.rows) < 2:
        return ""
    ends = [
        t("boards.unit", name=facts.label(found.by, row.key, t, model), value=amounts.say(row.estimate.value))
        for row in (found.rows[0], found.rows[-1])
    ]
    return t("boards.ends", high=ends[0], low=ends[1])


def _listed(by: str, keys: list[str | None], t: Translator, model: Model) -> str:
    comma = "、" if t.lang == "zh" else ", "
    return comma.join(facts.label(by, key, t, model) for key in keys[:_MOST]) + (" …" * (len(keys) > _MOST))


def _worst(found: Heat, t: Translator, model: Model) -> str:
    pains = journey.pains(found, 1)
    if not pains:
        return t(found.calm)
    stage, row = (model.label(n, v, t) for n, v in zip(("stage", found.by), pains[0].key, strict=True))
    e = pains[0].estimate
    cell = t("journey.heat_cell", stage=stage, row=row, value=t.number(e.value, 1), n=t.number(e.base))
    return t("overview.worst", cell=cell)


def _grid(found: Grid, tile: Tile, t: Translator, model: Model) -> str:
    amounts = facts.amounts(tile, t, model)
    kept = [
        (key, found.cells[key])
        for key in ((row, column) for row in found.rows for column in found.columns)
        if key in found.cells and found.cells[key].value is not None
    ]
    kept = [pair for pair in kept if pair[1].state == "ok"] or kept
    if len(kept) < 2:
        return ""
    counted = amounts.metric.unit == "count" or facts.direction(tile, model) == "lower"
    (row, column), e = sorted(kept, key=lambda pair: pair[1].value or 0.0)[-1 if counted else 0]
    cell = " × ".join(facts.label(by, v, t, model) for by, v in zip(found.by, (row, column), strict=True))
    return t("boards.highest" if counted else "boards.lowest", cell=cell, value=amounts.estimate(e))
