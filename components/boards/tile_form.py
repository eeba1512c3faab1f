"""The form of one tile, by clicks: each choice offers only what the ones before it allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from components.page import Context
from cx.bank.boards import BOARD_PERIOD, CHARTS, GROUPS, WIDTHS, Allowed, Tile, flaws, offered
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.publish import boards
from cx.store import query
from cx.words import LANGUAGES, Problem

Pairs = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class _Form:
    ctx: Context
    tile: Tile
    mark: str

    def box(
        self, name: str, options: Sequence[str], now: str, label: Callable[[str], str], title: str | None = None
    ) -> str:
        """A select box; the first option where what was chosen before is not offered."""
        at = list(options).index(now) if now in options else 0
        found = st.selectbox(
            title or self.ctx.t(f"boards.form_{name}"), tuple(options), at, format_func=label,
            key=f"form_{name}_{self.mark}",
        )  # fmt: skip
        return str(found) if found is not None else ""

    def dimension(self, name: str) -> str:
        """A dimension's name."""
        return self.ctx.t(f"dimension.{name}")

    def values(self, dimension: str) -> tuple[str, ...]:
        """The values that a dimension has for this reader."""
        if dimension == "indicator":
            return tuple(self.ctx.model.indicators)
        metric = METRICS[self.tile.metric or "nps"]
        scope = Scope(self.ctx.rights, voice=metric.voice or "customer")
        return self.ctx.ask(query.contents, scope, (dimension,), metric.name).values[dimension]


def show(ctx: Context, tile: Tile, mark: int) -> tuple[Tile, tuple[Problem, ...]]:
    """The tile as the form says now, and what is wrong with it."""
    t, known = ctx.t, boards.catalogue()
    form = _Form(ctx, tile, f"{mark}_{tile.id}")
    first, second = st.columns(2)
    with first:
        chart = form.box("chart", CHARTS, tile.chart, lambda c: t(f"boards.chart_{c}"))
    if chart == "text":
        made = _text(form)
    elif chart == "comments":
        made = _comments(form, second)
    else:
        with second:
            metrics = [name for name, allowed in known.metrics.items() if chart in allowed.charts]
            metric = form.box("metric", metrics, tile.metric, lambda m: t(f"metric.{m}"))
        made = _measured(replace(form, tile=replace(tile, chart=chart, metric=metric)), known.metrics[metric])
    made = _look(form, made)
    found = tuple(Problem(code, values=values) for code, values, _ in flaws(made, known))
    return made, found


def _text(form: _Form) -> Tile:
    tile, words = form.tile, {}
    for column, lang in zip(st.columns(2), LANGUAGES, strict=True):
        text = column.text_area(
            form.ctx.t(f"boards.form_text_{lang}"), tile.text.get(lang, ""), key=f"form_text_{lang}_{form.mark}",
            max_chars=2000,
        )  # fmt: skip
        if text.strip():
            words[lang] = text
    return Tile(tile.id, "text", width=tile.width, title=tile.title, text=words)


def _comments(form: _Form, beside: st.delta_generator.DeltaGenerator) -> Tile:
    t, tile = form.ctx.t, form.tile
    with beside:
        group = form.box("group", GROUPS, tile.group, lambda g: t(f"boards.group_{g}"))
    kind = form.box("kind", boards.catalogue().kinds, tile.kind, lambda k: t(f"nps.kind_{k}"))
    asking = replace(form, tile=replace(tile, metric="nps"))
    where = _where(asking, boards.catalogue().metrics["nps"], ())
    return Tile(tile.id, "comments", group=group, kind=kind, where=where, width=tile.width, period=tile.period,
                title=tile.title)  # fmt: skip


def _measured(form: _Form, allowed: Allowed) -> Tile:
    t, tile = form.ctx.t, form.tile
    form = replace(form, mark=f"{form.mark}_{tile.chart}_{tile.metric}")
    kind, target = "", None
    with st.container(horizontal=True):
        by = _by(form, allowed)
        if allowed.kinds:
            now = tile.kind or ("competitive" if allowed.alone == "brand" else "")
            kind = form.box("kind", allowed.kinds, now, lambda k: t(f"nps.kind_{k}"))
        alone = _alone(form, allowed, by)
        if tile.chart in ("target", "ranking"):
            target = _target(form, allowed)
    where = (*alone, *_where(form, allowed, by))
    return replace(tile, kind=kind, by=by, where=where, target=target, text={})


