"""What both loading commands share: arguments, the place, progress and the telling of results."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cx.commands.check import add_output
from cx.words import Problem, Refused, Translator

if TYPE_CHECKING:
    from cx.bank.model import Model
    from cx.intake.imports import CheckedResponses
    from cx.intake.indicators import Checked
    from cx.intake.rows import Progress
    from cx.intake.uploads import Loaded
    from cx.store.database import Database
    from cx.store.place import Place

SHOWN = 20


def arguments(parser: argparse.ArgumentParser, mapping_required: bool = False) -> None:
    """Arguments of both commands."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--mapping", type=Path, required=mapping_required, metavar="M.yaml", help="see docs/uploads.md")
    parser.add_argument("--check", action="store_true", help="check only, load nothing")
    parser.add_argument("--report", type=Path, metavar="OUT.csv", help="write the row-level problems there")
    add_output(parser)


def told(given: argparse.Namespace, run: Callable[[argparse.Namespace], int]) -> int:
    """Run, and tell what was refused; 1 then."""
    try:
        return run(given)
    except Refused as refused:
        t = Translator(given.lang)
        if given.json:
            print(json.dumps({"loaded": False, "problems": [p.tell(t) for p in refused.problems]}, ensure_ascii=False))
        for problem in refused.problems:
            print(problem.tell(t), file=sys.stderr)
        return 1


@contextmanager
def opened_place(given: argparse.Namespace) -> Iterator[tuple[Database, Place, Model]]:
    """The database and model of ``CX_DATA``. Raises :class:`Refused` while another cx holds it, or without the file."""
    from cx.bank import model
    from cx.store.database import Database
    from cx.store.place import Place

    if not given.file.is_file():
        raise Refused(Problem("upload_no_file", str(given.file)))
    place = Place.from_environment()
    bank = model.load(place.model, place.data)
    db = Database(place.database)
    try:
        yield db, place, bank
    finally:
        db.close()


def mapping_data(given: argparse.Namespace) -> Any:
    """The content of ``--mapping``, or None without one."""
    return None if given.mapping is None else read_yaml(given.mapping)


def read_yaml(path: Path) -> Any:
    """A YAML file. Raises :class:`Refused`: ``upload_no_file``, or as :func:`cx.intake.mappings.from_yaml`."""
    from cx.intake import mappings

    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(Problem("upload_no_file", str(path))) from error
    return mappings.from_yaml(content, str(path))


def progress(given: argparse.Namespace) -> Progress:
    """A line that moves on a terminal; nothing otherwise."""
    t = Translator(given.lang)

    def show(fraction: float, key: str) -> None:
        if sys.stderr.isatty() and not given.json:
            print(f"\r{t(key)} {fraction:4.0%}", end="\n" if fraction >= 1 else "", file=sys.stderr, flush=True)

    return show


def today() -> dt.date:
    """The bank's day: that of the machine."""
    return dt.date.today()


def finish(
    given: argparse.Namespace, checked: Checked | CheckedResponses, load: Callable[[str, dt.datetime], Loaded]
) -> int:
    """Tell the row-level problems, or load."""
    from cx.intake import uploads

    t = Translator(given.lang)
    if given.report:
        given.report.write_bytes(uploads.error_report(checked.problems, t))
    if checked.total:
        lines = [
            {"row": p.row, "column": p.column, "value": p.value, "what": p.problem.what(t), "try": p.problem.cure(t)}
            for p in checked.problems
        ]
        if given.json:
            print(json.dumps({"loaded": False, "total": checked.total, "problems": lines}, ensure_ascii=False))
        else:
            print(t("upload.failed", count=t.number(checked.total)), file=sys.stderr)
            for line in lines[:SHOWN]:
                print(
                    t("upload.cli_row", row=line["row"], column=line["column"]),
                    line["what"],
                    line["try"],
                    file=sys.stderr,
                )
            if given.report:
                print(t("upload.cli_report", path=given.report), file=sys.stderr)
        return 1
    if given.check:
        print(json.dumps({"loaded": False, "total": 0}) if given.json else t("upload.cli_checked"))
        return 0
    done = load(getpass.getuser(), dt.datetime.now(dt.UTC).replace(tzinfo=None))
    if given.json:
        print(
            json.dumps(
                {"loaded": not done.unchanged, "upload": done.upload_id, "rows": done.rows, "replaced": done.replaced}
            )
        )
    else:
        key = "upload.unchanged" if done.unchanged else "upload.loaded"
        print(t(key, rows=t.number(done.rows), replaced=t.number(done.replaced)) if not done.unchanged else t(key))
    return 0
