"""A LimeSurvey survey as its tables say it, in order: groups, questions, their parts and answers, in all languages.

Three layouts are read: texts in rows of their own (``…_l10ns``, from version 4), one row a language (2 and 3), and that
of version 1, where answers served as subquestions and scales were label sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cx.convert.lss.tables import Row, Tables
from cx.convert.names import language

Texts = dict[str, str]
"""A text of theirs, HTML and all, by our language codes."""

WITH_PARTS = frozenset(["M", "P", "A", "B", "C", "E", "F", "H", "1", ":", ";", "K", "Q"])
WITH_LABELS = frozenset(["F", "H", "1", ":", ";"])


@dataclass
class Part:
    """An answer option, a row or a column: ``scale`` 1 is the second one (columns, or the second scale)."""

    code: str
    texts: Texts
    scale: int = 0
    relevance: str = ""


@dataclass
class Asked:
    """A question. ``attributes`` by name; those said in a language also as ``name:language``."""

    qid: str
    code: str
    type: str
    row: Row
    texts: Texts = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    spoken: dict[str, Texts] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)

    def on(self, attribute: str) -> bool:
        """Whether an attribute is switched on."""
        return self.attributes.get(attribute, "") in ("1", "Y", "yes")

    def options(self, scale: int = 0) -> list[Part]:
        """Answer options of a scale."""
        return [part for part in self.answers if part.scale == scale]

    def rows(self, scale: int = 0) -> list[Part]:
        """Subquestions of a scale."""
        return [part for part in self.parts if part.scale == scale]


@dataclass
class Group:
    """A group of questions: one page."""

    gid: str
    row: Row
    texts: Texts
    description: Texts
    questions: list[Asked] = field(default_factory=list)


@dataclass
class Form:
    """The whole survey; ``languages`` maps their codes to ours, the survey's own first."""

    sid: str
    settings: Row
    languages: Mapping[str, str]
    titles: list[Row]
    groups: list[Group]
    tables: Tables


def read_form(tables: Tables) -> Form:
    """Put the tables together."""
    settings = next(iter(tables.rows("surveys")), {})
    languages = _languages(tables, settings)
    questions = _questions(tables, languages)
    groups = _groups(tables, languages, questions)
    sid = settings.get("sid", "")
    return Form(sid, settings, languages, tables.rows("surveys_languagesettings"), groups, tables)


def _languages(tables: Tables, settings: Row) -> dict[str, str]:
    said = [settings.get("language", ""), *settings.get("additional_languages", "").split(), *tables.languages]
    said += [row.get("surveyls_language", "") for row in tables.rows("surveys_languagesettings")]
    found: dict[str, str] = {}
    for code in said:
        ours = language(code)
        if ours and code not in found and ours not in found.values():
            found[code] = ours
    return found or {"": "en"}


def _groups(tables: Tables, languages: Mapping[str, str], questions: Iterable[Asked]) -> list[Group]:
    named = _by([*tables.rows("groups"), *tables.rows("group_l10ns")], "gid")
    found: dict[str, Group] = {}
    for row in _ordered(tables.rows("groups"), "group_order"):
        gid = row.get("gid", "")
        if gid not in found:
            spoken = named[gid]
            found[gid] = Group(
                gid, row, _texts(spoken, "group_name", languages), _texts(spoken, "description", languages)
            )
    for question in questions:
        gid = question.row.get("gid", "")
        found.setdefault(gid, Group(gid, {}, {}, {})).questions.append(question)
    return list(found.values())


def _questions(tables: Tables, languages: Mapping[str, str]) -> list[Asked]:
    found: dict[str, Asked] = {}
    subs = tables.rows("subquestions")
    for row in _ordered(tables.rows("questions"), "question_order"):
        if row.get("parent_qid", "0") not in ("", "0"):
            subs.append(row)
            continue
        qid = row.get("qid", "")
        if qid not in found:
            found[qid] = Asked(qid, row.get("title", "") or f"q{qid}", row.get("type", ""), row)
        _speak(found[qid].texts, row, "question", languages)
        _speak(found[qid].help, row, "help", languages)
    spoken = _by(tables.rows("question_l10ns"), "qid")
    for question in found.values():
        for row in spoken.get(question.qid, ()):
            _speak(question.texts, row, "question", languages)
            _speak(question.help, row, "help", languages)
    _attributes(tables, languages, found)
    _parts(subs, spoken, languages, found)
    _answers(tables, languages, found)
    return list(found.values())


