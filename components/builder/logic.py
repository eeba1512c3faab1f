"""Logic and rules of a question or a page: when it shows, when it must be answered, what an answer has to be, and where
an answer leads. One of them is drawn at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import session
from components.builder import catalogue, parts, telling
from components.builder.form import Form, Put
from components.builder.rows import Rows
from cx.survey.editing import change, picking
from cx.survey.editing.picking import Picked
from cx.survey.questions import END
from cx.survey.types import TYPES
from cx.words import Translator

_VIEWS = ("shows", "must", "rules", "jumps", "parts")
_FIELDS = {"must": "required_if", "rules": "validate", "jumps": "skip"}
_VIEW = "builder_logic_view"


def earlier(definition: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The questions before one that can be asked about; before a page, those of earlier pages."""
    places = change.keys(definition)
    limit = (int(key.removeprefix("@page")), 0) if key.startswith("@page") else places.get(key, (0, 0))
    return _asked(definition, lambda name, place: place < limit)


def up_to_here(definition: Mapping[str, Any], key: str, own: bool) -> list[dict[str, Any]]:
    """The questions up to the end of a question's page, itself included or not."""
    page = change.keys(definition).get(key, (0, 0))[0]
    return _asked(definition, lambda name, place: place[0] <= page and (own or name != key))


