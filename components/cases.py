"""Cases on screen: the answer, the open ones by day due, one case with its history and the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape

import streamlit as st

from components import cards, filters, page, session
from components.markdown import plain
from components.page import Context
from cx.act import alarm_telling, cases
from cx.act.cases import OUTCOMES, About, Case
from cx.insight.signals import series as signal_series
from cx.words import Refused

_TOLD = "case_told"
_SHOWN = 20
_ENOUGH = 5  # closed cases from which it is said how long one takes
_WHOSE = ("all", "mine", "nobody")


def told() -> None:
    """What was just done."""
    if text := session.take(_TOLD, ""):
        st.success(text, icon=":material/check:")


def answer(ctx: Context, found: tuple[Case, ...], today: dt.date) -> None:
    """How many are open, how many late, and which is the most pressing."""
    t, open_ones = ctx.t, [case for case in found if case.open]
    if not open_ones:
        said = t("cases.answer_none", closed=t.number(len(found)))
    else:
        late = sum(case.late(today) for case in open_ones)
        said = t("cases.answer", n=t.number(len(open_ones)), late=t.number(late))
        said += t("cases.answer_first", title=open_ones[0].about.title, due=t.date(open_ones[0].due))
    st.html(f'<div class="cx-say">{escape(said)}</div>')
    cards.note(_takes(ctx, found))


def _takes(ctx: Context, found: tuple[Case, ...]) -> str:
    """How long cases take, said only where enough were closed."""
    t, took = ctx.t, cases.closing(found, dt.datetime.now(dt.UTC).replace(tzinfo=None))
    closed = sum(not case.open for case in found)
    if closed < _ENOUGH or took.median is None:
        return t("cases.takes_few", n=t.number(closed), least=t.number(_ENOUGH))
    ends = [t.number(end, 1) if end is not None else "…" for end in (took.low, took.high)]
    return t("cases.takes", days=t.number(took.median, 1), low=ends[0], high=ends[1], n=t.number(closed),
             open=t.number(len(found) - closed))  # fmt: skip


def listed(ctx: Context, found: tuple[Case, ...], today: dt.date) -> None:
    """The open cases as cards, then those that were closed."""
    t = ctx.t
    whose = filters.chosen_of("whose", _WHOSE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        filters.select("whose", _WHOSE, lambda name: t(f"cases.whose_{name}"), t("cases.whose"), titled=True)
    wanted = {"all": lambda _: True, "mine": lambda c: c.owner == ctx.user.name, "nobody": lambda c: c.owner is None}
    kept = [case for case in found if wanted[whose](case)]
    open_ones, closed = [c for c in kept if c.open], [c for c in kept if not c.open]
    for case in open_ones[:_SHOWN]:
        _card(ctx, case, today)
    if rest := [*open_ones[_SHOWN:], *closed]:
        cards.heading(t("cases.rest_title" if open_ones[_SHOWN:] else "cases.closed_title"))
        cards.words_table([_row(ctx, case, today) for case in rest], t("cases.closed_title"))
        names = {case.id: case.about.title for case in rest}
        filters.select(
            "case", ["", *names], lambda id: names.get(id, t("cases.none")), t("cases.open_one"), titled=True
        )
    if not kept:
        cards.empty(t("cases.nothing"), t("cases.nothing_try"))


def _card(ctx: Context, case: Case, today: dt.date) -> None:
    with st.container(border=True, key=f"case_{case.id}"):
        st.html(
            f"<strong>{escape(case.about.title)}</strong><div class='cx-facts'>{escape(_facts(ctx, case, today))}</div>"
        )
        st.button(
            ctx.t("cases.handle"),
            key=f"handle_{case.id}",
            icon=":material/arrow_forward:",
            on_click=_go,
            args=(case.id,),
        )


def _facts(ctx: Context, case: Case, today: dt.date) -> str:
    t = ctx.t
    owner = t("cases.owned", name=ctx.bench.accounts.display(case.owner)) if case.owner else t("cases.nobody")
    days = (case.due - today).days
    when = (
        t("cases.late", n=-days)
        if days < 0
        else t("cases.due_today")
        if not days
        else t("cases.due", day=t.date(case.due))
    )
    place = [ctx.model.label(name, value, t) for name, value in
             (("branch", case.about.branch), ("touchpoint", case.about.touchpoint)) if value]  # fmt: skip
    urgent = [t("cases.urgent")] if case.about.urgent else []
    return " · ".join([*urgent, t(f"cases.state_{case.state}"), when, owner, *(place or [t("cases.whole_bank")])])


def _row(ctx: Context, case: Case, today: dt.date) -> dict[str, str]:
    t = ctx.t
    ended = t(f"cases.outcome_{case.outcome}") if case.outcome else _facts(ctx, case, today)
    return {
        t("cases.col_title"): case.about.title, t("cases.col_state"): ended, t("cases.col_note"): case.note,
        t("cases.col_day"): t.date(case.recorded_at.date()),
    }  # fmt: skip


def one(ctx: Context, case: Case, today: dt.date) -> None:
    """One case: what it is about, what was done, what to do next."""
    t = ctx.t
    st.button(t("cases.back"), icon=":material/arrow_back:", key="case_back", type="tertiary", on_click=_go, args=("",))
    st.html(f"<h2>{escape(case.about.title)}</h2><div class='cx-facts'>{escape(_facts(ctx, case, today))}</div>")
    if case.about.cause is not None:
        subject = signal_series.subject(case.about.cause.subject)
        name = alarm_telling.name(t, subject, ctx.model) if subject else case.about.cause.subject
        st.caption(t("cases.from_signal", name=plain(name)))
        page.link(ctx, "signals", t("cases.to_chart"), {"chart": case.about.cause.subject})
    cards.heading(t("cases.history"))
    for done in ctx.ask(cases.history, case.id, ctx.rights):
        names = ctx.bench.accounts.display
        word = t(f"cases.outcome_{done.outcome}") if done.outcome else t(f"cases.state_{done.state}")
        owner = [t("cases.owned", name=names(done.owner))] if done.owner else []
        st.caption(
            plain(" · ".join([t.date(done.at.date()), names(done.by), word, *owner, *filter(None, [done.note])]))
        )
    if ctx.may("act_edit"):
        _next(ctx, case)


def _next(ctx: Context, case: Case) -> None:
    t = ctx.t
    people = ctx.bench.accounts.who_may("act_edit", case.about.branch)
    steps = ("working", "closed") if case.open else ("working",)
    with st.form(f"next_{case.id}", border=True):
        names = {"": t("cases.nobody")} | people
        known = list(names).index(case.owner) if case.owner in names else 0
        owner = st.selectbox(
            t("cases.owner"), list(names), known, format_func=names.__getitem__, key=f"case_owner_{case.id}"
        )
        state = st.radio(
            t("cases.next"),
            steps,
            format_func=lambda s: t(f"cases.to_{s}"),
            key=f"case_state_{case.id}",
            horizontal=True,
        )
        outcome = st.selectbox(t("cases.outcome"), OUTCOMES, None, format_func=lambda o: t(f"cases.outcome_{o}"),
                               placeholder=t("cases.outcome_hint"), key=f"case_outcome_{case.id}")  # fmt: skip
        note = st.text_area(
            t("cases.note"), max_chars=1000, placeholder=t("cases.note_hint"), key=f"case_note_{case.id}"
        )
        saving = st.form_submit_button(t("cases.save"), type="primary", key=f"case_save_{case.id}")
    seen = session.get(f"case_seen_{case.id}", case.recorded_at)
    session.put(f"case_seen_{case.id}", case.recorded_at)  # what stands above the form when it is sent the next time
    if not saving:
        return
    _do(ctx, lambda: cases.step(
        ctx.bench.database, ctx.user.name, case.id, seen, rights=ctx.rights, state=state,
        owner=owner or None, outcome=outcome if state == "closed" else None, note=note,
    ), t("cases.told_saved"), f"case_note_{case.id}", f"case_outcome_{case.id}")  # fmt: skip


def new(ctx: Context, today: dt.date) -> None:
    """A case opened by hand."""
    t, own = ctx.t, ctx.rights.branches
    with st.expander(t("cases.new"), icon=":material/add:"), st.form("new_case", border=False, clear_on_submit=False):
        title = st.text_input(t("cases.title"), max_chars=120, placeholder=t("cases.title_hint"), key="new_case_title")
        branches = [*([None] if own is None else []), *(id for id in ctx.model.branches if own is None or id in own)]
        branch = st.selectbox(t("dimension.branch"), branches, key="new_case_branch", format_func=lambda id: (
            ctx.model.label("branch", id, t) if id else t("cases.whole_bank")))  # fmt: skip
        points = [None, *(p.id for j in ctx.model.journeys.values() for s in j.stages for p in s.touchpoints)]
        point = st.selectbox(t("dimension.touchpoint"), points, key="new_case_point",
                             format_func=lambda id: ctx.model.label("touchpoint", id, t) if id else "–")  # fmt: skip
        urgent = st.checkbox(t("cases.is_urgent"), key="new_case_urgent")
        note = st.text_area(t("cases.note"), max_chars=1000, key="new_case_note")
        if not st.form_submit_button(t("cases.save"), type="primary", key="new_case_save"):
            return
    _do(
        ctx,
        lambda: opened(ctx, About(title, branch, point, urgent), note, today),
        t("cases.told_opened"),
        "new_case_title",
        "new_case_note",
    )


def opened(ctx: Context, about: About, note: str, today: dt.date) -> bool:
    """Open a case for whoever looks after the branch alone; whether it is new."""
    people = ctx.bench.accounts.who_may("act_edit", about.branch)
    near = [name for name in people if (user := ctx.bench.accounts.user(name)) and user.branches is not None]
    owner = near[0] if len(near) == 1 else None
    _, fresh = cases.open_case(
        ctx.bench.database, ctx.user.name, about, rights=ctx.rights, works=ctx.model.calendar.works, today=today,
        owner=owner, note=note,
    )  # fmt: skip
    return fresh


def _do(ctx: Context, deed: Callable[[], object], said: str, *written: str) -> None:
    """Do it and say so; the fields ``written`` in are empty then. What was refused stays in them."""
    try:
        deed()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    for key in written:
        session.drop(key)
    session.put(_TOLD, said)
    st.rerun()


def _go(id: str) -> None:
    if id:
        st.query_params["case"] = id
    else:
        st.query_params.pop("case", None)
