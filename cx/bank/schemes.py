"""Stage schemes (获客/留存/收益/自传播 …), north stars, cohorts, say beside do: ``schemes.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cx.bank import entry
from cx.bank.benchmarks import KINDS, METRICS
from cx.bank.reading import Mapped, Place, entries
from cx.bank.shape import Indicator, Journey, Label
from cx.words import Problem

PARTS = ("stickiness", "cohorts", "say_do")
GUARDRAILS = 5


@dataclass(frozen=True)
class Asked:
    """A survey metric in a scheme: ``nps`` of one kind, or another metric, on a journey or anywhere."""

    metric: str
    nps_kind: str | None = None
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None


@dataclass(frozen=True)
class SchemeStage:
    """One stage of a scheme: which indicators and survey metrics tell it, and which further parts are drawn."""

    id: str
    name: Label
    question: Label
    indicators: tuple[str, ...]
    asked: tuple[Asked, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A way to cut what customers do with the bank into stages."""

    id: str
    name: Label
    stages: tuple[SchemeStage, ...]


@dataclass(frozen=True)
class NorthStar:
    """A journey's one figure to raise, and what must not get worse meanwhile; ``why`` in words."""

    journey: str
    indicator: str
    guardrails: tuple[str, ...]
    why: Label = field(default_factory=dict)


@dataclass(frozen=True)
class Schemes:
    """What ``schemes.yaml`` says. ``cohorts`` is (months, indicator) by age, a value's day being the month in which the
    cohort came; ``stickiness`` is (daily, monthly) users; ``say_do`` is (NPS kind, indicator of what is done)."""

    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    north_stars: tuple[NorthStar, ...] = ()
    cohorts: tuple[tuple[int, str], ...] = ()
    stickiness: tuple[str, str] | None = None
    say_do: tuple[str, str] | None = None


class _Reader:
    """Reads the file's parts; whatever names something unknown is told and left out."""

    def __init__(
        self, found: entry.Found, indicators: Mapping[str, Indicator], journeys: Mapping[str, Journey],
        problems: list[Problem],
    ) -> None:  # fmt: skip
        self.found, self.indicators, self.journeys, self.problems = found, indicators, journeys, problems

    def all(self) -> Schemes:
        return Schemes(
            {scheme.id: scheme for scheme in self._schemes()},
            tuple(self._stars()),
            tuple(self._cohorts()),
            self._pair("stickiness", ("dau", "mau"), (None, None)),
            self._pair("say_do", ("nps_kind", "indicator"), (KINDS, None)),
        )

    def _schemes(self) -> Iterator[Scheme]:
        for item, here, who in entry.each(self.found, "schemes", self.problems):
            stages: dict[str, SchemeStage] = {}
            for part in entries(item.get("stages"), "stages", here, self.problems):
                there = Place(here.file, part.line)
                one = entry.named(part, there, stages, self.problems)
                if one is not None:
                    stages[one[0]] = self._stage(part, one, there)
            yield Scheme(*who, tuple(stages.values()))

    def _stage(self, item: Mapped, who: tuple[str, Label], here: Place) -> SchemeStage:
        parts = [str(part) for part in _list(item.get("parts"))]
        for part in parts:
            if part not in PARTS:
                self.problems.append(here.problem("model_choice", field="parts", found=part, known=", ".join(PARTS)))
        return SchemeStage(
            *who,
            entry.label(item.get("question"), here, self.problems),
            self._known(item.get("indicators"), here),
            tuple(self._asked(item, here)),
            tuple(part for part in parts if part in PARTS),
        )

    def _asked(self, item: Mapped, here: Place) -> Iterator[Asked]:
        for each in entries(item.get("surveys"), "surveys", here, self.problems):
            metric, kind = each.get("metric"), each.get("nps_kind")
            if metric not in METRICS or (metric == "nps") != (kind in KINDS):
                known = ", ".join((*METRICS, *KINDS))
                said = f"{metric} {kind or ''}".strip()
                self.problems.append(here.problem("model_choice", field="surveys", found=said, known=known))
                continue
            yield Asked(metric, kind, each.get("journey"), each.get("stage"), each.get("touchpoint"))

    def _stars(self) -> Iterator[NorthStar]:
        for item, here in self._entries("north_stars"):
            journey, star = str(item.get("journey")), self._known([item.get("indicator")], here)
            if journey not in self.journeys:
                self.problems.append(here.problem("model_unknown", kind="journey", value=journey[:40]))
                continue
            guards = self._known(item.get("guardrails"), here)
            if star:
                if len(guards) != GUARDRAILS:
                    told = here.problem("model_guardrails", "warning", journey=journey, n=len(guards), five=GUARDRAILS)
                    self.problems.append(told)
                yield NorthStar(journey, star[0], guards, entry.label(item.get("why"), here, self.problems))

    def _cohorts(self) -> Iterator[tuple[int, str]]:
        for item, here in self._entries("cohorts"):
            months = entry.number(item.get("months"), "months", here, self.problems)
            names = self._known([item.get("indicator")], here)
            if months is not None and names:
                yield int(months), names[0]

    def _pair(
        self, section: str, keys: tuple[str, str], words: tuple[tuple[str, ...] | None, None]
    ) -> tuple[str, str] | None:
        if section not in self.found:
            return None
        place, value = self.found[section]
        if not isinstance(value, Mapped):
            self.problems.append(place.problem("model_entry", key=section, found=str(value)[:40]))
            return None
        here, pair = Place(place.file, value.line), []
        for key, allowed in zip(keys, words, strict=True):
            said = value.get(key)
            if allowed is None:
                pair += self._known([said], here)
            elif said in allowed:
                pair.append(said)
            else:
                known = ", ".join(allowed)
                self.problems.append(here.problem("model_choice", field=key, found=str(said)[:40], known=known))
        return (pair[0], pair[1]) if len(pair) == 2 else None

    def _entries(self, section: str) -> Iterator[tuple[Mapped, Place]]:
        if section in self.found:
            place, value = self.found[section]
            for item in entries(value, section, place, self.problems):
                yield item, Place(place.file, item.line)

    def _known(self, names: Any, here: Place) -> tuple[str, ...]:
        kept = [str(name) for name in _list(names)]
        for name in kept:
            if name not in self.indicators:
                self.problems.append(here.problem("model_unknown", kind="indicator", value=name[:40]))
        return tuple(name for name in kept if name in self.indicators)


def read(
    found: entry.Found, indicators: Mapping[str, Indicator], journeys: Mapping[str, Journey], problems: list[Problem]
) -> Schemes:
    """Everything of the file that is sound."""
    return _Reader(found, indicators, journeys, problems).all()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