def _attributes(tables: Tables, languages: Mapping[str, str], found: Mapping[str, Asked]) -> None:
    for row in tables.rows("question_attributes"):
        question = found.get(row.get("qid", ""))
        name, value = row.get("attribute", ""), row.get("value", "")
        if question is None or not name or not value:
            continue
        question.attributes.setdefault(name, value)
        if code := languages.get(row.get("language", "")):
            question.spoken.setdefault(name, {})[code] = value


def _parts(
    subs: Iterable[Row], spoken: Mapping[str, list[Row]], languages: Mapping[str, str], found: Mapping[str, Asked]
) -> None:
    seen: dict[str, Part] = {}
    for row in _ordered(subs, "question_order"):
        question = found.get(row.get("parent_qid", ""))
        if question is None:
            continue
        qid = row.get("qid", "")
        if qid not in seen:
            seen[qid] = Part(row.get("title", ""), {}, _scale(row), row.get("relevance", ""))
            question.parts.append(seen[qid])
            for other in spoken.get(qid, ()):
                _speak(seen[qid].texts, other, "question", languages)
        _speak(seen[qid].texts, row, "question", languages)


def _answers(tables: Tables, languages: Mapping[str, str], found: Mapping[str, Asked]) -> None:
    spoken = _by(tables.rows("answer_l10ns"), "aid")
    seen: dict[tuple[str, str, int], Part] = {}
    for row in _ordered(tables.rows("answers"), "sortorder"):
        question = found.get(row.get("qid", ""))
        if question is None:
            continue
        key = (question.qid, row.get("code", ""), _scale(row))
        if key not in seen:
            seen[key] = Part(row.get("code", ""), {}, key[2])
            old = not question.parts and question.type in WITH_PARTS and "lid" in question.row
            (question.parts if old else question.answers).append(seen[key])
        for other in (row, *spoken.get(row.get("aid", "–"), ())):
            _speak(seen[key].texts, other, "answer", languages)
    _label_sets(tables, languages, found.values())


def _label_sets(tables: Tables, languages: Mapping[str, str], questions: Iterable[Asked]) -> None:
    """Version 1: the columns of an array are a label set that several questions may share."""
    labels = _by(_ordered(tables.rows("labels"), "sortorder"), "lid")
    for question in questions:
        for scale, key in enumerate(("lid", "lid1")):
            lid = question.row.get(key, "0")
            if question.type not in WITH_LABELS or lid in ("", "0"):
                continue
            columns: dict[str, Part] = {}
            for row in labels.get(lid, ()):
                part = columns.setdefault(row.get("code", ""), Part(row.get("code", ""), {}, scale))
                _speak(part.texts, row, "title", languages)
            if question.type in (":", ";"):
                question.parts += [Part(part.code, part.texts, 1) for part in columns.values()]
            else:
                question.answers += columns.values()


def _scale(row: Row) -> int:
    return 1 if row.get("scale_id") == "1" else 0


def _speak(texts: Texts, row: Row, key: str, languages: Mapping[str, str]) -> None:
    """Take over a text; one without a language is that of the survey's own."""
    said = row.get("language", "")
    code = languages.get(said) if said else next(iter(languages.values()))
    if code and row.get(key):
        texts.setdefault(code, row[key])


def _texts(rows: Iterable[Row], key: str, languages: Mapping[str, str]) -> Texts:
    texts: Texts = {}
    for row in rows:
        _speak(texts, row, key, languages)
    return {code: texts[code] for code in languages.values() if code in texts}


def _by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), []).append(row)
    return found


def _ordered(rows: Iterable[Row], key: str) -> list[Row]:
    def place(row: Row) -> int:
        text = row.get(key, "")
        return int(text) if text.lstrip("-").isdigit() and len(text) < 10 else 0

    return sorted(rows, key=place)
