"""Response quality: flags, never deletions. Owner of the append-only table ``quality_flag``.

The latest row of a response and rule counts. Rules set and lift their own flags; what a person decided stays decided.
A response is left out of every number (``flagged``) while a rule that is switched on, or a person, holds it flagged.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.collect import signals
from cx.collect.signals import PARAMETERS, Judged
from cx.measure import statistics
from cx.measure.statistics import Estimate
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused

HAND = "hand"
"""The rule of a person who flags a response without one."""
RULES = (*PARAMETERS, HAND)
EVER = dt.date(1900, 1, 1)
RECENT_DAYS = 92
_SETTING = "quality"
_LATEST = """(
    SELECT response_id, rule, value, flagged, flagged_at, flagged_by, note FROM quality_flag
    QUALIFY row_number() OVER (PARTITION BY response_id, rule ORDER BY flagged_at DESC, rowid DESC) = 1
)"""


@dataclass(frozen=True)
class Standing:
    """One rule now. ``judged`` responses it could judge at its last whole run, ``flagged`` those it holds flagged,
    ``lifted`` those that a person cleared; ``demo`` its false alarms: flagged of the demo bank's genuine responses that
    it can judge (None without the demo bank). ``on``: whether its flags leave responses out."""

    rule: str
    on: bool
    judged: int
    flagged: int
    lifted: int
    demo: Estimate | None


@dataclass(frozen=True)
class Example:
    """One flagged response, without what the customer wrote. ``at`` is UTC; ``state`` is ``flagged`` or ``lifted``."""

    response_id: str
    survey_id: str
    branch: str | None
    mode: str
    at: dt.datetime
    seconds: int | None
    nps: int | None
    value: float | None
    state: str
    by: str
    note: str | None


@dataclass(frozen=True)
class Done:
    """What a run changed: flags set and lifted, and responses that went in or out of the numbers."""

    flagged: int
    lifted: int
    moved: int


def run(
    db: Database, by: str = audit.SYSTEM, since: dt.date = EVER, sources: tuple[str, ...] = signals.SOURCES
) -> Done:  # fmt: skip
    """Apply every rule to the responses of some sources since a day, and set flags; a run over all lifts them too.

    What is usual differs a little between a part and the whole: lifting by parts would blink.
    """
    cursor = db.cursor()
    try:
        judged = signals.look(cursor, since, sources)
    finally:
        cursor.close()
    with db.writing(counted=False) as con:
        set_, lifted = _renew(con, judged, since, sources)
        moved = _sync(con)
        if since == EVER and sources == signals.SOURCES:
            _save(con, {"judged": {rule: dict(found.n) for rule, found in judged.items()}})
    if moved or set_ or lifted:
        db.count()
    if by != audit.SYSTEM:  # what the background finds stands in the table of flags
        audit.record(db, by, "quality_run", "", {"flagged": set_, "lifted": lifted, "moved": moved})
    return Done(set_, lifted, moved)


def decide(db: Database, response_ids: Iterable[str], rule: str, flagged: bool, by: str, note: str = "") -> int:
    """A person's decision about some responses under one rule; returns how many it changed.

    Raises :class:`Refused`: a flag by hand without a reason, or no such response.
    """
    ids = sorted(set(response_ids))
    if rule == HAND and flagged and not note.strip():
        raise Refused(Problem("quality_no_reason"))
    with audit.writing(db) as con:
        known = con.execute(
            "SELECT response_id FROM response WHERE response_id IN (SELECT unnest(?::UUID[]))", [ids]
        ).fetchall()
        if not known:
            raise Refused(Problem("quality_no_response"))
        same = con.execute(
            f"SELECT response_id FROM {_LATEST} WHERE rule = ? AND flagged = ? AND flagged_by != ? "
            "AND response_id IN (SELECT unnest(?::UUID[]))",
            [rule, flagged, audit.SYSTEM, ids],
        ).fetchall()
        todo = sorted({id for (id,) in known} - {id for (id,) in same})
        con.execute(
            "INSERT INTO quality_flag (response_id, rule, value, flagged, flagged_at, flagged_by, note) "
            f"SELECT id, ?, (SELECT value FROM {_LATEST} f WHERE f.response_id = id AND f.rule = ?), ?, "
            "now()::TIMESTAMP, ?, ? FROM (SELECT unnest(?::UUID[]) AS id)",
            [rule, rule, flagged, by, note.strip() or None, todo],
        )
        _sync(con)
        action = "quality_flagged" if flagged else "quality_lifted"
        audit.write(con, by, action, rule, {"responses": len(todo), "first": str(todo[0]) if todo else None})
    return len(todo)


def switch(db: Database, rule: str, on: bool, by: str) -> int:
    """Let a rule's flags count, or only be shown; returns how many responses went in or out of the numbers."""
    with audit.writing(db) as con:
        off = set(_settings(con).get("off", ())) - {rule}
        _save(con, {"off": sorted(off if on else off | {rule})})
        moved = _sync(con)
        audit.write(con, by, "quality_switched", rule, {"on": on, "moved": moved})
    return moved


