"""The list of cases: filters in the address, one page at a time."""

from __future__ import annotations

import datetime as dt
from functools import partial
from html import escape

import streamlit as st

from components import cards, filters, session
from components.cases import acting, words
from components.page import Context
from cx.act import cases
from cx.act.cases import Case, Wanted, telling

SHOWN = 10
STATES = ("active", "open", "working", "closed", "all")
_WHOSE = ("all", "mine", "nobody")
_OTHER_KINDS = ("hand", "signal", "complaint")
_PAGE, _ASKED = "page", "cases_asked"


def draw(ctx: Context, moment: dt.datetime) -> None:
    """Filters, then the page of cases that they leave."""
    wanted = _filters(ctx)
    if session.get(_ASKED, wanted) != wanted:  # other cases: from the first page on
        st.query_params.pop(_PAGE, None)
    session.put(_ASKED, wanted)
    asked = st.query_params.get(_PAGE, "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    found = ctx.ask(cases.listed, ctx.rights, wanted, moment, SHOWN, (max(1, number) - 1) * SHOWN)
    pages = max(1, -(-found.n // SHOWN))
    if not 1 <= number <= pages:
        number = min(max(1, number), pages)
        found = ctx.ask(cases.listed, ctx.rights, wanted, moment, SHOWN, (number - 1) * SHOWN)
    if not found.cases:
        cards.empty(ctx.t("cases.nothing"), ctx.t("cases.nothing_try"))
        return
    first = (number - 1) * SHOWN
    t = ctx.t
    cards.note(
        t("cases.found", n=t.number(found.n), first=t.number(first + 1), last=t.number(first + len(found.cases)))
    )
    for case in found.cases:
        _row(ctx, case, moment)
    if pages > 1:
        key = f"cases_page_{number}"
        st.pagination(pages, default=number, key=key, on_change=lambda: acting.go(page=str(session.get(key, number))))


def _row(ctx: Context, case: Case, moment: dt.datetime) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"case_{case.id}"):
        st.html(
            f'<div class="cx-case"><strong>{escape(words.title(ctx, case))}</strong>'
            f"{words.marked(words.marks(ctx, case, moment))}"
            f'<div class="cx-facts">{escape(words.facts(ctx, case))}</div></div>'
        )
        st.button(ctx.t("cases.open"), key=f"handle_{case.id}", on_click=partial(acting.go, case=case.id))


def _filters(ctx: Context) -> Wanted:
    t, rules = ctx.t, ctx.bench.rules
    own = ctx.rights.branches
    branches = [id for id in ctx.model.branches if own is None or id in own]
    kinds = ("", *rules.rules, *_OTHER_KINDS)
    desks = ("", *rules.desks)
    with st.container(key="filters", horizontal=True, gap="small", vertical_alignment="bottom"):
        state = filters.select("state", STATES, lambda name: t(f"cases.state_{name}"), t("cases.state"), titled=True)
        whose = filters.select("whose", _WHOSE, lambda name: t(f"cases.whose_{name}"), t("cases.whose"), titled=True)
        kind = filters.select("kind", kinds, lambda id: telling.reason(id, rules, t) if id else t("cases.all_kinds"),
                              t("cases.kind"), titled=True)  # fmt: skip
        branch = ""
        if len(branches) > 1:
            branch = filters.select(
                "branch", ("", *branches),
                lambda id: ctx.model.label("branch", id, t) if id else t("filters.all_branch"),
                t("dimension.branch"), titled=True,
            )  # fmt: skip
        desk = filters.select("desk", desks, lambda id: telling.desk(id, rules, t) if id else t("cases.all_desks"),
                              t("cases.desk"), titled=True)  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", key="case_search"):
        text = _text(ctx)
        late = _flag("late", t("cases.late_only"))
        hot = _flag("hot", t("cases.hot_only"))
    return Wanted(whose=whose, me=ctx.user.name, branch=branch, kind=kind, state="" if state == "all" else state,
                  late=late, hot=hot, words=text, cause=_cause(ctx), desk=desk)  # fmt: skip


def _cause(ctx: Context) -> str:
    """A root cause named in the address, by a click on the ranking; it is told and can be taken out."""
    cause = st.query_params.get("cause", "")
    if cause not in ctx.bench.rules.causes:
        return ""
    name = telling.cause(cause, ctx.bench.rules, ctx.t)
    st.button(ctx.t("cases.only_cause", name=name), key="case_cause", icon=":material/close:",
              on_click=partial(acting.go, cause=""))  # fmt: skip
    return cause


def _text(ctx: Context) -> str:
    said = st.query_params.get("q", "")[:80]
    session.put("case_words", said)
    st.text_input(ctx.t("cases.words"), key="case_words", placeholder=ctx.t("cases.words_hint"), max_chars=80,
                  label_visibility="collapsed", icon=":material/search:", width=300,
                  on_change=lambda: acting.go(q=session.get("case_words", "").strip()))  # fmt: skip
    return said


def _flag(name: str, label: str) -> bool:
    key = f"case_{name}_only"
    on = st.query_params.get(name) == "1"
    session.put(key, on)
    st.checkbox(label, key=key, on_change=lambda: acting.go(**{name: "1" if session.get(key, False) else ""}))
    return on
