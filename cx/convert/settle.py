"""What our rules do not allow in a definition read from elsewhere is taken out and told: conditions that look ahead or
always say the same, texts that repeat an answer which is not there."""

from __future__ import annotations

import re
from typing import Any

from cx.convert.report import Report
from cx.survey import dump, expression, load
from cx.survey.schema import Survey
from cx.survey.values import shown
from cx.words import Problem, Refused

_CONDITIONS = ("show_if", "required_if", "rule", "if", "to", "when", "value", "eligible")
_TEXTS = ("title", "label", "help", "intro", "thanks", "message")
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
_PIPE = re.compile(r"\{\{\s*([\w.-]+)[^{}]*\}\}")
_JOINT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|&&|\|\||[?(){}\[\]]")
_OPTIONAL = ("show_if", "required_if", "eligible")
_EXTRA = frozenset(
    (
        *("help", "labels", "min", "max", "step", "decimals", "unit", "max_length", "min_choices", "max_choices"),
        *("not_applicable", "brand", "asks", "journey", "stage", "touchpoint", "links", "about", "purpose"),
        *("retention_days", "prefill", "opens", "closes", "embed", "kind", "quotas", "sampling", "intro", "thanks"),
        *("order", "shuffle"),
        *("exclusive", "fixed", "other", "required", "max_photos", "per_set", "long", "skip", "validate"),
    )
)
"""Keys that a definition can do without."""
_MOST_ROUNDS = 300
_ORDERED = ("survey_condition_order", "survey_skip_order")
_Way = tuple[tuple[str, int], ...]


def settled(definition: dict[str, Any], name: str, report: Report) -> tuple[dict[str, Any], Survey]:
    """The definition as our loader takes it, and the survey; what had to go is in the report.

    Raises :class:`Refused` when something else is wrong with it: too many questions, nothing to ask, …
    """
    _constants(definition, report)
    if not any(page["questions"] for page in _pages(definition)):
        raise Refused(Problem("convert_nothing", name))
    for _ in range(_MOST_ROUNDS):
        reading = load.read(dump.text(definition), name)
        if reading.survey:
            return definition, reading.survey
        errors = [problem for problem in reading.problems if problem.severity == "error"]
        if not _mend(definition, errors, report):
            raise Refused(*errors)
    raise Refused(Problem("convert_conditions", name))


def _constants(definition: dict[str, Any], report: Report) -> None:
    """A condition that always holds goes without saying; what never shows goes."""
    for page in _pages(definition):
        questions = []
        for question in page["questions"]:
            if "false" in (question.get("show_if"), page.get("show_if")):
                _lose(question, report)
                continue
            if question.get("required_if") == "true":
                question["required"] = True
            for key in ("show_if", "required_if"):
                if question.get(key) in ("true", "false"):
                    del question[key]
            if _without_hidden(question, report):
                questions.append(question)
            else:
                _lose(question, report)
        page["questions"] = questions
        if page.get("show_if") == "true":
            del page["show_if"]
    if "pages" in definition:
        definition["pages"] = [page for page in definition["pages"] if page["questions"]]


def _without_hidden(question: dict[str, Any], report: Report) -> bool:
    """Take out choices and rows that never show; False where too few are left to ask the question."""
    for key, least in (("choices", 2), ("rows", 1)):
        parts = question.get(key)
        if not parts:
            continue
        gone = [part for part in parts if part.get("show_if") == "false"]
        parts[:] = [part for part in parts if part not in gone]
        for part in parts:
            if part.get("show_if") == "true":
                del part["show_if"]
        if gone:
            names = ", ".join(str(part["id"]) for part in gone)
            report.dropped(_place(str(question["id"]), report), "parts_invisible", name=names[:200])
        if gone and len(parts) < least:
            return False
    return True


