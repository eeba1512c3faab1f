"""Tokens on screen: which systems may send what; making one, shown once; shutting one out."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import moments, page, session
from components.markdown import plain
from components.page import Context
from cx.access import tokens
from cx.access.tokens import Order, Token
from cx.intake.feeds.receipts import Received
from cx.store.sheet import safe_rows
from cx.words import Refused

_TOLD = "feed_token_told"


def show(ctx: Context, everyone: tuple[Token, ...], came: tuple[Received, ...], now: dt.datetime) -> None:
    """The table for all who see the page; making and revoking for those who may."""
    t = ctx.t
    st.header(t("feeds.tokens"), anchor=False)
    st.caption(t("feeds.tokens_about"))
    _told(ctx)
    last = {one.token_id: max(other.last for other in came if other.token_id == one.token_id) for one in came}
    if everyone:
        rows = safe_rows(_row(ctx, token, last.get(token.id), now) for token in everyone)
        st.dataframe(rows, hide_index=True, width="stretch")
    else:
        st.html(f'<p class="cx-muted">{t("feeds.tokens_none")}</p>')
    if not ctx.may("tokens"):
        st.caption(t("feeds.tokens_admin"))
        return
    living = [token for token in everyone if token.alive(now)]
    with st.container(horizontal=True):
        with st.popover(t("feeds.make"), icon=":material/add:"):
            _make(ctx, now)
        if living:
            with st.popover(t("feeds.revoke"), icon=":material/block:"):
                _revoke(ctx, living, now)


def _row(ctx: Context, token: Token, last: dt.datetime | None, now: dt.datetime) -> dict[str, object]:
    t = ctx.t
    state = "revoked" if token.revoked_at else "living" if token.alive(now) else "ended"
    return {
        t("feeds.col_token"): token.name,
        t("feeds.col_source"): token.source,
        t("feeds.col_may"): _may(ctx, token),
        t("feeds.col_branches"): t("feeds.all") if token.branches is None
        else t("feeds.listing").join(ctx.model.label("branch", one, t) for one in sorted(token.branches)),
        t("feeds.col_used"): moments.told(ctx, last) if last else "–",
        t("feeds.col_until"): t.date(moments.local(ctx, token.expires_at).date()),
        t("feeds.col_state"): t(f"feeds.token_{state}"),
    }  # fmt: skip


def _may(ctx: Context, token: Token) -> str:
    """What a token may send, in words."""
    t, feeds = ctx.t, ctx.model.feeds
    parts = [t.pick(feeds[one].name, one) if one in feeds else one for one in sorted(token.feeds)]
    if token.indicators is None:
        parts.append(t("feeds.any_indicator"))
    elif token.indicators:
        parts.append(t("feeds.some_indicators", n=len(token.indicators)))
    return t("feeds.listing").join(parts)


def _told(ctx: Context) -> None:
    """A new token, once."""
    name, secret = session.take(_TOLD, ("", ""))
    if secret:
        with st.container(border=True):
            st.markdown(f"**{ctx.t('feeds.made', name=plain(name))}**")
            st.code(secret, language=None)
            st.caption(ctx.t("feeds.made_help"))
    elif name:
        st.success(ctx.t("feeds.revoked", name=plain(name)), icon=":material/check:")


def _make(ctx: Context, now: dt.datetime) -> None:
    t, model = ctx.t, ctx.model
    name = st.text_input(t("feeds.col_token"), key="feed_name", max_chars=60, help=t("feeds.name_help"))
    source = st.text_input(t("feeds.col_source"), key="feed_source", max_chars=60, help=t("feeds.source_help"))
    chosen = st.multiselect(
        t("feeds.may_feeds"), list(model.feeds), key="feed_feeds", placeholder=t("feeds.choose"),
        format_func=lambda one: t.pick(model.feeds[one].name, one),
    )  # fmt: skip
    every = st.checkbox(t("feeds.may_any"), key="feed_any")
    some = st.multiselect(
        t("feeds.may_indicators"), [one.id for one in model.indicators.values() if not one.computed],
        key="feed_indicators", placeholder=t("feeds.choose"),
        format_func=lambda one: model.label("indicator", one, t), disabled=every,
    )  # fmt: skip
    branches = st.multiselect(
        t("feeds.may_branches"), list(model.branches), key="feed_branches", placeholder=t("feeds.all"),
        format_func=lambda one: model.label("branch", one, t), help=t("feeds.branches_help"),
    )  # fmt: skip
    days = st.number_input(t("feeds.lasts"), 1, tokens.LONGEST_DAYS, 365, key="feed_days")
    if st.button(t("feeds.make_sure"), type="primary", key="feed_make"):
        order = Order(name, source, chosen, None if every else some, branches or None, int(days))
        try:
            token, secret = tokens.make(ctx.bench.database, order, ctx.user, now)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        session.put(_TOLD, (token.name, secret))
        st.rerun()


def _revoke(ctx: Context, living: list[Token], now: dt.datetime) -> None:
    t = ctx.t
    token = st.selectbox(t("feeds.revoke_which"), living, format_func=lambda one: one.name, key="feed_revoke")
    st.caption(t("feeds.revoke_about"))
    if st.button(t("feeds.revoke_sure", name=plain(token.name)), type="primary", key="feed_revoke_sure"):
        try:
            tokens.revoke(ctx.bench.database, token.id, ctx.user, now)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        session.put(_TOLD, (token.name, ""))
        st.rerun()
