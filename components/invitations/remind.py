"""Whom to remind: the same list again, and back come the lines that have not answered. cx keeps no list of its own."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import page
from components.invitations import listing
from components.page import Context
from cx.collect import handout, invitations
from cx.words import Problem
from cx.words.apart import apart

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(ctx: Context) -> None:
    """Wave, list, and what is left of it."""
    t, today = ctx.t, dt.date.today()
    st.markdown(t("invitations.remind_lead"))
    waves = {wave.wave_id: wave for wave in ctx.ask(invitations.waves) if wave.state(today) == "open"}
    if not waves:
        st.caption(t("invitations.remind_none"))
        return
    wave = st.selectbox(
        t("invitations.wave"), list(waves), key="inv_remind_wave",
        format_func=apart({id: wave.name for id, wave in waves.items()}).__getitem__,
    )  # fmt: skip
    listed = listing.ask(ctx, "remind")
    if listed is None:
        return
    customers = {person.customer for person in listed.people if person.customer}
    with ctx.bench.database.cursor() as con:
        due = invitations.unanswered(con, wave, customers)
        invited = invitations.of_wave(con, wave, customers)
    if not invited:
        page.problems(ctx, (Problem("invite_not_this_list"),))
        return
    first = {person.customer: person.place for person in reversed(listed.people)}
    places = sorted(first[customer] for customer in due)
    said = t("invitations.remind_outcome", invited=t.number(len(invited)), due=t.number(len(due)))
    st.markdown(f"**{said}**")
    if not places:
        return
    name = f"{waves[wave].name} {t('invitations.remind_file')}"
    rows = handout.reminder_rows(listed.sheet, places)
    with st.container(horizontal=True):
        st.download_button(
            t("invitations.remind_csv"), lambda: handout.as_csv(rows), f"{name}.csv", "text/csv",
            icon=":material/download:", key="inv_remind_csv", type="primary", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("invitations.remind_xlsx"), lambda: handout.as_workbook(rows), f"{name}.xlsx", _XLSX,
            icon=":material/table:", key="inv_remind_xlsx", on_click="ignore",
        )  # fmt: skip
