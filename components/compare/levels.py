"""Level by level: bank, regions, branches; a click goes down, the path above goes up, the address keeps the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components import alpha, breaks, cards, filters, page, why
from components.compare.parts import amounts, bare, choose, competitive, listed, moved, names, people
from components.filters import Chosen
from components.page import Context
from cx.insight.compare.levels import Child, Level, level
from cx.measure.scope import Scope
from cx.output.charts import compare_levels as charts
from cx.store import query

ROW = ("channel", "business_line", "segment")
MORE = ("product", "survey_id", "touchpoint", "stage", "mode", "lang")
MOST_BUTTONS = 12


@dataclass(frozen=True)
class Place:
    """Where one stands: the whole, a region, a branch; ``own`` for those who see some branches only."""

    region: str
    branch: str
    own: bool

    @property
    def below(self) -> str:
        """The dimension of the units right below; below a branch its channels."""
        if self.branch:
            return "channel"
        return "branch" if self.region or self.own else "region"


def show(ctx: Context, offered: Sequence[str]) -> None:
    """The view: the place, its value and change, the units below."""
    place = _place(ctx, filters.chosen_of("metric", offered))
    scope = Scope(ctx.rights).narrowed(region=place.region or None, branch=place.branch or None)
    chosen = choose(ctx, offered, ROW, MORE, scope)
    if chosen is None:
        _path(ctx, place)
        cards.empty(ctx.t("compare.level_empty"), ctx.t("compare.nothing_try"))
        return
    if competitive(ctx, chosen):
        return
    _path(ctx, place)
    found = ctx.ask(level, chosen.scope, place.below, chosen.period.before, filters.chosen_of("metric", offered))
    _answer(ctx, found, chosen, place)
    if found.children:
        label = names(ctx, (found.by,))
        say = amounts(ctx, found.measured.metric)
        drawn = charts.levels(found, ctx.t, label, say, lambda diff: moved(ctx, found.measured.metric, diff))
        cards.chart(drawn, "levels")
        how = ctx.t("compare.levels_how" if chosen.period.before else "compare.levels_how_all")
        cards.note(("" if ctx.t.lang == "zh" else " ").join(filter(None, (how, people(ctx, found.headline.estimate)))))
    _down(ctx, found, place)
    if found.children:
        cards.table(_table(ctx, found), "levels_table", ctx.t("nps.table"))
    if found.hidden:
        label = names(ctx, (found.by,))
        cards.note(ctx.t("nps.hidden_units", names=listed(ctx, [label((key,)) for key in found.hidden])))
    _next(ctx, place)


def _place(ctx: Context, metric: str) -> Place:
    """What the address says, where it is the user's to see; a single branch is where its people start."""
    known = ctx.ask(query.contents, Scope(ctx.rights), ("region", "branch"), metric).values
    own = ctx.rights.branches is not None
    branch = filters.chosen_of("branch", ("", *known["branch"]))
    if own:
        return Place("", known["branch"][0] if len(known["branch"]) == 1 else branch, True)
    region = filters.chosen_of("region", ("", *known["region"]))
    if branch and not region and branch in ctx.model.branches:
        region = ctx.model.branches[branch].region
    return Place(region if region in known["region"] else "", branch, False)


def _path(ctx: Context, place: Place) -> None:
    """The way up: a button for each level above, the place itself in bold."""
    t = ctx.t
    steps: list[tuple[str, dict[str, str]]] = []
    several = not place.own or len(ctx.rights.branches or ()) > 1
    if several:
        steps.append((t("compare.own" if place.own else "compare.bank"), {}))
    if place.region:
        steps.append((ctx.model.label("region", place.region, t), {"region": place.region}))
    if place.branch:
        steps.append((ctx.model.label("branch", place.branch, t), {"region": place.region, "branch": place.branch}))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for at, (name, to) in enumerate(steps):
            if at:
                st.html('<span class="cx-muted" aria-hidden="true">›</span>', width="content")
            if at + 1 < len(steps):
                st.button(name, key=f"up_{at}", type="tertiary", on_click=_go, args=(to,))
            else:
                st.html(f"<h2>{escape(name)}</h2>", width="content")


def _go(to: dict[str, str]) -> None:
    for name in ("region", "branch"):
        if to.get(name):
            st.query_params[name] = to[name]
        else:
            st.query_params.pop(name, None)


