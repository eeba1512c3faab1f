"""What kind of text a file holds: encoding, delimiter, header row. Decided from content, never from the name. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from cx.words import Problem, Refused

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
HEAD_ROWS = 40
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NUMBER = re.compile(r"[-+]?[\d０-９][\d０-９,.， \s]*[%％]?")
_PERIOD = re.compile(
    r"(19|20)\d\d[-/.年]?\s?(0?[1-9]|1[0-2])月?|(19|20)\d\d[-年 ]?第?[Qq]?[1-4一二三四]季?度?|(19|20)\d\d[-/.年].*"
)


def bom(data: bytes) -> tuple[str, int] | None:
    """Encoding and length of a byte order mark, if there is one."""
    return next(((name, len(mark)) for mark, name in _BOMS if data.startswith(mark)), None)


def encoding(sample: bytes, valid_utf8: bool) -> str:
    """The encoding of a file without byte order mark. ``valid_utf8`` says whether all of it decodes as UTF-8.

    Raises :class:`Refused` (``upload_binary``) for bytes that are no text at all.
    """
    wide = _utf16(sample)
    if wide:
        return wide
    if b"\x00" in sample:
        raise Refused(Problem("upload_binary"))
    if valid_utf8:
        return "utf-8"
    for name in ("gb18030", "big5"):
        if _reads_as_chinese(sample, name):
            return name
    if _reads_as_western(sample):
        return "cp1252"
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError as error:
        raise Refused(Problem("upload_binary")) from error
    if any(ord(char) < 32 and char not in "\t\r\n" for char in text) or not sum(map(_is_han, text)) > 0.7 * _wide(text):
        raise Refused(Problem("upload_binary"))
    return "gb18030"


def _wide(text: str) -> int:
    return sum(1 for char in text if ord(char) > 127)


def _is_han(char: str) -> bool:
    return 0x4E00 <= ord(char) <= 0x9FFF or 0x3000 <= ord(char) <= 0x303F or 0xFF00 <= ord(char) <= 0xFFEF


def _reads_as_western(sample: bytes) -> bool:
    """Whether high bytes are accented letters and signs of cp1252, mostly alone, and no control characters."""
    high = [place for place, byte in enumerate(sample) if byte >= 0x80]
    control = sum(1 for byte in sample if byte < 32 and byte not in b"\t\r\n")
    letters = sum(1 for place in high if sample[place] >= 0xA0 or sample[place] in b"\x80\x91\x92\x93\x94\x96\x97")
    alone = sum(
        1
        for place in high
        if all(byte < 0x80 for byte in sample[max(place - 1, 0) : place] + sample[place + 1 : place + 2])
    )
    return not control and letters >= 0.95 * len(high) and alone >= 0.5 * len(high)


def _utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: separators and line ends show as one zero byte on one side only."""
    even, odd = sample[0::2], sample[1::2]
    size = max(len(even), 1)
    signs = b",;\t\r\n0123456789"
    little = sum(1 for a, b in zip(even, odd, strict=False) if b == 0 and a in signs)
    big = sum(1 for a, b in zip(even, odd, strict=False) if a == 0 and b in signs)
    if max(little, big) < size / 50 or min(little, big) > max(little, big) / 10:
        return None
    name = "utf-16-le" if little > big else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample[: len(sample) // 2 * 2])
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else name


def _reads_as_chinese(sample: bytes, name: str) -> bool:
    """Whether bytes are plausible Chinese: accented Latin letters decode as GB18030 too, but into rare characters."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    wide = [char for char in text if ord(char) > 127]
    if not wide or any(0xE000 <= ord(char) <= 0xF8FF for char in wide):
        return False
    common = 0
    for char in wide:
        code = char.encode("gb18030" if name == "gb18030" else name, errors="replace")
        if name == "gb18030":
            common += len(code) == 4 or (len(code) == 2 and code[1] >= 0xA1)
        else:
            common += len(code) == 2 and 0xA1 <= code[0] <= 0xC6
    return common >= 0.7 * len(wide)


def records(text: str, delimiter: str, limit: int = 400) -> list[list[str]]:
    """The first records of a text; a record cut off by the sample's end is left out by the caller's choice of text."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    found: list[list[str]] = []
    try:
        for record in reader:
            found.append(record)
            if len(found) >= limit:
                break
    except csv.Error:
        pass
    return found


def delimiter(text: str) -> str:
    """The delimiter under which most records have the same number of columns, and more than one."""

    def score(candidate: str) -> tuple[float, int]:
        widths = Counter(len(record) for record in records(text, candidate) if any(cell.strip() for cell in record))
        if not widths:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        return (round(count / widths.total(), 1), width) if width > 1 else (0.0, width)

    return max(DELIMITERS, key=score)


def header(head: Sequence[Sequence[str | None]], name: str) -> int:
    """The 0-based record that names the columns: the first full row; it must hold words, not figures.

    Raises :class:`Refused`: ``upload_empty``, ``upload_one_column`` or ``upload_no_header``.
    """
    filled = [sum(1 for cell in record if cell and cell.strip()) for record in head]
    if not any(filled):
        raise Refused(Problem("upload_empty", name))
    width = max(Counter(count for count in filled if count).items(), key=lambda item: (item[1], item[0]))[0]
    if max(filled) < 2:
        raise Refused(Problem("upload_one_column", name))
    least = max(2, round(0.6 * width))
    index = next((i for i, count in enumerate(filled) if count >= least), filled.index(max(filled)))
    refuse_data(head, index, name)
    return index


def refuse_data(head: Sequence[Sequence[str | None]], index: int, name: str, alone: bool = False) -> None:
    """Raise :class:`Refused` (``upload_no_header``) for a record of figures, or, ``alone``, of periods only."""
    cells = [cell.strip() for cell in head[index] if cell and cell.strip()]
    if any(is_figure(cell) for cell in cells) or (alone and all(_PERIOD.fullmatch(cell) for cell in cells)):
        raise Refused(Problem("upload_no_header", name, {"row": index + 1, "cells": " | ".join(cells[:6])}))


def is_figure(cell: str) -> bool:
    """Whether a cell holds a number that is no period."""
    return bool(_NUMBER.fullmatch(cell)) and not _PERIOD.fullmatch(cell)
