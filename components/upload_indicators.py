"""The mapping of a file of indicators, by select boxes that start from what is remembered or suggested."""

from __future__ import annotations

import json
from html import escape

import streamlit as st

from components.page import Context
from components.upload_reading import File, Seen
from cx.intake import mappings, suggest, uploads
from cx.intake.mappings import IndicatorMapping, Reading
from cx.words import Refused

_OPTIONAL = ("branch", "region", "channel", "business_line", "numerator", "denominator")


def ask(ctx: Context, file: File, seen: Seen, reading: Reading) -> IndicatorMapping | None:
    """Show the choices; None while something needed is not chosen."""
    t = ctx.t
    assert isinstance(seen.suggested, IndicatorMapping)
    left, right = st.columns(2)
    source = left.text_input(
        t("upload.source"),
        suggest.source_of(file.name),
        key=f"up_source_{file.sha256[:12]}",
        help=t("upload.source_help"),
    ).strip()
    start, known = _start(ctx, source, seen)
    st.caption(t("upload.remembered", source=source) if known else t("upload.suggested"))
    tag = f"{file.sha256[:12]}_{source}_{known}"
    shape = right.selectbox(
        t("upload.shape"), mappings.SHAPES, mappings.SHAPES.index(start.shape), key=f"up_shape_{tag}",
        format_func=lambda name: t(f"upload.shape_{name}"),
    )  # fmt: skip
    tag += shape
    needed = {"long": ("indicator", "period", "value"), "indicators": ("period",), "periods": ("indicator",)}[shape]
    optional = _OPTIONAL if shape == "long" else _OPTIONAL[:4]
    columns = _roles(ctx, (*needed, *optional), start, seen, tag)
    indicator = None
    if shape != "indicators" and "indicator" not in columns:
        indicator = _one_indicator(ctx, start, tag)
    values = _values(ctx, shape, start, seen, columns, tag)
    data = {"source": source or file.name, "shape": shape, "columns": columns, "values": values, "indicator": indicator}
    lacking = [role for role in needed if role not in columns and not (role == "indicator" and indicator)]
    if shape != "long" and not values:
        lacking.append("value")
    if lacking:
        st.info(
            t("upload.needs", roles=", ".join(t(f"upload.role_{role}") for role in lacking)), icon=":material/info:"
        )
        return None
    unused = [header for header in seen.headers if header not in (*columns.values(), *values)]
    if unused:
        names = ("、" if t.lang == "zh" else ", ").join(unused)
        st.html(f'<div class="cx-facts" role="note">{escape(t("upload.unused", names=names))}</div>')
    said = json.loads(json.dumps(reading.__dict__))
    return mappings.indicator_mapping({**data, "reading": said})


def _start(ctx: Context, source: str, seen: Seen) -> tuple[IndicatorMapping, bool]:
    """What was used last for the source, when this file has all its columns; else the suggestion."""
    assert isinstance(seen.suggested, IndicatorMapping)
    data = ctx.ask(uploads.remembered, "indicators", source)
    if data is not None:
        try:
            known = mappings.indicator_mapping(data)
        except Refused:
            return seen.suggested, False
        if set(known.headers()) <= set(seen.headers):
            return known, True
    return seen.suggested, False


def remembered_reading(ctx: Context, file: File) -> Reading:
    """How the source was read last time."""
    data = ctx.ask(uploads.remembered, "indicators", suggest.source_of(file.name))
    return mappings.reading((data or {}).get("reading"), "", [])


def _roles(ctx: Context, roles: tuple[str, ...], start: IndicatorMapping, seen: Seen, tag: str) -> dict[str, str]:
    t, none = ctx.t, ctx.t("upload.not_used")
    options = [none, *seen.headers]
    columns = st.columns(3)
    found: dict[str, str] = {}
    for place, role in enumerate(roles):
        default = start.columns.get(role)
        index = options.index(default) if default in seen.headers else 0
        chosen = columns[place % 3].selectbox(t(f"upload.role_{role}"), options, index, key=f"up_{role}_{tag}")
        if chosen != none:
            found[role] = chosen
    return found


def _one_indicator(ctx: Context, start: IndicatorMapping, tag: str) -> str | None:
    t = ctx.t
    options = [None, *ctx.model.indicators]
    index = options.index(start.indicator) if start.indicator in options else 0
    return st.selectbox(
        f"{t('upload.role_indicator')}: {t('upload.all_rows')}", options, index, key=f"up_one_{tag}",
        format_func=lambda id: t("upload.by_column") if id is None else ctx.model.label("indicator", id, t),
    )  # fmt: skip


def _values(
    ctx: Context, shape: str, start: IndicatorMapping, seen: Seen, columns: dict[str, str], tag: str
) -> dict[str, str]:
    """The columns that hold figures, in the wide shapes: what each is."""
    t = ctx.t
    if shape == "long":
        return {}
    free = [header for header in seen.headers if header not in columns.values()]
    label = t("upload.value_columns" if shape == "indicators" else "upload.period_columns")
    default = [header for header in start.values if header in free] if start.shape == shape else []
    chosen = st.multiselect(label, free, default, key=f"up_values_{tag}", placeholder=label)
    if shape == "periods":
        return {header: start.values.get(header, header) for header in chosen}
    known = list(ctx.model.indicators)
    grid = st.columns(3)
    found = {}
    for place, header in enumerate(chosen):
        index = known.index(start.values[header]) if start.values.get(header) in known else None
        meant = grid[place % 3].selectbox(
            t("upload.means", header=header), known, index, key=f"up_means_{header}_{tag}",
            placeholder=t("upload.role_indicator"),
            format_func=lambda id: ctx.model.label("indicator", id, t),
        )  # fmt: skip
        if meant:
            found[header] = meant
    return found
