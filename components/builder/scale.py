"""The scale of a question that is rated: how many points, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.builder import catalogue, desk
from components.builder.form import Form, Text
from cx.survey.editing import change
from cx.survey.types import TYPES


def points(form: Form, entry: dict[str, Any], fewest: int, most: int) -> None:
    """How many points there are, and whether the question may not apply."""
    t = form.t
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        form.pick(
            "points", t("builder.points"), list(range(fewest, most + 1)), entry.get("points", 5),
            _rescaled(form), lambda number: t("builder.points_n", n=number),
        )  # fmt: skip
    with right:
        if "not_applicable" in TYPES[entry["type"]].keys:
            form.flag(
                "na", t("builder.not_applicable"), entry.get("not_applicable"), form.on_question("not_applicable")
            )


def _rescaled(form: Form) -> Any:
    """Another number of points; names of points that are gone go too."""
    selected = form.desk.selected

    def put(definition: Mapping[str, Any], points: Any) -> dict[str, Any]:
        labels = (change.question(definition, selected) or {}).get("labels") or {}
        kept = {name: text for name, text in labels.items() if not str(name).isdigit() or int(name) <= points}
        return change.set_question(definition, selected, points=None if points == 5 else points, labels=kept)

    return put


def names(form: Form, entry: dict[str, Any]) -> None:
    """The names of a scale's ends, and of points between them one at a time."""
    t = form.t
    labels = entry.get("labels") if isinstance(entry.get("labels"), dict) else {}
    for end in ("low", "high"):
        form.both(f"labels_{end}", t(f"builder.ends_{end}"), _name(form, end))
    _between(form, entry, labels)
    if not labels:
        st.button(t("builder.standard"), key=form.key("standard"), icon=":material/auto_fix_high:", type="tertiary",
                  on_click=_standard, args=(form,))  # fmt: skip


def _between(form: Form, entry: dict[str, Any], labels: Mapping[str, Any]) -> None:
    t = form.t
    low, high = TYPES[entry["type"]].points or (1, 5)
    inner = [str(point) for point in range(low + 1, int(entry.get("points", high)))]
    if entry["type"] == "slider" or not inner:
        return
    key = form.key("points_named")
    point = st.pills(
        t("builder.points_named"), inner, key=key, help=t("builder.points_named_help"),
        format_func=lambda name: f"{name} · {t.pick(labels[name])}" if labels.get(name) else name,
    )  # fmt: skip
    with st.container():
        if point is not None:
            form.both(f"labels_{point}", t("builder.point_name", n=point), _name(form, point))


def _name(form: Form, end: str) -> Text:
    selected = form.desk.selected

    def labels(definition: Mapping[str, Any]) -> dict[str, Any]:
        return (change.question(definition, selected) or {}).get("labels") or {}

    def put(definition: Mapping[str, Any], text: Any) -> dict[str, Any]:
        named = {name: each for name, each in {**labels(definition), end: text}.items() if each}
        rank = {"low": -1, "high": 99}
        ordered = sorted(named, key=lambda name: rank[name] if name in rank else int(name))
        return change.set_question(definition, selected, labels={name: named[name] for name in ordered})

    return Text(lambda definition: labels(definition).get(end), put)


def _standard(form: Form) -> None:
    now = desk.current()
    entry = now.entry() if now else None
    if now is not None and entry is not None:
        labels = catalogue.spoken(catalogue.standard_labels(entry["type"]), now.definition)
        desk.apply(form.ctx, change.set_question(now.definition, now.selected, labels=labels))
        now.stamp += 1
