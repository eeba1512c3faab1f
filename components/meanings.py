"""In words: from when an indicator means something else, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from components.page import Context
from cx.insight import meanings
from cx.insight.meanings import Break


def of(ctx: Context, name: str) -> tuple[Break, ...]:
    """The breaks of one indicator, oldest first."""
    return ctx.ask(meanings.breaks, ctx.model).get(name, ())


def words(ctx: Context, names: Iterable[str]) -> list[str]:
    """A sentence for each break of these indicators; one that breaks several with it is told once."""
    t = ctx.t
    found = dict.fromkeys(each for name in names for each in of(ctx, name))
    comma = "、" if t.lang == "zh" else ", "
    return [
        t(
            "dictionary.broke", name=ctx.model.label("indicator", each.indicator, t), day=t.date(each.day),
            version=each.version, fields=comma.join(t(f"dictionary.field_{field}") for field in each.fields),
        )
        for each in found
    ]  # fmt: skip


def note(ctx: Context, *names: str) -> None:
    """The sentences below a figure; nothing where nothing broke."""
    if said := words(ctx, names):
        st.html(f'<div class="cx-facts" role="note">{"<br>".join(map(escape, said))}</div>')
