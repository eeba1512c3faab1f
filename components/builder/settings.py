"""The survey's own settings, its thanks, and the settings of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import session
from components.builder import audience, dates, logic, measure, notes
from components.builder.form import Form, Text
from cx.survey.editing import change
from cx.survey.schema import KINDS, NPS_KINDS

_KEEPING = (90, 180, 365, 730, 1095)


def of_survey(form: Form) -> None:
    """What stands before the questions, what the survey is about, and for how long."""
    t, definition = form.t, form.desk.definition
    notes.show(form, form.desk.selected)
    form.both("title", t("builder.title"), form.text_of_top("title"))
    form.both("intro", t("builder.intro"), form.text_of_top("intro"), area=True,
              hint=t("builder.intro_hint"))  # fmt: skip
    form.both("purpose", t("builder.purpose"), form.text_of_top("purpose"), area=True,
              hint=t("builder.purpose_hint"))  # fmt: skip
    left, right = st.columns(2, gap="small")
    with left:
        form.pick("kind", t("builder.kind"), KINDS, definition.get("kind", "customer"), _kind,
                  lambda kind: t(f"builder.kind_{kind}"))  # fmt: skip
    with right:
        kept = definition.get("retention_days")
        form.pick(
            "retention",
            t("builder.retention"),
            [None, *_KEEPING],
            kept,
            form.on_top("retention_days"),
            lambda days: t("builder.retention_days", n=days) if days else t("builder.retention_none"),
        )
    if any(e.get("type") == "nps" for p in change.pages(definition) for e in change.questions(p)):
        form.pick("nps_kind", t("builder.nps_kind"), NPS_KINDS, definition.get("nps_kind", NPS_KINDS[0]),
                  form.on_top("nps_kind"), lambda kind: t(f"builder.nps_{kind}"))  # fmt: skip
    _about(form)
    _when(form)
    audience.show(form)


def _kind(definition: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    return change.set_top(definition, kind=None if kind == "customer" else kind)


def _about(form: Form) -> None:
    """Journey, stage and touchpoint of the whole: picked as one place."""
    t, model = form.t, form.ctx.model
    about = form.desk.definition.get("about") or {}
    lines = list(model.business_lines)
    places: list[str | None] = [None]
    for journey in model.journeys.values():
        places.append(f"{journey.id}//")
        for stage in journey.stages:
            places += [f"{journey.id}/{stage.id}/", *(f"{journey.id}/{stage.id}/{p.id}" for p in stage.touchpoints)]
    now = "/".join(str(about.get(key, "")) for key in ("journey", "stage", "touchpoint"))
    form.pick(
        "about",
        t("builder.about"),
        places,
        now if now != "//" else None,
        _place,
        lambda place: _told(form, place) if place else t("builder.about_none"),
        help=t("builder.about_help"),
    )
    form.pick("line", t("builder.business_line"), [None, *lines], about.get("business_line"), _line,
              lambda line: model.label("business_line", line, t) if line else t("builder.about_none"))  # fmt: skip


def _told(form: Form, place: str) -> str:
    journey, stage, touchpoint = place.split("/")
    if touchpoint:
        return measure.place(form, touchpoint)
    parts = [("journey", journey), ("stage", stage)]
    return " › ".join(form.ctx.model.label(name, value, form.t) for name, value in parts if value)


def _place(definition: Mapping[str, Any], place: Any) -> dict[str, Any]:
    parts = dict(zip(("journey", "stage", "touchpoint"), str(place or "//").split("/"), strict=True))
    about = {"business_line": (definition.get("about") or {}).get("business_line"), **parts}
    return change.set_top(definition, about={name: value for name, value in about.items() if value})


def _line(definition: Mapping[str, Any], line: Any) -> dict[str, Any]:
    about = {**(definition.get("about") or {}), "business_line": line}
    return change.set_top(definition, about={name: value for name, value in about.items() if value})


def _when(form: Form) -> None:
    t, definition = form.t, form.desk.definition
    for column, name in zip(st.columns(2, gap="small"), ("opens", "closes"), strict=True):
        with column:
            key = form.key(name)
            st.date_input(t(f"builder.{name}"), dates.day(definition.get(name)), key=key, format="YYYY-MM-DD",
                          on_change=_dated, args=(form, key, name))  # fmt: skip
    form.several(
        "prefill", t("builder.prefill"), ["region", "business_line", "segment", "product"],
        [str(each) for each in definition.get("prefill") or () if each not in ("branch", "channel")],
        form.on_top("prefill"), lambda name: t(f"dimension.{name}") if t.has(f"dimension.{name}") else name,
        help=t("builder.prefill_help"),
    )  # fmt: skip


def _dated(form: Form, key: str, name: str) -> None:
    form.apply(form.on_top(name), dates.iso(session.get(key, None)))


def thanks(form: Form) -> None:
    """What stands after submission."""
    form.both("thanks", form.t("builder.thanks"), form.text_of_top("thanks"), area=True,
              hint=form.t("builder.thanks_hint"))  # fmt: skip
    st.caption(form.t("builder.thanks_note"))


def of_page(form: Form, number: int) -> None:
    """Title, condition and order of a page."""
    t, page = form.t, change.pages(form.desk.definition)[number]
    form.both("page_title", t("builder.page_title"), _page_title(form, number), hint=t("builder.optional"))  # fmt: skip
    if number:
        logic.of_page(form, number, page.get("show_if"))
    form.flag("page_order", t("builder.page_random"), page.get("order") == "random",
              lambda d, on: change.set_page(d, number, order="random" if on else None))  # fmt: skip
    form.flag("page_shuffle", t("builder.page_shuffle"), page.get("shuffle"), form.on_page(number, "shuffle"),
              t("builder.page_shuffle_help"))  # fmt: skip


def _page_title(form: Form, number: int) -> Text:
    return Text(lambda definition: change.pages(definition)[number].get("title"), form.on_page(number, "title"))
