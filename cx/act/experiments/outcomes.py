"""Outcomes that another system knows: a file with customer, day and result becomes sums by day and arm; no key is kept.

Every file holds all so far and takes the place of the one before: who is in two files is counted once.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from cx.act.experiments import assigning, keeping
from cx.act.experiments.definition import OUTCOMES, Definition
from cx.collect import secret
from cx.collect.lists import Sheet
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.words import Problem, Refused

_YES, _NO = frozenset(("1", "yes", "y", "true", "是", "成功")), frozenset(("0", "no", "n", "false", "否", "失败"))
_TOLD = 20
Rows = list[tuple[str, int, int, float, float]]
"""Day, arm, how many, sum and sum of squares."""


def keep(
    db: Database, id: str, user: str, sheet: Sheet, columns: Mapping[str, str], today: dt.date, *, rights: Rights,
    at: dt.datetime | None = None,
) -> int:  # fmt: skip
    """Take a file (headers by ``key``, ``day``, ``value``); returns how many rows count. Raises :class:`Refused` with
    the first rows that are wrong: all or nothing."""
    keeping.allowed(rights)
    with audit.writing(db) as con:
        found = keeping.get(con, id, rights)
        if found is None or found.definition.metric not in OUTCOMES:
            raise Refused(Problem("experiment_not_found", id))
        if found.state != "running":
            raise Refused(Problem("experiment_step", id, {"state": found.state, "to": "running"}))
        rows = read(id, found.definition, sheet, columns, today)
        last = con.execute("SELECT max(recorded_at) FROM experiment_outcome WHERE experiment_id = ?", [id]).fetchall()
        con.execute(
            "INSERT INTO experiment_outcome (experiment_id, recorded_at, recorded_by, file_name, sums) "
            "VALUES (?, ?, ?, ?, ?)",
            [id, moments.after(last[0][0], at), user, sheet.name, json.dumps(rows)],
        )
        if at is None:
            audit.write(con, user, "experiment_outcomes", id, {"sha256": sheet.sha256})
    return sum(row[2] for row in rows)


def read(id: str, definition: Definition, sheet: Sheet, columns: Mapping[str, str], today: dt.date) -> Rows:
    """The sums of a file by day and arm. Wrong are a key twice, a day outside the experiment, a value that is none."""
    keys, days, values = (sheet.cells[columns[name]] for name in ("key", "day", "value"))
    sums: dict[tuple[dt.date, int], list[float]] = {}
    seen: set[str] = set()
    wrong: list[Problem] = []
    for row, raw, day_text, value_text in zip(sheet.rows, keys, days, values, strict=True):
        key, day, value = secret.plain_key(raw), _day(day_text), _value(definition, value_text)
        code = _fault(definition, key, seen, day, value, today)
        if code is not None:
            wrong.append(Problem(code, f"{sheet.name}:{row}"))
            continue
        assert day is not None and value is not None
        seen.add(key)
        here = sums.setdefault((day, assigning.arm(id, key, definition.weights)), [0, 0, 0])
        for place, more in enumerate((1, value, value * value)):
            here[place] += more
    if wrong:
        raise Refused(*wrong[:_TOLD])
    if not sums:
        raise Refused(Problem("experiment_no_rows", sheet.name))
    return [(day.isoformat(), arm, int(n), total, squares) for (day, arm), (n, total, squares) in sorted(sums.items())]


def _fault(
    definition: Definition, key: str, seen: set[str], day: dt.date | None, value: float | None, today: dt.date
) -> str | None:
    if not key or key in seen:
        return "experiment_key_twice" if key else "experiment_key_empty"
    if day is None or not definition.start <= day <= min(definition.end, today):
        return "experiment_row_day"
    return "experiment_row_value" if value is None else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()[:10].replace("/", "-"))
    except ValueError:
        return None


def _value(definition: Definition, text: str) -> float | None:
    plain = text.strip().lower()
    if definition.metric == "outcome_share":
        return 1.0 if plain in _YES else 0.0 if plain in _NO else None
    try:
        value = float(Decimal(plain))
    except InvalidOperation:
        return None
    return value if math.isfinite(value) else None
