"""The register of claims: what others say CX is worth, and what the bank's own evidence says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import streamlit as st

from components import cards, opened, page, session
from components.page import Context
from components.personas import names
from components.value import inputs
from cx.act import quick_wins
from cx.insight import value_claims
from cx.insight.value_claims import TEXTS, VERDICTS, Claim, Verdict
from cx.publish import entries
from cx.words import Refused

_SAVED, _FORM = "claim_saved", "claim"


def register(ctx: Context) -> None:
    """All claims with their verdicts; to judge them and add others for those who may."""
    t = ctx.t
    cards.heading(t("claims.title"))
    if session.take(_SAVED, False):
        st.success(t("claims.saved"), icon=":material/check:")
    try:
        found = value_claims.claims(names.folders(ctx))
    except Refused as refused:
        page.problems(ctx, refused)
        return
    tested = sum(one.verdict != "cannot_test" for one in found)
    cards.said(t("claims.answer", n=len(found), tested=tested) if found else t("claims.none"))
    if found:
        cards.words_table([_row(ctx, one) for one in found], t("claims.title"), t("claims.verdict_contradicted"))
    if inputs.may_edit(ctx):
        _editor(ctx, found)


def _row(ctx: Context, one: Claim) -> dict[str, str]:
    t = ctx.t
    win = next((w for w in _wins(ctx) if w.id == one.link), None)
    evidence = t.pick(one.evidence) + (t("claims.from_win", title=t.pick(win.charter.title)) if win else "")
    if one.by and one.day:
        evidence += t(
            "claims.judged", by=ctx.bench.accounts.display(one.by), day=t.date(dt.date.fromisoformat(one.day))
        )
    return {
        t("claims.text"): t.pick(one.text), t("claims.source"): t.pick(one.source),
        t("claims.needs"): t.pick(one.needs),
        t("claims.evidence"): evidence or "–", t("groups.verdict"): t(f"claims.verdict_{one.verdict}"),
    }  # fmt: skip


def _wins(ctx: Context) -> tuple[quick_wins.QuickWin, ...]:
    return ctx.ask(quick_wins.all, ctx.rights) if ctx.may("act_view") else ()


def _editor(ctx: Context, found: tuple[Claim, ...]) -> None:
    t = ctx.t
    with st.expander(t("claims.edit"), icon=":material/edit:"):
        by = {one.id: one for one in found}
        id = st.selectbox(
            t("claims.which"),
            ["", *by],
            format_func=lambda i: t.pick(by[i].text) if i else t("claims.new"),
            key="claim",
        )
        now = by.get(id)
        there = now or value_claims.fresh(found, "")
        latest = entries.stamp(value_claims.plain(there))
        one, stamp = opened.begun(_FORM, id, there, latest)
        if now is not None and latest != stamp:
            opened.moved(ctx, _FORM, now.by, now.day, t.pick(now.text))
        with st.form(f"claim_{id}", border=False):
            texts = {
                name: st.text_area(
                    t(f"claims.{name}"),
                    t.pick(getattr(one, name)),
                    max_chars=600,
                    height=70,
                    key=opened.key(f"claim_{name}", stamp),
                )
                for name in TEXTS
            }
            left, right = st.columns(2)
            verdict: Verdict = left.selectbox(
                t("groups.verdict"),
                VERDICTS,
                VERDICTS.index(one.verdict),
                lambda v: t(f"claims.verdict_{v}"),
                key=opened.key("claim_verdict", stamp),
            )
            wins = {"": t("claims.no_link"), **{w.id: t.pick(w.charter.title) for w in _wins(ctx)}}
            link = right.selectbox(
                t("claims.link"),
                list(wins),
                list(wins).index(one.link) if one.link in wins else 0,
                lambda w: wins[w],
                key=opened.key("claim_link", stamp),
            )
            if st.form_submit_button(t("claims.save"), type="primary"):
                new = replace(value_claims.changed(one, t.lang, **texts), verdict=verdict, link=link)
                _save(ctx, new, stamp if id else None)


def _save(ctx: Context, new: Claim, seen: str | None) -> None:
    try:
        entries.save_claim(opened.desk(ctx), new, seen)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    opened.forget(_FORM)
    session.put(_SAVED, True)
    st.rerun()
