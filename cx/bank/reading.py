"""YAML files with line numbers: mappings and lists that know where they stand, and every problem told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cx.words import Problem

LARGEST = 5_000_000  # bytes; a bank of 10,000 branches needs one
DEEPEST = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapped(dict[str, Any]):
    """A YAML mapping with the line (from 1) where it starts, and those of its keys."""

    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


@dataclass(frozen=True)
class Place:
    """Where something stands: a file's name and a line."""

    file: str
    line: int = 0

    def problem(self, code: str, severity: str = "error", **values: object) -> Problem:
        """A problem here."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return Problem(code, where, values, severity, self.line or None)


def read(file: Path, problems: list[Problem]) -> Mapped | None:
    """The mapping of one YAML file; None, and a problem, where it cannot be read."""
    place = Place(file.name)
    try:
        if file.stat().st_size > LARGEST:
            problems.append(place.problem("model_large", limit=LARGEST // 1_000_000))
            return None
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(place.problem("model_unreadable", detail=error))
        return None
    return parse(text, file.name, problems)


def parse(text: str, name: str, problems: list[Problem]) -> Mapped | None:
    """The mapping of a text that is, or may become, the file ``name``; None, and a problem, where it is none."""
    place = Place(name)
    try:
        unfit = _unfit(text, name) if _maybe_unfit(text) else None
        if unfit:
            problems.append(unfit)
            return None
        node = yaml.compose(text, _LOADER)
        value = _plain(node, place, problems) if node is not None else Mapped()
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        detail = getattr(error, "problem", None) or type(error).__name__
        problems.append(Place(name, mark.line + 1 if mark else 0).problem("model_yaml", detail=detail))
        return None
    if not isinstance(value, Mapped):
        problems.append(place.problem("model_not_mapping"))
        return None
    return value


def entries(value: object, key: str, place: Place, problems: list[Problem]) -> Iterator[Mapped]:
    """The mappings in the list ``value`` that stands under ``key``; whatever is no mapping is told."""
    if value is None:
        return
    if not isinstance(value, list):
        problems.append(place.problem("model_not_list", key=key))
        return
    for item in value:
        if isinstance(item, Mapped):
            yield item
        else:
            problems.append(place.problem("model_entry", key=key, found=str(item)[:40]))


def _unfit(text: str, name: str) -> Problem | None:
    """The first alias, of which a few can make a file of terabytes, or the first place nested too deep: reading takes
    the square of the depth while every other thread waits, and the process breaks down at last."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            return Place(name, line).problem("model_alias")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return Place(name, line).problem("survey_deep", limit=DEEPEST)
    return None


def _maybe_unfit(text: str) -> bool:
    """Whether a closer look is due, which takes a third of reading. Brackets are only counted: in comments and quotes
    their ends mean nothing."""
    if text.count("[") + text.count("{") > DEEPEST:
        return True
    return _STAIRS.search(text) is not None or _MAYBE_ALIAS.search(text) is not None


def _plain(node: yaml.Node, place: Place, problems: list[Problem]) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, place, problems) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        found = Mapped()
        found.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                problems.append(Place(place.file, key_node.start_mark.line + 1).problem("model_twice", key=key))
            found[key] = _plain(value_node, place, problems)
            found.lines[key] = key_node.start_mark.line + 1
        return found
    if node.tag == _TEXT:
        return node.value
    found = _SCALARS.construct_object(node, deep=True)
    _SCALARS.constructed_objects.clear()  # it would remember every node for good
    return node.value if type(found) is int and abs(found) > _MOST else found  # no number then, whoever asks for one


_TEXT = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG
_SCALARS = yaml.SafeLoader("")
_STAIRS = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST}}}")  # "- - - x": lists in lists on one line
_MAYBE_ALIAS = re.compile(r"\*[^\s*]")
_MOST = 10**18  # of a whole number: what no float holds would stop whoever counts with it
