"""YAML with a line for everything: text → a tree of nodes, or every reason why not. Guards against hostile files.

Scalars stay as written (``raw``), so that ``no`` may be the id of a choice and ``1.0`` a version; the reader of a field
says what it wants. Aliases are followed and counted, so that a bomb is refused before it is unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from cx.words import Problem

LARGEST = 1_000_000
DEEPEST = 20
MOST_NODES = 100_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONE = re.compile("[\ud800-\udfff]")
_NULLS = ("", "~", "null", "Null", "NULL")
_STANDARD = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
}


@dataclass(frozen=True)
class Node:
    """A scalar, a list or a mapping with the line it starts on. ``plain`` tells an unquoted scalar."""

    line: int
    kind: str
    raw: str = ""
    plain: bool = False
    items: tuple[Node, ...] = ()
    entries: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing was said: ``key:`` or ``key: null``."""
        return self.kind == "scalar" and self.plain and self.raw in _NULLS

    def canonical(self) -> object:
        """The content without lines, comments, styles and order of keys."""
        if self.kind == "map":
            return {key: node.canonical() for key, node in sorted(self.entries.items()) if not node.empty}
        if self.kind == "list":
            return [node.canonical() for node in self.items]
        return self.raw


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
    try:
        _guard(text)
        root = yaml.compose(text, Loader=_LOADER)
        return (None if root is None else _Grower(problems).node(root, 0)), problems
    except _Unreadable as found:
        return None, [*problems, *found.problems]
    except yaml.reader.ReaderError as error:
        return None, [_not_text(text, error.position, error.character)]
    except yaml.MarkedYAMLError as error:
        return None, _broken(text, error)


def _not_text(text: str, position: int, character: int | str) -> Problem:
    code = character if isinstance(character, int) else ord(character[:1] or "\0")
    return Problem("survey_not_text", values={"character": f"U+{code:04X}"}, line=text[:position].count("\n") + 1)


def _guard(text: str) -> None:
    """Depth and number of nodes, before anything recursive looks at the text."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        nodes += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _Unreadable(Problem("survey_deep", values={"limit": DEEPEST}, line=event.start_mark.line + 1))
        if nodes > MOST_NODES:
            raise _Unreadable(Problem("survey_nodes", values={"limit": MOST_NODES}, line=event.start_mark.line + 1))


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
    """Unfolds composed YAML nodes, counting every visit so that aliases cannot multiply without bound."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.visits = 0

    def node(self, source: yaml.Node, depth: int) -> Node:
        line = source.start_mark.line + 1
        self.visits += 1
        if self.visits > MOST_NODES or depth > DEEPEST:
            raise _Unreadable(Problem("survey_bomb", values={"limit": MOST_NODES}, line=line))
        if source.tag not in _STANDARD:
            self.problems.append(Problem("survey_tag", values={"tag": source.tag[:60]}, line=line))
        if isinstance(source, yaml.ScalarNode):
            return Node(line, "scalar", str(source.value), not source.style)
        if isinstance(source, yaml.SequenceNode):
            return Node(line, "list", items=tuple(self.node(item, depth + 1) for item in source.value))
        return self._mapping(source, line, depth)

    def _mapping(self, source: yaml.MappingNode, line: int, depth: int) -> Node:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in self._pairs(source):
            here = key.start_mark.line + 1
            name = str(key.value)
            if name in entries:
                self.problems.append(
                    Problem("survey_key_twice", values={"key": name[:60], "first": lines[name]}, line=here)
                )
            entries[name] = self.node(value, depth + 1)
            lines[name] = here
        return Node(line, "map", entries=entries, key_lines=lines)

    def _pairs(self, source: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, value in source.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value
            else:
                self.problems.append(Problem("survey_key_shape", line=key.start_mark.line + 1))
