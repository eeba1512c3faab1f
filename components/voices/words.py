"""Words: which separate detractors from promoters, and which come up."""

from __future__ import annotations

from components import cards, filters
from components.filters import Chosen
from components.page import Context
from cx.insight import voices_words
from cx.insight.voices_words import Rising
from cx.output.charts import voices as charts

_TOLD = 5


def draw(ctx: Context, chosen: Chosen) -> None:
    """What is new first, then what separates."""
    _rising(ctx, chosen)
    _separating(ctx, chosen)


def _rising(ctx: Context, chosen: Chosen) -> None:
    t, before = ctx.t, chosen.period.before
    cards.heading(t("voices.rising_title"))
    if before is None:
        cards.said(t("voices.rising_no_before"))
        return
    found = ctx.ask(voices_words.rising, chosen.scope, before)
    period = filters.period_name(ctx, before)
    if not found:
        cards.said(t("voices.rising_none", period=period))
        return
    told = ("；" if t.lang == "zh" else "; ").join(_place(ctx, each) for each in found[:_TOLD])
    cards.said(t("voices.rising_some", period=period, terms=told))
    cards.chart(charts.rising(found, t), "voices_rising")
    cards.note(t("voices.rising_how"))


def _place(ctx: Context, each: Rising) -> str:
    t = ctx.t
    if each.place is None:
        return f"“{each.term}”"
    by, id, n = each.place
    place = ctx.model.label(by, id, t)
    return t("voices.rising_place", term=each.term, place=place, n=t.number(n), all=t.number(each.n))


def _separating(ctx: Context, chosen: Chosen) -> None:
    t = ctx.t
    cards.heading(t("voices.separating_title"))
    found = ctx.ask(voices_words.separating, chosen.scope)
    if not any(found.n):
        cards.said(t("voices.separating_few"))
        return
    if not (found.down or found.up):
        cards.said(t("voices.separating_none", a=t.number(found.n[0]), b=t.number(found.n[1])))
        return
    comma, none = ("、" if t.lang == "zh" else ", "), t("voices.names_none")
    down, up = (comma.join(shift.term for shift in side[:_TOLD]) or none for side in (found.down, found.up))
    cards.said(t("voices.separating_some", down=down, up=up))
    cards.chart(charts.separating(found.down, found.up, t), "voices_separating")
    cards.note(t("voices.separating_how"))
