"""``python -m cx walk SURVEY ANSWERS.json``: which questions each page asks for these answers, and what is wrong."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from cx.commands.check import add_output, plain
from cx.store.place import Place
from cx.survey import arrange, flow, load, piping
from cx.survey.schema import Survey
from cx.words import Problem, Translator

LARGEST = 5_000_000


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("walk", help="walk through a survey with given answers")
    parser.add_argument("survey", help="a definition file or the id of a survey")
    parser.add_argument(
        "answers", type=Path, metavar="ANSWERS.json",
        help='{"question id": answer, …}; a list for several choices, {"row": answer, …} for answers in parts',
    )  # fmt: skip
    parser.add_argument("--seed", help="walk in one respondent's order (any text; the same text, the same order)")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 the answers are complete, 1 something is wrong with them or with the definition, 2 no such survey or file."""
    t = Translator(arguments.lang)
    path = _find(arguments.survey)
    if path is None:
        known = ", ".join(sorted(file.stem for file in Place.from_environment().surveys.glob("*.y*ml"))) or "–"
        return _refuse(2, [Problem("survey_unknown", values={"id": arguments.survey, "known": known})], t)
    reading = load.read_file(path)
    if reading.survey is None:
        return _refuse(1, reading.problems, t)
    try:
        values = _answers(arguments.answers)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        return _refuse(2, [Problem("survey_answers_file", str(arguments.answers), {"detail": detail[:160]})], t)
    survey = arrange.arranged(reading.survey, arguments.seed) if arguments.seed else reading.survey
    return _walk(survey, values, t, arguments.json)


def _find(name: str) -> Path | None:
    """A file of that name, else the file that defines the survey of that id."""
    path = Path(name)
    if path.is_file():
        return path
    files = sorted(Place.from_environment().surveys.glob("*.y*ml"))
    named = sorted(files, key=lambda file: file.stem != name)
    return next((file for file in named if (survey := load.read_file(file).survey) and survey.id == name), None)


def _answers(path: Path) -> Mapping[str, object]:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"> {LARGEST} bytes")
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    return values


def _refuse(code: int, problems: list[Problem] | tuple[Problem, ...], t: Translator) -> int:
    for problem in problems:
        print(problem.tell(t), file=sys.stderr)
    return code


def _walk(survey: Survey, values: Mapping[str, object], t: Translator, as_json: bool) -> int:
    parsed = flow.from_json(survey, values)
    hidden = {question.id for question in survey.questions}
    pages = [flow.visible(survey, page, parsed.answers) for page in range(len(survey.pages))]
    hidden -= {question.id for shows in pages for question in shows}
    unread = {id: problem for id, problem in parsed.problems.items() if id not in hidden}
    problems = flow.problems(survey, parsed.answers) | unread
    final = flow.to_json(flow.complete(survey, parsed.answers))
    hits = flow.hits(survey, parsed.answers)
    if as_json:
        asked = [[question.id for question in shows] for shows in pages]
        told = {id: plain([problem], t)[0] for id, problem in problems.items()}
        found = {"pages": asked, "problems": told, "answers": final, **({"quotas": hits} if survey.quotas else {})}
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return int(bool(problems))
    counted = flow.complete(survey, parsed.answers)
    for number, shows in enumerate(pages, 1):
        title = piping.fill(survey.pages[number - 1].title, survey, counted, t)
        print(t("survey.page", n=number, title=title).rstrip() if shows else t("survey.page_skipped", n=number))
        for question in survey.pages[number - 1].questions:
            if question in shows:
                _tell(question.id, piping.fill(question.label, survey, counted, t), final, problems, t)
            elif question.type == "computed" and question.id in final:
                _tell(question.id, t("survey.computed"), final, problems, t)
    for id in sorted(set(problems) - {question.id for shows in pages for question in shows}):
        print(f"! {id}: {problems[id].tell(t)}")
    if hits:
        print(t("survey.quotas_hit", ids=", ".join(hits)))
    print(t("survey.final", answers=json.dumps(final, ensure_ascii=False)))
    return int(bool(problems))


def _tell(
    id: str, label: str, final: Mapping[str, object], problems: Mapping[str, Problem], t: Translator
) -> None:  # fmt: skip
    answer = json.dumps(final[id], ensure_ascii=False) if id in final else "–"
    print(f"  {id}: {label} → {answer}")
    if id in problems:
        print(f"    ! {problems[id].tell(t)}")
