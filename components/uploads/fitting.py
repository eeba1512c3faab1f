"""Where a file's words are not the bank's: names picked once, totals, units; and what was done with the rest."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from components.page import Context
from components.uploads.reading import File, Outcome
from cx.intake.indicator_match import Unknown
from cx.intake.lookup import plain
from cx.intake.mappings import LEAVE_OUT, IndicatorMapping
from cx.intake.reading.layout import members_of

SHOWN = 30


def fit(ctx: Context, file: File, mapping: IndicatorMapping, found: Outcome) -> IndicatorMapping:
    """The mapping with what the user picks for the names and totals that the first check came upon."""
    tag = f"{file.sha256[:12]}_{mapping.source}"
    return replace(_names(ctx, mapping, found, tag), bank=_bank(ctx, mapping, found, tag))


def _bank(ctx: Context, mapping: IndicatorMapping, found: Outcome, tag: str) -> tuple[str, ...]:
    if not found.banks:
        return mapping.bank
    t, chosen = ctx.t, {plain(text) for text in mapping.bank}
    default = [text for text in found.banks if plain(text) in chosen]
    picked = st.multiselect(
        t("upload.bank_names"), found.banks, default, key=f"up_bank_{tag}", help=t("upload.bank_help"),
        placeholder=t("upload.bank_none"),
    )  # fmt: skip
    return tuple(picked)


def _names(ctx: Context, mapping: IndicatorMapping, found: Outcome, tag: str) -> IndicatorMapping:
    if not found.unknown:
        return mapping
    t = ctx.t
    st.markdown(f"**{t('upload.names')}**")
    st.caption(t("upload.names_about"))
    names = {role: dict(said) for role, said in mapping.names.items()}
    grid = st.columns(3)
    for place, one in enumerate(found.unknown[:SHOWN]):
        with grid[place % 3]:
            picked = _pick(ctx, one, tag)
        if picked:
            names.setdefault(one.role, {})[one.text] = picked
    if len(found.unknown) > SHOWN:
        st.caption(t("upload.names_more", count=t.number(len(found.unknown) - SHOWN)))
    return replace(mapping, names=names)


def _pick(ctx: Context, one: Unknown, tag: str) -> str | None:
    """One name of the file: the likeliest of the bank's first, nothing chosen beforehand."""
    t, members = ctx.t, members_of(ctx.model)[one.role][0]
    options = [*one.near, *(id for id in members if id not in one.near), LEAVE_OUT]
    return st.selectbox(
        t("upload.names_pick", name=one.text, rows=t.number(one.rows)), options, None,
        key=f"up_name_{one.role}_{one.text}_{tag}",
        placeholder=t("upload.names_likely", name=ctx.model.label(one.role, one.near[0], t)) if one.near
        else t("upload.names_choose"),
        format_func=lambda id: t("upload.names_leave") if id == LEAVE_OUT else ctx.model.label(one.role, id, t),
    )  # fmt: skip


def told(ctx: Context, found: Outcome) -> None:
    """What was left out, taken from above the table, converted."""
    t = ctx.t
    lines = [
        t(f"upload.notice_{one.code}", **{name: _shown(ctx, value) for name, value in one.values.items()})
        for one in found.notices
    ]
    for one in found.conversions:
        name = ctx.model.label("indicator", one.indicator, t)
        unit = ctx.model.unit(one.indicator, t)
        lines.append(t("upload.converted", name=name, said=one.said, unit=unit, factor=one.shown))
    if lines:
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        st.html(f'<div class="cx-facts" role="note"><b>{escape(t("upload.noticed"))}</b><ul>{items}</ul></div>')


def _shown(ctx: Context, value: object) -> object:
    return ctx.t.number(value) if isinstance(value, int) and value < 1900 else value
