"""Reference numbers of the shared folder, and how near ours must be to them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data")


def reference(name: str) -> tuple[list[dict[str, Any]], float]:
    """The cases of a file and its relative tolerance; skips where there is no such file."""
    file = FOLDER / "reference" / f"{name}.json"
    if not file.exists():
        pytest.skip(f"no reference numbers at {file}")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["cases"]
    return found["cases"], float(found["relative_tolerance"])


def several(found: T | list[T]) -> list[T]:
    """A list; R writes one of a single entry as that entry."""
    return found if isinstance(found, list) else [found]


def decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, else what Chinese systems write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def records(file: Path) -> list[dict[str, str]]:
    """The rows of a table, whatever its separator and encoding."""
    text = decoded(file.read_bytes())
    head = text.partition("\n")[0]
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))


def table(*columns: str) -> Path:
    """The first real table that has all these columns; skips where there is none."""
    for file in sorted((FOLDER / "real").glob("*.csv")):
        with file.open("rb") as stream:
            head = next(csv.reader([decoded(stream.readline())]), [])
        if set(columns) <= {name.strip() for name in head}:
            return file
    pytest.skip(f"no table with {', '.join(columns)} in {FOLDER / 'real'}")


def near(got: float | None, expected: float, tolerance: float) -> bool:
    """By the files' own rule."""
    return got is not None and abs(got - expected) <= tolerance * max(1, abs(expected))
