"""One quick win: what was found, in words and as a picture; what was promised; the next step; who did what when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from html import escape

import streamlit as st

from components import cards, page, quick_win_board, session
from components.markdown import plain
from components.page import Context
from cx.act import quick_wins, telling
from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.output.charts import quick_wins as charts
from cx.words import Refused

_STYLE = """<style>
.cx-charter { margin: 0; padding: 0; } .cx-charter dt, .cx-charter dd { padding: 0; }
.cx-charter dt { color: #5C676B; font-size: .88rem; }
.cx-charter dd { margin: 0 0 .55rem; line-height: 1.6; }
</style>"""


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The whole view."""
    t = ctx.t
    quick_win_board.style()
    st.header(plain(t.pick(win.charter.title)), anchor=False)
    state = "" if win.state == "closed" else t(f"quick_win.state_{win.state}") + " · "
    st.html(f'<div class="cx-facts">{escape(state + telling.timing(t, win, today))}</div>')
    if not win.figures:
        st.info(t("quick_win.not_yours"), icon=":material/info:")
    _finding(ctx, win, today)
    if ctx.may("act_edit") and win.charter.covered_by(ctx.rights):
        _steps(ctx, win, today)
    left, right = st.columns([0.62, 0.38], gap="large")
    with left:
        _charter(ctx, win.charter)
    with right:
        _history(ctx, win)


def _finding(ctx: Context, win: QuickWin, today: dt.date) -> None:
    t, found = ctx.t, quick_win_board.comparison(ctx, win, today)
    if found is None:
        return
    st.html(f'<div class="cx-win">{quick_win_board.badge(ctx, win, found)}</div>')
    st.html(f'<div class="cx-say">{escape(telling.finding(t, win.charter, found, ctx.model))}</div>')
    if found.before.value is not None and found.after.value is not None:
        cards.chart(charts.before_after(win.charter, found, ctx.model, t), "before_after")
    notes = telling.notes(t, win.charter, found, ctx.model)
    if win.result is not None and win.result.verdict != found.verdict:
        notes.append(t("quick_win.early_close"))
    st.html("".join(f'<div class="cx-facts">{escape(note)}</div>' for note in notes))
    if win.result is not None:
        st.markdown(f"**{t('quick_win.lesson')}**")
        st.text(t.pick(win.result.lesson))


def _steps(ctx: Context, win: QuickWin, today: dt.date) -> None:
    t, bench, by = ctx.t, ctx.bench, {"rights": ctx.rights}
    db, name, id = bench.database, ctx.user.name, win.id
    with st.container(horizontal=True):
        if win.state == "idea":
            _step(ctx, "start", lambda: quick_wins.start(db, id, name, ctx.model, today, **by), primary=True)
            st.button(t("quick_win.do_edit"), on_click=quick_win_board.go, kwargs={"win": id, "edit": "1"}, key="edit")
            _step(ctx, "drop", lambda: quick_wins.drop(db, id, name, **by))
        elif win.state == "running":
            _step(ctx, "measure", lambda: quick_wins.to_measuring(db, id, name, **by), primary=True)
        elif win.state == "closed":
            _step(ctx, "reopen", lambda: quick_wins.reopen(db, id, name, **by))
    if win.state == "measuring":
        lesson = st.text_area(
            t("quick_win.lesson"), placeholder=t("quick_win.lesson_hint"), key="lesson", max_chars=2000
        )
        if today < win.charter.end:
            st.caption(t("quick_win.early_close"))
        _step(ctx, "close", lambda: quick_wins.close(db, id, name, today, lesson, **by), primary=True)


def _step(ctx: Context, step: str, act: Callable[[], object], primary: bool = False) -> None:
    if not st.button(ctx.t(f"quick_win.do_{step}"), type="primary" if primary else "secondary", key=f"do_{step}"):
        return
    try:
        result = act()
    except Refused as refused:
        page.problems(ctx, tuple(replace(problem, where="") for problem in refused.problems))  # the field is in sight
        return
    word = telling.verdict(ctx.t, result.verdict) if isinstance(result, quick_wins.Result) else ""
    session.put("quick_win_told", ctx.t(f"quick_win.done_{step}", verdict=word))
    if step == "drop":
        quick_win_board.go()
    st.rerun()


def _charter(ctx: Context, charter: Charter) -> None:
    t, model = ctx.t, ctx.model
    names = t("quick_win.comma").join(model.label("branch", branch, t) for branch in charter.pilots)
    weeks = t.number(charter.length.days / 7)
    period = t("quick_win.period", start=t.date(charter.start), end=t.date(charter.end), weeks=weeks)
    facts = {
        "hypothesis": t.pick(charter.hypothesis),
        "touchpoint": model.label("touchpoint", charter.touchpoint, t),
        "metric": telling.metric(t, charter, model),
        "target": telling.value(t, charter, charter.target, model),
        "owner": t.pick(charter.owner),
        "timeline": period,
        "pilots": t("quick_win.pilots_n", n=len(charter.pilots), names=names),
        "cost": t("quick_win.cost_value", cost=t.number(charter.cost)),
        "baseline": _baseline(ctx, charter),
    }
    rows = "".join(f"<dt>{escape(t(f'quick_win.{key}'))}</dt><dd>{escape(text)}</dd>" for key, text in facts.items())
    st.markdown(f"**{t('quick_win.charter')}**")
    st.html(f'{_STYLE}<dl class="cx-charter">{rows}</dl>')
    if charter.baseline is not None:
        with st.expander(t("quick_win.sql"), icon=":material/help:"):
            st.code(charter.baseline.sql, language="sql", wrap_lines=True)
            st.caption(t("quick_win.sql_parameters", values=", ".join(charter.baseline.parameters)))


def _baseline(ctx: Context, charter: Charter) -> str:
    t, frozen = ctx.t, charter.baseline
    if frozen is None:
        return t("quick_win.baseline_none")
    value = telling.estimate(t, charter, frozen.estimate, ctx.model)
    days = {name: t.date(getattr(frozen, name)) for name in ("start", "end")}
    return t("quick_win.baseline_text", value=value, taken=t.date(frozen.taken_on), **days)


def _history(ctx: Context, win: QuickWin) -> None:
    t = ctx.t
    st.markdown(f"**{t('quick_win.history')}**")
    for step in ctx.ask(quick_wins.history, win.id, ctx.rights):
        at = t.time(step.at.replace(tzinfo=dt.UTC).astimezone())
        st.text(t("quick_win.history_line", at=at, by=step.by, state=t(f"quick_win.state_{step.state}")))
