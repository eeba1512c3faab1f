"""Their names, languages and texts as ours: ids, language codes, plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser

from cx.survey.questions import RESERVED_IDS
from cx.survey.reading import LONGEST_TEXT
from cx.survey.values import clean_text

LONGEST_ID = 60
LONGEST_ROW = 40
_LANGUAGES = {
    "chinese": "zh", "中文": "zh", "简体中文": "zh", "english": "en", "french": "fr", "français": "fr", "german": "de",
    "deutsch": "de", "spanish": "es", "español": "es", "portuguese": "pt", "italian": "it", "russian": "ru",
    "arabic": "ar", "japanese": "ja", "日本語": "ja", "korean": "ko", "hindi": "hi", "nepali": "ne", "swahili": "sw",
    "turkish": "tr", "dutch": "nl", "polish": "pl", "ukrainian": "uk", "vietnamese": "vi", "thai": "th",
    "indonesian": "id", "hungarian": "hu",
}  # fmt: skip
_TRADITIONAL = re.compile(r"zh[-_](t|tw|hk|mo|hant)\b.*|traditional chinese|繁體中文|繁体中文", re.IGNORECASE)
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2,8}))?(?:[-_].*)?", re.IGNORECASE)
_SIMPLIFIED = {"s", "cn", "sg", "hans"}


class Ids:
    """Their names → our ids: unique, never reserved, told apart by case as theirs are.

    >>> ids = Ids()
    >>> ids.question("Wartezeit (min)"), ids.question("branch"), ids.find("branch")
    ('wartezeit_min', 'branch_2', 'branch_2')
    """

    def __init__(self, longest: int = LONGEST_ID) -> None:
        self._longest = longest
        self.known: dict[str, str] = {}
        self._taken: set[str] = set(RESERVED_IDS)

    def question(self, name: str) -> str:
        """A new id for a question; the same name asked again is another question, and :meth:`find` keeps the first."""
        id = self.fresh(name)
        self.known.setdefault(name, id)
        return id

    def fresh(self, name: str) -> str:
        """A new id that no name of theirs stands for."""
        words = slug(name)
        id = _free(words if words[:1].isalpha() else f"q_{words}".rstrip("_"), self._taken, self._longest)
        self._taken.add(id)
        return id

    def find(self, name: str) -> str:
        """The id of a name seen before. Raises KeyError."""
        return self.known[name]


def choice_ids(values: Iterable[str]) -> dict[str, str]:
    """Their choice values of one question → our choice ids, unique; a value that can stay as it is stays."""
    found: dict[str, str] = {}
    values = list(dict.fromkeys(values))
    taken = {value for value in values if _is_choice_id(value)}
    for value in values:
        if _is_choice_id(value):
            found[value] = value
            continue
        words = _slug(value, r"[^A-Za-z0-9_.-]+").lstrip("_.-") or f"c{len(found) + 1}"
        found[value] = _free(words, taken, LONGEST_ID)
        taken.add(found[value])
    return found


def row_ids(values: Iterable[str]) -> dict[str, str]:
    """Their matrix rows → our row ids, unique."""
    rows = Ids(LONGEST_ROW)
    return {value: rows.question(value) for value in dict.fromkeys(values)}


def survey_id(name: str) -> str:
    """An id for a survey: small letters, digits, hyphens."""
    words = slug(name).replace("_", "-")[:LONGEST_ID].strip("-")
    return words if words[:1].isalpha() else f"survey-{words}".rstrip("-")


def slug(name: str) -> str:
    """Small letters, digits and single underscores; empty when the name has neither letter nor digit of ours."""
    return _slug(name, r"[^a-z0-9]+", lower=True).strip("_")


def _slug(name: str, others: str, lower: bool = False) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(others, "_", plain.lower() if lower else plain)[:LONGEST_ID]


def _is_choice_id(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", value) is not None


def _free(words: str, taken: set[str], longest: int) -> str:
    id, number = words[:longest], 1
    while id in taken or not id:
        number += 1
        id = f"{words[: longest - 5]}_{number}"
    return id


def language(name: str, default: str | None = None) -> str | None:
    """The code of a language as their tools write it: ``English (en)``, ``zh-Hans``, ``ZH-S``, ``de-informal``.

    Simplified Chinese is ``zh``, Traditional ``zh-Hant``; ``default`` where the name says nothing.
    """
    name = name.strip()
    inside = re.search(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z]{1,8})*)\)\s*$", name)
    name = inside.group(1) if inside else name
    if _TRADITIONAL.fullmatch(name):
        return "zh-Hant"
    if code := _LANGUAGES.get(name.lower()):
        return code
    found = _CODE.fullmatch(name)
    if not found:
        return default
    code, variant = found.group(1).lower(), (found.group(2) or "").lower()
    return code if not variant or (code == "zh" and variant in _SIMPLIFIED) else f"{code}-{variant}"


def texts(by_language: Mapping[str, str]) -> str | dict[str, str]:
    """A text of our definition from texts by language code: one string where there is only one language."""
    kept = {lang: text for lang, text in by_language.items() if text}
    return next(iter(kept.values()), "") if len(kept) < 2 else kept


TAG = re.compile(
    r"</?(?:a|abbr|audio|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|embed|font|form|h[1-6]|head|hr|html|i"
    r"|iframe|img|input|label|li|link|mark|meta|object|ol|p|pre|q|s|script|section|small|source|span|strike|strong|style"
    r"|sub|sup|svg|table|tbody|td|template|tfoot|th|thead|title|tr|tt|u|ul|video)\b[^<>]*>|<!--.*?-->|<!doctype[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
"""A tag of HTML; other words between angle brackets are somebody's words."""


class _Text(HTMLParser):
    _LINES = frozenset(
        ["p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "hr"]
    )
    _SILENT = frozenset(["script", "style", "template", "title"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        self._silent += tag in self._SILENT
        self._line(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        self._line(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        self._line(tag)

    def _line(self, tag: str) -> None:
        if tag in self._LINES or tag in ("td", "th"):
            self.parts.append("\n" if tag in self._LINES else " ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def clean(html: object) -> str:
    """A text of theirs without tags, scripts and doubled blanks; lines kept; at most 4,000 characters."""
    text = str(html) if html is not None else ""
    if TAG.search(text) or re.search(r"&[#\w]+;", text):
        reader = _Text()
        kept = TAG.split(text)
        tags = TAG.findall(text)
        reader.feed("".join(part.replace("<", "&lt;") + tag for part, tag in zip(kept, [*tags, ""], strict=True)))
        reader.close()
        text = "".join(reader.parts)
    lines = (re.sub(r"[ \t\xa0\u200b]+", " ", line).strip() for line in clean_text(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT].strip()
