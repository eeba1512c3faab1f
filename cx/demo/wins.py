"""The demo's quick wins, walked through the same steps as everybody's, on the days they happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from cx.act import quick_wins
from cx.act.charter import Charter, Milestone
from cx.bank.model import Model
from cx.demo.names import BRANCH, SIGNER, USER
from cx.demo.truth import WinTruth, truth
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

_OWNER = {"zh": "服务质量组", "en": "Service quality team"}
_MORE = ("saving", "least", "confidence", "guardrails")
Step = Callable[[dt.datetime], object]
_SAYS = {"office": USER, "branch": BRANCH}


def charter(win: WinTruth) -> Charter:
    """The charter of a quick win of the truth as it was promised, in both languages."""
    known = _written()["walked"].get(win.id, {})
    return _extended(Charter(
        title=win.title, hypothesis=win.hypothesis, touchpoint=win.touchpoint, metric=win.metric,
        target=win.target, owner=_OWNER, start=win.start, end=win.end, pilots=win.pilots, cost=win.cost,
        impact=win.impact, effort=win.effort,
    ), known)  # fmt: skip


def record(db: Database, model: Model, pain_points: Mapping[str, str] | None = None) -> dict[str, str]:
    """Record the quick wins the model has pilots and touchpoint for; returns their ids by their names. ``pain_points``:
    entries of the register by touchpoint, which the wins answer."""
    found, pains = {}, pain_points or {}
    for win in truth().quick_wins:
        promised = replace(charter(win), pain_point=pains.get(win.touchpoint))
        if _fits(promised, model):
            found[win.id] = _walk(db, promised, _written()["walked"].get(win.id, {}), "closed", model, win.lesson)
    for name, known in _written()["more"].items():
        promised = replace(_more(known), pain_point=pains.get(known["touchpoint"]))
        if _fits(promised, model):
            found[name] = _walk(db, promised, known, known["state"], model)
    return found


def _fits(promised: Charter, model: Model) -> bool:
    return all(branch in model.branches for branch in promised.pilots) and bool(model.place_of(promised.touchpoint))


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("wins.yaml").read_text(encoding="utf-8")
    )
    return found


def _more(known: Mapping[str, Any]) -> Charter:
    same = ("title", "hypothesis", "touchpoint", "metric", "target", "start", "end", "cost", "impact", "effort")
    return _extended(
        Charter(owner=_OWNER, pilots=tuple(known["pilots"]), **{name: known[name] for name in same}), known
    )


def _extended(promised: Charter, known: Mapping[str, Any]) -> Charter:
    values = {name: known[name] for name in _MORE if name in known}
    values["guardrails"] = tuple(values.get("guardrails", ()))
    steps = tuple(
        Milestone(_day(promised, each["day"]), {lang: each[lang] for lang in ("zh", "en")}, branch=each.get("branch"))
        for each in known.get("milestones", ())
    )
    return replace(promised, milestones=steps, **values)


def _walk(
    db: Database, promised: Charter, known: Mapping[str, Any], to: str, model: Model,
    lesson: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    by: dict[str, Any] = {"rights": WHOLE_BANK}
    written = known.get("written", -21)
    key = quick_wins.propose(db, USER, promised, model=model, at=_at(promised, written), **by)
    if to == "closed" or known.get("signed"):
        day = _day(promised, written + 4)
        quick_wins.sign(db, key, SIGNER, model, day, knowing=True, at=_at(promised, written + 4), **by)
    for day, step in _way(db, key, promised, known, to, model):  # in the order of days: no step is before the last
        step(_at(promised, day))
    if to == "closed":
        last = promised.length.days
        closed = _day(promised, last)
        quick_wins.close(db, key, USER, closed, lesson or "", model=model, at=_at(promised, last), **by)
    return key


def _way(
    db: Database, key: str, promised: Charter, known: Mapping[str, Any], to: str, model: Model
) -> list[tuple[int, Step]]:
    """What happened up to the end, each with its day counted from the start."""
    by: dict[str, Any] = {"rights": WHOLE_BANK}
    found: list[tuple[int, Step]] = []
    if to != "idea":
        found.append((0, lambda at: quick_wins.start(db, key, USER, model, promised.start, at=at, **by)))
    if to == "closed":
        found.append((14, lambda at: quick_wins.to_measuring(db, key, USER, at=at, **by)))
    for number, each in enumerate(known.get("milestones", ())):
        if "done" in each:
            done = _day(promised, each["done"])
            found.append((each["done"], partial(_tick, db, key, number, done)))
    for each in known.get("comments", ()):
        found.append((each["day"], partial(_comment, db, key, each)))
    return sorted(found, key=lambda pair: pair[0])


def _tick(db: Database, key: str, number: int, done: dt.date, at: dt.datetime) -> None:
    quick_wins.tick(db, key, USER, number, done, rights=WHOLE_BANK, at=at)


def _comment(db: Database, key: str, each: Mapping[str, Any], at: dt.datetime) -> None:
    said = {lang: each[lang] for lang in ("zh", "en")}
    quick_wins.comment(db, key, _SAYS[each["by"]], said, rights=WHOLE_BANK, at=at)


def _day(promised: Charter, offset: int) -> dt.date:
    return promised.start + dt.timedelta(days=offset)


def _at(promised: Charter, offset: int) -> dt.datetime:
    return dt.datetime.combine(_day(promised, offset), dt.time(4))
