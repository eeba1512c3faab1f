"""One entry of the indicator dictionary as a form, and the whole as YAML: both write the same draft."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import page
from components.dictionary import overview
from components.markdown import plain
from components.page import Context
from cx.bank import editing
from cx.bank.entry import GRAINS
from cx.publish import dictionary as press
from cx.publish.dictionary import Desk
from cx.publish.drafts import Draft
from cx.words import LANGUAGES, Refused

_WORDS = ("unit", "formula", "computed", "numerator", "denominator", "owner", "source", "refresh", "version")
_HELPED = ("formula", "computed", "refresh")


def edit(ctx: Context, at: Desk, draft: Draft | None, chosen: str) -> None:
    """The form of one entry, chosen or new; saving makes or goes on with the draft."""
    t, text = ctx.t, draft.text if draft else at.text()
    try:
        known = editing.entries(text)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    fresh = chosen == ""
    before = {} if fresh else known.get(chosen, {})
    base = draft.revision if draft else None
    key = f"{chosen or 'new'}_{base or 0}"
    with st.form(f"dictionary_{key}", border=True):
        id = st.text_input(t("dictionary.field_id"), key=f"id_{key}", help=t("dictionary.help_id")) if fresh else chosen
        entry = {**before, **_names(ctx, before, key), **_figures(ctx, before, key), **_place(ctx, before, key)}
        saved = st.form_submit_button(t("dictionary.save"), type="primary", icon=":material/save:")
    if saved:
        if fresh and (not id.strip() or id.strip() in known):
            st.error(t("dictionary.id_taken" if id.strip() else "dictionary.id_missing", id=plain(id)))
            return
        keep(ctx, at, editing.put(text, id.strip(), entry), base)
    if not fresh and st.button(t("dictionary.remove"), key=f"dictionary_remove_{key}", icon=":material/delete:"):
        keep(ctx, at, editing.remove(text, chosen), base)


def whole(ctx: Context, at: Desk, draft: Draft | None) -> None:
    """The YAML beside it, editable. What was typed stays when it is refused."""
    base = draft.revision if draft else None
    text = st.text_area(
        "indicators.yaml", draft.text if draft else at.text(), height=520, key=f"dictionary_yaml_{base or 0}",
        label_visibility="collapsed",
    )  # fmt: skip
    if st.button(ctx.t("dictionary.save"), key="dictionary_yaml_save", type="primary", icon=":material/save:"):
        keep(ctx, at, text, base)


def keep(ctx: Context, at: Desk, text: str, revision: int | None) -> None:
    """Save a text over the revision that the user saw."""
    overview.done(ctx, lambda: press.save(at, text, ctx.user, revision), ctx.t("dictionary.saved"))


def _names(ctx: Context, before: dict[str, Any], key: str) -> dict[str, Any]:
    t, given = ctx.t, before.get("name")
    now = given if isinstance(given, dict) else dict.fromkeys(LANGUAGES, given or "")
    columns = st.columns(len(LANGUAGES))
    names = {
        lang: column.text_input(t(f"dictionary.name_{lang}"), str(now.get(lang, "")), key=f"name_{lang}_{key}")
        for lang, column in zip(LANGUAGES, columns, strict=True)
    }
    found: dict[str, Any] = {"name": {lang: name for lang, name in names.items() if name}}
    columns = st.columns(3)
    for place, field in enumerate(_WORDS):
        aid = t(f"dictionary.help_{field}") if field in _HELPED else None
        found[field] = columns[place % 3].text_input(
            t(f"dictionary.field_{field}"), str(before.get(field, "")), key=f"{field}_{key}", help=aid
        )
    return found


def _figures(ctx: Context, before: dict[str, Any], key: str) -> dict[str, Any]:
    t = ctx.t

    def number(where: Any, name: str, value: object, label: str = "") -> float | int | None:
        told = t(f"dictionary.field_{label or name}")
        now = float(value) if isinstance(value, int | float) else None
        found = where.number_input(told, value=now, key=f"{name}_{key}", format="%g", step=None)
        return int(found) if found is not None and found == int(found) else found

    ways = ("higher", "lower")
    first = st.columns(4)
    found: dict[str, Any] = {
        "direction": first[0].selectbox(
            t("dictionary.field_direction"), ways, ways.index(before.get("direction", "higher")),
            format_func=lambda way: t(f"dictionary.way_{way}"), key=f"direction_{key}",
        ),
        "grain": first[1].selectbox(
            t("dictionary.field_grain"), GRAINS, GRAINS.index(before.get("grain", "month")),
            format_func=lambda grain: t(f"dictionary.grain_{grain}"), key=f"grain_{key}",
        ),
        "target": number(first[2], "target", before.get("target")),
        "weight": number(first[3], "weight", before.get("weight")),
    }  # fmt: skip
    limits, scale = before.get("thresholds") or {}, before.get("scale") or {}
    row = st.columns(6)
    parts = (("watch", limits), ("alarm", limits), ("zero", scale), ("full", scale), ("low", before), ("high", before))
    values = {name: number(column, name, held.get(name)) for (name, held), column in zip(parts, row, strict=True)}
    groups = {"thresholds": ("watch", "alarm"), "scale": ("zero", "full")}
    for group, names in groups.items():
        found[group] = {name: values[name] for name in names if values[name] is not None}
    return found | {"low": values["low"], "high": values["high"]}


def _place(ctx: Context, before: dict[str, Any], key: str) -> dict[str, Any]:
    """Where on the journey: a touchpoint says all three, a stage two."""
    t, model = ctx.t, ctx.model
    offered: dict[tuple[str, str, str], str] = {("", "", ""): t("dictionary.no_place")}
    for journey in model.journeys.values():
        offered[journey.id, "", ""] = t.pick(journey.name, journey.id)
        for stage in journey.stages:
            offered[journey.id, stage.id, ""] = f"{t.pick(journey.name, '')} / {t.pick(stage.name, stage.id)}"
            for point in stage.touchpoints:
                names = (journey.name, stage.name, point.name)
                offered[journey.id, stage.id, point.id] = " / ".join(t.pick(name, "") for name in names)
    now = _now(ctx, before)
    options = list(offered)
    chosen = st.selectbox(
        t("dictionary.field_touchpoint"), options, options.index(now) if now in offered else 0,
        format_func=offered.__getitem__, key=f"place_{key}",
    )  # fmt: skip
    journey, stage, point = chosen
    if point:
        return {"journey": None, "stage": None, "touchpoint": point}
    return {"journey": journey or None, "stage": stage or None, "touchpoint": None}


def _now(ctx: Context, before: dict[str, Any]) -> tuple[str, str, str]:
    point = str(before.get("touchpoint") or "")
    place = ctx.model.place_of(point) if point else None
    if place is not None:
        return (*place, point)
    return str(before.get("journey") or ""), str(before.get("stage") or ""), ""
