"""The demo's action board, and thanks on the walls of its branches."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from cx.act.actions import Promise
from cx.bank.model import Model
from cx.demo.names import USER
from cx.demo.truth import truth
from cx.store import labels
from cx.store.database import Database
from cx.store.query import Connection

_IDS = "demo-"  # of rows that are the demo's own: they go with it


def record(db: Database, model: Model, pains: Mapping[str, str]) -> None:
    """Put up what departments promised and what was passed on, as far as the model has the branches. ``pains``: entries
    of the register by touchpoint, which some of it came from."""
    file = Path(__file__).with_name("promises.yaml")
    said, last = yaml.safe_load(file.read_text(encoding="utf-8")), truth().last
    with db.writing() as con:
        for at, entry in enumerate(said["actions"]):
            if entry.get("branch") in (None, *model.branches):
                _action(con, f"{_IDS}{at}", entry, last, pains)
        for at, entry in enumerate(said["kudos"]):
            if entry["branch"] in model.branches:
                day = last + dt.timedelta(days=entry["said"])
                row = [
                    f"{_IDS}{at}",
                    _noon(day + dt.timedelta(days=1)),
                    USER,
                    entry["branch"],
                    "given",
                    entry["text"],
                    day,
                ]
                con.execute("INSERT INTO kudos VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def remove(con: Connection) -> None:
    """Take them down."""
    con.execute("DELETE FROM action_step WHERE starts_with(action_id, ?)", [_IDS])
    con.execute("DELETE FROM kudos WHERE starts_with(kudos_id, ?)", [_IDS])


def _action(con: Connection, id: str, entry: dict[str, Any], last: dt.date, pains: Mapping[str, str]) -> None:
    due = last + dt.timedelta(days=entry["due"])
    places = {name: entry.get(name) for name in ("branch", "touchpoint")}
    if about := pains.get(entry.get("pain", "")):
        places |= {"source": "pain_point", "about": about}
    charter = json.dumps(
        asdict(Promise(entry["title"], entry["department"], due, **places)), ensure_ascii=False, default=str
    )
    begun = min(due, last) - dt.timedelta(days=42)
    for at, state in enumerate(("todo", *entry["steps"])):
        ended = state == "done"
        moment = _noon(begun + dt.timedelta(days=14 * at))
        texts = (labels.kept(entry["note"]), labels.kept(entry["answer"])) if ended else ("", "")
        con.execute("INSERT INTO action_step VALUES (?, ?, ?, ?, ?, ?, ?)", [id, moment, USER, state, charter, *texts])


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4))
