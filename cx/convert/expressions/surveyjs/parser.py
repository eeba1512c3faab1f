"""SurveyJS expressions as a tree. From the loosest to the tightest: or, and, comparisons, sums, products, powers,
``contains`` and the like, ``!`` and ``empty``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.tree import (
    Apply,
    Call,
    Items,
    Literal,
    Name,
    Node,
    Tokens,
    arguments,
    binary,
    inside,
    unescaped,
)

_PATTERN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)|(?P<name>\{[^{}]+\})|(?P<text>'(?:[^'"\\]|\\.)*'|"(?:[^'"\\]|\\.)*")"""
    r"""|(?P<number>0x[0-9a-fA-F]+|(?:0|[1-9]\d*)(?:\.\d+)?(?![\d.]))|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<sign>\*=|\|\||&&|<=|>=|==|!=|<>|[=<>+\-*/%^!()\[\],])"""
)
_LEVELS: tuple[Mapping[str, str], ...] = (
    {"||": "or", "or": "or"},
    {"&&": "and", "and": "and"},
    {
        "<=": "<=",
        "lessorequal": "<=",
        ">=": ">=",
        "greaterorequal": ">=",
        "==": "==",
        "=": "==",
        "equal": "==",
        "!=": "!=",
        "<>": "!=",
        "notequal": "!=",
        "<": "<",
        "less": "<",
        ">": ">",
        "greater": ">",
        "equals": "==",
    },
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
    {"^": "^", "power": "^"},
    {
        "*=": "contains",
        "contains": "contains",
        "contain": "contains",
        "notcontains": "notcontains",
        "notcontain": "notcontains",
        "anyof": "anyof",
        "allof": "allof",
        "noneof": "noneof",
    },
)


def parse(source: str) -> Node:
    """The tree of an expression. Raises NotCarried."""
    tokens = Tokens(_PATTERN, source)
    node = _whole(tokens)
    if tokens.peek().kind != "end":
        raise NotCarried("syntax")
    return node


def _whole(tokens: Tokens) -> Node:
    return binary(tokens, _LEVELS, _unary)


def _unary(tokens: Tokens) -> Node:
    if tokens.has("!") or (tokens.peek().text.lower() == "negate" and tokens.take()):
        tokens.deeper(1)
        node: Node = Apply("!", (_unary(tokens),))
        tokens.deeper(-1)
        return node
    node = _factor(tokens)
    if tokens.peek().text.lower() in ("empty", "notempty"):
        node = Apply(tokens.take().text.lower(), (node,))
    return node


def _factor(tokens: Tokens) -> Node:
    token = tokens.take()
    if token.kind == "name":
        text = token.text[1:-1]
        return Name(text.removeprefix("#").strip(), raw=text.startswith("#"))
    if token.kind == "text":
        return Literal(unescaped(token.text[1:-1]), quoted=True)
    if token.kind == "number":
        return Literal(_number(token.text))
    if token.kind == "word":
        return _word(tokens, token.text)
    if token.text == "(":
        return inside(tokens, _whole, _close)
    if token.text == "[":
        return Items(arguments(tokens, _whole, "]"))
    if token.text == "-" and tokens.peek().kind == "number":
        return Literal(-_number(tokens.take().text))
    raise NotCarried("syntax")


def _number(text: str) -> float:
    return int(text, 16) if text.startswith("0x") else float(text)


def _word(tokens: Tokens, word: str) -> Node:
    if tokens.has("("):
        return Call(word, arguments(tokens, _whole, ")", _close))
    if word in ("null", "undefined"):
        return Literal(None)
    if word.lower() in ("true", "false"):
        return Literal(word.lower() == "true")
    if any(word.lower() in signs for signs in _LEVELS):
        raise NotCarried("syntax")
    return Literal(word)


def _close(tokens: Tokens, end: str) -> None:
    """A round bracket that closes; the last one of a source may be missing."""
    if tokens.peek().kind != "end":
        tokens.need(end)
