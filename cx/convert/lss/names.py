"""What LimeSurvey's expressions call things: codes and numbers of questions and their parts → our questions.

Each variable gets an alias, and expressions are rewritten in aliases before they are translated: so it does not matter
which of its several names is used, and ``that.Q`` or ``self`` can stand for all parts of a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cx.convert.expressions import Kind, NotCarried
from cx.convert.lss.model import Asked

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<name>(?:INSERTANS:)?[A-Za-z0-9_]*[A-Za-z_][\w:#]*(?:\.\w+)*)"""
)
_COUNTED = re.compile(r"""\bcountif\s*\(\s*('[^']*'|"[^"]*"|\d+)\s*,\s*(v\d+(?:\s*,\s*v\d+)*)\s*\)""")
_VALUES = frozenset(["NAOK", "value", "valueNAOK", "code"])


@dataclass(frozen=True)
class Variable:
    """A name of theirs: what it is in CEL, of which kind, the question of ours it belongs to; ``codes`` are those of
    its row and column."""

    cel: str
    kind: Kind
    question: str
    codes: tuple[str, ...] = ()


class Variables:
    """All names of a survey, filled while its questions are made; a name is known once its question is."""

    def __init__(self, sid: str) -> None:
        self.sid = sid
        self._aliases: list[Variable] = []
        self.kinds: dict[str, Kind] = {}
        """The kind of every alias."""
        self._known: dict[str, int] = {}
        self._parts: dict[str, list[int]] = {}
        self.hidden: frozenset[int] = frozenset()
        """Aliases that the text being read cannot repeat: those of its own question."""
        self.others: dict[str, str] = {}
        """Their names of what is written beside "other"."""
        self.own: tuple[str, int | None] = ("", None)
        """What ``self`` (all parts of a question) and ``this`` (one of them) mean in a check."""

    def add(self, question: Asked, variable: Variable, part: str = "") -> None:
        """Learn a name of a question, or of a part of it (``row_column`` for a cell)."""
        alias = len(self._aliases)
        self._aliases.append(variable)
        self.kinds[f"v{alias}"] = variable.kind
        self._parts.setdefault(question.code, []).append(alias)
        number = f"{self.sid}X{question.row.get('gid', '')}X{question.qid}"
        behind = f"_{part}" if part else ""
        second = part.replace("_", "#", 1) if variable.codes[1:] or part[-2:] in ("_0", "_1") else part
        for name in (question.code + behind, number + part, number + second, f"Q{question.qid}{behind}"):
            self._known.setdefault(name, alias)

    def find(self, name: str) -> Variable:
        """The variable of a name. Raises KeyError."""
        return self._aliases[self._known[name]]

    def piped(self, name: str) -> str | None:
        """What stands for a name in a text: a question, a row, or what is meant by "other"."""
        if name in self.others:
            return self.others[name]
        known = name in self._known and self._known[name] not in self.hidden
        cel = self._aliases[self._known[name]].cel if known else ""
        return cel if cel and " in " not in cel else None

    def parts(self, code: str) -> list[int]:
        """Aliases of a question and its parts."""
        return self._parts.get(code, [])

    def at(self, alias: int) -> Variable:
        """The variable of an alias."""
        return self._aliases[alias]

    def name(self, alias: str) -> str:
        """What an alias is in CEL. Raises KeyError."""
        if not re.fullmatch(r"v\d+", alias) or int(alias[1:]) >= len(self._aliases):
            raise KeyError(alias)
        return self._aliases[int(alias[1:])].cel

    def aliased(self, source: str) -> str:
        """An expression with every name of a variable as its alias. Raises NotCarried."""
        aliases = _TOKEN.sub(lambda match: match.group() if match.group("text") else self._alias(match), source)
        return _COUNTED.sub(_counted, aliases)

    def _alias(self, match: re.Match[str]) -> str:
        said = match.group().removeprefix("INSERTANS:")
        base, *rest = said.split(".")
        if match.string[match.end() :].lstrip().startswith("("):
            return match.group()
        if base in ("that", "self", "this"):
            return self._several(base, rest)
        if base not in self._known or self._known[base] in self.hidden:
            return "unknown_name" if re.fullmatch(r"v\d+", base) else match.group()
        if set(rest) - _VALUES and (rest != ["shown"] or self.find(base).kind.name not in ("text", "number", "whole")):
            raise NotCarried("attribute")
        return f"v{self._known[base]}"

    def _several(self, base: str, rest: list[str]) -> str:
        """``that.Q``, ``self`` and ``this``: the parts meant, with commas between."""
        code, single = self.own
        if base == "that":
            code, rest, single = (rest[0] if rest else ""), rest[1:], None
        if base == "this" and single is not None:
            return f"v{single}"
        found = [alias for alias in self.parts(code) if _meant(self._aliases[alias].codes, rest)]
        if not found:
            raise NotCarried("name_unknown")
        return ", ".join(f"v{alias}" for alias in found)


def _counted(match: re.Match[str]) -> str:
    """``countif(value, a, b)`` in functions that others know."""
    value, names = match.groups()
    return f"sum({', '.join(f'if({name.strip()} == {value}, 1, 0)' for name in names.split(','))})"


def _meant(codes: tuple[str, ...], rest: Iterable[str]) -> bool:
    """Whether a part is meant by ``.sq_X`` (this row or column) and ``.nosq_X`` (not this one)."""
    for step in rest:
        kind, _, code = step.partition("_")
        if kind == "sq" and code not in codes or kind == "nosq" and code in codes:
            return False
        if kind not in ("sq", "nosq") and step not in (*_VALUES, "nocomments", "shown"):
            raise NotCarried("attribute")
    return True
