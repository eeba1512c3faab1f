"""How another tool's responses are to be read: survey, date, dimensions and questions of one source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cx.intake.mappings import Reading, as_dict, one_of, reading, unknown
from cx.intake.values import ORDERS
from cx.measure.scope import Voice
from cx.survey import asking
from cx.words import Problem, Refused

DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product", "lang", "brand")
TYPES = ("nps", "csat", "ces", "rating", "yes_no", "single", "multiple", "number", "text", "date")
POINTS = {"nps": 10, "csat": 5, "ces": 7, "rating": 5}
NPS_KINDS = ("relational", "transactional", "competitive")
KINDS = ("customer", "staff", "walk")
_KEYS = {"source", "survey", "date", "id", "dimensions", "questions", "drop", "journeys", "reading", "model"}


@dataclass(frozen=True)
class Given:
    """Where something comes from: a column, with other names for some of its texts, or one value for all rows."""

    column: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None


@dataclass(frozen=True)
class Asked:
    """One column of answers. ``values`` gives texts another meaning (``{Satisfied: 1}``); ``missing`` ones are none."""

    id: str
    column: str
    type: str
    points: int = 0
    missing: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    separator: str = ";"
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    brand: str | None = None
    asks: str | None = None


@dataclass(frozen=True)
class ResponseMapping:
    """A file of responses. Columns that are not named here are never stored; ``drop`` says so aloud.

    ``kind`` is whom the survey asked, as in a survey's definition; NPS only of customers.
    ``time_zone`` is the bank's; moments without a zone are in it. ``date_fixed`` is used when no column holds a date.
    """

    source: str
    survey_id: str
    survey_version: str
    nps_kind: str | None
    questions: tuple[Asked, ...]
    date_column: str | None = None
    date_fixed: str | None = None
    time_zone: str = "Asia/Shanghai"
    id: str | None = None
    dimensions: Mapping[str, Given] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    journeys: tuple[Mapping[str, Any], ...] = ()
    reading: Reading = Reading()
    kind: Voice = "customer"

    def headers(self) -> tuple[str, ...]:
        """Every header that the mapping needs."""
        given = [g.column for g in self.dimensions.values()]
        asked = [q.column for q in self.questions]
        return tuple(dict.fromkeys(h for h in (self.date_column, self.id, *given, *asked) if h))

    def to_json(self) -> str:
        """One text for equal mappings, in the shape that :func:`response_mapping` reads."""
        return json.dumps(as_data(self), ensure_ascii=False, sort_keys=True, default=str)

    def beside(self) -> dict[str, str]:
        """Columns that are rated and ask for an expectation or importance, not for satisfaction, by id."""
        return asking.beside({q.id: q.asks for q in self.questions if q.type in ("csat", "rating")})

    def places(self) -> dict[str, tuple[str, str]]:
        """(journey, stage) of each touchpoint of its own journeys."""
        return {
            str(touchpoint["id"]): (str(journey["id"]), str(stage["id"]))
            for journey in self.journeys
            for stage in journey.get("stages", ())
            for touchpoint in stage.get("touchpoints", ())
        }


def as_data(m: ResponseMapping) -> dict[str, Any]:
    """A mapping as plain data, as a YAML file would say it."""
    when = {"column": m.date_column, "fixed": m.date_fixed, "time_zone": m.time_zone, "order": m.reading.date_order}
    return {
        "source": m.source,
        "survey": {"id": m.survey_id, "version": m.survey_version, "nps_kind": m.nps_kind, "kind": m.kind},
        "date": when, "id": m.id, "dimensions": {name: asdict(g) for name, g in m.dimensions.items()},
        "questions": [_asked(q) for q in m.questions], "drop": list(m.drop), "journeys": list(m.journeys),
        "reading": asdict(m.reading),
    }  # fmt: skip


def _asked(q: Asked) -> dict[str, Any]:
    return {key: value for key, value in asdict(q).items() if key != "asks" or value}


def response_mapping(data: Any, where: str = "") -> ResponseMapping:
    """A mapping from YAML or JSON data. Raises :class:`Refused` with every mistake in it."""
    problems: list[Problem] = []
    data = as_dict(data, where, problems)
    unknown(data, _KEYS, where, problems)
    survey = as_dict(data.get("survey"), f"{where}survey", problems)
    unknown(survey, {"id", "version", "title", "nps_kind", "kind"}, f"{where}survey", problems)
    kind = survey.get("kind") or "customer"
    one_of(kind, KINDS, f"{where}survey.kind", problems)
    one_of(survey.get("nps_kind"), (None, *NPS_KINDS), f"{where}survey.nps_kind", problems)
    if not survey.get("id"):
        problems.append(Problem("upload_role_missing", f"{where}survey", {"role": "id"}))
    when = as_dict(data.get("date"), f"{where}date", problems)
    column, fixed, zone, order = _date(when, f"{where}date", problems)
    read = reading(
        {**as_dict(data.get("reading"), where, problems), **({"date_order": order} if order else {})}, where, problems
    )
    questions = _questions(data.get("questions"), f"{where}questions", problems)
    if survey.get("nps_kind") is None and any(q.type == "nps" for q in questions):
        problems.append(Problem("upload_role_missing", f"{where}survey", {"role": "nps_kind"}))
    if kind != "customer" and (survey.get("nps_kind") is not None or any(q.type == "nps" for q in questions)):
        problems.append(Problem("survey_nps_staff", f"{where}survey.kind", {"kind": kind}))
    dimensions = as_dict(data.get("dimensions"), f"{where}dimensions", problems)
    unknown(dimensions, set(DIMENSIONS), f"{where}dimensions", problems)
    given = {
        name: _given(value, f"{where}dimensions.{name}", problems)
        for name, value in dimensions.items()
        if name in DIMENSIONS
    }
    journeys = data.get("journeys") or ()
    mapping = ResponseMapping(
        str(data.get("source") or survey.get("id") or ""), str(survey.get("id") or ""),
        str(survey.get("version") or "1"),
        survey.get("nps_kind"), questions, column, fixed, zone, None if data.get("id") is None else str(data["id"]),
        given, tuple(str(c) for c in data.get("drop") or ()), tuple(journeys), read, kind,
    )  # fmt: skip
    try:
        mapping.places()
    except (KeyError, TypeError, AttributeError):
        problems.append(Problem("upload_mapping_shape", f"{where}journeys", {"found": type(journeys).__name__}))
    if problems:
        raise Refused(*problems)
    return mapping


def _date(when: dict[str, Any], where: str, problems: list[Problem]) -> tuple[str | None, str | None, str, str | None]:
    unknown(when, {"column", "fixed", "order", "time_zone"}, where, problems)
    one_of(when.get("order"), (None, *ORDERS), f"{where}.order", problems)
    zone = str(when.get("time_zone") or "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(
            Problem("upload_mapping_value", f"{where}.time_zone", {"value": zone, "known": "Asia/Shanghai, UTC"})
        )
    fixed = when.get("fixed")
    if fixed is not None:
        try:
            fixed = date.fromisoformat(str(fixed)).isoformat()
        except ValueError:
            problems.append(Problem("upload_mapping_value", f"{where}.fixed", {"value": fixed, "known": "2026-01-31"}))
    column = when.get("column")
    if column is None and fixed is None:
        problems.append(Problem("upload_role_missing", where, {"role": "column"}))
    return None if column is None else str(column), fixed, zone, when.get("order")


def _given(data: Any, where: str, problems: list[Problem]) -> Given:
    if isinstance(data, str):
        return Given(column=data)
    data = as_dict(data, where, problems)
    unknown(data, {"column", "values", "value"}, where, problems)
    if data.get("column") is None and data.get("value") is None:
        problems.append(Problem("upload_role_missing", where, {"role": "column"}))
    values = {str(key): str(value) for key, value in as_dict(data.get("values"), where, problems).items()}
    return Given(*(None if data.get(k) is None else str(data[k]) for k in ("column",)), values,
                 None if data.get("value") is None else str(data["value"]))  # fmt: skip


def _questions(data: Any, where: str, problems: list[Problem]) -> tuple[Asked, ...]:
    if not isinstance(data, (list, tuple)) or not data:
        problems.append(Problem("upload_mapping_shape", where, {"found": type(data).__name__}))
        return ()
    found = [_question(item, f"{where}[{place + 1}]", problems) for place, item in enumerate(data)]
    ids = [q.id for q in found]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        problems.append(Problem("upload_mapping_twice", where, {"id": twice}))
    return tuple(found)


def _question(data: Any, where: str, problems: list[Problem]) -> Asked:
    data = as_dict(data, where, problems)
    unknown(data, set(Asked.__dataclass_fields__), where, problems)
    for role in ("id", "column", "type"):
        if not data.get(role):
            problems.append(Problem("upload_role_missing", where, {"role": role}))
    kind = str(data.get("type") or "text")
    one_of(kind, TYPES, f"{where}.type", problems)
    points = data.get("points") or POINTS.get(kind, 0)
    if kind in POINTS and not (isinstance(points, int) and 2 <= points <= 100):
        problems.append(Problem("upload_mapping_value", f"{where}.points", {"value": points, "known": "2, 3, … 100"}))
        points = POINTS[kind]
    missing = data.get("missing") or ()
    missing = missing if isinstance(missing, (list, tuple)) else (missing,)
    values = {str(key): str(value) for key, value in as_dict(data.get("values"), where, problems).items()}
    one_of(data.get("asks"), (None, *asking.ASKS), f"{where}.asks", problems)
    places = {
        name: None if data.get(name) is None else str(data[name])
        for name in ("journey", "stage", "touchpoint", "brand", "asks")
    }
    return Asked(
        str(data.get("id") or ""), str(data.get("column") or ""), kind, points, tuple(str(m) for m in missing), values,
        str(data.get("separator") or ";"), **places,
    )  # fmt: skip
