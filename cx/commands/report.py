"""``python -m cx report``: the PDF report of a period, for scripts and for the end of the month."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
from pathlib import Path
from typing import Any

from cx.bank import model as bank
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Scope
from cx.output.report import Options, build
from cx.store import query
from cx.store.database import Database
from cx.store.place import Place
from cx.words import LANGUAGES, Problem, Refused, Translator


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("report", help="write the PDF report of a period")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh")
    parser.add_argument("--from", dest="start", metavar="YYYY-MM-DD", help="first day; default: the last full quarter")
    parser.add_argument("--to", dest="end", metavar="YYYY-MM-DD", help="last day")
    parser.add_argument("-o", "--output", type=Path, default=Path("report.pdf"))
    parser.add_argument("--json", action="store_true", help="tell the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the report over the whole bank; the database must not be open in another cx."""
    t = Translator(arguments.lang)
    written = _write(arguments, t)
    told = {"file": str(arguments.output), "bytes": written}
    print(json.dumps(told) if arguments.json else t("report.written", file=arguments.output, size=-(-written // 1024)))
    return 0


def _write(arguments: argparse.Namespace, t: Translator) -> int:
    start, end = (_day(text, name) for text, name in ((arguments.start, "--from"), (arguments.end, "--to")))
    if start and end and start > end:
        raise Refused(Problem("report_range", "--from", {"start": start, "end": end}))
    place, today = Place.from_environment(), dt.date.today()
    model, database = bank.load(place.model, place.data), Database(place.database)
    try:
        with database.cursor() as con:
            scope = Scope(WHOLE_BANK, start, end)
            there = query.contents(con, scope, ())
            if start is None and end is None and there.first and there.last:
                usual = periods.default(there.first, there.last, today)
                scope = scope.between(usual.start, usual.end)
            now = dt.datetime.now().astimezone()
            pdf = build(con, model, t, scope, Options(today, now, getpass.getuser()))
    finally:
        database.close()
    arguments.output.write_bytes(pdf)
    return len(pdf)


def _day(text: str | None, where: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Problem("report_date", where, {"value": text})) from error
