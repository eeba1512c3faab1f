"""What a question measures: its touchpoint on the journey, and the indicators that it can be set against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.builder import desk
from components.builder.form import Form, Put
from cx.survey.asking import ASKS, partner
from cx.survey.editing import change

_SILENT = ("date", "photo", "contact", "note", "computed")


def show(form: Form, entry: dict[str, Any]) -> None:
    """Touchpoint and linked indicators, where answers can say something about them."""
    t, model = form.t, form.ctx.model
    touchpoint = entry.get("touchpoint")
    if entry.get("type") in _SILENT and not (touchpoint or entry.get("links")):
        return
    links = [str(link) for link in entry.get("links") or ()] if isinstance(entry.get("links"), list) else []
    points = [touchpoint, *(row.get("touchpoint") for row in entry.get("rows") or () if isinstance(row, dict))]
    told = [model.label("touchpoint", str(each), t) for each in dict.fromkeys(points) if each]
    told += [t("builder.linked", n=len(links))] if links else []
    summary = " · ".join(told) or t("builder.measures_nothing")
    with form.section("measures", t("builder.measures", what=summary), "pin_drop") as box:
        if not box.open:
            return
        points = [p.id for journey in model.journeys.values() for stage in journey.stages for p in stage.touchpoints]
        form.pick(
            "touchpoint",
            t("builder.touchpoint"),
            [None, *points],
            touchpoint,
            form.on_question("touchpoint"),
            lambda point: place(form, point) if point else t("builder.touchpoint_none"),
            help=t("builder.touchpoint_help"),
        )
        _rows(form, entry, points)
        _asks(form, entry)
        here = desk.measured(form.ctx).get(str(touchpoint), [])
        rest = [indicator for indicator in model.indicators if indicator not in here]
        form.several(
            "links",
            t("builder.links"),
            [*here, *rest],
            links,
            form.on_question("links"),
            lambda id: t.pick(model.indicators[id].name) if id in model.indicators else id,
            help=t("builder.links_help"),
        )


def _rows(form: Form, entry: dict[str, Any], points: list[str]) -> None:
    """Every row of a matrix may have a touchpoint of its own."""
    for at, row in enumerate(entry.get("rows") or ()):
        form.pick(
            f"row_{at}_{row.get('id')}", form.t("builder.row_touchpoint", row=form.t.pick(row.get("label"))),
            [None, *points], row.get("touchpoint"), _of_row(form, at),
            lambda point: place(form, point) if point else form.t("builder.row_touchpoint_none"),
        )  # fmt: skip


def _asks(form: Form, entry: dict[str, Any]) -> None:
    """What a rating asks for: how it was, or what stands beside that."""
    kind = entry.get("type")
    if kind not in ("csat", "rating") and not (kind == "matrix" and entry.get("points")):
        return
    told = partner(str(entry.get("id", "")))
    usual = told[0] if told and change.question(form.desk.definition, told[1]) else ASKS[0]
    form.pick(
        "asks", form.t("builder.asks"), ASKS, entry.get("asks") or usual, form.on_question("asks"),
        lambda asks: form.t(f"builder.asks_{asks}"), help=form.t("builder.asks_help"),
    )  # fmt: skip


def _of_row(form: Form, at: int) -> Put:
    selected = form.desk.selected

    def put(definition: Mapping[str, Any], touchpoint: Any) -> dict[str, Any]:
        rows = [dict(row) for row in (change.question(definition, selected) or {})["rows"]]
        rows[at] = {name: value for name, value in {**rows[at], "touchpoint": touchpoint}.items() if value is not None}
        return change.set_question(definition, selected, rows=rows)

    return put


def place(form: Form, touchpoint: str) -> str:
    """A touchpoint, and behind it its journey and stage."""
    model, t = form.ctx.model, form.t
    above = zip(("journey", "stage"), model.place_of(touchpoint) or (), strict=False)
    return " · ".join(
        [
            model.label("touchpoint", touchpoint, t),
            " › ".join(model.label(dimension, value, t) for dimension, value in above),
        ]
    )
