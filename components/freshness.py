"""How fresh an indicator is, to be put beside its number: "as of Sep 2026 (T+1, 21 days late)"."""

from __future__ import annotations

import datetime as dt
from html import escape

from components.page import Context
from cx.insight import freshness
from cx.insight.freshness import Standing
from cx.measure.scope import Scope

CSS = """<style>
.cx-fresh { display: inline-block; border: 1px solid #DEDACF; color: #5C676B; border-radius: 6px; font-size: .8rem;
  padding: 0 .45rem; line-height: 1.6; }
.cx-fresh.late, .cx-fresh.missing { border-color: #C8553D; color: #A83F28; }
</style>"""


def standing(ctx: Context, indicator: str) -> Standing | None:
    """An indicator's standing today, as far as the user may see; None for one that the dictionary does not have."""
    return ctx.ask(freshness.all, Scope(ctx.rights), ctx.model, dt.date.today()).get(indicator)


def text(ctx: Context, indicator: str) -> str:
    """The badge's words; empty for an indicator that the dictionary does not have."""
    found = standing(ctx, indicator)
    return words(ctx, found) if found is not None else ""


def badge(ctx: Context, indicator: str) -> str:
    """The badge as HTML; :data:`CSS` must be on the page."""
    found = standing(ctx, indicator)
    return f'<span class="cx-fresh {found.state}">{escape(words(ctx, found))}</span>' if found is not None else ""


def words(ctx: Context, found: Standing) -> str:
    """A standing in words."""
    t = ctx.t
    if found.as_of is None:
        return t("sources.badge_missing")
    as_of = t.period(found.as_of, found.grain)
    said = agreed(ctx, found)
    if found.state == "untold":
        return t("sources.badge_unread" if said else "sources.badge_untold", as_of=as_of, refresh=said)
    return t(f"sources.badge_{found.state}", as_of=as_of, refresh=said, days=t.number(found.days))


def agreed(ctx: Context, found: Standing) -> str:
    """When a period's value is due, shortly: ``T+5``; as the dictionary writes it where that is not understood."""
    t, rule = ctx.t, found.refresh
    if rule is None:
        return found.indicator.refresh
    if rule.weekday is not None:
        return t(f"sources.weekday_{rule.weekday}")
    return t("sources.days_working" if rule.working else "sources.days", n=rule.days)
