"""Value cases: inputs as ranges with their sources, kept as YAML; and what the bank's own data knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cx.bank.reading import parse
from cx.insight.personas_settings import place
from cx.measure.scope import Rights, Scope
from cx.measure.value import GROUPS, INPUTS, SHARES, YEARS, Inputs, Range
from cx.store import query
from cx.store.query import Connection, Measured
from cx.words import Label, Problem, Refused

FILE = "value.yaml"
LARGEST = 200_000  # letters of a file
_LONGEST, _MOST = 80, 50


@dataclass(frozen=True)
class Input:
    """One input: its range, where it comes from, and whether it is an assumption (no source of the bank's own)."""

    range: Range
    source: str = ""
    assumption: bool = True


@dataclass(frozen=True)
class Case:
    """One improvement to be valued. ``quick_win`` is the id of one, or empty; ``years`` are counted. ``by`` and ``at``
    (ISO) say who saved it last; empty as shipped."""

    id: str
    name: Label = field(hash=False)
    inputs: Mapping[str, Input] = field(hash=False)
    quick_win: str = ""
    years: int = YEARS
    by: str = ""
    at: str = ""

    @property
    def ranges(self) -> Inputs:
        return {name: one.range for name, one in self.inputs.items()}

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the inputs that are assumptions."""
        return tuple(name for name in INPUTS if self.inputs[name].assumption)


@dataclass(frozen=True)
class Book:
    """All cases of the bank. ``retention``: the indicator that says how many of a group are there a year later."""

    currency: Label
    cases: tuple[Case, ...]
    retention: Mapping[str, str]


def book(folders: Sequence[Path]) -> Book:
    """The bank's cases, else the shipped ones. Raises :class:`Refused` (``value_file``)."""
    file = place(folders, FILE)
    if file is None:
        return Book({"zh": "元", "en": "CNY"}, (), {})
    return _book(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _book(file: Path, _changed: int) -> Book:
    try:
        return read(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(Problem("value_file", file.name, {"detail": str(error)[:80]})) from error


def read(text: str, where: str) -> Book:
    """A file's cases. Raises :class:`Refused`: ``value_file``, what is wrong with its YAML, or ``value_range`` with the
    input."""
    problems: list[Problem] = []
    raw = parse(text, where, problems) if len(text) <= LARGEST else None
    if problems:
        raise Refused(*problems)
    try:
        if raw is None or len(raw.get("cases") or ()) > _MOST:
            raise ValueError("cases")
        cases = tuple(_case(one, where) for one in raw.get("cases") or ())
        known = {str(group): str(name) for group, name in (raw.get("retention") or {}).items()}
        return Book(_label(raw.get("currency") or {"zh": "元", "en": "CNY"}), cases, known)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Refused(Problem("value_file", where, {"detail": str(error).split("\n")[0][:80]})) from error


def _label(raw: Any) -> Label:
    """What stands in a file as a name in one or several languages. Raises ``ValueError`` for anything else."""
    said = list(raw.values()) if isinstance(raw, Mapping) else [raw]
    if not said or any(not isinstance(one, str) for one in said):
        raise ValueError("name")
    return dict(raw) if isinstance(raw, Mapping) else str(raw)


def _case(raw: Mapping[str, Any], where: str) -> Case:
    years = int(raw.get("years", YEARS))
    if not 1 <= years <= 20:
        raise Refused(Problem("value_years", where))
    given = raw["inputs"]
    inputs = {
        name: Input(
            Range(*(float(given[name][end]) for end in ("low", "likely", "high"))),
            str(given[name].get("source") or "")[:200], bool(given[name].get("assumption", True)),
        )
        for name in INPUTS
    }  # fmt: skip
    saved = (str(raw.get(name) or "")[:60] for name in ("by", "at"))
    found = Case(str(raw["id"])[:40], _label(raw["name"]), inputs, str(raw.get("quick_win") or ""), years, *saved)
    check(found)
    return found


def check(case: Case) -> None:
    """Raises :class:`Refused` with every input whose range is no range."""
    names = [case.name] if isinstance(case.name, str) else list(case.name.values())
    if not names or not all(name.strip() for name in names) or any(len(name) > _LONGEST for name in names):
        raise Refused(Problem("value_name", "", {"longest": _LONGEST}))
    wrong = [
        Problem("value_share" if name in SHARES else "value_range", name)
        for name, one in case.inputs.items()
        if not one.range.sound or (name in SHARES and not 0 <= one.range.low <= one.range.high <= 1) or
        (name != "lift" and not name.startswith("margin") and one.range.low < 0)
    ]  # fmt: skip
    if wrong:
        raise Refused(*wrong)


def dumped(found: Book) -> str:
    """The file's text."""
    return yaml.safe_dump(
        {"currency": found.currency, "retention": dict(found.retention), "cases": [plain(one) for one in found.cases]},
        allow_unicode=True, sort_keys=False,
    )  # fmt: skip


def plain(case: Case) -> dict[str, Any]:
    """A case as its file says it."""
    inputs = {
        name: {**vars(one.range), **({"source": one.source} if one.source else {}), "assumption": one.assumption}
        for name, one in case.inputs.items()
    }
    name = case.name if isinstance(case.name, str) else dict(case.name)
    saved = {key: said for key, said in (("by", case.by), ("at", case.at)) if said}
    return {"id": case.id, "name": name, "quick_win": case.quick_win, "years": case.years, **saved, "inputs": inputs}


def kept(found: Book, case: Case) -> Book:
    """The book with a case added, or put in the place of the one with its id. Raises :class:`Refused`."""
    check(case)
    others = [one for one in found.cases if one.id != case.id]
    place_of = next((at for at, one in enumerate(found.cases) if one.id == case.id), len(others))
    others.insert(place_of, case)
    return replace(found, cases=tuple(others))


def shares(con: Connection, rights: Rights, kind: str) -> Measured:
    """The whole bank's NPS of one kind, whose counts say how many are promoters, passives and detractors."""
    return query.measure(con, "nps", Scope(rights, nps_kind=kind))


def retained(con: Connection, rights: Rights, retention: Mapping[str, str]) -> dict[str, Input]:
    """Retention by group as the bank's own indicators have it (in per cent), by input; the range is the interval of the
    months. Groups without an indicator or without values are left out: they stay assumptions."""
    found = {}
    for group in GROUPS:
        name = retention.get(group)
        if not name:
            continue
        measured = query.measure(con, "indicator", Scope(rights).narrowed(indicator=name))
        e = measured.total
        if e.value is None or not 0 <= e.value <= 100:
            continue
        reach = 1.96 * (e.se or 0.0)
        ends = (max(0.0, e.value - reach) / 100, e.value / 100, min(100.0, e.value + reach) / 100)
        found[f"retention_{group}"] = Input(Range(*ends), name, assumption=False)
    return found
