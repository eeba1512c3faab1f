"""Taking a dashboard away and bringing one in: PDF, YAML file, upload."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import page, session
from components.boards import edit, narrowing, tile
from components.boards.narrowing import Chosen
from components.page import Context
from cx.bank import board_file
from cx.bank.boards import Board
from cx.publish import boards
from cx.publish.boards import Shelf
from cx.store import audit
from cx.words import Refused

_MADE = "board_pdf"


def show(ctx: Context, board: Board, chosen: Chosen) -> None:
    """The buttons; nothing is made before one is pressed."""
    t, key = ctx.t, f"board_take_{board.id}"
    opened = st.popover(t("boards.export"), icon=":material/ios_share:", key=key, on_change="rerun")
    if not opened.open:
        return
    with opened:
        _pdf(ctx, board, chosen)
        st.download_button(
            t("boards.yaml"), board_file.dump(board).encode("utf-8"), file_name=f"{board.id}.yaml",
            mime="application/yaml", icon=":material/data_object:", key="board_yaml", on_click="ignore",
        )  # fmt: skip
        if ctx.may("upload"):  # without it the server takes no file at all
            _upload(ctx, boards.shelf(ctx.bench.place), board.id)


def _pdf(ctx: Context, board: Board, chosen: Chosen) -> None:
    """Made when asked for, and kept as long as it is of the same view of the same data."""
    t = ctx.t
    asked = (board, chosen, t.lang, ctx.rights, ctx.bench.database.version)
    made_of, pdf = session.get(_MADE, (None, b""))
    if made_of != asked:
        if not st.button(t("boards.pdf"), icon=":material/picture_as_pdf:", key="board_pdf_make"):
            return
        try:
            pdf = _printed(ctx, board, chosen)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        session.put(_MADE, (asked, pdf))
    name = f"cx-{board.id}-{chosen.period.token.replace('..', '_')}.pdf"
    st.download_button(
        t("boards.pdf_ready"), pdf, file_name=name, mime="application/pdf", icon=":material/download:", type="primary",
        key="board_pdf_get", on_click="ignore",
    )  # fmt: skip


def _printed(ctx: Context, board: Board, chosen: Chosen) -> bytes:
    from cx.output.tiles import paper  # reportlab and the charts' converter, not before they are needed

    t, bar = ctx.t, st.progress(0.0)

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, t("boards.making", done=done + 1, total=total))

    shown = []
    for each in board.tiles:
        asked = chosen.asking(ctx, each)
        shown.append(paper.Shown(each, asked, tile.ask(ctx, each, asked).found, chosen.note(ctx, each, asked)))
    comma = "、" if t.lang == "zh" else ", "
    branches = sorted(ctx.rights.branches or ())
    who = t("overview.whole_bank") if ctx.rights.branches is None else comma.join(
        ctx.model.label("branch", branch, t) for branch in branches
    )  # fmt: skip
    said = [ctx.model.label(name, value, t) for name, values in chosen.filters for value in values]
    scope = " · ".join((who, *said, t("boards.as_of", day=t.date(chosen.last))))
    imprint = paper.Imprint(
        narrowing.period_name(ctx, chosen.period), scope, ctx.user.display, dt.datetime.now().astimezone()
    )
    pdf = paper.pdf(board, shown, imprint, t, ctx.model, tell)
    bar.empty()
    audit.record(ctx.bench.database, ctx.user.name, "board_printed", board.id, {"lang": t.lang, "bytes": len(pdf)})
    return pdf


def _upload(ctx: Context, shelf: Shelf, here: str) -> None:
    t = ctx.t
    file = st.file_uploader(t("boards.upload_label"), type=["yaml", "yml"], key=f"board_upload_{here}")
    if file is None or not st.button(t("boards.upload"), icon=":material/upload:", key="board_take_in"):
        return
    try:
        made = boards.take_in(ctx.bench.database, shelf, file.name, file.getvalue(), ctx.user).board
    except Refused as refused:
        page.problems(ctx, refused)
        return
    edit.open_board(made.id, t("boards.uploaded", title=t.pick(made.title)))
    session.drop(_MADE)
    st.rerun()
