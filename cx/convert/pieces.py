"""What the importers make definitions of: texts in several languages, choices that our rules allow, bits of CEL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cx.convert.names import choice_ids, clean, row_ids, texts
from cx.convert.report import Report
from cx.survey.lists import MOST_CHOICES, MOST_ROWS
from cx.survey.load import MOST_QUESTIONS
from cx.survey.reading import LONGEST_TEXT
from cx.words import FALLBACK, LANGUAGES, Problem, Refused, Translator

Label = str | dict[str, str]
"""A text of our definition."""
Made = dict[str, Any]
"""A question of our definition."""

MOST_RANKED = 60
"""Choices that a ranking takes."""
_LONGEST_ROW, _LONGEST_NAME, _LONGEST_RAW = 30, 200, 50_000
_MOST_READ = 2000
MOST_LEAVES = 200
"""Comparisons that one condition may have; a longer one is no condition of ours."""
_HELD = re.compile("\ue000(\\d+)\ue001")


def not_too_many(count: int, name: str) -> None:
    """Refuse a definition of far more questions than a survey holds before time is spent on it."""
    if count > _MOST_READ:
        raise Refused(Problem("convert_many", name, {"count": count, "limit": _MOST_READ}))


def plain(raw: object, piped: re.Pattern[str], put: Callable[[re.Match[str]], str]) -> str:
    """A text of theirs as plain text of ours. What ``piped`` finds becomes what ``put`` makes of it; no other braces
    can be taken for piping."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(put(match))
        return f"\ue000{len(held) - 1}\ue001"

    text = clean(piped.sub(hold, re.sub("[\ue000\ue001]", "", str(raw or "")[:_LONGEST_RAW])))
    text = _HELD.sub(lambda match: held[int(match.group(1))], text.replace("{{", "{ {"))
    return text if len(text) <= LONGEST_TEXT else re.sub(r"\{\{[^}]*$", "", text[: LONGEST_TEXT - 1]) + "…"


def bounded(pages: list[Made], report: Report) -> None:
    """Not more questions than a survey holds; those behind are told as lost."""
    room = MOST_QUESTIONS
    gone: set[str] = set()
    for page in pages:
        gone |= {one["id"] for one in page["questions"][room:]}
        del page["questions"][room:]
        room -= len(page["questions"])
    pages[:] = [page for page in pages if page["questions"]]
    for place, ids in report.places.items() if gone else ():
        if gone & set(ids):
            report.places[place] = tuple(id for id in ids if id not in gone)
            report.dropped(place, "too_many", limit=MOST_QUESTIONS)


def days(low: str | None, high: str | None) -> Made:
    """First and last day, where they are in order; ``today`` moves on, so it is never before another day."""
    crossed = low is not None and high is not None and (low == "today" or (high != "today" and low > high))
    return {} if crossed else {key: day for key, day in (("min", low), ("max", high)) if day}


def slider(low: Decimal, high: Decimal, step: Decimal) -> Made:
    """Bounds and step of a slider, as far as ours moves: steps of 0.0001 and up, 10,000 of them at most."""
    step = max(step, Decimal("0.0001")).quantize(Decimal("0.0001"))
    while (high - low) / step > 10_000:
        step *= 10
    return {"min": shown(low), "max": shown(high), "step": shown(min(step, high - low))}


def decimal(value: object) -> Decimal | None:
    """A number as they write it, with a point or a comma."""
    try:
        found = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**12 else None


def shown(value: Decimal) -> int | str:
    """A number as our definition writes it, to four decimals."""
    value = round(value, 4)
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def joined(one: Label, two: Label, between: str = " – ") -> Label:
    """Two texts as one, language by language; a text without languages goes with every other."""
    if isinstance(one, str) and isinstance(two, str):
        return between.join(filter(None, (one, two)))[:LONGEST_TEXT]
    languages = [*(one if isinstance(one, dict) else ()), *(two if isinstance(two, dict) else ())]
    parts = {lang: filter(None, (said(one, lang), said(two, lang))) for lang in languages}
    return texts({lang: between.join(both)[:LONGEST_TEXT] for lang, both in parts.items()})


