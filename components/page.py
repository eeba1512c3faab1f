"""What every page begins with, and what it may ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, TypeVar

import duckdb
import streamlit as st

from components import navigation, session
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
_KEPT = 512


class Answers:
    """Answers by question and data version: the latest 512, thrown away together when the data changed. Thread-safe.

    Not ``st.cache_data``: that copies each answer by pickle and keeps what older data said until it is full.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._of: Hashable = None

    def get(self, version: Hashable, question: Hashable, find: Callable[[], R]) -> R:
        """The kept answer, or the one that ``find`` gives now."""
        with self._lock:
            if self._of != version:
                self._kept.clear()
                self._of = version
            elif question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]  # type: ignore[no-any-return]
        answer = find()
        with self._lock:
            if self._of == version:
                self._kept[question] = answer
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return answer


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

        The answer is shared by all who ask the same of the same data: never change it in place. A function defined
        inside a page is a new one at every rerun, so only functions of modules are found again.
        """
        if session.user() is None:  # a fragment reruns without the shell
            st.rerun()
        database = self.bench.database

        def find() -> R:
            with database.cursor() as con:
                return fn(con, *args, **kwargs)

        return _answers.get((id(database), database.version), (fn, args, tuple(sorted(kwargs.items()))), find)


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
