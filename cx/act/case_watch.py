"""The threads that open cases: soon after something landed, never while a customer is being served.

They look when the database changed: at once over what came since the last look; once a minute over all the days that
rules look back, for what was imported, sent late or unflagged meanwhile, and for what is overdue.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import duckdb

from cx.store.database import Database
from cx.words import Refused

if TYPE_CHECKING:
    from cx.access.accounts import Accounts
    from cx.bank.model import Model
    from cx.bank.rules import Rules  # zones take their time: not at a start

log = logging.getLogger(__name__)
SECONDS = 0.25
_SHARE = 10  # look at most a tenth of the time: under load seldom, over more at once
_MOST = 2.0
_WHOLE = 60.0
_ALARMS = 900.0
_RECENT = dt.timedelta(seconds=30)  # what was submitted before the last look and had not landed by then
_USUAL = (duckdb.Error, OSError, Refused)

Read = Callable[[dt.datetime], object]


class Watch:
    """Two threads of its own; they end with :meth:`close`. ``read`` reads the comments since a moment and says how
    many, for rules about words. ``wait``: seconds before the first look, so that it does not slow a start."""

    def __init__(
        self, db: Database, rules: Callable[[], Rules], model: Callable[[], Model], accounts: Accounts,
        read: Read | None = None, seconds: float = SECONDS, wait: float = 0.0,
    ) -> None:  # fmt: skip
        self._db, self._rules, self._model, self._accounts = db, rules, model, accounts
        self._read, self._seconds, self._wait, self._begun = read, seconds, wait, _now()
        self._stop, self._spoken = threading.Event(), SimpleQueue[dt.datetime | None]()
        works = (("cases", self._watch), ("words", self._words))
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in works]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop; waits for a look that is under way."""
        self._stop.set()
        self._spoken.put(None)
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        seen, whole, pause, last = -1, -_WHOLE, max(self._wait, self._seconds), self._begun
        alarmed = time.monotonic()
        while not self._stop.wait(pause):
            began, busy, version, now = time.monotonic(), time.thread_time(), self._db.version, _now()
            every = began - whole >= _WHOLE
            if version == seen and not every:
                continue
            try:
                self._look(now, None if every else last - _RECENT)
                if began - alarmed >= _ALARMS and version != seen:
                    alarmed = began
                    self._alarms(now)
            except Exception as error:  # whatever it is: a thread that ended would open no case any more
                log.error("cases: not opened, tried again: %s", error, exc_info=not isinstance(error, _USUAL))
                pause = _SHARE * self._seconds
                continue
            seen, whole, last = version, began if every else whole, now
            pause = min(_MOST, max(self._seconds, (_SHARE - 1) * (time.thread_time() - busy)))

    def _words(self) -> None:
        """Read what was written, beside the looking: a lexicon takes its time the first time. What was read is looked
        at as whatever lands."""
        while (since := self._spoken.get()) is not None:
            while not self._spoken.empty():  # several looks at once: the earliest moment holds for all
                more = self._spoken.get()
                if more is None:
                    return
                since = min(since, more)
            try:
                if self._read is not None:
                    self._read(since)
            except Exception as error:
                log.error("cases: words not read, tried again: %s", error, exc_info=not isinstance(error, _USUAL))

    def _look(self, now: dt.datetime, after: dt.datetime | None) -> None:
        from cx.act.cases import escalating, opening  # not before the first answers

        rules, model = self._rules(), self._model()
        calendar = model.calendar
        alone = self._alone(rules)
        more = {"now": now, "after": after, "alone": alone, "begun": self._begun, "of": model.playbook.place_of}
        opening.run(self._db, rules, calendar, **more)
        if any(rule.when.risks or rule.when.intensity is not None for rule in rules.active):
            self._spoken.put(after or now - dt.timedelta(days=rules.days))
        if after is None:
            escalating.run(self._db, rules, calendar, now=now, alone=alone)

    def _alarms(self, now: dt.datetime) -> None:
        from cx.act.cases import opening
        from cx.act.cases.matching import since
        from cx.act.cases.signalled import standing

        rules, model = self._rules(), self._model()
        for rule in (each for each in rules.active if each.when.alarm):
            with self._db.writing(counted=False) as con:
                begin = since(con, (rule,), now)[rule.id]
            with self._db.cursor() as con:
                found = standing(con, model)
            opening.of_alarms(self._db, found, rule, rules, model.calendar, now=now, begin=begin,
                              alone=self._alone(rules))  # fmt: skip

    def _alone(self, rules: Rules) -> Callable[[str, str | None], str | None]:
        from cx.act.cases import owners

        return partial(owners.alone, self._accounts, rules)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
