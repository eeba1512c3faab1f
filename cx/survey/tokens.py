"""Words and signs of a condition: what can be read off its source, and how it is written for the engine.

CEL keeps whole numbers and decimals apart: ``amount + 1`` is an error when ``amount`` is 2.5. People do not, so a
condition that computes is written with decimals throughout (``amount + 1.0``; ``size(ways)`` becomes
``double(size(ways))``), and a divisor is guarded against zero. A condition with ``%`` keeps whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = frozenset(
    (
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
    )
    + ("loop", "package", "namespace", "return", "var", "void", "while")
)
"""Words of CEL that are no names."""

GUARD = "Nonzero"
_PATTERN = re.compile(
    r"""(?P<note>//[^\n]*)|(?P<text>(?:[rRbB]{1,2})?(?:'{3}(?:[^\\]|\\.)*?'{3}|"{3}(?:[^\\]|\\.)*?"{3}"""
    r"""|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
    r"""|(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign>==|!=|<=|>=|&&|\|\||\S)"""
)
_MIRROR = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEIGHBOURS = (".", "-", "+", "*", "/", "%")
_COMPUTES = frozenset("+-*/")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Token:
    """A word or sign: ``kind`` is name, literal or sign; ``value`` its meaning, ``raw`` how it stands in the source."""

    kind: str
    value: object
    raw: str


@dataclass(frozen=True)
class Comparison:
    """``name sign literal`` of a condition; also ``name in [literal]`` (in) and ``literal in name`` (has).

    A part of an answer has a dotted name: ``m.row``.
    """

    name: str
    sign: str
    literal: str | int | float | bool


def read(source: str) -> list[Token]:
    """The tokens of a source; blanks between them do not matter."""
    return [_token(match) for match in _PATTERN.finditer(source) if match.lastgroup != "note"]


def _token(match: re.Match[str]) -> Token:
    raw = match.group()
    if match.lastgroup == "text":
        said = raw.lstrip("rRbB")
        edge = 3 if said[:3] in ("'''", '"""') and len(said) > 5 else 1
        return Token("literal", re.sub(r"\\(.)", r"\1", said[edge:-edge]), raw)
    if match.lastgroup == "number":
        return Token("literal", _number(raw), raw)
    if raw in ("true", "false"):
        return Token("literal", raw == "true", raw)
    return Token("sign" if raw in WORDS or match.lastgroup == "sign" else "name", raw, raw)


def _number(raw: str) -> int | float:
    digits = raw.rstrip("uU")
    if digits[:2].lower() == "0x":
        return int(digits, 16)
    return int(digits) if digits.isdecimal() else float(digits)


def members(tokens: list[Token]) -> frozenset[tuple[str, str]]:
    """``(m, row)`` for every ``m.row`` and ``m['row']``; calls such as ``m.size()`` are none."""
    dotted = (str(token.value) for token in joined(tokens) if token.kind == "name" and "." in str(token.value))
    return frozenset((base, part) for base, _, part in (name.partition(".") for name in dotted))


def joined(tokens: list[Token]) -> list[Token]:
    """The tokens with ``m.row`` and ``m['row']`` as one name each."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        part = _part(tokens, place) if token.kind == "name" and not _is(found[-1:], ".") else None
        if part is None:
            found.append(token)
            place += 1
        else:
            name, place = part
            found.append(Token("name", f"{token.value}.{name}", f"{token.value}.{name}"))
    return found


def _part(tokens: list[Token], place: int) -> tuple[str, int] | None:
    """The part that is asked of the name at ``place``, and where the source goes on."""
    after = tokens[place + 1 : place + 4]
    if _is(after, ".") and len(after) > 1 and after[1].kind != "sign" and not _is(after[2:], "("):
        return after[1].raw, place + 3
    if _is(after, "[") and len(after) == 3 and isinstance(after[1].value, str) and after[1].kind == "literal":
        return (after[1].value, place + 4) if _is(after[2:], "]") else None
    return None


def _is(tokens: list[Token], *signs: str) -> bool:
    return bool(tokens) and tokens[0].kind == "sign" and tokens[0].value in signs


def comparisons(source: str) -> Iterator[Comparison]:
    """Comparisons of a name with a literal that can be read off the source."""
    edge = Token("sign", "", "")
    tokens = joined(read(source))
    padded = [edge, *tokens, edge]
    for before, left, sign, right, after in zip(
        padded, padded[1:], padded[2:], padded[3:], padded[4:], strict=False
    ):  # fmt: skip
        if left.kind == "name" and right.kind == "literal" and sign.value in _MIRROR:
            if before.value not in _NEIGHBOURS and after.value not in _NEIGHBOURS:
                yield Comparison(str(left.value), str(sign.value), right.value)  # type: ignore[arg-type]
        elif left.kind == "literal" and right.kind == "name" and after.value not in (".", "(", "["):
            if sign.value == "in":
                yield Comparison(str(right.value), "has", left.value)  # type: ignore[arg-type]
            elif sign.value in _MIRROR and before.value not in _NEIGHBOURS:
                yield Comparison(str(right.value), _MIRROR[str(sign.value)], left.value)  # type: ignore[arg-type]
    yield from _memberships(tokens)


def _memberships(tokens: list[Token]) -> Iterator[Comparison]:
    """``name in ['a', 'b']``: one comparison a literal."""
    for place in range(len(tokens) - 2):
        first = tokens[place]
        if first.kind == "name" and tokens[place + 1].value == "in" and _is(tokens[place + 2 :], "["):
            for token in tokens[place + 3 :]:
                if _is([token], "]"):
                    break
                if token.kind == "literal":
                    yield Comparison(str(first.value), "in", token.value)  # type: ignore[arg-type]


def computes(tokens: list[Token]) -> bool:
    """Whether it is to be written with decimals: there is a sum, difference, product or quotient, and no remainder."""
    signs = {str(token.value) for token in tokens if token.kind == "sign"}
    return bool(signs & _COMPUTES) and "%" not in signs


def decides(tokens: list[Token]) -> bool:
    """Whether one side may decide for another, which then need not be known."""
    return any(token.kind == "sign" and token.value in ("||", "&&", "?") for token in tokens)


def asked(tokens: list[Token]) -> dict[str, tuple[str, str]]:
    """``answered(q)``, ``answered(m.row)``: question and part ("" for the whole) by the variable it is written as."""
    found = {}
    for place in range(len(tokens) - 2):
        if tokens[place].value == "answered" and tokens[place].kind == "name" and _is(tokens[place + 1 :], "("):
            name = joined(tokens[place + 2 : _closing(tokens, place + 1)])
            if len(name) == 1 and name[0].kind == "name":
                base, _, part = str(name[0].value).partition(".")
                found[_variable(base, part)] = (base, part)
    return found


def _variable(base: str, part: str) -> str:
    return f"Answered_{base}_{part.encode().hex()}"  # no question's id begins with a capital


def written(tokens: list[Token], decimals: bool) -> str:
    """The source for the engine; ``decimals`` as :func:`computes` says."""
    return " ".join(_written(tokens, 0, len(tokens), decimals))


def _written(tokens: list[Token], place: int, end: int, decimals: bool) -> Iterator[str]:
    while place < end:
        token, after = tokens[place], tokens[place + 1 : place + 2]
        closing = _closing(tokens, place + 1) if _is(after, "(", "[") else place
        if token.value == "answered" and token.kind == "name" and _is(after, "("):
            name = joined(tokens[place + 2 : closing])
            if len(name) == 1 and name[0].kind == "name":
                base, _, part = str(name[0].value).partition(".")
                yield _variable(base, part)
                place = closing + 1
                continue
        if decimals and token.value == "/" and token.kind == "sign":
            stop = _operand(tokens, place + 1)
            yield " ".join(("/", GUARD, "(", *_written(tokens, place + 1, stop, decimals), ")"))
            place = stop
        elif decimals and token.value == "size" and _is(after, "(") and not _is(tokens[place - 1 : place], "."):
            yield " ".join(("double", "(", "size", *_written(tokens, place + 1, closing + 1, decimals), ")"))
            place = closing + 1
        elif decimals and _is([token], "[") and place and _indexed(tokens[place - 1]):
            stop = _closing(tokens, place) + 1
            yield " ".join(("[", *_written(tokens, place + 1, stop, False)))  # an index is a whole number
            place = stop
        else:
            yield f"{token.raw}.0" if decimals and token.raw.isdecimal() else token.raw
            place += 1


def _indexed(before: Token) -> bool:
    return before.kind == "name" or _is([before], ")", "]")


def _closing(tokens: list[Token], place: int) -> int:
    """Where the bracket that opens at ``place`` closes; the end where it does not."""
    depth = 0
    for here in range(place, len(tokens)):
        if _is(tokens[here : here + 1], *_PAIRS):
            depth += 1
        elif _is(tokens[here : here + 1], *_PAIRS.values()):
            depth -= 1
            if depth == 0:
                return here
    return len(tokens) - 1


def _operand(tokens: list[Token], place: int) -> int:
    """Where the operand that begins at ``place`` is over: ``-x``, ``size(a)``, ``(a + b)``, ``m.row`` …"""
    while _is(tokens[place : place + 1], "-", "!"):
        place += 1
    place = _closing(tokens, place) + 1 if _is(tokens[place : place + 1], *_PAIRS) else place + 1
    while place < len(tokens):
        if _is(tokens[place:], ".") and place + 1 < len(tokens):
            place += 2
        elif _is(tokens[place:], "(", "["):
            place = _closing(tokens, place) + 1
        else:
            break
    return place
