"""What staff say: question by question, never in groups below the minimum base, never person by person."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters, page, why
from components.page import Context
from cx.insight import staff
from cx.insight.staff import Answers, Line
from cx.measure import periods
from cx.measure.metrics import METRICS
from cx.measure.statistics import Estimate
from cx.survey.schema import Survey


def show(ctx: Context) -> None:
    """The survey and quarter chosen, in words and as a table."""
    t = ctx.t
    if ctx.rights.branches is not None:
        page.empty(ctx, "walks.staff_branch")
    ids = ctx.ask(staff.surveys, ctx.rights)
    if not ids:
        page.empty(ctx, "walks.staff_empty", "builder")
    minimum = staff.scope(ctx.rights).minimum_base
    st.caption(t("walks.staff_lead", n=minimum))
    columns = st.columns([2, 1, 1])
    with columns[0]:
        titles = {id: _title(definitions(ctx, id), ctx) or id for id in ids}
        survey = filters.select("staff_survey", ids, titles.__getitem__, t("walks.staff_survey"))
    quarters = {f"{day:%Y}Q{day.month // 3 + 1}": day for day in ctx.ask(staff.quarters, ctx.rights, survey)}
    with columns[1]:
        word = filters.select(
            "quarter", list(quarters), lambda name: t.period(quarters[name], "quarter"), t("walks.staff_quarter")
        )
    found = ctx.ask(staff.answers, ctx.rights, survey, definitions(ctx, survey), quarters[word])
    _answer(ctx, found)
    if found.lines:
        cards.words_table([_row(ctx, line, minimum) for line in found.lines], t("walks.staff_about"))
    why.popover(ctx, "staff", found.measured)


def definitions(ctx: Context, id: str) -> tuple[Survey, ...]:
    """The versions of a staff survey that were answered, the latest first, as far as they are known."""
    found = (ctx.bench.shelf.version(id, version) for version in ctx.ask(staff.versions, ctx.rights, id))
    return tuple(survey for survey in found if survey is not None)


def _title(definitions: tuple[Survey, ...], ctx: Context) -> str | None:
    return ctx.t.pick(definitions[0].title) if definitions else None


def _answer(ctx: Context, found: Answers) -> None:
    """The first question and the one rated lowest."""
    t = ctx.t
    rated = [line for line in found.lines if line.mean is not None and line.mean.value is not None]
    if not rated:
        st.markdown(t("walks.staff_none"))
        return
    first, low = rated[0], min(rated, key=lambda line: line.estimate.value or 0.0)
    words = t(
        "walks.staff_answer", quarter=t.period(found.quarter, "quarter"), label=t.pick(first.label),
        mean=_number(ctx, first.mean, "satisfaction"), n=t.number(first.estimate.base),
    )  # fmt: skip
    if low is not first:
        space = "" if t.lang == "zh" else " "
        number = _number(ctx, low.mean, "satisfaction")
        words += space + t("walks.staff_answer_low", label=t.pick(low.label), mean=number)
    st.markdown(words)
    if not periods.is_over(periods.step(found.quarter, "quarter") - dt.timedelta(days=1), dt.date.min, dt.date.today()):
        st.caption(t("walks.staff_running"))


def _row(ctx: Context, line: Line, minimum: int) -> dict[str, str]:
    t, e = ctx.t, line.estimate
    people = t("walks.staff_hidden", n=minimum) if e.state == "hidden" else t.number(e.base)
    return {
        t("walks.staff_question"): t.pick(line.label),
        t("walks.staff_mean"): _number(ctx, line.mean, "satisfaction"),
        t("walks.staff_top2"): _number(ctx, line.top2, "top2"),
        t("walks.staff_yes"): _number(ctx, line.yes, "yes_share"),
        t("walks.staff_n"): people,
        t("walks.staff_change"): _moved(ctx, line),
    }


def _number(ctx: Context, e: Estimate | None, metric: str) -> str:
    return "–" if e is None else cards.number(e, METRICS[metric], ctx.t)


def _moved(ctx: Context, line: Line) -> str:
    t, change = ctx.t, line.change
    if change.diff is None:
        return t("walks.moved_too_few")
    metric = METRICS["satisfaction" if line.mean is not None else "yes_share"]
    noise = change.verdict == "noise"
    size = change.diff if noise else abs(change.diff)
    if metric.unit == "share":
        diff = t("walks.change_points", diff=t.number(100 * size, 0, signed=noise))
    else:
        diff = t.number(size, 2, signed=noise)
    return t(f"walks.moved_{change.verdict}", diff=diff)
