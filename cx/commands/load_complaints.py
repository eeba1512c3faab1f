"""``python -m cx load-complaints FILE --mapping M.yaml``: complaints of another system become cases."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
from typing import Any

from cx.commands import _loading
from cx.words import Problem, Refused, Translator


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("load-complaints", help="load a file of complaints as cases (docs/cases.md)")
    _loading.arguments(parser, mapping_required=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 loaded or unchanged, 1 refused."""
    return _loading.told(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    from cx.act.cases import importing
    from cx.bank import rules
    from cx.intake import complaints
    from cx.intake.reading import tabular
    from cx.measure.scope import WHOLE_BANK
    from cx.store.place import ROOT

    mapping, t = _mapping(_loading.mapping_data(arguments)), Translator(arguments.lang)
    with _loading.opened_place(arguments) as (db, place, model):
        with tabular.opened(arguments.file, arguments.file.name) as table:
            checked = complaints.check(table, mapping, model)
        if checked.total:
            raise Refused(*(row.problem for row in checked.problems[: _loading.SHOWN]))
        if arguments.check:
            print(json.dumps({"loaded": False, "total": 0}) if arguments.json else t("upload.cli_checked"))
            return 0
        done = importing.load(
            db, checked, getpass.getuser(), rights=WHOLE_BANK, rules=rules.load(place.model, ROOT / "data" / "model"),
            now=dt.datetime.now(dt.UTC).replace(tzinfo=None),
        )  # fmt: skip
    print(json.dumps(vars(done)) if arguments.json else t("upload.cases_loaded", **vars(done)))
    return 0


def _mapping(data: Any) -> Any:
    """``columns: {id: …, received: …, status: …}``, ``still_open: […]``, ``late: […]``, ``source``, ``order``."""
    from cx.intake.complaints import ComplaintMapping

    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise Refused(Problem("complaints_columns", "", {"missing": "columns"}))
    columns = {str(name): str(header) for name, header in data["columns"].items()}
    words = (frozenset(map(str, data.get(key) or ())) for key in ("still_open", "late"))
    return ComplaintMapping(columns, *words, str(data.get("source") or "complaints"), data.get("order"))
