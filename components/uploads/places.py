"""Where an uploaded file's questions belong: touchpoints of the bank's journeys, or of journeys that come along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.markdown import plain
from components.page import Context
from cx.intake.lookup import lookup
from cx.words import Label, Problem, Refused

Journeys = tuple[Mapping[str, Any], ...]
SCORED = ("rating", "csat", "ces")


def ask(ctx: Context, types: dict[str, str], journeys: Journeys, before: Mapping[str, str], tag: str) -> dict[str, str]:
    """The touchpoint of each scored column that has one; columns named like a touchpoint start with it."""
    scored = [header for header, kind in types.items() if kind in SCORED]
    if not scored:
        return {}
    t, names = ctx.t, _touchpoints(ctx, journeys)
    known = lookup(names, lambda place: place[-1])
    options = [None, *names]
    start = {header: before.get(header) or known.find(header) for header in scored}
    found: dict[str, str] = {}
    with st.expander(t("upload.places"), expanded=bool(journeys or any(start.values()))):
        st.caption(t("upload.places_about"))
        grid = st.columns(2)
        for at, header in enumerate(scored):
            index = options.index(start[header]) if start[header] in options else 0
            point = grid[at % 2].selectbox(
                t("upload.use_as", header=plain(header)), options, index,
                key=f"up_place_{header}_{tag}_{len(journeys)}",
                placeholder=t("upload.no_place"),
                format_func=lambda point: t("upload.no_place") if point is None else _path(ctx, names[point]),
            )  # fmt: skip
            if point:
                found[header] = point
    return found


def _touchpoints(ctx: Context, journeys: Journeys) -> dict[str, tuple[Label, Label, Label]]:
    """Names of journey, stage and touchpoint, by the touchpoint's id."""
    try:
        brought = {
            str(point["id"]): (_name(journey), _name(stage), _name(point))
            for journey in journeys for stage in journey["stages"] for point in stage["touchpoints"]
        }  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused(Problem("upload_mapping_shape", "journeys", {"found": str(error)[:60]})) from error
    own = {
        point.id: (journey.name, stage.name, point.name)
        for journey in ctx.model.journeys.values() for stage in journey.stages for point in stage.touchpoints
    }  # fmt: skip
    return brought | {id: names for id, names in own.items() if id not in brought}


def _name(part: Mapping[str, Any]) -> Label:
    name = part.get("name") or str(part["id"])
    return name if isinstance(name, Mapping) else {"zh": str(name), "en": str(name)}


def _path(ctx: Context, names: tuple[Label, Label, Label]) -> str:
    return " › ".join(ctx.t.pick(name) for name in names)
