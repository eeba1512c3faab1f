"""What every page begins with, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Concatenate, NoReturn, ParamSpec, TypeVar

import duckdb
import streamlit as st

from components import navigation, session
from components.answers import Answers, Tell
from components.markdown import plain
from cx.access import rights
from cx.access.rights import User
from cx.measure.scope import Rights
from cx.words import Problem, Refused, Translator
from cx.workbench import Workbench, current

if TYPE_CHECKING:
    from cx.bank.model import Model

P = ParamSpec("P")
R = TypeVar("R")

_answers = Answers()


@dataclass(frozen=True)
class Context:
    """What a page works with: the user, their words and rights, the bank's model and the workbench."""

    user: User
    t: Translator
    bench: Workbench
    rights: Rights
    model: Model

    def may(self, right: str) -> bool:
        """Whether the user has a right."""
        return rights.may(self.user, right)

    def ask(self, fn: Callable[Concatenate[duckdb.DuckDBPyConnection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``fn(con, *args, **kwargs)`` on a cursor of its own; arguments must be hashable.

        The answer is shared by all who ask the same of the same data, also by those who ask while it is looked for:
        never change it in place. A function defined inside a page is a new one at every rerun, so only functions of
        modules are found again. ``watch=`` (with a ``tell``) is no part of the question: everyone has one of their own.
        """
        if session.user() is None:  # a fragment reruns without the shell
            st.rerun()
        database = self.bench.database
        watch = kwargs.pop("watch", None)

        def find(told: Tell) -> R:
            if watch is not None:
                kwargs["watch"] = replace(watch, tell=told)
            return database.read(lambda con: fn(con, *args, **kwargs))

        question = (fn, args, tuple(sorted(kwargs.items())))
        tell = (watch.tell,) if watch is not None else ()
        return _answers.get((id(database), database.version), question, find, *tell)


def begin(file: str) -> Context:
    """The first line of every page, ``page.begin(__file__)``: checks the right again, shows section and question."""
    entry = navigation.of_file(file)
    user = session.user()
    if user is None or user.must_change:
        st.stop()
    bench = current()
    ctx = Context(user, Translator(user.lang), bench, rights.scope(user), bench.model)
    if not ctx.may(entry.right):
        empty(ctx, "shell.refused", right=ctx.t(f"people.right_{entry.right}"))
    if entry.whole and ctx.rights.branches is not None:
        empty(ctx, "shell.whole_bank")
    _title(ctx, entry)
    if ctx.rights.branches is not None and not ctx.rights.branches:
        st.warning(ctx.t("shell.no_branch"), icon=":material/info:")
    return ctx


def empty(ctx: Context, key: str, *to: str, **values: object) -> NoReturn:
    """Instead of page content: what is missing (``key``), what to do (``key_try``), links (pages ``to``). Stops."""
    t = ctx.t
    what, cure = escape(t(key, **values)), escape(t(f"{key}_try", **values))
    st.html(f'<div class="cx-empty" role="status"><strong>{what}</strong><span class="cx-muted">{cure}</span></div>')
    if to:
        with st.container(horizontal=True):
            for stem in to:
                link(ctx, stem)
    st.stop()


def link(ctx: Context, stem: str, label: str | None = None, query: dict[str, str] | None = None) -> None:
    """A link to another page, when the user may open it; labelled like the menu unless told otherwise."""
    entry = navigation.of_stem(stem)
    if entry in navigation.allowed(ctx.user):
        text = label or ctx.t(f"page.{stem}")
        st.page_link(entry.file, label=text, icon=f":material/{entry.icon}:", query_params=query)


def problems(ctx: Context, found: Refused | tuple[Problem, ...]) -> None:
    """Show what was refused, each with where and what to try; what files and people wrote stays plain text."""
    for problem in found.problems if isinstance(found, Refused) else found:
        show = st.error if problem.severity == "error" else st.warning
        icon = "error" if problem.severity == "error" else "warning"
        show(plain(problem.tell(ctx.t)), icon=f":material/{icon}:")


def _title(ctx: Context, entry: navigation.Page) -> None:
    t = ctx.t
    question = f"page.{entry.stem}_question"
    label = t(f"page.{entry.stem}")
    st.html(f'<div class="cx-crumb">{escape(t(f"shell.section_{entry.section}"))} / {escape(label)}</div>')
    st.title(t(question) if t.has(question) else label, anchor=False)
