"""The agenda of a review: what to speak about, why, where it lies, and the action that may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.act.retrospect import Point, Retrospect, about
from cx.output.retrospect.figures import place
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_TITLE = 120
"""Characters that an action's title may have."""


@dataclass(frozen=True)
class Told:
    """One point: its ``title`` (what could be done), ``why``, the page where it lies, and what the form of an action
    begins with."""

    kind: str
    title: str
    why: str
    page: str
    query: tuple[tuple[str, str], ...]
    action: tuple[tuple[str, str], ...]


def agenda(t: Translator, found: Retrospect, model: Model) -> tuple[Told, ...]:
    """The points in their order."""
    return tuple(_told(t, point, found, model) for point in found.agenda)


def _told(t: Translator, point: Point, found: Retrospect, model: Model) -> Told:
    values = _values(t, point, model)
    title, why = (t(f"retrospect.{part}_{point.kind}", **values) for part in ("do", "why"))
    begin = {"title": title[:_TITLE], "source": "review", "about": about(found.period)}
    begin |= {name: value for name, value in _where(point, found).items() if value}
    page, query = _page(point, found)
    return Told(point.kind, title, why, page, tuple(query.items()), tuple(begin.items()))


def _values(t: Translator, point: Point, model: Model) -> dict[str, str]:
    found: dict[str, str] = {"n": t.number(point.n)}
    if point.win is not None:
        found["title"] = t.pick(point.win.charter.title)
    if point.spot is not None:
        change = point.spot.step.change
        ends = {"diff": change.diff, "low": change.low, "high": change.high}
        found |= {name: t.number(value, 2, signed=True) for name, value in ends.items()}
        found["place"] = place(t, point.spot, model)
    if point.hint is not None:
        found |= {"pain": t.pick(point.hint.pain.title), "advice": t.pick(point.hint.advice.name)}
    if point.crossing is not None:
        found["indicator"] = model.label("indicator", point.crossing.indicator, t)
    return found


def _where(point: Point, found: Retrospect) -> dict[str, str | None]:
    """What place the action is about. Who sees some branches only promises for one of them."""
    own = found.rights.branches
    branch = next(iter(own)) if own is not None and len(own) == 1 else None
    touchpoint = point.win.charter.touchpoint if point.win else point.spot.touchpoint if point.spot else None
    if point.hint is not None:
        branch, touchpoint = point.hint.pain.branch or branch, point.hint.pain.touchpoint
    return {"touchpoint": touchpoint, "branch": branch}


def _page(point: Point, found: Retrospect) -> tuple[str, dict[str, str]]:
    if point.kind == "rollout":
        return "rollout", {}
    if point.win is not None:
        return "quick_wins", {"win": point.win.id}
    if point.spot is not None:
        return "journey", {"journey": point.spot.journey, "period": found.period.token}
    if point.hint is not None:
        return "pain_points", {"pain": point.hint.pain.id}
    if point.crossing is not None:
        return "indicators", {"period": found.period.token}
    return ("cases", {"late": "1"}) if point.kind == "cases" else ("actions", {})