def _by(form: _Form, allowed: Allowed) -> tuple[str, ...]:
    tile, names = form.tile, offered(form.tile.chart, allowed)
    now = [*tile.by, "", ""]
    if tile.chart == "trend":
        default = now[0] if now[0] in names else "month"
        return (form.box("grain", names, default, lambda g: form.ctx.t(f"nps.grain_{g}")),)
    if tile.chart not in ("ranking", "heat", "table"):
        return ()
    first = form.box("by", names, now[0], form.dimension)
    if tile.chart == "ranking":
        return (first,)
    none = form.ctx.t("boards.form_by_none")
    rest = tuple(name for name in names if name != first)
    options = rest if tile.chart == "heat" else ("", *rest)
    second = form.box("by_second", options, now[1], lambda d: form.dimension(d) if d else none)
    return tuple(name for name in (first, second) if name)


def _alone(form: _Form, allowed: Allowed, by: tuple[str, ...]) -> Pairs:
    """One value of the dimension over which the metric is never pooled."""
    name = allowed.alone
    if not name or name in by:
        return ()
    values = form.values(name)
    label = form.ctx.model.label
    title = form.ctx.t("boards.form_alone", dimension=form.dimension(name))
    value = form.box(f"alone_{name}", values, form.tile.only(name) or "", lambda v: label(name, v, form.ctx.t), title)
    return ((name, (value,)),) if value else ()


def _where(form: _Form, allowed: Allowed, by: tuple[str, ...]) -> Pairs:
    """Filters: dimensions first, then the values of each."""
    ctx, tile = form.ctx, form.tile
    skipped = {allowed.alone} if allowed.alone not in by else set()
    names = [name for name in allowed.dimensions if name not in skipped]
    now = {name: values for name, values in tile.where if name in names}
    chosen = st.multiselect(
        ctx.t("boards.form_where"), names, list(now), format_func=form.dimension, key=f"form_where_{form.mark}",
        placeholder="",
    )  # fmt: skip
    found = []
    for name in chosen:
        options = tuple(dict.fromkeys((*form.values(name), *now.get(name, ()))))
        values = st.multiselect(
            ctx.t("boards.form_where_values", dimension=form.dimension(name)), options, list(now.get(name, ())),
            format_func=lambda v, n=name: ctx.model.label(n, v, ctx.t), key=f"form_values_{name}_{form.mark}",
            placeholder="",
        )  # fmt: skip
        if values:
            found.append((name, tuple(values)))
    return tuple(found)


def _target(form: _Form, allowed: Allowed) -> float | None:
    """The target in the metric's unit; a share is asked for as per cent."""
    t, tile = form.ctx.t, form.tile
    if tile.chart == "ranking" and allowed.alone != "indicator":
        return None
    share = METRICS[tile.metric].unit == "share"
    now = None if tile.target is None else tile.target * (100 if share else 1)
    title = t("boards.form_target_share" if share else "boards.form_target")
    help_text = t("boards.form_target_help")
    found = st.number_input(title, value=now, key=f"form_target_{form.mark}", help=help_text, placeholder="")
    return None if found is None else float(found) / (100 if share else 1)


def _look(form: _Form, made: Tile) -> Tile:
    """Period, width and an own title."""
    t = form.ctx.t
    left, right = st.columns(2)
    period = BOARD_PERIOD
    if made.chart != "text":
        with left:
            words = (BOARD_PERIOD, *boards.catalogue().periods)
            period = form.box("period", words, made.period, lambda p: t(f"boards.period_{p}"))
    with right:
        width = form.box("width", WIDTHS, made.width, lambda w: t(f"boards.width_{w}"))
    titles = {}
    with st.expander(t("boards.form_title")):
        for column, lang in zip(st.columns(2), LANGUAGES, strict=True):
            text = column.text_input(
                t(f"boards.title_{lang}"), made.title.get(lang, ""), key=f"form_title_{lang}_{form.mark}", max_chars=120
            )
            if text.strip():
                titles[lang] = text.strip()
    return replace(made, period=period, width=width, title=titles)
