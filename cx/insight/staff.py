"""What staff say of their work: question by question, never in groups below the minimum base."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from cx.measure.scope import Rights, Scope
from cx.measure.statistics import HIDDEN, Change, Estimate, change
from cx.store import parts, query
from cx.store.query import Connection, Measured
from cx.survey.schema import Survey, Text

METRICS = ("satisfaction", "top2", "yes_share")


@dataclass(frozen=True)
class Line:
    """One question: mean on 1–5 and share of the two highest points, or the share of yes; n, and the change of the
    first of them since the quarter before."""

    id: str
    label: Text
    mean: Estimate | None
    top2: Estimate | None
    yes: Estimate | None
    change: Change

    @property
    def estimate(self) -> Estimate:
        """What the question is read by."""
        found = self.mean or self.yes
        assert found is not None
        return found


@dataclass(frozen=True)
class Answers:
    """One staff survey in one quarter."""

    quarter: dt.date
    lines: tuple[Line, ...]
    measured: Measured


def scope(rights: Rights) -> Scope:
    """All that staff answered, for those who see the whole bank. Who heads a branch sees nothing: among few colleagues
    whom one meets every day, each further answer would tell whose it is."""
    return Scope(rights if rights.branches is None else replace(rights, branches=frozenset()), voice="staff")


def surveys(con: Connection, rights: Rights) -> tuple[str, ...]:
    """Ids of the surveys that staff answered."""
    return query.contents(con, scope(rights), ("survey_id",)).values["survey_id"]


def versions(con: Connection, rights: Rights, survey: str) -> tuple[str, ...]:
    """Versions of one of them, the latest first."""
    here = scope(rights).narrowed(survey_id=survey)
    found = query.contents(con, here, ("survey_version",)).values["survey_version"]
    return tuple(sorted(found, key=_number, reverse=True))


def quarters(con: Connection, rights: Rights, survey: str) -> tuple[dt.date, ...]:
    """First days of the quarters with answers, the latest first."""
    found = query.measure(con, "responses", scope(rights).narrowed(survey_id=survey), ("quarter",))
    return tuple(sorted((cell.key[0] for cell in found.cells), reverse=True))


def answers(con: Connection, rights: Rights, survey: str, definitions: tuple[Survey, ...], quarter: dt.date) -> Answers:
    """The questions of one survey in the order of ``definitions``, its versions as far as known, the latest first.

    All quarters are measured together, so that a hidden one cannot be worked out from the others and a total.
    """
    here = scope(rights).narrowed(survey_id=survey)
    found = {name: query.measure(con, name, here, ("quarter", "question_id")) for name in METRICS}
    asked = labels(definitions)
    for id in sorted({key[1] for measured in found.values() for key in measured.as_dict()} - set(asked)):
        asked[id] = id
    lines = [_line(id, label, found, quarter) for id, label in asked.items()]
    return Answers(quarter, tuple(line for line in lines if line is not None), found["satisfaction"])


def labels(definitions: tuple[Survey, ...]) -> dict[str, Text]:
    """Labels by question id, a row of a matrix as a question of its own; of an older version what the latest lacks."""
    found: dict[str, Text] = {}
    for survey in definitions:
        for question in (each for outer in survey.questions for each in parts.questions(outer)):
            found.setdefault(question.id, question.label)
    return found


def _line(id: str, label: Text, found: dict[str, Measured], quarter: dt.date) -> Line | None:
    now = {name: measured.as_dict().get((quarter, id)) for name, measured in found.items()}
    before_day = dt.date(quarter.year - (quarter.month == 1), (quarter.month - 4) % 12 + 1, 1)
    name = "satisfaction" if now["satisfaction"] is not None else "yes_share"
    estimate = now[name]
    if estimate is None:
        return None
    before = found[name].as_dict().get((before_day, id), HIDDEN)
    mean, top2, yes = (now[each] for each in METRICS)
    return Line(id, label, mean, top2, yes, change(before, estimate))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
