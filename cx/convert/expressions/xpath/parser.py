"""XPath 1.0 expressions of XLSForms as a tree. ``${name}`` and ``.`` are questions; a path is not carried."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.tree import Apply, Call, Literal, Name, Node, Tokens, arguments, binary, inside

_PATTERN = re.compile(
    r"""(?P<blank>\s+)|(?P<name>\$\{\s*[^{}\s]+\s*\})|(?P<text>'[^']*'|"[^"]*")|(?P<number>\d+(?:\.\d*)?|\.\d+)"""
    r"""|(?P<word>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)|(?P<sign>!=|<=|>=|::|//|\.\.|[=<>+\-*|(),./@\[\]])"""
)
_LEVELS: tuple[Mapping[str, str], ...] = (
    {"or": "or"},
    {"and": "and"},
    {"=": "==", "!=": "!="},
    {"<": "<", "<=": "<=", ">": ">", ">=": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "div": "/", "mod": "%"},
)


def parse(source: str) -> Node:
    """The tree of an expression. Raises NotCarried."""
    tokens = Tokens(_PATTERN, source)
    node = _whole(tokens)
    if tokens.peek().kind != "end":
        raise NotCarried("path" if tokens.peek().text in ("/", "//", "[", "|", "::", "@", "..") else "syntax")
    return node


def _whole(tokens: Tokens) -> Node:
    return binary(tokens, _LEVELS, _unary, fold=False)


def _unary(tokens: Tokens) -> Node:
    if tokens.has("-"):
        tokens.deeper(1)
        node = Apply("-", (_unary(tokens),))
        tokens.deeper(-1)
        return node
    node = _factor(tokens)
    if tokens.peek().kind == "sign" and tokens.peek().text in ("|", "/", "//", "["):
        raise NotCarried("path")
    return node


def _factor(tokens: Tokens) -> Node:
    token = tokens.take()
    if token.kind == "name":
        return Name(token.text[2:-1].strip())
    if token.kind == "text":
        return Literal(token.text[1:-1], quoted=True)
    if token.kind == "number":
        return Literal(float(token.text))
    if token.kind == "word" and tokens.has("("):
        return Call(token.text, arguments(tokens, _whole))
    if token.text == "(":
        return inside(tokens, _whole)
    if token.text == "." and tokens.peek().text not in ("/", "//"):
        return Name(".")
    paths = ("/", "//", "..", ".", "*", "@")
    raise NotCarried("path" if token.kind == "word" or token.text in paths else "syntax")
