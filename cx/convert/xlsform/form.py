"""A form as a tree of rows; what XLSForm itself refuses is refused here, by name and row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cx.convert import hints
from cx.convert.xlsform.headers import Row, read_rows
from cx.convert.xlsform.kinds import SELECTS, Kind, read_kind
from cx.convert.xlsform.sheets import Rows
from cx.words import Problem, Refused

_NAME = re.compile(r"[^\W\d][\w.:-]*")
REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}]*?)\s*\}")
_YES = ("yes", "true", "true()", "1", "y", "on")
_GROUPS = ("group", "repeat", "loop")


@dataclass
class Node:
    """A question, or a group (repeat, loop) of them. ``path`` tells it from others: groups and name, with slashes;
    ``place`` is the path in their form, the same for all that a loop makes of one row."""

    row: Row
    kind: Kind
    name: str
    path: str
    place: str
    children: list[Node] = field(default_factory=list)

    @property
    def extra(self) -> dict[str, Any]:
        """What was ours before and XLSForm could not hold."""
        return hints.read(self.row["cx"])

    @property
    def is_matrix(self) -> bool:
        """Whether a group was one question of ours."""
        return self.is_group and self.extra.get("type") == "matrix"

    @property
    def is_group(self) -> bool:
        """Whether it holds others."""
        return self.kind.name in _GROUPS

    def walk(self) -> Iterator[Node]:
        """All nodes below it, in order."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(frozen=True)
class Form:
    """A form that XLSForm would take."""

    root: Node
    lists: Mapping[str, tuple[Row, ...]]
    external: Mapping[str, tuple[Row, ...]]
    settings: Row | None

    @cached_property
    def with_other(self) -> frozenset[str]:
        """Lists that some question adds "other" to, which every question of the list then has."""
        return frozenset(node.kind.list for node in self.root.walk() if node.kind.or_other)


def yes(cell: str) -> bool:
    """Whether a cell says yes."""
    return cell.strip().lower() in _YES


def read_form(sheets: Mapping[str, Rows], file: str) -> Form:
    """Read the sheets. Raises :class:`Refused` with what XLSForm would say."""
    if "survey" not in sheets and len(sheets) == 1:
        sheets = {"survey": next(iter(sheets.values()))}
    if "survey" not in sheets:
        raise Refused(Problem("convert_no_survey", file, {"sheets": ", ".join(sheets) or "–"}))
    settings = read_rows(sheets.get("settings", []), "settings", file)
    twice = bool(settings and yes(settings[0]["allow_choice_duplicates"]))
    lists = _lists(sheets.get("choices") or sheets.get("columns") or [], "choices", file, twice)
    external = _lists(sheets.get("external_choices", []), "external_choices", file, True)
    root = _tree(read_rows(sheets["survey"], "survey", file), file)
    form = Form(root, lists, external, settings[0] if settings else None)
    for node in root.walk():
        _check(node, form, file)
    _check_names(form, file)
    return form


def _lists(rows: Rows, sheet: str, file: str, twice: bool) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    names: set[tuple[str, str]] = set()
    for row in read_rows(rows, sheet, file):
        if not row["list_name"]:
            continue
        where = f"{file} {sheet}:{row.line}"
        if not row["name"]:
            raise Refused(Problem("convert_choice_name", where, {"list": row["list_name"]}))
        key = row["list_name"], row["name"]
        if key in names and not twice:
            raise Refused(Problem("convert_choice_twice", where, {"list": key[0], "name": key[1]}))
        names.add(key)
        found.setdefault(key[0], []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def _tree(rows: tuple[Row, ...], file: str) -> Node:
    root = Node(Row(0, {}, {}), Kind("group"), "", "", "")
    stack = [root]
    for row in rows:
        where = f"{file} survey:{row.line}"
        if yes(row["disabled"]):
            continue
        if not row["type"]:
            if row["name"] or row.said("label"):
                raise Refused(Problem("convert_no_type", where, {"name": row["name"] or row.said("label")[:40]}))
            continue
        kind = read_kind(row["type"])
        if kind is None:
            raise Refused(Problem("convert_type", where, {"type": row["type"][:60]}))
        if kind.frame == "end":
            if len(stack) == 1 or stack[-1].kind.name != kind.name:
                raise Refused(Problem("convert_end", where, {"type": row["type"]}))
            stack.pop()
            continue
        node = _node(row, kind, stack[-1], where)
        stack[-1].children.append(node)
        if kind.frame == "begin":
            stack.append(node)
    if len(stack) > 1:
        raise Refused(Problem("convert_begin", f"{file} survey:{stack[-1].row.line}", {"name": stack[-1].name}))
    return root


def _node(row: Row, kind: Kind, parent: Node, where: str) -> Node:
    name = row["name"]
    if not name and kind.name in ("note", "setting"):
        name = f"{kind.name}_{row.line}"
    if not name:
        raise Refused(Problem("convert_no_name", where, {"type": row["type"]}))
    if not _NAME.fullmatch(name) and kind.name != "setting":
        raise Refused(Problem("convert_name", where, {"name": name[:60]}))
    path = f"{parent.path}/{name}".lstrip("/")
    return Node(row, kind, name, path, path)


def _check(node: Node, form: Form, file: str) -> None:
    where, kind = f"{file} survey:{node.row.line}", node.kind
    if kind.name == "include":
        raise Refused(Problem("convert_include", where, {"name": node.name}))
    if kind.name == "calculate" and not node.row["calculation"] and not node.row["default"]:
        raise Refused(Problem("convert_no_calculation", where, {"name": node.name}))
    if (kind.name in SELECTS[:3] and not kind.external) or (kind.name == "loop" and kind.list):
        if "${" not in kind.list and kind.list not in form.lists and "search(" not in node.row["appearance"]:
            raise Refused(Problem("convert_list", where, {"list": kind.list, "known": ", ".join(form.lists) or "–"}))
        spaced = next((row["name"] for row in form.lists.get(kind.list, ()) if " " in row["name"]), None)
        if spaced and kind.name == "multiple":
            raise Refused(Problem("convert_choice_space", where, {"list": kind.list, "name": spaced}))


def _check_names(form: Form, file: str) -> None:
    """No name twice in one group; every ``${name}`` is there, and once."""
    nodes = list(form.root.walk())
    paths: dict[str, Node] = {}
    for node in nodes:
        if node.path in paths and node.kind.name != "setting":
            raise Refused(Problem("convert_name_twice", f"{file} survey:{node.row.line}", {"name": node.name}))
        paths[node.path] = node
    names = [node.name for node in nodes]
    for node in nodes:
        cells = [*node.row.cells.values(), *(text for texts in node.row.texts.values() for text in texts.values())]
        for _, name in {found.groups() for cell in cells for found in REFERENCE.finditer(cell)}:
            generated = name.endswith("_other") and name.removesuffix("_other") in names
            if names.count(name) != 1 and not generated:
                code = "convert_reference" if name not in names else "convert_reference_twice"
                raise Refused(Problem(code, f"{file} survey:{node.row.line}", {"name": name}))