def everything(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every question that can be asked about."""
    return _asked(definition, lambda name, place: True)


def _asked(definition: Mapping[str, Any], wanted: Any) -> list[dict[str, Any]]:
    found = [change.question(definition, name) for name, at in change.keys(definition).items() if wanted(name, at)]
    return [entry for entry in found if entry and entry.get("id") and _answerable(entry)]


def _answerable(entry: Mapping[str, Any]) -> bool:
    kind = TYPES.get(str(entry.get("type")))
    return kind is not None and kind.answerable


def of_question(form: Form, entry: dict[str, Any]) -> None:
    """Everything about when the selected question shows and what its answer means for the way on."""
    kind = TYPES.get(str(entry.get("type")))
    views = _VIEWS if kind is not None and kind.asked else _VIEWS[:1]
    views = views if parts.field(entry) else tuple(view for view in views if view != "parts")
    with form.section("logic", _title(form, entry), "alt_route") as box:
        if not box.open:
            return
        view = _view(form, entry, views) if len(views) > 1 else views[0]
        with st.container():
            {"shows": _shows, "must": _must, "rules": _rules, "jumps": _jumps, "parts": _parts}[view](form, entry)


def _title(form: Form, entry: Mapping[str, Any]) -> str:
    t, source = form.t, entry.get("show_if")
    told = [telling.condition(t, str(source), telling.known(form.desk.definition)) if source else t("builder.always")]
    told += [t("builder.must_if")] if entry.get("required_if") else []
    for field, word in (("validate", "builder.rules_n"), ("skip", "builder.jumps_n")):
        number = len(change.items(form.desk.definition, form.desk.selected, field))
        told += [t(word, n=number)] if number else []
    told += [t("builder.parts_n", n=number)] if (number := parts.count(entry)) else []
    return t("builder.logic", what=" · ".join(told))


def _view(form: Form, entry: Mapping[str, Any], views: tuple[str, ...]) -> str:
    t, key = form.t, form.key("logic_view")
    now = session.get(_VIEW, views[0])

    def told(view: str) -> str:
        found = entry.get(_FIELDS.get(view, "show_if"))
        number = len(found) if isinstance(found, list) else 1 if found else 0
        number = parts.count(entry) if view == "parts" else number
        return t(f"builder.logic_{view}") + (f" · {number}" if number else "")

    chosen = st.segmented_control(
        t("builder.logic_views"), views, default=now if now in views else views[0], key=key, required=True,
        format_func=told, label_visibility="collapsed", on_change=lambda: session.put(_VIEW, session.get(key, now)),
    )  # fmt: skip
    return chosen or views[0]


def _shows(form: Form, entry: Mapping[str, Any]) -> None:
    _when(form, entry.get("show_if"), form.on_question("show_if"))


def _when(form: Form, source: Any, put: Put) -> None:
    known = picking.askable(earlier(form.desk.definition, form.desk.selected))
    Rows(form, "cond", str(source or ""), known, put).show()


def _must(form: Form, entry: Mapping[str, Any]) -> None:
    t = form.t
    if entry.get("required"):
        st.caption(t("builder.must_always"))
        return
    st.caption(t("builder.must_lead"))
    known = picking.askable(up_to_here(form.desk.definition, form.desk.selected, own=False))
    Rows(form, "must", str(entry.get("required_if") or ""), known, form.on_question("required_if"),
         empty="builder.no_other").show()  # fmt: skip


def _rules(form: Form, _entry: dict[str, Any]) -> None:
    """What an answer has to be, each with what is said when it is not."""
    t, definition, selected = form.t, form.desk.definition, form.desk.selected
    st.caption(t("builder.rules_lead"))
    known = picking.askable(up_to_here(definition, selected, own=True))
    known.sort(key=lambda each: str(each["id"]).partition(".")[0] != selected)
    for at, rule in enumerate(change.items(definition, selected, "validate")):
        with st.container(border=True):
            Rows(form, f"rule{at}", str(rule.get("rule") or ""), known, form.on_item("validate", at, "rule"),
                 needed=True, lead="builder.rule_question").show()  # fmt: skip
            form.both(
                f"rule{at}_message", t("builder.message"), form.text_of_item("validate", at, "message"), area=True
            )
            drop(form, "validate", at, "builder.rule_drop")
    add(form, "validate", "builder.rule_add", known,
         {"rule": "", "message": {lang: Translator(lang)("builder.fresh_message")
                                  for lang in catalogue.speaks(definition)}})  # fmt: skip


def _jumps(form: Form, entry: dict[str, Any]) -> None:
    """Where answers lead: the first that holds counts."""
    t, definition, selected = form.t, form.desk.definition, form.desk.selected
    st.caption(t("builder.jumps_lead"))
    known = picking.askable([entry, *earlier(definition, selected)])
    about, places = telling.known(definition), change.keys(definition)
    later = [name for name, place in places.items() if place > places[selected]]
    for at, skip in enumerate(change.items(definition, selected, "skip")):
        with st.container(border=True):
            Rows(form, f"jump{at}", str(skip.get("if") or ""), known, form.on_item("skip", at, "if"),
                 needed=True).show()  # fmt: skip
            form.pick(f"jump{at}_to", t("builder.jump_to"), [END, *later], skip.get("to"),
                      form.on_item("skip", at, "to"), lambda to: telling.place(t, to, about))  # fmt: skip
            drop(form, "skip", at, "builder.jump_drop")
    add(form, "skip", "builder.jump_add", known, {"if": "", "to": END})


def _parts(form: Form, entry: dict[str, Any]) -> None:
    before = earlier(form.desk.definition, form.desk.selected)
    parts.show(form, entry, before, picking.askable(before))


def add(form: Form, field: str, word: str, known: list[dict[str, Any]], fresh: dict[str, Any]) -> None:
    """A button for one more entry of a list, its empty field a condition that means something at once."""
    owner, condition = form.owner, next(name for name, value in fresh.items() if value == "")

    def put(definition: Mapping[str, Any], _: Any) -> dict[str, Any]:
        begun = {**fresh, condition: picking.write(Picked((picking.first(known[0]),)))}
        return change.set_items(definition, owner, field, [*change.items(definition, owner, field), begun])

    if known:
        st.button(form.t(word), key=form.key(f"{field}_add"), icon=":material/add:", type="tertiary",
                  on_click=form.apply, args=(put, None))  # fmt: skip


def drop(form: Form, field: str, at: int, word: str) -> None:
    """A button that takes an entry of a list away."""
    owner = form.owner

    def put(definition: Mapping[str, Any], _: Any) -> dict[str, Any]:
        found = change.items(definition, owner, field)
        return change.set_items(definition, owner, field, [*found[:at], *found[at + 1 :]])

    st.button(form.t(word), key=form.key(f"{field}{at}_drop"), icon=":material/delete:", type="tertiary",
              on_click=form.renewed, args=(put,))  # fmt: skip


def of_page(form: Form, number: int, source: Any) -> None:
    """When a page shows."""
    t = form.t
    said = telling.condition(t, str(source), telling.known(form.desk.definition)) if source else t("builder.always")
    with form.section("logic", t("builder.shows", when=said), "alt_route") as box:
        if box.open:
            _when(form, source, form.on_page(number, "show_if"))
