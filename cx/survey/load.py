"""From YAML to a survey: reports everything wrong at once, each problem with line, place, cause and cure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from cx.survey import asking, dump, logic, types
from cx.survey.audience import AFTER_ALL, read_quotas, read_sampling
from cx.survey.questions import ORDERS, Slot, read_question
from cx.survey.reading import Condition, Fields, Notes
from cx.survey.schema import DIMENSIONS, KINDS, NPS_KINDS, Page, Question, Survey, Text
from cx.survey.tree import LARGEST, grow
from cx.words import LANGUAGES, Problem

SURVEY_KEYS = (
    "id", "version", "kind", "title", "intro", "thanks", "nps_kind", "about", "purpose", "retention_days", "prefill",
    "opens", "closes", "embed", "quotas", "sampling", "questions", "pages",
)  # fmt: skip
PAGE_KEYS = ("title", "show_if", "order", "shuffle", "questions")
ABOUT_KEYS = ("business_line", "journey", "stage", "touchpoint")
MOST_QUESTIONS = 1_000
_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_VERSION = r"\d{1,5}\.\d{1,5}\.\d{1,5}"
_NAME = r"[A-Za-z0-9][\w.-]{0,99}"
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")


@dataclass(frozen=True)
class Reading:
    """What became of a file. ``survey`` is None when an error was found; warnings leave it usable."""

    survey: Survey | None
    problems: tuple[Problem, ...]


def read_file(path: Path, touchpoints: Collection[str] | None = None) -> Reading:
    """Read a file; what cannot be opened is a problem too. See :func:`read`."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * LARGEST + 1)
    except OSError as error:
        return Reading(None, (Problem("survey_file", path.name, {"detail": error.strerror or str(error)}),))
    return read_bytes(data, path.name, touchpoints)


def read_bytes(data: bytes, where: str, touchpoints: Collection[str] | None = None) -> Reading:
    """Read a file's bytes: UTF-8 (with or without mark) or UTF-16; Chinese GBK/GB18030 is accepted with a warning."""
    if len(data) > 4 * LARGEST:
        return Reading(None, (Problem("survey_large", where, {"limit": LARGEST, "size": len(data)}),))
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        reading = read(text, where, touchpoints)
        if encoding != "gb18030":
            return reading
        told = Problem("survey_encoding", where, severity="warning")
        return Reading(reading.survey, (told, *reading.problems))
    return Reading(None, (Problem("survey_bytes", where),))


def read(text: str, where: str, touchpoints: Collection[str] | None = None) -> Reading:
    """Read a definition. ``where`` names the file in problems; with ``touchpoints``, unknown ones are warned about.

    Lines count from 1, and so do the items in paths (``questions[3].show_if`` is the third question).
    """
    notes = Notes(where)
    root, found = grow(text)
    for problem in found:
        notes.place(problem, problem.line)
    if root is None or root.empty:
        if not found:
            notes.add("empty", 1)
        return Reading(None, notes.told())
    if root.kind != "map":
        notes.add("not_map", root.line)
        return Reading(None, notes.told())
    survey = _survey(Fields(notes, root), touchpoints)
    broken = survey is None or any(problem.severity == "error" for problem in notes.problems)
    return Reading(None if broken or survey is None else replace(survey, digest=_digest(survey)), notes.told())


def _survey(top: Fields, touchpoints: Collection[str] | None) -> Survey | None:
    top.only(SURVEY_KEYS)
    top.need("id", "version", "title")
    pages, slots = _pages(top)
    top.notes.here = None
    about = _about(top)
    opens, closes = (_day(top, key) for key in ("opens", "closes"))
    if opens and closes and closes < opens:
        top.add("limits", "closes", low=opens, high=closes)
    survey = Survey(
        id=top.string("id", _ID, "id") or "",
        version=top.string("version", _VERSION, "version") or "",
        title=top.text("title") or "",
        intro=top.text("intro"),
        thanks=_thanks(top),
        nps_kind=top.option("nps_kind", NPS_KINDS),
        about=about,
        purpose=top.text("purpose"),
        retention_days=top.whole("retention_days", 1, 36_500),
        prefill=_prefill(top, slots),
        opens=opens,
        closes=closes,
        embed=_embed(top),
        pages=pages,
        kind=top.option("kind", KINDS) or "customer",
        quotas=read_quotas(top),
        sampling=read_sampling(top),
        languages=_languages(top.notes),
        digest="",
    )
    _nps(top, survey)
    logic.check(top.notes, slots, survey.pages)
    _touchpoints(top, survey, slots, touchpoints)
    return survey


def _pages(top: Fields) -> tuple[tuple[Page, ...], list[Slot]]:
    slots: list[Slot] = []
    if top.has("pages") and top.has("questions"):
        top.add("pages_and_questions", "pages")
    if not top.has("pages"):
        return (Page(None, _questions(top, 0, slots)),), slots
    return tuple(_page(fields, number, slots) for number, fields in enumerate(top.maps("pages"))), slots


def _page(fields: Fields, number: int, slots: list[Slot]) -> Page:
    fields.only(PAGE_KEYS)
    fields.notes.here = (number, len(slots))
    condition = fields.condition("show_if")
    if condition:
        here = Condition(condition, "page", number, len(slots), "", fields.line("show_if"), fields.at("show_if"))
        fields.notes.conditions.append(here)
    order = fields.option("order", ORDERS) or "written"
    title = fields.text("title")
    return Page(title, _questions(fields, number, slots), condition, order, fields.flag("shuffle"))


