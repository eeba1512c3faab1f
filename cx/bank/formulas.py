"""Indicators that are computed from others: expressions in CEL, checked when the dictionary is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cx.bank.reading import Place
from cx.bank.shape import Indicator
from cx.survey import expression
from cx.survey.expression import Expression
from cx.words import Problem, Refused

_PRIMES = (2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0)


@dataclass(frozen=True)
class Formula:
    """A sound expression. ``names`` are the indicators it mentions, ``parts`` the uploaded ones it comes down to."""

    expression: Expression
    names: tuple[str, ...]
    parts: tuple[str, ...]


def read(
    indicators: Mapping[str, Indicator], places: Mapping[str, Place], problems: list[Problem]
) -> dict[str, Formula]:
    """The formulas that are sound, by indicator, each after those that it mentions.

    Told, each at its place: not CEL, an unknown name, itself, a circle, no indicator at all, no number as result.
    """
    computed = {key: each.computed for key, each in indicators.items() if each.computed}
    sound: dict[str, Expression] = {}
    for key, source in computed.items():
        found = _checked(key, source, indicators, places.get(key, Place("")), problems)
        if found is not None:
            sound[key] = found
    made: dict[str, Formula] = {}
    while ready := [key for key in sound if key not in made and _open(sound[key], computed) <= set(made)]:
        for key in ready:
            names = tuple(sorted(sound[key].names))
            parts = dict.fromkeys(part for name in names for part in (made[name].parts if name in made else (name,)))
            made[key] = Formula(sound[key], names, tuple(parts))
    for key in sound:
        if key not in made and (circle := _circle(key, sound, ())):
            problems.append(
                places.get(key, Place("")).problem("model_computed_circle", id=key, circle=" → ".join(circle))
            )
    return made


def value(of: str, formulas: Mapping[str, Formula], parts: Mapping[str, float | None]) -> float | None:
    """The value of a computed indicator from the values of what it comes down to; None where one is missing, for a
    division by zero, and for what is no finite number."""
    formula = formulas.get(of)
    if formula is None:
        return None
    known = {name: value(name, formulas, parts) if name in formulas else parts.get(name) for name in formula.names}
    if any(each is None for each in known.values()):
        return None
    found = formula.expression.result(known)
    return float(found) if _number(found) else None  # type: ignore[arg-type]


def _checked(
    key: str, source: str, indicators: Mapping[str, Indicator], place: Place, problems: list[Problem]
) -> Expression | None:
    try:
        found = _compiled(source)
    except Refused as refused:
        detail = "; ".join(str(p.values.get("reason", p.values.get("limit", p.code))) for p in refused.problems)
        problems.append(place.problem("model_computed_syntax", id=key, detail=detail))
        return None
    unknown = sorted(found.names - set(indicators))
    if unknown:
        problems.append(place.problem("model_computed_unknown", id=key, names=", ".join(unknown)))
    elif key in found.names:
        problems.append(place.problem("model_computed_self", id=key))
    elif not found.names:
        problems.append(place.problem("model_computed_constant", id=key))
    elif fault := _fault(found):
        problems.append(place.problem("model_computed_result", id=key, detail=fault))
    else:
        return found
    return None


def _fault(found: Expression) -> str | None:
    """Why an expression gives no number for any of several sets of sample values."""
    names, last = sorted(found.names), ""
    for shift in range(3):
        samples = {name: _PRIMES[(at + shift) % len(_PRIMES)] + 10 * shift for at, name in enumerate(names)}
        result = found.trial(samples)
        if _number(result):
            return None
        last = str(result).splitlines()[0][:120] if str(result) else type(result).__name__
    return last


def _number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < float("inf")


def _open(found: Expression, computed: Mapping[str, str]) -> set[str]:
    return {name for name in found.names if name in computed}


def _circle(key: str, sound: Mapping[str, Expression], path: tuple[str, ...]) -> tuple[str, ...]:
    """The way from an indicator through those it mentions back to itself; empty where there is none."""
    if key in path:
        return (*path, key) if key == path[0] else ()
    ways: Iterator[tuple[str, ...]] = (
        _circle(name, sound, (*path, key)) for name in sorted(sound[key].names) if name in sound
    )
    return next((way for way in ways if way), ())


@lru_cache(maxsize=512)
def _compiled(source: str) -> Expression:
    return expression.compile(source)
