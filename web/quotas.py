"""Quotas: whom a survey has asked enough. Counted in memory from what the tables hold, so that respondents who finish
at the same moment are counted one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from cx.store import quotas
from cx.store.database import Database
from cx.survey import flow
from cx.survey.schema import Quota, Survey
from cx.workbench import Workbench

Rules = tuple[tuple[str, str], ...]


@dataclass(eq=False)
class _Known:
    """What the tables hold, by these conditions; without any it is to be read (again)."""

    rules: Rules | None = None
    count: Counter[str] = field(default_factory=Counter)


@dataclass
class _Taken:
    """Responses of one survey by quota: those that are in, and those on their way."""

    known: _Known = field(default_factory=_Known)
    sending: Counter[str] = field(default_factory=Counter)


_taken: WeakKeyDictionary[Database, dict[str, _Taken]] = WeakKeyDictionary()


async def full(bench: Workbench, survey: Survey, answers: Mapping[str, object]) -> Quota | None:
    """The full quota that these answers belong to."""
    if not survey.quotas:
        return None
    count = await _count(bench, survey)
    return flow.full(survey, answers, {quota.id for quota in survey.quotas if count[quota.id] >= quota.limit})


@contextmanager
def taking(bench: Workbench, survey: Survey, hits: tuple[str, ...]) -> Iterator[None]:
    """Count a response for its quotas from before it is sent; no longer, where that fails. Where what the tables hold
    was read in between, nobody can say whether it was there already: it is read again."""
    if not hits:
        yield
        return
    taken = _of(bench, survey)
    known = taken.known
    taken.sending.update(hits)
    try:
        yield
        if taken.known is known and known.rules == _rules(survey):
            known.count.update(hits)
        else:
            taken.known = _Known()
    finally:
        taken.sending.subtract(hits)


def recount(bench: Workbench, survey: Survey) -> None:
    """A response was corrected: count anew, from the tables."""
    _of(bench, survey).known = _Known()


def _of(bench: Workbench, survey: Survey) -> _Taken:
    return _taken.setdefault(bench.database, {}).setdefault(survey.id, _Taken())


def _rules(survey: Survey) -> Rules:
    return tuple((quota.id, quota.when.source) for quota in survey.quotas)


async def _count(bench: Workbench, survey: Survey) -> Counter[str]:
    """What each quota has by the conditions in service."""
    taken = _of(bench, survey)
    while True:
        known, served = taken.known, bench.shelf.get(survey.id) or survey
        if known.rules == _rules(served):
            return known.count + taken.sending
        found = await run_in_threadpool(_stored, bench, served)
        if taken.known is known:
            taken.known = _Known(_rules(served), found)


def _stored(bench: Workbench, survey: Survey) -> Counter[str]:
    bench.journal.flush()
    quotas.settle(bench.database, survey)
    with bench.database.cursor() as con:
        return Counter(quotas.counts(con, survey.id))
