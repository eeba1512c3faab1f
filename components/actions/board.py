"""The board: the answer in words, a line a department, and the actions by state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

import streamlit as st

from components import cards, filters
from components.actions import origin
from components.page import Context
from cx.act import actions
from cx.act.actions import STATES, Action

_SHOWN = 12  # cards in a column; the rest is counted
_WHOSE = ("all", "mine")


def answer(ctx: Context, found: Sequence[Action], today: dt.date) -> None:
    """How much is promised, how much of it late, and who has too much at once."""
    t, open_ones = ctx.t, [action for action in found if action.open]
    done = len(found) - len(open_ones)
    late = [action for action in open_ones if action.late(today)]
    if not found:
        cards.said(t("actions.answer_none"))
        return
    said = t("actions.answer", n=t.number(len(open_ones)), departments=_departments(open_ones), done=t.number(done))
    said += (
        t("actions.answer_late", n=t.number(len(late)), title=t.pick(late[0].promise.title))
        if late
        else t("actions.on_time")
    )
    cards.said(said)
    for name, n in actions.crowded(found).items():
        department = ctx.model.label("department", name, t)
        st.warning(t("actions.crowded", department=department, n=n, limit=actions.LIMIT), icon=":material/warning:")


def show(ctx: Context, found: Sequence[Action], today: dt.date) -> None:
    """Departments in a table, then three columns of cards."""
    t = ctx.t
    if not found:
        cards.empty(t("actions.nothing"), t("actions.nothing_try"))
        return
    names = ["", *dict.fromkeys(action.promise.department for action in found)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        department = filters.select(
            "department", names, lambda name: ctx.model.label("department", name, t) if name else t("actions.all"),
            t("actions.department"), titled=True,
        )  # fmt: skip
        whose = filters.select(
            "whose", _WHOSE, lambda name: t(f"actions.whose_{name}"), t("actions.whose"), titled=True
        )
    kept = [
        action
        for action in found
        if department in ("", action.promise.department) and (whose == "all" or action.promise.owner == ctx.user.name)
    ]
    for column, state in zip(st.columns(len(STATES), gap="small"), STATES, strict=True):
        here = [action for action in kept if action.state == state]
        if state == "done":
            here = here[::-1]
        with column:
            st.markdown(f"**{t('actions.column', state=t(f'actions.state_{state}'), n=len(here))}**")
            for action in here[:_SHOWN]:
                _card(ctx, action, today)
            if len(here) > _SHOWN:
                st.caption(t("actions.more", n=t.number(len(here) - _SHOWN)))
            if not here:
                st.caption(t("actions.column_empty"))
    cards.heading(t("actions.by_department"))
    cards.words_table([_line(ctx, name, found, today) for name in names[1:]], t("actions.by_department"))


def facts(ctx: Context, action: Action, today: dt.date) -> str:
    """Department, owner, place and day in a line."""
    t, promised = ctx.t, action.promise
    owner = ctx.bench.accounts.display(promised.owner) if promised.owner else t("actions.nobody")
    days = (promised.due - today).days
    when = t("actions.late", n=-days) if action.late(today) else t("actions.due", day=t.date(promised.due))
    places = [ctx.model.label(name, value, t) for name, value in
              (("branch", promised.branch), ("touchpoint", promised.touchpoint)) if value]  # fmt: skip
    return " · ".join([ctx.model.label("department", promised.department, t), owner, when, *places])


def go(**query: str) -> None:
    """Another view of this page: the address is the state."""
    st.query_params.from_dict(query)


def _card(ctx: Context, action: Action, today: dt.date) -> None:
    with st.container(border=True, key=f"action_{action.id}"):
        st.html(
            f"<strong>{escape(ctx.t.pick(action.promise.title))}</strong>"
            f'<div class="cx-facts">{escape(facts(ctx, action, today))}</div>'
            f'<div class="cx-facts">{escape(origin.named(ctx, action.promise.source, action.promise.about))}</div>'
        )
        st.button(ctx.t("actions.open"), key=f"open_{action.id}", on_click=go, kwargs={"action": action.id},
                  icon=":material/arrow_forward:", width="stretch", type="tertiary")  # fmt: skip


def _line(ctx: Context, department: str, found: Sequence[Action], today: dt.date) -> dict[str, str]:
    t = ctx.t
    own = [action for action in found if action.promise.department == department]
    numbers = {
        "actions.state_todo": sum(action.state == "todo" for action in own),
        "actions.state_doing": sum(action.state == "doing" for action in own),
        "actions.col_late": sum(action.late(today) for action in own),
        "actions.state_done": sum(action.state == "done" for action in own),
    }
    name = {t("actions.department"): ctx.model.label("department", department, t)}
    return name | {t(key): t.number(n) for key, n in numbers.items()}


def _departments(found: Sequence[Action]) -> int:
    return len({action.promise.department for action in found})
