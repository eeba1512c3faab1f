"""What customers choose from: choices, rows, scales, limits; whatever the question's type takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import session
from components.builder import catalogue, dates, desk, formula, scale
from components.builder.form import Form
from cx.survey.editing import change, lists
from cx.survey.types import TYPES
from cx.words import LANGUAGES, Translator


def show(form: Form, entry: dict[str, Any]) -> None:
    """Draw what the type takes."""
    kind = TYPES.get(str(entry.get("type")))
    if kind is None:
        return
    if kind.name == "matrix":
        _lines(form, entry, "rows")
        _matrix(form, entry)
    elif "choices" in kind.keys:
        _lines(form, entry, "choices")
        _switches(form, entry)
    if kind.most and kind.name != "matrix":
        scale.points(form, entry, kind.fewest, kind.most)
    if "labels" in kind.keys and kind.name != "matrix":
        scale.names(form, entry)
    _numbers(form, entry)


def _numbers(form: Form, entry: dict[str, Any]) -> None:
    """Limits, digits, unit and the like, side by side."""
    keys = TYPES[entry["type"]].keys
    t = form.t
    if entry["type"] == "date":
        dates.limits(form, entry)
        return
    wanted = [key for key in ("min", "max", "step", "decimals", "per_set", "max_photos", "max_length") if key in keys]
    if wanted:
        for column, key in zip(st.columns(max(2, len(wanted))), wanted, strict=False):
            with column:
                value = entry.get(key)
                number = float(value) if isinstance(value, float) else value if isinstance(value, int) else None
                form.number(key, t(f"builder.{key}"), number, form.on_question(key), placeholder=t("builder.optional"))
    if entry["type"] == "text":
        form.flag("long", t("builder.long"), entry.get("long"), form.on_question("long"))
    if "unit" in keys:
        form.both("unit", t("builder.unit"), form.text_of_question("unit"), hint=t("builder.optional"))
    if "value" in keys:
        formula.show(form, entry)


def _lines(form: Form, entry: dict[str, Any], field: str) -> None:
    """One a line, both languages beside each other."""
    t = form.t
    entries = [each for each in entry.get(field) or () if isinstance(each, dict)]
    for column, lang in zip(st.columns(2, gap="small"), LANGUAGES, strict=True):
        with column:
            found = lists.lines(entries, lang)
            lacking = sum(not text for text in found) if form.translated else 0
            title = t("builder.in_language", name=t(f"builder.{field}"), lang=t(f"surveys.lang_{lang}"))
            title += f" · {t('builder.lacking_n', n=lacking)}" if lacking else ""
            key = _key(form, f"{field}_{lang}", found)
            st.text_area(
                title, "\n".join(found), key=key, height="content", on_change=_relined,
                args=(form, key, field, lang), help=t("builder.lines_help") if lang == LANGUAGES[0] else None,
            )  # fmt: skip


def _key(form: Form, name: str, found: list[str]) -> str:
    """The widget's key: the same while it says what the definition says, so that typing is not interrupted; another
    one when its lines changed otherwise (pasted with both languages, by the other column, by a button)."""
    counted = form.key(f"{name}_turn")
    turn = session.get(counted, 0)
    typed = session.get(form.key(f"{name}_{turn}"), None)
    if typed is not None:
        rows = lists.read(str(typed))
        said = [row[0] for row in rows if row[0]]
        if said != [text for text in found if text] or any(len(row) > 1 for row in rows):
            turn += 1
            session.put(counted, turn)
    return form.key(f"{name}_{turn}")


def _relined(form: Form, key: str, field: str, lang: str) -> None:
    now = desk.current()
    entry = now.entry() if now else None
    if now is None or entry is None:
        return
    text = str(session.get(key, ""))
    entries = [each for each in entry.get(field) or () if isinstance(each, dict) and not _beginning(each, field, text)]
    fresh = lists.edited(entries, text, lang)
    desk.apply(form.ctx, change.set_question(now.definition, now.selected, **{field: fresh}), f"{field}{now.selected}")


def _beginning(entry: Mapping[str, Any], field: str, text: str) -> bool:
    """Whether it is one of those that a new question begins with, and was written over."""
    number = str(entry.get("id"))[1:]
    label = entry.get("label")
    usual = {Translator(lang)(f"builder.fresh_{field.rstrip('s')}", n=number) for lang in LANGUAGES}
    said = list(label.values()) if isinstance(label, dict) else [str(label)]
    return len(said) == 1 and said[0] in usual and said[0] not in text.splitlines()


def _switches(form: Form, entry: dict[str, Any]) -> None:
    """Buttons for the usual last choices, and what single choices can do."""
    t, kind = form.t, entry["type"]
    entries = [each for each in entry.get("choices") or () if isinstance(each, dict)]
    labels = {str(each.get("id")): t.pick(each.get("label")) or str(each.get("id")) for each in entries}
    with st.container(horizontal=True, vertical_alignment="center"):
        if kind in ("single", "multiple") and not any(each.get("other") for each in entries):
            st.button(t("builder.add_other"), key=form.key("other"), icon=":material/add:", type="tertiary",
                      on_click=_append, args=(form, "other", {"other": True}))  # fmt: skip
        if kind == "multiple" and not any(each.get("exclusive") for each in entries):
            st.button(t("builder.add_none"), key=form.key("none"), icon=":material/add:", type="tertiary",
                      on_click=_append, args=(form, "none", {"exclusive": True}))  # fmt: skip
        if kind != "maxdiff":
            form.flag("random", t("builder.random"), entry.get("order") == "random",
                      lambda d, on: change.set_question(d, form.desk.selected, order="random" if on else None),
                      t("builder.random_help"))  # fmt: skip
    flags = ["other"] if kind in ("single", "multiple") else []
    flags += ["exclusive"] if kind == "multiple" else []
    flags += ["fixed"] if entry.get("order") == "random" else []
    for flag in flags:
        chosen = [str(each["id"]) for each in entries if each.get(flag)]
        if chosen or flag == "fixed":
            form.several(
                flag, t(f"builder.{flag}"), list(labels), chosen, _flagged(form, flag), lambda id: labels.get(id, id)
            )
    if kind in ("multiple", "ranking"):
        left, right = st.columns(2)
        most = max(1, len(entries))
        with left:
            form.number(
                "min_choices",
                t("builder.min_choices"),
                entry.get("min_choices"),
                form.on_question("min_choices"),
                min_value=1,
                max_value=most,
                step=1,
                placeholder=t("builder.optional"),
            )
        with right:
            form.number(
                "max_choices",
                t("builder.max_choices"),
                entry.get("max_choices"),
                form.on_question("max_choices"),
                min_value=1,
                max_value=most,
                step=1,
                placeholder=t("builder.optional"),
            )


def _flagged(form: Form, flag: str) -> Any:
    selected = form.desk.selected

    def put(definition: Mapping[str, Any], chosen: Any) -> dict[str, Any]:
        entry = change.question(definition, selected) or {}
        return change.set_question(definition, selected, choices=lists.set_flag(entry["choices"], flag, chosen or ()))

    return put


def _append(form: Form, name: str, flags: dict[str, bool]) -> None:
    now = desk.current()
    entry = now.entry() if now else None
    if now is None or entry is None:
        return
    entries = list(entry.get("choices") or ())
    id = change.unused(name, [str(each.get("id")) for each in entries])
    label = {lang: Translator(lang)(f"builder.choice_{name}") for lang in catalogue.speaks(now.definition)}
    fresh = [*entries, {"id": id, "label": label, **flags}]
    desk.apply(form.ctx, change.set_question(now.definition, now.selected, choices=fresh))


def _matrix(form: Form, entry: dict[str, Any]) -> None:
    """Rows are rated on a scale, or each answered by one choice."""
    t = form.t
    rated = "choices" not in entry
    key = form.key("matrix")
    ways = ("rated", "chosen")
    st.segmented_control(
        t("builder.matrix"), ways, default=ways[not rated], key=key, format_func=lambda way: t(f"builder.matrix_{way}"),
        on_change=_rematrixed, args=(form, key), required=True,
    )  # fmt: skip
    if rated:
        scale.points(form, entry, 2, 10)
        scale.names(form, entry)
    else:
        _lines(form, entry, "choices")


def _rematrixed(form: Form, key: str) -> None:
    now = desk.current()
    entry = now.entry() if now else None
    if now is None or entry is None:
        return
    if session.get(key, "rated") == "rated":
        fields = {"choices": None, "points": 5, "labels": catalogue.standard_labels("rating")}
    else:
        fields = {"points": None, "labels": None, "not_applicable": None}
        fields["choices"] = catalogue.fresh("single", (), catalogue.tongue(now.definition, form.t))["choices"]
    fields = catalogue.spoken(fields, now.definition)
    desk.apply(form.ctx, change.set_question(now.definition, now.selected, **fields))
