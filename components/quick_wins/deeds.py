"""The next step of a quick win, and the signature under its charter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components import page, session
from components.page import Context
from components.quick_wins import look
from cx.act import quick_wins, telling, verification
from cx.act.quick_wins import QuickWin
from cx.words import Refused


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The buttons of the win's state."""
    bench, by = ctx.bench, {"rights": ctx.rights}
    db, name, id = bench.database, ctx.user.name, win.id
    if win.state == "idea" and win.signature is None:
        sign(ctx, win, today)
    with st.container(horizontal=True):
        if win.state == "idea":
            if win.signature is not None:
                do(ctx, "start", lambda: quick_wins.start(db, id, name, ctx.model, today, **by), primary=True)
            edit = {"win": id, "edit": "1"}
            st.button(ctx.t("quick_win.do_edit"), on_click=look.go, kwargs=edit, key="edit")
            do(ctx, "drop", lambda: quick_wins.drop(db, id, name, **by))
        elif win.state == "running":
            do(ctx, "measure", lambda: quick_wins.to_measuring(db, id, name, **by), primary=True)
        elif win.state == "closed":
            do(ctx, "reopen", lambda: quick_wins.reopen(db, id, name, **by))
    if win.state == "idea" and win.signature is not None:
        _thin(ctx, win, today)
    if win.state == "measuring":
        _close(ctx, win, today)


def _thin(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """Before the baseline is frozen for good: that little or nothing of it is in the data yet."""
    t, found = ctx.t, ctx.ask(verification.baseline, win.charter, ctx.rights, today)
    if found.estimate.state != "ok":
        days = {name: t.date(getattr(found, name)) for name in ("start", "end")}
        st.warning(t("quick_win.thin_baseline", **days), icon=":material/warning:")


def sign(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """What the pilot will probably miss, and the button to sign, where this person may; else who may."""
    others, knowing = signers(ctx, win), False
    outlook = ctx.ask(quick_wins.foreseen, win, ctx.rights, today, ctx.model)
    if warned := telling.missed(ctx.t, win.charter, outlook, ctx.model):
        st.warning(warned, icon=":material/visibility_off:")
    if ctx.user.name == win.author and set(others) - {win.author}:
        names = sorted(ctx.bench.accounts.display(name) for name in set(others) - {win.author})
        shown = ctx.t("quick_win.comma").join(names[:4]) + (" …" if len(names) > 4 else "")
        st.caption(f":material/ink_pen: {ctx.t('quick_win.sign_others', names=shown)}")
        return
    if outlook.blind:
        word = "knowing" if outlook.compared else "knowing_alone"
        knowing = st.checkbox(ctx.t(f"quick_win.{word}"), key=f"knowing_{win.id}")
    do(
        ctx, "sign",
        lambda: quick_wins.sign(
            ctx.bench.database, win.id, ctx.user.name, ctx.model, today, rights=ctx.rights, others=others,
            knowing=knowing,
        ),
        primary=True,
    )  # fmt: skip


def signers(ctx: Context, win: QuickWin) -> frozenset[str]:
    """Everybody who may sign this charter: they may act, and see all its branches."""
    branches = {*win.charter.pilots, *win.charter.controls} if win.charter.voice == "customer" else {None}
    may = [frozenset(ctx.bench.accounts.who_may("act_edit", branch)) for branch in branches]
    return frozenset.intersection(*may)


def _close(ctx: Context, win: QuickWin, today: dt.date) -> None:
    t, by = ctx.t, {"rights": ctx.rights, "model": ctx.model}
    lesson = st.text_area(t("quick_win.lesson"), placeholder=t("quick_win.lesson_hint"), key="lesson", max_chars=2000)
    if today < win.charter.end:
        st.caption(t("quick_win.early_close"))
    db, name = ctx.bench.database, ctx.user.name
    do(ctx, "close", lambda: quick_wins.close(db, win.id, name, today, lesson, **by), primary=True)


def do(ctx: Context, step: str, act: Callable[[], object], primary: bool = False) -> None:
    """A button that does something, tells it and draws the page anew; what is refused stands below it."""
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
        look.go()
    st.rerun()
