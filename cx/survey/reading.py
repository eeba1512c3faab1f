"""Reading the fields of a definition: each says what it wants; whatever is not so becomes a problem with a line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from cx.survey import expression, piping, types
from cx.survey.expression import Expression
from cx.survey.schema import Text
from cx.survey.tree import Node
from cx.words import Problem, Refused

MOST_PROBLEMS = 200
LONGEST_TEXT = 4000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Condition:
    """A condition where it stands. ``kind``: show_if, required_if, validate, skip, value_number (value_text,
    value_flag) of a question (``owner`` its id), page, quota, or sampling."""

    expression: Expression
    kind: str
    page: int
    place: int
    owner: str
    line: int
    path: str


@dataclass(frozen=True)
class Mention:
    """Another question named outside of a condition: the name, and page, place, line and path of where it stands."""

    name: str
    page: int
    place: int
    line: int
    path: str


@dataclass
class Notes:
    """What comes up while a file is read: problems, conditions and texts to look at once everything is known."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    texts: list[tuple[Text, int, str]] = field(default_factory=list)
    targets: list[Mention] = field(default_factory=list)
    """Where skips lead."""
    pipes: list[Mention] = field(default_factory=list)
    """Answers that texts repeat."""
    here: tuple[int, int] | None = None
    """Page and place of the question that is being read; None where texts repeat nothing."""

    def add(self, code: str, line: int | None, path: str = "", severity: str = "error", /, **values: object) -> None:
        """Note a problem."""
        self.place(Problem(f"survey_{code}", values=values, severity=severity), line, path)

    def place(self, problem: Problem, line: int | None, path: str = "") -> None:
        """Note a problem that does not know yet where it stands."""
        spot = ":".join(str(part) for part in (self.file, line) if part)
        self.problems.append(replace(problem, where=" ".join(part for part in (spot, path) if part), line=line))

    def unlike(
        self,
        code: str,
        line: int,
        path: str,
        value: str,
        known: Iterable[str],
        severity: str = "error",
        /,
        **values: object,
    ) -> None:
        """Note a name that is not one of the known ones, with the one that was probably meant."""
        options = list(known)
        close = get_close_matches(value.lower(), options, n=1, cutoff=0.6)
        shown = ", ".join(options[:40]) or "–"
        extra = {"hint": close[0]} if close else {"known": shown}
        name = f"{code}_hint" if close else code
        self.add(name, line, path, severity, value=types.shown(value), **extra, **values)

    def told(self) -> tuple[Problem, ...]:
        """All problems, each once, in the order of the file. Of more than 200 the first 200, errors before warnings,
        and a last one that counts the rest."""
        first = {_key(problem): problem for problem in reversed(self.problems)}
        problems = [first[key] for key in sorted(first)]
        if len(problems) <= MOST_PROBLEMS:
            return tuple(problems)
        problems.sort(key=lambda problem: problem.severity != "error")
        kept, rest = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS:]
        return (*kept, Problem("survey_more", self.file, {"count": len(rest)}, rest[0].severity, rest[0].line))


def _key(problem: Problem) -> tuple[int, str, str, str]:
    return problem.line or 0, problem.where, problem.code, repr(problem.values)


