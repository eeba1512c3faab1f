"""When a question or a page shows: rows to pick from, the condition they make shown below, and that to be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import session
from components.builder import telling
from components.builder.form import Form, Put
from cx.survey.editing import change, picking
from cx.survey.editing.picking import Picked, Term
from cx.survey.types import TYPES

_OWN = "builder_condition_own"


def earlier(definition: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The questions before one that can be asked about; before a page, those of earlier pages."""
    places = change.keys(definition)
    limit = (int(key.removeprefix("@page")), 0) if key.startswith("@page") else places.get(key, (0, 0))
    found = [change.question(definition, name) for name, place in places.items() if place < limit]
    return [entry for entry in found if entry and entry.get("id") and _answerable(entry)]


def _answerable(entry: Mapping[str, Any]) -> bool:
    kind = TYPES.get(str(entry.get("type")))
    return kind is not None and kind.answerable


def of_question(form: Form, entry: dict[str, Any]) -> None:
    """When the selected question shows."""
    show(form, entry.get("show_if"), form.on_question("show_if"))


def show(form: Form, source: Any, put: Put) -> None:
    """The condition in words; opened, the rows that make it."""
    t = form.t
    said = telling.condition(t, str(source), form.desk.definition) if source else t("builder.always")
    with form.section("logic", t("builder.shows", when=said), "alt_route") as box:
        if box.open:
            _inside(form, str(source or ""), put)


def _inside(form: Form, source: str, put: Put) -> None:
    t = form.t
    known = [entry for entry in earlier(form.desk.definition, form.desk.selected) if picking.signs(entry)]
    picked = picking.read(source) if source else Picked(())
    plain = picked is not None and picking.fits(picked, known)
    if not known and not source:
        st.caption(t("builder.first_question"))
        return
    if not plain:
        st.info(t("builder.beyond"), icon=":material/info:")
    elif picked is not None:
        _rows(form, picked, known, put)
    _source(form, source, put, plain)


def _rows(form: Form, picked: Picked, known: list[dict[str, Any]], put: Put) -> None:
    t = form.t
    pending = session.get(_pending(form), None)
    terms = [*picked.terms, *([pending] if pending is not None else [])] or [Term("", "")]
    for at, term in enumerate(terms):
        _row(form, picked, terms, at, term, known, put)
    with st.container(horizontal=True, vertical_alignment="center"):
        if pending is None and picked.terms:
            st.button(t("builder.add_condition"), key=form.key("cond_add"), icon=":material/add:", type="tertiary",
                      on_click=session.put, args=(_pending(form), Term("", "")))  # fmt: skip
        if len(terms) > 1:
            key = form.key("cond_any")
            st.segmented_control(
                t("builder.joint"),
                (False, True),
                default=picked.any,
                key=key,
                label_visibility="collapsed",
                required=True,
                format_func=lambda any: t("builder.any" if any else "builder.all"),
                on_change=lambda: _write(form, Picked(picked.terms, bool(session.get(key, False))), put),
            )


def _pending(form: Form) -> str:
    return f"builder_pending_{form.desk.survey_id}_{form.desk.selected}"


def _row(
    form: Form, picked: Picked, terms: list[Term], at: int, term: Term, known: list[dict[str, Any]], put: Put
) -> None:
    t = form.t
    mark = f"cond_{at}_{len(terms)}"
    names = [str(entry["id"]) for entry in known]
    entry = next((each for each in known if each["id"] == term.name), None)
    key = form.key(f"{mark}_name_{term.name}")
    if at:
        st.caption(t("builder.or" if picked.any else "builder.and"))
    st.selectbox(
        t("builder.cond_question"), names, names.index(term.name) if term.name in names else None, key=key,
        placeholder=t("builder.cond_choose"), label_visibility="visible" if at == 0 else "collapsed",
        format_func=lambda id: t.pick(next(each for each in known if each["id"] == id).get("label")) or id,
        on_change=lambda: _named(form, picked, at, str(session.get(key, "") or ""), known, put),
    )  # fmt: skip
    narrow, value, tool = st.columns([5, 7, 1], gap="small", vertical_alignment="bottom")
    if entry is not None:
        with narrow:
            _sign(form, picked, at, term, entry, put, mark)
        with value:
            _value(form, picked, at, term, entry, put, mark)
    if term.name or len(terms) > 1:
        tool.button(
            "",
            key=form.key(f"{mark}_drop"),
            icon=":material/close:",
            type="tertiary",
            help=t("builder.cond_drop"),
            on_click=_dropped,
            args=(form, picked, at, put),
        )


def _sign(form: Form, picked: Picked, at: int, term: Term, entry: dict[str, Any], put: Put, mark: str) -> None:
    t, key = form.t, form.key(f"{mark}_sign_{term.name}_{term.sign}")
    signs = picking.signs(entry)
    st.selectbox(
        t("builder.cond_sign"), signs, signs.index(term.sign) if term.sign in signs else 0, key=key,
        label_visibility="collapsed",
        format_func=lambda sign: t(f"builder.sign_{telling.SIGN_WORDS[sign]}"),
        on_change=lambda: _changed(form, picked, at, _signed(term, str(session.get(key, "")), entry), put),
    )  # fmt: skip


