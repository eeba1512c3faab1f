"""Do customers recommend us: the score, how it moved, and who differs."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import breaks, cards, filters, page, weighted, why
from components.filters import Chosen
from components.page import Context
from cx.act import quick_wins
from cx.insight import nps
from cx.insight.nps import Breakdown, Trend
from cx.measure import periods
from cx.output import charts
from cx.store import comments

DIMENSIONS_OFFERED = (
    "branch", "channel", "segment", "region", "business_line", "product", "touchpoint", "survey_id", "survey_version",
    "mode", "lang",
)  # fmt: skip
MOST_TURNS = 4
SHOWN = 12  # units on the chart; all are in the table


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, distribution, trend, who differs, what customers say, what next."""
    cards.style()
    chosen = filters.choose(ctx, kinds=True)
    if chosen is None:
        page.empty(ctx, "nps.empty", "quick_survey", "uploads")
    if chosen.scope.nps_kind == "competitive":
        _brands(ctx, chosen)
        return
    shown = _answer(ctx, chosen)
    _trend(ctx, chosen)
    if shown:
        _units(ctx, chosen)
        _voices(ctx, chosen)
    _next(ctx)


def _answer(ctx: Context, chosen: Chosen) -> bool:
    t, before = ctx.t, chosen.period.before
    found = ctx.ask(nps.overview, chosen.scope, before)
    left, right = st.columns([0.46, 0.54], gap="large", vertical_alignment="center")
    with left:
        cards.headline(found, t, filters.period_name(ctx, before) if before else None, t.date(chosen.last))
        breaks.note(ctx, found.breaks)
        why.popover(ctx, "headline", found.now, found.estimate)
        weighted.line(ctx, chosen.scope)
    bars = ctx.ask(nps.distribution, chosen.scope)
    if bars:
        with right:
            cards.chart(charts.distribution(bars, t), "distribution")
    return bool(bars)


@st.fragment
def _trend(ctx: Context, chosen: Chosen) -> None:
    t = ctx.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("nps.trend_title"), width="content")
        first = chosen.contents.first or chosen.last
        grains = periods.useful(chosen.period, first, chosen.last)
        grain = filters.pick("grain", grains, lambda g: t(f"nps.grain_{g}"), t("nps.grain"), later=True)
    found = ctx.ask(nps.trend, chosen.scope, grain, chosen.last, chosen.today)
    said = "<br>".join(map(escape, _trend_words(ctx, found)))
    st.html(f'<div class="cx-facts">{said}<span class="cx-spoken">{escape(charts.spoken(found, t))}</span></div>')
    wins = ctx.ask(quick_wins.all, ctx.rights) if ctx.may("act_view") else ()
    markers = [(w.charter.start, t.pick(w.charter.title)) for w in wins if w.state != "idea"]
    cards.chart(charts.trend(found, t, markers, surveys=breaks.titles(ctx, found.breaks)), "trend")
    filters.picked("grain", grains[0])


def _trend_words(ctx: Context, found: Trend) -> list[str]:
    t, move, words = ctx.t, found.change, []
    if found.compared is None or move.verdict == "too_few":
        words.append(t("nps.trend_few"))
    else:
        before, after = (t.period(day, found.grain) for day in found.compared)
        noise = move.verdict == "noise"
        figure = t.number(move.diff if noise else abs(move.diff or 0.0), 0, signed=noise)
        words.append(t(f"nps.trend_{move.verdict}", before=before, after=after, diff=figure))
    words += _turns_words(ctx, found)
    words += [t("nps.trend_running", period=t.period(p.day, found.grain)) for p in found.points if not p.complete]
    if hidden := sum(p.estimate.state == "hidden" for p in found.points):
        words.append(t("nps.trend_hidden", n=hidden))
    return words + breaks.words(ctx, found.breaks, found.grain)


def _turns_words(ctx: Context, found: Trend) -> list[str]:
    """Which periods differ from the one before beyond noise, the latest first."""
    t = ctx.t
    if not found.turns:
        return []
    latest = sorted(found.turns, reverse=True)[:MOST_TURNS]
    turns = [
        t("nps.trend_turn", period=t.period(day, found.grain), diff=t.number(found.turns[day].diff, 0, signed=True))
        for day in latest
    ]
    told = ("、" if t.lang == "zh" else ", ").join(turns) + (" …" if len(found.turns) > MOST_TURNS else "")
    return [t("nps.trend_turns", n=len(found.turns), count=found.tested, turns=told)]


@st.fragment
def _units(ctx: Context, chosen: Chosen) -> None:
    t = ctx.t
    offered = _offered(chosen)
    by = filters.chosen_of("by", offered)
    name = t(f"dimension.{by}")
    inside = name.lower() if t.lang == "en" else name  # within a sentence
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("nps.breakdown_title", dimension=inside), width="content")
        filters.select("by", offered, lambda d: t(f"dimension.{d}"), t("nps.breakdown_by"), width=200)
    found = ctx.ask(nps.breakdown, chosen.scope, by)
    if found.rows:
        cards.said(_units_words(ctx, found, inside))
        cards.chart(charts.ranking(found, t, lambda key: ctx.model.label(by, key, t), most=SHOWN), "units")
        more = t("nps.breakdown_more", n=SHOWN) if len(found.rows) > SHOWN else ""
        cards.note(("" if t.lang == "zh" else " ").join((more, t("nps.breakdown_how"))).strip())
        cards.table(_table(ctx, found, name), "units_table", t("nps.table"))
    else:
        cards.said(t("nps.breakdown_nothing", dimension=inside))
    _hidden(ctx, found)
    why.popover(ctx, "units", found.measured)


