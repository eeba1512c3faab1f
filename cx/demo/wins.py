"""The demo's quick wins, walked through the same steps as everybody's, on the days they happened."""

from __future__ import annotations

import datetime as dt

from cx.act import quick_wins
from cx.act.charter import Charter
from cx.bank.model import Model
from cx.demo.truth import WinTruth, truth
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

USER = "demo"
_OWNER = {"zh": "服务质量组", "en": "Service quality team"}


def charter(win: WinTruth) -> Charter:
    """The charter of a quick win as it was promised, in both languages."""
    return Charter(
        title=win.title, hypothesis=win.hypothesis, touchpoint=win.touchpoint, metric=win.metric,
        target=win.target, owner=_OWNER, start=win.start, end=win.end, pilots=win.pilots, cost=win.cost,
        impact=win.impact, effort=win.effort,
    )  # fmt: skip


def record(db: Database, model: Model) -> dict[str, str]:
    """Record the quick wins the model has pilots and touchpoint for; returns their ids by their names in the truth."""
    found = {}
    for win in truth().quick_wins:
        if all(branch in model.branches for branch in win.pilots) and model.place_of(win.touchpoint):
            found[win.id] = _walk(db, win, model)
    return found


def _walk(db: Database, win: WinTruth, model: Model) -> str:
    closed = win.end + dt.timedelta(days=1)
    proposed = _noon(win.start - dt.timedelta(days=21))
    key = quick_wins.propose(db, USER, charter(win), rights=WHOLE_BANK, model=model, at=proposed)
    quick_wins.start(db, key, USER, model, win.start, rights=WHOLE_BANK, at=_noon(win.start))
    quick_wins.to_measuring(db, key, USER, rights=WHOLE_BANK, at=_noon(win.start + dt.timedelta(days=14)))
    quick_wins.close(db, key, USER, closed, win.lesson, rights=WHOLE_BANK, at=_noon(closed))
    return key


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4))
