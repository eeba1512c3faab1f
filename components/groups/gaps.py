"""What customers expected, or called important, beside what they found."""

from __future__ import annotations

import streamlit as st

from components import cards
from components.page import Context
from components.voices.quote import asked, survey
from cx.insight import groups
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE
from cx.store.profiles import Pair


def show(ctx: Context, scope: Scope) -> None:
    """The sentence, the table, how to read it; how to ask for it where nobody did."""
    t = ctx.t
    cards.heading(t("groups.gap_title"))
    found = ctx.ask(groups.gaps, scope)
    if not found:
        cards.said(t("groups.gap_none"))
        with st.expander(t("groups.gap_how_title"), icon=":material/help:"):
            st.markdown(t("groups.gap_how"))
            st.code(t("groups.gap_example"), language="yaml")
        return
    for kind in ("expectation", "importance"):
        own = [(pair, q) for pair, q in found if pair.kind == kind]
        if own:
            cards.said(_said(ctx, *own[0]))
    rows = [_row(ctx, one, q) for one, q in found]
    cards.words_table(rows, t("groups.gap_title"), t("groups.gap_expectation_short"))
    cards.note(t("groups.gap_note"))


def _said(ctx: Context, pair: Pair, q: float) -> str:
    """Of the pair that falls furthest short."""
    t, gap = ctx.t, pair.gap
    return t(
        f"groups.gap_said_{pair.kind}_{_verdict(pair, q)}", name=asked(ctx, pair.survey, pair.question),
        n=t.number(gap.n), gap=t.number(abs(gap.value or 0.0), 2), reach=t.number(gap.plus_minus, 2),
        asked=t.number(pair.asked, 2), rated=t.number(pair.rated, 2),
    )  # fmt: skip


def _verdict(pair: Pair, q: float) -> str:
    return "noise" if q >= 1 - CONFIDENCE else "short" if (pair.gap.value or 0.0) < 0 else "over"


def _row(ctx: Context, pair: Pair, q: float) -> dict[str, str]:
    t, gap = ctx.t, pair.gap
    reach = t.number(gap.plus_minus, 2)
    base = t.number(gap.n) + (f" · {t('nps.small')}" if gap.state == "small" else "")
    return {
        t("groups.gap_question"): asked(ctx, pair.survey, pair.question),
        t("dimension.survey_id"): survey(ctx, pair.survey), t("groups.gap_kind"): t(f"groups.gap_{pair.kind}"),
        t("groups.gap_asked"): t.number(pair.asked, 2), t("groups.gap_rated"): t.number(pair.rated, 2),
        t("groups.gap"): t("nps.plus_minus", value=t.number(gap.value, 2, True), reach=reach),
        t("nps.base"): base, t("groups.verdict"): t(f"groups.gap_{pair.kind}_{_verdict(pair, q)}"),
    }  # fmt: skip
