"""Uploads: indicators that the bank computed, responses that other tools collected; checked, loaded, undone whole."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import page
from components.complaints import loading as complaints
from components.markdown import plain
from components.page import Context
from components.uploads import fitting, history, indicators, responses
from components.uploads import reading as upload_reading
from components.uploads.reading import File, Mapped, Outcome, Seen
from cx.intake import import_load, uploads, values
from cx.intake.indicators import Checked
from cx.intake.mappings import IndicatorMapping, Reading
from cx.intake.reading import sniff, tabular
from cx.intake.rows import ALL_SHEETS
from cx.store.sheet import safe_rows
from cx.words import Refused

SHOWN = 20


def begin() -> None:
    ctx = page.begin(__file__)
    t = ctx.t
    kind = st.segmented_control(
        t("upload.kind"), ("indicators", "responses", "cases"), default="indicators", required=True, key="up_kind",
        format_func=lambda name: t(f"upload.kind_{name}"),
    )  # fmt: skip
    st.caption(t("upload.contract" if kind == "indicators" else f"upload.contract_{kind}"))
    st.caption(t("upload.choose_help"))
    upload_reading.own_words(t)
    uploaded = st.file_uploader(t("upload.choose"), key=f"up_file_{kind}")
    if uploaded is not None:
        try:
            file = upload_reading.of(uploaded)
            complaints.show(ctx, file) if kind == "cases" else treat(ctx, str(kind), file)
        except Refused as refused:
            page.problems(ctx, refused)
    history.show(ctx)


def treat(ctx: Context, kind: str, file: File) -> None:
    """Preview, mapping, check, load."""
    reading, seen = look(ctx, kind, file)
    st.header(ctx.t("upload.mapping"), anchor=False)
    ask = indicators.ask if kind == "indicators" else responses.ask
    mapping = ask(ctx, file, seen, reading)
    if mapping is None:
        upload_reading.refuse_raw(file, seen, reading.options, ctx.model)
        return
    found = check(ctx, file, mapping)
    if isinstance(mapping, IndicatorMapping):
        fitted = fitting.fit(ctx, file, mapping, found)
        found = found if fitted == mapping else check(ctx, file, fitted)
        mapping = fitted
        fitting.told(ctx, found)
    tell(ctx, file, found, kind)
    if (
        not found.refused
        and not found.total
        and st.button(ctx.t("upload.load"), type="primary", icon=":material/database_upload:")
    ):
        load(ctx, file, mapping)


def check(ctx: Context, file: File, mapping: Mapped) -> Outcome:
    """Check the whole file, with progress."""
    bar = st.progress(0.0, ctx.t("upload.step_reading"))
    found = upload_reading.outcome(
        file, mapping, mapping.reading, ctx.model, lambda part, key: bar.progress(part, ctx.t(key))
    )
    bar.empty()
    return found


def look(ctx: Context, kind: str, file: File) -> tuple[Reading, Seen]:
    """How to read the file, and its first rows."""
    t, tag = ctx.t, f"{file.sha256[:12]}_{kind}"
    before = indicators.remembered_reading(ctx, file) if kind == "indicators" else Reading()
    place = st.container()
    with st.expander(t("upload.reading"), expanded=True):
        grid = st.columns(5 if kind == "indicators" else 3)

        def choose(at: int, name: str, options: tuple[object, ...], default: object = None) -> object:
            listed = (None, *options)
            index = listed.index(default) if default in listed else 0
            return grid[at].selectbox(
                t(f"upload.{name}"), listed, index, key=f"up_{name}_{tag}",
                format_func=lambda v: t("upload.auto") if v is None else _reading_label(ctx, name, v),
            )  # fmt: skip

        encoding = choose(0, "encoding", sniff.ENCODINGS, before.encoding)
        first = upload_reading.seen(file, kind, Reading(encoding=encoding).options, ctx.model)  # type: ignore[arg-type]
        every = (ALL_SHEETS,) if kind == "indicators" and len(first.sheets) > 1 else ()
        sheet = choose(1, "sheet", (*every, *first.sheets), before.sheet)
        order = choose(2, "date_order", values.ORDERS, before.date_order)
        decimal = choose(3, "decimal", values.DECIMALS, before.decimal) if kind == "indicators" else None
        shares = choose(4, "shares", (True, False), before.shares) if kind == "indicators" else None
    reading = Reading(sheet, encoding, None, order, decimal, shares)  # type: ignore[arg-type]
    seen = upload_reading.seen(file, kind, reading.options, ctx.model) if sheet else first
    with place:
        preview(ctx, file, seen)
    return reading, seen


def _reading_label(ctx: Context, name: str, value: object) -> str:
    if name in ("date_order", "decimal", "shares"):
        return ctx.t(f"upload.{name}_{str(value).lower()}")
    return ctx.t("upload.all_sheets") if value == ALL_SHEETS else str(value)


def preview(ctx: Context, file: File, seen: Seen) -> None:
    """The first eight rows, and how the file was read."""
    t = ctx.t
    encoding, delimiter, sheet = seen.how
    shown = t("upload.tab") if delimiter == "\t" else delimiter
    how = t("upload.preview_text", encoding=encoding, delimiter=shown) if encoding else ""
    how = t("upload.preview_sheet", sheet=sheet) if sheet else how
    st.header(t("upload.preview"), anchor=False)
    about = t("upload.preview_about", name=file.name, header=seen.header_row, rows=t.number(seen.rows),
              columns=len(seen.headers), how=how)  # fmt: skip
    st.caption(plain(about))
    st.dataframe(safe_rows(seen.first), hide_index=True, width="stretch")


def tell(ctx: Context, file: File, found: Outcome, kind: str) -> None:
    """The result of the check in words; the first problems; the whole list to download."""
    t = ctx.t
    if found.refused:
        page.problems(ctx, found.refused)
        return
    if found.regions:
        st.warning(t("upload.regions_differ", rows=t.number(found.regions)), icon=":material/info:")
    doubles = t("upload.doubles", count=t.number(found.doubles)) if found.doubles else ""
    if not found.total:
        about = "upload.passed_about" if kind == "indicators" else "upload.passed_responses"
        told = t(about, first=t.date(found.first), last=t.date(found.last), rows=t.number(found.rows),
                 values=t.number(found.values), doubles=doubles)  # fmt: skip
        st.success(f"**{t('upload.passed', rows=t.number(found.rows))}**  \n{told}", icon=":material/check_circle:")
        return
    rows = len({p.row for p in found.problems})
    told = t("upload.failed_about", rows=t.number(rows))
    st.error(f"**{t('upload.failed', count=t.number(found.total))}**  \n{told}", icon=":material/error:")
    names = [t(f"upload.report_{name}") for name in ("row", "column", "value", "what", "cure")]
    st.dataframe(
        safe_rows(
            dict(zip(names, (p.row, p.column, p.value, p.problem.what(t), p.problem.cure(t)), strict=True))
            for p in found.problems[:SHOWN]
        ),
        hide_index=True, width="stretch",
    )  # fmt: skip
    if len(found.problems) > SHOWN:
        st.html(f'<p class="cx-muted">{escape(t("upload.failed_shown", shown=SHOWN))}</p>')
    name = f"{file.name.rsplit('.', 1)[0]}-{t('upload.report_name')}.csv"
    st.download_button(
        t("upload.report"),
        lambda: uploads.error_report(found.problems, t),
        name,
        "text/csv",
        icon=":material/download:",
    )


def load(ctx: Context, file: File, mapping: Mapped) -> None:
    """Load the file whole, with progress, and say what changed."""
    t = ctx.t
    bar = st.progress(0.0, t("upload.step_reading"))

    def progress(part: float, key: str) -> None:
        bar.progress(part, t(key))

    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with tabular.opened(file.data, file.name, mapping.reading.options, progress) as table:
        checked = upload_reading.check(table, mapping, ctx.model, progress)
        database, by = ctx.bench.database, ctx.user.name
        if isinstance(checked, Checked):
            done = uploads.load_indicators(database, checked, by, now, progress)
        else:
            done = import_load.load_responses(database, checked, by, now, ctx.bench.place.data, progress)
    bar.empty()
    if done.unchanged:
        st.info(t("upload.unchanged"), icon=":material/info:")
    else:
        st.success(
            t("upload.loaded", rows=t.number(done.rows), replaced=t.number(done.replaced)),
            icon=":material/check_circle:",
        )


begin()
