"""``python -m cx coverage``: which touchpoints are measured, which links of questions to indicators are wrong."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import TYPE_CHECKING

from cx.commands.check import add_output
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.coverage import Map


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("coverage", help="touchpoints with survey, indicator, both or nothing; wrong links")
    parser.add_argument("--least", type=float, metavar="PERCENT", help="exit code 1 below this share of touchpoints")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 sound, 1 a link leads nowhere, too little is measured or the model cannot be used. Needs no database."""
    from cx.bank import model as bank
    from cx.insight import coverage
    from cx.store.place import Place
    from cx.survey import load

    t, place = Translator(arguments.lang), Place.from_environment()
    model = bank.load(place.model, place.data)
    read = (load.read_file(file).survey for file in sorted(place.surveys.glob("*.y*ml")))
    today = dt.date.today()
    found = coverage.chart(model, [survey for survey in read if survey is not None and survey.is_open(today)])
    share = 100 * found.measured / len(found.cells) if found.cells else 0.0
    if arguments.json:
        print(_json(found, share))
    else:
        _print(found, t)
    short = arguments.least is not None and share < arguments.least
    return int(short or any(finding.error for finding in found.findings))


def _json(found: Map, share: float) -> str:
    signals = {signal: found.count(signal) for signal in ("both", "survey", "indicator", "none")}
    cells = [
        {
            "journey": cell.place[0], "stage": cell.place[1], "touchpoint": cell.place[2], "signal": cell.signal,
            "questions": [".".join(one.key) for one in cell.asked], "indicators": list(cell.indicators),
        }
        for cell in found.cells
    ]  # fmt: skip
    findings = [
        {
            "code": f.code, "severity": "error" if f.error else "warning", "place": list(f.place or ()),
            "survey": f.survey, "question": f.question, "names": list(f.names),
        }
        for f in found.findings
    ]  # fmt: skip
    whole = {"touchpoints": len(found.cells), "measured": found.measured, "percent": round(share, 1), **signals}
    return json.dumps({**whole, "cells": cells, "findings": findings}, ensure_ascii=False, indent=1)


def _print(found: Map, t: Translator) -> None:
    signals = {signal: found.count(signal) for signal in ("both", "survey", "indicator", "none")}
    print(t("coverage.answer", n=len(found.cells), measured=found.measured, **signals))
    for finding in found.findings:
        place = "/".join(part for part in finding.place or () if part)
        about = [f"{finding.survey}.{finding.question}" if finding.survey else place, ", ".join(finding.names)]
        kind = t("coverage.cli_error" if finding.error else "coverage.cli_note")
        print(f"{kind} {t(f'coverage.lint_{finding.code}')}: {' → '.join(part for part in about if part)}")
