"""Headers of XLSForm in all spellings: ``label::English (en)``, ``label:english``, ``bind: relevant``, ``caption``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cx.convert.xlsform.sheets import Rows
from cx.words import Problem, Refused

_ALIASES = {
    "caption": "label", "command": "type", "tag": "name", "value": "name", "relevance": "relevant",
    "bind::relevant": "relevant", "bind::required": "required", "bind::constraint": "constraint",
    "bind::calculate": "calculation", "calculate": "calculation", "bind::readonly": "read_only",
    "readonly": "read_only",
    "bind::jr:constraintmsg": "constraint_message", "constraining_message": "constraint_message",
    "bind::jr:requiredmsg": "required_message", "control::appearance": "appearance", "body::appearance": "appearance",
    "control::jr:count": "repeat_count", "jr:count": "repeat_count", "media::image": "image", "media::audio": "audio",
    "media::video": "video", "media::big-image": "big-image", "form_title": "title", "set_form_title": "title",
    "form_id": "id_string", "set_form_id": "id_string", "randomise": "randomize",
}  # fmt: skip
TRANSLATED = frozenset(
    ["label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "big-image"]
)
KNOWN = TRANSLATED | {
    "type", "name", "relevant", "required", "constraint", "calculation", "read_only", "appearance", "repeat_count",
    "parameters", "choice_filter", "default", "list_name", "title", "id_string", "default_language", "version",
    "disabled", "allow_choice_duplicates", "trigger", "style", "cx",
}  # fmt: skip
DEFAULT = "default"
"""The language of a column that names none."""


@dataclass(frozen=True)
class Row:
    """One row: ``cells`` by column, ``texts`` by column and language; ``line`` counts from 1."""

    line: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def said(self, column: str) -> str:
        """A text in the first language that has it."""
        return next(iter(self.texts.get(column, {}).values()), "")


def read_rows(rows: Rows, sheet: str, file: str) -> tuple[Row, ...]:
    """The rows below the header row, without empty ones. Raises :class:`Refused` when a column is there twice."""
    if not rows:
        return ()
    columns = [column(header) for header in rows[0]]
    known = [entry for entry in columns if entry[0] in KNOWN]
    twice = next((entry for entry in known if known.count(entry) > 1), None)
    if twice:
        raise Refused(Problem("convert_column", f"{file} {sheet}", {"column": "::".join(filter(None, twice))}))
    found = []
    for line, cells in enumerate(rows[1:], 2):
        row = _row(line, columns, cells)
        if row.cells or row.texts:
            found.append(row)
    return tuple(found)


def column(header: str) -> tuple[str, str]:
    """The column that a header means, and its language ("" where it names none)."""
    parts = [part.strip() for part in header.split("::" if "::" in header else ":")]
    small = [re.sub(r"\s+", "_", part.lower()) for part in parts]
    if small[0] in ("bind", "control", "body", "media") and len(parts) > 1:
        rest = small[1:] if small[1] != "jr" else [f"jr:{small[2]}" if len(small) > 2 else "jr", *small[3:]]
        name, language = f"{small[0]}::{rest[0]}", parts[len(parts) - len(rest) + 1 :]
    elif small[0] == "jr" and len(parts) > 1:
        name, language = f"jr:{small[1]}", parts[2:]
    else:
        name, language = small[0], parts[1:]
    name = _ALIASES.get(name, name)
    return name, (language[0] if language else DEFAULT) if name in TRANSLATED else ""


def _row(line: int, columns: list[tuple[str, str]], cells: list[str]) -> Row:
    plain: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for (name, language), cell in zip(columns, cells, strict=False):
        if not cell or not name:
            continue
        if language:
            texts.setdefault(name, {})[language] = cell
        else:
            plain[name] = cell
    return Row(line, plain, texts)
