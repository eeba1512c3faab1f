"""The first and the last day that an answer may name: none, today, or a day of the calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from components import session
from components.builder.form import Form

_WAYS = ("none", "today", "day")


def limits(form: Form, entry: dict[str, Any]) -> None:
    """Draw both."""
    for column, field in zip(st.columns(2, gap="small"), ("min", "max"), strict=True):
        with column:
            _limit(form, entry, field)


def _limit(form: Form, entry: dict[str, Any], field: str) -> None:
    t, now = form.t, entry.get(field)
    way = "none" if now is None else "today" if now == "today" else "day"
    key = form.key(f"{field}_way")
    st.selectbox(
        t(f"builder.date_{field}"), _WAYS, _WAYS.index(way), key=key,
        format_func=lambda each: t(f"builder.date_{each}"), placeholder=t("builder.cond_choose"),
        on_change=lambda: form.apply(form.on_question(field), _begun(session.get(key, "none"))),
    )  # fmt: skip
    with st.container():
        if way == "day":
            picked = form.key(f"{field}_day")
            st.date_input(
                t(f"builder.date_{field}"), day(now), key=picked, format="YYYY-MM-DD", label_visibility="collapsed",
                on_change=lambda: form.apply(form.on_question(field), iso(session.get(picked, None))),
            )  # fmt: skip


def _begun(way: str) -> str | None:
    return {"none": None, "today": "today", "day": dt.date.today().isoformat()}[way]


def day(said: Any) -> dt.date | None:
    """The day of a definition; None where it names none."""
    try:
        return dt.date.fromisoformat(str(said)) if said else None
    except ValueError:
        return None


def iso(picked: Any) -> str | None:
    """The day of a widget as a definition has it."""
    return picked.isoformat() if isinstance(picked, dt.date) else None
