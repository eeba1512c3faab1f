"""Generate the demo bank and store it: survey by survey, in bulk, in one transaction; then its quick wins."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cx.bank.model import Model
from cx.demo import answering, feeding, feelings, figures, followed, landing, pains, promises, trials, waves, wins
from cx.demo.answering import Column, Room
from cx.demo.people import Crowd, crowd
from cx.demo.summary import SOURCE, Summary, loaded, remove, save
from cx.demo.truth import SurveyTruth, Truth, truth
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.schema import Survey
from cx.words import Problem, Refused

Progress = Callable[[float, str], object]


@dataclass
class _Tally:
    """What has been stored so far."""

    surveys: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    indicators: int = 0
    nps: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    def expect(self, key: str, expected: feelings.Floats) -> None:
        if len(expected):
            self.nps.setdefault(key, []).append((float(expected.sum()), len(expected)))

    def means(self) -> dict[str, float]:
        return {key: sum(s for s, _ in parts) / sum(n for _, n in parts) for key, parts in sorted(self.nps.items())}


def load(
    db: Database, model: Model, surveys: Iterable[Survey], progress: Progress, by: str = audit.SYSTEM
) -> Summary:  # fmt: skip
    """Store the demo bank's responses, indicators and quick wins; the surveys are those that ``truth.yaml`` knows.

    ``progress(share, key)`` is called often; ``key`` is a key of the words (``bank.step_…``); raising from it stops the
    load and leaves nothing behind. ``by`` is who loads. Raises :class:`Refused`: ``demo_here``, ``demo_no_surveys``,
    ``demo_no_branches``.
    """
    started, known = time.perf_counter(), truth()
    chosen = [survey for survey in surveys if survey.id in known.surveys]
    if not chosen:
        raise Refused(Problem("demo_no_surveys"))
    if not model.branches:
        raise Refused(Problem("demo_no_branches"))
    progress(0.0, "bank.step_surveys")
    with db.writing() as con:
        if loaded(con):
            raise Refused(Problem("demo_here"))
        found = _facts(con, model, chosen, known, progress)
        save(con, found)
    try:
        progress(0.92, "bank.step_quick_wins")
        trials.record(db, model)
        followed.record(db, model)
        found = replace(found, pain_points=pains.record(db, model))
        promises.record(db, model, found.pain_points)
        done = wins.record(db, model, found.pain_points)
        waves.record(db, model, done)
        found = replace(found, quick_wins=done, seconds=round(time.perf_counter() - started, 2))
        with audit.writing(db) as con:
            save(con, found)
            audit.write(con, by, "demo_loaded", "", {"responses": found.responses, "digest": found.digest})
        progress(1.0, "bank.step_done")
    except BaseException:
        remove(db)
        raise
    return found


def _facts(con: Connection, model: Model, surveys: list[Survey], known: Truth, progress: Progress) -> Summary:
    tally = _Tally()
    whole = sum(known.surveys[survey.id].responses * (4 + len(survey.questions)) for survey in surveys)
    done = 0.0
    for survey in sorted(surveys, key=lambda survey: survey.id):
        share = 0.8 * known.surveys[survey.id].responses * (4 + len(survey.questions)) / whole
        _survey(con, survey, known, model, tally, _within(progress, done, share))
        done += share
    progress(done, "bank.step_indicators")
    rows = [*figures.values(known, model), *feeding.keep(con, known, model)]
    if rows:
        landing.insert_indicators(con, rows, known.last)
    tally.indicators = len(rows)
    progress(0.85, "bank.step_check")
    return Summary(
        responses=sum(tally.surveys.values()), answers=tally.answers, indicator_values=tally.indicators,
        surveys=tally.surveys, first=known.first.isoformat(), last=known.last.isoformat(), quick_wins={},
        nps={key: round(value, 4) for key, value in tally.means().items()}, digest=digest(con), seconds=0.0,
    )  # fmt: skip


def _within(progress: Progress, start: float, share: float) -> Callable[[float], object]:
    return lambda part: progress(start + share * part, "bank.step_surveys")


def _survey(
    con: Connection, survey: Survey, known: Truth, model: Model, tally: _Tally, progress: Callable[[float], object]
) -> None:
    spec = known.surveys[survey.id]
    people = crowd(survey, spec, known, model)
    room = _room(survey, spec, known, people, model)
    columns = answering.answers(room)
    progress(0.4)
    landing.insert_responses(con, survey, known, people, columns, model)
    try:
        for place, (name, column) in enumerate(columns.items(), 1):
            tally.answers += landing.insert_answers(con, survey, name, column, model)
            progress(0.4 + 0.6 * place / len(columns))
    finally:
        landing.forget(con)
    tally.surveys[survey.id] = people.size
    _expect(tally, survey, known, room, columns)


def _room(survey: Survey, spec: SurveyTruth, known: Truth, people: Crowd, model: Model) -> Room:
    shift = feelings.effects(people, known, model)
    shift = shift - shift.mean()
    return Room(survey, spec, known, people, spec.nps + shift, shift)


def _expect(tally: _Tally, survey: Survey, known: Truth, room: Room, columns: Mapping[str, Column]) -> None:
    """The expected NPS of those who answered, for the truth."""
    asked = [question for question in survey.questions if question.type == "nps"]
    if not asked or survey.nps_kind is None:
        return
    answered = columns[asked[0].id].codes >= 0
    expected, branch = room.expected[answered], room.crowd.branch.codes[answered]
    tally.expect(f"kind:{survey.nps_kind}", expected)
    tally.expect(f"survey:{survey.id}", expected)
    for question in asked[1:]:
        if question.brand in known.brands:
            tally.expect(f"brand:{question.brand}", np.full(1, float(known.brands[question.brand])))
    if asked[0].brand is not None:
        tally.expect(f"brand:{asked[0].brand}", expected)
    if survey.nps_kind == "transactional":
        for code, name in enumerate(room.crowd.branch.values):
            tally.expect(f"branch:{name}", expected[branch == code])


def digest(con: Connection) -> str:
    """A digest of every demo fact, whatever the order of rows."""
    found = hashlib.sha256()
    for table, column in (("response", "source"), ("answer", "source"), ("indicator_value", "upload_id")):
        rows: list[Any] = con.execute(
            f"SELECT count(*), sum(hash(t)) FROM {table} t WHERE {column} = '{SOURCE}'"
        ).fetchall()
        found.update(repr(rows).encode())
    return found.hexdigest()
