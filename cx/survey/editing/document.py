"""A definition as text and as a plain mapping: read one, write the other back over the old text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cx.survey.editing.blocks import Item, block_of
from cx.survey.editing.fresh_yaml import lines_of
from cx.survey.tree import Node, grow
from cx.words import Problem, Refused

Definition = dict[str, Any]
"""Keys as in ``docs/survey-format.md``; scalars are str, int, float or bool, lists and mappings plain."""

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,8})")


def read(text: str, where: str = "YAML") -> Definition:
    """The mapping that a text holds. Raises :class:`Refused` with line and cure when it holds none."""
    root, found = grow(text)
    if root is None or found:
        told = found or [Problem("survey_empty", line=1)]
        raise Refused(*(replace(problem, where=f"{where}:{problem.line or 1}") for problem in told))
    if root.kind != "map":
        raise Refused(Problem("survey_not_map", f"{where}:{root.line}", line=root.line))
    plain = _plain(root)
    assert isinstance(plain, dict)
    return plain


def write(definition: Mapping[str, Any], before: str = "") -> str:
    """The definition as YAML; what is as ``before`` stands as it stood there, comments included.

    Comments inside a question whose very line was changed are lost; without ``before`` the layout is the usual one.
    """
    if before.strip():
        merged = _merged(definition, before)
        if merged is not None:
            return merged
    return "\n".join(line for key, value in definition.items() for line in lines_of(key, value)) + "\n"


def _merged(definition: Mapping[str, Any], before: str) -> str | None:
    """Over the old text; None when that text is laid out in a way that cannot be taken apart."""
    try:
        block = block_of(before, _plain)
        text = "\n".join([*block.head, *_map(definition, block.item, _pool(block.item)), *block.foot]).rstrip() + "\n"
        return text if read(text) == definition else None
    except (Refused, ValueError, IndexError):
        return None


def _plain(node: Node) -> Any:
    if node.kind == "map":
        return {key: _plain(value) for key, value in node.entries.items() if not value.empty}
    if node.kind == "list":
        return [_plain(item) for item in node.items]
    return _scalar(node) if node.plain else node.raw


def _scalar(node: Node) -> str | int | float | bool:
    if node.raw in ("true", "false"):
        return node.raw == "true"
    if _WHOLE.fullmatch(node.raw):
        return int(node.raw)
    try:
        number = float(node.raw) if re.fullmatch(r"-?\d+\.\d+", node.raw) else None
    except ValueError:  # pragma: no cover - the pattern lets only numbers through
        number = None
    return number if number is not None and repr(number) == node.raw else node.raw


def _pool(item: Item) -> dict[str, Item]:
    """Every question of the old text by id: it may have moved to another page."""
    found: dict[str, Item] = {}
    for name, child in item.entries.items():
        if name == "questions":
            found |= {str(each.value.get("id")): each for each in child.items if isinstance(each.value, dict)}
        elif name == "pages":
            for page in child.items:
                found |= _pool(page)
    return found


def _map(value: Mapping[str, Any], old: Item, pool: Mapping[str, Item]) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        lines += _entry(key, each, old.entries.get(key), pool)
    return lines


def _entry(key: str, value: Any, old: Item | None, pool: Mapping[str, Item]) -> list[str]:
    if old is None:
        whole = _list(value, (), pool, "  ") if key == "questions" and value and isinstance(value, list) else None
        pages = _list(value, (), pool, "  ") if key == "pages" and value and isinstance(value, list) else None
        inner = whole or pages
        return [f"{key}:", *inner] if inner else lines_of(key, value)
    if old.value == value:
        return [*old.lead, *old.body]
    if value and isinstance(value, dict) and old.entries:
        return [*old.lead, old.body[0], *_indented(_map(value, old, pool), old.indent)]
    if value and isinstance(value, list) and old.items:
        return [*old.lead, old.body[0], *_list(value, old.items, pool, old.indent)]
    return [*old.lead, *lines_of(key, value)]


def _list(value: list[Any], old: tuple[Item, ...], pool: Mapping[str, Item], indent: str) -> list[str]:
    left = list(old)
    lines: list[str] = []
    for each in value:
        found = _same(each, left, pool)
        if found in left:
            left.remove(found)
        lines += _item(each, found, pool)
    return _indented(lines, indent)


def _same(value: Any, left: list[Item], pool: Mapping[str, Item]) -> Item | None:
    """The old item that this one is: equal, or of the same id."""
    equal = next((item for item in left if item.value == value), None)
    if equal is not None or not isinstance(value, dict) or "id" not in value:
        return equal
    same = (item for item in left if isinstance(item.value, dict) and item.value.get("id") == value["id"])
    return next(same, pool.get(str(value["id"])) if "type" in value else None)


def _item(value: Any, old: Item | None, pool: Mapping[str, Item]) -> list[str]:
    lead = list(old.lead) if old else []
    if old is not None and old.value == value:
        body = list(old.body)
    elif isinstance(value, dict) and value and old is not None and old.entries:
        body = _map(value, old, pool)
    elif isinstance(value, dict) and "questions" in value:
        body = [line for key, each in value.items() for line in _entry(key, each, None, pool)]
    else:
        return [*lead, *lines_of(None, value)]
    return [*lead, f"- {body[0]}", *_indented(body[1:], "  ")]


def _indented(lines: list[str], indent: str) -> list[str]:
    return [f"{indent}{line}" if line else line for line in lines]
