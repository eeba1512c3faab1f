"""The charter of a quick win as a page that a manager signs and prints."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components.markdown import plain
from components.page import Context
from components.quick_wins import deeds, look, promise
from cx.act import telling
from cx.act.quick_wins import QuickWin
from cx.output.report import one_page


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """All that is promised on one page; below it the signature, or the button for it."""
    t, display, zone = ctx.t, ctx.bench.accounts.display, ctx.bench.rules.hours.zone
    look.style()
    with st.container(border=True, key="charter_page"):
        st.html(f'<div class="cx-facts">{escape(t("quick_win.charter_title"))}</div>')
        st.header(plain(t.pick(win.charter.title)), anchor=False)
        promise.lines(ctx, win, today)
        if steps := telling.steps(t, win.charter, ctx.model):
            st.markdown(f"**{t('quick_win.milestones')}**")
            look.points([("good" if done else "plain", f"{day} · {title}") for day, title, done in steps])
        by = t("quick_win.charter_by", by=display(win.author))
        st.html(f'<div class="cx-facts">{escape(by)}<br>{escape(telling.signed(t, win, display, zone))}</div>')
    if win.state == "idea" and win.signature is None and ctx.may("act_edit") and win.charter.covered_by(ctx.rights):
        deeds.sign(ctx, win, today)
    outlook = promise.outlook(ctx, win, today)
    st.download_button(
        t("quick_win.charter_pdf"), key="charter_pdf", icon=":material/picture_as_pdf:", mime="application/pdf",
        file_name=f"charter-{win.id[:8]}.pdf", on_click="ignore",
        data=lambda: one_page.charter(win, ctx.model, t, display, today, outlook, zone),
    )  # fmt: skip
