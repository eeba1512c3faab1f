"""LimeSurvey's expressions as a tree: the value of several with commas between is the last one's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.tree import Apply, Call, Literal, Name, Node, Tokens

_PATTERN = re.compile(
    r"""(?P<blank>\s+)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<word>(?:INSERTANS:)?\d+X\d+X\w+\#?[01]?|(?:TOKEN:|TOKEN-ATTR:)?[A-Za-z_]\w*\#?[01]?(?:\.\w+)*)"""
    r"""|(?P<number>\d+\.?\d*|\.\d+)|(?P<sign>\+\+|--|[+\-*/]=|<=|>=|==|!=|&&|\|\||[=<>+\-*/!(),])"""
)
_LEVELS: tuple[Mapping[str, str], ...] = (
    {"||": "or", "or": "or"},
    {"&&": "and", "and": "and"},
    {"==": "==", "eq": "==", "!=": "!=", "ne": "!="},
    {"<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/"},
)
_OPERATORS = frozenset(word for level in _LEVELS for word in level if word.isalpha())
_ASSIGNS = ("=", "+=", "-=", "*=", "/=", "++", "--")


def parse(source: str) -> Node:
    """The tree of an expression. Raises NotCarried."""
    tokens = Tokens(_PATTERN, source)
    node = _several(tokens)
    if tokens.peek().kind != "end":
        raise NotCarried("assignment" if tokens.peek().text in _ASSIGNS else "syntax")
    return node


def _several(tokens: Tokens) -> Node:
    node = _binary(tokens, 0)
    while tokens.has(","):
        node = _binary(tokens, 0)
    return node


def _binary(tokens: Tokens, level: int) -> Node:
    if level == len(_LEVELS):
        return _unary(tokens)
    node = _binary(tokens, level + 1)
    while tokens.peek().kind in ("sign", "word") and (sign := _LEVELS[level].get(tokens.peek().text.lower())):
        tokens.take()
        node = Apply(sign, (node, _binary(tokens, level + 1)))
    return node


def _unary(tokens: Tokens) -> Node:
    for sign in ("!", "-", "+"):
        if tokens.has(sign):
            tokens.deeper(1)
            node = _unary(tokens)
            tokens.deeper(-1)
            return Apply("!" if sign == "!" else f"{sign}1", (node,))
    return _factor(tokens)


def _factor(tokens: Tokens) -> Node:
    token = tokens.take()
    if token.kind == "text":
        return Literal(re.sub(rf"\\([\\{token.text[0]}])", r"\1", token.text[1:-1]), quoted=True)
    if token.kind == "number":
        return Literal(float(token.text))
    if token.kind == "word" and token.text.lower() not in _OPERATORS:
        return Call(token.text, _arguments(tokens)) if tokens.has("(") else Name(token.text)
    if token.text == "(":
        tokens.deeper(1)
        node = _several(tokens)
        tokens.need(")")
        tokens.deeper(-1)
        return node
    raise NotCarried("assignment" if token.text in _ASSIGNS else "syntax")


def _arguments(tokens: Tokens) -> tuple[Node, ...]:
    if tokens.has(")"):
        return ()
    tokens.deeper(1)
    args = [_binary(tokens, 0)]
    while tokens.has(","):
        args.append(_binary(tokens, 0))
    tokens.need(")")
    tokens.deeper(-1)
    return tuple(args)
