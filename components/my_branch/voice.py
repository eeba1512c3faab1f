"""What customers of one branch say, in figures alone: the score, and the themes they write of."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, filters, page, why
from components.page import Context
from components.voices import quote, reading
from cx.insight import overview, voices
from cx.insight.voices import Theme
from cx.measure import periods
from cx.measure.scope import Scope
from cx.store import query

_DAYS = "90d"
_SHOWN = 3


def score(ctx: Context, branch: str, today: dt.date) -> None:
    """The branch's score of the last period that can be shown, with interval and base."""
    t, scope = ctx.t, Scope(ctx.rights).narrowed(branch=branch)
    contents = ctx.ask(query.contents, scope, ())
    if contents.first is None or contents.last is None:
        cards.empty(t("my_branch.empty"), t("my_branch.empty_try"))
        page.link(ctx, "quick_survey")
        return
    period = ctx.ask(overview.shown, scope, contents.first, contents.last, today)
    found = ctx.ask(overview.loop, scope.between(period.start, period.end), period.before)
    where = f"{ctx.model.label('branch', branch, t)} · {filters.period_name(ctx, period)}"
    st.html(f'<div class="cx-facts">{escape(where)}</div>')
    if found.kind is not None:
        st.markdown(f"**{t(f'nps.kind_{found.kind}')}**")
    if found.score is None:
        cards.said(t("my_branch.no_score"))
        return
    before = filters.period_name(ctx, period.before) if period.before else None
    cards.headline(found.score, t, before, t.date(contents.last))
    why.popover(ctx, "headline", found.score.now, found.score.estimate)


def themes(ctx: Context, branch: str) -> None:
    """What is praised and what hurts: only themes that enough people wrote of, never a comment."""
    t, scope = ctx.t, Scope(ctx.rights).narrowed(branch=branch)
    cards.heading(t("my_branch.themes"))
    contents = ctx.ask(query.contents, scope, ())
    period = periods.parse(_DAYS, contents.last) if contents.last else None
    if period is None:
        return
    reading.ready(ctx)
    found = ctx.ask(voices.overview, scope.between(period.start, period.end))
    mostly = [theme for theme in found.themes if 2 * _good(theme) >= theme.n]
    liked = sorted(mostly, key=_good, reverse=True)
    hurts = sorted((theme for theme in found.themes if theme not in mostly), key=lambda theme: -theme.n)
    if not found.themes:
        cards.said(t("my_branch.themes_none"))
        return
    cards.said(t("my_branch.liked", names=_names(ctx, liked[:_SHOWN])))
    cards.said(t("my_branch.hurts", names=_names(ctx, hurts[:_SHOWN])))
    cards.note(t("my_branch.themes_base", n=t.number(found.n), period=filters.period_name(ctx, period)))


def _good(theme: Theme) -> int:
    return round(theme.n * (1 - (theme.negative.value or 0.0)))


def _names(ctx: Context, found: list[Theme]) -> str:
    comma = "、" if ctx.t.lang == "zh" else ", "
    said = [ctx.t("my_branch.theme", name=quote.theme(ctx, theme.id), n=ctx.t.number(theme.n)) for theme in found]
    return comma.join(said) or ctx.t("my_branch.nothing")
