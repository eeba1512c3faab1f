"""The editor of what is selected: a question, a page, the survey's settings or its thanks."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import session
from components.builder import answers, catalogue, desk, logic, measure, notes, settings, telling
from components.builder.form import Form
from components.page import Context
from cx.survey.editing import change
from cx.survey.types import TYPES


def show(ctx: Context, open_desk: desk.Desk) -> None:
    """Draw the editor of what is selected."""
    form = Form(ctx, open_desk)
    entry = open_desk.entry()
    if entry is not None:
        _question(form, entry)
    elif (number := open_desk.place()) is not None:
        settings.of_page(form, number)
    elif open_desk.selected == desk.THANKS:
        settings.thanks(form)
    else:
        settings.of_survey(form)


def _question(form: Form, entry: dict[str, Any]) -> None:
    t, kind = form.t, str(entry.get("type", ""))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        key = form.key("type")
        kinds = catalogue.types()
        known = kinds if kind in kinds else [*kinds, kind]
        st.selectbox(
            t("builder.type"), known, known.index(kind), key=key, on_change=_retyped, args=(form, key),
            format_func=lambda name: t(f"builder.type_{name}") if name in kinds else name,
            placeholder=t("builder.cond_choose"),
        )  # fmt: skip
    with right:
        if kind in TYPES and TYPES[kind].answerable and kind != "computed":
            form.flag("required", t("builder.must_answer"), entry.get("required"), form.on_question("required"))
    notes.show(form, form.desk.selected)
    if kind == "computed":  # customers never see it
        form.both("label", t("builder.value_name"), form.text_of_question("label"), hint=t("builder.optional"))
    else:
        form.both("label", t("builder.note_label" if kind == "note" else "builder.label"),
                  form.text_of_question("label"), area=True,
                  hint=t("builder.optional" if kind == "note" else "builder.label_hint"))  # fmt: skip
        form.both("help", t("builder.help"), form.text_of_question("help"), hint=t("builder.optional"))
    # Parts that may come and go stand in containers: what moves up or down the page is drawn anew, and loses its focus.
    with st.container():
        answers.show(form, entry)
    logic.of_question(form, entry)
    measure.show(form, entry)
    _more(form, entry)


def _retyped(form: Form, key: str) -> None:
    kind = session.get(key, "")
    now = desk.current()
    entry = now.entry() if now else None
    if now is None or entry is None or kind not in TYPES:
        return
    begun = catalogue.fresh(kind, (), catalogue.tongue(now.definition, form.t))
    fresh = change.retype(entry, kind, catalogue.spoken(begun, now.definition))
    gone = {name: None for name in entry if name not in fresh}
    result = change.set_question(now.definition, now.selected, **gone, **fresh)
    if kind == "nps" and not result.get("nps_kind"):
        result = change.set_top(result, nps_kind="transactional")
    kinds = {each.get("type") for each_page in change.pages(result) for each in change.questions(each_page)}
    desk.apply(form.ctx, result if "nps" in kinds else change.set_top(result, nps_kind=None))
    now.stamp += 1


def _more(form: Form, entry: dict[str, Any]) -> None:
    t, selected = form.t, form.desk.selected
    with form.section("more", t("builder.more"), "more_horiz") as box:
        if not box.open:
            return
        earlier = logic.earlier(form.desk.definition, selected)
        names = [str(each["id"]) for each in earlier]
        if names and entry.get("type") != "computed":
            key = form.key("pipe")
            st.selectbox(
                t("builder.pipe"), names, None, key=key, placeholder=t("builder.cond_choose"), on_change=_piped,
                args=(form, key), format_func=lambda id: _short(form, id), help=t("builder.pipe_help"),
            )  # fmt: skip
        fixed = selected in form.desk.published
        key = form.key("id")
        st.text_input(
            t("builder.id"), selected, key=key, disabled=fixed, on_change=_renamed, args=(form, key),
            help=t("builder.id_fixed" if fixed else "builder.id_help"),
        )  # fmt: skip
        if "brand" in (TYPES[entry["type"]].keys if entry.get("type") in TYPES else ()):
            brands = list(form.ctx.model.brands)
            form.pick(
                "brand", t("builder.brand"), [None, *brands], entry.get("brand"), form.on_question("brand"),
                lambda brand: form.ctx.model.label("brand", brand, t) if brand else t("builder.brand_own"),
            )  # fmt: skip


def _short(form: Form, id: str) -> str:
    entry = change.question(form.desk.definition, id) or {}
    return f"{telling.name(form.t, entry, id)} · {id}"


def _piped(form: Form, key: str) -> None:
    """The earlier answer at the end of the label, in every language it has."""
    name, now = session.get(key, None), desk.current()
    entry = now.entry() if now else None
    if not name or now is None or entry is None:
        return
    label = entry.get("label")
    mark = f"{{{{{name}}}}}"
    piped = (
        {lang: f"{text}{mark}" for lang, text in label.items()} if isinstance(label, dict) else f"{label or ''}{mark}"
    )
    desk.apply(form.ctx, change.set_question(now.definition, now.selected, label=piped))
    now.stamp += 1


def _renamed(form: Form, key: str) -> None:
    wanted, now = str(session.get(key, "")).strip(), desk.current()
    if now is None or not wanted or wanted == now.selected or now.selected in now.published:
        return
    id = change.unused(wanted, [each for each in change.ids(now.definition) if each != now.selected])
    desk.apply(form.ctx, change.rename(now.definition, now.selected, id))
    now.selected = id
