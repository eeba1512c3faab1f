"""The satisfied who do not recommend: definition, size, who they are, what separates them, what they say, what next."""

from __future__ import annotations

from typing import cast

import streamlit as st

from components import cards, filters, page, why
from components.page import Context
from cx.insight import groups
from cx.insight.groups import Reluctant
from cx.measure.scope import Scope
from cx.output.charts import groups as charts
from cx.store import profiles
from cx.store.profiles import BOXES, LIMITS, Box

SHOWN = 12


def definition(ctx: Context) -> tuple[Box, int]:
    """What counts as satisfied and as not recommending, in the address."""
    t = ctx.t
    limits = tuple(map(str, LIMITS))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="cx-muted">{t("groups.satisfied_is")}</span>', width="content")
        box = filters.pick("box", BOXES, lambda b: t(f"groups.box_{b}"), t("groups.satisfied_is"))
        st.html(f'<span class="cx-muted">{t("groups.reluctant_is")}</span>', width="content")
        limit = filters.pick("limit", limits, lambda n: t("groups.at_most", n=n), t("groups.reluctant_is"))
    return cast(Box, box), int(limit)


def answer(ctx: Context, scope: Scope, box: Box, limit: int) -> Reluctant | None:
    """How many they are, in a sentence; None where there is nothing to tell."""
    t = ctx.t
    found = ctx.ask(groups.reluctant, scope, box, limit)
    size = found.size
    if size.value is None:
        cards.empty(t(f"groups.none_{size.state}"), t(f"groups.none_{size.state}_try"))
        return None
    facts = {"share": t.percent(size.value), "low": t.percent(size.low), "high": t.percent(size.high)}
    more = [part for part in found.parts if part.more]
    text = t(
        "groups.answer", n=t.number(size.n), k=t.number(size.counts["k"]), of_all=t.percent(found.of_all.value), **facts
    )
    if more:
        text += t("groups.answer_who", names=_listed(ctx, [_name(ctx, p.by, p.key) for p in more[:3]]))
    if real := [one for one in found.apart if one.real]:
        names = _listed(ctx, [ctx.model.label("touchpoint", one.sides.touchpoint, t) for one in real[:3]])
        text += t("groups.answer_apart", names=names)
    cards.said(text)
    cards.note(t("groups.facts", low=facts["low"], high=facts["high"], n=t.number(size.n))
               + (t("groups.small") if size.state == "small" else ""))  # fmt: skip
    why.popover(ctx, "reluctant", found.measured, size)
    return found


def who(ctx: Context, found: Reluctant) -> None:
    """Which segments, channels, branches and products have more of them."""
    t = ctx.t
    if not found.parts:
        return
    cards.heading(t("groups.who_title"))
    more = [part for part in found.parts if part.more]
    lines = [
        t("groups.who_line", name=_name(ctx, p.by, p.key), share=t.percent(p.estimate.value),
          diff=t.number(100 * (p.rest.diff or 0)), share_of=t.percent(p.share_of))
        for p in more[:5]
    ]  # fmt: skip
    cards.said(
        ("；" if t.lang == "zh" else "; ").join(lines) + ("。" if t.lang == "zh" else ".")
        if lines
        else t("groups.who_none")
    )
    shown = sorted(sorted(found.parts, key=lambda p: p.q)[:SHOWN], key=lambda p: -(p.estimate.value or 0))
    cards.chart(charts.who(shown, found.size, t, lambda by, key: _name(ctx, by, key)), "who")
    cards.note(t("groups.who_how", n=len(found.parts)))
    cards.table([_row(ctx, part) for part in found.parts], "who_table", t("groups.who_title"))


def _row(ctx: Context, part: groups.Part) -> dict[str, object]:
    t = ctx.t
    said = "groups.part_more" if part.more else "groups.part_less" if part.q < 0.05 else "groups.part_same"
    return {
        t("groups.part"): _name(ctx, part.by, part.key),
        t("groups.share_interval"): t("groups.share_range", share=t.percent(part.estimate.value),
                             low=t.percent(part.estimate.low), high=t.percent(part.estimate.high)),
        t("groups.satisfied_n"): part.estimate.n, t("groups.share_of"): t.percent(part.share_of),
        t("nps.col_q"): cards.chance(part.q, t), t("groups.verdict"): t(said),
        t("nps.note"): t("groups.small_base") if part.estimate.state == "small" else "",
    }  # fmt: skip


def apart(ctx: Context, found: Reluctant) -> None:
    """What they rate lower than satisfied promoters do."""
    t = ctx.t
    cards.heading(t("groups.apart_title"))
    if not found.apart:
        cards.said(t("groups.apart_no_data"))
        return

    def name(touchpoint: str) -> str:
        return ctx.model.label("touchpoint", touchpoint, t)

    first = found.apart[0]
    real = [one for one in found.apart if one.real]
    if real:
        values = {"lower": t.number(first.sides.reluctant.value, 2), "upper": t.number(first.sides.promoters.value, 2)}
        names = _listed(ctx, [name(one.sides.touchpoint) for one in real])
        first_name = name(first.sides.touchpoint)
        cards.said(t("groups.apart_said", name=first_name, names=names, n=len(real), tried=len(found.apart), **values))
    else:
        cards.said(t("groups.apart_none", tried=len(found.apart)))
    cards.chart(charts.apart(found.apart[:SHOWN], t, name), "apart")
    cards.note(t("groups.apart_note"))


def voices(ctx: Context, scope: Scope, box: Box, limit: int) -> None:
    """What they say themselves."""
    if not ctx.rights.comments:
        return
    t = ctx.t
    found = ctx.ask(profiles.voices, scope, box, limit)
    cards.heading(t("groups.voices_title"))
    quotes = [
        cards.quote(c.text, t("nps.comment_meta", score=c.score, day=t.date(c.day),
                              place=ctx.model.label("branch", c.branch, t) if c.branch else "–"), "detractor")
        for c in found
    ]  # fmt: skip
    st.html("".join(quotes) or f'<p class="cx-muted">{t("nps.comments_none")}</p>')


def next_steps(ctx: Context, found: Reluctant | None) -> None:
    """Where to go from here."""
    t = ctx.t
    cards.heading(t("nps.next_title"))
    real = [one for one in found.apart if one.real] if found else []
    if real:
        cards.said(t("groups.next_said", name=ctx.model.label("touchpoint", real[0].sides.touchpoint, t)))
    with st.container(horizontal=True):
        page.link(ctx, "quick_wins", t("nps.next_quick_win"))
        page.link(ctx, "journey", t("nps.next_journey"))
        page.link(ctx, "personas")


def _name(ctx: Context, by: str, key: str) -> str:
    t = ctx.t
    return t("groups.part_name", dimension=t(f"dimension.{by}"), name=ctx.model.label(by, key, t))


def _listed(ctx: Context, names: list[str]) -> str:
    return ("、" if ctx.t.lang == "zh" else ", ").join(names)
