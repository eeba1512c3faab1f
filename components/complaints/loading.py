"""Complaints of another system: which column says what, what is wrong, load; how timely they were seen to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from components import cards, page
from components.markdown import plain
from components.page import Context
from components.uploads.reading import File
from cx.act.cases import importing
from cx.act.cases.importing import Facts
from cx.intake import complaints, values
from cx.intake.complaints import COLUMNS, NEEDED, Checked, ComplaintMapping
from cx.intake.reading import tabular
from cx.store.sheet import safe_rows
from cx.words import Refused

_SHOWN = 20


def show(ctx: Context, file: File) -> None:
    """Preview, columns, check, load. Raises :class:`Refused` for a file that is no table."""
    t = ctx.t
    if not (ctx.rights.act and ctx.rights.branches is None):
        cards.empty(t("upload.cases_not_allowed"), t("upload.cases_not_allowed_try"))
        return
    with tabular.opened(file.data, file.name) as table:
        st.caption(t("upload.cases_read", name=plain(file.name), rows=t.number(table.rows), columns=len(table.headers)))
        st.dataframe(safe_rows(table.first()), hide_index=True, width="stretch")
        mapping = _asked(ctx, file, table)
        if mapping is None:
            return
        checked = complaints.check(table, mapping, ctx.model)
    if checked.total:
        _wrong(ctx, checked)
        return
    st.success(t("upload.cases_sound", n=t.number(len(checked.complaints))), icon=":material/check_circle:")
    if st.button(t("upload.cases_load"), type="primary", icon=":material/support_agent:", key="cp_load"):
        _load(ctx, checked)


def _asked(ctx: Context, file: File, table: tabular.Table) -> ComplaintMapping | None:
    """The user's choice; None while something that must be chosen is missing."""
    t, tag = ctx.t, file.sha256[:12]
    st.header(t("upload.mapping"), anchor=False)
    columns: dict[str, str] = {}
    for start in range(0, len(COLUMNS), 3):
        for place, name in zip(st.columns(3), COLUMNS[start : start + 3], strict=False):
            label = t(f"upload.cases_{name}") + ("" if name in NEEDED else t("upload.cases_optional"))
            columns[name] = place.selectbox(
                label, ("", *table.headers), key=f"cp_{name}_{tag}", format_func=lambda h: h or t("upload.cases_none")
            )
    source = st.text_input(t("upload.cases_source"), "complaints", max_chars=40, key=f"cp_source_{tag}",
                           help=t("upload.cases_source_help"))  # fmt: skip
    if not all(columns[name] for name in NEEDED):
        st.info(t("upload.cases_choose"), icon=":material/table_chart:")
        return None
    order = st.selectbox(t("upload.date_order"), (None, *values.ORDERS), key=f"cp_order_{tag}", format_func=lambda v: (
        t(f"upload.date_order_{v}") if v else t("upload.auto")))  # fmt: skip
    still_open = _words(ctx, table, columns, "status", "upload.cases_still_open", tag)
    late = _words(ctx, table, columns, "timely", "upload.cases_late", tag)
    return ComplaintMapping(columns, still_open, late, source.strip() or "complaints", order)


def _words(
    ctx: Context, table: tabular.Table, columns: Mapping[str, str], name: str, label: str, tag: str
) -> frozenset[str]:  # fmt: skip
    if not columns[name]:
        return frozenset()
    found = dict(complaints.words(table, columns[name]))
    return frozenset(
        st.multiselect(
            ctx.t(label),
            list(found),
            key=f"cp_{name}_words_{tag}",
            format_func=lambda word: f"{word} ({ctx.t.number(found[word])})",
        )  # fmt: skip
    )


def _wrong(ctx: Context, checked: Checked) -> None:
    t = ctx.t
    st.error(t("upload.failed", count=t.number(checked.total)), icon=":material/error:")
    names = [t(f"upload.report_{name}") for name in ("row", "column", "value", "what", "cure")]
    rows = ((p.row, p.column, p.value, p.problem.what(t), p.problem.cure(t)) for p in checked.problems[:_SHOWN])
    st.dataframe(safe_rows(dict(zip(names, row, strict=True)) for row in rows), hide_index=True, width="stretch")


def _load(ctx: Context, checked: Checked) -> None:
    t, now = ctx.t, dt.datetime.now(dt.UTC).replace(tzinfo=None)
    try:
        done = importing.load(
            ctx.bench.database, checked, ctx.user.name, rights=ctx.rights, rules=ctx.bench.rules, now=now
        )
    except Refused as refused:
        page.problems(ctx, refused)
        return
    st.success(t("upload.cases_loaded", new=t.number(done.new), closed=t.number(done.closed),
                 unchanged=t.number(done.unchanged)), icon=":material/check_circle:")  # fmt: skip
    with ctx.bench.database.cursor() as con:
        _facts(ctx, importing.facts(con, ctx.rights, checked.mapping.source, ctx.bench.rules.hours))
    page.link(ctx, "cases", t("upload.cases_to_list"), {"kind": "complaint"})


def _facts(ctx: Context, found: Facts) -> None:
    """How timely they were seen to, in one sentence."""
    t = ctx.t
    if found.first is None or found.last is None:
        return
    days = "–" if found.days is None else t.number(found.days, 1)
    cards.note(t("upload.cases_facts", n=t.number(found.n), first=t.date(found.first), last=t.date(found.last),
                 days=days, late=t.number(found.late), open=t.number(found.open)))  # fmt: skip
