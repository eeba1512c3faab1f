"""How alike branches and channels are."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components import cards, filters, why
from components.page import Context
from cx.insight import groups
from cx.insight.groups import UNITS, Alike
from cx.measure.scope import Scope
from cx.output.charts import groups as charts

METRICS = ("nps", "satisfaction")
_SHOWN = 5


def alike(ctx: Context, scope: Scope) -> None:
    """How alike branches and channels are, and which touchpoints differ most from one to the next."""
    t = ctx.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("groups.alike_title"), width="content")
        metric = filters.pick("alike", METRICS, lambda m: t(f"metric.{m}"), t("groups.alike_title"))
    narrowed = {name for name, _ in scope.where}
    sides = [ctx.ask(groups.alike, scope, _unit(by), metric) for by in UNITS if by not in narrowed]
    for one in sides:
        cards.said(_words(ctx, one))
        if one.spread is not None:
            why.popover(ctx, f"alike_{one.by}", one.measured)
    drawn = charts.alike(sides, t, lambda by, key: ctx.model.label(by, key, t))
    if drawn is not None:
        cards.chart(drawn, "alike")
        cards.note(t("groups.alike_how"))
    _uneven(ctx, scope, narrowed)


def _unit(by: str) -> Literal["branch", "channel"]:
    return "branch" if by == "branch" else "channel"


def _words(ctx: Context, one: Alike) -> str:
    t, found = ctx.t, one.spread
    unit = t(f"groups.units_{one.by}")
    if found is None:
        return t("groups.alike_few", units=unit)
    digits, scale = (0, 1) if one.metric == "nps" else (2, 1)
    values = {
        "apart": t.number(found.apart * scale, digits + (one.metric == "nps")), "index": t.number(one.index),
        "between": t.number(found.between, digits + 1), "low": t.number(found.low, digits + 1),
        "high": t.number(found.high, digits + 1), "n": found.units,
    }  # fmt: skip
    return t(
        "groups.alike_said" if found.real else "groups.alike_noise",
        units=unit,
        metric=t(f"groups.of_{one.metric}"),
        **values,
    )


def _uneven(ctx: Context, scope: Scope, narrowed: set[str]) -> None:
    t = ctx.t
    for by in UNITS:
        found = ctx.ask(groups.uneven, scope, _unit(by)) if by not in narrowed else ()
        if not found:
            continue
        names = [
            t(
                "groups.uneven_one",
                name=ctx.model.label("touchpoint", one.touchpoint, t),
                apart=t.number(one.spread.apart, 2),
            )
            for one in found[:_SHOWN]
        ]
        cards.said(
            t("groups.uneven", units=t(f"groups.units_{by}"), names=("、" if t.lang == "zh" else ", ").join(names))
        )
