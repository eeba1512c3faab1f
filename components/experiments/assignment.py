"""Who gets which arm: told for surveys, a file for customers, a list for branches and weeks; results from a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from html import escape

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
        cards.said(t(f"experiments.assign_devices_{'in' if definition.devices else 'out'}"))
    elif definition.unit == "branch":
        _branches(ctx, one)
    elif definition.unit in ("week", "day"):
        _spans(ctx, one, today)
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


def _spans(ctx: Context, one: Experiment, today: dt.date) -> None:
    t, definition = ctx.t, one.definition
    found = assigning.spans(one.id, definition)
    if definition.branches:
        names = (ctx.model.label("branch", branch, t) for branch in definition.branches)
        cards.said(t("experiments.assign_where", branches=t("experiments.comma").join(names)))
    own = ctx.rights.branches
    concerned = own is None or not definition.branches or bool(own & set(definition.branches))
    if concerned and one.shows(today):
        arm = assigning.span(one.id, definition, today)[0]
        st.html(f'<div class="cx-say">{escape(t("experiments.today", arm=telling.name(t, definition, arm)))}</div>')
    daily = definition.unit == "day"
    rows = [
        (first.isoformat(), t(f"experiments.weekday_{first.weekday()}") if daily else t.period(first, "week"),
         telling.name(t, definition, arm))
        for first, arm in found.items()
    ]  # fmt: skip
    _listed(ctx, one, (t(f"experiments.assign_{definition.unit}"), "", t("experiments.assign_arm")), rows)


def _listed(ctx: Context, one: Experiment, head: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> None:
    t, unit = ctx.t, one.definition.unit
    table = [
        {head[0]: f"{name} ({id})" if unit == "branch" else f"{id} · {name}", head[2]: arm} for id, name, arm in rows
    ]
    if table:
        cards.words_table(table, t(f"experiments.assign_{unit}_about"))
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
