"""Signs that a response was not given with care: one entry a rule, its parameters, and the query that looks for it.

A rule judges what cx collected itself (or the demo bank made); imported responses have neither their moment nor their
duration. Every query returns ``response_id, value, found`` for each response it can judge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp
from typing import Literal

from cx.collect import filling
from cx.store.query import Connection

Rule = Literal["speeder", "straight", "duplicate", "burst", "filling"]
PARAMETERS: Mapping[Rule, Mapping[str, float]] = {
    "speeder": {"share": 0.3, "enough": 30},
    "straight": {"items": 6, "hurried": 0.5},
    "duplicate": {"letters": 15, "times": 3, "days": 7},
    "burst": {"times": 5, "minutes": 5, "odds": 1e-6, "busy": 0.8},
    "filling": {"hurried": 0.5, "minutes": 3, "least": 5, "q": 0.01},
}
SOURCES = ("collect", "demo")
SHARED_DEVICES = ("qr", "kiosk", "staff")
"""Ways whose answers come one by one from one place. Links go out by the thousand, and answers come in waves."""

# What is judged, with the pace of each: seconds over the median of the same survey and number of answers (or of that
# survey's seconds an answer, where fewer than ``enough`` gave that many).
_PACE = """
CREATE OR REPLACE TEMP TABLE judged AS
WITH counted AS (SELECT response_id, count(DISTINCT question_id) AS answers FROM answer GROUP BY response_id),
said AS (
    SELECT r.response_id, r.source, r.survey_id, r.branch, r.mode, r.submitted_at, r.day, r.seconds, r.nps, c.answers
    FROM response r LEFT JOIN counted c USING (response_id)
    WHERE r.source IN (SELECT unnest(?::VARCHAR[])) AND r.day >= ? AND r.voice <> 'walk'
),
alike AS (
    SELECT source, survey_id, answers, median(seconds) AS typical, count(seconds) AS n FROM said GROUP BY ALL
),
survey AS (
    SELECT source, survey_id, median(seconds / answers) AS each_answer, count(seconds) AS n FROM said GROUP BY ALL
)
SELECT said.*, CASE WHEN alike.n >= ? THEN seconds / alike.typical
    WHEN survey.n >= ? THEN seconds / (survey.each_answer * said.answers) END AS pace
FROM said LEFT JOIN alike USING (source, survey_id, answers) LEFT JOIN survey USING (source, survey_id)
"""


@dataclass(frozen=True)
class Judged:
    """What a rule said of the responses it can judge: how many by source, and (response, value) of those it found."""

    n: Mapping[str, int]
    found: tuple[tuple[str, float], ...]


def look(con: Connection, since: dt.date, sources: tuple[str, ...] = SOURCES) -> Mapping[Rule, Judged]:
    """Apply every rule to responses from a day on. Leaves temporary tables in the connection."""
    enough = PARAMETERS["speeder"]["enough"]
    con.execute(_PACE, [list(sources), since, enough, enough])
    return {rule: _judged(con, rule) for rule in PARAMETERS}


def _judged(con: Connection, rule: Rule) -> Judged:
    n, found = _RULES[rule](con, PARAMETERS[rule])
    return Judged(n, tuple((str(id), float(value)) for id, value in found))


_Answer = tuple[Mapping[str, int], list[tuple[object, float]]]


def _split(con: Connection, sql: str, values: list[object]) -> _Answer:
    """Run ``SELECT response_id, value, found``: how many were judged, and those found."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE looked AS {sql}", values)
    n = dict(
        con.execute(
            "SELECT source, count(DISTINCT response_id) FROM looked JOIN judged USING (response_id) GROUP BY source"
        ).fetchall()
    )
    found = con.execute(
        "SELECT response_id, min(value) FROM looked WHERE found GROUP BY response_id ORDER BY response_id"
    ).fetchall()
    return n, found


def _speeder(con: Connection, p: Mapping[str, float]) -> _Answer:
    """Value: share of the typical time."""
    sql = "SELECT response_id, pace AS value, pace < ? AS found FROM judged WHERE pace IS NOT NULL"
    return _split(con, sql, [p["share"]])


