"""One lexicon file: its text → terms or topics, and every problem with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cx.survey.tree import Node, grow
from cx.voices.lexicon import HEAVIEST, ROLES, Entry
from cx.voices.scripts import simplified
from cx.voices.shape import EMOTIONS, RISKS
from cx.words import Label, Problem

_WORD_KEYS = ("words", "factors", "drop", *ROLES)
_GROUP_KEYS = ("weight", "emotion", "wow", "factor", "terms")
_TOPIC_KEYS = ("id", "name", "terms", "drop")
_LANGUAGES = ("zh", "en")
LONGEST, MOST_TOPICS = 60, 200
"""Characters of a term, themes of a file: reading a comment takes their product times its length at worst."""


@dataclass(frozen=True)
class Part:
    """A theme or kind of risk as one file tells it; ``drop`` takes terms of earlier files away."""

    id: str
    name: Label
    terms: Mapping[str, tuple[str, ...]]
    drop: frozenset[str]


@dataclass
class Content:
    """What a file holds: ``entries`` and ``drop`` of a file of words, ``parts`` of a file of topics."""

    entries: dict[str, Entry] = field(default_factory=dict)
    drop: set[str] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)


class _Reader:
    """Reads the fields of one file and gathers what is wrong."""

    def __init__(self, name: str) -> None:
        self.name, self.problems = name, list[Problem]()

    def tell(self, code: str, line: int, severity: str = "error", **values: object) -> None:
        self.problems.append(Problem(code, f"{self.name}:{line}", values, severity, line))

    def keys(self, node: Node, known: Collection[str]) -> None:
        for key in node.entries:
            if key not in known:
                self.tell("lexicon_key", node.key_lines[key], "warning", key=key[:40], known=", ".join(known))

    def terms(self, node: Node | None, key: str) -> Iterator[tuple[str, int]]:
        """(term as it is matched, line) of a list of texts."""
        for item in self._items(node, key):
            term = normal(item.raw)
            if item.kind != "scalar" or not term:
                self.tell("lexicon_term", item.line, key=key)
            elif len(term) > LONGEST:
                self.tell("lexicon_term_long", item.line, term=term[:20], most=LONGEST)
            else:
                yield term, item.line

    def maps(self, node: Node | None, key: str) -> Iterator[Node]:
        """The mappings in a list."""
        for item in self._items(node, key):
            if item.kind == "map":
                yield item
            else:
                self.tell("lexicon_group", item.line, key=key)

    def _items(self, node: Node | None, key: str) -> Sequence[Node]:
        if node is None or node.empty:
            return ()
        if node.kind != "list":
            self.tell("lexicon_list", node.line, key=key)
            return ()
        return node.items

    def number(self, node: Node, key: str, low: float, high: float) -> float | None:
        """A number between two ends; None, and a problem, where it is none."""
        found = node.entries.get(key)
        try:
            value = float(found.raw) if found else None
        except ValueError:
            value = None
        if value is not None and low <= value <= high:
            return value
        line = found.line if found else node.line
        self.tell(
            "lexicon_number", line, key=key, found=found.raw[:20] if found else "–", low=f"{low:g}", high=f"{high:g}"
        )
        return None


def normal(term: str) -> str:
    """A term as texts are matched: lower case, Simplified, single spaces, plain quotes."""
    return " ".join(simplified(term).replace("’", "'").lower().split())


def read(text: str, name: str) -> tuple[Content, list[Problem]]:
    """The content of the file ``name`` and what is wrong with it; with an error it should not be used."""
    node, found = grow(text)
    reader = _Reader(name)
    reader.problems = [replace(problem, where=f"{name}:{problem.line or 1}") for problem in found]
    content = Content()
    if node is None or node.kind != "map":
        if not reader.problems and not (node is None or node.empty):
            reader.tell("lexicon_mapping", node.line)
        return content, reader.problems
    (_topics if name in ("themes.yaml", "risks.yaml") else _words)(reader, node, content)
    return content, reader.problems


def _words(reader: _Reader, node: Node, content: Content) -> None:
    reader.keys(node, _WORD_KEYS)
    for group in reader.maps(node.entries.get("words"), "words"):
        reader.keys(group, _GROUP_KEYS)
        weight = reader.number(group, "weight", -HEAVIEST, HEAVIEST)
        emotion = group.entries["emotion"].raw if "emotion" in group.entries else ""
        if emotion and emotion not in EMOTIONS:
            reader.tell("lexicon_emotion", group.entries["emotion"].line, found=emotion[:40], known=", ".join(EMOTIONS))
        wow = "wow" in group.entries and group.entries["wow"].raw == "true"
        _put(reader, content, group.entries.get("terms"), "terms", Entry("word", weight or 0.0, emotion, wow))
    for group in reader.maps(node.entries.get("factors"), "factors"):
        reader.keys(group, _GROUP_KEYS)
        factor = reader.number(group, "factor", 0.1, 3)
        _put(reader, content, group.entries.get("terms"), "terms", Entry("factor", factor or 1.0))
    for role in ROLES:
        _put(reader, content, node.entries.get(role), role, Entry(role))
    content.drop |= {term for term, _ in reader.terms(node.entries.get("drop"), "drop")}


def _put(reader: _Reader, content: Content, node: Node | None, key: str, entry: Entry) -> None:
    for term, line in reader.terms(node, key):
        before = content.entries.get(term)
        if before is not None and before != entry:
            reader.tell("lexicon_twice", line, "warning", term=term[:40])
        content.entries[term] = entry


def _topics(reader: _Reader, node: Node, content: Content) -> None:
    key = reader.name.removesuffix(".yaml")
    reader.keys(node, (key,))
    for count, entry in enumerate(reader.maps(node.entries.get(key), key)):
        if count == MOST_TOPICS:
            reader.tell("lexicon_many", entry.line, most=MOST_TOPICS)
            break
        reader.keys(entry, _TOPIC_KEYS)
        id = entry.entries["id"].raw.strip() if "id" in entry.entries else ""
        if not id.replace("-", "").replace("_", "").isalnum():
            reader.tell("lexicon_id", entry.line, found=id[:40] or "–")
        elif key == "risks" and id not in RISKS:
            reader.tell("lexicon_risk", entry.line, found=id[:40], known=", ".join(RISKS))
        else:
            content.parts.append(_part(reader, id, entry))


def _part(reader: _Reader, id: str, entry: Node) -> Part:
    name, said = entry.entries.get("name"), entry.entries.get("terms")
    label: Label = ""
    if name is not None:
        label = {lang: text.raw for lang, text in name.entries.items()} if name.kind == "map" else name.raw
    if said is not None and not said.empty and said.kind != "map":
        reader.tell("lexicon_languages", said.line)
        said = None
    by_language = said.entries if said is not None else {}
    terms = {lang: tuple(term for term, _ in reader.terms(by_language.get(lang), lang)) for lang in _LANGUAGES}
    return Part(id, label, terms, frozenset(term for term, _ in reader.terms(entry.entries.get("drop"), "drop")))
