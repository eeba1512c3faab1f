"""The demo's rollout: the first wave of what was proven, planned by cx's own order of that day, and done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cx.act import rollout
from cx.bank.model import Model
from cx.demo.names import BRANCH, USER
from cx.demo.truth import WaveTruth, truth
from cx.measure import rollout as measure
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

_WEEKS = 4


def record(db: Database, model: Model, wins: Mapping[str, str]) -> None:
    """Plan and do the first waves of the truth's wins that were found proven; ``wins`` are their ids by name."""
    for win in truth().quick_wins:
        if win.wave is not None and win.id in wins:
            _wave(db, model, wins[win.id], win.wave)


def _wave(db: Database, model: Model, win: str, wave: WaveTruth) -> None:
    with db.cursor() as con:
        before = wave.planned - dt.timedelta(days=1)
        fields = [field for field in rollout.fields(con, model, (), before) if field.win.id == win]
    slots = measure.waves(rollout.places(fields), measure.Weights(), len(wave.branches), wave.first, _WEEKS)
    first = [slot for slot in slots if slot.place.branch in wave.branches]
    rollout.save(db, USER, first, fields, rights=WHOLE_BANK, at=_at(wave.planned))
    for slot in first:
        rollout.done(db, BRANCH, win, slot.place.branch, wave.done, "", rights=WHOLE_BANK, today=wave.done,
                     at=_at(wave.done))  # fmt: skip


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4))
