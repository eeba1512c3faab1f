"""Conditions as rows to pick from: question, comparison, value, joined by all or any; and the same in CEL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.survey.types import TYPES

Value = str | int | float | bool | None

_ORDERED = ("<=", ">=", "==", "!=", "below", "above", "answered")
SIGNS: Mapping[str, tuple[str, ...]] = {
    "score": _ORDERED,
    "number": _ORDERED,
    "flag": ("==", "answered"),
    "choice": ("==", "!=", "in", "answered"),
    "choices": ("has", "lacks", "fewest", "most", "answered"),
    "ranking": ("first", "answered"),
    "text": ("answered", "contains", "==", "!=", "longer", "shorter", "format"),
    "date": ("<=", ">=", "==", "past", "future", "below", "above", "answered"),
    "photo": ("answered",),
    "kano": ("answered",),
    "maxdiff": ("answered",),
}
"""The comparisons that can be picked, by what the question's type stores. ``below`` and ``above`` (or equal) compare
with the answer to another question, ``past`` and ``future`` with today; ``fewest`` and ``most`` count choices,
``longer`` and ``shorter`` characters (CEL's own ``size`` of a text would count bytes)."""

FORMATS: Mapping[str, str] = {
    "digits": "^[0-9]+$",
    "mobile": "^1[3-9][0-9]{9}$",
    "email": "^[^@ ]+@[^@ ]+[.][^@ ]+$",
}
"""What a text can be asked to look like, as patterns."""

BARE = ("answered", "past", "future")
"""Comparisons that need no value."""

_SIZES = {">=": "fewest", "<=": "most"}
_LENGTHS = {">=": "longer", "<=": "shorter"}
COUNTS = (*_SIZES.values(), *_LENGTHS.values())
"""Comparisons with a number that is counted."""
_OTHERS = {"<=": "below", ">=": "above"}
_DAYS = {"<=": "past", ">=": "future"}
_ID = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_NAME = rf"(?P<name>{_ID})"
_LITERAL = r"""(?P<value>'[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?|true|false)"""
_PATTERNS = (
    re.compile(rf"{_NAME} ?(?P<sign>==|!=|<=|>=|<|>) ?{_LITERAL}"),
    re.compile(rf"{_NAME} in \[(?P<list>[^\[\]]*)\]"),
    re.compile(rf"(?P<not>!\()?{_LITERAL} in {_NAME}(?(not)\))"),
    re.compile(rf"answered\({_NAME}\)"),
    re.compile(rf"{_NAME}\.(?P<call>contains|matches)\({_LITERAL}\)"),
    re.compile(rf"{_NAME} ?(?P<day><=|>=) ?today\(\)"),
    re.compile(rf"{_NAME} ?(?P<than><=|>=) ?(?P<other>{_ID})"),
    re.compile(rf"(?P<measure>size|length)\({_NAME}\) ?(?P<size><=|>=) ?(?P<count>\d{{1,5}})"),
    re.compile(rf"{_NAME}\[0\] ?== ?(?P<top>'[^'\\]*')"),
)


@dataclass(frozen=True)
class Term:
    """One row. ``sign`` is one of :data:`SIGNS`; ``values`` has one, several for ``in``, none for :data:`BARE`."""

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
    if "day" in said:
        return Term(name, _DAYS[said["day"]])
    if "other" in said:
        return Term(name, _OTHERS[said["than"]], (said["other"],))
    if "count" in said:
        signs = _SIZES if said["measure"] == "size" else _LENGTHS
        return Term(name, signs[said["size"]], (int(said["count"]),))
    if "top" in said:
        return Term(name, "first", (said["top"][1:-1],))
    if "value" not in said:
        return Term(name, "answered")
    value = _literal(said["value"])
    if said.get("call") == "matches":
        known = next((format for format, pattern in FORMATS.items() if pattern == value), None)
        return Term(name, "format", (known,)) if known else None
    if "call" in said:
        return Term(name, "contains", (value,))
    if "sign" not in said:
        return Term(name, "lacks" if said["not"] else "has", (value,))
    return _compared(name, said["sign"], value)


def _compared(name: str, sign: str, value: Value) -> Term | None:
    if sign not in ("<", ">"):
        return Term(name, sign, (value,))
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return Term(name, f"{sign}=", (value - 1 if sign == "<" else value + 1,))


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
    return bool(term.name) and (term.sign in BARE or (bool(term.values) and None not in term.values))


def _cel(term: Term) -> str:
    name, values = term.name, [_said(value) for value in term.values]
    match term.sign:
        case "answered":
            return f"answered({name})"
        case "past" | "future":
            return f"{name} {'<=' if term.sign == 'past' else '>='} today()"
        case "below" | "above":
            return f"{name} {'<=' if term.sign == 'below' else '>='} {term.values[0]}"
        case "fewest" | "most":
            return f"size({name}) {'>=' if term.sign == 'fewest' else '<='} {values[0]}"
        case "longer" | "shorter":
            return f"length({name}) {'>=' if term.sign == 'longer' else '<='} {values[0]}"
        case "in":
            return f"{name} in [{', '.join(values)}]"
        case "has" | "lacks":
            inside = f"{values[0]} in {name}"
            return inside if term.sign == "has" else f"!({inside})"
        case "first":
            return f"{name}[0] == {values[0]}"
        case "contains":
            return f"{name}.contains({values[0]})"
        case "format":
            return f"{name}.matches({_said(FORMATS[str(term.values[0])])})"
    return f"{name} {term.sign} {values[0]}"


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if not re.search(r"['\\]", value) else json.dumps(value, ensure_ascii=False)
    return str(value)


def storage(entry: Mapping[str, Any]) -> str:
    """What the answer to a question is; of a computed one what it says itself."""
    kind = TYPES.get(str(entry.get("type")))
    if kind is not None and kind.storage == "computed":
        return str(entry.get("as", "number"))
    return kind.storage if kind else "none"


def signs(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The comparisons that can be picked for a question; none when it cannot be asked about in rows."""
    return SIGNS.get(storage(entry), ())


def askable(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What rows can be about: questions, and parts of those that are answered in parts, as if they were questions.

    A part has ``within``, the text of the question that it belongs to.
    """
    found: list[dict[str, Any]] = []
    for entry in entries:
        if entry.get("type") == "contact":
            found.append({"id": f"{entry.get('id')}.wanted", "type": "yes_no", "label": entry.get("label")})
        elif entry.get("type") == "matrix":
            found += _rows(entry)
        elif signs(entry):
            found.append(dict(entry))
    return found


def _rows(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    shared = {name: entry[name] for name in ("choices", "points") if entry.get(name)}
    kind = "single" if "choices" in shared else "rating"
    rows = [row for row in entry.get("rows") or () if isinstance(row, dict)]
    return [
        {"id": f"{entry.get('id')}.{row.get('id')}", "type": kind, "label": row.get("label"), **shared,
         "within": entry.get("label")}
        for row in rows
    ]  # fmt: skip


def values(entry: Mapping[str, Any]) -> list[Any]:
    """The values that can be picked for a question; none where any number or text will do."""
    kind = storage(entry)
    if kind == "flag":
        return [True, False]
    if kind == "score":
        low, high = TYPES[str(entry["type"])].points or (1, 5)
        top = entry.get("points", high)
        return list(range(low, (top if isinstance(top, int) else high) + 1))
    return [str(each.get("id")) for each in entry.get("choices") or () if isinstance(each, dict)]


def first(entry: Mapping[str, Any]) -> Term:
    """A row to begin with: a low score, the first choice, yes; where any value will do, whether it is answered."""
    name, known, kind = str(entry.get("id")), values(entry), storage(entry)
    if kind == "score":
        return Term(name, "<=", (6 if entry.get("type") == "nps" else known[len(known) // 2 - 1],))
    if known and kind in ("flag", "choice", "choices", "ranking"):
        return Term(name, signs(entry)[0], (known[0],))
    return Term(name, "answered")


def fits(picked: Picked, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every row is about one of these questions, with a comparison and values that can be picked for it."""
    known = {str(entry.get("id")): entry for entry in entries}
    return all(term.name in known and _offered(term, known) for term in picked.terms)


def alike(entry: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The other questions whose answers can be compared with this one's."""
    groups = {"score": "number"}
    wanted = groups.get(storage(entry), storage(entry))
    found = [each for each in entries if groups.get(storage(each), storage(each)) == wanted]
    return [str(each.get("id")) for each in found if each.get("id") != entry.get("id")]


def _offered(term: Term, known: Mapping[str, Mapping[str, Any]]) -> bool:
    entry = known[term.name]
    kind, numeric = storage(entry), all(isinstance(v, int | float) and not isinstance(v, bool) for v in term.values)
    if term.sign not in signs(entry):
        return False
    if term.sign in ("below", "above"):
        return term.values[0] in alike(entry, known.values())
    if term.sign in COUNTS:
        return numeric
    if kind in ("choice", "choices", "ranking"):
        return all(str(value) in values(entry) for value in term.values)
    if kind == "flag":
        return all(isinstance(value, bool) for value in term.values)
    return numeric if kind in ("score", "number") else all(isinstance(value, str) for value in term.values)
