"""Reading what a questionnaire posts: fast for plain forms, bounded, and never a bare error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from cx.collect.photos import LARGEST as LARGEST_FILE
from web.security import header

LARGEST = 256 << 10
"""A form beyond this is not taken; up to KEPT it is still read, so that the page can give everything back."""
KEPT = 2 << 20
_FIELDS = 2_000
_LARGEST_FILES = 40 << 20
_SPARE_FILES = 20  # more than are asked for get a message of their own
Fields = Mapping[str, Sequence[str]]


class Unreadable(Exception):
    """Nothing of the form can be used; ``status`` is 413 or 422."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Posted(NamedTuple):
    """A form: texts by field name in their order, whether it was larger than is taken, and files with their field;
    ``photos`` once files were kept as photos."""

    fields: Fields
    too_large: bool = False
    files: tuple[tuple[str, bytes], ...] = ()
    photos: bool = False

    def one(self, name: str) -> str:
        """The first text of a field; empty without it."""
        texts = self.fields.get(name)
        return texts[0] if texts else ""


async def read(request: Request, most_files: Callable[[Request], int] = lambda _: 0) -> Posted:
    """The posted form, with as many files as ``most_files`` says. Raises :class:`Unreadable`."""
    kind = header(request.scope, b"content-type").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(request, most_files(request))
    body = await _body(request)
    if kind != "application/x-www-form-urlencoded":
        raise Unreadable(422)
    try:
        text = body.decode("ascii")  # anything else comes percent-encoded
    except ValueError as error:
        raise Unreadable(422) from error
    if text.count("&") >= _FIELDS:
        raise Unreadable(422)
    return Posted(_fields(text), len(body) > LARGEST)


def _fields(text: str) -> dict[str, list[str]]:
    """As ``parse_qs`` with blank values kept, which takes six times as long for a form of plain letters."""
    fields: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.replace("+", " ").partition("=")
            if "%" in pair:
                name, value = unquote(name), unquote(value)
            fields.setdefault(name, []).append(value)
    return fields


async def _body(request: Request, most: int = KEPT) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Unreadable(422)  # nobody is there to read the answer; an error would fill the log
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > most:
            raise Unreadable(413)
        parts.append(part)
    return b"".join(parts)


async def _multipart(request: Request, most_files: int) -> Posted:
    body = await _body(request, KEPT + min(most_files * LARGEST_FILE, _LARGEST_FILES))

    async def once() -> AsyncIterator[bytes]:
        yield body

    parser = MultiPartParser(
        request.headers,
        once(),
        max_files=most_files and most_files + _SPARE_FILES,
        max_fields=_FIELDS,
        max_part_size=KEPT,
    )
    parser.spool_max_size = len(body) + 1  # in memory: a photo as it came, with its metadata, is never written down
    try:
        form = await parser.parse()
    except (MultiPartException, HTTPException, FormParserError, ValueError, KeyError) as error:
        raise Unreadable(422) from error
    said = [(name, _whole(text)) for name, text in form.multi_items() if isinstance(text, str)]
    files = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile)]
    read = tuple([(name, await file.read()) for name, file in files])
    await form.close()
    fields: dict[str, list[str]] = {}
    for name, text in said:
        fields.setdefault(name, []).append(text)
    return Posted(fields, sum(len(text) for _, text in said) > LARGEST, read)


def _whole(text: str) -> str:
    """Without halves of characters, which a form can smuggle in by naming a character set of its own."""
    return text.encode("utf-8", "replace").decode()
