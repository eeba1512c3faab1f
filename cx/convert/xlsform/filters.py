"""``choice_filter``: which choices of a list show. Their condition, once for each choice, with what its columns say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cx.convert.conditions import Conditions
from cx.convert.expressions import NotCarried
from cx.convert.pieces import some
from cx.convert.xlsform.headers import Row

_WORD = re.compile(r"""(?P<kept>'[^']*'|"[^"]*"|\$\{[^}]*\})|(?P<name>[A-Za-z_][\w.-]*)(?P<call>\s*[(:/])?""")
_OPERATORS = frozenset(("and", "or", "div", "mod"))
_TRANSLATED = "label"


def shown(source: str, rows: Sequence[Row], conditions: Conditions) -> list[str]:
    """The condition of each row in CEL; "" where it always shows. Of a name that stands in several rows (for several
    answers before) each holds for all of them. Raises NotCarried when one cannot be carried, or too few ever show."""
    columns = frozenset(column for row in rows for column in row.cells)
    known: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for row in rows:
        own = _own(source, row, columns)
        if own not in known:
            known[own] = conditions.cel("show_if", own)
        found.setdefault(row["name"], []).append(known[own])
    joint = {name: _any(conditions) for name, conditions in found.items()}
    if sum(condition != "false" for condition in joint.values()) < min(2, len(joint)):
        raise NotCarried("nothing")
    return [joint[row["name"]] for row in rows]


def _any(conditions: Sequence[str]) -> str:
    if "true" in conditions:
        return ""
    return some(each for each in conditions if each != "false") or "false"


def _own(source: str, row: Row, columns: frozenset[str]) -> str:
    """The condition with the row's cells in place of the names of columns."""

    def cell(match: re.Match[str]) -> str:
        name = (match.group("name") or "").lower()
        if not name or match.group("call") or name in _OPERATORS:
            if match.group("call") and not match.group("call").strip() == "(":
                raise NotCarried("structure")
            return match.group()
        if name not in columns or name == _TRANSLATED:
            raise NotCarried("name_unknown")
        return _quoted(row[name])

    return _WORD.sub(cell, source)


def _quoted(text: str) -> str:
    if "'" in text and '"' in text:
        raise NotCarried("structure")
    return f'"{text}"' if "'" in text else f"'{text}'"
