"""The list of cards: what it shows, and what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components import session
from components.builder import catalogue, desk, formula, logic, parts, telling
from components.page import Context
from cx.survey.editing import change

_HERE = Path(__file__).parent
_KEY = "builder_outline"
_WORDS = (
    "settings",
    "thanks_card",
    "add",
    "add_here",
    "page",
    "required",
    "problems",
    "hints",
    "up",
    "down",
    "copy",
    "delete",
    "break",
    "join",
    "break_up",
    "break_down",
    "close_list",
    "drag",
    "blocks",
    "search",
)


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "cx_outline",
        css=(_HERE / "outline.css").read_text(encoding="utf-8"),
        js=(_HERE / "outline.js").read_text(encoding="utf-8"),
    )


def show(ctx: Context, open_desk: desk.Desk) -> None:
    """Draw the cards."""
    _component()(data=_data(ctx, open_desk), key=_KEY, on_act_change=lambda: _act(ctx))


def _data(ctx: Context, open_desk: desk.Desk) -> dict[str, Any]:
    t = ctx.t
    places = change.keys(open_desk.definition)
    by_place = {place: key for key, place in places.items()}
    known = telling.known(open_desk.definition)
    number = 0
    pages = []
    for at, page in enumerate(change.pages(open_desk.definition)):
        cards = []
        for place, entry in enumerate(change.questions(page)):
            number += entry.get("type") != "note"
            cards.append(_card(ctx, open_desk, known, by_place[at, place], entry, number))
        condition = page.get("show_if")
        pages.append(
            {
                "key": f"@page{at}",
                "title": t.pick(page.get("title")),
                "when": telling.condition(t, str(condition), known) if condition else "",
                "cards": cards,
            }
        )
    return {
        "words": {name: t(f"builder.{name}") for name in _WORDS},
        "selected": open_desk.selected,
        "title": t.pick(open_desk.definition.get("title")) or open_desk.survey_id,
        "problems": len(open_desk.about(desk.SETTINGS)),
        "hints": len(open_desk.hints(desk.SETTINGS)),
        "pages": pages,
        "catalogue": catalogue.groups(t),
    }


def _card(
    ctx: Context, open_desk: desk.Desk, known: telling.Known, key: str, entry: Mapping[str, Any], number: int
) -> dict[str, Any]:
    t = ctx.t
    kind = str(entry.get("type", ""))
    badges = []
    if entry.get("show_if"):
        badges.append(["alt_route", telling.condition(t, str(entry["show_if"]), known)])
    if entry.get("required_if"):
        badges.append(["asterisk", telling.condition(t, str(entry["required_if"]), known)])
    for skip in change.items(open_desk.definition, key, "skip"):
        badges.append(["redo", telling.jump(t, skip, known)])
    if number := parts.count(entry):
        badges.append(["filter_list", t("builder.parts_n", n=number)])
    rules = change.items(open_desk.definition, key, "validate")
    if rules:
        badges.append(["rule", t("builder.rules_n", n=len(rules))])
    if entry.get("touchpoint"):
        badges.append(["pin_drop", ctx.model.label("touchpoint", str(entry["touchpoint"]), t)])
    missing = telling.missing(entry, open_desk.survey)
    if missing:
        badges.append(["translate", t("builder.untranslated", n=missing)])
    return {
        "key": key,
        "icon": catalogue.icon(kind),
        "type": t(f"builder.type_{kind}") if t.has(f"builder.type_{kind}") else kind,
        "number": number if kind != "note" else 0,
        "label": t.pick(entry.get("label")) or t("builder.no_label"),
        "required": bool(entry.get("required")),
        "badges": badges,
        "problems": len(open_desk.about(key)),
        "hints": len(open_desk.hints(key)),
    }


def _act(ctx: Context) -> None:
    """What was clicked or dropped."""
    said = session.get(_KEY, {}).get("act")
    open_desk = desk.current()
    if not isinstance(said, Mapping) or open_desk is None:
        return
    do, key = str(said.get("do", "")), str(said.get("key", ""))
    definition = open_desk.definition
    if do == "select":
        open_desk.selected = key
        return
    if do in ("type", "block"):
        _add(ctx, open_desk, do, str(said.get("name", "")), said.get("after"))
    elif key.startswith("@page"):
        _page(ctx, definition, do, int(key.removeprefix("@page")))
    elif key in change.keys(definition):
        _question(ctx, open_desk, do, key, said)


def _add(ctx: Context, open_desk: desk.Desk, do: str, name: str, after: object) -> None:
    taken = change.ids(open_desk.definition)
    lang = catalogue.tongue(open_desk.definition, ctx.t)
    entries = [catalogue.fresh(name, taken, lang)] if do == "type" else catalogue.block(name)
    entries = catalogue.spoken(entries, open_desk.definition)
    result, selected = change.add(open_desk.definition, entries, str(after) if after else None)
    if name == "computed":
        value = formula.begun("number", logic.earlier(result, selected), ctx.t)
        result = change.set_question(result, selected, value=value)
    if any(entry.get("type") == "nps" for entry in entries) and not result.get("nps_kind"):
        result = change.set_top(result, nps_kind="transactional")
    desk.apply(ctx, result)
    open_desk.selected = selected


def _page(ctx: Context, definition: Mapping[str, Any], do: str, page: int) -> None:
    if do == "join":
        desk.apply(ctx, change.join(definition, page))
    elif do in ("up", "down"):
        desk.apply(ctx, change.shift_break(definition, page, -1 if do == "up" else 1))


def _question(ctx: Context, open_desk: desk.Desk, do: str, key: str, said: Mapping[str, Any]) -> None:
    definition = open_desk.definition
    if do in ("up", "down"):
        desk.apply(ctx, change.shift(definition, key, -1 if do == "up" else 1))
        open_desk.selected = key
    elif do == "move":
        desk.apply(ctx, change.move(definition, key, int(said["page"]), int(said["place"])))
        open_desk.selected = key
    elif do == "copy":
        result, open_desk.selected = change.duplicate(definition, key)
        desk.apply(ctx, result)
    elif do == "break":
        desk.apply(ctx, change.break_before(definition, key))
    elif do == "delete":
        keys = list(change.keys(definition))
        at = keys.index(key)
        left = [*keys[at + 1 : at + 2], *keys[max(0, at - 1) : at], desk.SETTINGS]
        desk.apply(ctx, without(definition, key))
        if open_desk.selected == key:
            open_desk.selected = left[0]


def without(definition: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The definition without a question; without the kind of NPS too, when that was the last such question."""
    result = change.remove(definition, key)
    kinds = {entry.get("type") for page in change.pages(result) for entry in change.questions(page)}
    return change.set_top(result, nps_kind=None) if "nps" not in kinds and "nps_kind" in result else result
