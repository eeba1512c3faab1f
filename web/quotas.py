"""Quotas: whom a survey has asked enough. Counted in memory from what the tables hold, so that respondents who finish
at the same moment are counted one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from cx.store import quotas
from cx.store.database import Database
from cx.survey import flow
from cx.survey.schema import Quota, Survey
from cx.workbench import Workbench

Rules = tuple[tuple[str, str], ...]
_taken: WeakKeyDictionary[Database, dict[str, tuple[Rules, Counter[str]]]] = WeakKeyDictionary()


async def full(bench: Workbench, survey: Survey, answers: Mapping[str, object]) -> Quota | None:
    """The full quota that these answers belong to."""
    if not survey.quotas:
        return None
    count = await _count(bench, survey)
    return flow.full(survey, answers, {quota.id for quota in survey.quotas if count[quota.id] >= quota.limit})


def take(bench: Workbench, survey: Survey, hits: tuple[str, ...], by: int = 1) -> None:
    """Count a response for its quotas at once (``by`` -1: it was not saved after all). One that was begun before a
    quota's condition changed counts in the tables only, as long as nobody counts anew."""
    rules, count = _taken[bench.database][survey.id] if hits else ((), Counter())
    if rules == _rules(survey):
        count.update(dict.fromkeys(hits, by))


def recount(bench: Workbench, survey: Survey) -> None:
    """A response was corrected: count anew, from the tables."""
    _taken.get(bench.database, {}).pop(survey.id, None)


def _rules(survey: Survey) -> Rules:
    return tuple((quota.id, quota.when.source) for quota in survey.quotas)


async def _count(bench: Workbench, survey: Survey) -> Counter[str]:
    """What each quota has by the conditions in service: those of a page that is older do not count anew."""
    own, served = _taken.setdefault(bench.database, {}), bench.shelf.get(survey.id) or survey
    kept = own.get(survey.id)
    if kept is None or kept[0] != _rules(served):
        found = await run_in_threadpool(_stored, bench, served)
        if own.get(survey.id) is kept:
            own[survey.id] = (_rules(served), found)
    return own[survey.id][1]


def _stored(bench: Workbench, survey: Survey) -> Counter[str]:
    bench.journal.flush()
    quotas.settle(bench.database, survey)
    with bench.database.cursor() as con:
        return Counter(quotas.counts(con, survey.id))
