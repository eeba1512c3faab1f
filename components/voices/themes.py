"""Themes: who mentions what and recommends us or not; one theme over time with what was said."""

from __future__ import annotations

import streamlit as st

from components import cards, filters
from components.filters import Chosen
from components.page import Context
from components.voices import listing, quote
from cx.insight import voices
from cx.insight.voices import Theme, Voices
from cx.measure.statistics import Estimate
from cx.output.charts import voices as charts
from cx.store import voices as store
from cx.store.voices import Wanted

_CHARTED = 16
_VERDICTS = ("lower", "higher")


def draw(ctx: Context, chosen: Chosen, found: Voices) -> None:
    """Chart and table of all themes, then one of them."""
    t = ctx.t
    if not found.themes:
        return
    cards.heading(t("voices.scores_title"))
    if found.nps is None:
        cards.said(t("voices.all_kinds"))
    else:
        _scores(ctx, chosen, found)
        rows = [_scored(ctx, theme) for theme in found.themes]
        cards.table(rows, "voices_themes", t("voices.scores_title"))
    cards.heading(t("voices.often_title"))
    cards.said(_often(ctx, found))
    cards.table([_mentioned(ctx, theme) for theme in found.themes], "voices_often", t("voices.often_title"))
    if found.hidden:
        cards.note(t("voices.hidden_themes", names=_names(ctx, found.hidden)))
    _one(ctx, chosen, found)


def _scores(ctx: Context, chosen: Chosen, found: Voices) -> None:
    t = ctx.t
    shown = sorted((theme for theme in found.themes if theme.nps.value is not None), key=lambda e: e.nps.value or 0.0)
    if len(shown) > _CHARTED:  # those that most comments speak of
        kept = {theme.id for theme in sorted(shown, key=lambda theme: -theme.n)[:_CHARTED]}
        shown = [theme for theme in shown if theme.id in kept]
    apart = {verdict: [theme.id for theme in shown if theme.verdict == verdict] for verdict in _VERDICTS}
    told = [t(f"voices.scores_{v}", **{v: _names(ctx, ids[:5])}) for v, ids in apart.items() if ids]
    cards.said(("" if t.lang == "zh" else " ").join(told) or t("voices.scores_none"))
    whole = ctx.ask(voices.everyone, chosen.scope)
    cards.chart(charts.scores(shown, whole.total.value, t, lambda id: quote.theme(ctx, id)), "voices_scores")
    cards.note(t("voices.scores_how"))
    sided = ctx.ask(store.one_sided, chosen.scope)
    if sided:
        asked = ("；" if t.lang == "zh" else "; ").join(quote.asked(ctx, survey, q) for survey, q, _ in sided[:4])
        cards.note(t("voices.one_sided", n=t.number(sum(n for *_, n in sided)), questions=asked))


def _names(ctx: Context, ids: tuple[str, ...] | list[str]) -> str:
    return ("、" if ctx.t.lang == "zh" else ", ").join(quote.theme(ctx, id) for id in ids)


def _often(ctx: Context, found: Voices) -> str:
    """What is mentioned most, and about what the mood is worst."""
    t = ctx.t
    most = max(found.themes, key=lambda theme: theme.n)
    worst = max(found.themes, key=lambda theme: theme.negative.low or 0.0)
    told = t("voices.often_most", theme=quote.theme(ctx, most.id), n=t.number(most.share.n), **_share(ctx, most.share))
    if worst.negative.value is None:
        return told
    bad = t("voices.often_worst", theme=quote.theme(ctx, worst.id), n=t.number(worst.n), **_share(ctx, worst.negative))
    return told + ("" if t.lang == "zh" else " ") + bad


def _share(ctx: Context, e: Estimate) -> dict[str, str]:
    return {"share": ctx.t.percent(e.value), "low": ctx.t.percent(e.low), "high": ctx.t.percent(e.high)}


