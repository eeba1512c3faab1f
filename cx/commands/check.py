"""``python -m cx check [FILE…]``: is a survey definition sound? Every problem with line, cause and cure."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from cx.bank import model as bank
from cx.store.place import Place
from cx.survey import load
from cx.survey.load import Reading
from cx.words import LANGUAGES, Problem, Refused, Translator


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("check", help="check survey definitions: every problem with line, cause and cure")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files or folders (default: all surveys)")
    add_output(parser)
    parser.set_defaults(run=run)


def add_output(parser: argparse.ArgumentParser) -> None:
    """``--lang`` and ``--json``."""
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=language(), help="language of the messages (default: LANG)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def language() -> str:
    """Chinese where the terminal's locale is Chinese, else English."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def run(arguments: argparse.Namespace) -> int:
    """0 all sound (warnings may be told), 1 an error found, 2 no such file."""
    t = Translator(arguments.lang)
    place = Place.from_environment()
    files = _files(arguments.files or [place.surveys])
    absent = [file for file in files if not file.is_file()]
    if absent or not files:
        names = ", ".join(map(str, absent or arguments.files or [place.surveys]))
        print(t("survey.no_such_file", names=names), file=sys.stderr)
        return 2
    touchpoints = known_touchpoints(place)
    found = {file: load.read_file(file, touchpoints) for file in files}
    found = _same_ids(found)
    if arguments.json:
        print(json.dumps([_plain(file, reading, t) for file, reading in found.items()], ensure_ascii=False, indent=1))
    else:
        for file, reading in found.items():
            _print(file, reading, t)
    return int(any(reading.survey is None for reading in found.values()))


def known_touchpoints(place: Place) -> frozenset[str] | None:
    """Touchpoint ids of the bank's model; None (nothing is warned about) where there is no usable model."""
    try:
        journeys = bank.load(place.model, place.data).journeys.values()
    except Refused:
        return None
    return frozenset(touchpoint.id for j in journeys for stage in j.stages for touchpoint in stage.touchpoints) or None


def _files(given: Iterable[Path]) -> list[Path]:
    """The files, and those of the folders, each once."""
    found: list[Path] = []
    for path in given:
        inside = (
            [file for file in sorted(path.iterdir()) if file.suffix in (".yaml", ".yml")] if path.is_dir() else [path]
        )
        found += inside
    return list(dict.fromkeys(found))


def _same_ids(found: dict[Path, Reading]) -> dict[Path, Reading]:
    """Two files with one id: the later one is refused, as the shelf does."""
    first: dict[str, Path] = {}
    told: dict[Path, Reading] = {}
    for file, reading in found.items():
        other = first.setdefault(reading.survey.id, file) if reading.survey else file
        if reading.survey and other != file and other.parent == file.parent:
            problem = Problem("survey_same_id", f"{file.name}:1", {"id": reading.survey.id, "file": other.name}, line=1)
            reading = Reading(None, (*reading.problems, problem))
        told[file] = reading
    return told


def _print(file: Path, reading: Reading, t: Translator) -> None:
    print(f"{file}: {summary(reading.problems, t)}")
    for problem in reading.problems:
        print(f"  {t(f'survey.{problem.severity}')} {problem.tell(t)}")


def summary(problems: Sequence[Problem], t: Translator) -> str:
    """How many errors and warnings, in words."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if not problems:
        return t("survey.sound")
    return t("survey.errors", n=errors) if not warnings else t("survey.errors_warnings", n=errors, m=warnings)


def _plain(file: Path, reading: Reading, t: Translator) -> dict[str, object]:
    survey = reading.survey
    return {
        "file": str(file),
        "survey": {"id": survey.id, "version": survey.version, "digest": survey.digest} if survey else None,
        "problems": plain(reading.problems, t),
    }


def plain(problems: Collection[Problem], t: Translator) -> list[dict[str, object]]:
    """Problems as JSON."""
    return [
        {
            "line": p.line, "where": p.where, "severity": p.severity, "code": p.code, "what": p.what(t),
            "try": p.cure(t),
        }
        for p in problems
    ]  # fmt: skip
