"""What somebody began to change of what others may change too: the screen goes on showing that, so that nothing typed
is lost, and saving knows what it was made of."""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import streamlit as st

from components import page, session
from components.page import Context
from cx.publish import entries
from cx.words import Problem

Entry = TypeVar("Entry")


def begun(name: str, id: str, now: Entry, stamp: str) -> tuple[Entry, str]:
    """The entry ``id`` and its stamp as they were when this tab first showed them; ``name`` is the form's."""
    known: tuple[str, Entry, str] | None = session.get(_key(name), None)
    if known is None or known[0] != id:
        known = (id, now, stamp)
        session.put(_key(name), known)
    return known[1], known[2]


def key(name: str, stamp: str) -> str:
    """The key of a widget that shows a part of it: another one, and so without what was typed, once it is another."""
    return f"{name}_{crc32(stamp.encode()):08x}"


def forget(name: str) -> None:
    """Show what is there now from the next time on."""
    session.drop(_key(name))


def moved(ctx: Context, name: str, who: str, at: str, title: str) -> None:
    """Say that somebody saved another one meanwhile; a button goes on from theirs."""
    values = {"who": ctx.bench.accounts.display(who) or "?", "at": at or "?", "title": title}
    page.problems(ctx, (Problem("entry_moved", values=values, severity="warning"),))
    st.button(ctx.t("shell.take_theirs"), key=f"theirs_{name}", icon=":material/sync:", on_click=forget, args=(name,))


def desk(ctx: Context) -> entries.Desk:
    """Where what is typed here is saved."""
    place = ctx.bench.place
    return entries.Desk(ctx.bench.database, (place.data / "model", place.model), ctx.user.name)


def _key(name: str) -> str:
    return f"begun_{name}"
