"""What if satisfaction with one touchpoint rises: what the outcome is expected to do, with its interval."""

from __future__ import annotations

import streamlit as st

from components import cards, filters
from components.drivers import outcome as drivers
from components.drivers.words import Names
from components.markdown import plain
from components.page import Context
from cx.insight.drivers import changed
from cx.insight.drivers_shape import Driver, Outcome, Study

_STEPS = ("0.3", "0.1", "0.2", "0.5", "1")


def draw(ctx: Context, study: Study, names: Names) -> None:
    """Choose what and by how much; say what to expect."""
    t, known = ctx.t, {one.question: one for one in study.drivers}
    cards.heading(t("drivers.whatif_title"))
    first = (*drivers.fixes(study), *study.few, *study.drivers)[0].question
    options = (first, *(question for question in known if question != first))
    left, right = st.columns([3, 1])
    with left:
        chosen = filters.select("driver", options, names.of.__getitem__, t("drivers.whatif_touchpoint"), titled=True)
    with right:
        step = filters.select("by", _STEPS, lambda by: t("drivers.by", by=by), t("drivers.whatif_by"), titled=True)
    for line in told(ctx, study, known[chosen], float(step), names):
        st.markdown(line)
    cards.note(t("drivers.whatif_cause"))


def told(ctx: Context, study: Study, driver: Driver, by: float, names: Names) -> list[str]:
    """The sentences of one what-if, as Markdown."""
    t = ctx.t
    value, low, high = changed(driver, by)
    outcome = study.outcome if study.outcome.kind != "score" else Outcome(study.outcome.question, "nps")
    digits = 2 if outcome.unit == "satisfaction" else 1
    figures = {key: t.number(x, digits, signed=True) for key, x in (("value", value), ("low", low), ("high", high))}
    key = "whatif_unseen" if low <= 0 <= high else "whatif"
    name = plain(names.of[driver.question])
    lines = [
        t(f"drivers.{key}", name=name, reach=t.percent(driver.reach), by=t.number(by, 1),
          outcome=plain(names.outcome(outcome)), unit=t(f"drivers.unit_{outcome.unit}"), **figures)
    ]  # fmt: skip
    if high < 0:
        lines.append(t("drivers.whatif_against", name=name, outcome=plain(names.outcome(outcome))))
    return lines
