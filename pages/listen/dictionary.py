"""What do our indicators mean: the dictionary, its draft under four eyes, its versions."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, meanings, page
from components.dictionary import form, overview
from components.page import Context
from cx.bank import diff
from cx.bank.model import Indicator

VIEWS = ("list", "edit", "yaml", "past")
_COLUMNS = ("unit", "direction", "target", "thresholds", "scale", "weight", "grain", "refresh", "owner", "formula")


def main(ctx: Context) -> None:
    """The page, top to bottom: how it stands, the draft and its changes, then the entries."""
    cards.style()
    at = overview.desk(ctx)
    version, draft = overview.standing(at)
    overview.answer(ctx, at, version, draft)
    if draft is not None:
        with st.container(border=True, key="dictionary_draft"):
            overview.act(ctx, at, draft)
    view = filters.pick("view", VIEWS, lambda name: ctx.t(f"dictionary.view_{name}"), ctx.t("dictionary.view"))
    if view == "list":
        _list(ctx)
    elif view == "edit":
        known = ["", *(at.read(draft.text) if draft else ctx.model).indicators]
        names = {"": ctx.t("dictionary.new")} | {
            id: f"{ctx.model.label('indicator', id, ctx.t)} · {id}" for id in known if id
        }
        chosen = filters.select("indicator", known, names.__getitem__, ctx.t("dictionary.which"), titled=True)
        if chosen in ctx.model.indicators:
            page.link(ctx, "indicators", ctx.t("dictionary.to_indicator"), {"indicator": chosen})
            meanings.note(ctx, chosen)
        form.edit(ctx, at, draft, chosen)
    elif view == "yaml":
        form.whole(ctx, at, draft)
    else:
        overview.past(ctx, at)


def _list(ctx: Context) -> None:
    t = ctx.t
    rows = [
        {
            t("dictionary.field_name"): t.pick(entry.name, entry.id),
            t("dictionary.field_touchpoint"): _where(ctx, entry.journey, entry.stage, entry.touchpoint),
            **{t(f"dictionary.field_{field}"): _cell(ctx, entry, field) for field in _COLUMNS},
        }
        for entry in ctx.model.indicators.values()
    ]
    cards.table(rows, "dictionary_table", t("page.dictionary"))


def _cell(ctx: Context, entry: Indicator, field: str) -> str:
    t, value = ctx.t, getattr(entry, field)
    if field == "unit":
        return ctx.model.unit(entry.id, t)
    if field == "thresholds":
        return " / ".join(f"{t(f'dictionary.field_{name}')} {diff.written(line)}" for name, line in value.items())
    words = {"direction": "dictionary.way_", "grain": "dictionary.grain_"}
    return t(f"{words[field]}{value}") if field in words else diff.written(value)


def _where(ctx: Context, journey: str | None, stage: str | None, touchpoint: str | None) -> str:
    parts = (("journey", journey), ("stage", stage), ("touchpoint", touchpoint))
    return " / ".join(ctx.model.label(name, value, ctx.t) for name, value in parts if value)


main(page.begin(__file__))
