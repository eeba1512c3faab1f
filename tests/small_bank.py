"""A small bank for tests, with figures that can be worked out in the head."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from cx.store.database import Database

DAY = dt.date(2026, 8, 15)
_RESPONSE = (
    "response_id", "source", "survey_id", "survey_version", "nps_kind", "mode", "lang", "submitted_at", "day", "branch",
    "region", "channel", "business_line", "segment", "journey", "stage", "touchpoint", "nps", "flagged",
)  # fmt: skip
_ANSWER = (
    "response_id", "source", "survey_id", "survey_version", "nps_kind", "mode", "day", "branch", "region", "channel",
    "business_line", "segment", "journey", "stage", "touchpoint", "brand", "question_id", "type", "score", "points",
    "satisfaction", "text", "flagged",
)  # fmt: skip
_COMMON = {
    "source": "collect", "survey_id": "branch-visit", "survey_version": "1.0.0", "nps_kind": "transactional",
    "mode": "link", "lang": "zh", "day": DAY, "region": "north", "channel": "branch", "business_line": "retail",
    "flagged": False,
}  # fmt: skip


def _insert(db: Database, table: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    marks = f"({', '.join('?' * len(columns))})"
    with db.writing() as con:
        for at in range(0, len(rows), 500):  # one statement: row by row takes seconds
            some = rows[at : at + 500]
            con.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(some))}",
                [row.get(column) for row in some for column in columns],
            )


def scores(db: Database, promoters: int, passives: int, detractors: int, **dims: Any) -> None:
    """Responses that score 9, 7 and 3."""
    rows = []
    for score, count in ((9, promoters), (7, passives), (3, detractors)):
        for _ in range(count):
            row = _COMMON | {"response_id": uuid.uuid4(), "nps": score} | dims
            rows.append(row | {"submitted_at": dt.datetime.combine(row["day"], dt.time(12))})
    if rows:
        _insert(db, "response", _RESPONSE, rows)


def ratings(db: Database, given: dict[int, int], respondents: list[uuid.UUID] | None = None, **dims: Any) -> None:
    """Satisfaction answers: ``{points 1..5: how many}``, each of another respondent unless they are given."""
    rows: list[dict[str, Any]] = []
    for score, count in given.items():
        for _ in range(count):
            who = respondents[len(rows) % len(respondents)] if respondents else uuid.uuid4()
            place = {"journey": "opening", "question_id": "q", "type": "csat", "points": 5, "score": score}
            rows.append(_COMMON | {"response_id": who, "satisfaction": score * 100} | place | dims)
    if rows:
        _insert(db, "answer", _ANSWER, rows)


def comment(db: Database, text: str, score: int = 3, times: int = 1, **dims: Any) -> None:
    """So many responses with a score and a comment."""
    rows = [_COMMON | dims | {"response_id": uuid.uuid4(), "nps": score} for _ in range(times)]
    said = {"question_id": "why", "type": "text", "text": text}
    _insert(db, "response", _RESPONSE, [r | {"submitted_at": dt.datetime.combine(r["day"], dt.time(12))} for r in rows])
    _insert(db, "answer", _ANSWER, [row | said for row in rows])


def brand_scores(db: Database, brand: str, promoters: int, passives: int, detractors: int) -> None:
    """Competitive answers about one bank."""
    rows = [
        _COMMON
        | {"response_id": uuid.uuid4(), "nps_kind": "competitive", "survey_id": "banks", "brand": brand, "points": 10}
        | {"question_id": brand, "type": "nps", "score": score}
        for score, count in ((9, promoters), (7, passives), (3, detractors))
        for _ in range(count)
    ]
    _insert(db, "answer", _ANSWER, rows)


def indicator(db: Database, name: str, value: float, day: dt.date, **dims: Any) -> None:
    """One monthly value."""
    row = {"upload_id": "u1", "indicator": name, "grain": "month", "day": day, "value": value} | dims
    _insert(db, "indicator_value", tuple(row), [row])
