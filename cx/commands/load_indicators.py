"""``python -m cx load-indicators FILE``: check a file of indicators and load it, whole or not at all."""

from __future__ import annotations

import argparse

from cx.commands import _loading


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("load-indicators", help="load a CSV or XLSX file of indicators")
    _loading.arguments(parser)
    parser.add_argument("--source", help="name of the source; by default from the file name")
    parser.add_argument("--sheet", help="sheet of a workbook")
    parser.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help="for dates like 5/1/2026")
    parser.add_argument("--decimal", choices=("dot", "comma"), help="decimal sign, for numbers like 1,234")
    parser.add_argument(
        "--shares", choices=("yes", "no"), help="whether 0.123 means 12.3%%, for indicators in per cent"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 loaded or unchanged, 1 refused."""
    return _loading.told(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    from dataclasses import replace

    from cx.intake import indicators, mappings, suggest, tabular, uploads

    with _loading.opened_place(arguments) as (db, place, model):
        data = _loading.mapping_data(arguments)
        mapping = mappings.indicator_mapping(data) if data is not None else None
        reading = mapping.reading if mapping else mappings.Reading(sheet=arguments.sheet)
        with tabular.opened(
            arguments.file, arguments.file.name, reading.options, _loading.progress(arguments)
        ) as table:
            if mapping is None:
                mapping = _loading.known_or_suggested(db, arguments, table, suggest.indicators(table, model))
            said = {"date_order": arguments.date_order, "decimal": arguments.decimal, "sheet": arguments.sheet}
            said = {name: value for name, value in said.items() if value is not None}
            if arguments.shares:
                said["shares"] = arguments.shares == "yes"
            mapping = replace(mapping.with_reading(**said), source=arguments.source or mapping.source)
            checked = indicators.check(table, mapping, model, _loading.today(), _loading.progress(arguments))
            return _loading.finish(arguments, checked, lambda by, now: uploads.load_indicators(db, checked, by, now))
