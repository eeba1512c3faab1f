"""Personal numbers that customers write although nobody asked: covered before anything is kept."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from cx.survey.schema import Survey
from cx.words import Label

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+")
_GAP = "[ \u3000－-]?"
_LONG = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{10,18}}(?:{_GAP}[\dXxＸｘ])?(?!\d)")
_TWO = re.compile(rf"\d{_GAP}\d")
_ACCOUNT = re.compile(r"(账号|帐号|账户|帐户|卡号|account|card)[^\d\n]{0,10}$", re.IGNORECASE)
_BEFORE = 20


def luhn(number: str) -> bool:
    """Whether digits end with the check digit of bank cards (ISO/IEC 7812, Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(number)) > 1


def chinese_id(number: str) -> bool:
    """Whether 18 characters are a resident identity number: a real birth date and the check character (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", number):
        return False
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def scrub(text: str) -> str:
    """A text without card, account, ID and mobile numbers and e-mail addresses; each becomes ``***``."""
    if _TWO.search(text):  # most texts have no number: a third of the time
        text = _LONG.sub(_cover, text)
    return _EMAIL.sub("***", text) if "@" in text else text


def covered(label: Label) -> Label:
    """A text, in one language or several, scrubbed: for what colleagues write."""
    return scrub(label) if isinstance(label, str) else {lang: scrub(text) for lang, text in label.items()}


def cleaned(survey: Survey, answers: Mapping[str, object]) -> Mapping[str, object]:
    """Answers whose free texts are scrubbed. What a customer leaves to be called back is no free text."""
    changed = {}
    for name in _texts(survey.written or survey):
        said = answers.get(name)
        if isinstance(said, str) and (clean := scrub(said)) != said:
            changed[name] = clean
    return {**answers, **changed} if changed else answers


@lru_cache(maxsize=256)
def _texts(survey: Survey) -> tuple[str, ...]:
    """Names of answers that respondents write as they like, and of those computed from them."""
    free = [question.id for question in survey.questions if question.type in ("text", "computed")]
    return (*free, *(f"{question.id}.{other}" for question in survey.questions for other in question.others))


def _cover(match: re.Match[str]) -> str:
    digits = re.sub(r"[ \u3000－-]", "", match[0])
    if not digits.isascii():
        digits = unicodedata.normalize("NFKC", digits)
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    personal = (
        chinese_id(digits)
        or re.fullmatch(r"(86)?1[3-9]\d{9}", digits)
        or (digits.isdigit() and len(digits) >= 13 and luhn(digits))
        or _ACCOUNT.search(before)
    )
    return "***" if personal else match[0]
