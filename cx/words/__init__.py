"""Words in every language, and problems told as where, what, try.

A language is a folder of YAML files here (``zh/``, ``en/``); the key of a text is ``file.name``, as in ``nps.title``.
Values are filled with :meth:`str.format`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
Label = Mapping[str, str] | str
"""A text of somebody's own, or the same text in several languages; :meth:`Translator.pick` shows it."""
FALLBACK = "en"
_HERE = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def texts(lang: str) -> Mapping[str, str | dict[str, str]]:
    """All texts of one language by key (``section.name``)."""
    found: dict[str, str | dict[str, str]] = {}
    for file in sorted((_HERE / lang).glob("*.yaml")):
        section = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        found.update({f"{file.stem}.{name}": text for name, text in section.items()})
    return found


@dataclass(frozen=True)
class Translator:
    """Texts, numbers and dates as one language writes them. ``t("nps.title")``; an unknown key raises ``KeyError``."""

    lang: str

    def __call__(self, key: str, **values: object) -> str:
        text = texts(self.lang).get(key) or texts(FALLBACK)[key]
        if not isinstance(text, str):
            raise KeyError(key)
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether this language or the fallback has the key."""
        return key in texts(self.lang) or key in texts(FALLBACK)

    def pick(self, label: Label | None, default: str = "") -> str:
        """The text of a label given in several languages: this language, else English, else any; never a key."""
        if not label:
            return default
        if isinstance(label, str):
            return label
        return str(label.get(self.lang) or label.get(FALLBACK) or next(iter(label.values()), default))

    def number(self, value: float | None, digits: int = 0, signed: bool = False) -> str:
        """``1,234.5``; a true minus sign; an en dash where there is no value."""
        if value is None:
            return "–"
        rounded = round(value, digits) + 0.0
        return f"{rounded:{'+' if signed and rounded else ''},.{digits}f}".replace("-", "−")

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share of 1 as per cent."""
        return "–" if share is None else f"{self.number(100 * share, digits)}%"

    def date(self, day: dt.date | None) -> str:
        """``2026年9月30日`` or ``30 Sep 2026``."""
        if day is None:
            return "–"
        if self.lang == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%b} {day.year}"

    def period(self, day: dt.date, grain: str) -> str:
        """A period named by its first day: ``2026年3季度`` / ``Q3 2026``, ``2026年9月`` / ``Sep 2026`` …"""
        quarter = (day.month + 2) // 3
        if grain == "quarter":
            return f"{day.year}年{quarter}季度" if self.lang == "zh" else f"Q{quarter} {day.year}"
        if grain == "month":
            return f"{day.year}年{day.month}月" if self.lang == "zh" else f"{day:%b} {day.year}"
        if grain == "week":
            iso = day.isocalendar()
            return f"{iso.year}年第{iso.week}周" if self.lang == "zh" else f"week {iso.week}, {iso.year}"
        if grain == "year":
            return f"{day.year}年" if self.lang == "zh" else f"{day.year}"
        return self.date(day)

    def time(self, moment: dt.datetime) -> str:
        """Date and time to the minute, in the zone that ``moment`` carries."""
        return f"{self.date(moment.date())} {moment:%H:%M}"


@dataclass(frozen=True)
class Problem:
    """Something wrong that a user can cure. ``code`` names ``problem.<code>`` in the words: ``{what, try}``.

    ``where`` is a place in the user's own material ("line 12, questions[3].show_if", "row 7, column 指标值").
    ``severity`` is ``error`` (refused) or ``warning`` (accepted, told).
    """

    code: str
    where: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    severity: str = "error"
    line: int | None = None

    def what(self, t: Translator) -> str:
        """What is wrong, in the user's language."""
        return self._text(t, "what")

    def cure(self, t: Translator) -> str:
        """What the user can try, in the user's language."""
        return self._text(t, "try")

    def _text(self, t: Translator, part: str) -> str:
        entry = texts(t.lang).get(f"problem.{self.code}") or texts(FALLBACK)[f"problem.{self.code}"]
        assert isinstance(entry, dict), self.code
        return entry[part].format(**{name: _shown(value, t) for name, value in self.values.items()})

    def tell(self, t: Translator) -> str:
        """One line: where, what, try."""
        head = f"{self.where}: " if self.where else ""
        return head + self.plainly(t)

    def plainly(self, t: Translator) -> str:
        """What and try, without where: for those who did not write a file."""
        return f"{self.what(t)}{'' if t.lang == 'zh' else ' '}{self.cure(t)}".strip()


def _shown(value: object, t: Translator) -> object:
    """A problem's value for readers: days by the calendar, labels in their language."""
    if type(value) is dt.date:
        return t.date(value)
    return t.pick(value) if isinstance(value, Mapping) else value


class Refused(Exception):
    """Bad input, with every problem found. Nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.code for p in problems))
        self.problems = problems
