"""The composite index of a model: its name, the weights of places, and how much of them must have values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cx.bank import entry
from cx.bank.reading import Mapped, Place
from cx.bank.shape import Index, Indicator, Journey
from cx.words import Problem

_KEYS = ("name", "weights", "least_cover")
_DEFAULT = {"zh": "客户体验指数", "en": "Customer experience index"}


def index(
    found: entry.Found, journeys: Mapping[str, Journey], indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Index:
    """The index as ``index.yaml`` says; without one, equal weights. What is wrong is told and left out."""
    place, value = found.get("index", (Place("index.yaml"), None))
    if value is None:
        return Index(_DEFAULT)
    if not isinstance(value, Mapped):
        problems.append(place.problem("model_not_mapping"))
        return Index(_DEFAULT)
    here = Place(place.file, value.line)
    for extra in sorted(set(value) - set(_KEYS)):
        problems.append(here.problem("model_key", "warning", key=extra, known=", ".join(_KEYS)))
    name = entry.label(value.get("name"), here, problems) or _DEFAULT
    return Index(name, dict(_weights(value.get("weights"), here, journeys, indicators, problems)),
                 _cover(value.get("least_cover"), here, problems))  # fmt: skip


def _weights(
    value: object, here: Place, journeys: Mapping[str, Journey], indicators: Mapping[str, Indicator],
    problems: list[Problem],
) -> Iterator[tuple[tuple[str, ...], float]]:  # fmt: skip
    """Weights by path, written ``journey``, ``journey/stage`` or ``journey/stage/touchpoint``."""
    if value is None:
        return
    if not isinstance(value, Mapped):
        problems.append(here.problem("model_weights"))
        return
    known = set(_paths(journeys))
    measured = {path for each in indicators.values() for path in _above(each)}
    for text, number in value.items():
        path, there = tuple(text.split("/")), Place(here.file, value.lines.get(text, value.line))
        if path not in known:
            problems.append(there.problem("model_weight_unknown", node=text[:80]))
            continue
        if path not in measured:
            problems.append(there.problem("model_weight_idle", "warning", node=text))
        yield path, entry.weight(number, text, there, problems)


def _paths(journeys: Mapping[str, Journey]) -> Iterator[tuple[str, ...]]:
    for journey in journeys.values():
        yield (journey.id,)
        for stage in journey.stages:
            yield journey.id, stage.id
            yield from ((journey.id, stage.id, touchpoint.id) for touchpoint in stage.touchpoints)


def _above(indicator: Indicator) -> Iterator[tuple[str, ...]]:
    path: tuple[str, ...] = ()
    for part in (indicator.journey, indicator.stage, indicator.touchpoint):
        if part is None:
            return
        path = (*path, part)
        yield path


def _cover(value: object, here: Place, problems: list[Problem]) -> float:
    if value is None:
        return 0.0
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    problems.append(here.problem("model_cover", found=str(value)[:40]))
    return 0.0
