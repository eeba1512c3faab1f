"""The answer on top: the theme that pulls recommendation down most, and what the comments are as a whole."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import filters, why
from components.filters import Chosen
from components.page import Context
from components.voices import quote
from cx.insight.voices import Theme, Voices


def draw(ctx: Context, chosen: Chosen, found: Voices) -> None:
    """One sentence with interval and base; then how many wrote, in which mood and languages, and how that moved."""
    t, total = ctx.t, found.negative.total
    st.html(f'<div class="cx-say"><b>{escape(_theme(ctx, found))}</b></div>')
    mix = sorted(found.languages.items(), key=lambda pair: -pair[1])
    languages = ("、" if t.lang == "zh" else ", ").join(
        t("voices.language_share", language=t(f"voices.language_{name}"), share=t.percent(n / found.n))
        for name, n in mix
    )
    facts = t(
        "voices.facts", n=t.number(found.n), people=t.number(total.base), negative=t.percent(total.value),
        low=t.percent(total.low), high=t.percent(total.high),
    ) + (" · " + languages if languages else "")  # fmt: skip
    before = chosen.period.before
    if before is not None and found.change.verdict != "too_few":
        figure = t.number(100 * abs(found.change.diff or 0.0), 1)
        period = filters.period_name(ctx, before)
        facts += " · " + t(f"voices.moved_{found.change.verdict}", **_of(found, figure, period))
    st.html(f'<div class="cx-facts">{escape(facts)}</div>')
    if found.nps is None or found.worst is None:
        why.popover(ctx, "voices_mood", found.negative, total)
    else:
        within = t("why.one_row", by=t("dimension.theme"), name=quote.theme(ctx, found.worst.id))
        why.popover(ctx, "voices_nps", found.nps, found.worst.nps, within=within)


def _of(found: Voices, figure: str, period: str) -> dict[str, str]:
    return {"period": period} if found.change.verdict == "noise" else {"period": period, "diff": figure}


def _theme(ctx: Context, found: Voices) -> str:
    t = ctx.t
    if not found.themes:
        return t("voices.answer_no_theme")
    if found.nps is None:
        return _mood(ctx, found)
    if not (found.worst or found.best):
        return t("voices.answer_none")
    parts = []
    if found.worst:
        parts.append(_down(ctx, found.worst))
    if found.best:
        e, other = found.best.promoters, found.best.detractors
        name = quote.theme(ctx, found.best.id)
        parts.append(t("voices.answer_up", theme=name, share=t.percent(e.value), other=t.percent(other.value)))
    return ("" if t.lang == "zh" else " ").join(parts)


def _down(ctx: Context, theme: Theme) -> str:
    t, e, nps = ctx.t, theme.detractors, theme.nps
    return t(
        "voices.answer_down", theme=quote.theme(ctx, theme.id), k=t.number(e.counts["k"]), n=t.number(e.n),
        share=t.percent(e.value), low=t.percent(e.low), high=t.percent(e.high), other=t.percent(theme.promoters.value),
        nps=t("nps.plus_minus", value=t.number(nps.value), reach=t.number(nps.plus_minus)),
    )  # fmt: skip


def _mood(ctx: Context, found: Voices) -> str:
    """Without one NPS kind: the theme with the most comments in a bad mood."""
    t = ctx.t
    theme = max(found.themes, key=lambda each: (each.negative.low or 0.0) * each.n)
    e = theme.negative
    return t(
        "voices.answer_mood", theme=quote.theme(ctx, theme.id), n=t.number(e.n), k=t.number(e.counts["k"]),
        share=t.percent(e.value), low=t.percent(e.low), high=t.percent(e.high),
    )  # fmt: skip
