"""Feelings: which are in the words, how strong, and the strongest comments."""

from __future__ import annotations

from components import cards, filters
from components.filters import Chosen
from components.page import Context
from components.voices import listing
from cx.measure.statistics import share
from cx.output.charts import voices as charts
from cx.store import voices as store
from cx.store.voices import Wanted

_BAD = ("anger", "anxiety", "disappointment", "sadness")


def draw(ctx: Context, chosen: Chosen) -> None:
    """Feelings by frequency, strength in a sentence, the strongest comments."""
    t = ctx.t
    cards.heading(t("voices.feelings_title"))
    found = ctx.ask(store.named, chosen.scope, "emotions")
    by_mood = ctx.ask(store.strength, chosen.scope)
    n = sum(count for count, _ in by_mood.values())
    if found:
        first = next(iter(found))
        e = share(found[first], n)
        ends = {"share": t.percent(e.value), "low": t.percent(e.low), "high": t.percent(e.high)}
        name = t(f"voices.emotion_{first}")
        cards.said(t("voices.feelings_some", emotion=name, n=t.number(found[first]), all=t.number(n), **ends))
        cards.chart(charts.feelings(found, n, _BAD, t), "voices_feelings")
        cards.note(t("voices.feelings_how"))
    else:
        cards.said(t("voices.feelings_none"))
    cards.heading(t("voices.strength_title"))
    negative, strong = by_mood.get(-1, (0, 0))
    if negative:
        e = share(strong, negative)
        cards.said(t("voices.strength", n=t.number(negative), k=t.number(strong), share=t.percent(e.value),
                     low=t.percent(e.low), high=t.percent(e.high)))  # fmt: skip
    listing.draw(ctx, chosen.scope, Wanted(mood=-1 if negative else None, order="strongest"), "strongest")


def alerts(ctx: Context, chosen: Chosen) -> None:
    """Comments that hold words of risk, newest first; then moments beyond what was expected."""
    t = ctx.t
    cards.heading(t("voices.risks_title"))
    _risks(ctx, chosen)
    cards.heading(t("voices.wow_title"))
    wanted = Wanted(wow=True)
    if not ctx.ask(store.said, chosen.scope, wanted, 6).n:
        cards.said(t("voices.wow_none"))
    listing.draw(ctx, chosen.scope, wanted, "wow", lambda n: t("voices.wow_some", n=t.number(n)))


def _risks(ctx: Context, chosen: Chosen) -> None:
    t = ctx.t
    found = ctx.ask(store.named, chosen.scope, "risks")
    if not found:
        cards.said(t("voices.risks_none"))
        return
    comma = "、" if t.lang == "zh" else ", "
    listed = comma.join(f"{t(f'voices.risk_{risk}')} {t.number(n)}" for risk, n in found.items())
    total = ctx.ask(store.said, chosen.scope, Wanted(risk="*"), 0).n
    cards.said(t("voices.risks_some", n=t.number(total), risks=listed))
    options = ("any", *found)
    risk = filters.pick("risk", options, lambda one: t(f"voices.risk_{one}"), t("voices.risks_title"))
    listing.draw(ctx, chosen.scope, Wanted(risk="*" if risk == "any" else risk), "risks")
    cards.note(t("voices.risks_how"))
