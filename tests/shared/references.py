"""Reference numbers of the shared folder, and how near ours must be to them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data")


def reference(name: str) -> tuple[list[dict[str, Any]], float]:
    """The cases of a file and its relative tolerance; skips where there is no such file."""
    file = FOLDER / "reference" / f"{name}.json"
    if not file.exists():
        pytest.skip(f"no reference numbers at {file}")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["cases"]
    return found["cases"], float(found["relative_tolerance"])


def near(got: float | None, expected: float, tolerance: float) -> bool:
    """By the files' own rule."""
    return got is not None and abs(got - expected) <= tolerance * max(1, abs(expected))