def standings(con: Connection) -> tuple[Standing, ...]:
    """Every rule now, in the order of the table."""
    settings = _settings(con)
    counted = {
        (rule, source): (n, lifted)
        for rule, source, n, lifted in con.execute(
            "SELECT rule, CASE source WHEN 'demo' THEN 'demo' ELSE 'own' END, count(*) FILTER (f.flagged), "
            f"count(*) FILTER (NOT f.flagged AND flagged_by != ?) FROM {_LATEST} f JOIN response USING (response_id) "
            "GROUP BY ALL", [audit.SYSTEM],
        ).fetchall()
    }  # fmt: skip
    found = []
    for rule in RULES:
        n, lifted = (sum(counted.get((rule, source), (0, 0))[i] for source in ("demo", "own")) for i in (0, 1))
        judged = settings.get("judged", {}).get(rule, {})
        of_demo = int(judged.get("demo", 0))
        alarms = counted.get((rule, "demo"), (0, 0))[0]
        demo = statistics.share(min(alarms, of_demo), of_demo) if of_demo else None
        found.append(Standing(rule, rule not in settings.get("off", ()), sum(judged.values()), n, lifted, demo))
    return tuple(found)


def totals(con: Connection) -> tuple[int, int]:
    """Responses left out of the numbers, and all responses."""
    [(flagged, n)] = con.execute("SELECT count(*) FILTER (flagged), count(*) FROM response").fetchall()
    return flagged, n


def by_branch(con: Connection, rule: str) -> tuple[tuple[str | None, int, int], ...]:
    """(branch, flagged by the rule, all responses) of branches with any, most flagged first."""
    return tuple(
        con.execute(
            "SELECT branch, count(*) FILTER (f.flagged) AS k, count(*) FROM response r "
            f"LEFT JOIN (SELECT response_id, flagged FROM {_LATEST} WHERE rule = ?) f USING (response_id) "
            "WHERE source IN ('demo', 'collect') GROUP BY branch HAVING k > 0 ORDER BY k DESC, branch", [rule],
        ).fetchall()
    )  # fmt: skip


def examples(
    con: Connection, rule: str, branch: str | None = None, state: str = "flagged", most: int = 50
) -> tuple[Example, ...]:
    """Responses that a rule holds flagged (or that a person cleared), latest first."""
    where, values = "f.rule = ? AND f.flagged = ?", [rule, state == "flagged"]
    if state == "lifted":
        where += f" AND f.flagged_by != '{audit.SYSTEM}'"
    if branch is not None:
        where += " AND r.branch = ?"
        values.append(branch)
    rows = con.execute(
        "SELECT r.response_id::VARCHAR, survey_id, branch, mode, submitted_at, seconds, nps, f.value, ?, f.flagged_by, "
        f"f.note FROM {_LATEST} f JOIN response r USING (response_id) WHERE {where} "
        "ORDER BY submitted_at DESC, r.response_id LIMIT ?",
        [state, *values, most],
    ).fetchall()
    return tuple(Example(*row) for row in rows)


