"""The signals that nobody has decided on, for rules about indicators."""

from __future__ import annotations

import datetime as dt

from cx.act import alarms
from cx.bank.model import Model
from cx.insight.signals import BUDGETS, Alarm
from cx.measure.scope import WHOLE_BANK
from cx.store.query import Connection


def standing(con: Connection, model: Model, today: dt.date | None = None) -> list[tuple[Alarm, str | None]]:
    """Alarms of the whole bank's charts that stand, each with its indicator's touchpoint."""
    board = alarms.board(con, WHOLE_BANK, model, BUDGETS[0], today or dt.date.today())
    found = [each.alarm for each in board.standing]
    return [
        (alarm, entry.touchpoint if (entry := model.indicators.get(alarm.subject.name)) else None)
        for alarm in found if alarm.subject.kind == "indicator"
    ]  # fmt: skip
