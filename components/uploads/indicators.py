"""The mapping of a file of indicators, by select boxes that start from what is remembered or suggested."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from components.markdown import plain
from components.page import Context
from components.uploads.reading import File, Seen
from cx.intake import mappings, periods, suggest, uploads
from cx.intake.mappings import IndicatorMapping, Reading
from cx.intake.reading import left_out
from cx.intake.reading.heading import JOIN

_OPTIONAL = ("branch", "region", "channel", "business_line", "unit", "numerator", "denominator")
_LABELS = {"indicators": "value", "periods": "period", "branches": "branch"}


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
    varying = mappings.VARYING[shape]
    needed = [role for role in ("indicator", "period", "value") if role not in varying]
    needed = needed if shape == "long" else needed[: len(needed) - 1]
    optional = [role for role in (_OPTIONAL if shape == "long" else _OPTIONAL[:5]) if role not in varying]
    columns = _roles(ctx, (*needed, *optional), start, seen, tag)
    indicator = None
    if "indicator" not in varying and "indicator" not in columns:
        indicator = _one_indicator(ctx, start, tag)
    values = _values(ctx, shape, start, seen, columns, tag)
    reading = _above(ctx, seen, reading, columns, values if "period" in varying else {}, "period" in varying, tag)
    data = {"source": source or file.name, "shape": shape, "columns": columns, "values": values, "indicator": indicator}
    said_above = {"indicator": indicator, "period": reading.period or seen.period}
    lacking = [role for role in needed if role not in columns and not said_above.get(role)]
    if shape != "long" and not values:
        lacking.append("value")
    if lacking:
        st.info(
            t("upload.needs", roles=", ".join(t(f"upload.role_{role}") for role in lacking)), icon=":material/info:"
        )
        spans = [header for header in seen.headers if left_out.is_span(header)]
        if spans:
            st.warning(t("upload.notice_spans", count=len(spans), names=plain(left_out.shown(spans))))
        return None
    unused = [header for header in seen.headers if header not in (*columns.values(), *values)]
    if unused:
        names = ("、" if t.lang == "zh" else ", ").join(unused)
        st.html(f'<div class="cx-facts" role="note">{escape(t("upload.unused", names=names))}</div>')
    kept = {"names": start.names, "units": start.units, "bank": start.bank} if known else {"bank": start.bank}
    return mappings.indicator_mapping({**data, **kept, "reading": dict(reading.__dict__)})


def _above(
    ctx: Context, seen: Seen, reading: Reading, columns: dict[str, str], values: dict[str, object], crossed: bool,
    tag: str,
) -> Reading:  # fmt: skip
    """The year or the period that no column holds, where the file needs one: found above the table, or asked."""
    t = ctx.t
    if "period" not in columns and not crossed:
        found = t("upload.found_above", value=seen.period) if seen.period else "2026-03"
        period = st.text_input(
            t("upload.period_all"), key=f"up_period_all_{tag}", placeholder=found, help=t("upload.period_help")
        ).strip()
        return replace(reading, period=period or None)
    texts = list(values) if crossed else [row.get(columns["period"], "") for row in seen.first]
    parts = [part for text in texts for part in text.split(JOIN)]
    if not any(periods.named(part, None) == "year" for part in parts):
        return reading
    found = t("upload.found_above", value=seen.year) if seen.year else "2026"
    year = st.text_input(t("upload.year"), key=f"up_year_{tag}", placeholder=found, help=t("upload.year_help")).strip()
    return replace(reading, year=int(year)) if year.isdigit() and len(year) == 4 else reading


def _start(ctx: Context, source: str, seen: Seen) -> tuple[IndicatorMapping, bool]:
    """What was used last for the source, when this file has all its columns; else the suggestion."""
    assert isinstance(seen.suggested, IndicatorMapping)
    data = ctx.ask(uploads.remembered, "indicators", source)
    known = suggest.remembered(data, seen.suggested, seen.headers) if data is not None else None
    return (known, True) if known else (seen.suggested, False)


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
    options = [None, *_uploaded(ctx)]
    index = options.index(start.indicator) if start.indicator in options else 0
    return st.selectbox(
        f"{t('upload.role_indicator')}: {t('upload.all_rows')}", options, index, key=f"up_one_{tag}",
        format_func=lambda id: t("upload.by_column") if id is None else ctx.model.label("indicator", id, t),
    )  # fmt: skip


def _values(
    ctx: Context, shape: str, start: IndicatorMapping, seen: Seen, columns: dict[str, str], tag: str
) -> dict[str, Any]:
    """The columns that hold figures, in the wide shapes: what each is."""
    t = ctx.t
    if shape == "long":
        return {}
    free = [header for header in seen.headers if header not in columns.values()]
    label = t(f"upload.{_LABELS.get(shape, 'crossed')}_columns")
    default = [header for header in start.values if header in free] if start.shape == shape else []
    known = _uploaded(ctx)
    if shape == "indicators":
        default = [header for header in default if start.values[header] in known]
    chosen = st.multiselect(label, free, default, key=f"up_values_{tag}", placeholder=label)
    if shape != "indicators":
        count = len(mappings.VARYING[shape])
        return {
            header: start.values.get(header, header if count == 1 else tuple(header.split(JOIN)[:count]))
            for header in chosen
            if count == 1 or header in start.values or len(header.split(JOIN)) >= count
        }
    grid = st.columns(3)
    found = {}
    for place, header in enumerate(chosen):
        index = known.index(start.values[header]) if start.values.get(header) in known else None
        meant = grid[place % 3].selectbox(
            t("upload.means", header=plain(header)), known, index, key=f"up_means_{header}_{tag}",
            placeholder=t("upload.role_indicator"),
            format_func=lambda id: ctx.model.label("indicator", id, t),
        )  # fmt: skip
        if meant:
            found[header] = meant
    return found


def _uploaded(ctx: Context) -> list[str]:
    """Indicators that are uploaded: all but those that are computed from others."""
    return [each.id for each in ctx.model.indicators.values() if not each.computed]