def _value(form: Form, picked: Picked, at: int, term: Term, entry: dict[str, Any], put: Put, mark: str) -> None:
    t = form.t
    if term.sign == "answered":
        return
    key = form.key(f"{mark}_value_{term.name}_{term.sign}")
    current = term.values[0] if term.values else None

    def change_to(value: Any) -> None:
        values = tuple(value) if isinstance(value, list) else (value,)
        _changed(form, picked, at, Term(term.name, term.sign, values), put)

    options = values_of(entry)
    label = t("builder.cond_value")
    if term.sign == "in":
        st.multiselect(
            label,
            options,
            [each for each in term.values if each in options],
            key=key,
            label_visibility="collapsed",
            format_func=lambda each: telling.value(t, entry, each),
            placeholder=t("builder.cond_choose"),
            on_change=lambda: change_to(session.get(key, [])),
        )
    elif options:
        st.selectbox(
            label,
            options,
            options.index(current) if current in options else None,
            key=key,
            label_visibility="collapsed",
            format_func=lambda each: telling.value(t, entry, each),
            placeholder=t("builder.cond_choose"),
            on_change=lambda: change_to(session.get(key, None)),
        )
    elif TYPES[entry["type"]].storage == "number":
        number = current if isinstance(current, int | float) else None
        st.number_input(label, value=number, key=key, label_visibility="collapsed",
                        on_change=lambda: change_to(session.get(key, None)))  # fmt: skip
    else:
        st.text_input(label, str(current or ""), key=key, label_visibility="collapsed",
                      on_change=lambda: change_to(session.get(key, "")))  # fmt: skip


def values_of(entry: Mapping[str, Any]) -> list[Any]:
    """The values that can be picked for a question; none where any number or text will do."""
    kind = TYPES[str(entry["type"])]
    if kind.storage == "flag":
        return [True, False]
    if kind.storage == "score":
        low, high = kind.points or (1, 5)
        top = entry.get("points", high)
        return list(range(low, (top if isinstance(top, int) else high) + 1))
    return [str(each.get("id")) for each in entry.get("choices") or () if isinstance(each, dict)]


def _named(form: Form, picked: Picked, at: int, name: str, known: list[dict[str, Any]], put: Put) -> None:
    entry = next((each for each in known if each["id"] == name), None)
    if entry is None:
        return
    sign = picking.signs(entry)[0]
    values = values_of(entry)
    # A low score to begin with, so that the row means something at once; anything else is for the author to pick.
    first: Any = None
    if TYPES[entry["type"]].storage == "score":
        first = 6 if entry["type"] == "nps" else values[len(values) // 2 - 1]
    _changed(form, picked, at, Term(name, sign, () if first is None else (first,)), put)


def _signed(term: Term, sign: str, entry: Mapping[str, Any]) -> Term:
    values = term.values if sign != "answered" else ()
    if not values and sign != "answered":
        values = tuple(values_of(entry)[:1])
    return Term(term.name, sign, values if sign == "in" else values[:1])


def _changed(form: Form, picked: Picked, at: int, term: Term, put: Put) -> None:
    terms = [*picked.terms[:at], term, *picked.terms[at + 1 :]]
    if picking.complete(term):
        session.drop(_pending(form))
        _write(form, Picked(tuple(terms), picked.any), put)
    elif at >= len(picked.terms):
        session.put(_pending(form), term)


def _dropped(form: Form, picked: Picked, at: int, put: Put) -> None:
    session.drop(_pending(form))
    if at < len(picked.terms):
        _write(form, Picked((*picked.terms[:at], *picked.terms[at + 1 :]), picked.any), put)


def _write(form: Form, picked: Picked, put: Put) -> None:
    form.apply(put, picking.write(picked) or None)


def _source(form: Form, source: str, put: Put, plain: bool) -> None:
    """The condition as it is kept; to be written by those who know how."""
    t = form.t
    own = session.get(_OWN, False) or not plain
    if plain and source and not own:
        st.code(source, language=None, wrap_lines=True)
    if own:
        key = form.key("cond_source")
        st.text_area(
            t("builder.cel"), source, key=key, height="content", help=t("builder.cel_help"),
            on_change=lambda: form.apply(put, str(session.get(key, "")).strip() or None),
        )  # fmt: skip
        if not plain and source:
            st.button(
                t("builder.cel_clear"),
                key=form.key("cond_clear"),
                type="tertiary",
                icon=":material/restart_alt:",
                on_click=form.apply,
                args=(put, None),
            )
    if plain:
        key = form.key("cond_own")
        st.toggle(t("builder.expert"), bool(own), key=key, on_change=lambda: session.put(_OWN, session.get(key, False)))
