"""One entry of a model file into one value, with every problem told at its line."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_args

from cx.bank import formulas
from cx.bank.reading import Mapped, Place, entries
from cx.bank.shape import Branch, Brand, Direction, Indicator, Journey, Label, Scale, Stage, Touchpoint
from cx.words import LANGUAGES, Problem

Found = dict[str, tuple[Place, Any]]
GRAINS = ("day", "week", "month", "quarter")
_ID = re.compile(r"[^\s,;|/\\\"'<>&]{1,64}")
_TEXTS = ("unit", "formula", "numerator", "denominator", "owner", "source", "refresh", "version", "computed")
_NUMBERS = ("target", "low", "high")
_PLACES = ("journey", "stage", "touchpoint")
_INDICATOR_KEYS = {
    "id", "name", "direction", "grain", "thresholds", "weight", "scale", *_PLACES, *_TEXTS, *_NUMBERS,
}  # fmt: skip


def label(value: object, place: Place, problems: list[Problem]) -> Label:
    """A label from a text or from a mapping by language; languages that are missing are told as a warning."""
    if isinstance(value, Mapped):
        found = {lang: str(text) for lang, text in value.items() if text is not None and str(text).strip()}
        missing = [lang for lang in LANGUAGES if lang not in found]
        if found and missing:
            problems.append(
                Place(place.file, value.line or place.line).problem(
                    "model_language", "warning", langs=", ".join(missing)
                )
            )
        return found
    return dict.fromkeys(LANGUAGES, str(value)) if value not in (None, "") and not isinstance(value, list) else {}


def named(item: Mapped, place: Place, known: Mapping[str, Any], problems: list[Problem]) -> tuple[str, Label] | None:
    """Id and name (else the id for it) of an entry; None, and a problem, without an id or with one that is taken."""
    key = "" if item.get("id") is None else str(item["id"])
    if not _ID.fullmatch(key):
        problems.append(place.problem("model_id", found=key[:40]))
        return None
    if key in known:
        problems.append(place.problem("model_duplicate", id=key))
        return None
    name = label(item.get("name"), place, problems)
    if not name:
        problems.append(place.problem("model_name", "warning", id=key))
    return key, name or dict.fromkeys(LANGUAGES, key)


def each(found: Found, section: str, problems: list[Problem]) -> Iterator[tuple[Mapped, Place, tuple[str, Label]]]:
    """The entries of a section that have an id of their own: the entry, its place, its id and name."""
    if section not in found:
        return
    place, value = found[section]
    known: dict[str, Label] = {}
    for item in entries(value, section, place, problems):
        here = Place(place.file, item.line)
        who = named(item, here, known, problems)
        if who is not None:
            known[who[0]] = who[1]
            yield item, here, who


def extra(item: Mapped, keys: Collection[str], here: Place, problems: list[Problem]) -> None:
    """Warn of keys that nothing reads."""
    for key in sorted(set(item) - set(keys)):
        problems.append(here.problem("model_key", "warning", key=key, known=", ".join(sorted(keys))))


def labels(found: Found, section: str, problems: list[Problem]) -> dict[str, Label]:
    """A plain list of ids and names."""
    return {key: name for _, _, (key, name) in each(found, section, problems)}


def branches(found: Found, regions: Mapping[str, Label], problems: list[Problem]) -> Iterator[Branch]:
    """Branches; an unknown region is told and the branch stands without one."""
    for item, here, (key, name) in each(found, "branches", problems):
        region = _text(item.get("region"))
        if region is not None and region not in regions:
            problems.append(here.problem("model_unknown", kind="region", value=region))
            region = None
        yield Branch(key, name, region, label(item.get("city"), here, problems))


def brands(found: Found, problems: list[Problem]) -> Iterator[Brand]:
    """Brands of competitive NPS."""
    for item, _, (key, name) in each(found, "brands", problems):
        yield Brand(key, name, item.get("ours") is True)


def journey(
    item: Mapped, place: Place, imported: bool, journeys: Mapping[str, Journey], seen: dict[str, str],
    problems: list[Problem],
) -> Journey | None:  # fmt: skip
    """A journey with its stages; ``seen`` holds the touchpoints of all journeys so far, which must be unique."""
    here = Place(place.file, item.line)
    who = named(item, here, journeys, problems)
    if who is None:
        return None
    stages: dict[str, Stage] = {}
    for part in entries(item.get("stages"), "stages", here, problems):
        stage = _stage(part, Place(place.file, part.line), who[0], stages, seen, problems)
        if stage is not None:
            stages[stage.id] = stage
    if not stages:
        problems.append(here.problem("model_no_stages", "warning", id=who[0]))
    return Journey(*who, tuple(stages.values()), imported)


def indicators(found: Found, journeys: Mapping[str, Journey], problems: list[Problem]) -> Iterator[Indicator]:
    """The indicator dictionary; a field that is wrong is told and left out. What is computed is checked at the end."""
    made: dict[str, Indicator] = {}
    places: dict[str, Place] = {}
    steps = _steps(journeys)
    for item, here, (key, name) in each(found, "indicators", problems):
        extra(item, _INDICATOR_KEYS, here, problems)
        numbers = {field: number(item.get(field), field, here, problems) for field in _NUMBERS}
        if numbers["low"] is not None and numbers["high"] is not None and numbers["low"] >= numbers["high"]:
            problems.append(here.problem("model_limits", id=key))
            numbers |= {"low": None, "high": None}
        thresholds = _thresholds(item.get("thresholds"), here, problems)
        direction = _one_of(item.get("direction"), "direction", get_args(Direction), "higher", here, problems)
        places[key], made[key] = (
            here,
            Indicator(
                key,
                name,
                direction=direction,
                grain=_one_of(item.get("grain"), "grain", GRAINS, "month", here, problems),
                thresholds=thresholds,
                weight=weight(item.get("weight"), key, here, problems),
                scale=_scale(item.get("scale"), numbers["target"], thresholds, direction, here, problems),
                **{field: _text(item[field]) or "" for field in _TEXTS if field in item},
                **numbers,
                **_where(item, steps, here, problems),
            ),
        )
    formulas.read(made, places, problems)
    yield from made.values()


def weight(value: object, of: str, here: Place, problems: list[Problem]) -> float:
    """A weight: a number from 0, 1 where there is none or it is wrong, which is told."""
    found = number(value, "weight", here, problems)
    if found is not None and found < 0:
        problems.append(here.problem("model_weight", id=of, found=f"{found:g}"))
        found = None
    return 1.0 if found is None else found


def _scale(
    value: object, target: float | None, thresholds: Mapping[str, float], direction: Direction, here: Place,
    problems: list[Problem],
) -> Scale | None:  # fmt: skip
    """From ``zero`` (default: the alarm threshold) to ``full`` (default: the target), towards what is better."""
    given = value if isinstance(value, Mapped) else Mapped()
    if value is not None and (not given or set(given) - {"zero", "full"}):
        problems.append(here.problem("model_scale", found=str(value)[:60]))
        return None
    ends = {"zero": thresholds.get("alarm"), "full": target}
    ends |= {end: number(value, f"scale.{end}", here, problems) for end, value in given.items()}
    zero, full = ends["zero"], ends["full"]
    if zero is None or full is None:
        return None
    if zero == full or (full > zero) != (direction == "higher"):
        told = "error" if given else "warning"
        problems.append(here.problem("model_scale_way", told, zero=f"{zero:g}", full=f"{full:g}"))
        return None
    return Scale(zero, full)


def _stage(
    item: Mapped, here: Place, journey: str, stages: Mapping[str, Stage], seen: dict[str, str], problems: list[Problem]
) -> Stage | None:
    who = named(item, here, stages, problems)
    if who is None:
        return None
    touchpoints: dict[str, Touchpoint] = {}
    for part in entries(item.get("touchpoints"), "touchpoints", here, problems):
        there = Place(here.file, part.line)
        one = named(part, there, touchpoints, problems)
        if one is None:
            continue
        if one[0] in seen:
            problems.append(there.problem("model_touchpoint", id=one[0], other=seen[one[0]]))
            continue
        seen[one[0]] = f"{journey} / {who[0]}"
        touchpoints[one[0]] = Touchpoint(*one)
    return Stage(*who, tuple(touchpoints.values()))


def _steps(journeys: Mapping[str, Journey]) -> list[dict[str, str | None]]:
    """Every stage and every touchpoint, with what they belong to."""
    return [
        {"journey": journey.id, "stage": stage.id, "touchpoint": touchpoint}
        for journey in journeys.values()
        for stage in journey.stages
        for touchpoint in (None, *(point.id for point in stage.touchpoints))
    ]


def _where(
    item: Mapped, steps: list[dict[str, str | None]], here: Place, problems: list[Problem]
) -> dict[str, str | None]:
    """Journey, stage and touchpoint of an indicator: a touchpoint says all three."""
    asked = {name: _text(item.get(name)) for name in _PLACES}
    if not any(asked.values()):
        return asked
    fits = [step for step in steps if all(value is None or step[name] == value for name, value in asked.items())]
    if not fits:
        value = " / ".join(value for value in asked.values() if value)
        problems.append(here.problem("model_unknown", kind="journey / stage / touchpoint", value=value))
        return dict.fromkeys(asked)
    if asked["touchpoint"]:
        return dict(fits[0])
    if asked["stage"] and not asked["journey"]:
        return {**asked, "journey": fits[0]["journey"]}
    return asked


def _thresholds(value: object, here: Place, problems: list[Problem]) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapped):
        problems.append(here.problem("model_number", field="thresholds", found=str(value)[:40]))
        return {}
    found = {name: number(said, f"thresholds.{name}", here, problems) for name, said in value.items()}
    return {name: level for name, level in found.items() if level is not None}


def number(value: object, field: str, here: Place, problems: list[Problem]) -> float | None:
    """A finite number; None where there is none, or something else, which is told."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    problems.append(here.problem("model_number", field=field, found=str(value)[:40]))
    return None


def _one_of(
    value: object, field: str, known: tuple[str, ...], default: str, here: Place, problems: list[Problem]
) -> Any:
    if value is None or value in known:
        return value or default
    problems.append(here.problem("model_choice", field=field, found=str(value)[:40], known=", ".join(known)))
    return default


def _text(value: object) -> str | None:
    return None if value is None or isinstance(value, list | dict) or not str(value).strip() else str(value)
