"""From another tool's file to a survey of ours: recognise it, read it, settle what our rules do not allow, say so."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

from cx.convert.jsonfile import parsed as parsed
from cx.convert.report import Loss, Report
from cx.convert.settle import settled
from cx.survey import dump
from cx.survey.schema import Survey
from cx.words import LANGUAGES, Problem, Refused, Translator

LARGEST = 20_000_000
"""Bytes of a file that is looked at."""

Definition = dict[str, Any]
"""A definition as plain dicts and lists, as ``docs/survey-format.md`` describes it."""

NPS_CHOICES = ("relational", "transactional")
"""Kinds of NPS that a converted survey may be of at once; for a competitive one each question has to name a bank."""

SOURCES = ("xlsform", "surveyjs", "lss", "qsf", "formbricks")
"""Tools that are read, each by ``read(data, name, report) -> Definition`` of the module of that name."""


@dataclass(frozen=True)
class Converted:
    """A definition of another tool as ours: ``text`` is the YAML, ``carried`` of ``questions`` stand in it.

    ``places`` says under which of our ids each question of theirs stands (none: lost).
    """

    text: str
    survey: Survey
    losses: tuple[Loss, ...]
    questions: int
    carried: int
    source: str
    places: Mapping[str, tuple[str, ...]]
    nps_assumed: bool = False
    """Whether the kind of NPS is a guess: the file says none, and nobody else did. The text says so above it."""


def convert(data: bytes, name: str, title: str | None = None, nps_kind: str | None = None) -> Converted:
    """Read another tool's definition. ``name`` is the file's name; ``title`` replaces the title found in it;
    ``nps_kind`` is one of :data:`NPS_CHOICES` where somebody knows it.

    Raises :class:`Refused` for a file of no known tool, and for one that its own tool would refuse.
    """
    data = _in_utf8(data)
    source = recognise(data, name)
    reader: Callable[[bytes, str, Report], Definition] = import_module(f"cx.convert.{source}").read
    report = Report()
    try:
        definition = reader(data, name, report)
        if title:
            definition["title"] = title
        assumed = _of_kind(definition, nps_kind, report)
        definition, survey = settled(definition, name, report)
    except RecursionError as error:
        raise Refused(Problem("convert_deep", name)) from error
    text = _marked(dump.text(definition)) if assumed else dump.text(definition)
    return Converted(
        text, survey, report.labelled(survey), report.questions, report.kept, source, report.places, assumed
    )


def _of_kind(definition: Definition, nps_kind: str | None, report: Report) -> bool:
    """Say which NPS is asked for; no other tool does. True where that is a guess."""
    pages = definition.get("pages", [definition])
    if not any(question["type"] == "nps" for page in pages for question in page["questions"]):
        return False
    if nps_kind:
        definition["nps_kind"] = nps_kind
    if "nps_kind" in definition:
        return False
    definition["nps_kind"] = NPS_CHOICES[0]
    report.approximated("", "nps_kind")
    return True


def _marked(text: str) -> str:
    """The text with a warning above the kind of NPS, for whoever reads the file."""
    told = "".join(f"# {Translator(lang)('convert.nps_assumed')}\n" for lang in LANGUAGES)
    return re.sub(r"^nps_kind:", lambda found: told + found.group(), text, count=1, flags=re.MULTILINE)


def _in_utf8(data: bytes) -> bytes:
    """A text in UTF-16 as UTF-8; whatever else as it is."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    text = data.decode("utf-16", "replace")
    return re.sub(r"(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", r"\1", text, count=1).encode("utf-8", "replace")


def recognise(data: bytes, name: str) -> str:
    """Which tool a file is of, by its content, then by its name."""
    data = _in_utf8(data)
    if len(data) > LARGEST:
        raise Refused(Problem("convert_large", name, {"limit": LARGEST // 1_000_000}))
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or _is_workbook(data):
        return "xlsform"
    if head.startswith(b"<") and b"LimeSurveyDocType" in data[:4096]:
        return "lss"
    if head.startswith((b"{", b"[")):
        return _json(data, name)
    if name.lower().endswith(".md") and re.search(rb"^\s*\|\s*survey\s*\|", data, re.MULTILINE | re.IGNORECASE):
        return "xlsform"
    raise Refused(Problem("convert_unknown", name))


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(entry.startswith("xl/") for entry in archive.namelist())
    except (zipfile.BadZipFile, ValueError):
        return False


def _json(data: bytes, name: str) -> str:
    found = parsed(data, name)
    if isinstance(found, dict):
        if "SurveyElements" in found and "SurveyEntry" in found:
            return "qsf"
        if any(map(_is_formbricks, (found, *found.values()))):
            return "formbricks"
        if {"pages", "elements", "questions"} & set(found):
            return "surveyjs"
    raise Refused(Problem("convert_unknown", name))


def _is_formbricks(found: object) -> bool:
    """A template, or blocks, or questions with a ``headline``: no other tool says so."""
    if not isinstance(found, dict):
        return False
    questions = found.get("questions")
    headed = isinstance(questions, list) and any(isinstance(q, dict) and "headline" in q for q in questions)
    return headed or isinstance(found.get("preset"), dict) or isinstance(found.get("blocks"), list)
