"""Indicators, places and amounts in words, the same in the answer, the tree, the table and the card."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from components.page import Context
from cx.bank.model import Indicator
from cx.insight.tree import Step
from cx.measure import index
from cx.measure.index import Path
from cx.output.amounts import digits

_LEVELS = ("journey", "stage", "touchpoint")


def place(ctx: Context, path: Path, leaf: str | None = None) -> str:
    """The name of a place, or of an indicator there."""
    if leaf is not None:
        return ctx.model.label("indicator", leaf, ctx.t)
    return ctx.model.label(_LEVELS[len(path) - 1], path[-1], ctx.t)


def way(ctx: Context, path: Path) -> str:
    """A place with all above it: ``Opening an account / Be served / Queueing``."""
    return " / ".join(place(ctx, path[: depth + 1]) for depth in range(len(path)))


def step(ctx: Context, found: Step) -> str:
    """The name of one part of a change."""
    if found.kind != "part" or found.key is None:
        return ctx.t(f"indicators.{found.kind}", n=found.count)
    path, leaf = found.key
    if leaf is None and len(path) == 2:  # several journeys may have a stage of the same name
        return way(ctx, path)
    return place(ctx, path, leaf)


def amount(ctx: Context, indicator: Indicator, value: float | None) -> str:
    """A value with its unit."""
    if value is None:
        return "–"
    unit = ctx.model.unit(indicator.id, ctx.t)
    return f"{ctx.t.number(value, digits(value))}{'' if unit in ('%', '') else ' '}{unit}"


def points(ctx: Context, value: Fraction | Decimal | None, signed: bool = False) -> str:
    """Points of the index, as shown everywhere: one digit."""
    if value is None:
        return "–"
    return ctx.t.number(float(index.shown(Fraction(value))), 1, signed=signed)


def listed(ctx: Context, names: list[str]) -> str:
    """Names in a row."""
    return ("、" if ctx.t.lang == "zh" else ", ").join(names)
