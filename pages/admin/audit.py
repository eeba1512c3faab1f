"""The audit log: who did what and when, whether the chain holds, and the log as a file."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial

import streamlit as st

from components import moments, page, session
from components.audit_names import Names
from components.markdown import plain
from components.page import Context
from cx.store import audit, audit_file
from cx.store.audit import Entry, Verdict
from cx.store.sheet import safe_rows

_MOST = 500
_AGAIN = 60.0  # seconds
_CHECKED = "audit_checked"
_PERIODS = {"7": 7, "30": 30, "365": 365, "all": None}


def main(ctx: Context) -> None:
    """The verdict first, then the entries."""
    t, db = ctx.t, ctx.bench.database
    audit.take_in(db)
    st.markdown(t("audit.lead"))
    _verdict(ctx, _checked(ctx))
    with db.cursor() as con:
        people, actions = audit.names(con)
    names = Names(ctx, people)
    who, chosen, text, since = _filters(ctx, names, people, actions)
    also = names.known_as(text) if text else ()
    with db.cursor() as con:
        found = audit.entries(con, who=who, actions=chosen, text=text, also=also, since=since)
    if not found:
        page.empty(ctx, "audit.empty")
    more = len(found) > _MOST
    st.caption(t("audit.count_most", n=t.number(len(found)), shown=_MOST) if more else t("audit.count", n=len(found)))
    rows = safe_rows(_row(ctx, names, entry) for entry in found[:_MOST])
    st.dataframe(rows, hide_index=True, width="stretch", key="audit_table")
    _files(ctx, found)


def _checked(ctx: Context) -> Verdict:
    """The verdict on the whole chain; a filter that is changed within the next minute does not check it again."""
    db, (when, kept) = ctx.bench.database, session.get(_CHECKED, (0.0, None))
    if kept is not None and time.monotonic() - when < _AGAIN:
        return kept
    assert db.path is not None
    with db.cursor() as con:
        verdict = audit.verify(con, audit.read_mark(audit.mark_file(db.path.parent)))
    session.put(_CHECKED, (time.monotonic(), verdict))
    return verdict


def _verdict(ctx: Context, verdict: Verdict) -> None:
    t = ctx.t
    if verdict.problem is not None:
        st.error(f"**{t('audit.broken')}** {plain(verdict.problem.tell(t))}", icon=":material/gpp_bad:")
        return
    head = f"{verdict.head.seq}:{verdict.head.hash}" if verdict.head else "0"
    st.markdown(f":material/verified_user: **{t('audit.holds', entries=t.number(verdict.entries))}**")
    with st.expander(t("audit.head")):
        st.code(head, language=None, wrap_lines=True)
        st.caption(t("audit.head_help"))


def _filters(
    ctx: Context, names: Names, people: tuple[str, ...], actions: tuple[str, ...]
) -> tuple[str | None, tuple[str, ...], str, dt.datetime | None]:
    t = ctx.t
    first, second, third, fourth = st.columns([1, 1, 1.6, 1.2])
    period = first.selectbox(
        t("audit.period"), list(_PERIODS), index=1, key="audit_period", format_func=lambda p: t(f"audit.period_{p}")
    )
    who = second.selectbox(
        t("audit.who"),
        ["", *people],
        key="audit_who",
        format_func=lambda name: names.person(name) if name else t("audit.everyone"),
    )
    chosen = third.multiselect(
        t("audit.action"),
        actions,
        key="audit_action",
        format_func=partial(_action, ctx),
        placeholder=t("audit.anything"),
    )
    text = fourth.text_input(t("audit.search"), key="audit_text")
    days = _PERIODS[period or "30"]
    since = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=days) if days else None
    return who or None, tuple(chosen), text.strip(), since


def _action(ctx: Context, name: str) -> str:
    return ctx.t(f"audit.action_{name}") if ctx.t.has(f"audit.action_{name}") else name


def _row(ctx: Context, names: Names, entry: Entry) -> dict[str, object]:
    t, values = ctx.t, entry.values
    detail = " · ".join(
        f"{_named(ctx, name)}: {names.detail(name, value)}" for name, value in values.items() if value is not None
    )
    return {
        t("audit.col_seq"): entry.seq,
        t("audit.col_local"): moments.told(ctx, entry.at),
        t("audit.col_who"): names.person(entry.who),
        t("audit.col_action"): _action(ctx, entry.action),
        t("audit.col_subject"): names.subject(entry),
        t("audit.col_detail"): detail,
    }


def _named(ctx: Context, name: str) -> str:
    return ctx.t(f"audit.detail_{name}") if ctx.t.has(f"audit.detail_{name}") else name


def _files(ctx: Context, found: tuple[Entry, ...]) -> None:
    """Both downloads are made only when asked for, and are entries of the log themselves."""
    t, db = ctx.t, ctx.bench.database

    def table() -> bytes:
        audit.record(db, ctx.user.name, "audit_exported", "csv", {"entries": len(found)})
        return audit_file.table(found, t)

    def whole() -> bytes:
        audit.record(db, ctx.user.name, "audit_exported", "ndjson")
        with db.cursor() as con:
            return audit_file.export(con)

    with st.container(horizontal=True):
        st.download_button(
            t("audit.download"), table, file_name="audit.csv", mime="text/csv", icon=":material/download:",
            key="audit_csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("audit.download_all"), whole, file_name="audit.ndjson", mime="application/x-ndjson",
            icon=":material/download:", key="audit_ndjson", on_click="ignore",
        )  # fmt: skip


main(page.begin(__file__))
