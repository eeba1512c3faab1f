"""The cross-check in words: values with units, what each side says, and what shows that they go together."""

from __future__ import annotations

from components.page import Context
from cx.insight.crosscheck.shape import Cross, Place, Seen
from cx.measure.agreement import Link, Rank
from cx.measure.lag import Lead


def amount(ctx: Context, metric: str, value: float | None, digits: int = 2, signed: bool = False) -> str:
    """A value of the survey side: satisfaction, share or points."""
    if metric == "top2":
        return ctx.t.percent(value, 1)
    return ctx.t.number(value, digits if metric == "satisfaction" else 0, signed)


def figure(ctx: Context, seen: Seen, value: float | None, least: int = 0) -> str:
    """A value of an indicator with its unit, to at least so many decimals where it is not whole."""
    if value is None:
        return "–"
    unit = ctx.model.unit(seen.indicator.id, ctx.t)
    join = "" if unit in ("%", "") else " "
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    return f"{ctx.t.number(value, max(digits, least if value % 1 else 0))}{join}{unit}"


def name(ctx: Context, place: Place) -> str:
    return ctx.model.label("touchpoint", place.touchpoint, ctx.t)


def joined(ctx: Context, texts: list[str]) -> str:
    """A list within a sentence."""
    return ("、" if ctx.t.lang == "zh" else ", ").join(texts)


def heard(ctx: Context, cross: Cross, place: Place) -> str:
    """The survey side: value, interval, base, difference from the reference and its q; or why there is none."""
    t, side, metric = ctx.t, place.heard, cross.rules.metric
    e = side.estimate
    if e.value is None:
        return t("crosscheck.heard_hidden" if e.state == "hidden" else "crosscheck.heard_none")
    value = t("crosscheck.heard", value=amount(ctx, metric, e.value), reach=amount(ctx, metric, e.plus_minus),
              n=t.number(e.base))  # fmt: skip
    if side.q is None or side.against.diff is None:
        return value + t(f"crosscheck.heard_{side.reason}")
    key = "lower" if side.against.diff < 0 else "higher"
    diff = amount(ctx, metric, abs(side.against.diff))
    against = t(f"crosscheck.than_{cross.rules.against}")
    text = value + t(f"crosscheck.heard_{key}", against=against, diff=diff, q=chance(ctx, side.q))
    return (
        text + t("crosscheck.heard_wide", gap=amount(ctx, metric, cross.rules.least)) if side.reason == "wide" else text
    )


def seen(ctx: Context, side: Seen) -> str:
    """The indicator side: value against its limit or the period before; or why there is none."""
    t = ctx.t
    value, limit = side.estimate.value, side.limit
    digits = next((d for d in range(5) if limit is None or value is None or round(value, d) != round(limit, d)), 4)
    values = {"name": t.pick(side.indicator.name), "value": figure(ctx, side, value, digits)}
    if value is None:
        return t("crosscheck.seen_none", name=values["name"])
    if side.reason == "broken":
        return t("crosscheck.seen_broken", name=values["name"])
    if limit is not None:
        return t(f"crosscheck.seen_{side.signal}", limit=figure(ctx, side, limit), **values)
    if side.moved.diff is None or side.q is None:
        return t("crosscheck.seen_few", **values)
    moved = t.number(side.moved.diff, 2, signed=True)
    return t(f"crosscheck.seen_moved_{side.signal}", moved=moved, q=chance(ctx, side.q), **values)


def over_branches(ctx: Context, side: Seen, cross: Cross, short: bool = False) -> str:
    """What branches show: rank correlation with interval, n and q; or why it was not tested."""
    t, link = ctx.t, side.link
    if side.no_branches or link is None or link.rank is None or link.rank_q is None:
        return t(f"crosscheck.no_branches_{side.no_branches or 'few'}", n=len(side.spread))
    rank = link.rank
    key = f"crosscheck.rank_{'short' if short else _way(rank.r, link.rank_q, cross)}"
    return t(key, n=rank.n, q=chance(ctx, link.rank_q), **_reach(ctx, rank))


def over_time(ctx: Context, side: Seen, cross: Cross, short: bool = False) -> str:
    """What time shows: the best lag with interval, effective n and q; or why it was not tested."""
    t, link = ctx.t, side.link
    lead = link.best if link else None
    if side.no_time or link is None or lead is None:
        return t(f"crosscheck.no_time_{side.no_time or 'periods'}", n=len(side.points))
    q = q_of(link, lead)
    values = {"lag": lagged(ctx, lead.lag, cross.rules.grain), "n": t.number(lead.effective, 1)}
    key = f"crosscheck.lead_{'short' if short else _way(lead.r, q, cross)}"
    return t(key, of=len(side.points), q=chance(ctx, q), **values, **_reach(ctx, lead))


def _way(r: float, q: float | None, cross: Cross) -> str:
    return "noise" if q is None or q > cross.verdict.threshold else "linked" if r > 0 else "against"


def _reach(ctx: Context, found: Rank | Lead) -> dict[str, str]:
    return {name: ctx.t.number(getattr(found, name), 2, signed=True) for name in ("r", "low", "high")}


def lagged(ctx: Context, lag: int, grain: str) -> str:
    """A lag in words."""
    return ctx.t("crosscheck.same_period") if lag == 0 else ctx.t(f"crosscheck.later_{grain}", n=lag)


def q_of(link: Link, lead: Lead) -> float | None:
    """The q of one lag."""
    return dict(zip(link.leads, link.lead_qs, strict=True)).get(lead)


def chance(ctx: Context, value: float | None) -> str:
    """A q in words: three decimals, or below a thousandth."""
    if value is None:
        return "–"
    return ctx.t("crosscheck.tiny") if value < 0.001 else ctx.t.number(value, 3)


def conclusion(ctx: Context, place: Place) -> str:
    """What the cross-check says of a touchpoint, in a word."""
    if place.confirmed:
        return ctx.t("crosscheck.confirmed")
    if place.quadrant == "both" and not any(side.link and side.link.tested for side in place.seen):
        return ctx.t("crosscheck.quadrant_untested")
    if place.quadrant == "unknown":
        return ctx.t("crosscheck.quadrant_unknown") + ctx.t(f"crosscheck.unknown_{missing(place)}")
    return ctx.t(f"crosscheck.quadrant_{place.quadrant}")


def missing(place: Place) -> str:
    """Which side a touchpoint lacks."""
    sides = (place.heard.signal == "unknown", place.sight == "unknown")
    return "both" if all(sides) else "survey" if sides[0] else "indicator"