def words(con: Connection, response_ids: Sequence[str]) -> Mapping[str, str]:
    """What was written in some responses, for those who have the right to read it. What a colleague wrote in a survey
    of staff nobody reads one by one."""
    rows = con.execute(
        "SELECT response_id::VARCHAR, string_agg(text, ' / ' ORDER BY question_id) FROM answer "
        "WHERE type = 'text' AND voice <> 'staff' AND response_id IN (SELECT unnest(?::UUID[])) GROUP BY 1",
        [list(response_ids)],
    ).fetchall()
    return dict(rows)


def find(con: Connection, receipt: str) -> str | None:
    """The response with a receipt code."""
    rows = con.execute(
        "SELECT response_id::VARCHAR FROM response WHERE receipt = ?", [receipt.strip().upper()]
    ).fetchall()
    return rows[0][0] if rows else None


def _renew(con: Connection, judged: Mapping[str, Judged], since: dt.date, sources: tuple[str, ...]) -> tuple[int, int]:
    """Rows for what rules found and did not flag before, and for what they flagged and find no more."""
    found = [(rule, id, value) for rule, each in judged.items() for id, value in each.found]
    con.execute("CREATE OR REPLACE TEMP TABLE found (rule VARCHAR, response_id UUID, value DOUBLE)")
    if found:
        con.execute(
            "INSERT INTO found SELECT unnest(?::VARCHAR[]), unnest(?::UUID[]), unnest(?::DOUBLE[])",
            [list(column) for column in zip(*found, strict=True)],
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE latest AS SELECT * FROM {_LATEST}")
    insert = "INSERT INTO quality_flag (response_id, rule, value, flagged, flagged_at, flagged_by) "
    set_ = con.execute(
        f"{insert} SELECT f.response_id, f.rule, f.value, TRUE, now()::TIMESTAMP, ? FROM found f "
        "LEFT JOIN latest l USING (response_id, rule) WHERE l.rule IS NULL OR (NOT l.flagged AND l.flagged_by = ?)",
        [audit.SYSTEM, audit.SYSTEM],
    ).fetchall()[0][0]
    if since != EVER:
        return set_, 0
    lifted = con.execute(
        f"{insert} SELECT l.response_id, l.rule, l.value, FALSE, now()::TIMESTAMP, ? FROM latest l "
        "JOIN response r USING (response_id) ANTI JOIN found f ON f.response_id = l.response_id AND f.rule = l.rule "
        "WHERE l.flagged AND l.flagged_by = ? AND l.rule != ? "
        "AND r.source IN (SELECT unnest(?::VARCHAR[]))",
        [audit.SYSTEM, audit.SYSTEM, HAND, list(sources)],
    ).fetchall()[0][0]
    return set_, lifted


def _sync(con: Connection) -> int:
    """Make ``flagged`` of facts what the flags say; returns how many responses changed."""
    off = list(_settings(con).get("off", ()))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved AS SELECT r.response_id, held AS flagged FROM response r JOIN "
        "(SELECT response_id, bool_or(flagged AND NOT list_contains(?::VARCHAR[], rule)) AS held "
        f"FROM {_LATEST} GROUP BY response_id) f USING (response_id) WHERE r.flagged != held",
        [off],
    )
    [(moved,)] = con.execute("SELECT count(*) FROM moved").fetchall()
    if moved:
        for table in ("response", "answer"):
            con.execute(
                f"UPDATE {table} SET flagged = moved.flagged FROM moved WHERE {table}.response_id = moved.response_id"
            )
    return int(moved)


def _settings(con: Connection) -> dict[str, Any]:
    rows = con.execute("SELECT value FROM setting WHERE name = ? ORDER BY saved_at DESC LIMIT 1", [_SETTING]).fetchall()
    return json.loads(rows[0][0]) if rows else {}  # type: ignore[no-any-return]


def _save(con: Connection, more: Mapping[str, object]) -> None:
    kept = {**_settings(con), **more}
    con.execute("DELETE FROM setting WHERE name = ?", [_SETTING])
    con.execute(
        "INSERT INTO setting (name, value, saved_at) VALUES (?, ?, now()::TIMESTAMP)", [_SETTING, json.dumps(kept)]
    )
