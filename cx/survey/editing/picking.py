"""Conditions as rows to pick from: question, comparison, value, joined by all or any; and the same in CEL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.survey.types import TYPES

Value = str | int | float | bool | None

SIGNS: Mapping[str, tuple[str, ...]] = {
    "score": ("<=", ">=", "==", "!=", "answered"),
    "number": ("<=", ">=", "==", "!=", "answered"),
    "flag": ("==", "answered"),
    "choice": ("==", "!=", "in", "answered"),
    "choices": ("has", "lacks", "answered"),
    "text": ("answered", "contains"),
    "date": ("<=", ">=", "==", "answered"),
}
"""The comparisons that can be picked, by what the question's type stores."""

_NAME = r"(?P<name>[a-z][a-z0-9_]*)"
_LITERAL = r"""(?P<value>'[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?|true|false)"""
_PATTERNS = (
    re.compile(rf"{_NAME} ?(?P<sign>==|!=|<=|>=|<|>) ?{_LITERAL}"),
    re.compile(rf"{_NAME} in \[(?P<list>[^\[\]]*)\]"),
    re.compile(rf"(?P<not>!\()?{_LITERAL} in {_NAME}(?(not)\))"),
    re.compile(rf"answered\({_NAME}\)"),
    re.compile(rf"{_NAME}\.contains\({_LITERAL}\)"),
)


@dataclass(frozen=True)
class Term:
    """One row. ``sign`` is one of :data:`SIGNS`; ``values`` has one, several for ``in``, none for ``answered``."""

    name: str
    sign: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Picked:
    """Rows that all must hold, or of which any must."""

    terms: tuple[Term, ...]
    any: bool = False


def read(source: str) -> Picked | None:
    """The rows that a condition says; None when it says more than rows can."""
    whole = " ".join(source.split())
    parts = _split(whole)
    if parts is None:
        return None
    joint = set(parts[1::2])
    terms = [_term(part) for part in parts[::2]]
    if len(joint) > 1 or any(term is None for term in terms):
        return None
    return Picked(tuple(term for term in terms if term), joint == {"||"})


def _split(source: str) -> list[str] | None:
    """The parts between ``&&`` and ``||`` at the outermost level, with the signs between them."""
    quoted = re.split(r"""('[^']*'|"[^"]*")""", source)
    masked = "".join(part if at % 2 == 0 else "\0" * len(part) for at, part in enumerate(quoted))
    parts, start = [], 0
    for found in re.finditer(r"&&|\|\|", masked):
        parts += [source[start : found.start()].strip(), found.group()]
        start = found.end()
    parts.append(source[start:].strip())
    return parts if all(parts) else None


def _term(part: str) -> Term | None:
    found = next((match for pattern in _PATTERNS if (match := pattern.fullmatch(part))), None)
    if found is None:
        return None
    said = found.groupdict()
    name = said["name"]
    if "list" in said:
        values = [_literal(text.strip()) for text in said["list"].split(",") if text.strip()]
        return Term(name, "in", tuple(values)) if values and None not in values else None
    if "value" not in said:
        return Term(name, "answered")
    value = _literal(said["value"])
    if part.startswith(f"{name}.contains"):
        return Term(name, "contains", (value,))
    if "sign" not in said:
        return Term(name, "lacks" if said["not"] else "has", (value,))
    sign, whole = said["sign"], isinstance(value, int) and not isinstance(value, bool)
    if sign in ("<", ">") and not whole:
        return None
    if sign in ("<", ">"):
        assert isinstance(value, int)
        return Term(name, f"{sign}=", (value - 1 if sign == "<" else value + 1,))
    return Term(name, sign, (value,))


def _literal(text: str) -> Value:
    if text[:1] in "'\"":
        return text[1:-1] if text[-1:] == text[0] and len(text) > 1 else None
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return None


def write(picked: Picked) -> str:
    """The condition in CEL; empty without rows that are complete."""
    terms = [_cel(term) for term in picked.terms if complete(term)]
    return (" || " if picked.any else " && ").join(terms)


def complete(term: Term) -> bool:
    """Whether a row says something."""
    return bool(term.name) and (term.sign == "answered" or (bool(term.values) and None not in term.values))


def _cel(term: Term) -> str:
    values = [_said(value) for value in term.values]
    if term.sign == "answered":
        return f"answered({term.name})"
    if term.sign == "in":
        return f"{term.name} in [{', '.join(values)}]"
    if term.sign in ("has", "lacks"):
        inside = f"{values[0]} in {term.name}"
        return inside if term.sign == "has" else f"!({inside})"
    if term.sign == "contains":
        return f"{term.name}.contains({values[0]})"
    return f"{term.name} {term.sign} {values[0]}"


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if not re.search(r"['\\]", value) else json.dumps(value, ensure_ascii=False)
    return str(value)


def signs(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The comparisons that can be picked for a question; none when it cannot be asked about in rows."""
    kind = TYPES.get(str(entry.get("type")))
    return SIGNS.get(kind.storage, ()) if kind else ()


def fits(picked: Picked, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every row is about one of these questions, with a comparison and values that can be picked for it."""
    known = {str(entry.get("id")): entry for entry in entries}
    return all(term.name in known and _offered(term, known[term.name]) for term in picked.terms)


def _offered(term: Term, entry: Mapping[str, Any]) -> bool:
    if term.sign not in signs(entry):
        return False
    choices = [str(choice.get("id")) for choice in entry.get("choices") or () if isinstance(choice, dict)]
    kind = TYPES[str(entry["type"])].storage
    if kind in ("choice", "choices"):
        return all(str(value) in choices for value in term.values)
    if kind == "flag":
        return all(isinstance(value, bool) for value in term.values)
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in term.values)
    return numeric if kind in ("score", "number") else all(isinstance(value, str) for value in term.values)
