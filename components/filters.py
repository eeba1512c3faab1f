"""Filters ↔ Scope ↔ address. The address is the state: widgets mirror it, so a link shows a colleague the same view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from components import cards, session, why
from components.page import Context
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.output import spans
from cx.store import query
from cx.store.query import Contents

KINDS = ("transactional", "relational", "competitive")
ROW = ("business_line", "region", "branch", "channel")
MORE = ("segment", "product", "survey_id", "mode", "lang")
_CUSTOM = "custom"
_PENDING = "picked_{}"  # a choice on its way into the address


@dataclass(frozen=True)
class Chosen:
    """What the filters say: the scope, its period and the equal one before, and what data there is to choose from."""

    scope: Scope
    period: Period
    contents: Contents
    today: dt.date

    @property
    def last(self) -> dt.date:
        """The last day with data."""
        return self.contents.last or self.today


def choose(
    ctx: Context,
    metric: str = "responses",
    kinds: bool = False,
    extra: Sequence[tuple[str, Sequence[str], Callable[[str], str]]] = (),
    row: Sequence[str] = ROW,
    more: Sequence[str] = MORE,
    within: Scope | None = None,
    first_kind: str | None = None,
) -> Chosen | None:
    """Draw the filters of a page and return what they say; None where there is no data at all under these rights.

    ``within`` narrows what is offered and chosen (a journey). ``first_kind`` is the NPS kind shown unless another is
    asked for. ``extra`` are choices before the filters: (name in the address, options, their labels). Values in the
    address that are unknown or not the user's to see are ignored, and told.
    """
    ignored: list[str] = []
    base = within or Scope(ctx.rights)
    kind_options = _kinds(ctx, base) if kinds else ()
    kind_options = tuple(sorted(kind_options, key=lambda kind: kind != first_kind))
    kind = _valid("kind", kind_options, kind_options[0], ignored) if kind_options else None
    if kinds and kind is None:
        return None
    if kinds:
        base = replace(base, nps_kind=kind)
    names = tuple(dict.fromkeys((*row, *more)))
    contents = ctx.ask(query.contents, base, names, metric)
    if contents.first is None or contents.last is None:
        return None
    today = dt.date.today()
    period = _period(contents, today, ignored)
    why.shown(period=period.token, kind=kind)
    chosen = {name: _valid(name, _options(ctx, contents, name), "", ignored) for name in names}
    lead = [("kind", kind_options, lambda k: ctx.t(f"nps.kind_{k}"))] if kinds else []
    _draw(ctx, contents, period, [*extra, *lead], chosen, row, more)
    if "period" not in st.query_params:
        days = {"first": ctx.t.date(contents.first), "last": ctx.t.date(contents.last)}
        cards.note(ctx.t("filters.default_period", **days))
    if ignored:
        cards.note(ctx.t("filters.ignored", names="、".join(ignored) if ctx.t.lang == "zh" else ", ".join(ignored)))
    scope = base.between(period.start, period.end).narrowed(**{n: v for n, v in chosen.items() if v})
    return Chosen(scope, period, contents, today)


def pick(
    name: str, options: Sequence[str], label: Callable[[str], str], title: str, later: bool = False
) -> str:  # fmt: skip
    """A segmented control bound to the address: its choice, the first option by default.

    ``later``: the address waits for :func:`picked`, so that what the choice changes is drawn first.
    """
    key, pending = f"pick_{name}", _PENDING.format(name)
    moved = session.get(pending, "")
    now = moved if moved in options else _valid(name, options, options[0], [])
    session.put(key, now)

    def chosen() -> None:
        if later:
            session.put(pending, session.get(key, now))
        else:
            _into_address(name, key, options[0])

    st.segmented_control(
        title, options, format_func=label, key=key, required=True, label_visibility="collapsed", on_change=chosen
    )
    return now


def picked(name: str, default: str) -> None:
    """Put what was picked with ``later`` into the address, now that it is drawn."""
    moved = session.take(_PENDING.format(name), "")
    if moved:
        _write(name, moved, default)


def select(
    name: str,
    options: Sequence[str],
    label: Callable[[str], str],
    title: str,
    titled: bool = False,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """A select box bound to the address: its choice, the first option by default; ``titled`` shows its title."""
    now = _valid(name, options, options[0], [])
    _box(name, title, options, label, now, options[0], titled, width)
    return now


def chosen_of(name: str, options: Sequence[str]) -> str:
    """What the address says for ``name``, where it is one of the options; else the first."""
    return _valid(name, options, options[0], [])


def period_name(ctx: Context, period: Period) -> str:
    """A period in words."""
    return spans.named(period, ctx.t)


def _kinds(ctx: Context, scope: Scope) -> tuple[str, ...]:
    found = ctx.ask(query.kinds, scope)
    return tuple(kind for kind in KINDS if kind in found)


def _options(ctx: Context, contents: Contents, name: str) -> tuple[str, ...]:
    values = contents.values[name]
    region = st.query_params.get("region")
    if name == "branch" and region:
        values = tuple(v for v in values if v not in ctx.model.branches or ctx.model.branches[v].region == region)
    return values


def _valid(name: str, options: Sequence[str], default: str, ignored: list[str]) -> str:
    value = st.query_params.get(name, "")
    if value and value not in options:
        ignored.append(f"{name}={value[:40]}")
    return value if value in options and value else default


def _period(contents: Contents, today: dt.date, ignored: list[str]) -> Period:
    assert contents.first and contents.last
    token = st.query_params.get("period", "")
    found = periods.parse(token, contents.last) if token else None
    if token and found is None:
        ignored.append(f"period={token[:40]}")
    return found or periods.default(contents.first, contents.last, today)


def _draw(
    ctx: Context,
    contents: Contents,
    period: Period,
    lead: Sequence[tuple[str, Sequence[str], Callable[[str], str]]],
    chosen: dict[str, str],
    row: Sequence[str],
    more: Sequence[str],
) -> None:
    shown = [name for name in row if contents.values[name]]
    rest = [name for name in more if contents.values[name]]
    count = sum(bool(chosen[name]) for name in rest)
    opener = ctx.t("filters.more_n", n=count) if count else ctx.t("filters.more")
    # One row without columns: every column is three more elements that the browser styles at each click.
    with st.container(key="filters", horizontal=True, gap="small", vertical_alignment="bottom"):
        for name, options, label in lead:
            now = _valid(name, options, options[0], [])
            _box(name, ctx.t(f"filters.title_{name}"), options, label, now, options[0], width=_room(label(now)))
        _period_box(ctx, contents, period)
        for name in shown:
            _dimension_box(ctx, name, _options(ctx, contents, name), chosen[name])
        if rest:
            with st.popover(opener, width=_room(opener)):
                for name in rest:
                    _dimension_box(ctx, name, _options(ctx, contents, name), chosen[name], titled=True)
    if period.grain == "days" and ".." in period.token:
        _custom_box(ctx, period)


def _room(label: str) -> int:
    """Pixels that a box needs for what it says: letters, and the arrow beside them. The row shares out the rest."""
    size = sum(2.0 if ord(letter) > 0x2E80 else 1.0 for letter in label)
    return int(44 + 7.2 * min(max(size, 8.0), 22.0))


def _named(ctx: Context, name: str, value: str) -> str:
    return ctx.model.label(name, value, ctx.t) if value else ctx.t(f"filters.all_{name}")


def _dimension_box(ctx: Context, name: str, options: Sequence[str], now: str, titled: bool = False) -> None:
    def label(value: str) -> str:
        return _named(ctx, name, value)

    room: int | Literal["stretch"] = "stretch" if titled else _room(label(now))
    _box(name, ctx.t(f"dimension.{name}"), ("", *options), label, now, "", titled, room)


def _period_box(ctx: Context, contents: Contents, period: Period) -> None:
    assert contents.first and contents.last
    offered = {p.token: p for p in periods.offered(contents.first, contents.last)}
    default = periods.default(contents.first, contents.last, dt.date.today())
    known = {default.token: default} | offered | {period.token: period}

    def label(token: str) -> str:
        return ctx.t("filters.custom") if token == _CUSTOM else period_name(ctx, known[token])

    key = "filter_period"
    session.put(key, period.token)
    st.selectbox(
        ctx.t("filters.period"), (*known, _CUSTOM), format_func=label, key=key, label_visibility="collapsed",
        on_change=_period_into_address, args=(key, default, contents.last), width=_room(label(period.token)),
    )  # fmt: skip


def _custom_box(ctx: Context, period: Period) -> None:
    key = "filter_days"
    session.put(key, (period.start, period.end))
    st.date_input(ctx.t("filters.custom_days"), key=key, format="YYYY-MM-DD", on_change=_days_into_address, args=(key,))


def _box(
    name: str,
    title: str,
    options: Sequence[str],
    label: Callable[[str], str],
    now: str,
    default: str,
    titled: bool = False,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    key = f"filter_{name}"
    session.put(key, now)
    st.selectbox(
        title, options, format_func=label, key=key, label_visibility="visible" if titled else "collapsed",
        on_change=_into_address, args=(name, key, default), width=width,
    )  # fmt: skip


def _into_address(name: str, key: str, default: str) -> None:
    _write(name, session.get(key, default), default)


def _write(name: str, value: str | None, default: str) -> None:
    if value is None or value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _period_into_address(key: str, default: Period, last: dt.date) -> None:
    if session.get(key, "") == _CUSTOM:
        now = periods.parse(st.query_params.get("period", ""), last) or default
        end = now.end or last
        st.query_params["period"] = periods.between(now.start or end - dt.timedelta(days=89), end).token
    else:
        _into_address("period", key, default.token)


def _days_into_address(key: str) -> None:
    days = session.get(key, ())
    if len(days) == 2:
        st.query_params["period"] = periods.between(*days).token
