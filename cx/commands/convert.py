"""``python -m cx convert FILE``: another tool's definition as ours, or ours for another tool; losses are told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cx.commands.check import add_output, plain
from cx.convert import LARGEST, NPS_CHOICES, Converted, Loss, Report, convert, to_surveyjs, to_xlsform
from cx.survey import load
from cx.survey.schema import Survey
from cx.words import Refused, Translator

TARGETS: Mapping[str, tuple[Callable[[Survey, Report], bytes], str]] = {
    "surveyjs": (to_surveyjs.write, ".json"),
    "xlsform": (to_xlsform.write, ".xlsx"),
}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("convert", help="convert a survey definition from another tool, or to one")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="XLSForm, SurveyJS, LimeSurvey, Qualtrics, Formbricks, or ours"
    )
    parser.add_argument("--to", choices=tuple(TARGETS), help="write one of ours for this tool")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="file to write (default: standard output)")
    parser.add_argument("--title", help="the title of the survey, in place of the one in the file")
    parser.add_argument("--nps-kind", choices=NPS_CHOICES, help="which NPS is asked for; no other tool's file says so")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when anything was lost")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 converted, 1 refused (or something was lost and ``--strict``), 2 no such file or nowhere to write to."""
    t = Translator(arguments.lang)
    try:
        with arguments.file.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        return _wrong(t("convert.no_file", name=arguments.file, detail=error.strerror or str(error)))
    if arguments.to == "xlsform" and arguments.output is None and sys.stdout.isatty():
        return _wrong(t("convert.no_output"))
    try:
        if arguments.to:
            return _out(arguments, data, t)
        return _in(arguments, convert(data, arguments.file.name, arguments.title, arguments.nps_kind), t)
    except Refused as refused:
        if arguments.json:
            print(json.dumps({"problems": plain(refused.problems, t)}, ensure_ascii=False, indent=1))
        else:
            for problem in refused.problems:
                print(problem.tell(t), file=sys.stderr)
        return 1


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _in(arguments: argparse.Namespace, found: Converted, t: Translator) -> int:
    head = t(
        "convert.told", source=t(f"convert.format_{found.source}"), questions=found.questions, carried=found.carried,
        losses=len(found.losses),
    )  # fmt: skip
    told = {
        "source": found.source, "questions": found.questions, "carried": found.carried, "places": found.places,
        "survey": found.survey.id,
    }  # fmt: skip
    return _told(arguments, found.text.encode(), head, found.losses, told, t)


def _out(arguments: argparse.Namespace, data: bytes, t: Translator) -> int:
    reading = load.read_bytes(data, arguments.file.name)
    if reading.survey is None:
        raise Refused(*(problem for problem in reading.problems if problem.severity == "error"))
    report = Report()
    written = TARGETS[arguments.to][0](reading.survey, report)
    head = t(
        "convert.told_out", target=t(f"convert.format_{arguments.to}"), questions=report.questions,
        losses=len(report.losses),
    )  # fmt: skip
    told = {"target": arguments.to, "questions": report.questions, "survey": reading.survey.id}
    return _told(arguments, written, head, report.losses, told, t)


def _told(
    arguments: argparse.Namespace, written: bytes, head: str, losses: Sequence[Loss], told: Mapping[str, object],
    t: Translator,
) -> int:  # fmt: skip
    """Write the definition, then say what became of it: JSON on standard output where that is free, else in words."""
    if arguments.output:
        try:
            arguments.output.write_bytes(written)
        except OSError as error:
            return _wrong(t("convert.no_file", name=arguments.output, detail=error.strerror or str(error)))
    elif not arguments.json:
        sys.stdout.buffer.write(written)
        sys.stdout.flush()
    if arguments.json:
        text = {} if arguments.output or arguments.to == "xlsform" else {"text": written.decode()}
        listed = [
            {"kind": loss.kind, "place": loss.place or loss.where(t), "code": loss.code, "what": loss.tell(t)}
            for loss in losses
        ]
        print(json.dumps({**told, "losses": listed, **text}, ensure_ascii=False, indent=1))
    else:
        print(head, file=sys.stderr)
        for loss in losses:
            print(f"  {t(f'convert.{loss.kind}')} {loss.tell(t)}", file=sys.stderr)
    return int(bool(arguments.strict and losses))