def _mentioned(ctx: Context, theme: Theme) -> dict[str, object]:
    t = ctx.t
    reached = (("voices.col_share", theme.share), ("voices.col_negative", theme.negative))
    return {
        t("voices.theme"): quote.theme(ctx, theme.id),
        t("voices.comments"): theme.n,
        **{t(key): t("nps.plus_minus", value=t.percent(e.value, 1), reach=t.percent(e.plus_minus, 1))
           for key, e in reached},
        t("voices.col_moved"): _moved(ctx, theme),
    }  # fmt: skip


def _scored(ctx: Context, theme: Theme) -> dict[str, object]:
    t, e = ctx.t, theme.nps
    return {
        t("voices.theme"): quote.theme(ctx, theme.id),
        t("voices.comments"): theme.n,
        t("voices.col_nps"): _points(ctx, e),
        t("voices.col_diff"): t.number(theme.rest.diff, 0, signed=True),
        t("voices.col_q"): cards.chance(theme.q, t),
        t("nps.against_rest"): t(f"voices.verdict_{theme.verdict}"),
        t("voices.col_detractors"): t.percent(theme.detractors.value, 1),
        t("voices.col_promoters"): t.percent(theme.promoters.value, 1),
        t("voices.col_pull"): t.number(theme.pull, 1, signed=True) if e.value is not None else "–",
    }  # fmt: skip


def _points(ctx: Context, e: Estimate) -> str:
    if e.value is None:
        return "–"
    return ctx.t("nps.plus_minus", value=ctx.t.number(e.value), reach=ctx.t.number(e.plus_minus))


def _moved(ctx: Context, theme: Theme) -> str:
    verdict = "few" if theme.moved.verdict == "too_few" else theme.moved.verdict
    figure = {"diff": ctx.t.number(100 * abs(theme.moved.diff or 0.0), 1)} if verdict in ("up", "down") else {}
    return ctx.t(f"voices.moved_cell_{verdict}", **figure)


@st.fragment
def _one(ctx: Context, chosen: Chosen, found: Voices) -> None:
    """One theme: its share over time, and the latest comments about it."""
    t = ctx.t
    first = [found.worst.id] if found.worst else []
    offered = tuple(dict.fromkeys((*first, *(theme.id for theme in found.themes))))
    id = filters.chosen_of("theme", offered)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("voices.theme_title", theme=quote.theme(ctx, id)), width="content")
        filters.select("theme", offered, lambda one: quote.theme(ctx, one), t("voices.theme"), width=220)
    theme = next(theme for theme in found.themes if theme.id == id)
    cards.said(_told(ctx, chosen, theme))
    grain = "month"
    points = ctx.ask(voices.trend, chosen.scope, id, chosen.last, chosen.today, grain)
    if sum(point.estimate.value is None for point in points) * 2 > len(points):  # few wrote: longer periods
        grain = "quarter"
        points = ctx.ask(voices.trend, chosen.scope, id, chosen.last, chosen.today, grain)
    cards.chart(charts.mentions(points, t, grain), "voices_mentions")
    listing.draw(ctx, chosen.scope, Wanted(theme=id), "theme", lambda n: t("voices.said_latest", n=t.number(n)), 3)


def _told(ctx: Context, chosen: Chosen, theme: Theme) -> str:
    t, e = ctx.t, theme.share
    text = t("voices.mentions_now", share=t.percent(e.value, 1), low=t.percent(e.low, 1), high=t.percent(e.high, 1))
    verdict, before = theme.moved.verdict, chosen.period.before
    if before is None:
        return text
    period = filters.period_name(ctx, before)
    if verdict == "too_few":
        more = t("voices.mentions_few")
    elif verdict == "noise":
        more = t("voices.mentions_noise", period=period)
    else:
        more = t(f"voices.mentions_{verdict}", period=period, diff=t.number(100 * abs(theme.moved.diff or 0.0), 1))
    return text + ("" if t.lang == "zh" else " ") + more
