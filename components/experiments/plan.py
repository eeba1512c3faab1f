"""The part of the form on size and time: what is usual, what would be worth having, how long that takes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import streamlit as st

from components.experiments.field import Form
from components.experiments.settings import Kind
from cx.act.experiments import definition as definitions
from cx.act.experiments import planning, telling
from cx.act.experiments.definition import EVERY, LONGEST, OWN_DEVICE, SHARED_DEVICE, Arm, Definition
from cx.act.experiments.planning import Usual

_LEAST = {"share": 0.05, "points": 8.0, "mean": 0.2}
_SPREAD = {"points": 0.3, "mean": 1.0}


def show(form: Form, kind: Kind, arms: tuple[Arm, ...], measured: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """Fields of the definition: least, baseline, spread, every, start, end."""
    survey, unit = measured["survey"] or arms[0].survey, definitions.kind_of(measured["metric"])
    usual = _usual(form, kind, survey, measured, today)
    columns = st.columns(3, gap="medium")
    with columns[0]:
        found = _expected(form, unit, f"{measured['metric']}_{survey}_{measured['question']}", usual)
    with columns[1]:
        found |= _worth(form, unit, measured["metric"])
    with columns[2]:
        found |= _days(form, today)
    _speed(form, Definition(title="", hypothesis="", arms=arms, **measured, **found), usual)
    return found


def _usual(form: Form, kind: Kind, survey: str | None, measured: dict[str, Any], today: dt.date) -> Usual | None:
    if kind == "customers" or form.ctx.bench.shelf.get(survey or "") is None:
        return None
    asked = (measured["metric"], survey, measured["question"], measured["nps_kind"])
    modes = (*OWN_DEVICE, *(SHARED_DEVICE if measured["devices"] else ())) if kind == "survey" else None
    return form.ctx.ask(planning.usual, *asked, modes, measured["branches"], form.ctx.rights, today)


def _expected(form: Form, unit: definitions.Kind, name: str, usual: Usual | None) -> dict[str, Any]:
    t, times = form.ctx.t, 100 if unit == "share" else 1
    known = usual.value if usual and usual.value is not None else 0.5 if unit == "share" else 0.0
    value = form.field(
        "baseline", st.number_input, _with_unit(t("experiments.baseline"), unit), key=f"baseline_{name}",
        value=round(form.was("baseline", known) * times, 2), help=t("experiments.baseline_help"),
    ) / times  # fmt: skip
    if unit == "share":
        return {"baseline": min(1.0, max(0.0, value)), "spread": 0.0}
    times = 100 if unit == "points" else 1
    known = usual.spread if usual and usual.spread is not None else _SPREAD[unit]
    spread = form.field(
        "spread", st.number_input, t(f"experiments.spread_{unit}"), key=f"spread_{name}", min_value=0.0,
        value=round(form.was("spread", known) * times, 2),
    ) / times  # fmt: skip
    return {"baseline": value, "spread": spread}


def _worth(form: Form, unit: definitions.Kind, metric: str) -> dict[str, Any]:
    t, times = form.ctx.t, 100 if unit == "share" else 1
    least = form.field(
        "least", st.number_input, _with_unit(t("experiments.least"), unit), key=f"least_{metric}", min_value=0.0,
        value=float(form.was("least", _LEAST[unit]) * times), help=t("experiments.least_help"),
    ) / times  # fmt: skip
    every = form.field(
        "every", st.selectbox, t("experiments.every"), options=EVERY, index=EVERY.index(form.was("every", 1)),
        format_func=lambda days: t(f"experiments.every_{days}"), help=t("experiments.every_help"),
    )  # fmt: skip
    return {"least": least, "every": every}


def _days(form: Form, today: dt.date) -> dict[str, Any]:
    t, tomorrow, most = form.ctx.t, today + dt.timedelta(days=1), LONGEST.days // 7
    start = form.field(
        "start", st.date_input, t("experiments.first_day"), value=max(tomorrow, form.was("start", tomorrow)),
        min_value=tomorrow, format="YYYY-MM-DD", help=t("experiments.first_day_help"),
    )  # fmt: skip
    usual = min(most, max(1, form.old.days // 7)) if form.old else 6
    weeks = form.field("end", st.slider, t("experiments.weeks_most"), min_value=1, max_value=most, value=usual)
    end = start + dt.timedelta(weeks=weeks, days=-1)
    st.caption(t("experiments.ends", day=t.date(end)))
    return {"start": start, "end": end}


def _with_unit(label: str, unit: definitions.Kind) -> str:
    return f"{label} (%)" if unit == "share" else label


def _speed(form: Form, definition: Definition, usual: Usual | None) -> None:
    """How many answers it takes, and how long that is."""
    t = form.ctx.t
    if not definition.least > 0 or not math.isfinite(definition.least):
        return
    needed, weights = definition.needed(), definition.weights
    said = [t("experiments.plan", needed=telling.needed(t, definition))]
    if len(weights) > 2:
        said.append(t("experiments.plan_arms", n=len(weights) - 1))
    if usual is not None and usual.daily:
        slowest = max(n * sum(weights) / weight for n, weight in zip(needed, weights, strict=True))
        weeks = math.ceil(slowest / usual.daily / 7)
        key = "plan_speed" if weeks * 7 <= definition.days else "plan_slow"
        said.append(t(f"experiments.{key}", daily=t.number(usual.daily, 1), weeks=t.number(weeks)))
    elif usual is not None:
        said.append(t("experiments.plan_no_speed"))
    if definition.unit != "respondent":
        said.append(t("experiments.plan_units"))
    st.info(("" if t.lang == "zh" else " ").join(said), icon=":material/calculate:")
