"""Changing a dashboard: its tiles in order, a form for one of them with its preview, title and readers, and saving."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape

import streamlit as st

from components import cards, page, session
from components.boards import draft as drafts
from components.boards import settings, tile, tile_form, view
from components.boards.draft import Draft
from components.boards.narrowing import Chosen, Data
from components.markdown import plain
from components.page import Context
from cx.bank.boards import Board
from cx.measure import relative
from cx.output import tiles
from cx.publish import boards
from cx.publish.boards import Kept, Shelf
from cx.words import LANGUAGES, Refused, Translator


def editing(id: str) -> bool:
    """Whether this tab is changing that dashboard."""
    draft = drafts.now()
    return draft is not None and draft.board.id == id


def buttons(ctx: Context, shelf: Shelf, kept: Kept) -> None:
    """The ways to change, copy or begin one."""
    t = ctx.t
    if boards.edits(ctx.user, kept.board):
        st.button(
            t("boards.edit"), icon=":material/edit:", key="board_edit", on_click=drafts.begin,
            args=(kept.board, kept.stamp),
        )  # fmt: skip
    if st.button(t("boards.copy"), icon=":material/content_copy:", key="board_copy"):
        _create(ctx, shelf, copied(kept.board))
    new_button(ctx, shelf)


def new_button(ctx: Context, shelf: Shelf) -> None:
    """Begin an empty one, and change it at once."""
    if st.button(ctx.t("boards.new"), icon=":material/add:", key="board_new"):
        title = {lang: Translator(lang)("boards.first_title") for lang in LANGUAGES}
        _create(ctx, shelf, Board("board", title))


def copied(board: Board) -> Board:
    """The same under the name of a copy."""
    title = {lang: Translator(lang)("boards.copy_title", title=text) for lang, text in board.title.items()}
    return replace(board, title=title)


def _create(ctx: Context, shelf: Shelf, board: Board) -> None:
    try:
        kept = boards.create(ctx.bench.database, shelf, board, ctx.user)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    open_board(kept.board.id, ctx.t("boards.created", title=ctx.t.pick(kept.board.title)))
    drafts.begin(kept.board, kept.stamp)
    st.rerun()


def open_board(id: str, told: str = "") -> None:
    """The next run shows that dashboard and says what was done."""
    st.query_params["board"] = id
    st.query_params.pop("tile", None)
    session.put(drafts.TOLD, told)


def show(ctx: Context, shelf: Shelf, kept: Kept, there: Data | None) -> None:
    """The editor."""
    draft = drafts.now()
    assert draft is not None
    if not boards.edits(ctx.user, kept.board):
        drafts.end()
        st.rerun()
    _bar(ctx, shelf, draft)
    settings.show(ctx, shelf, kept, draft)
    left, right = st.columns([0.36, 0.64], gap="large")
    with right:  # first, so that the list beside it says what the form says now
        _form(ctx, there)
    with left:
        _list(ctx)


def _bar(ctx: Context, shelf: Shelf, draft: Draft) -> None:
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center"):
        title = escape(t.pick(draft.board.title, draft.board.id))
        unsaved = f' <span class="cx-badge">{escape(t("boards.unsaved"))}</span>' if draft.changed else ""
        st.html(f"<h2>{escape(t('boards.editing'))} · {title}{unsaved}</h2>", width="stretch")
        save = st.button(t("boards.save"), type="primary", icon=":material/save:", key="board_save")
        leave = t("boards.drop") if draft.changed else t("boards.back")
        st.button(leave, key="board_leave", on_click=drafts.end)
    if save:
        _save(ctx, shelf, draft)
    if draft.refused:
        _refused(ctx, shelf, draft)


def _save(ctx: Context, shelf: Shelf, draft: Draft) -> None:
    try:
        kept = boards.save(ctx.bench.database, shelf, draft.board, ctx.user, draft.stamp)
    except Refused as refused:
        drafts.keep(replace(draft, refused=refused.problems))
        st.rerun()
    drafts.end()
    open_board(kept.board.id, ctx.t("boards.saved", title=ctx.t.pick(kept.board.title)))
    st.rerun()


def _refused(ctx: Context, shelf: Shelf, draft: Draft) -> None:
    """Why it was not saved; nothing of it is lost."""
    t = ctx.t
    page.problems(ctx, draft.refused)
    with st.container(horizontal=True):
        if st.button(t("boards.as_copy"), icon=":material/content_copy:", key="board_as_copy"):
            drafts.end()
            _create(ctx, shelf, copied(draft.board))
        st.button(t("boards.theirs"), key="board_theirs", on_click=drafts.end)


def _list(ctx: Context) -> None:
    t, draft = ctx.t, drafts.now()
    assert draft is not None
    cards.heading(t("boards.tiles"))
    known = {each.id: each for each in draft.board.tiles}
    if known:
        key = f"board_tiles_{draft.round}"
        session.put(key, draft.tile if draft.tile in known else next(iter(known)))

        def label(id: str) -> str:
            each = known[id]
            name = tiles.title(each, t, ctx.model) or t.pick(each.text)[:24] or "–"
            return f"{plain(name)} · {t(f'boards.chart_{each.chart}')} · {t(f'boards.width_{each.width}')}"

        st.radio(
            t("boards.tiles"), tuple(known), format_func=label, key=key, label_visibility="collapsed",
            on_change=drafts.pick, args=(key,),
        )  # fmt: skip
        with st.container(horizontal=True, gap="xsmall"):
            for name, icon, act, args in (
                ("up", "arrow_upward", drafts.move, (-1,)), ("down", "arrow_downward", drafts.move, (1,)),
                ("copy", "content_copy", drafts.copy, ()), ("remove", "delete", drafts.remove, ()),
            ):  # fmt: skip
                said = t(f"boards.tile_{name}")
                st.button(said, icon=f":material/{icon}:", key=f"tile_{name}", on_click=act, args=args, type="tertiary")
    st.button(t("boards.add"), icon=":material/add:", key="tile_add", on_click=drafts.add)


def _form(ctx: Context, there: Data | None) -> None:
    draft = drafts.now()
    found = draft.board.tile(draft.tile) if draft else None
    if draft is None or found is None:
        cards.empty(ctx.t("boards.empty"), ctx.t("boards.empty_try"))
        return
    made, problems = tile_form.show(ctx, found, draft.round)
    if problems:
        page.problems(ctx, problems)
    elif made != found:
        drafts.change(lambda b: replace(b, tiles=tuple(made if each.id == made.id else each for each in b.tiles)))
    cards.heading(ctx.t("boards.form_preview"))
    if there is not None and not problems:
        period = relative.period(draft.board.period, there.last, dt.date.today())
        assert period is not None
        chosen = Chosen(period, (), there.last, dt.date.today())
        asked = chosen.asking(ctx, made)
        wide = replace(made, width="half" if made.width == "third" else "full")  # the form is narrower than the page
        view.grid(ctx, [tile.ask(ctx, wide, asked, note=chosen.note(ctx, made, asked))], "preview")
