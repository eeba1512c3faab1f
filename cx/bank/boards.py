"""Dashboards: what one is made of, and what a tile may ask for. Pure; files are read by :mod:`cx.bank.board_file`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cx.bank.shape import Label

CHARTS = ("number", "target", "trend", "ranking", "heat", "distribution", "table", "comments", "text")
WIDTHS = ("third", "half", "full")
GROUPS = ("detractor", "promoter")
BOARD_PERIOD = "board"
"""The period of a tile that goes with its dashboard."""
MOST_TILES, MOST_VALUES, LONGEST = 40, 50, 2000
_BREAKDOWNS = {"trend": (1, 1), "ranking": (1, 1), "heat": (2, 2), "table": (1, 2)}
"""How many dimensions a chart needs; the others none."""
Flaw = tuple[str, dict[str, object], str]
"""What is wrong with a tile: code of the problem, its values, and the key that says it."""


@dataclass(frozen=True)
class Tile:
    """One question and how its answer is drawn. ``by`` are dimensions to break down by, ``where`` (dimension, allowed
    values) pairs, ``kind`` the kind of NPS, ``group`` whose comments; ``target`` is in the metric's own unit (a share
    as 0..1). ``period`` is a word of :mod:`cx.measure.relative`, or that of the dashboard."""

    id: str
    chart: str
    metric: str = ""
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    kind: str = ""
    period: str = BOARD_PERIOD
    width: str = "third"
    group: str = "detractor"
    target: float | None = None
    title: Label = field(default_factory=dict, hash=False)
    text: Label = field(default_factory=dict, hash=False)

    @property
    def bare(self) -> Tile:
        """What is asked, without how it is called and how wide it is: the key of its answer."""
        return replace(self, id="", title={}, text={}, width=WIDTHS[0], period=BOARD_PERIOD)

    def only(self, dimension: str) -> str | None:
        """The one value that a dimension is filtered to."""
        return next((values[0] for name, values in self.where if name == dimension and len(values) == 1), None)


@dataclass(frozen=True)
class Board:
    """A dashboard. ``owner`` (a user's name; empty: it came with cx) and ``roles`` may open it; ``period`` is the one
    it opens with. ``changed_by`` and ``changed_at`` (UTC, ISO) are of the last time it was saved in cx."""

    id: str
    title: Label = field(default_factory=dict)
    about: Label = field(default_factory=dict)
    owner: str = ""
    roles: tuple[str, ...] = ()
    period: str = "last_quarter"
    tiles: tuple[Tile, ...] = ()
    changed_by: str = ""
    changed_at: str = ""

    def tile(self, id: str) -> Tile | None:
        """The tile of that id."""
        return next((tile for tile in self.tiles if tile.id == id), None)

    def fresh(self) -> str:
        """An id that no tile has."""
        taken = {tile.id for tile in self.tiles}
        return next(name for name in (f"t{n}" for n in range(1, len(taken) + 2)) if name not in taken)


@dataclass(frozen=True)
class Allowed:
    """What a metric can be asked for: dimensions to break down and filter by, grains of a trend, charts. ``kinds``: the
    kinds of NPS it needs one of; ``alone``: the dimension that it is never pooled over."""

    dimensions: tuple[str, ...]
    times: tuple[str, ...]
    charts: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    alone: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All that tiles may ask for."""

    metrics: Mapping[str, Allowed]
    periods: tuple[str, ...]
    kinds: tuple[str, ...]
    roles: tuple[str, ...]


def flaws(tile: Tile, known: Catalogue) -> Iterator[Flaw]:
    """What is wrong with a tile; nothing where it can be drawn."""
    yield from _one_of("chart", tile.chart, CHARTS)
    yield from _one_of("width", tile.width, WIDTHS)
    yield from _one_of("period", tile.period, (BOARD_PERIOD, *known.periods))
    if tile.chart == "text":
        yield from _unused(tile, "metric", "by", "where", "kind", "target")
        if not any(str(text).strip() for text in tile.text.values()):
            yield "board_text", {}, "text"
    elif tile.chart == "comments":
        yield from _unused(tile, "metric", "by", "target", "text")
        yield from _one_of("group", tile.group, GROUPS)
        yield from _one_of("kind", tile.kind, known.kinds)
        if "nps" in known.metrics:
            yield from _where(tile, known.metrics["nps"])
    elif tile.chart in CHARTS:
        yield from _one_of("metric", tile.metric, tuple(known.metrics))
        if tile.metric in known.metrics:
            yield from _measured(tile, known.metrics[tile.metric])


def _unused(tile: Tile, *keys: str) -> Iterator[Flaw]:
    for key in keys:
        if getattr(tile, key) not in ("", (), {}, None):
            yield "board_unused", {"key": key, "chart": tile.chart}, key


def _measured(tile: Tile, allowed: Allowed) -> Iterator[Flaw]:
    if tile.chart not in allowed.charts:
        yield "board_chart", {"chart": tile.chart, "metric": tile.metric, "known": ", ".join(allowed.charts)}, "chart"
    if allowed.kinds:
        yield from _one_of("kind", tile.kind, allowed.kinds)
    elif tile.kind:
        yield "board_kind", {"metric": tile.metric}, "kind"
    yield from _by(tile, allowed)
    yield from _where(tile, allowed)
    if allowed.alone and tile.only(allowed.alone) is None and allowed.alone not in tile.by:
        yield "board_alone", {"metric": tile.metric, "dimension": allowed.alone}, "where"
    if tile.chart == "target" and (tile.target is None and allowed.alone != "indicator"):
        yield "board_target", {}, "target"
    if tile.target is not None and not math.isfinite(tile.target):
        yield "board_target", {}, "target"


def _by(tile: Tile, allowed: Allowed) -> Iterator[Flaw]:
    least, most = _BREAKDOWNS.get(tile.chart, (0, 0))
    if not least <= len(tile.by) <= most:
        yield "board_by", {"chart": tile.chart, "least": least, "most": most, "found": len(tile.by)}, "by"
    if len(set(tile.by)) < len(tile.by):
        yield "board_twice", {"found": ", ".join(tile.by)}, "by"
    for name in tile.by:
        yield from _one_of("by", name, offered(tile.chart, allowed))


def offered(chart: str, allowed: Allowed) -> tuple[str, ...]:
    """The dimensions by which a chart can break a metric down. Indicators have units of their own: side by side they
    stand in tables only."""
    if chart == "trend":
        return allowed.times
    mixed = allowed.alone == "indicator" and chart != "table"
    names = tuple(name for name in allowed.dimensions if not (mixed and name == "indicator"))
    return names if chart == "ranking" else (*names, *allowed.times)


def _where(tile: Tile, allowed: Allowed) -> Iterator[Flaw]:
    names = [name for name, _ in tile.where]
    if len(set(names)) < len(names):
        yield "board_twice", {"found": ", ".join(names)}, "where"
    for name, values in tile.where:
        yield from _one_of("where", name, allowed.dimensions)
        if not 1 <= len(values) <= MOST_VALUES or any(not value or len(value) > 200 for value in values):
            yield "board_values", {"dimension": name, "most": MOST_VALUES}, "where"


def _one_of(key: str, found: str, known: tuple[str, ...]) -> Iterator[Flaw]:
    if found not in known:
        yield "board_choice", {"key": key, "found": found[:40], "known": ", ".join(known)}, key
