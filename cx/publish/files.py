"""The files from which surveys are served: read as text, written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from cx.survey import load
from cx.survey.schema import Survey
from cx.survey.shelf import Shelf
from cx.words import Problem, Refused

_ENCODINGS = ("utf-8-sig", "gb18030")


def text_of(shelf: Shelf, survey: Survey) -> str | None:
    """The text of a survey in service, when its file still says that."""
    file = shelf.file(survey.id)
    data = _bytes(file) if file is not None else b""
    again = load.read_bytes(data, survey.id).survey
    return decoded(data) if again is not None and again.digest == survey.digest else None


def target(folder: Path, shelf: Shelf, survey_id: str) -> Path:
    """The file that a survey is written to: the one it is served from, else ``<id>.yaml``.

    Raises :class:`Refused` (``publish_file``) when that file holds another survey.
    """
    file = shelf.file(survey_id) or folder / f"{survey_id}.yaml"
    there = load.read_file(file).survey if file.is_file() else None
    if there is not None and there.id != survey_id:
        raise Refused(Problem("publish_file", survey_id, {"file": file.name}))
    return file


def held(file: Path) -> str | None:
    """What a file holds now; None where there is none."""
    return decoded(_bytes(file)) if file.is_file() else None


def write(file: Path, text: str) -> None:
    """Replace a file durably. Raises :class:`Refused` (``publish_write``); then the old one is untouched."""
    half = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}.half")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with half.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, file)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise Refused(Problem("publish_write", file.name, {"detail": error.strerror or str(error)})) from error


def decoded(data: bytes) -> str:
    """A definition's bytes as text, in the encodings that the loader accepts; what is no text at all with marks."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
