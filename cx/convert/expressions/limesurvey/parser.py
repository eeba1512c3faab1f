"""LimeSurvey's expressions as a tree: the value of several with commas between is the last one's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.tree import Apply, Call, Literal, Name, Node, Tokens, arguments, binary, inside

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
    node = _one(tokens)
    while tokens.has(","):
        node = _one(tokens)
    return node


def _one(tokens: Tokens) -> Node:
    return binary(tokens, _LEVELS, _unary)


def _unary(tokens: Tokens) -> Node:
    for sign in ("!", "-", "+"):
        if tokens.has(sign):
            tokens.deeper(1)
            node = _unary(tokens)
            tokens.deeper(-1)
            return Apply(sign, (node,))
    return _factor(tokens)


def _factor(tokens: Tokens) -> Node:
    token = tokens.take()
    if token.kind == "text":
        return Literal(re.sub(rf"\\([\\{token.text[0]}])", r"\1", token.text[1:-1]), quoted=True)
    if token.kind == "number":
        return Literal(float(token.text))
    if token.kind == "word" and token.text.lower() not in _OPERATORS:
        return Call(token.text, arguments(tokens, _one)) if tokens.has("(") else Name(token.text)
    if token.text == "(":
        return inside(tokens, _several)
    raise NotCarried("assignment" if token.text in _ASSIGNS else "syntax")
