"""YAML with a line for everything: text → a tree of nodes, or every reason why not. Guards against hostile files.

Scalars stay as written (``raw``), so that ``no`` may be the id of a choice and ``1.0`` a version; the reader of a field
says what it wants. Aliases are followed and counted, so that a bomb is refused before it is unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from cx.words import Problem

LARGEST = 1_000_000
DEEPEST = 20
MOST_NODES = 100_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONE = re.compile("[\ud800-\udfff]")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NULLS = ("", "~", "null", "Null", "NULL")
_STANDARD = {"!"} | {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
}


class Node(NamedTuple):
    """A scalar, a list or a mapping with the line it starts on. ``plain`` tells an unquoted scalar."""

    line: int
    kind: str
    raw: str = ""
    plain: bool = False
    items: tuple[Node, ...] = ()
    entries: Mapping[str, Node] = _NOTHING
    key_lines: Mapping[str, int] = _NOTHING

    @property
    def empty(self) -> bool:
        """Whether nothing was said: ``key:`` or ``key: null``."""
        return self.plain and self.raw in _NULLS


class _Unreadable(Exception):
    """The text cannot become a tree at all."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def grow(text: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a YAML text (None when it cannot be one) and the problems found; lines count from 1."""
    if len(text) > LARGEST:
        return None, [Problem("survey_large", values={"limit": LARGEST, "size": len(text)})]
    text = text.removeprefix("\ufeff")
    problems: list[Problem] = []
    torn = _LONE.search(text)
    if torn:
        return None, [_not_text(text, torn.start(), ord(torn.group()))]
    loader = _LOADER(text)
    try:
        return _Grower(loader.get_event, problems).document(), problems
    except _Unreadable as found:
        return None, [*problems, *found.problems]
    except yaml.reader.ReaderError as error:
        return None, [_not_text(text, error.position, error.character)]
    except yaml.MarkedYAMLError as error:
        return None, _broken(text, error)
    finally:
        loader.dispose()


def _not_text(text: str, position: int, character: int | str) -> Problem:
    code = character if isinstance(character, int) else ord(character[:1] or "\0")
    return Problem("survey_not_text", values={"character": f"U+{code:04X}"}, line=text[:position].count("\n") + 1)


def _broken(text: str, error: yaml.MarkedYAMLError) -> list[Problem]:
    """Not YAML: every line indented with a tab where there are such lines, else what the parser says."""
    tabs = [
        number for number, line in enumerate(text.splitlines(), 1) if "\t" in line[: len(line) - len(line.lstrip())]
    ]
    if tabs:
        return [Problem("survey_tab", line=number) for number in tabs[:50]]
    mark = error.problem_mark or error.context_mark
    if "expected a single document" in str(error):
        return [Problem("survey_documents", line=mark.line + 1 if mark else 1)]
    reason = " ".join(part for part in (error.problem, error.context) if part)
    line = min(mark.line + 1 if mark else 1, max(1, len(text.splitlines())))
    return [Problem("survey_yaml", values={"reason": reason[:160]}, line=line)]


class _Grower:
    """Makes nodes of the parser's events, counting depth and nodes on the way, those behind aliases included."""

    def __init__(self, event: Callable[[], Any], problems: list[Problem]) -> None:
        self._event, self._problems = event, problems
        self._nodes = self._deepest = 0
        self._anchors: dict[str, _Anchor] = {}

    def document(self) -> Node | None:
        """The one document of the stream; None where there is none."""
        self._event()
        if type(self._event()) is yaml.StreamEndEvent:
            return None
        root = self._node(self._event(), 0)
        self._event()
        after = self._event()
        if type(after) is not yaml.StreamEndEvent:
            raise _Unreadable(Problem("survey_documents", line=after.start_mark.line + 1))
        return root

    def _node(self, event: Any, depth: int) -> Node:
        kind, line = type(event), event.start_mark.line + 1
        if kind is yaml.AliasEvent:
            return self._alias(event, depth)
        self._count(1, depth, line, "survey_nodes")
        if event.anchor:
            return self._anchored(event, depth)
        if event.tag and event.tag not in _STANDARD:
            self._problems.append(Problem("survey_tag", values={"tag": event.tag[:60]}, line=line))
        if kind is yaml.ScalarEvent:
            return Node(line, "scalar", event.value, not event.style)
        if depth >= DEEPEST:
            raise _Unreadable(Problem("survey_deep", values={"limit": DEEPEST}, line=line))
        return self._list(line, depth) if kind is yaml.SequenceStartEvent else self._mapping(line, depth)

    def _count(self, nodes: int, depth: int, line: int, code: str) -> None:
        self._nodes += nodes
        if depth > self._deepest:
            self._deepest = depth
        if self._nodes > MOST_NODES:
            raise _Unreadable(Problem(code, values={"limit": MOST_NODES}, line=line))

    def _anchored(self, event: Any, depth: int) -> Node:
        """A node that aliases may repeat: what it holds is counted, so that they cannot multiply without bound."""
        name, mark, event.anchor = event.anchor, event.start_mark, None
        if name in self._anchors:
            context = "found duplicate anchor; first occurrence"
            raise yaml.composer.ComposerError(context, self._anchors[name].mark, "second occurrence", mark)
        anchor = self._anchors[name] = _Anchor(mark)
        before, outside, self._deepest = self._nodes, self._deepest, depth
        self._nodes -= 1
        anchor.node = self._node(event, depth)
        anchor.nodes, anchor.height = self._nodes - before + 1, self._deepest - depth
        self._deepest = max(outside, self._deepest)
        return anchor.node

    def _alias(self, event: Any, depth: int) -> Node:
        anchor, line = self._anchors.get(event.anchor), event.start_mark.line + 1
        if anchor is None:
            raise yaml.composer.ComposerError(None, None, "found undefined alias", event.start_mark)
        if anchor.node is None or depth + anchor.height > DEEPEST:  # within itself, or a tower of them
            raise _Unreadable(Problem("survey_bomb", values={"limit": MOST_NODES}, line=line))
        self._count(anchor.nodes, depth + anchor.height, line, "survey_bomb")
        return anchor.node

    def _list(self, line: int, depth: int) -> Node:
        items = []
        while type(event := self._event()) is not yaml.SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        return Node(line, "list", items=tuple(items))

    def _mapping(self, line: int, depth: int) -> Node:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while type(event := self._event()) is not yaml.MappingEndEvent:
            key = self._node(event, depth + 1)
            value = self._node(self._event(), depth + 1)
            name = key.raw
            if key.kind != "scalar":
                self._problems.append(Problem("survey_key_shape", line=key.line))
                continue
            if name in entries:
                twice = Problem("survey_key_twice", values={"key": name[:60], "first": lines[name]}, line=key.line)
                self._problems.append(twice)
            entries[name], lines[name] = value, key.line
        return Node(line, "map", entries=entries, key_lines=lines)


@dataclass
class _Anchor:
    """Where an anchor stands; once its node is complete: how many nodes it holds, and how many levels below it."""

    mark: Any
    node: Node | None = None
    nodes: int = 0
    height: int = 0