def _answer(ctx: Context, found: Level, chosen: Chosen, place: Place) -> None:
    t, metric, e = ctx.t, found.measured.metric, found.headline.estimate
    if e.value is None:
        cards.empty(t(f"compare.level_{e.state}"), t("compare.nothing_try"))
        return
    say, before = amounts(ctx, metric), chosen.period.before
    value = t("nps.plus_minus", value=say(e.value), reach=say(e.plus_minus))
    words = t("compare.level_value", metric=t(f"metric.{metric.name}"), value=value, n=t.number(e.base))
    words += _moved(ctx, found, filters.period_name(ctx, before) if before else None)
    st.html(f'<div class="cx-say">{escape(words)}</div><div class="cx-facts">{escape(_below(ctx, found, place))}</div>')
    breaks.note(ctx, found.headline.breaks)
    if metric.name == "satisfaction":  # one score of several questions
        alpha.note(ctx, found.headline.now.scope, chosen.contents.values.get("survey_id", ()))
    why.popover(ctx, "level", found.headline.now, e)


def _moved(ctx: Context, found: Level, before: str | None) -> str:
    t, test = ctx.t, found.headline.change
    if before is None:
        return t("nps.no_before")
    if found.headline.breaks:
        return t("nps.not_comparable", period=before)
    if test.verdict == "too_few":
        return t("nps.few")
    diff = moved(ctx, found.measured.metric, test.diff, signed=test.verdict == "noise")
    return t(f"compare.level_{test.verdict}", period=before, diff=diff)


def _below(ctx: Context, found: Level, place: Place) -> str:
    t, label = ctx.t, names(ctx, (found.by,))
    if found.headline.before is None or not found.children:
        return ""
    dimension = t(f"dimension.{place.below}")
    dimension = dimension.lower() if t.lang == "en" else dimension
    count = len(found.children)
    sides = [
        t(f"compare.below_{side}", n=len(some), names=listed(ctx, [label((child.key,)) for child in some]))
        for side in ("up", "down")
        if (some := found.moved(side))  # type: ignore[arg-type]
    ]
    words = t("compare.below_some" if sides else "compare.below_none", count=count, dimension=dimension,
              sides=("；" if t.lang == "zh" else "; ").join(sides))  # fmt: skip
    if broken := len(found.moved("broken")):
        words += t("compare.below_broken", n=broken)
    return words


def _down(ctx: Context, found: Level, place: Place) -> None:
    """Buttons to the units below, a box where there are many; below a branch there is no further level."""
    if place.branch:
        return
    t, keys = ctx.t, [child.key for child in found.children if child.key]
    label = names(ctx, (found.by,))
    if len(keys) > MOST_BUTTONS:
        filters.select(
            found.by,
            ("", *keys),
            lambda key: label((key,)) if key else t("compare.go_down"),
            t("compare.go_down"),
            True,
        )
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<span class="cx-muted">{escape(t("compare.go_down"))}</span>', width="content")
        for key in keys:
            to = {"region": place.region, found.by: key}
            st.button(label((key,)), key=f"down_{key}", icon=":material/south_east:", on_click=_go, args=(to,))


def _table(ctx: Context, found: Level) -> list[dict[str, object]]:
    t, metric, label = ctx.t, found.measured.metric, names(ctx, (found.by,))
    say = amounts(ctx, metric)

    def row(child: Child) -> dict[str, object]:
        return {
            t(f"dimension.{found.by}"): label((child.key,)),
            t(f"metric.{metric.name}"): say(child.now.value),
            t("nps.col_low"): say(child.now.low),
            t("nps.col_high"): say(child.now.high),
            t("nps.base"): child.now.base,
            t("compare.col_before"): "" if found.headline.before is None else say(child.before.value),
            t("compare.col_change"): "" if child.change.diff is None else bare(ctx, metric, child.change.diff),
            t("nps.col_q"): "" if child.q is None else cards.chance(child.q, t),
            t("compare.says"): "" if found.headline.before is None else t(f"compare.change_{child.verdict}"),
            t("nps.note"): t("nps.small") if child.now.state == "small" else "",
        }

    return [row(child) for child in found.children]


def _next(ctx: Context, place: Place) -> None:
    to = {name: value for name, value in (("region", place.region), ("branch", place.branch)) if value}
    cards.heading(ctx.t("nps.next_title"))
    with st.container(horizontal=True):
        page.link(ctx, "nps", ctx.t("compare.next_nps"), to)
        page.link(ctx, "journey", ctx.t("nps.next_journey"), to)
