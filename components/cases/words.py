"""A case in words: what it is, where, whose, and how its clocks stand."""

from __future__ import annotations

import datetime as dt
from html import escape
from zoneinfo import ZoneInfo

from components.page import Context
from cx.act.cases import Case, clock, telling
from cx.words import Translator

STYLE = """<style>
.cx-marks { display: flex; flex-wrap: wrap; gap: .3rem .4rem; margin: .15rem 0; }
.cx-mark { border: 1px solid #DEDACF; border-radius: 6px; padding: 0 .5rem; font-size: .88rem; line-height: 1.7;
  color: #4C575B; }
.cx-mark.bad { border-color: #C8553D; color: #A33E26; background: #F6DDD655; font-weight: 600; }
.cx-mark.soon { border-color: #D9A441; color: #7A5A10; background: #F7EDD8; }
.cx-mark.good { border-color: #0E6B66; color: #0E6B66; }
.cx-case strong { font-size: 1.02rem; font-weight: 600; line-height: 1.45; }
</style>"""
HOURS = 4
"""For so long a customer who answered may still be in the branch."""
_SOON = 4.0  # working hours before the end from which a clock stands out
_LONG = dt.timedelta(days=31)  # of what is late for longer, working hours tell nothing more than days
Mark = tuple[str, str]
"""A text and how it is shown: bad, soon, good, plain."""


def now() -> dt.datetime:
    """This minute, UTC without zone: clocks stand still for a minute, so that answers are found again."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, second=0, microsecond=0)


def midnight(ctx: Context, moment: dt.datetime) -> dt.datetime:
    """The end of the bank's day of a moment, UTC without zone."""
    next_day = local(ctx, moment) + dt.timedelta(days=1)
    return next_day.replace(hour=0, minute=0, second=0).astimezone(dt.UTC).replace(tzinfo=None)


def local(ctx: Context, moment: dt.datetime) -> dt.datetime:
    """A UTC moment as the bank's clocks show it."""
    zone = ctx.bench.rules.hours.zone
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone) if zone else None)


def at(ctx: Context, moment: dt.datetime) -> str:
    """A UTC moment as day and time of the bank."""
    here = local(ctx, moment)
    return f"{ctx.t.date(here.date())} {here:%H:%M}"


def ago(ctx: Context, opened_at: dt.datetime, moment: dt.datetime) -> str:
    """How long ago a case was opened."""
    minutes = max(0, int((moment - opened_at).total_seconds() // 60))
    if minutes < 1:
        return ctx.t("cases.just_now")
    if minutes < 60:
        return ctx.t("cases.minutes_ago", n=minutes)
    return ctx.t("cases.since_clock", at=f"{local(ctx, opened_at):%H:%M}")


def title(ctx: Context, case: Case) -> str:
    """What a case is called."""
    return telling.title(case, ctx.bench.rules, ctx.model, ctx.t)


def reasons(ctx: Context, case: Case) -> str:
    """Why it was opened, all reasons in a line."""
    return and_so(ctx.t).join(telling.reason(kind, ctx.bench.rules, ctx.t) for kind in case.kinds or (case.kind,))


def and_so(t: Translator) -> str:
    """What parts the members of a list."""
    return "、" if t.lang == "zh" else ", "


def person(ctx: Context, name: str) -> str:
    """A colleague's name; of what cx did by itself, that."""
    return ctx.t("cases.by_cx") if name == "(cx)" else ctx.bench.accounts.display(name)


def owner(ctx: Context, case: Case) -> str:
    """Whose it is; of nobody's, whose desk it lies on."""
    t = ctx.t
    if case.owner:
        return t("cases.owned", name=person(ctx, case.owner))
    desk = telling.desk(case.desk, ctx.bench.rules, t) if case.desk else ""
    return t("cases.nobody_desk", desk=desk) if desk else t("cases.nobody")


def facts(ctx: Context, case: Case) -> str:
    """Where, since when, whose."""
    t, about = ctx.t, case.about
    pairs = (("branch", about.branch), ("channel", case.channel if not about.branch else None))
    place = [ctx.model.label(name, value, t) for name, value in pairs if value]
    return " · ".join([*(place or [t("cases.whole_bank")]), t("cases.opened_at", at=at(ctx, case.opened_at)),
                       owner(ctx, case)])  # fmt: skip


def marks(ctx: Context, case: Case, moment: dt.datetime) -> tuple[Mark, ...]:
    """State, and how the clocks stand: always in words, colour only beside them."""
    t = ctx.t
    found: list[Mark] = []
    if case.open and case.hot:
        found.append((t("cases.hot" if still_there(case, moment) else "cases.urgent"), "bad"))
    if not case.open:
        found.append((t(f"cases.outcome_{case.outcome}") if case.outcome else t("cases.state_closed"), "plain"))
        if case.timely is not None:
            found.append((t("cases.in_time"), "good") if case.timely else (t("cases.too_late"), "bad"))
    else:
        found.append((t(f"cases.state_{case.state}"), "plain"))
        found += clocks(ctx, case, moment)
        if case.escalated_at:
            found.append((t("cases.escalated"), "soon"))
    if case.reopened:
        found.append((t("cases.reopened_n", n=case.reopened), "plain"))
    if case.again is not None:
        found.append((t("cases.again_score", score=case.again), "good" if case.again > _DETRACTOR else "bad"))
    return tuple(found)


_DETRACTOR = 6


def still_there(case: Case, moment: dt.datetime) -> bool:
    """Whether the customer of a hot case may not have left yet."""
    return case.hot and case.response_id is not None and moment - case.opened_at < dt.timedelta(hours=HOURS)


def clocks(ctx: Context, case: Case, moment: dt.datetime) -> tuple[Mark, ...]:
    """The clocks that run: first contact, closing."""
    found = []
    if case.contacted_at:
        found.append((ctx.t("cases.contacted_at", at=at(ctx, case.contacted_at)), "good"))
    elif case.contact_due:
        found.append(_clock(ctx, "contact", case.contact_due, moment))
    if case.close_due:
        found.append(_clock(ctx, "close", case.close_due, moment))
    return tuple(found)


def _clock(ctx: Context, name: str, due: dt.datetime, moment: dt.datetime) -> Mark:
    if moment - due > _LONG:
        return ctx.t(f"cases.{name}_late", span=ctx.t("cases.span_long", n=ctx.t.number((moment - due).days))), "bad"
    late, hours = clock.left(due, moment, ctx.bench.rules.hours, ctx.model.calendar)
    span = length(ctx, abs(hours))
    if late:
        return ctx.t(f"cases.{name}_late", span=span), "bad"
    return ctx.t(f"cases.{name}_left", span=span), "soon" if hours <= _SOON else "plain"


def length(ctx: Context, hours: float) -> str:
    """Working time in words: minutes, hours or days."""
    t, day = ctx.t, _day(ctx)
    if hours < 1:
        return t("cases.span_minutes", n=t.number(max(1, round(hours * 60))))
    if hours < 2 * day:
        return t("cases.span_hours", n=t.number(round(hours)))
    return t("cases.span_days", n=t.number(round(hours / day)))


def _day(ctx: Context) -> float:
    """Hours of a working day."""
    hours = ctx.bench.rules.hours
    return (hours.end.hour * 60 + hours.end.minute - hours.start.hour * 60 - hours.start.minute) / 60


def marked(found: tuple[Mark, ...]) -> str:
    """Marks as HTML."""
    inside = "".join(f'<span class="cx-mark {how}">{escape(text)}</span>' for text, how in found)
    return f'<div class="cx-marks">{inside}</div>'
