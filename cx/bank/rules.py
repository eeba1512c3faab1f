"""When a case opens by itself, who sees to it and by when: ``rules.yaml``, read when it is first needed."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cx.bank import entry, reading
from cx.bank.reading import Mapped, Place
from cx.bank.shape import Label
from cx.words import Problem

FILE = "rules.yaml"
DAYS = 7
_SECTIONS = ("hours", "days", "desks", "rules", "again", "causes")
_HOURS = ("contact", "close", "escalate", "again")
_RULE_KEYS = {"id", "name", "when", "on", "hot", "surveys", "channels", "owner", "to", *_HOURS}
_ENDS = {"nps": (0, 10), "csat": (1, 5), "rating": (1, 5), "intensity": (0, 100)}
_WHEN = {*_ENDS, "emotions", "risks", "contact", "alarm"}
_CLOSE = 27.0
_LONGEST = 9_000  # working hours: some four years, far beyond any clock that means something
_DAYS = (0, 366)
_LATE = (0, 3_660)


@dataclass(frozen=True)
class Hours:
    """Working hours of a working day in the bank's ``zone``; None: the machine's."""

    start: dt.time = dt.time(9)
    end: dt.time = dt.time(18)
    zone: str | None = None


@dataclass(frozen=True)
class Desk:
    """Who sees to cases: those with a role, or the users ``people``; cases without a branch go to ``otherwise``."""

    id: str
    name: Label = field(hash=False)
    role: str = ""
    people: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True)
class When:
    """What a response or a signal must be like; any one is enough. ``csat`` and ``rating`` on 1..5."""

    nps: float | None = None
    csat: float | None = None
    rating: float | None = None
    intensity: float | None = None
    emotions: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    contact: bool = False
    alarm: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule. ``contact``, ``close``, ``escalate``: working hours; ``contact`` None: there is nobody to contact."""

    id: str
    name: Label = field(hash=False)
    when: When
    on: bool = True
    hot: bool = False
    surveys: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    owner: str = ""
    contact: float | None = None
    close: float = _CLOSE
    escalate: float | None = None
    to: str = ""
    again: float | None = None

    @property
    def meaning(self) -> str:
        """What it asks for, in one text: another text is another rule."""
        return repr((self.when, self.surveys, self.channels))


@dataclass(frozen=True)
class Again:
    """Where a customer says how it is after a case: a survey, and its question of 0 to 10."""

    survey: str
    question: str
    late: float = 60.0


@dataclass(frozen=True, eq=False)
class Rules:
    """Everything of the file that is sound. Compared and hashed by identity, so that it may be part of a cache key."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    desks: Mapping[str, Desk] = field(default_factory=dict)
    causes: Mapping[str, Label] = field(default_factory=dict)
    hours: Hours = Hours()
    again: Again | None = None
    days: float = DAYS
    problems: tuple[Problem, ...] = ()
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Root causes by the touchpoint at which they are usual."""

    @property
    def active(self) -> tuple[Rule, ...]:
        """The rules that are switched on, the most serious first."""
        return tuple(rule for rule in self.rules.values() if rule.on)

    def desk(self, id: str, branch: str | None) -> str:
        """The desk that a case of a branch (None: of no branch) goes to, for the one that its rule names."""
        found = self.desks.get(id)
        return found.otherwise if found and found.otherwise and branch is None else id


def load(*folders: Path) -> Rules:
    """The rules of the first folder that has the file. Never raises."""
    file = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    if file is None:
        return Rules()
    problems: list[Problem] = []
    return read(reading.read(file, problems) or Mapped(), problems)


def read(content: Mapped, problems: list[Problem]) -> Rules:
    """The content of a file; what is wrong is told at its line and left out."""
    place = Place(FILE)
    entry.extra(content, _SECTIONS, place, problems)
    found = {key: (place, value) for key, value in content.items()}
    desks = {
        id: Desk(id, name, str(item.get("role") or ""), _texts(item.get("people")), str(item.get("otherwise") or ""))
        for item, _, (id, name) in entry.each(found, "desks", problems)
    }
    rules = {
        who[0]: made for item, here, who in entry.each(found, "rules", problems)
        if (made := _rule(item, here, who, desks, problems)) is not None
    }  # fmt: skip
    days = _between(content, "days", _DAYS, place, problems)
    told = entry.each(found, "causes", problems)
    causes = {who[0]: (who[1], _texts(item.get("touchpoints"))) for item, _, who in told}
    points = dict.fromkeys(point for _, at in causes.values() for point in at)
    return Rules(
        rules, desks, {id: name for id, (name, _) in causes.items()}, _hours(content.get("hours"), place, problems),
        _again(content.get("again"), place, problems), DAYS if days is None else days, tuple(problems),
        {point: tuple(id for id, (_, at) in causes.items() if point in at) for point in points},
    )  # fmt: skip


