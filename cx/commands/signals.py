"""``python -m cx signals``: which watched figures have left their usual range, and how many would by chance."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from typing import TYPE_CHECKING

from cx.commands.check import add_output
from cx.words import Translator

if TYPE_CHECKING:
    from cx.act.alarms import Board, Standing
    from cx.bank.model import Model


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("signals", help="figures that leave their usual range")
    parser.add_argument("--budget", default="12", metavar="N", help="false alarms a year that are bearable, or none")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 nothing stands, 1 alarms stand (or the database cannot be opened), 2 no such budget."""
    from cx.act import alarms
    from cx.bank import model
    from cx.measure.scope import WHOLE_BANK
    from cx.store.database import Database
    from cx.store.place import Place

    t, place = Translator(arguments.lang), Place.from_environment()
    if arguments.budget != "none" and not arguments.budget.isdecimal():
        print(f"--budget {arguments.budget}: N | none", file=sys.stderr)
        return 2
    budget = None if arguments.budget == "none" else int(arguments.budget)
    bank = model.load(place.model, place.data)
    db = Database(place.database)
    try:
        board = alarms.board(db.cursor(), WHOLE_BANK, bank, budget, dt.date.today())
    finally:
        db.close()
    print(json.dumps(_plain(board, bank, t), ensure_ascii=False) if arguments.json else _table(board, bank, t))
    return 1 if board.standing else 0


def _plain(board: Board, bank: Model, t: Translator) -> dict[str, object]:
    view = board.view
    return {
        "watched": sum(each.limits.chart is not None for each in view.watched),
        "false_alarms_a_year": round(view.per_year, 3), "false_alarms_expected": round(view.by_chance, 3),
        "standing": [_one(standing, board, bank, t) for standing in board.standing], "handled": len(board.handled),
    }  # fmt: skip


def _one(standing: Standing, board: Board, bank: Model, t: Translator) -> dict[str, object]:
    from cx.act import alarm_telling

    alarm = standing.alarm
    each = board.view.of(alarm.subject.key)
    return {
        "subject": alarm.subject.key, "first": alarm.first.isoformat(), "last": alarm.last.isoformat(),
        "ongoing": alarm.ongoing, "rules": list(alarm.rules), "better": alarm.better, "value": alarm.value,
        "usual": alarm.usual, "low": alarm.low, "high": alarm.high, "z": alarm.z, "returned": standing.returned,
        "false_alarms_a_year": round(each.per_year, 4) if each and not alarm.agreed else None,
        "told": f"{alarm_telling.name(t, alarm.subject, bank)}: {alarm_telling.sentence(t, alarm, bank)}",
    }  # fmt: skip


def _table(board: Board, bank: Model, t: Translator) -> str:
    from cx.act import alarm_telling

    lines = [alarm_telling.answer(t, board)] if board.view.watched else [t("signals.no_data")]
    lines += [str(_one(standing, board, bank, t)["told"]) for standing in board.standing]
    return "\n".join(lines)
