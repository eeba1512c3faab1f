"""The bank's model: branches, regions, channels, journeys, indicators … from YAML files that a bank edits itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cx.bank import benchmarks, calendar, entry, feeds, formulas, playbook, schemes, weights
from cx.bank.benchmarks import Benchmark
from cx.bank.calendar import Calendar
from cx.bank.feeds import Feed
from cx.bank.formulas import Formula
from cx.bank.playbook import Playbook
from cx.bank.reading import Mapped, Place, entries, parse, read
from cx.bank.schemes import Schemes
from cx.bank.shape import Branch, Brand, Index, Indicator, Journey, Label, Stage, Touchpoint
from cx.words import Problem, Refused, Translator
from cx.words.apart import labels_apart

__all__ = ["Branch", "Brand", "Index", "Indicator", "Journey", "Label", "Model", "Stage", "Touchpoint", "load"]

FILES: Mapping[str, tuple[str, ...]] = {
    "branches.yaml": ("bank", "regions", "branches"),
    "lists.yaml": ("channels", "business_lines", "segments", "products", "departments", "brands"),
    "journeys.yaml": ("journeys",),
    "indicators.yaml": ("indicators",),
    "index.yaml": ("index",),
    "calendar.yaml": ("calendar",),
    "benchmarks.yaml": ("benchmarks",),
    "feeds.yaml": ("feeds",),
    "schemes.yaml": ("schemes", "north_stars", "cohorts", "stickiness", "say_do"),
}
"""The files of a model and the keys that each may hold."""
OPTIONAL = frozenset({"calendar.yaml", "index.yaml", "benchmarks.yaml", "feeds.yaml", "schemes.yaml"})
"""Files that a bank may do without."""

_WORDS = {"lang": "bank.lang_", "mode": "bank.mode_", "nps_kind": "bank.kind_",
          "language": "voices.language_", "mood": "voices.mood_"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Model:
    """The bank as its files describe it. Mappings keep the files' order; ``flaws`` are what was wrong in them. The
    playbook in ``folder`` (or the text ``book``) is read when it is first asked for: a start does without.

    Compared and hashed by identity, so that it may be part of a cache key.
    """

    bank: Label = field(default_factory=dict)
    branches: Mapping[str, Branch] = field(default_factory=dict)
    regions: Mapping[str, Label] = field(default_factory=dict)
    channels: Mapping[str, Label] = field(default_factory=dict)
    business_lines: Mapping[str, Label] = field(default_factory=dict)
    segments: Mapping[str, Label] = field(default_factory=dict)
    products: Mapping[str, Label] = field(default_factory=dict)
    departments: Mapping[str, Label] = field(default_factory=dict)
    brands: Mapping[str, Brand] = field(default_factory=dict)
    journeys: Mapping[str, Journey] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    index: Index = field(default_factory=Index)
    calendar: Calendar = field(default_factory=Calendar)
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)
    schemes: Schemes = field(default_factory=Schemes)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    flaws: tuple[Problem, ...] = ()
    folder: Path | None = None
    book: str | None = None

    @property
    def our_brand(self) -> str | None:
        """The brand that is this bank; the first where none says so."""
        return next((brand.id for brand in self.brands.values() if brand.ours), next(iter(self.brands), None))

    @property
    def playbook(self) -> Playbook:
        """Kinds of pain and what helps against them."""
        return self._book[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong in the files, those of the playbook last."""
        return self.flaws + self._book[1]

    @cached_property
    def _book(self) -> tuple[Playbook, tuple[Problem, ...]]:
        if self.folder is None:
            return Playbook(), ()
        return playbook.load(self.folder, self.book, self.journeys, self.indicators)

    def place_of(self, touchpoint: str) -> tuple[str, str] | None:
        """(journey, stage) of a touchpoint; None where the model does not know it."""
        return self._places.get(touchpoint)

    def label(self, dimension: str, value: str | None, t: Translator) -> str:
        """A dimension's value in the user's language; the value itself where the model has no name for it."""
        if value is None or value == "":
            return t("bank.none")
        key = f"{_WORDS.get(dimension, '')}{value}"
        if dimension in _WORDS and t.has(key):
            return t(key)
        return t.pick(self._labels.get(dimension, {}).get(value), str(value))

    def unit(self, indicator: str, t: Translator) -> str:
        """The unit of an indicator in the user's language; empty for a plain number."""
        unit = self.indicators[indicator].unit if indicator in self.indicators else ""
        return t(f"bank.unit_{unit}") if t.has(f"bank.unit_{unit}") else unit

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        """The formulas of computed indicators that are sound; one that is not has no values."""
        return formulas.read(self.indicators, {}, [])

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        return {
            touchpoint.id: (journey.id, stage.id)
            for journey in self.journeys.values()
            for stage in journey.stages
            for touchpoint in stage.touchpoints
        }

    @cached_property
    def _labels(self) -> dict[str, Mapping[str, Label]]:
        stages: dict[str, Label] = {}
        touchpoints: dict[str, Label] = {}
        for journey in self.journeys.values():
            for stage in journey.stages:
                stages.setdefault(stage.id, stage.name)
                touchpoints.update((touchpoint.id, touchpoint.name) for touchpoint in stage.touchpoints)
        named: dict[str, Mapping[str, Label]] = {
            "branch": {key: branch.name for key, branch in self.branches.items()},
            "region": self.regions,
            "channel": self.channels,
            "business_line": self.business_lines,
            "segment": self.segments,
            "product": self.products,
            "department": self.departments,
            "brand": {key: brand.name for key, brand in self.brands.items()},
            "journey": {key: journey.name for key, journey in self.journeys.items()},
            "stage": stages,
            "touchpoint": touchpoints,
            "indicator": {key: indicator.name for key, indicator in self.indicators.items()},
        }
        return {dimension: labels_apart(labels) for dimension, labels in named.items()}


