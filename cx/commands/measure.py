"""``python -m cx measure METRIC``: one number, or a table of them, with interval and base, as the screens show it."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import get_args

from cx.commands.check import add_output
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import WHOLE_BANK, Scope, Voice
from cx.measure.statistics import Estimate
from cx.store.query import Measured
from cx.survey.schema import NPS_KINDS


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("measure", help="a metric with interval and base, broken down and filtered")
    parser.add_argument("metric", choices=sorted(METRICS))
    parser.add_argument("--by", nargs="+", default=[], choices=sorted(DIMENSIONS), metavar="DIMENSION")
    parser.add_argument("--where", nargs="+", default=[], type=_filter, metavar="DIMENSION=VALUE[,VALUE…]")
    parser.add_argument("--kind", choices=NPS_KINDS, help="NPS kinds are never pooled")
    parser.add_argument("--voice", choices=get_args(Voice), help="whose answers: customers' unless said otherwise")
    parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="end", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 measured, 1 the database cannot be opened, 2 a question without answer (pooled kinds, foreign dimension)."""
    from cx.store import query
    from cx.store.database import Database
    from cx.store.place import Place

    voice = arguments.voice or METRICS[arguments.metric].voice or "customer"
    where = tuple(sorted(arguments.where))
    scope = Scope(WHOLE_BANK, arguments.start, arguments.end, arguments.kind, where, voice=voice)
    db = Database(Place.from_environment().database)
    try:
        measured = query.measure(db.cursor(), arguments.metric, scope, arguments.by)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        db.close()
    print(_json(measured) if arguments.json else _table(measured))
    return 0


def _filter(text: str) -> tuple[str, tuple[str, ...]]:
    name, sign, values = text.partition("=")
    if not sign or name not in DIMENSIONS:
        raise argparse.ArgumentTypeError(f"{text}: DIMENSION=VALUE[,VALUE…], one of {', '.join(sorted(DIMENSIONS))}")
    return name, tuple(sorted(values.split(",")))


def _plain(estimate: Estimate) -> Mapping[str, object]:
    return {name: getattr(estimate, name) for name in ("value", "low", "high", "n", "state")}


def _json(measured: Measured) -> str:
    cells = [
        dict(zip(measured.by, map(_key, cell.key), strict=True)) | dict(_plain(cell.estimate))
        for cell in measured.cells
    ]
    return json.dumps({"metric": measured.metric.name, "sql": measured.sql, "cells": cells}, ensure_ascii=False)


def _table(measured: Measured) -> str:
    lines = ["\t".join((*measured.by, "value", "low", "high", "n", "state"))]
    for cell in measured.cells:
        numbers = [
            "" if x is None else f"{x:.4f}" for x in (cell.estimate.value, cell.estimate.low, cell.estimate.high)
        ]
        lines.append("\t".join((*map(str, map(_key, cell.key)), *numbers, str(cell.estimate.n), cell.estimate.state)))
    return "\n".join(lines)


def _key(value: object) -> str | None:
    return None if value is None else str(value)