class Fields:
    """The keys of one mapping. Every reader returns None (or the default) where the key is absent or wrong."""

    def __init__(self, notes: Notes, node: Node, path: str = "") -> None:
        self.notes, self.node, self.path = notes, node, path

    def has(self, key: str) -> bool:
        """Whether the key is there and not empty."""
        node = self.node.entries.get(key)
        return node is not None and not node.empty

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def line(self, key: str | None = None) -> int:
        """The line of a key, of the mapping itself where it is absent."""
        return self.node.key_lines.get(key or "", self.node.line)

    def add(self, code: str, key: str, severity: str = "error", /, **values: object) -> None:
        """Note a problem with a key."""
        self.notes.add(code, self.line(key), self.at(key), severity, **values)

    def only(self, known: Collection[str]) -> None:
        """Note every key that is not known."""
        for key in self.node.entries:
            if key not in known:
                self.notes.unlike("key", self.line(key), self.path, key, known)

    def need(self, *keys: str) -> None:
        """Note every key that is absent."""
        for key in keys:
            if not self.has(key):
                self.notes.add("missing", self.node.line, self.path, key=key)

    def string(self, key: str, pattern: str = r".{1,200}", code: str = "want_string") -> str | None:
        """A name on one line that matches the pattern."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        raw = node.raw.strip()
        if node.kind != "scalar" or not re.fullmatch(pattern, raw):
            self.add(code, key, key=key, value=types.shown(raw) if node.kind == "scalar" else "[…]")
            return None
        return raw

    def option(self, key: str, options: Iterable[str], code: str = "option") -> str | None:
        """One of a few names."""
        value = self.string(key)
        if value is None or value in options:
            return value
        self.notes.unlike(code, self.line(key), self.at(key), value, options)
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        if node.kind == "scalar" and re.fullmatch(r"[+-]?\d{1,9}", node.raw) and low <= int(node.raw) <= high:
            return int(node.raw)
        self.add("want_whole", key, key=key, low=low, high=high)
        return None

    def number(self, key: str) -> Decimal | None:
        """A number as it is written."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        try:
            value = Decimal(node.raw) if node.kind == "scalar" and len(node.raw) <= 20 else None
        except InvalidOperation:
            value = None
        if value is None or not value.is_finite() or abs(value) >= 10**14:
            self.add("want_number", key, key=key)
            return None
        return value

    def day(self, key: str, today: bool = False) -> dt.date | str | None:
        """A date, or the word ``today`` where that is allowed."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        if today and node.kind == "scalar" and node.raw == "today":
            return "today"
        value = types.read_date(node.raw) if node.kind == "scalar" else None
        if value is None:
            self.add("want_date", key, key=key)
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where absent."""
        if not self.has(key):
            return False
        node = self.node.entries[key]
        value = _FLAGS.get(node.raw.lower()) if node.kind == "scalar" else None
        if value is None:
            self.add("want_flag", key, key=key)
        return bool(value)

    def strings(self, key: str) -> tuple[tuple[str, int], ...]:
        """A list of names, each with its line; one alone may stand without brackets."""
        if not self.has(key):
            return ()
        node = self.node.entries[key]
        items = node.items if node.kind == "list" else (node,)
        if any(item.kind != "scalar" or not item.raw.strip() for item in items):
            self.add("want_strings", key, key=key)
        return tuple((item.raw.strip(), item.line) for item in items if item.kind == "scalar" and item.raw.strip())

    def map(self, key: str) -> Fields | None:
        """A mapping under a key."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        if node.kind != "map":
            self.add("want_map", key, key=key)
            return None
        return Fields(self.notes, node, self.at(key))

    def maps(self, key: str) -> list[Fields]:
        """A list of mappings; items are counted from 1 in paths."""
        if not self.has(key):
            return []
        node = self.node.entries[key]
        if node.kind != "list":
            self.add("want_list", key, key=key)
            return []
        found = []
        for place, item in enumerate(node.items, 1):
            path = f"{self.at(key)}[{place}]"
            if item.kind == "map":
                found.append(Fields(self.notes, item, path))
            else:
                self.notes.add("want_map", item.line, path, key=path)
        return found

    def text(self, key: str) -> Text | None:
        """A text for people: a string, or one a language."""
        if not self.has(key):
            return None
        text = self._text(self.node.entries[key], key)
        if text is not None:
            self.notes.texts.append((text, self.line(key), self.at(key)))
            self._repeats(text, key)
        return text

    def _repeats(self, text: Text, key: str) -> None:
        if self.notes.here is not None:
            parts = (text,) if isinstance(text, str) else text.values()
            for name in dict.fromkeys(name for part in parts for name in piping.names(part)):
                self.notes.pipes.append(Mention(name, *self.notes.here, self.line(key), self.at(key)))

    def _text(self, node: Node, key: str) -> Text | None:
        if node.kind == "scalar":
            return self._sound(node.raw, node.line, key)
        if node.kind == "list" or not node.entries:
            self.add("want_text", key, key=key)
            return None
        texts: dict[str, str] = {}
        for lang, part in node.entries.items():
            if not _LANGUAGE.fullmatch(lang) and part.empty:
                self.notes.add("text_comma", node.key_lines[lang], self.at(key), value=types.shown(lang))
            elif not _LANGUAGE.fullmatch(lang):
                self.notes.add("language", node.key_lines[lang], self.at(key), value=types.shown(lang))
            elif part.kind != "scalar":
                self.notes.add("want_text", part.line, f"{self.at(key)}.{lang}", key=lang)
            elif not part.empty:
                sound = self._sound(part.raw, part.line, f"{key}.{lang}")
                texts |= {lang: sound} if sound else {}
        return texts or None

    def _sound(self, raw: str, line: int, key: str) -> str | None:
        text = types.clean_text(raw)
        if not text or len(text) > LONGEST_TEXT:
            self.notes.add("text_length", line, self.at(key), limit=LONGEST_TEXT)
            return None
        return text

    def condition(self, key: str) -> Expression | None:
        """A condition in CEL."""
        if not self.has(key):
            return None
        node = self.node.entries[key]
        if node.kind != "scalar":
            self.add("want_string", key, key=key, value="[…]")
            return None
        try:
            return expression.compile(node.raw.strip())
        except Refused as refused:
            self.notes.place(refused.problems[0], node.line, self.at(key))
            return None
