"""A YAML text taken apart into the lines of its parts, comments with what they stand before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from cx.survey.tree import Node, grow

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, eq=False)
class Item:
    """One key with its value, or one entry of a list. ``lead`` are the comments before it, ``body`` its lines, both
    without indentation (an entry's without its dash); ``entries`` and ``items`` are there for block style only, and
    ``indent`` is how far they stand in."""

    value: Any
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    entries: dict[str, Item] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    indent: str = "  "


@dataclass(frozen=True)
class Block:
    """A whole text: lines before the first key, the mapping, comments after the last."""

    head: tuple[str, ...]
    item: Item
    foot: tuple[str, ...]


def block_of(text: str, plain: Callable[[Node], Any]) -> Block:
    """Take a text apart. Raises ``ValueError`` when it is not a mapping in block style."""
    root, found = grow(text)
    shape = yaml.compose(text, Loader=_LOADER)
    if root is None or found or not isinstance(shape, yaml.MappingNode) or shape.flow_style or not shape.value:
        raise ValueError("no block mapping")
    lines = text.removeprefix("\ufeff").splitlines()
    first = shape.value[0][0].start_mark.line
    end = len(lines) - len(_tail(lines, first, len(lines), 0))
    cut = _Cut(lines, plain)
    head = first - len(_tail(lines, 0, first, 0))
    return Block(tuple(lines[:head]), cut.mapping(shape, root, head, end), tuple(lines[end:]))


def _tail(lines: Sequence[str], start: int, end: int, column: int) -> list[str]:
    """The comment and empty lines right before ``end`` that stand no further in than ``column``."""
    at = end
    while at > start and _aside(lines[at - 1], column):
        at -= 1
    return list(lines[at:end])


def _aside(line: str, column: int) -> bool:
    bare = line.lstrip()
    return not bare or (bare.startswith("#") and len(line) - len(bare) <= column)


class _Cut:
    def __init__(self, lines: Sequence[str], plain: Callable[[Node], Any]) -> None:
        self.lines, self.plain = lines, plain

    def mapping(self, shape: yaml.MappingNode, node: Node, start: int, end: int) -> Item:
        """Lines ``start`` to ``end`` hold the mapping and the comments before its first key."""
        column = shape.value[0][0].start_mark.column
        begins = [key.start_mark.line for key, _ in shape.value]
        if len(set(begins)) < len(begins):
            raise ValueError("two keys on a line")
        entries: dict[str, Item] = {}
        for place, (key, value) in enumerate(shape.value):
            after = begins[place + 1] if place + 1 < len(begins) else end
            last = after - len(_tail(self.lines, begins[place] + 1, after, column)) if after < end else end
            before = (
                start
                if place == 0
                else begins[place] - len(_tail(self.lines, begins[place - 1] + 1, begins[place], column))
            )
            name = str(key.value)
            lead = tuple(line.strip() for line in self.lines[before : begins[place]])
            entries[name] = self._part(value, node.entries[name], begins[place], last, column, lead)
        return Item(self.plain(node), (), self._dedented(begins[0], end, column), entries)

    def _part(self, shape: yaml.Node, node: Node, start: int, end: int, column: int, lead: tuple[str, ...]) -> Item:
        value, body = self.plain(node), self._dedented(start, end, column)
        inner = shape.start_mark.line
        if isinstance(shape, yaml.CollectionNode) and not shape.flow_style and shape.value and inner > start:
            indent = " " * max(0, shape.start_mark.column - column)
            if isinstance(shape, yaml.MappingNode):
                return Item(value, lead, body, self.mapping(shape, node, start + 1, end).entries, (), indent)
            return Item(value, lead, body, {}, self._items(shape, node, start + 1, end), indent)
        return Item(value, lead, body)

    def _items(self, shape: yaml.SequenceNode, node: Node, start: int, end: int) -> tuple[Item, ...]:
        column = shape.start_mark.column
        begins = [item.start_mark.line for item in shape.value]
        if len(set(begins)) < len(begins):
            raise ValueError("two entries on a line")
        found = []
        for place, item in enumerate(shape.value):
            after = begins[place + 1] if place + 1 < len(begins) else end
            last = after - len(_tail(self.lines, begins[place] + 1, after, column)) if after < end else end
            before = (
                start
                if place == 0
                else begins[place] - len(_tail(self.lines, begins[place - 1] + 1, begins[place], column))
            )
            lead = tuple(line.strip() for line in self.lines[before : begins[place]])
            found.append(self._one(item, node.items[place], begins[place], last, lead))
        return tuple(found)

    def _one(self, shape: yaml.Node, node: Node, start: int, end: int, lead: tuple[str, ...]) -> Item:
        column = shape.start_mark.column
        body = self._dedented(start, end, column)
        if isinstance(shape, yaml.MappingNode) and not shape.flow_style and shape.value:
            return Item(self.plain(node), lead, body, self.mapping(shape, node, start, end).entries)
        return Item(self.plain(node), lead, body)

    def _dedented(self, start: int, end: int, column: int) -> tuple[str, ...]:
        """Lines without the first ``column`` characters; a dash in front of the first is left out too."""
        first, *rest = self.lines[start:end]
        return (first[column:], *(line[column:] if not line[:column].strip() else line.lstrip() for line in rest))
