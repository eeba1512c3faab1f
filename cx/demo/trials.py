"""The demo's experiments, walked through the same steps as everybody's: customers get their arm by hash, and what
became of them comes in a file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from cx.act.experiments import assigning, keeping, outcomes
from cx.act.experiments.definition import Arm, Definition
from cx.bank.model import Model
from cx.collect.lists import Sheet
from cx.demo.names import USER
from cx.demo.people import rng
from cx.demo.truth import truth
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

_COLUMNS = ("key", "day", "value")


def ids() -> list[str]:
    """The ids of all of them."""
    return [id_of(name) for name in truth().experiments]


def id_of(name: str) -> str:
    """The id of one of the truth: always the same, because it decides who gets which arm."""
    return hashlib.md5(f"demo:{name}".encode(), usedforsecurity=False).hexdigest()


def record(db: Database, model: Model) -> None:
    """Record every experiment of the truth."""
    for name, known in truth().experiments.items():
        _walk(db, name, known, model)


def _walk(db: Database, name: str, known: Mapping[str, Any], model: Model) -> None:
    definition, key = _definition(known), id_of(name)
    by: dict[str, Any] = {"rights": WHOLE_BANK}
    checked: dict[str, Any] = {**by, "model": model, "find": lambda _: None}
    before, stopped = definition.start - dt.timedelta(days=3), known["stopped"]
    keeping.draft(db, USER, definition, id=key, at=_noon(before), **checked)
    keeping.start(db, key, USER, before, at=_noon(before, 1), **checked)
    columns = dict(zip(_COLUMNS, _COLUMNS, strict=True))
    outcomes.keep(db, key, USER, _file(name, known, definition), columns, stopped, at=_noon(stopped), **by)
    keeping.stop(db, key, USER, stopped, at=_noon(stopped, 1), **by)
    keeping.conclude(db, key, USER, known["lesson"], at=_noon(stopped, 2), **by)


def _definition(known: Mapping[str, Any]) -> Definition:
    return Definition(
        title=known["title"], hypothesis=known["hypothesis"], unit="respondent",
        arms=tuple(Arm(name) for name in known["arms"]), metric="outcome_share", least=known["least"],
        start=known["start"], end=known["start"] + dt.timedelta(weeks=known["weeks"], days=-1),
        baseline=known["success"][0], follows=id_of(known["follows"]) if "follows" in known else None,
    )  # fmt: skip


def _file(name: str, known: Mapping[str, Any], definition: Definition) -> Sheet:
    """What the account system sends: customers, the day they came, whether it was done at once."""
    r, key = rng(truth(), f"experiment {name}"), id_of(name)
    rows = []
    last = min(definition.end, known["stopped"] - dt.timedelta(days=1))
    for place in range((last - definition.start).days + 1):
        day = (definition.start + dt.timedelta(days=place)).isoformat()
        for _ in range(int(r.poisson(known["daily"]))):
            customer = f"{name}-{len(rows):05d}"
            chance = known["success"][assigning.arm(key, customer, definition.weights)]
            rows.append((customer, day, "1" if r.random() < chance else "0"))
    columns = zip(*rows, strict=True)
    cells = dict(zip(_COLUMNS, columns, strict=True))
    return Sheet(f"{name}.csv", "", _COLUMNS, tuple(range(2, len(rows) + 2)), cells)


def _noon(day: dt.date, hour: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4 + hour))
