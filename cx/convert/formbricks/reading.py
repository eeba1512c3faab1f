"""A Formbricks survey from whatever holds it (a template, one template a language, an export), in all languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cx.convert.jsonfile import parsed
from cx.convert.names import language
from cx.convert.pieces import not_too_many
from cx.words import Problem, Refused

_DEEPEST = 60
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Texts(dict[str, str]):
    """A text of theirs by our language codes."""


@dataclass
class Block:
    """What they show at once: elements, and the rules for what comes next."""

    id: str
    elements: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    fallback: str | None = None

    @property
    def place(self) -> str:
        """Its name in the report: that of its first element."""
        return str(self.elements[0].get("id")) if self.elements else self.id


@dataclass
class Form:
    """A survey; ``languages`` are our codes, its own first."""

    names: Texts
    languages: tuple[str, ...]
    blocks: list[Block]
    body: dict[str, Any]


def read_form(data: bytes, name: str) -> Form:
    """Read a file. Raises :class:`Refused` when there is no survey in it."""
    bodies, names = _bodies(parsed(data, name))
    if not bodies:
        raise Refused(Problem("convert_unknown", name))
    main = next(iter(bodies))
    not_too_many(sum(len(listed(bodies[main].get(key))) for key in ("blocks", "questions")), name)
    body = _merged(bodies, main, 0, name)
    blocks = _blocks(body)
    if not any(block.elements for block in blocks):
        raise Refused(Problem("convert_no_questions", name))
    codes = [*bodies, *_spoken(body)]
    return Form(Texts(names), tuple(dict.fromkeys(codes)), blocks, body)


def _bodies(found: Any) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """The survey in each language, and its names."""
    if isinstance(found, list):
        found = next((one for one in found if isinstance(one, dict)), {})
    if isinstance(found, dict) and isinstance(found.get("data"), dict):
        found = found["data"]
    if not isinstance(found, dict):
        return {}, {}
    by_language = {key: one for key, one in found.items() if isinstance(one, dict) and "preset" in one}
    if "preset" in found or not by_language:
        body = found.get("preset") if isinstance(found.get("preset"), dict) else found
        code = _own(body)
        return {code: body}, {code: str(body.get("name") or found.get("name") or "")}
    bodies, names = {}, {}
    for key, one in by_language.items():
        code = language(key)
        if code and code not in bodies and isinstance(one["preset"], dict):
            bodies[code] = one["preset"]
            names[code] = str(one["preset"].get("name") or one.get("name") or "")
    return bodies, names


def _own(body: Mapping[str, Any]) -> str:
    """The language of the ``default`` texts: as the survey says, else by the script."""
    for one in dicts(body.get("languages")):
        named = one.get("language") if one.get("default") else None
        code = language(str(named.get("code") or "")) if isinstance(named, dict) else None
        if code:
            return code
    said = [bool(_CHINESE.search(text)) for text in islice(_defaults(body), 200)]
    return "zh" if sum(said) * 2 > len(said) else "en"


def _defaults(body: Mapping[str, Any]) -> Iterator[str]:
    """Texts of the survey's own language, in whatever order."""
    nodes: list[Any] = [body]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if isinstance(node.get("default"), str):
                yield node["default"]
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node


def _merged(nodes: Mapping[str, Any], main: str, depth: int, name: str) -> Any:
    """The same node in several languages as one, texts as :class:`Texts`."""
    if depth > _DEEPEST:
        raise Refused(Problem("convert_json", name, {"detail": f"> {_DEEPEST}"}))
    first = nodes[main]
    if isinstance(first, dict) and isinstance(first.get("default"), str):
        return _texts(nodes, main)
    if isinstance(first, dict):
        same = {lang: node for lang, node in nodes.items() if isinstance(node, dict)}
        return {
            key: _merged({lang: node[key] for lang, node in same.items() if key in node}, main, depth + 1, name)
            for key in first
        }
    if isinstance(first, list):
        lists = {lang: node for lang, node in nodes.items() if isinstance(node, list) and len(node) == len(first)}
        return [
            _merged({lang: node[place] for lang, node in lists.items()}, main, depth + 1, name)
            for place in range(len(first))
        ]
    return first


def _texts(nodes: Mapping[str, Any], main: str) -> Texts:
    found = Texts()
    for lang, node in nodes.items():
        if isinstance(node, dict) and isinstance(node.get("default"), str):
            found[lang] = node["default"]
    for key, text in nodes[main].items():
        code = language(key) if key != "default" else None
        if code and isinstance(text, str):
            found.setdefault(code, text)
    return found


def _spoken(node: Any) -> list[str]:
    """All languages that texts are in."""
    if isinstance(node, Texts):
        return list(node)
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return list(dict.fromkeys(code for one in inner for code in _spoken(one)))


def _blocks(body: Mapping[str, Any]) -> list[Block]:
    found = []
    for place, one in enumerate(dicts(body.get("blocks"))):
        found.append(
            Block(
                str(one.get("id") or f"block {place + 1}"),
                dicts(one.get("elements")),
                dicts(one.get("logic")),
                one.get("logicFallback"),
            )
        )
    if not any(block.elements for block in found):
        for place, one in enumerate(dicts(body.get("questions"))):
            id = str(one.get("id") or f"question {place + 1}")
            found.append(Block(id, [one], dicts(one.get("logic")), one.get("logicFallback")))
    return found


def listed(value: Any) -> list[Any]:
    """A list; empty where it is none."""
    return value if isinstance(value, list) else []


def dicts(value: Any) -> list[dict[str, Any]]:
    """The mappings of a list; none where it is no list."""
    return [one for one in listed(value) if isinstance(one, dict)]
