"""A bank for tests of quick wins and reports: responses spread evenly over a period, with figures known beforehand."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from small_bank import insert

from cx.act import quick_wins
from cx.act.charter import Charter
from cx.bank.model import Model, load
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.survey.load import read
from cx.survey.schema import Survey

START, END = dt.date(2026, 6, 1), dt.date(2026, 8, 30)  # 13 weeks
BEFORE = (START - (END - START) - dt.timedelta(days=1), START - dt.timedelta(days=1))
PILOTS, OTHERS = ("b0101", "b0102"), ("b0201", "b0301", "b0401")
_SATISFACTION = {9: 5, 8: 4, 3: 2}
_COMMON = {
    "source": "collect", "survey_id": "branch-visit", "survey_version": "1.0.0", "nps_kind": "transactional",
    "mode": "link", "channel": "branch", "business_line": "retail", "segment": "mass",
    "journey": "account-opening", "stage": "serve", "touchpoint": "queue", "flagged": False,
}  # fmt: skip


@cache
def bank() -> Model:
    """The model shipped with cx."""
    return load(Path(__file__).parents[1] / "data" / "model")


@cache
def asked_again() -> Survey | None:
    """The survey of those whose case was closed."""
    file = Path(__file__).parents[1] / "survey_defs" / "case-followup.yaml"
    return read(file.read_text(encoding="utf-8"), file.name).survey


def charter(**changes: Any) -> Charter:
    """A sound charter: transactional NPS of the queue in two branches, 13 weeks."""
    whole = Charter(
        title="取号机一键预约", hypothesis="如果可以预约，等待会缩短", touchpoint="queue", metric="nps", target=40.0,
        owner="林经理", start=START, end=END, pilots=PILOTS, cost=12_000.0, impact=4, effort=2,
        nps_kind="transactional",
    )  # fmt: skip
    return replace(whole, **changes)


Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]  # of responses, of answers


def visits(db: Database, *spread: Any, **given: Any) -> None:
    """Store :func:`visit_rows`."""
    _store(db, [visit_rows(*spread, **given)])


def visit_rows(
    branch: str, first: dt.date, last: dt.date, promoters: int, passives: int, detractors: int, **dims: Any
) -> Rows:
    """Responses scoring 9, 8 and 3 spread over the days, each with a satisfaction answer of 5, 4 and 2."""
    scores = [9] * promoters + [8] * passives + [3] * detractors
    days = (last - first).days + 1
    common = _COMMON | {"branch": branch, "region": "shanghai-west"} | dims
    responses, answers = [], []
    for at, score in enumerate(scores):
        day = first + dt.timedelta(days=at * 7 % days)
        row = common | {"response_id": str(uuid.uuid4()), "day": day}
        noon, points = dt.datetime.combine(day, dt.time(12)), _SATISFACTION[score]
        responses.append(row | {"nps": score, "submitted_at": noon, "csat": points})
        answers.append(
            row | {"question_id": "q", "type": "csat", "score": points, "points": 5, "satisfaction": points * 100}
        )
    return responses, answers


def _store(db: Database, several: list[Rows]) -> None:
    insert(db, "response", [row for responses, _ in several for row in responses])
    insert(db, "answer", [row for _, answers in several for row in answers])


def indicator(db: Database, name: str, branch: str, month: dt.date, value: float) -> None:
    """One monthly value of a branch."""
    insert(db, "indicator_value", [_month(name, branch, month, value)])


def _month(name: str, branch: str, month: dt.date, value: float) -> dict[str, Any]:
    return {"upload_id": "u1", "indicator": name, "grain": "month", "day": month, "branch": branch, "value": value}


def filled() -> Database:
    """A database in memory with :func:`fill`."""
    return fill(Database(":memory:"))


def fill(db: Database) -> Database:
    """Pilots went from NPS 0 to 40 (n 200 a side), the others stayed at 0; queueing minutes fell from 20 to 12."""
    there = [visit_rows(branch, *BEFORE, 40, 20, 40) for branch in PILOTS]
    there += [visit_rows(branch, START, END, 60, 20, 20) for branch in PILOTS]
    place = {"region": "zhejiang", "channel": "mobile"}
    there += [visit_rows(branch, *BEFORE, 40, 20, 40, **place) for branch in OTHERS]
    there += [visit_rows(branch, START, END, 41, 18, 41, **place) for branch in OTHERS]
    _store(db, there)
    values = []
    for at, branch in enumerate((*PILOTS, *OTHERS)):
        for month in range(3, 9):
            after = month >= 6 and branch in PILOTS
            value = (12 if after else 20) + at / 2 + month % 2 / 2
            values.append(_month("queue_minutes", branch, dt.date(2026, month, 1), value))
    insert(db, "indicator_value", values)
    return db


def comparable(db: Database) -> Database:
    """Six more branches that changed nothing and moved a little: pilots can be set against branches like them."""
    there = []
    for at, branch in enumerate(("b0202", "b0203", "b0302", "b0303", "b0402", "b0403")):
        up = at % 3 - 1
        there.append(visit_rows(branch, *BEFORE, 40 + up, 20, 40 - up, region="zhejiang"))
        there.append(visit_rows(branch, START, END, 40 - up, 20, 40 + up, region="zhejiang"))
    _store(db, there)
    return db


def walked(db: Database, to: str = "closed", wanted: Charter | None = None, rights: Rights = WHOLE_BANK) -> str:
    """A win walked to a state: written by lin, signed by wang, closed on the day after its end. Returns its id."""
    by: dict[str, Any] = {"rights": rights}
    asked = wanted or charter()
    key = quick_wins.propose(db, "lin", asked, model=bank(), **by)
    if to in ("signed", "running", "measuring", "closed"):
        quick_wins.sign(db, key, "wang", bank(), asked.start, knowing=True, **by)
    if to in ("running", "measuring", "closed"):
        quick_wins.start(db, key, "lin", bank(), asked.start, **by)
    if to in ("measuring", "closed"):
        quick_wins.to_measuring(db, key, "lin", **by)
    if to == "closed":
        last = asked.end + dt.timedelta(days=1)
        quick_wins.close(db, key, "wang", last, "预约入口放首页最有用", model=bank(), **by)
    if to == "dropped":
        quick_wins.drop(db, key, "lin", **by)
    return key


@cache
def shared() -> Database:
    """:func:`filled`, once for all who only read."""
    return filled()


def codes(refused: Any) -> list[tuple[str, str]]:
    """What a :class:`pytest.ExceptionInfo` of a refusal says: codes and where."""
    return [(problem.code, problem.where) for problem in refused.value.problems]


def advanced(db: Database, to: str, **changes: Any) -> str:
    """A win of this charter walked to a state."""
    return walked(db, to, charter(**changes))


def got(db: Database, key: str, rights: Rights = WHOLE_BANK) -> quick_wins.QuickWin | None:
    """A win as these rights see it."""
    with db.cursor() as con:
        return quick_wins.get(con, key, rights)