def _questions(fields: Fields, page: int, slots: list[Slot]) -> tuple[Question, ...]:
    found: list[Question] = []
    lines = {slot.id: slot.line for slot in reversed(slots)}
    entries = fields.maps("questions")
    if not entries and not (fields.has("questions") and fields.node.entries["questions"].items):
        fields.add("no_questions", "questions")
    for entry in entries:
        if len(slots) >= MOST_QUESTIONS:
            entry.notes.add("many_questions", entry.node.line, entry.path, limit=MOST_QUESTIONS)
            break
        slot = read_question(entry, page, len(slots))
        if slot.id and slot.id in lines:
            entry.add("id_twice", "id", value=slot.id, first=lines[slot.id])
        lines.setdefault(slot.id, slot.line)
        slots.append(slot)
        if slot.question:
            found.append(slot.question)
    return tuple(found)


def _thanks(top: Fields) -> Text | None:
    """Thanks may repeat any answer."""
    top.notes.here = (AFTER_ALL, AFTER_ALL)
    found = top.text("thanks")
    top.notes.here = None
    return found


def _about(top: Fields) -> dict[str, str]:
    fields = top.map("about")
    if fields is None:
        return {}
    fields.only(ABOUT_KEYS)
    found = {key: fields.string(key, _NAME) for key in ABOUT_KEYS}
    return {key: value for key, value in found.items() if value}


def _day(top: Fields, key: str) -> dt.date | None:
    day = top.day(key)
    return day if isinstance(day, dt.date) else None


def _prefill(top: Fields, slots: list[Slot]) -> tuple[str, ...]:
    ids = [slot.id for slot in slots if slot.id and slot.asked]
    names = ["branch", "channel"]
    for name, line in top.strings("prefill"):
        if name not in DIMENSIONS and name not in ids:
            top.notes.unlike("prefill", line, top.at("prefill"), name, [*DIMENSIONS, *ids])
        elif name not in names:
            names.append(name)
    return tuple(names)


def _embed(top: Fields) -> tuple[str, ...]:
    found = []
    for origin, line in top.strings("embed"):
        if _ORIGIN.fullmatch(origin):
            found.append(origin)
        else:
            top.notes.add("embed", line, top.at("embed"), value=types.shown(origin))
    return tuple(dict.fromkeys(found))


def _languages(notes: Notes) -> tuple[str, ...]:
    """The languages of the texts, ours first; warns where one is missing. Without any named: told by the script."""
    found = {lang for text, _, _ in notes.texts if not isinstance(text, str) for lang in text}
    if not found:
        chinese = any("\u4e00" <= c <= "\u9fff" for text, _, _ in notes.texts for c in str(text))
        return ("zh",) if chinese else ("en",)
    for text, line, path in notes.texts:
        absent = found - set(text) if not isinstance(text, str) else set()
        for lang in sorted(absent):
            notes.add("translation", line, path, "warning", lang=lang)
    return tuple(sorted(found, key=lambda lang: (LANGUAGES.index(lang) if lang in LANGUAGES else len(LANGUAGES), lang)))


def _digest(survey: Survey) -> str:
    canonical = json.dumps(
        dump.definition(survey), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:16]


def _plain(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) and value else str(value)


def _nps(top: Fields, survey: Survey) -> None:
    asked = any(question.type == "nps" for question in survey.questions)
    if asked and not top.has("nps_kind"):
        top.notes.add("nps_kind", top.node.line, "nps_kind")
    if asked and survey.kind != "customer":
        top.add("nps_staff", "kind", kind=survey.kind)
    if survey.nps_kind and not asked:
        top.add("nps_kind_unused", "nps_kind", "warning")


def _touchpoints(top: Fields, survey: Survey, slots: list[Slot], known: Collection[str] | None) -> None:
    for slot in slots:
        question = slot.question
        if survey.nps_kind == "competitive" and question and question.type == "nps" and not question.brand:
            top.notes.add("brand", slot.line, slot.path)
        if question and question.asks in asking.ENDINGS and not _rated(survey, question.id):
            values = {"id": question.id, "ending": asking.ENDINGS[question.asks]}
            top.notes.add("asks_alone", slot.line, f"{slot.path}.asks", "warning", **values)
    if known is None:
        return
    spots = [(slot.question.touchpoint, slot.line, f"{slot.path}.touchpoint") for slot in slots if slot.question]
    spots += [
        (row.touchpoint, slot.line, f"{slot.path}.rows[{number}].touchpoint")
        for slot in slots
        if slot.question
        for number, row in enumerate(slot.question.rows, 1)
    ]
    for touchpoint, line, path in [*spots, (survey.about.get("touchpoint"), top.line("about"), "about.touchpoint")]:
        if touchpoint and touchpoint not in known:
            top.notes.unlike("touchpoint", line, path, touchpoint, sorted(known), "warning")


def _rated(survey: Survey, id: str) -> bool:
    """Whether what a question expects, or calls important, is rated by another."""
    told = asking.partner(id)
    return told is not None and survey.question(told[1]) is not None