def _straight(con: Connection, p: Mapping[str, float]) -> _Answer:
    """Value: items rated alike. Who is of one mind may mean it; who is so in a hurry hardly read them."""
    sql = """
        SELECT a.response_id, count(*) AS value,
            max(a.satisfaction) = min(a.satisfaction) AND any_value(j.pace) < ? AS found
        FROM answer a JOIN judged j USING (response_id)
        WHERE a.satisfaction IS NOT NULL AND j.pace IS NOT NULL
        GROUP BY a.response_id HAVING count(*) >= ?"""
    return _split(con, sql, [p["hurried"], p["items"]])


def _duplicate(con: Connection, p: Mapping[str, float]) -> _Answer:
    """Value: how many said the same words, without case, blanks and punctuation, within the days."""
    days = int(p["days"])
    sql = f"""
        WITH written AS (
            SELECT DISTINCT a.response_id, j.submitted_at,
                regexp_replace(lower(nfc_normalize(a.text)), '[\\s\\p{{P}}\\p{{S}}]', '', 'g') AS words
            FROM answer a JOIN judged j USING (response_id) WHERE a.type = 'text' AND a.text IS NOT NULL
        ),
        before AS (
            SELECT *, count(*) OVER (PARTITION BY words ORDER BY submitted_at
                RANGE BETWEEN INTERVAL {days} DAY PRECEDING AND CURRENT ROW) AS n
            FROM written WHERE length(words) >= ?
        )
        SELECT response_id, max(n) OVER around AS value, max(n) OVER around >= ? AS found FROM before
        WINDOW around AS (PARTITION BY words ORDER BY submitted_at
            RANGE BETWEEN CURRENT ROW AND INTERVAL {days} DAY FOLLOWING)"""
    return _split(con, sql, [p["letters"], p["times"]])


def _burst(con: Connection, p: Mapping[str, float]) -> _Answer:
    """Value: answers within the minutes from one branch and way; more than chance allows at its own busy hours."""
    minutes, device = int(p["minutes"]), "source, branch, mode"
    _thresholds(con, p)
    sql = f"""
        WITH before AS (
            SELECT response_id, {device}, submitted_at, count(*) OVER (PARTITION BY {device} ORDER BY submitted_at
                RANGE BETWEEN INTERVAL {minutes} MINUTE PRECEDING AND CURRENT ROW) AS n
            FROM judged WHERE branch IS NOT NULL AND mode IN {SHARED_DEVICES}
        ),
        around AS (
            SELECT response_id, {device}, max(n) OVER (PARTITION BY {device} ORDER BY submitted_at
                RANGE BETWEEN CURRENT ROW AND INTERVAL {minutes} MINUTE FOLLOWING) AS value
            FROM before
        )
        SELECT response_id, value, value >= least AS found FROM around JOIN busy USING ({device})"""
    return _split(con, sql, [])


def _thresholds(con: Connection, p: Mapping[str, float]) -> None:
    """``busy``: how many answers within the minutes are too many at each place. A burst is no measure of itself: what
    counts are hours as busy as one in five, not the very busiest."""
    rates = con.execute(
        "SELECT source, branch, mode, quantile_cont(n, ?) FROM (SELECT source, branch, mode, "
        "date_trunc('hour', submitted_at) AS h, count(*) AS n FROM judged "
        f"WHERE branch IS NOT NULL AND mode IN {SHARED_DEVICES} GROUP BY ALL) GROUP BY ALL",
        [p["busy"]],
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE busy (source VARCHAR, branch VARCHAR, mode VARCHAR, least INTEGER)")
    if rates:
        rows = [(*place, too_many(hourly * p["minutes"] / 60, p["times"], p["odds"])) for *place, hourly in rates]
        marks = ", ".join(["(?, ?, ?, ?)"] * len(rows))
        con.execute(f"INSERT INTO busy VALUES {marks}", [value for row in rows for value in row])


def too_many(expected: float, least: float, odds: float) -> int:
    """The smallest count, ``least`` or more, that a Poisson of that mean reaches with odds below ``odds``."""
    count, term = 0, exp(-expected)
    tail = 1 - term  # of more than ``count``
    while count + 1 < least or tail >= odds:
        count += 1
        term *= expected / count
        tail -= term
    return count + 1


def _filling(con: Connection, p: Mapping[str, float]) -> _Answer:
    """Value: the false discovery rate of the branch's month."""
    return filling.look(con, p)


_RULES: Mapping[Rule, Callable[[Connection, Mapping[str, float]], _Answer]] = {
    "speeder": _speeder,
    "straight": _straight,
    "duplicate": _duplicate,
    "burst": _burst,
    "filling": _filling,
}
