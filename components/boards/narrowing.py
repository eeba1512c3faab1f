"""Period and filters of a dashboard ↔ address. The period words move with the data; each tile may have its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from components import cards, filters
from components.page import Context
from cx.bank.boards import BOARD_PERIOD, Board, Tile
from cx.insight import tiles
from cx.insight.tiles import Asking
from cx.measure import periods, relative
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.output import spans
from cx.store import query

NAMES = filters.ROW
Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Data:
    """What there is under the reader's rights: first and last day, answers or indicators, and values to filter by."""

    first: dt.date
    last: dt.date
    values: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Chosen:
    """What the dashboard's filters say."""

    period: Period
    filters: Filters
    last: dt.date
    today: dt.date

    def asking(self, ctx: Context, tile: Tile) -> Asking:
        """Where and when a tile asks."""
        return tiles.asking(tile, ctx.rights, self.filters, self.period, self.last, self.today, ctx.model)

    def note(self, ctx: Context, tile: Tile, asked: Asking) -> str:
        """What is special about a tile: its own period, filters that do not apply."""
        t, told = ctx.t, []
        if tile.period != BOARD_PERIOD and (own := relative.period(tile.period, self.last, self.today)):
            told.append(period_name(ctx, own))
        if asked.left_out:
            names = ("、" if t.lang == "zh" else ", ").join(t(f"dimension.{name}") for name in asked.left_out)
            told.append(t("boards.left_out", names=names))
        return " · ".join(told)


def data(ctx: Context) -> Data | None:
    """What there is to show; None where there is nothing at all."""
    answers = ctx.ask(query.contents, Scope(ctx.rights), NAMES)
    figures = ctx.ask(query.contents, Scope(ctx.rights), (), "indicator")
    found = [(each.first, each.last) for each in (answers, figures) if each.first and each.last]
    if not found:
        return None
    return Data(min(first for first, _ in found), max(last for _, last in found), dict(answers.values))


def choose(ctx: Context, board: Board, there: Data) -> Chosen:
    """Draw the filters and return what they say."""
    t = ctx.t
    options = _periods(board, there)
    _ignored(ctx, options, there)
    with st.container(key="filters", horizontal=True, gap="small", vertical_alignment="bottom"):
        token = filters.select(
            "period", tuple(options), lambda token: period_name(ctx, options[token]), t("filters.period"), width=265
        )
        found: list[tuple[str, tuple[str, ...]]] = []
        for name in NAMES:
            values = there.values[name]
            if len(values) < 2:
                continue
            value = filters.select(
                name, ("", *values), lambda v, n=name: _named(ctx, n, v), t(f"dimension.{name}"), width=170
            )  # fmt: skip
            if value:
                found.append((name, (value,)))
    return Chosen(options[token], tuple(found), there.last, dt.date.today())


def period_name(ctx: Context, period: Period) -> str:
    """A period in words, with its days where it is a word that moves."""
    days = spans.named(period, ctx.t)
    if period.token not in relative.RELATIVE or period.token == "all":
        return days
    return ctx.t("boards.period_named", name=ctx.t(f"boards.period_{period.token}"), days=days)


def _periods(board: Board, there: Data) -> dict[str, Period]:
    """The periods offered by their words: the dashboard's own first, then those that move, then the calendar."""
    moving = {
        token: relative.period(token, there.last, dt.date.today()) for token in (board.period, *relative.RELATIVE)
    }
    found = {token: period for token, period in moving.items() if period is not None}
    for period in periods.offered(there.first, there.last):
        found.setdefault(period.token, period)
    if (other := periods.parse(st.query_params.get("period", ""), there.last)) is not None:
        found.setdefault(other.token, other)
    return found


def _ignored(ctx: Context, options: dict[str, Period], there: Data) -> None:
    asked = {name: st.query_params.get(name, "") for name in ("period", *NAMES)}
    wrong = [
        f"{name}={value[:40]}"
        for name, value in asked.items()
        if value and value not in (options if name == "period" else there.values[name])
    ]
    if wrong:
        cards.note(ctx.t("filters.ignored", names=("、" if ctx.t.lang == "zh" else ", ").join(wrong)))


def _named(ctx: Context, name: str, value: str) -> str:
    if value:
        return ctx.model.label(name, value, ctx.t)
    return ctx.t(f"filters.all_{name}")
