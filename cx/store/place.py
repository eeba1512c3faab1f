"""Where a running cx keeps its state: one folder, so that a copy of the folder is a move."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Folders and files of one cx. ``data`` holds all state; ``surveys`` the survey definitions."""

    data: Path
    surveys: Path

    @staticmethod
    def from_environment() -> Place:
        """``CX_DATA`` (default ``data/`` beside app.py) and ``CX_SURVEYS`` (default ``survey_defs/``)."""
        return Place(
            Path(os.environ.get("CX_DATA") or ROOT / "data").absolute(),
            Path(os.environ.get("CX_SURVEYS") or ROOT / "survey_defs").absolute(),
        )

    @property
    def database(self) -> Path:
        return self.data / "cx.duckdb"

    @property
    def journal(self) -> Path:
        return self.data / "journal"

    @property
    def model(self) -> Path:
        """The bank's model; the one shipped with cx until the state folder has its own."""
        own = self.data / "model"
        return own if (own / "branches.yaml").is_file() else ROOT / "data" / "model"

    @property
    def users(self) -> Path:
        return self.data / "users.yaml"
