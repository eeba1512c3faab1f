"""Who gets which arm: told for surveys, a file for customers, a list for branches and weeks; results from a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import streamlit as st

from components import cards, page, session
from components.experiments import board
from components.markdown import plain
from components.page import Context
from cx.act.experiments import assigning, customers, outcomes, telling
from cx.act.experiments.keeping import Experiment
from cx.collect import handout, lists, secret
from cx.collect.lists import Sheet
from cx.words import Refused


def show(ctx: Context, one: Experiment, today: dt.date) -> None:
    """The part of the unit."""
    t, definition = ctx.t, one.definition
    cards.heading(t("experiments.assign"))
    if definition.on_survey:
        cards.said(t("experiments.assign_survey", surveys=t("experiments.comma").join(definition.surveys)))
    elif definition.unit == "branch":
        _branches(ctx, one)
    elif definition.unit == "week":
        _weeks(ctx, one)
    elif board.may_change(ctx) and one.state in ("draft", "running"):
        _customers(ctx, one)
        if one.state == "running":
            _outcomes(ctx, one, today)
    if definition.unit == "respondent" and not definition.on_survey:
        cards.note(t("experiments.assign_rule", id=one.id))


def _branches(ctx: Context, one: Experiment) -> None:
    t, own = ctx.t, ctx.rights.branches
    found = assigning.branches(one.id, one.definition)
    shown = {branch: arm for branch, arm in found.items() if own is None or branch in own}
    rows = [
        (branch, ctx.model.label("branch", branch, t), telling.name(t, one.definition, arm))
        for branch, arm in sorted(shown.items())
    ]
    _listed(ctx, one, (t("experiments.assign_branch"), "", t("experiments.assign_arm")), rows)


def _weeks(ctx: Context, one: Experiment) -> None:
    t = ctx.t
    found = assigning.weeks(one.id, one.definition)
    rows = [
        (monday.isoformat(), t.period(monday, "week"), telling.name(t, one.definition, arm))
        for monday, arm in found.items()
    ]
    _listed(ctx, one, (t("experiments.assign_week"), "", t("experiments.assign_arm")), rows)


def _listed(ctx: Context, one: Experiment, head: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> None:
    t = ctx.t
    about = t(f"experiments.assign_{'branches' if one.definition.unit == 'branch' else 'weeks'}")
    by_branch = one.definition.unit == "branch"
    table = [{head[0]: f"{name} ({id})" if by_branch else f"{id} · {name}", head[2]: arm} for id, name, arm in rows]
    if table:
        cards.words_table(table, about)
        _download(ctx, one, [head, *rows])


def _customers(ctx: Context, one: Experiment) -> None:
    t, definition = ctx.t, one.definition
    cards.said(t("experiments.assign_customers"))
    sheet = _sheet(ctx, "assign")
    if sheet is None:
        return
    columns = list(sheet.headers)
    key = st.selectbox(
        t("experiments.assign_key"), columns, index=columns.index(lists.guess(sheet).key), key="assign_key"
    )
    keys = [secret.plain_key(text) for text in sheet.cells[key]]
    arms = assigning.customers(one.id, definition, keys)
    counts = Counter(arms)
    said = t("experiments.comma").join(
        f"{telling.name(t, definition, arm)} {t.number(counts[arm])}" for arm in range(len(definition.arms))
    )
    st.markdown(plain(t("experiments.assign_counts", n=t.number(len(keys)), counts=said)))
    head = (key, t("experiments.assign_letter"), t("experiments.assign_arm"))
    given = sheet.cells[key]
    rows = [(raw, "ABCD"[arm], t.pick(definition.arms[arm].name)) for raw, arm in zip(given, arms, strict=True)]
    _download(ctx, one, [head, *rows])


def _outcomes(ctx: Context, one: Experiment, today: dt.date) -> None:
    t = ctx.t
    cards.heading(t("experiments.outcomes"))
    cards.said(
        t("experiments.outcomes_note", kind=t(f"experiments.{one.definition.metric.replace('outcome_', 'outcomes_')}"))
    )
    sheet = _sheet(ctx, "outcomes")
    if sheet is None:
        return
    headers, columns = list(sheet.headers), {}
    for at, (place, name) in enumerate(zip(st.columns(3), ("key", "day", "value"), strict=True)):
        with place:
            columns[name] = st.selectbox(t(f"experiments.outcomes_{name}"), headers, index=min(at, len(headers) - 1),
                                         key=f"outcomes_column_{name}")  # fmt: skip
    if st.button(t("experiments.outcomes_keep"), type="primary", key="outcomes_keep"):
        try:
            n = outcomes.keep(ctx.bench.database, one.id, ctx.user.name, sheet, columns, today, rights=ctx.rights)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        session.put("experiment_told", t("experiments.outcomes_kept", n=t.number(n)))
        st.rerun()


def _sheet(ctx: Context, name: str) -> Sheet | None:
    file = st.file_uploader(ctx.t(f"experiments.{name}_upload"), type=["csv", "xlsx"], key=f"{name}_file")
    if file is None:
        return None
    try:
        return customers.read(file.getvalue(), file.name)
    except Refused as refused:
        page.problems(ctx, refused)
        return None


def _download(ctx: Context, one: Experiment, rows: list[tuple[str, ...]]) -> None:
    st.download_button(
        ctx.t("experiments.assign_download"), handout.as_csv(rows), f"arms-{one.id[:8]}.csv", "text/csv",
        icon=":material/download:", key="assign_download",
    )  # fmt: skip
