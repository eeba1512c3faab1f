"""The customer base: what is in it, and how the bank gives its own."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, session
from components.page import Context
from components.uploads import reading as upload_reading
from components.weighting import shares
from cx.bank.population import Base
from cx.intake import customer_base as reading
from cx.store import customer_base
from cx.words import Refused

MOST = 20  # wrong rows told one by one


def show(ctx: Context, known: Base | None) -> None:
    """What the base says, to be downloaded; with the right to it, another may be given."""
    t = ctx.t
    cards.heading(t("weighting.base_title"))
    if message := session.take("weighting_given", ""):
        st.success(message, icon=":material/check:")
    if known is not None:
        source = t("weighting.base_given", who=known.given_by) if known.given_by else t("weighting.base_shipped")
        cards.said(
            " · ".join(part for part in (t.pick(dict(known.about)), t.date(known.as_of), source.rstrip(".。")) if part)
        )
        with st.expander(t("weighting.base_table"), icon=":material/table_rows:"):
            cards.words_table(_rows(ctx, known), t("weighting.base_title"))
    st.download_button(
        t("weighting.download" if known else "weighting.template"), reading.written(known, ctx.model, t),
        "customers.csv", "text/csv", icon=":material/download:", key="weighting_download", on_click="ignore",
    )  # fmt: skip
    if ctx.may("bank_data") or ctx.may("upload"):
        _give(ctx)


def _rows(ctx: Context, known: Base) -> list[dict[str, str]]:
    t = ctx.t
    return [
        {
            t("weighting.col_dimension"): t(f"dimension.{row.dimension}"),
            t("weighting.col_value"): ctx.model.label(row.dimension, row.value, t),
            t("weighting.col_customers"): t.number(row.customers),
            t("weighting.col_base"): t.percent(known.shares(row.dimension).get(row.value, 0.0), 1),
        }
        for row in known.rows
    ]


def _give(ctx: Context) -> None:
    t = ctx.t
    upload_reading.own_words(t)
    with st.expander(t("weighting.upload_title"), icon=":material/upload_file:"):
        key = f"weighting_file_{session.get('weighting_round', 0)}"
        uploaded = st.file_uploader(t("weighting.upload"), key=key)
        cards.note(t("weighting.upload_help"))
        if uploaded is None:
            return
        try:
            rows, warnings = reading.read(uploaded.getvalue(), uploaded.name, ctx.model)
        except Refused as refused:
            page.problems(ctx, tuple(shares.told(ctx, problem) for problem in refused.problems[:MOST]))
            if len(refused.problems) > MOST:
                cards.note(t("weighting.more_problems", n=t.number(len(refused.problems) - MOST)))
            return
        page.problems(ctx, tuple(shares.told(ctx, problem) for problem in warnings))
        found = Base(rows, ())
        first = found.dimensions[0]
        st.markdown(
            t(
                "weighting.preview", rows=len(rows), dimensions=shares.listed(ctx, found.dimensions),
                customers=t.number(sum(found.customers(first).values())),
            )
        )  # fmt: skip
        day = st.date_input(t("weighting.as_of"), dt.date.today(), max_value=dt.date.today(), format="YYYY-MM-DD",
                            key="weighting_day", width=200)  # fmt: skip
        if st.button(t("weighting.give"), type="primary", key="weighting_give"):
            customer_base.give(ctx.bench.database, rows, uploaded.name, day, ctx.user.name)
            session.put("weighting_given", t("weighting.given"))
            session.put("weighting_round", session.get("weighting_round", 0) + 1)
            st.rerun()
