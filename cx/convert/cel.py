"""A condition of ours as a tree, for writing it in another tool's language."""

from __future__ import annotations

from collections.abc import Sequence

from cx.convert.expressions import NotCarried
from cx.convert.expressions.tree import Apply, Call, Items, Literal, Name, Node
from cx.survey.tokens import Token, joined, read

_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))


def parse(source: str) -> Node:
    """The tree: of a method (``a.matches(b)``) the target is the first argument, and ``?`` has three operands. Raises
    NotCarried("syntax") for what only CEL has: indexes, loops, maps."""
    parser = _Parser(joined(read(source)))
    node = parser.choice()
    if parser.rest:
        raise NotCarried("syntax")
    return node


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def rest(self) -> bool:
        return self._place < len(self._tokens)

    def _is(self, *signs: str) -> bool:
        return self.rest and self._tokens[self._place].kind == "sign" and self._tokens[self._place].raw in signs

    def _take(self, *signs: str) -> Token:
        if not self.rest or (signs and not self._is(*signs)):
            raise NotCarried("syntax")
        self._place += 1
        return self._tokens[self._place - 1]

    def choice(self) -> Node:
        """``condition ? one : other``, or anything that binds more tightly."""
        node = self._binary(0)
        if not self._is("?"):
            return node
        self._take("?")
        one = self.choice()
        self._take(":")
        return Apply("?", (node, one, self.choice()))

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        while self._is(*_LEVELS[level]):
            sign = self._take().raw
            node = Apply(sign, (node, self._binary(level + 1)))
        return node

    def _unary(self) -> Node:
        if self._is("!", "-"):
            sign = self._take().raw
            node = self._unary()
            if sign == "-" and isinstance(node, Literal) and isinstance(node.value, int | float):
                return Literal(-node.value)
            return Apply(sign, (node,))
        return self._called(self._atom())

    def _called(self, node: Node) -> Node:
        while self._is("."):
            self._take()
            name = self._take()
            node = Call(name.raw, (node, *self._list("(", ")")))
        return node

    def _list(self, opening: str, closing: str) -> tuple[Node, ...]:
        self._take(opening)
        found: list[Node] = []
        while not self._is(closing):
            found.append(self.choice())
            if not self._is(closing):
                self._take(",")
        self._take(closing)
        return tuple(found)

    def _atom(self) -> Node:
        if self._is("("):
            self._take()
            node = self.choice()
            self._take(")")
            return node
        if self._is("["):
            return Items(self._list("[", "]"))
        token = self._take()
        if token.kind == "literal":
            return Literal(token.value)  # type: ignore[arg-type]
        if token.kind != "name":
            raise NotCarried("syntax")
        return Call(token.raw, self._list("(", ")")) if self._is("(") else Name(token.raw)
