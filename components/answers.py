"""Answers kept for everyone, and found once however many ask at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

R = TypeVar("R")
Tell = Callable[..., object]
_KEPT = 512


def _silent(*_: object) -> None:
    pass


@dataclass(eq=False)
class _Search:
    """An answer being found by one for all who ask the same meanwhile.

    ``news`` is what was told of it last, ``told`` how often. ``left``: who looked for it stopped, so that it is neither
    answered nor wrong. ``error`` is what is wrong.
    """

    news: tuple[Any, ...] = ()
    told: int = 0
    over: bool = False
    left: bool = False
    answer: Any = None
    error: Exception | None = None


class Answers:
    """Answers by question and data version: the latest 512, thrown away together when the data changed. Thread-safe.

    Not ``st.cache_data``: that copies each answer by pickle and keeps what older data said until it is full.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._going: dict[Hashable, _Search] = {}
        self._of: Hashable = None

    def get(self, version: Hashable, question: Hashable, find: Callable[[Tell], R], tell: Tell = _silent) -> R:
        """The kept answer, or the one that ``find(told)`` gives: to everybody who asks before it is there.

        ``find`` says how far it is by calling ``told``; everyone who waits hears it by their own ``tell``, in their own
        thread, and may raise there to go: the others get their answer all the same. Where it is the one who looks for
        it that goes, the next one begins anew. An error of ``find`` reaches everybody and is not kept.
        """
        with self._changed:
            if self._of != version:
                self._kept.clear()
                self._of = version
        while True:
            with self._changed:
                if self._of == version and question in self._kept:
                    self._kept.move_to_end(question)
                    return self._kept[question]  # type: ignore[no-any-return]
                search = self._going.get((version, question))
                if mine := search is None:
                    search = self._going[version, question] = _Search()
            if mine:
                return self._look(version, question, search, find, tell)
            self._wait(search, tell)
            if search.error is not None:
                raise search.error
            if not search.left:
                return search.answer  # type: ignore[no-any-return]

    def _look(self, version: Hashable, question: Hashable, search: _Search, find: Callable[[Tell], R], tell: Tell) -> R:
        def told(*news: object) -> None:
            with self._changed:
                search.news, search.told = news, search.told + 1
                self._changed.notify_all()
            try:
                tell(*news)
            except BaseException:
                search.left = True
                raise

        try:
            search.answer = find(told)
        except BaseException as error:
            if isinstance(error, Exception) and not search.left:
                search.error = error
            else:  # Streamlit stops a script by what is no Exception
                search.left = True
            raise
        finally:
            self._over(version, question, search)
        return search.answer  # type: ignore[no-any-return]

    def _over(self, version: Hashable, question: Hashable, search: _Search) -> None:
        """Nobody looks any more; what was found is kept where it is still of today's data."""
        with self._changed:
            search.over = True
            del self._going[version, question]
            if self._of == version and search.error is None and not search.left:
                self._kept[question] = search.answer
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._changed.notify_all()

    def _wait(self, search: _Search, tell: Tell) -> None:
        """Until nobody looks any more; what is told meanwhile is told on."""
        heard = 0
        while True:
            with self._changed:
                while not search.over and search.told == heard:
                    self._changed.wait()
                if search.over:
                    return
                heard, news = search.told, search.news
            tell(*news)
