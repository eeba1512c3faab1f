"""Several questions, one thing? Cronbach's alpha of the rating questions that stand together, in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import cards, filters, why
from components.markdown import plain
from components.page import Context
from cx.insight import reliability
from cx.insight.reliability import Reading, Scale
from cx.measure.scope import Scope

MOST = 40  # questions of one scale


def show(ctx: Context, scope: Scope, surveys: Sequence[str]) -> None:
    """One scale of those ``surveys``, chosen in the address: alpha, what it means, and what each question adds.

    Closed until asked for: it looks at every answer to every question of the scale.
    """
    t, asked = ctx.t, "scale" in st.query_params or st.query_params.get(why.PARAMETER) == "scale"
    part = st.expander(
        t("weighting.scales_title"), expanded=asked, key="weighting_scales", on_change="rerun", icon=":material/rule:"
    )  # fmt: skip
    if not part.open:
        return
    with part:
        cards.said(t("weighting.scales_about"))
        there = (survey for survey in ctx.bench.shelf.all() if survey.id in surveys)
        found = {scale.id: scale for scale in reliability.scales_of(there) if len(scale.items) <= MOST}
        if not found:
            cards.empty(t("weighting.scales_none"), t("weighting.scales_none_try"))
            return
        order = sorted(found, key=lambda id: (found[id].partly, -len(found[id].items)))
        chosen = filters.select(
            "scale", order, lambda id: _name(ctx, found[id]), t("weighting.scales_pick"), titled=True
        )  # fmt: skip
        scale = found[chosen]
        _told(ctx, scale, ctx.ask(reliability.read, scope, scale.survey.id, scale.items))


def _name(ctx: Context, scale: Scale) -> str:
    t = ctx.t
    page = t.pick(scale.title) or t("weighting.scale_page", n=scale.page)
    return t("weighting.scale", survey=t.pick(scale.survey.title), page=page)


def _told(ctx: Context, scale: Scale, found: Reading) -> None:
    t, alpha = ctx.t, found.alpha
    if alpha is None or found.verdict is None:
        key = "few_hidden" if found.hidden else "few" if found.n < reliability.LEAST else "same_answers"
        cards.said(t(f"weighting.{key}", n=t.number(found.n), small=reliability.LEAST))
        return
    labels = [t.pick(label) for label in scale.labels]
    numbers = {"raw": t.number(alpha.raw, 2), "low": t.number(alpha.low, 2), "high": t.number(alpha.high, 2)}
    said = [t("weighting.alpha", n=t.number(found.n), verdict=t(f"weighting.alpha_{found.verdict}"), **numbers)]
    if found.turned:
        names = ("、" if t.lang == "zh" else ", ").join(labels[place] for place in found.turned)
        said.append(t("weighting.alpha_turned", items=names))
    elif found.better:
        place, without = found.better
        said.append(t("weighting.alpha_better", item=labels[place], raw=t.number(without, 2)))
    cards.said(("" if t.lang == "zh" else " ").join(said))
    rows = [
        {
            t("weighting.col_item"): label,
            t("weighting.col_rest"): "–" if item.rest is None else t.number(item.rest, 2),
            t("weighting.col_dropped"): "–" if item.dropped is None else t.number(item.dropped, 2),
        }
        for label, item in zip(labels, alpha.items, strict=True)
    ]
    cards.words_table(rows, plain(t("weighting.scales_title")))
    notes = [t("weighting.alpha_complete", n=t.number(found.n), left=t.number(found.partial))]
    if alpha.standardised is not None:
        std, r = t.number(alpha.standardised, 2), t.number(alpha.correlation, 2)
        notes.append(t("weighting.alpha_std", std=std, r=r))
    cards.note(("" if t.lang == "zh" else " ").join(notes))
    why.popover(ctx, "scale", found.measured)
