"""Which choices or rows of a question show: those chosen in an earlier question, or each under its own condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.builder import telling
from components.builder.form import Form
from components.builder.rows import Rows
from cx.survey.editing import change, lists
from cx.survey.lists import choice_keys
from cx.words.apart import apart


def field(entry: Mapping[str, Any]) -> str | None:
    """Where the parts of a question stand that may have conditions; None where it has no such."""
    kind = str(entry.get("type"))
    return "rows" if kind == "matrix" else "choices" if "show_if" in choice_keys(kind) else None


def count(entry: Mapping[str, Any]) -> int:
    """How many of its parts have a condition."""
    name = field(entry)
    found = entry.get(name) if name else None
    return sum(isinstance(part, dict) and bool(part.get("show_if")) for part in found or ())


def show(
    form: Form, entry: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], known: list[dict[str, Any]]
) -> None:
    """Draw it. ``earlier`` are the questions before it, ``known`` what conditions can be about."""
    t, name, selected = form.t, field(entry), form.desk.selected
    entries = change.items(form.desk.definition, selected, name) if name else []
    if not name or not entries:
        return
    st.caption(t("builder.parts_lead"))
    sources = {str(each["id"]): each for each in earlier if lists.alike(entries, _choices(each))}
    if sources:
        now = next((id for id, each in sources.items() if lists.follows(entries, id, _choices(each))), None)

        def put(definition: Mapping[str, Any], id: Any) -> dict[str, Any]:
            mine = change.items(definition, selected, name)
            source = _choices(sources[id]) if id else ()
            return change.set_items(definition, selected, name, lists.following(mine, str(id), source))

        named = apart({id: telling.short(t, source) for id, source in sources.items()})
        form.pick("parts_of", t("builder.parts_of"), [None, *sources], now, put,
                  lambda id: named[id] if id else t("builder.parts_any"))  # fmt: skip
    told = apart({str(part.get("id")): t.pick(part.get("label")) or str(part.get("id")) for part in entries})
    labels = [told[str(part.get("id"))] for part in entries]
    at = st.selectbox(
        t(f"builder.parts_{name}"), range(len(entries)), key=form.key("parts_at"),
        format_func=lambda at: labels[at] + (" ·" if entries[at].get("show_if") else ""),
    )  # fmt: skip
    source = str(entries[at].get("show_if") or "")
    Rows(form, f"part{at}", source, known, form.on_item(name, at, "show_if")).show()


def _choices(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What may be chosen beside others in a question."""
    several = entry.get("type") in ("multiple", "ranking")
    return [each for each in entry.get("choices") or () if isinstance(each, dict)] if several else ()
