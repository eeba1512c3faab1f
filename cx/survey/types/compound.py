"""Answers in parts: matrix, kano, contact."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.survey.schema import Question
from cx.survey.types.choices import check_choice, example_choice, parse_choice
from cx.survey.types.entry import Form, Type, given, problem, refuse
from cx.survey.types.plain import parse_yes_no
from cx.survey.types.scored import check_score, example_score, parse_score
from cx.survey.values import clean_text, shown
from cx.words import Problem

CONTACT_FIELDS = ("name", "phone", "email", "when")
_LONGEST = 100
_PHONE = re.compile(r"\+?[\d() -]{5,24}")
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>.]+(\.[^@\s<>.]+)+")


def _parse_parts(question: Question, form: Form) -> object:
    found: dict[str, object] = {}
    for name, part in question.parts.items():
        strings = given(form, part.id)
        if strings:
            found[name] = parse_score(part, strings) if part.scale else parse_choice(part, strings)
    return found or None


def _check_parts(question: Question, value: object) -> Problem | None:
    if not isinstance(value, Mapping) or not value:
        return problem("choice", value=shown(value))
    for name, said in value.items():
        part = question.parts.get(name)
        if part is None:
            return problem("row", value=shown(name))
        wrong = check_score(part, said) if part.scale else check_choice(part, said)
        if wrong:
            return wrong
    return None


def _lacks_rows(question: Question, value: Mapping[str, object]) -> Problem | None:
    absent = len(question.parts) - len(value)
    return problem("rows", count=absent) if absent > 0 else None


def _example_parts(question: Question) -> object:
    return {name: example_score(part) if part.scale else example_choice(part) for name, part in question.parts.items()}


def _check_kano(question: Question, value: object) -> Problem | None:
    return _check_parts(question, value) or (problem("kano") if len(value) < 2 else None)  # type: ignore[arg-type]


_KANO = {1: "QAAAO", 2: "RIIIM", 3: "RIIIM", 4: "RIIIM", 5: "RRRRQ"}
_CATEGORIES = {
    "A": "attractive", "O": "one_dimensional", "M": "must_be", "I": "indifferent", "R": "reverse", "Q": "questionable",
}  # fmt: skip


def kano(answer: Mapping[str, object]) -> str | None:
    """The category of a feature by Kano's evaluation table; None unless both answers are there.

    ``with`` is how one would feel if the feature were there, ``without`` if it were not: 1 I like it, 2 it must be so,
    3 neutral, 4 I can live with it, 5 I dislike it. Table: N. Kano, N. Seraku, F. Takahashi, S. Tsuji, "Attractive
    quality and must-be quality", Journal of the Japanese Society for Quality Control 14(2), 1984.
    """
    there, absent = answer.get("with"), answer.get("without")
    if not isinstance(there, int) or not isinstance(absent, int):
        return None
    return _CATEGORIES[_KANO[there][absent - 1]]


def _parse_contact(question: Question, form: Form) -> object:
    said = given(form, question.id)
    details = {name: given(form, f"{question.id}.{name}") for name in CONTACT_FIELDS}
    if not said:
        if any(details.values()):
            raise refuse("contact_wanted")
        return None
    if not parse_yes_no(question, said):
        return {"wanted": False}
    texts = {name: clean_text(strings[0][:1000], lines=False) for name, strings in details.items() if strings}
    return {"wanted": True} | {name: text for name, text in texts.items() if text}


def _check_contact(_question: Question, value: object) -> Problem | None:
    if not isinstance(value, Mapping) or not isinstance(value.get("wanted"), bool):
        return problem("choice", value="")
    if not value["wanted"]:
        return problem("contact_wanted") if len(value) > 1 else None
    for name, text in value.items():
        if name != "wanted" and (name not in CONTACT_FIELDS or not isinstance(text, str) or len(text) > _LONGEST):
            return problem("contact_long", limit=_LONGEST, parts=(name,))
    phone, email = value.get("phone"), value.get("email")
    if not phone and not email:
        return problem("contact_way", parts=("phone", "email"))
    if phone and not (_PHONE.fullmatch(phone) and 5 <= sum(c.isdigit() for c in phone) <= 15):
        return problem("contact_phone", parts=("phone",))
    return problem("contact_email", parts=("email",)) if email and not _EMAIL.fullmatch(email) else None


ENTRIES = (
    Type(
        "matrix", "matrix", "grid", _parse_parts, _check_parts, _example_parts,
        frozenset({"rows", "choices", "points", "labels", "not_applicable", "order", "asks"}),
        fewest=2, most=10, parts=True, lacks=_lacks_rows,
    ),
    Type("kano", "kano", "kano", _parse_parts, _check_kano, lambda _: {"with": 1, "without": 5}, parts=True),
    Type(
        "contact", "contact", "bars", _parse_contact, _check_contact,
        lambda _: {"wanted": True, "phone": "13800000000"}, parts=True,
    ),
)  # fmt: skip
