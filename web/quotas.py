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

_taken: WeakKeyDictionary[Database, dict[str, Counter[str]]] = WeakKeyDictionary()


async def full(bench: Workbench, survey: Survey, answers: Mapping[str, object]) -> Quota | None:
    """The full quota that these answers belong to."""
    if not survey.quotas:
        return None
    count = await _count(bench, survey.id)
    return flow.full(survey, answers, {quota.id for quota in survey.quotas if count[quota.id] >= quota.limit})


def take(bench: Workbench, survey: Survey, hits: tuple[str, ...], by: int = 1) -> None:
    """Count a response for its quotas at once (``by`` -1: it was not saved after all)."""
    if hits:
        _taken[bench.database][survey.id].update(dict.fromkeys(hits, by))


def recount(bench: Workbench, survey: Survey) -> None:
    """A response was corrected: count anew, from the tables."""
    _taken.get(bench.database, {}).pop(survey.id, None)


async def _count(bench: Workbench, survey_id: str) -> Counter[str]:
    own = _taken.setdefault(bench.database, {})
    if survey_id not in own:
        found = await run_in_threadpool(_stored, bench, survey_id)
        own.setdefault(survey_id, found)
    return own[survey_id]


def _stored(bench: Workbench, survey_id: str) -> Counter[str]:
    bench.journal.flush()
    with bench.database.cursor() as con:
        return Counter(quotas.counts(con, survey_id))
