"""A computed value by picking: questions and signs, a total, an average, texts by condition, or a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import session
from components.builder import desk, telling
from components.builder.form import Form
from components.builder.logic import earlier
from components.builder.rows import Rows, asked
from cx.survey.editing import change, formula, picking
from cx.survey.editing.formula import Case, Cases, Formula
from cx.survey.editing.picking import Picked
from cx.words import Translator
from cx.words.apart import apart

_KINDS = ("number", "text", "flag")
_NUMBER = "#"
_EXACT = -1
_DIGITS = (_EXACT, 0, 1, 2)


def show(form: Form, entry: dict[str, Any]) -> None:
    """Draw what kind of value it is, and how it comes about."""
    t, kind = form.t, str(entry.get("as", "number"))
    key = form.key("value_kind")
    st.segmented_control(
        t("builder.value_kind"), _KINDS, default=kind if kind in _KINDS else None, key=key, required=True,
        format_func=lambda each: t(f"builder.value_{each}"), on_change=_rekinded, args=(form, key),
    )  # fmt: skip
    source = str(entry.get("value", ""))
    before = earlier(form.desk.definition, form.desk.selected)
    with st.container():
        if kind == "flag":
            Rows(form, "flag", source, picking.askable(before), form.on_question("value"), needed=True,
                 lead="builder.value_when").show()  # fmt: skip
        elif kind == "text":
            _texts(form, source, picking.askable(before))
        else:
            _numbers(form, source, formula.countable(before))


def begun(kind: str, before: Sequence[Mapping[str, Any]], t: Translator) -> str:
    """A value to begin with, of what is asked before."""
    known, counted = picking.askable(before), formula.countable(before)
    first = Picked((picking.first(known[0]),)) if known else Picked(())
    if kind == "flag":
        return picking.write(first) or "true"
    if kind == "text":
        cases = (Case(first, t("builder.value_case_1")),) if known else ()
        return formula.write_cases(Cases(cases, t("builder.value_case_2")))
    whole = [str(each["id"]) for each in counted if each.get("type") == "matrix"]
    amounts = tuple(str(each["id"]) for each in counted if picking.storage(each) == "number")
    scores = tuple(str(each["id"]) for each in counted if picking.storage(each) == "score")
    if len(amounts) > 1 or (whole and not amounts):
        return formula.write(Formula("total", amounts) if amounts else Formula("average", (whole[0],)), whole)
    return formula.write(Formula("chain", (amounts or scores)[:1] or (1,)))


def _rekinded(form: Form, key: str) -> None:
    kind, now = str(session.get(key, "number")), desk.current()
    if now is None:
        return
    value = begun(kind, earlier(now.definition, now.selected), form.t)
    fields = {"as": None if kind == "number" else kind, "value": value}
    desk.apply(form.ctx, change.set_question(now.definition, now.selected, **fields))


def _numbers(form: Form, source: str, known: list[dict[str, Any]]) -> None:
    t, found = form.t, formula.read(source)
    if found is None or not formula.fits(found, known):
        st.info(t("builder.value_beyond"), icon=":material/info:")
        _source(form, source)
        return
    left, right = st.columns(2, gap="small")
    with left:
        key = form.key("value_way")
        st.selectbox(
            t("builder.value_way"), formula.KINDS, formula.KINDS.index(found.kind), key=key,
            format_func=lambda each: t(f"builder.value_{each}"), placeholder=t("builder.cond_choose"),
            on_change=lambda: _write(form, known, _another(found, str(session.get(key, "chain")))),
        )  # fmt: skip
    with right:
        digits = form.key("value_digits")
        st.selectbox(
            t("builder.value_round"), _DIGITS, _DIGITS.index(found.digits) if found.digits in _DIGITS else 0,
            key=digits, on_change=lambda: _write(form, known, _rounded(found, int(session.get(digits, _EXACT)))),
            format_func=lambda n: t("builder.value_exact") if n == _EXACT else t("builder.value_digits", n=n),
            placeholder=t("builder.cond_choose"),
        )  # fmt: skip
    if found.kind == "chain":
        _chain(form, found, known)
    else:
        _many(form, found, known)
    st.caption(t("builder.value_chain_note" if found.kind == "chain" else "builder.value_note"))
    if asked(form, form.key("value_own")):
        _source(form, source, plain=True)


def _rounded(found: Formula, digits: int) -> Formula:
    return Formula(found.kind, found.parts, found.signs, None if digits == _EXACT else digits)


def _another(found: Formula, kind: str) -> Formula:
    if kind == "chain":
        return Formula("chain", found.parts, ("+",) * (len(found.parts) - 1), found.digits)
    names = tuple(dict.fromkeys(part for part in found.parts if isinstance(part, str))) or found.parts
    return Formula(kind, names, (), found.digits)  # type: ignore[arg-type]


def _many(form: Form, found: Formula, known: list[dict[str, Any]]) -> None:
    """The questions that are added up or averaged; the rows of a matrix stand for it."""
    labels = apart({str(each["id"]): telling.short(form.t, each) for each in known})
    key = form.key(f"value_of_{len(found.parts)}")

    def take() -> None:
        chosen = list(session.get(key, []))
        whole = [name for name in chosen if _matrix(known, name)]
        parts = tuple(whole[-1:] if chosen and chosen[-1] in whole else [n for n in chosen if n not in whole])
        if parts:
            _write(form, known, Formula(found.kind, parts, (), found.digits))

    st.multiselect(
        form.t("builder.value_of"), list(labels), [str(part) for part in found.parts if part in labels], key=key,
        format_func=lambda id: labels[id], placeholder=form.t("builder.cond_choose"), on_change=take,
        select_all=False,
    )  # fmt: skip


def _chain(form: Form, found: Formula, known: list[dict[str, Any]]) -> None:
    t = form.t
    labels = apart({str(each["id"]): telling.short(t, each) for each in known if each.get("type") != "matrix"})
    for at, part in enumerate(found.parts):
        _link(form, found, known, labels, at, part)
    key = form.key(f"value_more_{len(found.parts)}")
    st.selectbox(
        t("builder.value_more"), [*labels, _NUMBER], None, key=key, placeholder=t("builder.value_add"),
        label_visibility="collapsed", format_func=lambda id: labels.get(id) or t("builder.value_constant"),
        on_change=lambda: _write(form, known, _longer(found, str(session.get(key, "")))),
    )  # fmt: skip


def _longer(found: Formula, id: str) -> Formula:
    part = 1 if id == _NUMBER else id
    return Formula("chain", (*found.parts, part), (*found.signs, "+"), found.digits) if id else found


def _link(
    form: Form, found: Formula, known: list[dict[str, Any]], labels: Mapping[str, str], at: int, part: formula.Part
) -> None:
    """One question or number, and the sign before it."""
    t, mark = form.t, f"value_{at}_{len(found.parts)}"

    def put(parts: tuple[formula.Part, ...], signs: tuple[str, ...]) -> None:
        _write(form, known, Formula("chain", parts, signs, found.digits))

    sign, value, tool = st.columns([3, 9, 1], gap="small", vertical_alignment="bottom")
    if at:
        sign_key, signs = form.key(f"{mark}_sign"), found.signs
        sign.selectbox(
            t("builder.value_sign"), formula.SIGNS, formula.SIGNS.index(signs[at - 1]), key=sign_key,
            label_visibility="collapsed", format_func=lambda each: t(f"builder.value_sign_{ord(each)}"),
            placeholder=t("builder.cond_choose"),
            on_change=lambda: put(found.parts, (*signs[: at - 1], str(session.get(sign_key, "+")), *signs[at:])),
        )  # fmt: skip
    key = form.key(f"{mark}_part")

    def take() -> None:
        fresh = session.get(key, None)
        if isinstance(fresh, float):
            fresh = int(fresh) if fresh.is_integer() else round(fresh, 6)
        if fresh is not None:
            put((*found.parts[:at], fresh, *found.parts[at + 1 :]), found.signs)

    if isinstance(part, str):
        value.selectbox(t("builder.value_part"), list(labels), list(labels).index(part) if part in labels else None,
                        key=key, label_visibility="collapsed", format_func=lambda id: labels[id],
                        placeholder=t("builder.cond_choose"), on_change=take)  # fmt: skip
    else:
        value.number_input(t("builder.value_constant"), 0.0, 1e11, float(part), format="%g", key=key,
                           label_visibility="collapsed", on_change=take)  # fmt: skip
    if len(found.parts) > 1:
        cut = (*found.signs[: max(0, at - 1)], *found.signs[max(1, at) :])
        tool.button("", key=form.key(f"{mark}_drop"), icon=":material/close:", type="tertiary",
                    help=t("builder.value_drop"), on_click=put,
                    args=((*found.parts[:at], *found.parts[at + 1 :]), cut))  # fmt: skip


def _matrix(known: Sequence[Mapping[str, Any]], id: str) -> bool:
    return any(each.get("id") == id and each.get("type") == "matrix" for each in known)


def _write(form: Form, known: Sequence[Mapping[str, Any]], found: Formula) -> None:
    whole = [str(each["id"]) for each in known if each.get("type") == "matrix"]
    parts = found.parts
    if found.kind == "chain" and any(part in whole for part in parts):
        parts = tuple(part for part in parts if part not in whole) or (
            next((str(each["id"]) for each in known if each["id"] not in whole), 1),
        )
    fresh = Formula(found.kind, parts, found.signs[: len(parts) - 1], found.digits)
    form.apply(form.on_question("value"), formula.write(fresh, whole))


def _texts(form: Form, source: str, known: list[dict[str, Any]]) -> None:
    """Texts by condition: the first that holds counts."""
    t, found = form.t, formula.read_cases(source)
    if found is None:
        st.info(t("builder.value_beyond"), icon=":material/info:")
        _source(form, source)
        return
    for at, case in enumerate(found.cases):
        with st.container(border=True):
            Rows(form, f"case{at}", picking.write(case.when), known, _on_case(form, at), needed=True).show()
            key = form.key(f"case{at}_text")
            st.text_input(t("builder.value_then"), case.text, key=key,
                          on_change=lambda at=at, key=key: _said(form, at, str(session.get(key, ""))))  # fmt: skip
            if len(found.cases) > 1:
                st.button(t("builder.value_case_drop"), key=form.key(f"case{at}_drop"), type="tertiary",
                          icon=":material/delete:", on_click=form.renewed, args=(_without(form, at),))  # fmt: skip
    if known:
        st.button(t("builder.value_case_add"), key=form.key("case_add"), icon=":material/add:", type="tertiary",
                  on_click=form.apply, args=(_with(form, known), None))  # fmt: skip
    key = form.key("case_else")
    st.text_input(t("builder.value_else"), found.otherwise, key=key,
                  on_change=lambda: _said(form, None, str(session.get(key, ""))))  # fmt: skip


def _cases(form: Form, made: Any) -> Any:
    """``put`` that makes other cases of those there are."""
    selected = form.desk.selected

    def put(definition: Mapping[str, Any], value: Any) -> dict[str, Any]:
        now = formula.read_cases(str((change.question(definition, selected) or {}).get("value", "")))
        if now is None:
            return dict(definition)
        return change.set_question(definition, selected, value=formula.write_cases(made(now, value)))

    return put


def _on_case(form: Form, at: int) -> Any:
    def made(now: Cases, source: Any) -> Cases:
        when = picking.read(str(source or "")) or now.cases[at].when
        return Cases((*now.cases[:at], Case(when, now.cases[at].text), *now.cases[at + 1 :]), now.otherwise)

    return _cases(form, made)


def _said(form: Form, at: int | None, text: str) -> None:
    def made(now: Cases, text: Any) -> Cases:
        if at is None:
            return Cases(now.cases, text)
        return Cases((*now.cases[:at], Case(now.cases[at].when, text), *now.cases[at + 1 :]), now.otherwise)

    form.apply(_cases(form, made), text, f"case{at}")


def _without(form: Form, at: int) -> Any:
    return _cases(form, lambda now, _: Cases((*now.cases[:at], *now.cases[at + 1 :]), now.otherwise))


def _with(form: Form, known: Sequence[Mapping[str, Any]]) -> Any:
    fresh = Case(Picked((picking.first(known[0]),)), form.t("builder.value_case_1"))
    return _cases(form, lambda now, _: Cases((*now.cases, fresh), now.otherwise))


def _source(form: Form, source: str, plain: bool = False) -> None:
    """The formula as it is kept; where it says more than can be picked, also to begin anew."""
    t, key = form.t, form.key_while("value", source)
    st.text_area(t("builder.value"), source, key=key, height="content", help=t("builder.value_help"),
                 on_change=form._set, args=(key, form.on_question("value")))  # fmt: skip
    if plain:
        return
    entry = form.desk.entry() or {}
    fresh = begun(str(entry.get("as", "number")), earlier(form.desk.definition, form.desk.selected), t)
    st.button(t("builder.cel_clear"), key=form.key("value_clear"), type="tertiary", icon=":material/restart_alt:",
              on_click=form.apply, args=(form.on_question("value"), fresh))  # fmt: skip
