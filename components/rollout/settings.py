"""What a plan is made with: places a wave, weeks, first day, and how much each part of the order counts; all of it in
the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from components import filters, session
from components.page import Context
from cx.measure.rollout import Weights

_LIMITS = ("6", "2", "4", "8", "12", "20")
_WEEKS = ("4", "2", "6", "8", "12")
_POWERS = ("1", "0", "0.5", "1.5", "2")
_PARTS = ("pain", "volume", "value", "effort")


@dataclass(frozen=True)
class Settings:
    """At most ``limit`` places a wave of ``weeks``, the first from ``first`` on."""

    limit: int
    weeks: int
    first: dt.date
    weights: Weights


def chosen(ctx: Context, today: dt.date) -> Settings:
    """Draw the settings and return what they say."""
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        limit = filters.select("limit", _LIMITS, lambda n: t("rollout.limit_n", n=n), t("rollout.limit"),
                               titled=True, width=190)  # fmt: skip
        weeks = filters.select("weeks", _WEEKS, lambda n: t("rollout.weeks_n", n=n), t("rollout.weeks"),
                               titled=True, width=150)  # fmt: skip
        first = _first(ctx, today)
        with st.popover(t("rollout.weights"), icon=":material/tune:"):
            st.caption(t("rollout.weights_how"))
            powers = {
                part: float(filters.select(f"w_{part}", _POWERS, lambda n: t("rollout.power", n=n),
                                           t(f"rollout.part_{part}"), titled=True))
                for part in _PARTS
            }  # fmt: skip
    return Settings(int(limit), int(weeks), first, Weights(**powers))


def _first(ctx: Context, today: dt.date) -> dt.date:
    monday = today + dt.timedelta(days=7 - today.weekday())
    try:
        asked = dt.date.fromisoformat(st.query_params.get("from", ""))
    except ValueError:
        asked = monday
    key = "rollout_from"
    session.put(key, asked)

    def moved() -> None:
        now = session.get(key, asked)
        if now == monday:
            st.query_params.pop("from", None)
        else:
            st.query_params["from"] = now.isoformat()

    with st.container(width=170):
        st.date_input(ctx.t("rollout.first"), key=key, format="YYYY-MM-DD", on_change=moved)
    return asked
