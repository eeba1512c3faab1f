"""How a question is worded: one thing at a time, without a push, short, and without knots of negation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml

from cx.survey.review.finding import Finding, found
from cx.survey.schema import Question, Text
from cx.survey.types import TYPES

_FILE = Path(__file__).with_name("lexicon.yaml")
_PIPED = re.compile(r"\{\{.*?\}\}")


@cache
def _lexicon() -> dict[str, dict[str, re.Pattern[str] | int]]:
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        name: {
            lang: said if isinstance(said, int) else re.compile("|".join(f"(?:{each})" for each in said), re.IGNORECASE)
            for lang, said in languages.items()
        }
        for name, languages in raw.items()
    }


def says(name: str, text: str, lang: str) -> str | None:
    """The first words of a text that the lexicon lists under a name; its exceptions (``not_<name>``) left out."""
    known = _lexicon()
    pattern = known[name].get(lang)
    if not isinstance(pattern, re.Pattern):
        return None
    but = known.get(f"not_{name}", {}).get(lang)
    rest = but.sub("\0", text) if isinstance(but, re.Pattern) else text
    hit = pattern.search(rest)
    return hit.group().strip("\0 ，,") if hit else None


def texts(text: Text | None, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A text by language; one without languages counts as the language it is written in."""
    if isinstance(text, str):
        yield ("zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"), text
    elif text:
        yield from ((lang, text[lang]) for lang in languages if text.get(lang))


def rated(question: Question) -> bool:
    """Whether a single judgement is asked for."""
    return TYPES[question.type].storage == "score" or question.type in ("slider", "kano")


def wording(question: Question, languages: Sequence[str]) -> Iterator[Finding]:
    """Findings about the words of a question."""
    yield from _translation(question, languages)
    if not TYPES[question.type].answerable or question.type == "computed":
        return
    told: set[str] = set()
    for lang, text in texts(question.label, languages):
        for finding in _label(question, _PIPED.sub("", text), lang):
            if finding.code not in told:
                told.add(finding.code)
                yield finding
    for row in question.rows:
        hit = next((hit for lang, text in texts(row.label, languages) if (hit := says("joins", text, lang))), None)
        if hit and question.scale:
            yield found("joined_row", question, words=hit)
            return


def _label(question: Question, text: str, lang: str) -> Iterator[Finding]:
    if rated(question) and (hit := says("joins", text, lang)):
        yield found("joined", question, words=hit)
    if hit := says("leading", text, lang):
        yield found("leading", question, words=hit)
    if says("twice", text, lang):
        yield found("negated_twice", question)
    elif (rated(question) or question.type == "yes_no") and (hit := says("negated", text, lang)):
        yield found("negated", question, words=hit)
    length = len(re.findall(r"[\u4e00-\u9fff]|\w+", text)) if lang == "zh" else len(text.split())
    limit = _lexicon()["longest"].get(lang)
    if isinstance(limit, int) and length > limit:
        yield found("long", question, length=length, limit=limit)


def _translation(question: Question, languages: Sequence[str]) -> Iterator[Finding]:
    parts = [question.label, question.help, question.unit]
    parts += [choice.label for choice in question.choices] + [row.label for row in question.rows]
    parts += list(question.scale.labels.values()) if question.scale else []
    lacking = sum(lang not in part for part in parts if part and not isinstance(part, str) for lang in languages)
    if lacking:
        yield found("translation", question, n=lacking)
