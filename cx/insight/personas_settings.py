"""Generations and levels of value as the bank defines them (``profiles.yaml``), and the names it gave its personas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cx.words import Label, Problem, Refused

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILE, NAMES = "profiles.yaml", "personas.yaml"
ALIKE = 0.8
"""Correlation of two profiles from which they are taken for the same group."""
_LONGEST = 60


@dataclass(frozen=True)
class Band:
    """One generation or level of value: which choices, values (of a dimension) and numbers belong to it."""

    id: str
    name: Label = field(hash=False)
    values: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def holds(self, number: float) -> bool:
        """Whether a number lies within."""
        return self.low is not None and self.high is not None and self.low <= number <= self.high


@dataclass(frozen=True)
class Worth:
    """One way to say what a customer is worth."""

    by: str
    name: Label = field(hash=False)
    levels: tuple[Band, ...]


@dataclass(frozen=True)
class Settings:
    """What ``profiles.yaml`` says."""

    questions: tuple[str, ...]
    generations: tuple[Band, ...]
    worth: tuple[Worth, ...]


@dataclass(frozen=True)
class Named:
    """A name that someone gave to a group of a survey, and the profile by which it is found again."""

    survey: str
    name: str
    note: str
    profile: Mapping[str, float]
    by: str
    day: str


def place(folders: Sequence[Path], name: str) -> Path | None:
    """The first of the folders' files of that name."""
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def settings(folders: Sequence[Path]) -> Settings:
    """The settings of the first folder that has them. Raises :class:`Refused` (``profiles_file``)."""
    file = place(folders, FILE)
    if file is None:
        return Settings((), (), ())
    return _settings(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _settings(file: Path, _changed: int) -> Settings:
    raw = _read(file)
    try:
        ages = raw.get("generations") or {}
        return Settings(
            tuple(map(str, ages.get("questions") or ())),
            tuple(_band(one, "segments", "ages") for one in ages.get("bands") or ()),
            tuple(
                Worth(str(one["by"]), one["name"], tuple(_band(level, "values", "numbers") for level in one["levels"]))
                for one in raw.get("value") or ()
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(Problem("profiles_file", file.name, {"detail": str(error)[:80]})) from error


def _band(raw: Mapping[str, Any], values: str, numbers: str) -> Band:
    low, high = raw.get(numbers) or (None, None)
    named = {"values": tuple(map(str, raw.get(values) or ())), "choices": tuple(map(str, raw.get("choices") or ()))}
    return Band(str(raw["id"]), raw["name"], **named, low=None if low is None else float(low),
                high=None if high is None else float(high))  # fmt: skip


def names(folders: Sequence[Path]) -> tuple[Named, ...]:
    """The names given so far. Raises :class:`Refused` (``profiles_file``)."""
    file = place(folders, NAMES)
    if file is None:
        return ()
    try:
        return tuple(Named(**one) for one in _read(file).get("personas") or ())
    except TypeError as error:
        raise Refused(Problem("profiles_file", file.name, {"detail": str(error)[:80]})) from error


def named(found: Sequence[Named], survey: str, profile: Mapping[str, float]) -> Named | None:
    """The name whose profile is most like this one, where they correlate by at least ``ALIKE``."""
    rated = [(likeness(one.profile, profile), one) for one in found if one.survey == survey]
    best = max(rated, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] >= ALIKE else None


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Correlation of two profiles over what both have; 0 with fewer than three in common."""
    shared = sorted(set(one) & set(other))
    if len(shared) < 3:
        return 0.0
    a, b = [one[key] for key in shared], [other[key] for key in shared]
    middle_a, middle_b = sum(a) / len(a), sum(b) / len(b)
    cross = sum((x - middle_a) * (y - middle_b) for x, y in zip(a, b, strict=True))
    size = sum((x - middle_a) ** 2 for x in a) * sum((y - middle_b) ** 2 for y in b)
    return float(cross / size**0.5) if size > 0 else 0.0


def renamed(found: Sequence[Named], new: Named) -> tuple[Named, ...]:
    """The names with one more; an older name of the same group gives way. Raises ``persona_name``."""
    if not new.name.strip() or len(new.name) > _LONGEST:
        raise Refused(Problem("persona_name", "", {"longest": _LONGEST}))
    kept = [one for one in found if one.survey != new.survey or likeness(one.profile, new.profile) < ALIKE]
    return (*kept, new)


def dumped(found: Sequence[Named]) -> str:
    """The file's text."""
    entries = [{**vars(one), "profile": dict(one.profile)} for one in found]
    return yaml.safe_dump({"personas": entries}, allow_unicode=True, sort_keys=False)


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Refused(Problem("profiles_file", file.name, {"detail": str(error)[:80]})) from error
    if not isinstance(raw, dict):
        raise Refused(Problem("profiles_file", file.name, {"detail": "{…}"}))
    return raw
