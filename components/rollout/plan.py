"""The plan for the whole bank: waves, coverage, the order with its numbers, saved and as a file."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page, session
from components.page import Context
from components.rollout import effect, settings, steps, words
from cx.act import rollout
from cx.act.rollout import Branch, Field, Step
from cx.measure import rollout as measure
from cx.measure.rollout import Slot
from cx.output import rollouts
from cx.output.charts import rollout as charts
from cx.words import Refused

_ROWS = 30


def show(ctx: Context, today: dt.date) -> None:
    """The page for those who see the whole bank."""
    t = ctx.t
    recorded = ctx.ask(rollout.everything, ctx.rights)
    fields = ctx.ask(rollout.fields, ctx.model, recorded)
    if not fields:
        if recorded:
            steps.show(ctx, recorded, today)
        page.empty(ctx, "rollout.nothing", "quick_wins", "pain_points")
    place = st.container()
    chosen = settings.chosen(ctx, today)
    given_up = {(step.win, step.branch) for step in recorded if step.state == "withdrawn" and step.note}
    todo = [p for p in rollout.places(fields) if (p.win, p.branch) not in given_up]
    slots = measure.waves(todo, chosen.weights, chosen.limit, chosen.first, chosen.weeks)
    covered = _coverage(fields, slots)
    with place:
        _answer(ctx, fields, slots, covered)
    if covered:
        cards.chart(charts.coverage(_named(ctx, covered), t), "rollout_coverage")
        cards.note(t("rollout.coverage_how"))
    for field in fields:
        _expected(ctx, field)
    effect.show(ctx, fields, recorded)
    _order(ctx, fields, slots)
    _keep(ctx, fields, slots, recorded)
    steps.show(ctx, recorded, today)
    with st.expander(t("rollout.how"), icon=":material/help:"):
        st.markdown(t("rollout.how_text"))


def _coverage(fields: tuple[Field, ...], slots: tuple[Slot, ...]) -> list[tuple[int, float, float]]:
    """After each wave (0: today) the shares of branches and customers covered, the mean over the wins."""
    last = max((slot.wave for slot in slots), default=0)
    found = []
    for wave in range(last + 1):
        shares = []
        for field in fields:
            waiting = {branch.place.branch for branch in field.branches}
            planned = {s.place.branch for s in slots if s.place.win == field.win.id and s.wave <= wave}
            shares.append(measure.coverage((set(field.volumes) - waiting) | planned, field.volumes))
        found.append((wave, *(sum(each) / len(shares) for each in zip(*shares, strict=True))))
    return found


def _named(ctx: Context, covered: list[tuple[int, float, float]]) -> list[tuple[str, float, float]]:
    t = ctx.t
    return [(t("rollout.wave", n=wave) if wave else t("rollout.today"), *shares) for wave, *shares in covered]


def _answer(
    ctx: Context, fields: tuple[Field, ...], slots: tuple[Slot, ...], covered: list[tuple[int, float, float]]
) -> None:  # fmt: skip
    t = ctx.t
    names = ("、" if t.lang == "zh" else ", ").join(t.pick(field.win.charter.title) for field in fields)
    _, branches, customers = covered[0]
    said = [
        t("rollout.answer", n=t.number(len(fields)), names=names, branches=t.percent(branches),
          customers=t.percent(customers))
    ]  # fmt: skip
    if slots:
        first, last = slots[0], slots[-1]
        where = ctx.model.label("branch", first.place.branch, t)
        values = {"n": t.number(len(slots)), "waves": last.wave, "day": t.date(last.end)}
        said.append(t("rollout.answer_plan", **values, share=t.percent(covered[-1][1]), first=where))
    else:
        said.append(t("rollout.answer_done"))
    st.html(f'<div class="cx-say">{escape(("" if t.lang == "zh" else " ").join(said))}</div>')


def _expected(ctx: Context, field: Field) -> None:
    t = ctx.t
    cards.heading(t.pick(field.win.charter.title))
    cards.said(("" if t.lang == "zh" else " ").join(words.expected(ctx, field)))
    page.link(ctx, "quick_wins", t("rollout.see_proof"), {"win": field.win.id})


def _order(ctx: Context, fields: tuple[Field, ...], slots: tuple[Slot, ...]) -> None:
    if not slots:
        return
    t = ctx.t
    cards.heading(t("rollout.order_title"))
    rows = _rows(ctx, fields, slots)
    cards.words_table(rows[:_ROWS], t("rollout.order_title"))
    units = [
        t("rollout.unit", title=t.pick(field.win.charter.title), value=words.value(ctx, field.win, field.spread),
          target=words.value(ctx, field.win, field.win.charter.target))
        for field in fields if field.spread is not None
    ]  # fmt: skip
    cards.note(("" if t.lang == "zh" else " ").join([t("rollout.units", most=t.number(measure.HIGHEST)), *units]))
    if rest := rows[_ROWS:]:
        with st.expander(t("rollout.more", n=t.number(len(rest)))):
            cards.words_table(rest, t("rollout.order_title"))


def _rows(ctx: Context, fields: tuple[Field, ...], slots: tuple[Slot, ...]) -> list[dict[str, str]]:
    t = ctx.t
    known = {(f.win.id, b.place.branch): (f, b) for f in fields for b in f.branches}
    rows = []
    for slot in slots:
        field, branch = known[slot.place.win, slot.place.branch]
        rows.append(_row(ctx, slot, field, branch))
    if len(fields) == 1:
        return [{name: cell for name, cell in row.items() if name != t("rollout.col_win")} for row in rows]
    return rows


def _row(ctx: Context, slot: Slot, field: Field, branch: Branch) -> dict[str, str]:
    t, p = ctx.t, slot.place
    return {
        t("rollout.col_wave"): t("rollout.wave", n=slot.wave),
        t("rollout.col_branch"): ctx.model.label("branch", p.branch, t),
        t("rollout.col_win"): t.pick(field.win.charter.title),
        t("rollout.col_level"): words.level(ctx, field.win, branch),
        t("rollout.col_pain"): t.number(p.pain, 2),
        t("rollout.col_volume"): t("rollout.volume", value=t.number(p.volume, 2), n=t.number(branch.a_month)),
        t("rollout.col_value"): t.number(p.value, 2),
        t("rollout.col_effort"): t.number(p.effort),
        t("rollout.col_score"): t.number(slot.score, 2),
    }  # fmt: skip


def _keep(ctx: Context, fields: tuple[Field, ...], slots: tuple[Slot, ...], recorded: tuple[Step, ...]) -> None:
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center"):
        if ctx.may("act_edit") and slots:
            again = any(step.state == "planned" for step in recorded)
            if st.button(t("rollout.save_again" if again else "rollout.save"), type="primary", icon=":material/save:",
                         key="rollout_save"):  # fmt: skip
                _save(ctx, fields, slots)
        if slots:
            data = rollouts.csv(fields, slots, ctx.model, t)
            st.download_button(t("rollout.download"), data, "rollout.csv", "text/csv", icon=":material/download:",
                               key="rollout_csv")  # fmt: skip


def _save(ctx: Context, fields: tuple[Field, ...], slots: tuple[Slot, ...]) -> None:
    try:
        changed = rollout.save(ctx.bench.database, ctx.user.name, slots, fields, rights=ctx.rights)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("rollout_told", ctx.t("rollout.told_saved", n=ctx.t.number(changed)))
    st.rerun()
