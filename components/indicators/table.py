"""The tree as a table: places and indicators with value, target, score, weight, trend; to choose from, to download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import streamlit as st

from components import session
from components.indicators import words
from components.indicators.compare import Compared
from components.page import Context
from cx.collect import handout
from cx.insight import tree
from cx.insight.tree import Key, Leaf, View
from cx.measure.index import Path
from cx.store.sheet import safe_rows

_KEY = "indicator_table"
_INDENT = "　"  # an ideographic blank keeps its width in a cell


def show(ctx: Context, view: View, compared: Compared) -> None:
    """The table; a chosen row becomes the indicator in the address."""
    t = ctx.t
    lines, told = _lines(view), tree.told(view)
    rows = [_row(ctx, view, path, leaf, told, compared) for path, leaf in lines]
    shown = ("name", "value", "target", "score", "weight", "part", "trend")
    names = {name: t(f"indicators.col_{name}") for name in shown}
    kept = [name for name in rows[0] if name != names["part"] or view.moved is not None]
    st.dataframe(
        safe_rows({name: row[name] for name in kept} for row in rows),
        hide_index=True, width="stretch", height=min(38 * len(rows) + 40, 640), key=_KEY,
        alt=t("indicators.table_title"),
        on_select=lambda: _pick([leaf.indicator.id if leaf else "" for _, leaf in lines]),
        selection_mode="single-row",
        column_config={
            names["name"]: st.column_config.TextColumn(width=290),
            names["value"]: st.column_config.TextColumn(width=84),
            t("indicators.col_before", other=compared.then or "–"): st.column_config.TextColumn(width=80),
            names["target"]: st.column_config.TextColumn(width=128),
            names["score"]: st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f", width=76),
            names["weight"]: st.column_config.NumberColumn(format="%.1f%%", width=66),
            names["part"]: st.column_config.NumberColumn(format="%+.1f", width=72),
            names["trend"]: st.column_config.LineChartColumn(width=100),
        },
    )  # fmt: skip
    st.caption(t("indicators.table_how"))
    _download(ctx, view, compared)


def _pick(ids: Sequence[str]) -> None:
    chosen = session.get(_KEY, {"selection": {"rows": []}})["selection"]["rows"]
    if chosen and ids[chosen[0]]:
        st.query_params["indicator"] = ids[chosen[0]]


def _lines(view: View) -> list[tuple[Path, Leaf | None]]:
    """Places before what is below them, and the indicators there; no place at all is what came or went."""
    seen: set[Path] = set()
    found: list[tuple[Path, Leaf | None]] = []
    for leaf in view.leaves:
        above = [leaf.path[:depth] for depth in range(1, len(leaf.path) + 1)]
        found += [(path, None) for path in above if path not in seen]
        seen.update(above)
        found.append((leaf.path, leaf))
    changed = view.moved is not None and view.moved.availability and view.moved.gone_or_new
    return [*found, ((), None)] if changed else found


def _row(
    ctx: Context, view: View, path: Path, leaf: Leaf | None, told: Mapping[Key, Decimal], compared: Compared
) -> dict[str, Any]:
    t = ctx.t
    value, before, target, trend = "", "", "", None
    part = told.get((path, leaf.indicator.id if leaf else None))
    if leaf is not None:
        each, name = leaf.indicator, _INDENT * len(path) + t.pick(leaf.indicator.name)
        value, before, target = (words.amount(ctx, each, v) for v in (leaf.now.value, leaf.before.value, each.target))
        if each.id in view.unlike:
            before, part = t("indicators.not_comparable"), None
        met = t(f"indicators.cell_{leaf.verdict if leaf.standing == 'scored' else 'not_scored'}")
        target = " · ".join(one for one in (target, met) if one not in ("", "–"))
        trend = [point for point in leaf.trend if point is not None]
        score, share = leaf.score if leaf.standing == "scored" else None, leaf.share
    elif path:
        name = _INDENT * (len(path) - 1) + words.place(ctx, path)
        score = view.now.marks[path].score if path in view.now.marks else None
        share = sum((each.share for each in view.leaves if each.path[: len(path)] == path), Fraction(0))
    else:
        name, part = changed_name(ctx, view), told.get(tree.AVAILABILITY)
        score, share = None, Fraction(0)
    return {
        t("indicators.col_name"): name,
        t("indicators.col_value"): value,
        t("indicators.col_before", other=compared.then or "–"): before,
        t("indicators.col_target"): target,
        t("indicators.col_score"): None if score is None else float(score),
        t("indicators.col_weight"): 100 * float(share) if share else None,
        t("indicators.col_part"): None if part is None else float(part),
        t("indicators.col_trend"): trend,
    }


def changed_name(ctx: Context, view: View) -> str:
    """What the part of indicators that came or went is called."""
    return ctx.t("indicators.availability", n=len(tree.came(view)) + len(tree.went(view)))


def _verdict(ctx: Context, leaf: Leaf) -> str:
    if leaf.standing != "scored":
        return ctx.t(f"indicators.standing_{leaf.standing}")
    return ctx.t(f"indicators.{leaf.verdict}")


def _download(ctx: Context, view: View, compared: Compared) -> None:
    t = ctx.t
    name = f"{t('indicators.file')}-{compared.period}"
    with st.container(horizontal=True):
        st.download_button(
            t("indicators.csv"), lambda: handout.as_csv(sheet(ctx, view, compared)), f"{name}.csv", "text/csv",
            icon=":material/download:", key="indicator_csv",
        )  # fmt: skip
        st.download_button(
            t("indicators.xlsx"), lambda: handout.as_workbook(sheet(ctx, view, compared)), f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", icon=":material/download:",
            key="indicator_xlsx",
        )  # fmt: skip


def sheet(ctx: Context, view: View, compared: Compared) -> list[tuple[handout.Cell, ...]]:
    """Header and a line an indicator, figures as numbers, an empty text where there is none. Parts add up to the
    change, with a last line for indicators that came or went."""
    t, told = ctx.t, tree.told(view)
    columns = ("col_name", "col_id", "col_value", "col_before",
               "col_unit", "col_n", "col_target", "col_verdict", "col_score", "col_share", "col_part")  # fmt: skip
    heads = [t(f"dimension.{level}") for level in ("journey", "stage", "touchpoint")]
    heads += [t(f"indicators.{column}", **{"other": compared.then or "–"} if column == "col_before" else {})
              for column in columns]  # fmt: skip
    rows: list[tuple[handout.Cell, ...]] = [tuple(heads)]
    for leaf in view.leaves:
        each = leaf.indicator
        places = [words.place(ctx, leaf.path[: depth + 1]) if depth < len(leaf.path) else "" for depth in range(3)]
        score = round(float(leaf.score), 2) if leaf.standing == "scored" and leaf.score is not None else ""
        rows.append((
            *places, t.pick(each.name), each.id, _figure(leaf.now.value), _figure(leaf.before.value),
            ctx.model.unit(each.id, t), leaf.now.n, _figure(each.target), _verdict(ctx, leaf), score,
            round(float(leaf.share), 6), "" if each.id in view.unlike else told.get((leaf.path, each.id), ""),
        ))  # fmt: skip
    if view.moved is not None and told[tree.AVAILABILITY]:
        rows.append((*[""] * 3, changed_name(ctx, view), *[""] * (len(heads) - 5), told[tree.AVAILABILITY]))
    return rows


def _figure(value: float | None) -> float | str:
    return "" if value is None else round(value, 6)
