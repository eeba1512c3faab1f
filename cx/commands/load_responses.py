"""``python -m cx load-responses FILE --mapping M.yaml``: check another tool's responses and load them whole."""

from __future__ import annotations

import argparse
from pathlib import Path

from cx.commands import _loading


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("load-responses", help="load a CSV or XLSX file of responses from another tool")
    _loading.arguments(parser, mapping_required=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 loaded or unchanged, 1 refused."""
    return _loading.told(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    from cx.intake import import_load, imports, response_mapping
    from cx.intake.reading import tabular

    data = _loading.mapping_data(arguments)
    _with_journeys(data, arguments.mapping)
    mapping = response_mapping.response_mapping(data)
    with (
        _loading.opened_place(arguments) as (db, place, model),
        tabular.opened(
            arguments.file, arguments.file.name, mapping.reading.options, _loading.progress(arguments)
        ) as table,
    ):
        checked = imports.check(table, mapping, model, _loading.today(), _loading.progress(arguments))
        return _loading.finish(
            arguments, checked, lambda by, now: import_load.load_responses(db, checked, by, now, place.data)
        )


def _with_journeys(data: object, mapping: Path) -> None:
    """Take in the model file that a mapping names, found beside it."""
    if isinstance(data, dict) and isinstance(data.get("model"), str):
        model = _loading.read_yaml(mapping.parent / data.pop("model"))
        if isinstance(model, dict):
            data["journeys"] = [*(data.get("journeys") or ()), *(model.get("journeys") or ())]
