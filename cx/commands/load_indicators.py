"""``python -m cx load-indicators FILE``: check a file of indicators and load it, whole or not at all."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.commands import _loading
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model
    from cx.intake.indicators import Checked
    from cx.intake.mappings import IndicatorMapping
    from cx.intake.reading.tabular import Table
    from cx.store.database import Database


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
    parser.add_argument("--year", type=int, help="for months without a year, such as 1月")
    parser.add_argument("--period", help="of the whole file, where no column holds it, such as 2026-03")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 loaded or unchanged, 1 refused."""
    return _loading.told(arguments, _run)


def _run(arguments: argparse.Namespace) -> int:
    from cx.intake import indicators, mappings, raw, suggest, uploads
    from cx.intake.reading import tabular

    with _loading.opened_place(arguments) as (db, place, model):
        data = _loading.mapping_data(arguments)
        mapping = mappings.indicator_mapping(data) if data is not None else None
        reading = mapping.reading if mapping else mappings.Reading(sheet=arguments.sheet)
        with tabular.opened(
            arguments.file, arguments.file.name, reading.options, _loading.progress(arguments)
        ) as table:
            if mapping is None:
                suggested = suggest.indicators(table, model)
                raw.refuse(table, suggested, model)
                mapping = _known(db, arguments, table, suggested)
            mapping = _said(arguments, mapping)
            checked = indicators.check(table, mapping, model, _loading.today(), _loading.progress(arguments))
            _tell(arguments, checked, model)
            return _loading.finish(arguments, checked, lambda by, now: uploads.load_indicators(db, checked, by, now))


def _known(db: Database, arguments: argparse.Namespace, table: Table, suggested: IndicatorMapping) -> IndicatorMapping:
    """The mapping remembered for the source when it fits the file, else the suggested one."""
    from cx.intake import mappings, suggest, uploads

    with db.cursor() as con:
        data = uploads.remembered(con, "indicators", arguments.source or suggested.source)
    known = suggest.remembered(data, suggested, table.headers) if data is not None else None
    return known or mappings.indicator_mapping(json.loads(suggested.to_json()))


def _said(arguments: argparse.Namespace, mapping: IndicatorMapping) -> IndicatorMapping:
    """The mapping with what the command line says."""
    names = ("date_order", "decimal", "sheet", "year", "period")
    said = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if arguments.shares:
        said["shares"] = arguments.shares == "yes"
    return replace(mapping.with_reading(**said), source=arguments.source or mapping.source)


def _tell(arguments: argparse.Namespace, checked: Checked, model: Model) -> None:
    """What was left out, converted or not known, on the way to machines' output."""
    from cx.intake.reading import left_out

    t = Translator(arguments.lang)
    lines = [t(f"upload.notice_{one.code}", **one.values) for one in checked.notices]
    for one in checked.conversions:
        name = model.label("indicator", one.indicator, t)
        lines.append(t("upload.converted", name=name, said=one.said, unit=one.unit, factor=one.shown))
    unused = [h for h in checked.table.headers if h not in checked.mapping.headers() and not left_out.is_derived(h)]
    if unused:
        lines.append(t("upload.unused", names=("、" if t.lang == "zh" else ", ").join(unused)))
    for one in checked.unknown:
        near = " / ".join(model.label(one.role, id, t) for id in one.near) or "–"
        lines.append(t("upload.cli_unknown", role=one.role, name=one.text, rows=t.number(one.rows), near=near))
    for line in lines:
        print(line, file=sys.stderr)