def _pages(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return definition.get("pages", [definition])


def _lose(question: dict[str, Any], report: Report) -> None:
    place = _place(str(question["id"]), report)
    report.left_out(place, question["id"])
    report.dropped(place, "invisible")


def _place(id: str, report: Report) -> str:
    """What they call the question of that id."""
    return next((place for place, ids in report.places.items() if id in ids), id)


def _mend(definition: dict[str, Any], errors: list[Problem], report: Report) -> bool:
    """Take out what is refused, the last first so that places stay right; False when nothing could be."""
    ways = {_way(problem): problem for problem in reversed(errors)}
    mended = False
    for (
        problem
    ) in errors:  # texts before conditions: with a condition its rule or question goes, and all behind move up
        way = _way(problem)
        if way and way[-1][0] in _TEXTS and problem.code.startswith("survey_pipe"):
            mended |= _unpipe(definition, way, problem, report)
    for way in sorted(filter(None, ways), reverse=True):
        if ways[way].code in _ORDERED:
            mended |= _unshuffle(definition, way, report)
        elif way[-1][0] in _CONDITIONS:
            _take_out(definition, way, ways[way], report)
            mended = True
    return mended or any(_without_key(definition, problem, report) for problem in errors)


def _without_key(definition: dict[str, Any], problem: Problem, report: Report) -> bool:
    """A key that may be absent goes where its value is refused; False for one that a question cannot do without."""
    way = _way(problem)
    if problem.code in ("survey_key", "survey_key_hint"):
        way = (*way, (str(problem.values["value"]), -1))
    names = [place for place, (key, _) in enumerate(way) if key in _EXTRA]
    if not names:
        return False
    holders, key = _holders(definition, way[: names[0] + 1]), way[names[0]][0]
    if not isinstance(holders[-1], dict) or key not in holders[-1]:
        return False
    gone = holders[-1].pop(key)
    _told(report, holders, way, "key_refused", name=key, value=shown(gone), problem=problem)
    return True


def _unshuffle(definition: dict[str, Any], way: _Way, report: Report) -> bool:
    """The logic of a page goes before its random order."""
    page = definition["pages"][way[0][1]] if way[0][0] == "pages" else definition
    found = [one for one in (page, *_pages(definition)) if one.pop("order", None) or one.pop("shuffle", None)][:1]
    for _ in found:
        report.dropped("", "random_page", page=way[0][1] + 1)
    return bool(found)


def _way(problem: Problem) -> _Way:
    """``pages[2].questions[3].show_if`` as steps; a step without a number has -1."""
    path = problem.where.rpartition(" ")[2]
    return tuple((key, int(number) - 1 if number else -1) for key, number in _STEP.findall(path))


def _holders(definition: dict[str, Any], way: _Way) -> list[Any]:
    """What lies on the way: the definition, each list and each entry of it, down to what holds the last step."""
    found: list[Any] = [definition]
    for key, number in way[:-1]:
        found.append(found[-1][key])
        if number >= 0:
            found.append(found[-1][number])
    return found


def _named(holders: list[Any], report: Report) -> str:
    """The place as people know it: the question, else the title of the page."""
    question = next((at for at in holders if isinstance(at, dict) and "type" in at), None)
    if question:
        return _place(str(question["id"]), report)
    title = holders[-1].get("title") if isinstance(holders[-1], dict) else ""
    return next(iter(title.values()), "") if isinstance(title, dict) else str(title or "")


def _told(report: Report, holders: list[Any], way: _Way, code: str, /, **values: object) -> str:
    """Tell a loss; a page without a title is told by its number. Gives the place."""
    place = _named(holders, report)
    page = {} if place or way[0][0] != "pages" else {"page": way[0][1] + 1}
    report.dropped(place, code, **page, **values)
    return place


def _take_out(definition: dict[str, Any], way: _Way, problem: Problem, report: Report) -> None:
    """A condition goes; with it the rule, skip, quota or computed question that is nothing without it."""
    holders, last = _holders(definition, way), way[-1][0]
    if last not in holders[-1]:
        return
    at = holders[-1]
    part = "if" if last == "to" else last
    kept, gone = _parted(str(at[part]), str(problem.values.get("name", ""))) if last in _OPTIONAL else ("", at[part])
    place = _told(report, holders, way, "condition_refused", part=part, expression=gone, problem=problem)
    if kept:
        at[last] = kept
        return
    if last in _OPTIONAL:
        del at[last]
        return
    entries = holders[-2]
    entries.remove(at)
    if last == "value":
        report.left_out(place, at["id"])
    for key in ("validate", "skip", "quotas"):
        if holders[-3].get(key) == []:
            del holders[-3][key]


def _parted(condition: str, name: str) -> tuple[str, str]:
    """Of conditions that all have to hold: those that do not mention a name, and those that do."""
    parts, depth, start = [], 0, 0
    for match in _JOINT.finditer(condition):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(match.group(), 0)
        if match.group() in ("||", "?") and depth == 0:
            return "", condition
        if match.group() == "&&" and depth == 0:
            parts.append(condition[start : match.start()].strip())
            start = match.end()
    parts.append(condition[start:].strip())
    gone = [part for part in parts if name in expression.compile(part).names]
    if not gone:
        return "", condition
    return " && ".join(part for part in parts if part not in gone), " && ".join(gone)


def _unpipe(definition: dict[str, Any], way: _Way, problem: Problem, report: Report) -> bool:
    """Three dots stand for the answer that a text cannot repeat."""
    holders, key = _holders(definition, way), way[-1][0]
    name = problem.values.get("value", problem.values.get("name"))
    said = holders[-1].get(key)
    texts = dict(said) if isinstance(said, dict) else {"": str(said)}
    changed = {
        lang: _PIPE.sub(lambda found: "…" if shown(found.group(1)) == name else found.group(), text)
        for lang, text in texts.items()
    }
    holders[-1][key] = changed if isinstance(said, dict) else changed[""]
    _told(report, holders, way, "piping", name=name)
    return changed != texts
