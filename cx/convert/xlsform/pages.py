"""The tree of a form as pages: a group is a page of its own, unless it stands inside one that shows all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cx.convert.conditions import Conditions
from cx.convert.pieces import Label, every
from cx.convert.report import Report
from cx.convert.xlsform.form import Form, Node
from cx.convert.xlsform.headers import Row

Made = dict[str, Any]


def expanded(node: Node, form: Form, report: Report, inside: str = "") -> Node:
    """The tree with every loop written out, once for each choice of its list. A repeat is asked once, and told."""
    if node.kind.name == "repeat":
        report.approximated(node.place, "repeat", name=node.name)
    children = [expanded(child, form, report, inside) for child in node.children]
    if node.kind.name != "loop" or not node.kind.list:
        return replace(node, children=children)
    copies = [_copy(child, choice) for choice in form.lists[node.kind.list] for child in children]
    return replace(node, children=copies)


def _copy(node: Node, choice: Row) -> Node:
    """A question of a loop about one choice: ``%(label)s`` and ``%(name)s`` are filled in."""
    texts = {
        column: {lang: _filled(text, choice, lang) for lang, text in by_lang.items()}
        for column, by_lang in node.row.texts.items()
    }
    row = replace(node.row, texts=texts)
    copies = [_copy(child, choice) for child in node.children]
    return replace(node, row=row, path=f"{node.path}/{choice['name']}", name=f"{node.name}", children=copies)


def _filled(text: str, choice: Row, lang: str) -> str:
    label = choice.texts.get("label", {}).get(lang) or choice.said("label")
    return text.replace("%(label)s", label).replace("%(name)s", choice["name"])


@dataclass
class Pages:
    """Collects pages while the tree is walked; ``make`` turns a node into a question."""

    make: Callable[[Node], Made | None]
    label: Callable[[Node, str], Label]
    conditions: Conditions

    def made(self, root: Node) -> list[Made]:
        """All pages that have questions."""
        return [page for page in self._pages(root, ()) if page["questions"]]

    def _pages(self, group: Node, conditions: tuple[str, ...]) -> Iterator[Made]:
        page = self._page(group, conditions)
        for child in group.children:
            if not child.is_group or child.is_matrix:
                self._add(page, child, ())
                continue
            inner = self._of(child)
            if "field-list" in group.row["appearance"]:
                self._flat(page, child, inner)
                continue
            yield page
            yield from self._pages(child, (*conditions, *inner))
            page = self._page(group, conditions)
        yield page

    def _page(self, group: Node, conditions: tuple[str, ...]) -> Made:
        title = self.label(group, "label") if group.name else ""
        shown = every(conditions)
        found = {**({"title": title} if title else {}), **({"show_if": shown} if shown else {})}
        return found | group.extra | {"questions": []}

    def _flat(self, page: Made, group: Node, conditions: tuple[str, ...]) -> None:
        """A group inside a page: its conditions go to each question."""
        for child in group.children:
            if child.is_group and not child.is_matrix:
                self._flat(page, child, (*conditions, *self._of(child)))
            else:
                self._add(page, child, conditions)

    def _of(self, node: Node) -> tuple[str, ...]:
        if not node.row["relevant"]:
            return ()
        found = self.conditions.carried(node.place, "show_if", node.row["relevant"])
        return (found,) if found else ()

    def _add(self, page: Made, node: Node, conditions: tuple[str, ...]) -> None:
        question = self.make(node)
        if question is None:
            return
        shown = every((*conditions, *self._of(node)))
        page["questions"].append(question | ({"show_if": shown} if shown else {}))