def _offered(chosen: Chosen) -> tuple[str, ...]:
    """Ways to break down, first one in which there is something to compare."""
    narrowed = {name for name, _ in chosen.scope.where}
    several = [n for n in DIMENSIONS_OFFERED if n not in narrowed and len(chosen.contents.values.get(n, ())) > 1]
    return tuple(dict.fromkeys((*several[:1], *DIMENSIONS_OFFERED)))


def _units_words(ctx: Context, found: Breakdown, name: str) -> str:
    t = ctx.t
    sides = {
        v: [ctx.model.label(found.by, r.key, t) for r in found.rows if r.verdict == v] for v in ("higher", "lower")
    }
    if not any(sides.values()):
        tested = any(row.verdict != "too_few" for row in found.rows)
        return t("nps.breakdown_none" if tested else "nps.breakdown_untested", dimension=name)
    comma = "、" if t.lang == "zh" else ", "
    words = {v: comma.join(names[:6]) + (" …" if len(names) > 6 else "") for v, names in sides.items()}
    total = sum(len(names) for names in sides.values())
    none = t("nps.names_none")
    return t("nps.breakdown_some", dimension=name, n=total, **{v: w or none for v, w in words.items()})


def _table(ctx: Context, found: Breakdown, name: str) -> list[dict[str, object]]:
    t, metric = ctx.t, found.measured.metric
    tested = found.total.value is not None
    return [
        {
            name: _unit(ctx, found.by, row.key),
            t(f"metric.{metric.name}"): cards.number(row.estimate, metric, t),
            t("nps.col_low"): cards.amount(row.estimate.low, metric, t),
            t("nps.col_high"): cards.amount(row.estimate.high, metric, t),
            t("nps.base"): row.estimate.n,
        }
        | (
            {
                t("nps.col_rest"): cards.amount(row.rest.diff, metric, t, signed=True),
                t("nps.col_q"): "–" if row.q is None else cards.chance(row.q, t),
                t("nps.against_rest"): t(f"nps.{row.verdict}"),
            }
            if tested
            else {}
        )
        | {t("nps.note"): t("nps.small") if row.estimate.state == "small" else ""}
        for row in found.rows
    ]


def _unit(ctx: Context, by: str, key: str | None) -> str:
    """A unit's name; our own bank is told apart from its peers."""
    name = ctx.model.label(by, key, ctx.t)
    return ctx.t("nps.ours", name=name) if by == "brand" and key == ctx.model.our_brand else name


def _hidden(ctx: Context, found: Breakdown) -> None:
    if found.hidden:
        names = [ctx.model.label(found.by, key, ctx.t) for key in found.hidden]
        listed = ("、" if ctx.t.lang == "zh" else ", ").join(names)
        cards.note(ctx.t("nps.hidden_units", names=listed))


def _brands(ctx: Context, chosen: Chosen) -> None:
    t = ctx.t
    found = ctx.ask(nps.brands, chosen.scope)
    cards.heading(t("nps.brands_title"))
    if not found.rows:
        cards.said(t("nps.brand_none"))
    else:
        cards.chart(charts.ranking(found, t, lambda key: _unit(ctx, "brand", key)), "brands")
        cards.note(t("nps.brands_how"))
        cards.table(_table(ctx, found, t("dimension.brand")), "brands_table", t("nps.table"))
    _hidden(ctx, found)
    why.popover(ctx, "brands", found.measured)
    _next(ctx)


def _voices(ctx: Context, chosen: Chosen) -> None:
    if not ctx.rights.comments:
        return
    t = ctx.t
    cards.heading(t("nps.comments_title"))
    for column, group in zip(st.columns(2, gap="large"), ("detractor", "promoter"), strict=True):
        found = ctx.ask(comments.latest, chosen.scope, group)
        quotes = "".join(
            cards.quote(c.text, t("nps.comment_meta", score=c.score, place=_place(ctx, c), day=t.date(c.day)), group)
            for c in found
        )
        empty = f'<p class="cx-muted">{t("nps.comments_none")}</p>'
        column.html(f'<p class="cx-muted">{t(f"nps.comments_{group}")}</p>{quotes or empty}')


def _place(ctx: Context, comment: comments.Comment) -> str:
    parts = [("touchpoint", comment.touchpoint), ("branch", comment.branch)]
    return " · ".join(ctx.model.label(name, value, ctx.t) for name, value in parts if value) or "–"


def _next(ctx: Context) -> None:
    cards.heading(ctx.t("nps.next_title"))
    with st.container(horizontal=True):
        page.link(ctx, "journey", ctx.t("nps.next_journey"))
        page.link(ctx, "quick_wins", ctx.t("nps.next_quick_win"))


main(page.begin(__file__))
