"""One drawing of the form: what stood there before, and where problems are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from components.page import Context
from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.words import Label


class Form:
    """``old`` is the charter being changed, ``slots`` the places for problems by field."""

    def __init__(self, ctx: Context, win: QuickWin | None, today: dt.date) -> None:
        self.ctx, self.t, self.today = ctx, ctx.t, today
        self.old = win.charter if win else None
        self.key = win.id if win else "new"
        self.slots: dict[str, Any] = {}

    def named(self, name: str) -> str:
        """The key of a widget."""
        return f"qw_{self.key}_{name}"

    def field(self, name: str, kind: Any, label: str, **more: Any) -> Any:
        """A widget and, below it, the place for its problem."""
        value = kind(label, key=self.named(more.pop("key", name)), **more)
        self.slots[name] = st.empty()
        return value

    def was(self, name: str, default: Any) -> Any:
        """The field's value in the charter being changed."""
        return getattr(self.old, name) if self.old else default

    def given(self, name: str, low: int, high: int, usual: int) -> int:
        """A whole number that a link brought, within its limits."""
        text = st.query_params.get(name, "")
        return max(low, min(high, int(text))) if text.isdecimal() else usual

    def text(self, name: str, kind: Any, default: str = "", **more: Any) -> Label:
        """A field of the author's own words; words of several languages stay as they are where nobody rewrote them."""
        was = self.was(name, default)
        shown = self.t.pick(was)
        said = str(self.field(name, kind, self.t(f"quick_win.{name}"), value=shown, **more)).strip()
        return said if said != shown else was


def draft(**known: Any) -> Charter:
    """A charter of which only some things are known."""
    empty = {"title": "", "hypothesis": "", "touchpoint": "", "target": 0.0, "owner": "", "pilots": ()}
    return Charter(**empty | {"start": dt.date.min, "end": dt.date.max} | known)
