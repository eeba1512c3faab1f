"""Single values of answers: cleaned, read and written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise


class NotApplicable(str):
    """The answer "does not apply to me": kept and stored as a text, unknown in conditions."""


class Tied(tuple[str, ...]):
    """A ranking in which choices share a rank: an answer only once those that do not show are gone (``ranked``)."""

    ranks: Mapping[str, int]

    @property
    def rank(self) -> int:
        """The best rank that is given twice."""
        given = sorted(self.ranks.values())
        return next(one for one, other in pairwise(given) if one == other)


def ranked(ranks: Mapping[str, int]) -> tuple[str, ...]:
    """Ids best first, by their ranks; :class:`Tied` where some share one."""
    ids = sorted(ranks, key=lambda id: ranks[id])
    if len(set(ranks.values())) == len(ids):
        return tuple(ids)
    tied = Tied(ids)
    tied.ranks = ranks
    return tied


NOT_APPLICABLE = NotApplicable("na")
_DATE = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?")


def read_date(text: str) -> dt.date | None:
    """``2026-01-31``, ``2026/1/31``, ``2026.1.31``, ``2026年1月31日``: year first, so never ambiguous."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def day_limit(limit: object) -> dt.date | None:
    """A bound of a date question as a day: ``today`` is the day of the server when asked."""
    return dt.date.today() if limit == "today" else limit if isinstance(limit, dt.date) else None


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str, lines: bool = True) -> str:
    """Without control characters and lone surrogates; newlines as ``\\n``, or as blanks where one line is wanted."""
    if text.isprintable():
        return text.strip()
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\t", " ")
    )
    text = _CONTROL.sub("", text)
    return (text if lines else text.replace("\n", " ")).strip()


def shown(value: object) -> str:
    """A value as a message may repeat it: short and on one line."""
    text = clean_text(str(value), lines=False)
    return text if len(text) <= 40 else text[:39] + "…"


def to_form(value: object) -> tuple[str, ...]:
    """A plain typed answer as the strings of its one field; answers in parts have a field a part (``types.fields``)."""
    if type(value) is str or type(value) is int:
        return (str(value),)
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, dt.date):
        return (value.isoformat(),)
    if isinstance(value, tuple | list):
        return tuple(str(entry) for entry in value)
    return (format(value, "f") if isinstance(value, Decimal) else str(value),)


def to_json(value: object) -> object:
    """A typed answer as JSON can hold it: Decimal and date as text, choices as a list, parts as an object."""
    if isinstance(value, dict):
        return {name: to_json(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return list(value)
    return to_form(value)[0] if isinstance(value, Decimal | dt.date) else value
