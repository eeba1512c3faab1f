"""Versions of the indicator dictionary as they were kept, for those who compare figures over time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from cx.store.query import Connection

DICTIONARY = "indicators.yaml"
"""The id under which drafts and versions of the dictionary are kept."""


@dataclass(frozen=True)
class Kept:
    """One version that was in service from ``day`` (UTC) on."""

    version: str
    level: str | None
    text: str
    day: dt.date


def dictionaries(con: Connection) -> tuple[Kept, ...]:
    """Every version whose text is still the one that was published, oldest first."""
    rows = con.execute(
        "SELECT version, level, text, happened_at, sha256 FROM survey_version WHERE survey_id = ? ORDER BY number",
        [DICTIONARY],
    ).fetchall()
    return tuple(
        Kept(version, level, text, at.date())
        for version, level, text, at, sha256 in rows
        if hashlib.sha256(text.encode("utf-8")).hexdigest() == sha256
    )
