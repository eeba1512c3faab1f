"""Thanks: what somebody with the right to comments passed on, and how to pass on more."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, session
from components.my_branch.now import HERE
from components.page import Context
from cx.act import kudos
from cx.act.kudos import Kudos
from cx.measure.scope import Scope
from cx.store import query, voices
from cx.store.voices import Voice, Wanted
from cx.words import Refused

TOLD = "kudos_told"
_SHOWN = 8
_DAYS = 30


def show(ctx: Context, branch: str) -> None:
    """The wall of one branch."""
    t = ctx.t
    cards.heading(t("my_branch.kudos"))
    found = ctx.ask(kudos.of, branch, ctx.rights)
    if not found:
        cards.said(t("my_branch.kudos_none"))
    for each in found[:_SHOWN]:
        _one(ctx, each)


def pass_on(ctx: Context, branch: str) -> None:
    """Praise that customers wrote, each to be passed on by a click; or words of one's own."""
    t, scope = ctx.t, Scope(ctx.rights).narrowed(branch=branch, channel=HERE if HERE in ctx.model.channels else None)
    last = ctx.ask(query.contents, scope, ()).last
    recent = (last - dt.timedelta(days=_DAYS), last) if last else (None, None)
    with st.expander(t("my_branch.pass_on"), icon=":material/volunteer_activism:"):
        st.caption(t("my_branch.pass_on_how"))
        if last:
            cards.note(t("my_branch.pass_on_recent", days=_DAYS, last=t.date(last)))
        known = {(each.text, each.said_on) for each in ctx.ask(kudos.of, branch, ctx.rights, 1000)}
        found = ctx.ask(voices.said, scope.between(*recent), Wanted(wow=True), _SHOWN)
        fresh = [voice for voice in found.voices if (voice.text, voice.day) not in known]
        for at, voice in enumerate(fresh):
            st.html(cards.quote(voice.text, t.date(voice.day), "promoter"))
            if st.button(t("my_branch.give"), key=f"kudos_{at}", icon=":material/favorite:"):
                _give(ctx, branch, voice.text, voice)
        if not fresh:
            cards.note(t("my_branch.no_praise"))
        with st.form("kudos", border=False):
            text = st.text_area(t("my_branch.own_words"), max_chars=kudos.LONGEST, key="kudos_text")
            if st.form_submit_button(t("my_branch.give"), key="kudos_give"):
                _give(ctx, branch, text)


def _one(ctx: Context, each: Kudos) -> None:
    t = ctx.t
    who = (
        t("my_branch.customer", day=t.date(each.said_on)) if each.said_on else ctx.bench.accounts.display(each.given_by)
    )
    st.html(cards.quote(each.text, who, "promoter"))
    may = ctx.may("comments") and ctx.may("act_edit")
    if may and st.button(t("my_branch.take_back"), key=f"back_{each.id}", type="tertiary"):
        kudos.take_back(ctx.bench.database, ctx.user.name, each.id, rights=ctx.rights)
        _told(t("my_branch.told_back"))


def _give(ctx: Context, branch: str, text: str, voice: Voice | None = None) -> None:
    day = voice.day if voice else None
    try:
        kudos.give(ctx.bench.database, ctx.user.name, branch, text, rights=ctx.rights, said_on=day)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.drop("kudos_text")
    _told(ctx.t("my_branch.told_given"))


def _told(text: str) -> None:
    session.put(TOLD, text)
    st.rerun()