def load(folder: Path, *more_folders: Path, texts: Mapping[str, str] | None = None) -> Model:
    """Read the model in ``folder``, and journeys that came with responses: ``journeys.d/*.yaml`` in all folders.

    ``texts`` stand in for files by name, to see what the model would be with them (``{"indicators.yaml": …}``).
    Everything wrong is in :attr:`Model.problems`, with file and line; what is sound is used. Raises :class:`Refused`
    only when nothing can be used: no such folder, or no branch and no journey in it.
    """
    problems: list[Problem] = []
    if not folder.is_dir():
        raise Refused(Problem("model_missing", str(folder)))
    found = _files(folder, problems, texts or {})
    regions = entry.labels(found, "regions", problems)
    journeys = _journeys(found, (folder, *more_folders), problems)
    branches = {branch.id: branch for branch in entry.branches(found, regions, problems)}
    if not branches and not journeys:
        raise Refused(*(problems or [Problem("model_empty", str(folder))]))
    lists = {key: entry.labels(found, key, problems) for key in FILES["lists.yaml"] if key != "brands"}
    indicators = {indicator.id: indicator for indicator in entry.indicators(found, journeys, problems)}
    return Model(
        bank=entry.label(found["bank"][1], found["bank"][0], problems) if "bank" in found else {},
        branches=branches,
        regions=regions,
        brands={brand.id: brand for brand in entry.brands(found, problems)},
        journeys=journeys,
        indicators=indicators,
        calendar=calendar.read(found, problems),
        index=weights.index(found, journeys, indicators, problems),
        benchmarks=dict(benchmarks.read(found, indicators, problems)),
        schemes=schemes.read(found, indicators, journeys, problems),
        feeds=feeds.read(found, indicators, branches, lists["channels"], problems),
        flaws=tuple(problems),
        folder=folder,
        book=(texts or {}).get(playbook.FILE),
        **lists,
    )


def dictionary(text: str) -> Mapping[str, Indicator]:
    """The entries of a text of ``indicators.yaml`` by id, without their places on journeys; what is wrong is gone."""
    problems: list[Problem] = []
    content = parse(text, "indicators.yaml", problems) or Mapped()
    found = {"indicators": (Place("indicators.yaml"), content["indicators"])} if "indicators" in content else {}
    return {each.id: each for each in entry.indicators(found, {}, problems)}


def _files(folder: Path, problems: list[Problem], texts: Mapping[str, str]) -> entry.Found:
    found: entry.Found = {}
    for name, keys in FILES.items():
        place = Place(name)
        if name in texts:
            content = parse(texts[name], name, problems)
        elif (folder / name).is_file():
            content = read(folder / name, problems)
        else:
            if name not in OPTIONAL:
                problems.append(place.problem("model_file_missing", "warning"))
            continue
        for key, value in (content or Mapped()).items():
            if key in keys:
                found[key] = (place, value)
            else:
                problems.append(place.problem("model_key", "warning", key=key, known=", ".join(keys)))
    return found


def _journeys(found: entry.Found, folders: tuple[Path, ...], problems: list[Problem]) -> dict[str, Journey]:
    journeys: dict[str, Journey] = {}
    seen: dict[str, str] = {}
    for place, value, imported in _journey_sources(found, folders, problems):
        for item in entries(value, "journeys", place, problems):
            journey = entry.journey(item, place, imported, journeys, seen, problems)
            if journey is not None:
                journeys[journey.id] = journey
    return journeys


def _journey_sources(
    found: entry.Found, folders: tuple[Path, ...], problems: list[Problem]
) -> Iterator[tuple[Place, object, bool]]:
    if "journeys" in found:
        yield *found["journeys"], False
    for folder in dict.fromkeys(path.resolve() / "journeys.d" for path in folders):
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            content = read(file, problems) or Mapped()
            yield Place(f"journeys.d/{file.name}"), content.get("journeys"), True
