"""Generate the demo bank and store it: survey by survey, in bulk, in one transaction; then its quick wins."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from cx.bank.model import Model
from cx.demo import answering, feelings, figures, wins
from cx.demo.answering import Column, Room
from cx.demo.people import Category, Crowd, crowd
from cx.demo.summary import SOURCE, Summary, loaded, remove, save
from cx.demo.truth import SurveyTruth, Truth, truth
from cx.store import facts
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.schema import Survey
from cx.words import Problem, Refused

Progress = Callable[[float, str], object]
_FIRSTS = ("nps", "csat", "ces")
_RESPONSE = (
    "response_id", "source", "survey_id", "survey_version", "nps_kind", "mode", "lang", "submitted_at", "day", "seconds",
    "branch", "region", "channel", "business_line", "segment", "product", "journey", "stage", "touchpoint",
    "nps", "csat", "ces", "flagged",
)  # fmt: skip
_SHARED = (
    "response_id", "source", "survey_id", "survey_version", "nps_kind", "mode", "lang", "day", "branch", "region", "channel",
    "business_line", "segment", "product", "flagged",
)  # fmt: skip
_OWN = (
    "journey", "stage", "touchpoint", "brand", "question_id", "type", "score", "points", "satisfaction", "choice", "number",
    "text",
)  # fmt: skip


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


def load(db: Database, model: Model, surveys: Iterable[Survey], progress: Progress) -> Summary:
    """Store the demo bank's responses, indicators and quick wins; the surveys are those that ``truth.yaml`` knows.

    ``progress(share, key)`` is called often; ``key`` is a key of the words (``bank.step_…``); raising from it stops the
    load and leaves nothing behind. Raises :class:`Refused`: ``demo_here``, ``demo_no_surveys``, ``demo_no_branches``.
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
        found = replace(found, quick_wins=wins.record(db, model), seconds=round(time.perf_counter() - started, 2))
        with db.writing() as con:
            save(con, found)
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
    _indicators(con, known, model, tally)
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
    con.register("demo_crowd", _responses(survey, known, people, columns, model))
    try:
        con.execute(f"INSERT INTO response ({', '.join(_RESPONSE)}) SELECT {', '.join(_RESPONSE)} FROM demo_crowd")
        for place, (name, column) in enumerate(columns.items(), 1):
            tally.answers += _insert_answers(con, survey, name, column, model)
            progress(0.4 + 0.6 * place / len(columns))
    finally:
        con.unregister("demo_crowd")
    tally.surveys[survey.id] = people.size
    _expect(tally, survey, known, room)


def _room(survey: Survey, spec: SurveyTruth, known: Truth, people: Crowd, model: Model) -> Room:
    shift = feelings.effects(people, known, model)
    shift = shift - shift.mean()
    return Room(survey, spec, known, people, spec.nps + shift, shift)


def _expect(tally: _Tally, survey: Survey, known: Truth, room: Room) -> None:
    """The expected NPS of what was asked, for the truth."""
    asked = [question for question in survey.questions if question.type == "nps"]
    if not asked or survey.nps_kind is None:
        return
    tally.expect(f"kind:{survey.nps_kind}", room.expected)
    tally.expect(f"survey:{survey.id}", room.expected)
    for question in asked:
        if question.brand in known.brands:
            ours = question is asked[0]
            tally.expect(f"brand:{question.brand}", room.expected if ours else np.full(1, known.brands[question.brand]))
    if survey.nps_kind == "transactional":
        for code, branch in enumerate(room.crowd.branch.values):
            tally.expect(f"branch:{branch}", room.expected[room.crowd.branch.codes == code])


def _responses(survey: Survey, known: Truth, people: Crowd, columns: Mapping[str, Column], model: Model) -> pa.Table:
    """The response rows, with ``k``, their place in the crowd. What is the same for all comes from ``facts.rows``."""
    shared = _example(survey, {}, model).response
    first = np.datetime64(known.first, "D")
    days = first + people.day.astype("timedelta64[D]")
    n = people.size
    varying = {
        "k": pa.array(np.arange(n), pa.int32()),
        "response_id": pa.array(people.ids, pa.string()),
        "mode": _texts(people.mode), "lang": _texts(people.lang), "branch": _texts(people.branch),
        "region": _texts(people.branch, {key: branch.region for key, branch in model.branches.items()}),
        "channel": _texts(people.channel), "segment": _texts(people.segment), "product": _texts(people.product),
        "day": pa.array(days), "seconds": pa.array(people.seconds, pa.int32()),
        "submitted_at": pa.array(days.astype("datetime64[us]") + people.second.astype("timedelta64[s]")),
        **{kind: _first_score(survey, columns, kind, n) for kind in _FIRSTS},
    }  # fmt: skip
    same = {name: pa.array([shared[name]] * n) for name in _RESPONSE if name not in varying}
    return pa.table({**varying, **same})


