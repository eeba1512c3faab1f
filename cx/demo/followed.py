"""The demo's cases: opened by the shipped rules from its own responses, and walked as the truth says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from cx.act.cases import clock, keeping, matching, opening
from cx.bank import rules as bank_rules
from cx.bank.model import Model
from cx.bank.rules import Rules
from cx.demo.summary import SOURCE
from cx.demo.truth import Truth, truth
from cx.store import audit
from cx.store.database import Database
from cx.store.place import ROOT
from cx.store.query import Connection

USER = "demo"
_STEPS = ("case_id", "recorded_at", "recorded_by", "state", "outcome", "note", "action", "root_cause")
_CHANGED = ("state", "contacted_at", "closed_at", "escalated_at", "outcome", "root_cause", "reference", "again",
            "again_at", "recorded_at", "recorded_by", "desk")  # fmt: skip


def record(db: Database, model: Model) -> int:
    """Open the cases and walk them; returns how many there are."""
    known, rules = truth(), bank_rules.load(ROOT / "data" / "model")
    end = dt.datetime.combine(known.last + dt.timedelta(days=1), dt.time())
    begin = end - dt.timedelta(days=known.cases["days"])
    with db.writing() as con:
        begins = {rule.id: begin for rule in rules.active}
        found = matching.matched(con, rules, begins, begin, end, matching.DEMO)
        rows = opening.of_responses(con, found, rules, model.calendar, opening.nobody, SOURCE)
        rows = [
            row | {"recorded_at": row["opened_at"]} for row in sorted(rows, key=lambda row: str(row["response_id"]))
        ]
        keeping.opened(con, rows, audit.SYSTEM, end)
        _walk(con, rows, known, rules, model)
    return len(rows)


def _walk(con: Connection, rows: list[dict[str, Any]], known: Truth, rules: Rules, model: Model) -> None:
    draws = np.random.default_rng(known.seed).random((len(rows), 7))
    now, steps = [], []
    for row, chance in zip(rows, draws.tolist(), strict=True):
        after, done = _one(row, chance, known.cases, rules, model)
        if done:
            now.append({"case_id": row["case_id"], **{name: after.get(name, row.get(name)) for name in _CHANGED}})
            steps += done
    if not now:
        return
    _given(con, now, steps)


def _one(
    row: dict[str, Any], chance: list[float], said: Mapping[str, Any], rules: Rules, model: Model
) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # fmt: skip
    """What became of one case, and its steps in order."""
    begun, rule = row["opened_at"], rules.rules[row["kind"]]
    after: dict[str, Any] = {"state": "open", "reference": "", "desk": row["desk"]}
    steps: list[dict[str, Any]] = []

    def step(action: str, hours: float, by: str = USER, **more: Any) -> dt.datetime:
        at = clock.due(begun, hours, rules.hours, model.calendar)
        if steps and at <= steps[-1]["recorded_at"]:
            at = steps[-1]["recorded_at"] + dt.timedelta(minutes=1)
        after.update(more, recorded_at=at, recorded_by=by)
        told = {name: after.get(name) for name in ("state", "outcome", "root_cause")}
        line = {"case_id": row["case_id"], "recorded_at": at, "recorded_by": by, "note": "", "action": action}
        steps.append(line | told)
        return at

    if row["branch"] == said["neglects"]:
        late = min(each for each in (rule.contact, rule.close) if each is not None) + (rule.escalate or 0)
        after["escalated_at"] = step("escalated", late, audit.SYSTEM, desk=rule.to or row["desk"])
        return after, steps
    allowed = rule.contact or 4
    spoken = chance[1] * allowed if chance[0] < said["contact"] else allowed * (1 + chance[1])
    after["contacted_at"] = step("contacted", spoken, state="working")
    if chance[2] < said["closed"]:
        low, high = said["hours"]
        outcome, cause = _pick(said["outcomes"], chance[4]), _pick(said["causes"], chance[5])
        hours = max(low + chance[3] * (high - low), spoken)
        after["closed_at"] = step("closed", hours, state="closed", outcome=outcome, root_cause=cause)
        if row["score"] is not None and row["score"] <= 6 and chance[6] < said["asked"]:
            back = chance[6] / said["asked"] < said["recovered"]
            score = (7 if back else 2) + int(chance[3] * 3)
            after["again_at"] = step(
                "answered", hours + 27, audit.SYSTEM, again=score, reference=row["case_id"][:12].upper()
            )
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
