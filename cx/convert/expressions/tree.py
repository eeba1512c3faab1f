"""Expressions of any of the dialects, as parsed; and what their parsers share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cx.convert.expressions.kinds import NotCarried

DEEPEST = 40
LONGEST = 4000


@dataclass(frozen=True)
class Literal:
    """A value as it is written; ``quoted`` when between quotes; None for null."""

    value: str | float | bool | None
    quoted: bool = False


@dataclass(frozen=True)
class Name:
    """A question, by their name; ``raw`` when it is not to be taken for a number."""

    text: str
    raw: bool = False


@dataclass(frozen=True)
class Call:
    """A function."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Apply:
    """An operator, under one name a dialect; one operand or two."""

    sign: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Items:
    """A list."""

    args: tuple[Node, ...]


Node = Literal | Name | Call | Apply | Items


@dataclass(frozen=True)
class Token:
    """``kind`` is a group of the dialect's pattern, or ``end``."""

    kind: str
    text: str


class Tokens:
    """The tokens of a source, one after the other. Raises NotCarried("syntax") for what the pattern does not know."""

    def __init__(self, pattern: re.Pattern[str], source: str) -> None:
        if len(source) > LONGEST:
            raise NotCarried("too_long")
        self._tokens: list[Token] = []
        self._place = 0
        self._depth = 0
        place = 0
        while place < len(source):
            match = pattern.match(source, place)
            if not match or match.end() == place:
                raise NotCarried("syntax")
            place = match.end()
            if match.lastgroup != "blank":
                self._tokens.append(Token(match.lastgroup or "", match.group()))

    def peek(self, ahead: int = 0) -> Token:
        """What comes next."""
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else Token("end", "")

    def take(self) -> Token:
        """What comes next, done with."""
        token = self.peek()
        self._place += 1
        return token

    def has(self, *texts: str) -> bool:
        """Whether a sign comes next; if so, it is done with."""
        found = self.peek().kind == "sign" and self.peek().text in texts
        self._place += found
        return found

    def need(self, text: str) -> None:
        """A sign that must come next."""
        if not self.has(text):
            raise NotCarried("syntax")

    def deeper(self, by: int) -> None:
        """Count brackets and the like."""
        self._depth += by
        if self._depth > DEEPEST:
            raise NotCarried("too_deep")


def binary(
    tokens: Tokens, levels: tuple[Mapping[str, str], ...], operand: Callable[[Tokens], Node], fold: bool = True
) -> Node:
    """Operators between operands, those that bind loosest first; ``fold``: in whatever case they are written."""
    if not levels:
        return operand(tokens)
    node = binary(tokens, levels[1:], operand, fold)
    while tokens.peek().kind in ("sign", "word"):
        text = tokens.peek().text
        sign = levels[0].get(text.lower() if fold else text)
        if sign is None:
            break
        tokens.take()
        node = Apply(sign, (node, binary(tokens, levels[1:], operand, fold)))
    return node


def inside(tokens: Tokens, item: Callable[[Tokens], Node], close: Callable[[Tokens, str], None] = Tokens.need) -> Node:
    """What stands in brackets, once they are open."""
    tokens.deeper(1)
    node = item(tokens)
    close(tokens, ")")
    tokens.deeper(-1)
    return node


def arguments(
    tokens: Tokens,
    item: Callable[[Tokens], Node],
    end: str = ")",
    close: Callable[[Tokens, str], None] = Tokens.need,
) -> tuple[Node, ...]:
    """What stands in brackets with commas between, once they are open."""
    if tokens.has(end):
        return ()
    tokens.deeper(1)
    args = [item(tokens)]
    while tokens.has(","):
        args.append(item(tokens))
    close(tokens, end)
    tokens.deeper(-1)
    return tuple(args)


def unescaped(text: str) -> str:
    """What stands between quotes, without the backslashes before quotes."""
    return re.sub(r"\\(['\"\\])", r"\1", text)


def chain(node: Apply) -> list[Node]:
    """The operands of ``a or b or c``, which is ``(a or b) or c``."""
    sign, found, first = node.sign, [node.args[1]], node.args[0]
    while isinstance(first, Apply) and first.sign == sign:
        found.append(first.args[1])
        first = first.args[0]
    return [first, *reversed(found)]
