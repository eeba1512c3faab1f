"""Asked again once it was seen to: the link of this customer alone to hand over, and the score that came back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import cards, survey_link
from components.cases import acting, response, saying, words
from components.page import Context
from cx.act import cases
from cx.act.cases import Case
from cx.collect import secret


def link(case: Case) -> str:
    """The customer's link; empty before there is one."""
    return survey_link.personal(case.reference) if secret.is_token(case.reference) else ""


def draw(ctx: Context, case: Case) -> None:
    """The score that came back, or the link with its code, or the button that makes it."""
    t = ctx.t
    if ctx.bench.rules.again is None or not (case.reference or ctx.may("act_edit")):
        return
    cards.heading(t("cases.again_title"))
    if case.again is not None:
        cards.said(_told(ctx, case))
        if (said := ctx.ask(cases.said_again, case, ctx.rights)) is not None:
            response.table(ctx, said)
        return
    address = link(case)
    if not address:
        cards.said(t("cases.again_about"))
        st.button(t("cases.again_make"), icon=":material/qr_code_2:", key=f"again_{case.id}",
                  on_click=partial(_invite, ctx, case))  # fmt: skip
        return
    cards.said(t("cases.again_waits"))
    if ctx.may("act_edit"):
        from cx.output import qr  # draws with what only paper needs

        with st.container(horizontal=True, vertical_alignment="center"):
            st.image(qr.png(address), width=180, alt=t("cases.again_code"))
            with st.container():
                saying.copier(ctx, address, f"again_copy_{case.id}")


def _told(ctx: Context, case: Case) -> str:
    t = ctx.t
    at = words.at(ctx, case.again_at) if case.again_at else ""
    if case.score is None:
        return t("cases.again_came", after=case.again, at=at)
    return t("cases.again_changed", before=case.score, after=case.again, at=at)


def _invite(ctx: Context, case: Case) -> None:
    rules = ctx.bench.rules
    survey = ctx.bench.shelf.get(rules.again.survey) if rules.again else None
    deed = partial(cases.invite_again, ctx.bench.database, ctx.user.name, case.id, case.recorded_at,
                   rights=ctx.rights, rules=rules, survey=survey)  # fmt: skip
    acting.clicked(ctx, deed, ctx.t("cases.told_invited"))