def _texts(column: Category, names: Mapping[str, str | None] | None = None) -> pa.Array:
    values = [names.get(value) if names else value for value in column.values]
    table = np.array([*values, None], dtype=object)
    return pa.array(table[column.codes], pa.string(), from_pandas=True)


def _first_score(survey: Survey, columns: Mapping[str, Column], kind: str, n: int) -> pa.Array:
    """The score of the first question of a type that a respondent answered with a score."""
    found = np.full(n, -1)
    for question in survey.questions:
        if question.type == kind and question.id in columns:
            column = columns[question.id]
            scores = np.array([*(value if isinstance(value, int) else -1 for value in column.values), -1])
            found = np.where(found < 0, scores[column.codes], found)
    return pa.array(found, pa.int8(), mask=found < 0)


def _example(survey: Survey, answers: Mapping[str, object], model: Model) -> facts.Facts:
    received = facts.Received("", dt.datetime(2000, 1, 1), dt.date(2000, 1, 1), {}, source=SOURCE)
    return facts.rows(survey, answers, received, model)


def _insert_answers(con: Connection, survey: Survey, name: str, column: Column, model: Model) -> int:
    """The answer rows of one question: the rows of each distinct answer, joined to whoever gave it."""
    used = np.unique(column.codes[column.codes >= 0]).tolist()
    if not used:
        return 0
    rows = [
        {"code": code} | {own: row[own] if own in row else None for own in _OWN}
        for code in used
        for row in _example(survey, {name: column.values[code]}, model).answers
    ]
    who = np.flatnonzero(column.codes >= 0)
    con.register(
        "demo_given", pa.table({"k": pa.array(who, pa.int32()), "code": pa.array(column.codes[who], pa.int32())})
    )
    con.register("demo_meant", pa.table({key: pa.array([row[key] for row in rows], _type(key)) for key in rows[0]}))
    shared, own = ", ".join(f"c.{key}" for key in _SHARED), ", ".join(f"m.{key}" for key in _OWN)
    try:
        con.execute(
            f"INSERT INTO answer ({', '.join(_SHARED + _OWN)}) SELECT {shared}, {own} FROM demo_given g "
            "JOIN demo_meant m USING (code) JOIN demo_crowd c USING (k) ORDER BY g.k"
        )
    finally:
        con.unregister("demo_given")
        con.unregister("demo_meant")
    sizes = np.bincount([row["code"] for row in rows])
    return int(sizes[column.codes[who]].sum())


def _type(name: str) -> pa.DataType:
    if name in ("code", "score", "points", "satisfaction"):
        return pa.int32()
    return pa.decimal128(18, 4) if name == "number" else pa.string()


def _indicators(con: Connection, known: Truth, model: Model, tally: _Tally) -> None:
    """Monthly values as one upload; where the bank has loaded a value of its own, that one stays in force."""
    rows = figures.values(known, model)
    if not rows:
        return
    names = list(rows[0])
    figure = pa.decimal128(24, 6)
    types = {"day": pa.date32(), "value": figure, "numerator": figure, "denominator": figure}
    con.register(
        "demo_figures", pa.table({key: pa.array([r[key] for r in rows], types.get(key, pa.string())) for key in names})
    )
    try:
        listed = ", ".join(names)
        con.execute(f"INSERT INTO indicator_value (upload_id, {listed}) SELECT '{SOURCE}', {listed} FROM demo_figures")
    finally:
        con.unregister("demo_figures")
    key = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")
    match = " AND ".join(f"d.{name} IS NOT DISTINCT FROM o.{name}" for name in key)
    con.execute(
        "UPDATE indicator_value d SET superseded_by = o.upload_id FROM indicator_value o "
        f"WHERE d.upload_id = '{SOURCE}' AND o.upload_id <> '{SOURCE}' AND o.superseded_by IS NULL AND {match}"
    )
    con.execute(
        "INSERT INTO upload (upload_id, kind, source, file_name, sha256, row_count, mapping, loaded_by, loaded_at, state) "
        "VALUES (?, 'indicators', ?, ?, '', ?, '{}', ?, ?, 'loaded')",
        [SOURCE, SOURCE, SOURCE, len(rows), SOURCE, dt.datetime.combine(known.last, dt.time())],
    )
    tally.indicators = len(rows)


def digest(con: Connection) -> str:
    """A digest of every demo fact, whatever the order of rows."""
    found = hashlib.sha256()
    for table, column in (("response", "source"), ("answer", "source"), ("indicator_value", "upload_id")):
        rows: list[Any] = con.execute(
            f"SELECT count(*), sum(hash(CAST(t AS VARCHAR))) FROM {table} t WHERE {column} = '{SOURCE}'"
        ).fetchall()
        found.update(repr(rows).encode())
    return found.hexdigest()
