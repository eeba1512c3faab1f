"""The playbook: kinds of pain and what helps against them. Entries of ``playbook.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cx.bank import entry, reading
from cx.bank.reading import Mapped, Place, entries
from cx.bank.shape import Indicator, Journey, Label
from cx.words import Problem

FILE = "playbook.yaml"
METRICS = ("nps", "satisfaction", "csat", "top2", "ces", "yes_share")
_KEYS = {"id", "name", "touchpoints", "themes", "actions"}
_ACTION = {"id", "name", "do", "effort", "weeks", "metric"}


@dataclass(frozen=True)
class Action:
    """Something to do: its name, how (``do``), effort 1 (little) to 5, typical weeks 1..16, and the metric that shows
    success: a survey metric or the id of an indicator."""

    id: str
    name: Label
    do: Label
    effort: int
    weeks: int
    metric: str


@dataclass(frozen=True)
class Pain:
    """A kind of pain: by which touchpoints and themes of comments it is known (the first touchpoint is where a theme
    belongs), and what helps."""

    id: str
    name: Label
    touchpoints: tuple[str, ...]
    themes: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Playbook:
    """All kinds of pain in the file's order."""

    pains: tuple[Pain, ...] = ()

    def of(self, touchpoint: str | None, theme: str = "") -> tuple[Pain, ...]:
        """The kinds of pain that a touchpoint or a theme speaks of."""
        return tuple(pain for pain in self.pains if touchpoint in pain.touchpoints or theme in pain.themes)

    def place_of(self, theme: str) -> str | None:
        """The touchpoint to which a theme of comments belongs; None where no kind of pain says so."""
        found = (pain.touchpoints[0] for pain in self.pains if theme in pain.themes and pain.touchpoints)
        return next(found, None)


def load(
    folder: Path, text: str | None, journeys: Mapping[str, Journey], indicators: Mapping[str, Indicator]
) -> tuple[Playbook, tuple[Problem, ...]]:
    """The playbook of a model's folder (or of ``text``), empty where there is none, and what is wrong in it."""
    file, problems = folder / FILE, list[Problem]()
    if text is not None:
        content = reading.parse(text, FILE, problems)
    else:
        content = reading.read(file, problems) if file.is_file() else None
    here = Place(FILE)
    for key in set(content or ()) - {"playbook"}:
        problems.append(here.problem("model_key", "warning", key=key, known="playbook"))
    found = {"playbook": (here, content["playbook"])} if content and "playbook" in content else {}
    return read(found, journeys, indicators, problems), tuple(problems)


def read(
    found: entry.Found, journeys: Mapping[str, Journey], indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Playbook:
    """The playbook; what is wrong is told at its line and left out, the rest stands."""
    known = {point.id for journey in journeys.values() for stage in journey.stages for point in stage.touchpoints}
    pains = []
    for item, here, who in entry.each(found, "playbook", problems):
        entry.extra(item, _KEYS, here, problems)
        points = tuple(_known(_texts(item, "touchpoints", here, problems), known, "touchpoint", here, problems))
        themes = tuple(_texts(item, "themes", here, problems))
        actions = tuple(_actions(item, here, indicators, problems))
        if not actions:
            problems.append(here.problem("model_playbook_empty", "warning", id=who[0]))
        pains.append(Pain(*who, points, themes, actions))
    return Playbook(tuple(pains))


def _actions(
    item: Mapped, here: Place, indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Iterator[Action]:
    seen: dict[str, Label] = {}
    for part in entries(item.get("actions"), "actions", here, problems):
        place = Place(here.file, part.line)
        entry.extra(part, _ACTION, place, problems)
        who = entry.named(part, place, seen, problems)
        if who is None:
            continue
        seen[who[0]] = who[1]
        metric = str(part.get("metric") or "satisfaction")
        if metric not in METRICS and metric not in indicators:
            problems.append(place.problem("model_unknown", kind="metric", value=metric[:40]))
            continue
        effort, weeks = (_whole(part, name, low, high, place, problems) for name, low, high in _RANGES)
        do = entry.label(part.get("do"), place, problems)
        if effort and weeks and do:
            yield Action(*who, do, effort, weeks, metric)
        elif not do:
            problems.append(place.problem("model_playbook_do", id=who[0]))


_RANGES = (("effort", 1, 5), ("weeks", 1, 16))


def _whole(part: Mapped, name: str, low: int, high: int, place: Place, problems: list[Problem]) -> int | None:
    number = entry.number(part.get(name), name, place, problems)
    if number is not None and low <= number <= high and number == int(number):
        return int(number)
    problems.append(place.problem("model_playbook_range", field=name, low=low, high=high, found=str(part.get(name))))
    return None


def _texts(item: Mapped, key: str, here: Place, problems: list[Problem]) -> Iterator[str]:
    value = item.get(key)
    if value is not None and not isinstance(value, list):
        problems.append(here.problem("model_not_list", key=key))
        return
    yield from (str(each) for each in value or ())


def _known(
    names: Iterator[str], known: set[str], kind: str, here: Place, problems: list[Problem]
) -> Iterator[str]:  # fmt: skip
    for name in names:
        if name in known:
            yield name
        else:
            problems.append(here.problem("model_unknown", "warning", kind=kind, value=name[:40]))
