"""A list of customers to give arms to; unlike an invitation list it may be one column and nothing else."""

from __future__ import annotations

import hashlib

from cx.collect import lists
from cx.collect.lists import Sheet
from cx.words import Problem, Refused

_ENCODINGS = ("utf-8-sig", "gb18030")


def read(data: bytes, name: str) -> Sheet:
    """Read a CSV or workbook, or one key a line below a heading. Raises :class:`Refused` as ``lists.read`` does."""
    try:
        return lists.read(data, name)
    except Refused as refused:
        alone = all(problem.code == "upload_one_column" for problem in refused.problems)
        if not alone or name.lower().endswith(".xlsx"):
            raise
    return _one_column(data, name)


def _one_column(data: bytes, name: str) -> Sheet:
    text = next((text for encoding in _ENCODINGS if (text := _decoded(data, encoding)) is not None), None)
    if text is None:
        raise Refused(Problem("upload_encoding", name, {"encoding": "UTF-8", "byte": "…"}))
    lines = [(row, line.strip().strip('"')) for row, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) - 1 > lists.MOST:
        raise Refused(Problem("invite_too_many", name, {"rows": f"{len(lines) - 1:,}", "limit": f"{lists.MOST:,}"}))
    (_, head), *rest = lines
    rows = tuple(row for row, _ in rest)
    return Sheet(name, hashlib.sha256(data).hexdigest(), (head,), rows, {head: tuple(key for _, key in rest)})


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