def said(label: Label, lang: str) -> str:
    """A text in one language; any other where that is missing."""
    return label if isinstance(label, str) else label.get(lang) or next(iter(label.values()), "")


def length(label: Label) -> int:
    """Characters of the longest language."""
    return len(label) if isinstance(label, str) else max(map(len, label.values()), default=0)


@dataclass(frozen=True)
class Option:
    """A choice of theirs. ``flags`` are keys of ours that hold: ``exclusive``, ``other``, ``fixed``; ``shown`` is the
    condition under which it shows, theirs or ours."""

    value: str
    label: Label
    flags: tuple[str, ...] = ()
    shown: str = ""


class Pieces:
    """Makes pieces in the languages of one survey and reports what had to give way."""

    def __init__(self, languages: Sequence[str], report: Report) -> None:
        self.languages = tuple(languages)
        self.report = report

    def words(self, key: str, **values: object) -> Label:
        """Words of ours in the survey's languages; English where we do not speak one of them."""
        spoken = [lang for lang in self.languages if lang in LANGUAGES] or [FALLBACK]
        return texts({lang: Translator(lang)(f"convert.{key}", **values) for lang in spoken})

    def label(self, by_language: Mapping[str, str]) -> Label:
        """A text, the survey's own language first."""
        return texts({lang: by_language.get(lang, "") for lang in self.languages})

    def named(self, place: str, label: Label, name: str) -> Label:
        """A label that must be there: their name for it where they have no words."""
        if label:
            return label
        self.report.approximated(place, "label_missing", name=name)
        return name[:_LONGEST_NAME] or "–"

    def rows(self, place: str, rows: Sequence[Option]) -> list[Made]:
        """Rows of a matrix as ours, not more than we take; each stays in its place."""
        if len(rows) > MOST_ROWS:
            self.report.dropped(place, "rows_many", count=len(rows), limit=MOST_ROWS)
        ids = row_ids(row.value[:_LONGEST_ROW] for row in rows)
        kept = {row.value[:_LONGEST_ROW]: row for row in reversed(rows)}
        return [
            {"id": ids[value], "label": self.named(place, kept[value].label, kept[value].value), **_shown(kept[value])}
            for value in list(ids)[:MOST_ROWS]
        ]

    def choices(
        self, place: str, options: Iterable[Option], several: bool = False, most: int = MOST_CHOICES
    ) -> list[Made]:
        """Choices as ours: told apart, with labels, at least two, not more than we take. Empty when there are none;
        with ``several`` they may be ``exclusive``."""
        given: dict[str, Option] = {}
        for option in options:
            if option.value in given:
                self.report.dropped(place, "choice_twice", value=option.value)
            given.setdefault(option.value, option)
        if len(given) > most:
            self.report.dropped(place, "choices_many", count=len(given), limit=most)
        kept = list(given.values())[:most]
        ids = choice_ids(option.value for option in kept)
        made: list[Made] = []
        for option in kept:
            label = self.named(place, option.label, option.value)
            flags = dict.fromkeys((flag for flag in option.flags if several or flag != "exclusive"), True)
            made.append({"id": ids[option.value], "label": label, **flags, **_shown(option)})
        if len(made) == 1:
            self.report.approximated(place, "one_choice")
            id = "none" if made[0]["id"] != "none" else "none_2"
            alone = {"exclusive": True} if several else {}
            made.append({"id": id, "label": self.words("none_of_these"), **alone})
        return made


def _shown(option: Option) -> Made:
    return {"show_if": option.shown} if option.shown else {}


def every(parts: Iterable[str]) -> str:
    """All of them; the parts are single or stand in brackets."""
    return _linked(list(dict.fromkeys(parts)), " && ")


def some(parts: Iterable[str]) -> str:
    """Any of them."""
    return _linked(list(dict.fromkeys(parts)), " || ")


def _linked(parts: list[str], sign: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    other = "||" if "&&" in sign else "&&"
    return sign.join(f"({part})" if other in part or "?" in part else part for part in parts)
