"""Who does it, when, for how much, and what it is worth."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from components.quick_wins.form_base import Form

WEEKS_USUAL = 12


def ask(form: Form) -> dict[str, Any]:
    """Title, hypothesis, owner, money, days, and the three numbers that rank it."""
    t = form.t
    found: dict[str, Any] = {
        "title": form.text(
            "title",
            st.text_input,
            st.query_params.get("title", ""),
            max_chars=80,
            placeholder=t("quick_win.title_hint"),
        ),
        "hypothesis": form.text(
            "hypothesis",
            st.text_area,
            st.query_params.get("hypothesis", ""),
            max_chars=1000,
            height=90,
            placeholder=t("quick_win.hypothesis_hint"),
        ),
    }
    left, middle, right = st.columns(3, gap="medium")
    with left:
        found["owner"] = form.text("owner", st.text_input, form.ctx.user.display, max_chars=60)
        for name in ("cost", "saving"):
            amount = form.field(
                name, st.number_input, t(f"quick_win.{name}"), value=float(form.was(name, 0.0)), min_value=0.0
            )
            found[name] = float(amount or 0.0)
    with middle:
        found |= _when(form)
    with right:
        for name in ("impact", "confidence", "effort"):
            first = form.given(name, 1, 5, 3)
            found[name] = form.field(
                name, st.slider, t(f"quick_win.{name}"), min_value=1, max_value=5, value=form.was(name, first)
            )
        score = found["impact"] * found["confidence"] * (6 - found["effort"])
        st.caption(t("quick_win.score", score=score))
    return found


def _when(form: Form) -> dict[str, Any]:
    t = form.t
    start = form.field(
        "start", st.date_input, t("quick_win.start"), value=form.was("start", form.today), format="YYYY-MM-DD"
    )
    usual = form.old.length.days // 7 if form.old else form.given("weeks", 1, 16, WEEKS_USUAL)
    weeks = form.field(
        "end", st.slider, t("quick_win.weeks"), min_value=1, max_value=16, value=min(16, max(1, usual)), key="weeks"
    )
    end = start + dt.timedelta(weeks=weeks) - dt.timedelta(days=1)
    st.caption(t("quick_win.ends", day=t.date(end)))
    return {"start": start, "end": end}
