"""A small bank for tests, with figures that can be worked out in the head."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pyarrow as pa

from cx.store.database import Database

DAY = dt.date(2026, 8, 15)
_COMMON = {
    "source": "collect", "survey_id": "branch-visit", "survey_version": "1.0.0", "nps_kind": "transactional",
    "mode": "link", "lang": "zh", "day": DAY, "region": "north", "channel": "branch", "business_line": "retail",
    "flagged": False,
}  # fmt: skip
_known: dict[str, set[str]] = {}  # the columns of a table: every database has the same


def _anyone() -> str:
    return str(uuid.uuid4())


def insert(db: Database, table: str, rows: list[dict[str, Any]]) -> None:
    """These rows at once (row by row takes seconds), as far as the table has columns for what they say."""
    if not rows:
        return
    with db.writing() as con:
        if table not in _known:
            found = con.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall()
            _known[table] = {name for (name,) in found}
        kept = [column for column in rows[0] if column in _known[table]]
        into = f"INSERT INTO {table} ({', '.join(kept)})"
        if len(rows) == 1:  # a fifth of the time
            con.execute(f"{into} VALUES ({', '.join('?' * len(kept))})", [rows[0][column] for column in kept])
            return
        con.register("given", pa.table({column: [row.get(column) for row in rows] for column in kept}))
        con.execute(f"{into} SELECT * FROM given")
        con.unregister("given")


def scores(db: Database, promoters: int, passives: int, detractors: int, **dims: Any) -> None:
    """Responses that score 9, 7 and 3."""
    insert(db, "response", score_rows(promoters, passives, detractors, **dims))


def score_rows(promoters: int, passives: int, detractors: int, **dims: Any) -> list[dict[str, Any]]:
    """What :func:`scores` stores, for those who store much at once."""
    rows = []
    for score, count in ((9, promoters), (7, passives), (3, detractors)):
        for _ in range(count):
            row = _COMMON | {"response_id": _anyone(), "nps": score} | dims
            rows.append(row | {"submitted_at": dt.datetime.combine(row["day"], dt.time(12))})
    return rows


def ratings(db: Database, given: dict[int, int], respondents: list[str] | None = None, **dims: Any) -> None:
    """Satisfaction answers: ``{points 1..5: how many}``, each of another respondent unless they are given."""
    insert(db, "answer", rating_rows(given, respondents, **dims))


def rating_rows(given: dict[int, int], respondents: list[str] | None = None, **dims: Any) -> list[dict[str, Any]]:
    """What :func:`ratings` stores, for those who store much at once."""
    rows: list[dict[str, Any]] = []
    for score, count in given.items():
        for _ in range(count):
            who = respondents[len(rows) % len(respondents)] if respondents else _anyone()
            place = {"journey": "opening", "question_id": "q", "type": "csat", "points": 5, "score": score}
            rows.append(_COMMON | {"response_id": who, "satisfaction": score * 100} | place | dims)
    return rows


def comment(db: Database, text: str, score: int = 3, times: int = 1, **dims: Any) -> None:
    """So many responses with a score and a comment."""
    rows = [_COMMON | dims | {"response_id": _anyone(), "nps": score} for _ in range(times)]
    said = {"question_id": "why", "type": "text", "text": text}
    insert(db, "response", [r | {"submitted_at": dt.datetime.combine(r["day"], dt.time(12))} for r in rows])
    insert(db, "answer", [row | said for row in rows])


def brand_scores(db: Database, brand: str, promoters: int, passives: int, detractors: int) -> None:
    """Competitive answers about one bank."""
    rows = [
        _COMMON
        | {"response_id": _anyone(), "nps_kind": "competitive", "survey_id": "banks", "brand": brand, "points": 10}
        | {"question_id": brand, "type": "nps", "score": score}
        for score, count in ((9, promoters), (7, passives), (3, detractors))
        for _ in range(count)
    ]
    insert(db, "answer", rows)


def indicator(db: Database, name: str, value: float, day: dt.date, **dims: Any) -> None:
    """One monthly value."""
    row = {"upload_id": "u1", "indicator": name, "grain": "month", "day": day, "value": value} | dims
    insert(db, "indicator_value", [row])
