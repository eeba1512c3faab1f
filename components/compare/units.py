"""Who really differs: the answer in a sentence, the funnel, ranks as intervals, the table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components import breaks, cards, filters, page, why
from components.compare.parts import amounts, choose, competitive, listed, names, people
from components.filters import Chosen
from components.page import Context
from cx.insight import breaks as meaning
from cx.insight.compare.units import BY, Unit, Units, units
from cx.measure.funnel import ENOUGH, OUTER, WARNING
from cx.output.charts import compare as charts

ROW = ("region", "branch", "channel")
MORE = ("business_line", "segment", "product", "survey_id", "touchpoint", "stage", "survey_version", "mode", "lang")


def show(ctx: Context, offered: Sequence[str]) -> None:
    """The view: filters, then who differs by one dimension."""
    chosen = choose(ctx, offered, ROW, MORE)
    if chosen is None:
        page.empty(ctx, "compare.empty", "quick_survey", "uploads")
    if not competitive(ctx, chosen):
        _differ(ctx, chosen, filters.chosen_of("metric", offered))


@st.fragment
def _differ(ctx: Context, chosen: Chosen, metric: str) -> None:
    t = ctx.t
    several = [n for n in BY if len(chosen.contents.values.get(n, ())) > 1 and n not in dict(chosen.scope.where)]
    ways = tuple(dict.fromkeys((*several[:1], *BY)))
    by = filters.chosen_of("by", ways)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("compare.differ_title", dimension=_inside(ctx, by)), width="content")
        filters.select("by", ways, lambda d: t(f"dimension.{d}"), t("nps.breakdown_by"), width=200)
    found = ctx.ask(units, chosen.scope, by, metric)
    if found.funnel is None:
        _nothing(ctx, found, by)
        return
    label, say = names(ctx, found.by), amounts(ctx, found.measured.metric)
    first, *more = _answer(ctx, found, by)
    st.html(f'<div class="cx-say">{escape(first)}</div><div class="cx-facts">{"<br>".join(map(escape, more))}</div>')
    breaks.note(ctx, ctx.ask(meaning.within, chosen.scope, "month", metric))
    funnel = charts.funnel(found, t, label, say)
    if funnel:
        cards.chart(funnel, "funnel")
    cards.note(_how(ctx, found, by))
    why.popover(ctx, "funnel", found.measured)
    _ranks(ctx, found, by)
    cards.table(_table(ctx, found, by), "units_table", t("nps.table"))
    _hidden(ctx, found)
    _next(ctx, found, by)


def _inside(ctx: Context, by: str) -> str:
    name = ctx.t(f"dimension.{by}")
    return name.lower() if ctx.t.lang == "en" else name


def _nothing(ctx: Context, found: Units, by: str) -> None:
    own = by == "branch" and ctx.rights.branches is not None
    cure = ctx.t("compare.nothing_own" if own else "compare.nothing_try")
    cards.empty(ctx.t("compare.nothing", dimension=_inside(ctx, by)), cure)
    _hidden(ctx, found)


def _answer(ctx: Context, found: Units, by: str) -> list[str]:
    """Who is outside the outer limits, who between the two and how many would be by chance, and the value of all."""
    t, label, say = ctx.t, names(ctx, found.by), amounts(ctx, found.measured.metric)
    count, dimension = len(found.units), _inside(ctx, by)
    sure = {side: found.at(f"{side}_outer") for side in ("above", "below")}  # type: ignore[arg-type]
    between = found.at("above", "below")
    total = sum(len(some) for some in sure.values())
    parts = [
        t(f"compare.sure_{side}", n=len(some), names=listed(ctx, [label(unit.key) for unit in some]))
        for side, some in sure.items()
        if some
    ]
    joined = ("；" if t.lang == "zh" else "; ").join(parts)
    if total:
        first = t("compare.answer_some", n=total, count=count, dimension=dimension, sides=joined)
    else:
        first = t("compare.answer_none", count=count, dimension=dimension)
    words = [first]
    if between:
        chance = t.number(count * (OUTER - WARNING), 1)
        called = listed(ctx, [label(unit.key) for unit in between])
        words.append(t("compare.answer_between", n=len(between), names=called, count=count, chance=chance))
    e = found.total
    reach = t("nps.plus_minus", value=say(e.value), reach=say(e.plus_minus))
    words.append(t("compare.answer_whole", value=reach, n=t.number(e.base)))
    return words


def _how(ctx: Context, found: Units, by: str) -> str:
    t = ctx.t
    assert found.funnel is not None
    between, dimension = found.funnel.between, _inside(ctx, by)
    if between is None:
        spread = t("compare.spread_unknown", enough=ENOUGH)
    elif between == 0:
        spread = t("compare.spread_none", dimension=dimension)
    else:
        spread = t("compare.spread_some", dimension=dimension, value=amounts(ctx, found.measured.metric)(between))
    said = (t("compare.funnel_how"), spread, people(ctx, found.total))
    return ("" if t.lang == "zh" else " ").join(filter(None, said))


def _ranks(ctx: Context, found: Units, by: str) -> None:
    t, label, say = ctx.t, names(ctx, found.by), amounts(ctx, found.measured.metric)
    cards.heading(t("compare.ranks_title"))
    count, apart = len(found.units), found.apart
    key = "compare.ranks_answer" if apart else "compare.ranks_none"
    words = t(key, n=len(apart), count=count, dimension=_inside(ctx, by))
    best = found.units[0]
    first, last = best.shrunk.first, best.shrunk.last
    if first < last:
        words += t("compare.ranks_best", name=label(best.key), first=first, last=last)
    cards.said(words)
    drawn = charts.ranks(found, t, label, say)
    if drawn:
        cards.chart(drawn, "ranks")
    more = t("compare.ranks_more", n=charts.MOST_RANKS) if count > charts.MOST_RANKS else ""
    cards.note(("" if t.lang == "zh" else " ").join((more, t("compare.ranks_how"))).strip())


def _table(ctx: Context, found: Units, by: str) -> list[dict[str, object]]:
    t, metric = ctx.t, found.measured.metric
    label, say = names(ctx, found.by), amounts(ctx, metric)
    return [
        {
            t(f"dimension.{by}"): label(unit.key),
            t(f"metric.{metric.name}"): say(unit.estimate.value),
            t("nps.col_low"): say(unit.estimate.low),
            t("nps.col_high"): say(unit.estimate.high),
            t("nps.base"): unit.estimate.base,
            t("compare.col_side"): t(f"compare.side_{unit.side}"),
            t("compare.col_score"): charts.score(unit, t, say),
            t("compare.col_ranks"): t("compare.ranks", first=unit.shrunk.first, last=unit.shrunk.last),
            t("nps.note"): t("nps.small") if unit.estimate.state == "small" else "",
        }
        for unit in found.units
    ]


def _hidden(ctx: Context, found: Units) -> None:
    if found.hidden:
        label = names(ctx, found.by)
        cards.note(ctx.t("nps.hidden_units", names=listed(ctx, [label(key) for key in found.hidden])))


def _next(ctx: Context, found: Units, by: str) -> None:
    """What to do about the one that is lowest beyond doubt, or look elsewhere."""
    t = ctx.t
    cards.heading(t("nps.next_title"))
    worse = "below_outer" if found.measured.metric.better == "higher" else "above_outer"
    worst: Unit | None = next(reversed(found.at(worse)), None)  # type: ignore[arg-type]
    with st.container(horizontal=True):
        if worst is not None and by in ("branch", "region", "channel") and worst.key[0] is not None:
            name = names(ctx, found.by)(worst.key)
            page.link(ctx, "journey", t("compare.next_journey", name=name), {by: str(worst.key[0])})
        if worst is not None and by == "touchpoint":
            name, point = names(ctx, found.by)(worst.key), str(worst.key[0])
            page.link(ctx, "quick_wins", t("journey.plan_for", name=name), {"touchpoint": point})
        else:
            page.link(ctx, "quick_wins", t("nps.next_quick_win"))
