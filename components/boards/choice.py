"""Which dashboard: the address says it; those that are not the reader's to open do not exist for them."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, filters, page, session
from components.boards import draft as drafts
from components.boards import edit
from components.markdown import plain
from components.page import Context
from cx.bank.boards import Board
from cx.publish import boards
from cx.publish.boards import Kept, Shelf
from cx.words import Problem


def choose(ctx: Context, shelf: Shelf) -> tuple[Kept | None, st.delta_generator.DeltaGenerator | None]:
    """The chosen dashboard (None where the reader has none) with the ways to change it, and beside them the place for
    taking it away."""
    t = ctx.t
    if told := session.take(drafts.TOLD, ""):
        st.success(plain(told), icon=":material/check:")
    known = {kept.board.id: kept for kept in boards.seen(shelf, ctx.user)}
    if ctx.may("boards_share"):
        page.problems(ctx, shelf.lost())
    asked = st.query_params.get("board", "")
    if asked and asked not in known:
        page.problems(ctx, (Problem("board_missing", severity="warning"),))
    if not known:
        cards.empty(t("boards.none"), t("boards.none_try"))
        edit.new_button(ctx, shelf)
        return None, None
    if edit.editing(filters.chosen_of("board", tuple(known))):
        return known[filters.chosen_of("board", tuple(known))], None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {id: t.pick(kept.board.title, id) for id, kept in known.items()}
        id = filters.select("board", tuple(known), lambda v: names[v], t("boards.choose"), width=300)
        edit.buttons(ctx, shelf, known[id])
        beside = st.container(width="content")
    kept = known[id]
    _facts(ctx, kept.board)
    if kept.problems and boards.edits(ctx.user, kept.board):
        page.problems(ctx, kept.problems)
    return kept, beside


def _facts(ctx: Context, board: Board) -> None:
    """What it is for, who sees it, who changed it."""
    t = ctx.t
    told = [t.pick(board.about)] if board.about else []
    if board.owner == ctx.user.name and not board.roles:
        told.append(t("boards.private"))
    elif board.roles:
        comma = "、" if t.lang == "zh" else ", "
        told.append(t("boards.shared_with", roles=comma.join(t(f"shell.role_{role}") for role in board.roles)))
    if board.changed_by:
        told.append(changed(ctx, board))
    st.html(f'<p class="cx-note">{escape(" · ".join(told))}</p>')


def changed(ctx: Context, board: Board) -> str:
    """Who changed a dashboard last, and when."""
    try:
        when = ctx.t.time(dt.datetime.fromisoformat(board.changed_at).replace(tzinfo=dt.UTC).astimezone())
    except ValueError:
        when = board.changed_at[:16]
    return ctx.t("boards.changed", who=ctx.bench.accounts.display(board.changed_by), when=when)
