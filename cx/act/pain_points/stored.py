"""A pain point as JSON and back, entries of before included."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cx.act.pain_points.closing import Check, Ending, Proof, Reach
from cx.act.pain_points.shape import Evidence, Grade, Matter, PainPoint, Piece, Step
from cx.insight.signals import series as signal_series
from cx.measure.severity import Severity
from cx.measure.statistics import Estimate
from cx.store import labels


def dump(point: PainPoint, did: str, detail: Mapping[str, str]) -> str:
    """What a row keeps of an entry beside its columns."""
    plain = {
        "title": point.title, "matter": asdict(point.matter), "pieces": [_slim(asdict(p)) for p in point.pieces],
        "severity": asdict(point.severity) if point.severity else None,
        "grade": asdict(point.grade) if point.grade else None, "owner": point.owner,
        "checks": [asdict(check) for check in point.checks], "proof": asdict(point.proof) if point.proof else None,
        "since": point.since.isoformat(), "did": did, "detail": dict(detail),
        "ending": asdict(point.ending) if point.ending else None,
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)


def load(row: tuple[Any, ...]) -> PainPoint:
    """The entry of a row: id, state, charter, note, recorded_at, recorded_by."""
    key, state, text, note, at, by = row
    plain = json.loads(text)
    plain = plain if "matter" in plain else _of_before(plain, at)
    severity = plain["severity"]
    return PainPoint(
        key, plain["title"], state, Matter(**plain["matter"]), tuple(_piece(p) for p in plain["pieces"]),
        _severity(severity) if severity else None, Grade(**plain["grade"]) if plain["grade"] else None,
        plain["owner"], tuple(_check(c) for c in plain["checks"]), _proof(plain["proof"]), labels.read(note),
        dt.datetime.fromisoformat(plain["since"]), at, by, _ending(plain.get("ending")),
    )  # fmt: skip


def step(row: tuple[Any, ...]) -> Step:
    """A line of the history: recorded_at, recorded_by, state, note, charter, and whether it is the first."""
    at, by, state, note, text, first = row
    plain = json.loads(text)
    did = plain.get("did") or ("opened" if first else "closed" if state == "closed" else "moved")
    return Step(at, by, state, labels.read(note), did, plain.get("detail", {}))


def _of_before(plain: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """Entries opened on one signal, with a grade instead of a severity."""
    watched = signal_series.subject(plain["evidence"]["subject"])
    assert watched is not None
    piece = {
        "source": "signals", "family": watched.kind, "figure": "signal", "value": plain["evidence"]["value"],
        "signal": plain["evidence"], "page": "signals", "query": [["chart", watched.key]],
        "start": plain["evidence"]["first"], "end": plain["evidence"]["last"],
    }  # fmt: skip
    matter = {"branch": watched.branch, "touchpoint": plain["touchpoint"], "name": watched.name}
    return {
        "title": plain["title"], "matter": matter, "pieces": [piece], "severity": None, "grade": plain["severity"],
        "owner": "", "checks": [], "proof": None, "since": at.isoformat(),
    }  # fmt: skip


def _slim(plain: dict[str, Any]) -> dict[str, Any]:
    usual = {f.name: f.default for f in fields(Piece)}
    return {name: value for name, value in plain.items() if name not in usual or value != usual[name]}


def _piece(plain: Mapping[str, Any]) -> Piece:
    found = dict(plain)
    for name in ("start", "end", "taken_on"):
        found[name] = _day(found.get(name))
    found["where"] = tuple((name, tuple(values)) for name, values in found.get("where", ()))
    for name in ("query", "more"):
        found[name] = tuple((key, value) for key, value in found.get(name, ()))
    found["parameters"] = tuple(found.get("parameters", ()))
    found["signal"] = _signal(found["signal"]) if found.get("signal") else None
    return Piece(**found)


def _signal(plain: Mapping[str, Any]) -> Evidence:
    days = {name: dt.date.fromisoformat(plain[name]) for name in ("first", "last", "worst")}
    return Evidence(**{**plain, **days, "rules": tuple(plain["rules"])})


def _severity(plain: Mapping[str, Any]) -> Severity:
    return Severity(
        **{**plain, "impact": Estimate(**plain["impact"]), "families": tuple(plain["families"])}
    )  # fmt: skip


def _check(plain: Mapping[str, Any]) -> Check:
    days = {name: dt.date.fromisoformat(plain[name]) for name in ("started", "on")}
    return Check(**{**plain, **days, "before": tuple(plain["before"]), "after": tuple(plain["after"])})


def _proof(plain: Mapping[str, Any] | None) -> Proof | None:
    return Proof(**{**plain, "on": dt.date.fromisoformat(plain["on"])}) if plain else None


def _ending(plain: Mapping[str, Any] | None) -> Ending | None:
    if plain is None:
        return None
    return Ending(**{**plain, "reach": Reach(**plain["reach"]), "on": dt.date.fromisoformat(plain["on"])})


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
