"""Choosing a list of customers and its columns. The list stays in this tab's memory and goes when it is done with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import streamlit as st

from components import page, session
from components.markdown import plain
from components.page import Context
from cx.collect import lists, secret
from cx.collect.lists import Columns, Sheet
from cx.collect.people import DIMENSIONS, Person
from cx.words import Refused

_MOST_VALUES = 60  # of a column that is offered for choosing by clicks


@dataclass(frozen=True)
class People:
    """A list as it was understood."""

    sheet: Sheet = field(repr=False)
    columns: Columns
    people: tuple[Person, ...] = field(repr=False)


def ask(ctx: Context, purpose: str) -> People | None:
    """The uploader, and what its columns are; None until there is a list that can be read."""
    t = ctx.t
    place = session.get(f"inv_round_{purpose}", 0)
    uploaded = st.file_uploader(
        t("invitations.list"), key=f"inv_list_{purpose}_{place}", help=t("invitations.list_help")
    )
    if uploaded is None:
        session.drop(f"inv_sheet_{purpose}")
        return None
    try:
        sheet = _sheet(purpose, uploaded.file_id, uploaded.getvalue(), uploaded.name)
    except Refused as refused:
        page.problems(ctx, refused)
        return None
    columns = _columns(ctx, sheet, purpose)
    kept: People | None = session.get(f"inv_people_{purpose}", None)
    if kept is None or kept.sheet is not sheet or kept.columns != columns:
        bench = ctx.bench
        kept = People(sheet, columns, lists.people(sheet, columns, bench.model, secret.load(bench.place.data)))
        session.put(f"inv_people_{purpose}", kept)
    return kept


def forget(purpose: str) -> None:
    """Let go of the list, and show an empty uploader."""
    for name in ("sheet", "people"):
        session.drop(f"inv_{name}_{purpose}")
    session.put(f"inv_round_{purpose}", session.get(f"inv_round_{purpose}", 0) + 1)


def condition(ctx: Context, listed: People, start: str, tag: str) -> str:
    """Who may be asked, as a condition: values of one column by clicks, the rest as CEL with the list's headers."""
    t, names = ctx.t, lists.attribute_names(listed.sheet, listed.columns)
    said = {header: sorted({p.attributes[name] for p in listed.people if name in p.attributes}, key=str)
            for header, name in names.items()}  # fmt: skip
    column, values = st.columns([2, 5])
    few = [header for header, found in said.items() if 1 < len(found) <= _MOST_VALUES]
    header = column.selectbox(
        t("invitations.only"), [None, *few], key=f"inv_only_{tag}", help=t("invitations.only_help"),
        format_func=lambda header: t("invitations.only_none") if header is None else header,
    )  # fmt: skip
    chosen: list[object] = []
    if header is not None:
        chosen = values.multiselect(
            t("invitations.only_values", column=plain(header)), said[header], key=f"inv_values_{tag}_{header}",
            format_func=lambda value: ctx.model.label(names[header], str(value), t),
            placeholder=t("invitations.only_pick"),
        )  # fmt: skip
    shown = [name if header.isascii() else header for header, name in names.items()]
    with st.expander(t("invitations.eligible"), expanded=bool(start)):
        text = st.text_input(
            t("invitations.eligible"), start, key=f"inv_who_{tag}", label_visibility="collapsed",
            placeholder=t("invitations.eligible_example"),
        )  # fmt: skip
        st.caption(
            f"{t('invitations.eligible_help')} {t('invitations.attributes', names=plain(' · '.join(shown)) or '–')}"
        )
    parts = [f"({lists.spelled(text, names)})"] if text.strip() else []
    if header is not None and chosen:
        parts.append(f"{names[header]} in {json.dumps(chosen, ensure_ascii=False)}")
    return " && ".join(parts)


def _sheet(purpose: str, file_id: str, data: bytes, name: str) -> Sheet:
    """Read once, not at every click."""
    kept = session.get(f"inv_sheet_{purpose}", None)
    if kept is None or kept[0] != file_id:
        kept = file_id, lists.read(data, name)
        session.put(f"inv_sheet_{purpose}", kept)
    sheet: Sheet = kept[1]
    return sheet


def _columns(ctx: Context, sheet: Sheet, purpose: str) -> Columns:
    t, guessed = ctx.t, lists.guess(sheet)
    tag = f"{purpose}_{sheet.sha256[:12]}"
    places = st.columns(3 if purpose == "new" else 1)
    key = places[0].selectbox(
        t("invitations.key"), sheet.headers, sheet.headers.index(guessed.key), key=f"inv_key_{tag}",
        help=t("invitations.key_help"),
    )  # fmt: skip
    columns = replace(guessed, key=key)
    if purpose == "new":
        columns = replace(columns, dimensions=_dimensions(ctx, sheet, guessed, key, tag, places))
    away = lists.personal_columns(sheet, columns)
    said = "invitations.read" if purpose == "new" else "invitations.read_again"
    st.caption(t(said, rows=t.number(len(sheet.rows)), column=plain(key)))
    if away and purpose == "new":
        st.caption(t("invitations.not_kept", columns=("、" if t.lang == "zh" else ", ").join(map(plain, away))))
    return columns


def _dimensions(
    ctx: Context, sheet: Sheet, guessed: Columns, key: str, tag: str, places: list[object]
) -> dict[str, str]:  # fmt: skip
    t, found = ctx.t, {}
    options = [None, *(header for header in sheet.headers if header != key)]
    for at, name in enumerate(DIMENSIONS, 1):
        default = guessed.dimensions.get(name)
        chosen = places[at % 3].selectbox(  # type: ignore[attr-defined]
            t(f"invitations.column_{name}"), options, options.index(default) if default in options else 0,
            key=f"inv_{name}_{tag}", format_func=lambda header: t("invitations.none") if header is None else header,
        )  # fmt: skip
        if chosen is not None:
            found[name] = chosen
    return found
