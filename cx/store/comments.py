"""What customers wrote, under the same scope and rights as every number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

Group = Literal["promoter", "detractor"]
_SCORES: dict[Group, str] = {"promoter": "nps >= 9", "detractor": "nps <= 6"}


@dataclass(frozen=True)
class Comment:
    """One comment as stored (scrubbed of personal data); the score 0..10 of the same response."""

    text: str
    score: int
    branch: str | None
    touchpoint: str | None
    day: dt.date


def latest(con: Connection, scope: Scope, group: Group, most: int = 3) -> tuple[Comment, ...]:
    """The latest comments of promoters or detractors in a scope.

    None without the right to comments, and none where the scope holds fewer responses than its minimum base: there a
    comment would tell whose it is.
    """
    if not scope.rights.comments or query.measure(con, "nps", scope).total.value is None:
        return ()
    condition, parameters = query.where(METRICS["nps"], scope)
    rows = con.execute(
        "SELECT a.text, r.nps, r.branch, a.touchpoint, r.day FROM v_answer a JOIN "
        "(SELECT response_id, nps, branch, day, submitted_at FROM v_response "
        f"WHERE {condition} AND {_SCORES[group]}) r "
        "ON a.response_id = r.response_id WHERE a.type = 'text' AND length(trim(a.text)) > 1 "
        "ORDER BY r.submitted_at DESC, a.question_id LIMIT ?",
        [*parameters, most],
    ).fetchall()
    return tuple(Comment(*row) for row in rows)
