"""Computed values as picked parts: questions and numbers with signs between them, totals and averages, or texts by
condition; and the same in CEL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cx.survey.editing import picking
from cx.survey.editing.picking import Picked

Part = str | int | float
"""A question's id (``m.row`` for a row of a matrix), or a number."""

KINDS = ("chain", "total", "average")
SIGNS = ("+", "-", "*", "/")
_ID = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_PART = rf"(?:{_ID}|\d{{1,12}}(?:\.\d{{1,6}})?)"
_CHAIN = re.compile(rf"{_PART}(?: ?[-+*/] ?{_PART})*")
_CALL = re.compile(rf"(?P<kind>total|average)\((?:\[(?P<list>{_PART}(?:, ?{_PART})*)\]|(?P<matrix>[a-z][a-z0-9_]*))\)")
_ROUND = re.compile(r"round\((?P<inner>.+?)(?:, ?(?P<digits>[0-4]))?\)")


@dataclass(frozen=True)
class Formula:
    """``parts`` with ``signs`` between them (multiplied and divided first), or their total or average; ``digits``
    decimals are kept (None: all). Of a total or average the one part may be a matrix."""

    kind: Literal["chain", "total", "average"]
    parts: tuple[Part, ...]
    signs: tuple[str, ...] = ()
    digits: int | None = None


@dataclass(frozen=True)
class Case:
    """A text, and the condition under which it is the value."""

    when: Picked
    text: str


@dataclass(frozen=True)
class Cases:
    """The first case that holds says the value, else ``otherwise``."""

    cases: tuple[Case, ...]
    otherwise: str


def read(source: str) -> Formula | None:
    """The parts of a formula; None when it says more than parts can."""
    whole = " ".join(source.split())
    rounded = _ROUND.fullmatch(whole)
    if rounded:
        inner = read(rounded["inner"])
        if inner is None or inner.digits is not None:
            return None
        return Formula(inner.kind, inner.parts, inner.signs, int(rounded["digits"] or 0))
    call = _CALL.fullmatch(whole)
    if call:
        texts = call["list"].split(",") if call["list"] else [call["matrix"]]
        return Formula(call["kind"], tuple(_part(text.strip()) for text in texts))  # type: ignore[arg-type]
    if not _CHAIN.fullmatch(whole):
        return None
    pieces = re.findall(rf"{_PART}|[-+*/]", whole)
    return Formula("chain", tuple(_part(text) for text in pieces[::2]), tuple(pieces[1::2]))


def _part(text: str) -> Part:
    if not text[0].isdigit():
        return text
    return float(text) if "." in text else int(text)


def write(formula: Formula, matrices: Iterable[str] = ()) -> str:
    """The formula in CEL; ``matrices`` are the ids of questions whose rows are added up or averaged as they are."""
    texts = [str(part) for part in formula.parts]
    if formula.kind == "chain":
        said = "".join(f"{text} {sign} " for text, sign in zip(texts, formula.signs, strict=False)) + texts[-1]
    elif len(texts) == 1 and texts[0] in set(matrices):
        said = f"{formula.kind}({texts[0]})"
    else:
        said = f"{formula.kind}([{', '.join(texts)}])"
    return said if formula.digits is None else f"round({said}, {formula.digits})"


def countable(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What formulas can be about: questions with a number, rows of matrices, and matrices as a whole."""
    rated = [dict(e) for e in entries if e.get("type") == "matrix" and not e.get("choices")]
    return [*rated, *(e for e in picking.askable(entries) if picking.storage(e) in ("score", "number"))]


def fits(formula: Formula, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every question in it is one of these; matrices as a whole only alone in a total or average."""
    known = {str(entry.get("id")): entry for entry in entries}
    names = [part for part in formula.parts if isinstance(part, str)]
    if any(name not in known for name in names):
        return False
    whole = [name for name in names if known[name].get("type") == "matrix"]
    return not whole or (formula.kind != "chain" and len(formula.parts) == 1)


def read_cases(source: str) -> Cases | None:
    """Texts by condition; None when it says anything else."""
    rest, cases = " ".join(source.split()), []
    while (parts := _parted(rest)) is not None:
        when, text = picking.read(parts[0]), _text(parts[1])
        if when is None or text is None:
            return None
        cases.append(Case(when, text))
        rest = parts[2]
    otherwise = _text(rest)
    return Cases(tuple(cases), otherwise) if otherwise is not None else None


def _parted(source: str) -> tuple[str, str, str] | None:
    """Condition, value and the rest of ``a ? b : c``."""
    masked = re.sub(r"""'[^']*'|"[^"]*\"""", lambda found: "\0" * len(found[0]), source)
    at = masked.find(" ? ")
    colon = masked.find(" : ", at)
    return None if min(at, colon) < 0 else (source[:at], source[at + 3 : colon], source[colon + 3 :])


def _text(source: str) -> str | None:
    found = re.fullmatch(r"'([^'\\]*)'", source.strip())
    return found[1] if found else None


def write_cases(cases: Cases) -> str:
    """The same in CEL; a quotation mark or backslash inside a text becomes a typographic one or a slash."""
    told = "".join(f"{picking.write(case.when)} ? {_quoted(case.text)} : " for case in cases.cases)
    return told + _quoted(cases.otherwise)


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("'", "\u2019").replace("\\", "/")
    return f"'{plain}'"
