"""Some responses of one survey with all their answers, as columns; and what people of them said.

Beside the door and under the same scope: rights, voice, quality and minimum base hold here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cx.measure.metrics import METRICS, Metric
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY
from cx.store import query
from cx.store.comments import Comment
from cx.store.query import Connection


@dataclass(frozen=True)
class Asked:
    """One column of a sample. ``kind``: rated (1..5), choice (0/1: named this choice), yes (0/1) or number."""

    question: str
    kind: Literal["rated", "choice", "yes", "number"]
    choice: str = ""
    touchpoint: str | None = None

    @property
    def key(self) -> str:
        """A name for files: ``ways=app``, ``queueing``."""
        return f"{self.question}={self.choice}" if self.kind == "choice" else self.question


@dataclass(frozen=True)
class Sample:
    """Responses of one survey, drawn at random: ``answers`` one row a person and one column an ``asked``, NaN where
    there is no answer; ``nps`` their scores; ``dims`` their dimensions, arrays of text and None; ``of`` how many there
    are to draw from."""

    ids: tuple[str, ...]
    nps: Any
    asked: tuple[Asked, ...]
    answers: Any
    dims: Mapping[str, Any]
    of: int


_ANSWERS = Metric("responses", "v_answer", "TRUE", (), lambda _: EMPTY, "count")
_LEAST_ASKED = 0.05
DESCRIBED = ("segment", "channel", "product", "region")


def asked(con: Connection, scope: Scope, survey: str) -> tuple[Asked, ...]:
    """What a survey's customers rated, chose among several, said yes or no to, or gave a number for; what less than
    one in twenty answered is left out."""
    condition, parameters = query.where(_ANSWERS, scope.narrowed(survey_id=survey))
    rows = con.execute(
        "SELECT question_id, type, CASE WHEN type = 'multiple' THEN choice END, any_value(touchpoint), "
        f"COUNT(DISTINCT response_id) FROM v_answer WHERE {condition} AND (satisfaction IS NOT NULL OR type IN "
        "('multiple', 'yes_no') OR number IS NOT NULL) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        parameters,
    ).fetchall()
    total = query.measure(con, "responses", scope.narrowed(survey_id=survey)).total.n
    kinds: dict[str, Literal["choice", "yes", "rated", "number"]] = {"multiple": "choice", "yes_no": "yes"}
    for kind in ("csat", "rating"):
        kinds[kind] = "rated"
    return tuple(
        Asked(question, kinds.get(type, "number"), choice or "", touchpoint)
        for question, type, choice, touchpoint, n in rows
        if n >= _LEAST_ASKED * total and (type != "multiple" or n <= (1 - _LEAST_ASKED) * total)
    )


def sample(con: Connection, scope: Scope, survey: str, most: int, seed: int) -> Sample:
    """At most ``most`` responses of a survey that have a score to recommend, the same ones for the same seed."""
    import numpy as np

    columns = asked(con, scope, survey)
    condition, parameters = query.where(METRICS["nps"], scope.narrowed(survey_id=survey))
    cells, values = [], []
    for column in columns:
        what = {"rated": "satisfaction / 100.0", "yes": "score", "number": "CAST(number AS DOUBLE PRECISION)"}
        if column.kind == "choice":
            cells.append("MAX(CASE WHEN question_id = ? THEN CASE WHEN choice = ? THEN 1 ELSE 0 END END)")
            values += [column.question, column.choice]
        else:
            cells.append(f"MAX(CASE WHEN question_id = ? THEN {what[column.kind]} END)")
            values.append(column.question)
    sql = (
        "WITH drawn AS MATERIALIZED ("
        f"SELECT response_id, nps, {', '.join(DESCRIBED)} FROM v_response WHERE {condition} "
        "ORDER BY md5(CAST(response_id AS VARCHAR) || ?) LIMIT ?), "
        f"given AS (SELECT a.response_id, {', '.join(f'{cell} AS q{at}' for at, cell in enumerate(cells)) or '0'} "
        "FROM v_answer a JOIN drawn USING (response_id) GROUP BY 1) "
        "SELECT CAST(d.response_id AS VARCHAR) AS id, d.nps, "
        f"{', '.join(f'd.{name}' for name in DESCRIBED)}{''.join(f', g.q{at}' for at in range(len(cells)))} "
        "FROM drawn d LEFT JOIN given g USING (response_id) ORDER BY 1"
    )
    found = con.execute(sql, [*parameters, str(seed), most, *values]).fetchnumpy()
    answers = np.full((len(found["id"]), len(columns)), np.nan)
    for at in range(len(columns)):
        answers[:, at] = np.ma.filled(found[f"q{at}"].astype(np.float64), np.nan)
    dims = {name: np.where(np.ma.getmaskarray(found[name]), None, found[name]) for name in DESCRIBED}
    of = query.measure(con, "nps", scope.narrowed(survey_id=survey)).total.n
    return Sample(tuple(found["id"].tolist()), found["nps"].astype(np.float64), columns, answers, dims, of)


def said(con: Connection, scope: Scope, ids: Sequence[str], most: int = 3) -> tuple[Comment, ...]:
    """Comments of the people named, lowest scores first; none without the right, or of fewer than the minimum base."""
    if not scope.rights.comments or len(ids) < scope.minimum_base:
        return ()
    condition, parameters = query.where(METRICS["nps"], scope)
    rows = con.execute(
        "SELECT a.text, r.nps, r.branch, a.touchpoint, r.day FROM v_answer a "
        f"JOIN (SELECT response_id, nps, branch, day FROM v_response WHERE {condition} "
        "AND response_id IN (SELECT UNNEST(CAST(? AS UUID[])))) r "
        "ON a.response_id = r.response_id WHERE a.type = 'text' AND length(trim(a.text)) > 3 "
        "ORDER BY r.nps, r.day DESC, a.question_id, a.text LIMIT ?",
        [*parameters, list(ids), most],
    ).fetchall()
    return tuple(Comment(*row) for row in rows)
