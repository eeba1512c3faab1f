"""Title, purpose, readers and first period of the dashboard being changed; and removing it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import page, session
from components.boards import draft as drafts
from components.boards.draft import Draft
from components.page import Context
from cx.measure.relative import RELATIVE
from cx.publish import boards
from cx.publish.boards import READERS, Kept, Shelf
from cx.words import LANGUAGES, Refused


def show(ctx: Context, shelf: Shelf, kept: Kept, draft: Draft) -> None:
    """The settings, folded while there are tiles."""
    t, board, mark = ctx.t, draft.board, draft.round
    with st.expander(t("boards.settings"), icon=":material/tune:", expanded=not board.tiles):
        made = {part: {} for part in ("title", "about")}
        for part in made:
            for column, lang in zip(st.columns(2), LANGUAGES, strict=True):
                text = column.text_input(
                    t(f"boards.{part}_{lang}"), getattr(board, part).get(lang, ""), key=f"board_{part}_{lang}_{mark}",
                    max_chars=80 if part == "title" else 300,
                ).strip()  # fmt: skip
                if text:
                    made[part][lang] = text
        may = ctx.may("boards_share")
        roles = st.multiselect(
            t("boards.roles"), READERS, list(board.roles), format_func=lambda role: t(f"shell.role_{role}"),
            key=f"board_roles_{mark}", help=t("boards.roles_help"), disabled=not may, placeholder=t("boards.private"),
        )  # fmt: skip
        if not may:
            st.caption(t("boards.roles_refused"))
        period = st.selectbox(
            t("boards.period"), RELATIVE, RELATIVE.index(board.period), format_func=lambda p: t(f"boards.period_{p}"),
            key=f"board_period_{mark}",
        )  # fmt: skip
        _remove(ctx, shelf, kept)
    now = replace(board, **made, roles=tuple(roles), period=period)
    if now != board:
        drafts.change(lambda _: now)


def _remove(ctx: Context, shelf: Shelf, kept: Kept) -> None:
    t = ctx.t
    with st.popover(t("boards.remove"), icon=":material/delete:", type="tertiary"):
        sure = st.button(t("boards.remove_sure"), key="board_remove")
    if not sure:
        return
    try:
        boards.remove(ctx.bench.database, shelf, kept.board.id, ctx.user, kept.stamp)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    drafts.end()
    st.query_params.pop("board", None)
    session.put(drafts.TOLD, t("boards.removed", title=t.pick(kept.board.title, kept.board.id)))
    st.rerun()
