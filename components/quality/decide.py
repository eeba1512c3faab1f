"""Deciding about single responses: clear them, flag them again, or flag one by its receipt code."""

from __future__ import annotations

import streamlit as st

from components import moments, page, session
from components.page import Context
from cx.collect import quality
from cx.collect.quality import Example
from cx.store import audit
from cx.store.sheet import safe_rows
from cx.words import Problem, Refused

_ROUND = "q_round"


def table(ctx: Context, rule: str, found: tuple[Example, ...], state: str) -> None:
    """The responses to choose from, and what to do with the chosen ones."""
    t = ctx.t
    said = ctx.ask(quality.words, tuple(each.response_id for each in found)) if ctx.may("comments") else {}
    chosen = st.dataframe(
        safe_rows(_row(ctx, rule, each, said) for each in found), hide_index=True, width="stretch",
        selection_mode="multi-row", on_select="rerun", placeholder="–",
        key=f"q_rows_{rule}_{state}_{session.get(_ROUND, 0)}",  # ticks are places: another list must not inherit them
    )  # fmt: skip
    picked = [found[place].response_id for place in chosen.selection.rows if place < len(found)]  # type: ignore[attr-defined]
    clear = state == "flagged"
    with st.container(horizontal=True):
        for name, ids in (("chosen", picked), ("shown", [each.response_id for each in found])):
            label = t(f"quality.{'clear' if clear else 'again'}_{name}", n=t.number(len(ids)))
            if st.button(label, disabled=not ids, key=f"q_{name}_{state}", type="secondary"):
                _decide(ctx, ids, rule, not clear)
    st.caption(t("quality.choose"))


def by_hand(ctx: Context) -> None:
    """A response that somebody knows not to be a customer's, by its receipt code."""
    t = ctx.t
    with st.expander(t("quality.hand")), st.form("q_hand", border=False, clear_on_submit=True):
        code, why = st.columns([1, 3])
        receipt = code.text_input(t("quality.receipt"), max_chars=11, placeholder="7K3QM-2XW9A")
        note = why.text_input(t("quality.why"), max_chars=200, placeholder=t("quality.why_example"))
        if st.form_submit_button(t("quality.hand_do"), icon=":material/flag:"):
            id = ctx.ask(quality.find, receipt)
            if id is None:
                page.problems(ctx, (Problem("quality_no_response"),))
            else:
                _decide(ctx, [id], quality.HAND, True, note)


def _decide(ctx: Context, ids: list[str], rule: str, flagged: bool, note: str = "") -> None:
    t = ctx.t
    try:
        n = quality.decide(ctx.bench.database, ids, rule, flagged, ctx.user.name, note)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put(_ROUND, session.get(_ROUND, 0) + 1)
    st.toast(t(f"quality.{'done_flagged' if flagged else 'done_cleared'}", n=t.number(n)), icon=":material/rule:")
    st.rerun()


def _row(ctx: Context, rule: str, each: Example, said: object) -> dict[str, object]:
    t = ctx.t
    surveys = {survey.id: survey.title for survey in ctx.bench.shelf.all()}
    row: dict[str, object] = {
        t("quality.when"): moments.told(ctx, each.at),
        t("quality.survey"): t.pick(surveys.get(each.survey_id), each.survey_id),
        t("quality.branch"): ctx.model.label("branch", each.branch, t),
        t("quality.mode"): ctx.model.label("mode", each.mode, t),
        t("quality.seconds"): each.seconds,
        t("quality.nps"): each.nps,
    }
    if rule != quality.HAND and each.value is not None:
        row[t(f"quality.value_{rule}")] = _value(rule, each.value, ctx)
    if said:
        row[t("quality.words")] = said.get(each.response_id, "")  # type: ignore[attr-defined]
    row[t("quality.by")] = t("quality.by_rule") if each.by == audit.SYSTEM else ctx.bench.accounts.display(each.by)
    if each.note:
        row[t("quality.why")] = each.note
    return row


def _value(rule: str, value: float, ctx: Context) -> str:
    if rule == "speeder":
        return ctx.t.percent(value)
    return f"{value:.1e}" if rule == "filling" else ctx.t.number(value)