def _rule(
    item: Mapped, here: Place, who: tuple[str, Label], desks: Mapping[str, Desk], problems: list[Problem]
) -> Rule | None:
    entry.extra(item, _RULE_KEYS, here, problems)
    when = _when(item.get("when"), here, problems)
    if when is None:
        return None
    named = {key: str(item.get(key) or "") for key in ("owner", "to")}
    for value in named.values():
        if value and value not in desks:
            problems.append(here.problem("model_unknown", kind="desk", value=value[:40]))
    hours = {key: _between(item, key, (0, _LONGEST), here, problems) for key in _HOURS}
    owner, to = (value if value in desks else "" for value in named.values())
    return Rule(
        *who, when, item.get("on") is not False, item.get("hot") is True, _texts(item.get("surveys")),
        _texts(item.get("channels")), owner, hours["contact"], hours["close"] or _CLOSE, hours["escalate"], to,
        hours["again"],
    )  # fmt: skip


def _when(value: Any, here: Place, problems: list[Problem]) -> When | None:
    """The conditions; None where there is none that could ever hold."""
    if not isinstance(value, Mapped):
        problems.append(here.problem("rule_when"))
        return None
    entry.extra(value, _WHEN, here, problems)
    numbers = {key: _between(value, key, ends, here, problems, f"when.{key}") for key, ends in _ENDS.items()}
    alarm = str(value.get("alarm") or "")
    if alarm not in ("", "agreed", "any"):
        problems.append(here.problem("model_choice", field="when.alarm", found=alarm[:40], known="agreed, any"))
        alarm = ""
    made = When(
        **numbers, emotions=_texts(value.get("emotions")), risks=_texts(value.get("risks")),
        contact=value.get("contact") is True, alarm=alarm,
    )  # fmt: skip
    if made == When(emotions=made.emotions):
        problems.append(here.problem("rule_when"))
        return None
    return made


def _between(
    item: Mapped, key: str, ends: tuple[float, float], here: Place, problems: list[Problem], name: str = ""
) -> float | None:  # fmt: skip
    """A number within its ends; None where there is none or another one, which is told."""
    number, (low, high) = entry.number(item.get(key), name or key, here, problems), ends
    if number is None or low <= number <= high:
        return number
    problems.append(
        here.problem("rule_range", field=name or key, found=f"{number:g}", low=f"{low:g}", high=f"{high:g}")
    )
    return None


def _hours(value: Any, place: Place, problems: list[Problem]) -> Hours:
    if value is None:
        return Hours()
    given = value if isinstance(value, Mapped) else Mapped()
    here = Place(place.file, given.line)
    try:
        start, end = (dt.time.fromisoformat(str(given[key])) for key in ("from", "to"))
        zone = str(given["zone"]) if given.get("zone") else None
        if zone:
            zoneinfo.ZoneInfo(zone)
        if start.tzinfo or end.tzinfo or (end.hour, end.minute) <= (start.hour, start.minute):
            raise ValueError  # less than a minute a day would never be over
        return Hours(start, end, zone)
    except (KeyError, ValueError, OSError):
        problems.append(here.problem("rule_hours", found=str(dict(given) or value)[:60]))
        return Hours()


def _again(value: Any, place: Place, problems: list[Problem]) -> Again | None:
    if value is None:
        return None
    given = value if isinstance(value, Mapped) else Mapped()
    names = [str(given.get(key) or "") for key in ("survey", "question")]
    late = _between(given, "late", _LATE, Place(place.file, given.line), problems, "again.late")
    if not all(names):
        problems.append(Place(place.file, given.line).problem("rule_again"))
        return None
    return Again(*names, late=60.0 if late is None else late)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
