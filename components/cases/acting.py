"""What a click does to a case: done and said, or refused with the words typed kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components import page, session
from components.markdown import plain
from components.page import Context
from cx.access import rights
from cx.words import Problem, Refused

_TOLD, _REFUSED = "case_told", "case_refused"


def told(ctx: Context) -> None:
    """What was just done, or why it was not."""
    if text := session.take(_TOLD, ""):
        st.success(plain(text), icon=":material/check:")
    none: tuple[Problem, ...] = ()
    if problems := session.take(_REFUSED, none):
        page.problems(ctx, problems)


def called(ctx: Context) -> None:
    """The same for a few seconds, where the screen renews itself."""
    if text := session.take(_TOLD, ""):
        st.toast(plain(text), icon=":material/check:", duration="long")
    none: tuple[Problem, ...] = ()
    for problem in session.take(_REFUSED, none):
        st.toast(plain(problem.tell(ctx.t)), icon=":material/error:", duration="long")


def clicked(ctx: Context, deed: Callable[[], object], said: str) -> bool:
    """For a button's ``on_click``: whether it was done; what there is to say is said by :func:`told` at the rerun.

    A click comes before the page asks who sits there; ``ctx`` is of when the button was drawn, and rights may have gone
    since.
    """
    user = session.user()
    if user is None or rights.scope(user) != ctx.rights:
        session.put(_REFUSED, (Problem("case_not_allowed"),))
        return False
    try:
        deed()
    except Refused as refused:
        session.put(_REFUSED, refused.problems)
        return False
    session.put(_TOLD, said)
    return True


def do(ctx: Context, deed: Callable[[], object], said: str, *written: str) -> None:
    """Do what a form says; the fields ``written`` in are empty then. What was refused stays in them."""
    try:
        deed()
    except Refused as refused:
        page.problems(ctx, tuple(replace(problem, where="") for problem in refused.problems))  # the field is in sight
        return
    for key in written:
        session.drop(key)
    session.put(_TOLD, said)
    st.rerun()


def go(**address: str) -> None:
    """Change the address; an empty value takes its name out of it."""
    for name, value in address.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
