"""What was uploaded before, and taking one back."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import page
from components.markdown import plain
from components.page import Context
from cx.intake import uploads
from cx.intake.uploads import Upload
from cx.store.sheet import safe_rows
from cx.words import Refused


def show(ctx: Context) -> None:
    """The table of uploads and the undo."""
    t = ctx.t
    st.header(t("upload.history"), anchor=False)
    found = ctx.ask(uploads.history)
    if not found:
        st.html(f'<p class="cx-muted">{escape(t("upload.history_empty"))}</p>')
        return
    st.dataframe(
        safe_rows(
            {
                t("upload.history_file"): one.file_name, t("upload.history_kind"): t(f"upload.kind_{one.kind}"),
                t("upload.history_source"): one.source, t("upload.history_rows"): t.number(one.rows),
                t("upload.history_in_force"): t.number(one.in_force),
                t("upload.history_who"): ctx.bench.accounts.display(one.loaded_by),
                t("upload.history_when"): t.time(one.loaded_at),
                t("upload.history_state"): t(f"upload.state_{_state(one)}"),
            }
            for one in found
        ),
        hide_index=True, width="stretch",
    )  # fmt: skip
    loaded = [one for one in found if one.state == "loaded"]
    if loaded:
        with st.popover(t("upload.undo"), icon=":material/undo:"):
            _undo(ctx, loaded)


def _state(one: Upload) -> str:
    if one.state == "undone":
        return "undone"
    return "loaded" if one.in_force == one.rows else "partly" if one.in_force else "replaced"


def _undo(ctx: Context, loaded: list[Upload]) -> None:
    t = ctx.t
    chosen = st.selectbox(
        t("upload.undo_which"),
        loaded,
        format_func=lambda one: f"{one.file_name} · {t.time(one.loaded_at)}",
        key=f"up_undo_{len(loaded)}_{loaded[0].upload_id}",  # with other uploads to choose from: a new choice
    )
    st.caption(t("upload.undo_about"))
    label = t("upload.undo_sure", file=plain(chosen.file_name), rows=t.number(chosen.rows))
    if st.button(label, type="primary", key=f"up_undo_sure_{chosen.upload_id}"):
        try:
            rows = uploads.undo(ctx.bench.database, chosen.upload_id, ctx.user.name)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        st.toast(t("upload.undone", file=plain(chosen.file_name), rows=t.number(rows)), icon=":material/undo:")
        st.rerun()
