"""One touchpoint of the cross-check: what to make of it, both sides over time and over branches, what was taken out."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, page
from components.crosscheck import words
from components.markdown import plain
from components.page import Context
from cx.insight.crosscheck.shape import Cross, Place, Seen
from cx.output.charts import crosscheck as charts


def draw(ctx: Context, cross: Cross) -> None:
    """Choose a touchpoint that has both sides, and look at it."""
    t, places = ctx.t, {place.touchpoint: place for place in charts.shown(cross.places)}
    if not places:
        return
    st.header(t("crosscheck.detail_title"), anchor=False)
    left, right = st.columns(2)
    with left:
        label = {name: f"{words.name(ctx, p)} · {words.conclusion(ctx, p)}" for name, p in places.items()}
        chosen = filters.select("touchpoint", tuple(places), label.__getitem__, t("dimension.touchpoint"), titled=True)
    place = places[chosen]
    first = place.shown
    assert first is not None
    known = {one.indicator.id: one for one in (first, *place.seen)}
    with right:
        name = filters.select("indicator", tuple(known), lambda i: t.pick(known[i].indicator.name),
                              t("dimension.indicator"), titled=True)  # fmt: skip
    side = known[name]
    _meaning(ctx, cross, place, side)
    _time(ctx, cross, side)
    _branches(ctx, cross, side)
    _on(ctx, place)


def _meaning(ctx: Context, cross: Cross, place: Place, side: Seen) -> None:
    t = ctx.t
    key = "confirmed" if place.confirmed and side.confirmed else place.quadrant
    st.markdown(t(f"crosscheck.meaning_{key}", name=plain(words.name(ctx, place)), indicator=plain(_named(ctx, side))))
    lines = [words.heard(ctx, cross, place), words.seen(ctx, side), words.over_branches(ctx, side, cross),
             words.over_time(ctx, side, cross)]  # fmt: skip
    names = ("col_survey", "col_indicator", "col_branches", "col_time")
    st.markdown("\n".join(f"- {t(f'crosscheck.{n}')}: {plain(line)}" for n, line in zip(names, lines, strict=True)))


def _named(ctx: Context, side: Seen) -> str:
    return cards.inside(ctx.t.pick(side.indicator.name))


def _time(ctx: Context, cross: Cross, side: Seen) -> None:
    t = ctx.t
    link = side.link
    best = link.best if link else None
    q = words.q_of(link, best) if link and best else None
    lead = best.lag if best and q is not None and q <= cross.verdict.threshold else 0
    names = (t.pick(side.indicator.name), t(f"metric.{cross.rules.metric}"))
    if lead:
        names = (t("crosscheck.moved", name=names[0], lag=words.lagged(ctx, lead, cross.rules.grain)), names[1])
    said = (lambda v: words.figure(ctx, side, v), lambda v: words.amount(ctx, cross.rules.metric, v))
    found = charts.together(side, lead, cross.rules.grain, t, names, said)
    if found is None:
        return
    st.markdown(t("crosscheck.time_title"))
    cards.chart(found, "cross_time")
    if side.no_time:
        st.caption(words.over_time(ctx, side, cross))
        return
    taken = words.joined(ctx, [t(f"crosscheck.taken_{name}") for name in cross.taken])
    st.caption(t("crosscheck.time_how", taken=taken))
    if cross.unlisted:
        st.caption(t("crosscheck.unlisted", years=words.joined(ctx, [str(year) for year in cross.unlisted])))


def _branches(ctx: Context, cross: Cross, side: Seen) -> None:
    t = ctx.t
    unit = ctx.model.unit(side.indicator.id, t)
    names = (" · ".join(filter(None, (t.pick(side.indicator.name), unit))), t(f"metric.{cross.rules.metric}"))
    said = (lambda v: words.figure(ctx, side, v), lambda v: words.amount(ctx, cross.rules.metric, v))
    found = charts.branches(side, t, lambda b: ctx.model.label("branch", b, t), names, said)
    if found is None:
        return
    st.markdown(t("crosscheck.branches_title", answers=names[1]))
    cards.chart(found, "cross_branches")
    within = bool(side.link and side.link.rank and side.link.rank.within)
    st.caption(t("crosscheck.branches_within" if within else "crosscheck.branches_how"))


def _on(ctx: Context, place: Place) -> None:
    with st.container(horizontal=True):
        plan = ctx.t("journey.plan_for", name=words.name(ctx, place))
        page.link(ctx, "quick_wins", plan, {"touchpoint": place.touchpoint})
        page.link(ctx, "journey", ctx.t("crosscheck.to_journey"), {"journey": place.journey})
