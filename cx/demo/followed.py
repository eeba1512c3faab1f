"""The demo's cases: opened by the shipped rules from its own responses, and walked as the truth says.

Answers, and the cases that were closed, stay on their days. Those that are still open count back from the moment of
loading, so that their clocks run as in a bank that works: some due today, some late, some gone to the manager.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from cx import voices
from cx.act.cases import clock, keeping, matching, opening, placing
from cx.bank import rules as bank_rules
from cx.bank.model import Model
from cx.bank.rules import Rules
from cx.demo.summary import SOURCE
from cx.demo.truth import Truth, truth
from cx.store import audit
from cx.store.database import Database
from cx.store.place import ROOT
from cx.store.query import Connection
from cx.voices.loading import SHIPPED, Watched

_STEPS = ("case_id", "recorded_at", "recorded_by", "state", "owner", "outcome", "note", "action", "root_cause")
_CHANGED = ("state", "contacted_at", "closed_at", "escalated_at", "outcome", "root_cause", "reference", "again",
            "again_at", "recorded_at", "recorded_by", "desk", "owner")  # fmt: skip
_CHANCES = 8
Row = dict[str, Any]


def record(db: Database, model: Model, now: dt.datetime | None = None) -> int:
    """Open the cases and walk them until ``now`` (UTC without zone); returns how many there are."""
    known, rules = truth(), bank_rules.load(ROOT / "data" / "model")
    moment = now or dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    end = dt.datetime.combine(known.last + dt.timedelta(days=1), dt.time())
    begin = end - dt.timedelta(days=known.cases["days"])
    with db.writing() as con:
        begins = {rule.id: begin for rule in rules.active}
        found = matching.matched(con, rules, begins, begin, end, matching.DEMO)
        rows = opening.of_responses(con, found, rules, model.calendar, opening.nobody, SOURCE)
        rows.sort(key=lambda row: str(row["response_id"]))
        _said(con, rows, model)
        draws = np.random.default_rng(known.seed).random((len(rows), _CHANCES)).tolist()
        rows = [_moved(row, each, known.cases, rules, model, moment) for row, each in zip(rows, draws, strict=True)]
        keeping.opened(con, rows, audit.SYSTEM, end)
        _walk(con, rows, draws, known, rules, model, moment)
    return len(rows)


def _said(con: Connection, rows: list[Row], model: Model) -> None:
    """Where no rating says what a case is about, its comment may: nobody has read those of the demo yet."""
    wanted = {row["response_id"]: row for row in rows if row["placed"] == "none"}
    written = con.execute(
        "SELECT response_id::VARCHAR, text FROM answer WHERE type = 'text' AND source = ? "
        "AND response_id IN (SELECT unnest(?::UUID[])) ORDER BY rowid",
        [SOURCE, list(wanted)],
    ).fetchall()
    lexicon = Watched(SHIPPED / "own").now()
    for (id, _), read in zip(written, voices.read([text for _, text in written], lexicon), strict=True):
        themes = [theme for theme, tone in zip(read.themes, read.tones, strict=True) if tone <= 0]
        place = placing.place((), themes, (), model.playbook.place_of)
        if place.touchpoint and wanted[id]["placed"] == "none":
            wanted[id] |= {"touchpoint": place.touchpoint, "placed": place.why}


def _moved(row: Row, chance: list[float], said: Mapping[str, Any], rules: Rules, model: Model, now: dt.datetime) -> Row:
    """A case that nobody closed was opened some working hours before ``now``; the fresher, the more there are."""
    neglected = row["branch"] == said["neglects"]
    if not neglected and chance[2] < said["closed"]:
        return row | {"recorded_at": row["opened_at"]}
    low, high = said["lying"] if neglected else (0.0, said["open"])
    at = clock.before(now, low + chance[7] ** 2 * (high - low), rules.hours, model.calendar)
    led = opening.led(tuple(row["kinds"]), rules, at, row["branch"], model.calendar, opening.nobody)
    return row | led | {"opened_at": at, "recorded_at": at}


def _walk(
    con: Connection, rows: list[Row], draws: list[list[float]], known: Truth, rules: Rules, model: Model,
    now: dt.datetime,
) -> None:  # fmt: skip
    changed, steps = [], []
    for row, chance in zip(rows, draws, strict=True):
        after, done = _one(row, chance, known.cases, rules, model, now)
        if done:
            changed.append({"case_id": row["case_id"], **{name: after.get(name, row.get(name)) for name in _CHANGED}})
            steps += done
    if changed:
        _given(con, changed, steps)


def _one(
    row: Row, chance: list[float], said: Mapping[str, Any], rules: Rules, model: Model, now: dt.datetime
) -> tuple[Row, list[Row]]:  # fmt: skip
    """What became of one case until now, and its steps in order."""
    begun, rule = row["opened_at"], rules.rules[row["kind"]]
    after: Row = {"state": "open", "reference": "", "desk": row["desk"]}
    steps: list[Row] = []
    owner = _pick(dict.fromkeys(said["owners"], 1), zlib.crc32(f"{row['branch']}".encode()) / 2**32)

    def step(action: str, hours: float, by: str = owner, **more: Any) -> dt.datetime | None:
        """What happens so many working hours after the opening; None where that is still to come."""
        at = clock.due(begun, hours, rules.hours, model.calendar)
        if steps and at <= steps[-1]["recorded_at"]:
            at = steps[-1]["recorded_at"] + dt.timedelta(minutes=1)
        if at > now:
            return None
        after.update(more, recorded_at=at, recorded_by=by)
        told = {name: after.get(name) for name in ("state", "owner", "outcome", "root_cause")}
        line = {"case_id": row["case_id"], "recorded_at": at, "recorded_by": by, "note": "", "action": action}
        steps.append(line | told)
        return at

    allowed = rule.contact or 4
    spoken = chance[1] * allowed if chance[0] < said["contact"] else allowed * (1 + chance[1])
    neglected = row["branch"] == said["neglects"]
    if not neglected and chance[3] < said["taken"]:
        step("step", spoken * chance[4], state="working", owner=owner)
    if not neglected:
        after["contacted_at"] = step("contacted", spoken, state="working", owner=owner)
    if neglected or chance[2] >= said["closed"]:
        waits = [rule.close] if after.get("contacted_at") else [each for each in (rule.contact, rule.close) if each]
        late = min(waits) + (rule.escalate or 0)
        after["escalated_at"] = step("escalated", late, audit.SYSTEM, desk=rule.to or row["desk"])
        return after, steps
    low, high = said["hours"]
    outcome, cause = _pick(said["outcomes"], chance[4]), _pick(said["causes"], chance[5])
    hours = max(low + chance[3] * (high - low), spoken)
    after["closed_at"] = step("closed", hours, state="closed", outcome=outcome, root_cause=cause)
    if row["score"] is not None and row["score"] <= 6 and chance[6] < said["asked"]:
        back = chance[6] / said["asked"] < said["recovered"]
        score = (7 if back else 2) + int(chance[3] * 3)
        code = row["case_id"][:12].upper()
        after["again_at"] = step("answered", hours + 27, audit.SYSTEM, again=score, reference=code)
    return after, steps


def _pick(weights: Mapping[str, float], chance: float) -> str:
    """The word at a share (0..1) of the weights."""
    left = chance * sum(weights.values())
    for word, weight in weights.items():
        left -= weight
        if left < 0:
            return word
    return word


def _given(con: Connection, now: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    con.register("demo_cases", keeping.table(now))
    con.register("demo_steps", keeping.table(steps))
    try:
        listed = ", ".join(f"{name} = d.{name}" for name in _CHANGED)
        con.execute(f"UPDATE case_file f SET {listed} FROM demo_cases d WHERE d.case_id = f.case_id")
        con.execute(f"INSERT INTO case_step ({', '.join(_STEPS)}) SELECT {', '.join(_STEPS)} FROM demo_steps")
    finally:
        con.unregister("demo_cases")
        con.unregister("demo_steps")
