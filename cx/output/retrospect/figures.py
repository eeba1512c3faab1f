"""How the figures moved, in rows: scores, touchpoints, indicators that changed the side of their target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.act.retrospect import Crossing, Retrospect, Spot
from cx.measure.statistics import CONFIDENCE, Change, Estimate
from cx.output import spans
from cx.output.amounts import digits
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

Tone = Literal["good", "bad", "plain", "quiet"]


@dataclass(frozen=True)
class Cell:
    """A text of a table and how it is meant."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Block:
    """One question of the review: what is said first, a table (``parts``: relative widths of its columns, the last
    ``numbers`` of them set right), and what is said below it."""

    name: str
    title: str
    said: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    parts: tuple[float, ...] = ()
    numbers: int = 0
    below: tuple[str, ...] = ()


def moved(t: Translator, found: Retrospect, model: Model) -> Block:
    """Scores of the period, the change since the one before tested, and what cannot be compared."""
    here, rows = found.moved, []
    for score in here.scores:
        change: Cell = Cell(t("retrospect.broken"), "quiet") if score.head.breaks else changed(t, score.head.change, 1)
        rows.append((Cell(t(f"nps.kind_{score.kind}")), Cell(level(t, score.head.estimate, 1)), change))
    told = list(here.touchpoints)
    if here.worst is not None and not any(each.step.key == here.worst.step.key for each in told):
        told.insert(0, here.worst)
    for spot in told:
        worst = here.worst is not None and spot.step.key == here.worst.step.key
        name = t("retrospect.worst", place=place(t, spot, model)) if worst else place(t, spot, model)
        cell = Cell(t("retrospect.broken"), "quiet") if spot.step.broken else changed(t, spot.step.change, 2, spot.q)
        rows.append((Cell(name), Cell(level(t, spot.step.estimate, 2)), cell))
    head = (t("retrospect.figure"), t("retrospect.now"), t("retrospect.change"))
    return Block(
        "moved", t("retrospect.moved_title"), (), head if rows else (), tuple(rows), (3.8, 4.7, 4.1), 2,
        tuple(_notes(t, found)),
    )  # fmt: skip


def crossings(t: Translator, found: Retrospect, model: Model) -> Block | None:
    """Indicators against their targets; None where none has a target and a value."""
    here = found.moved
    if not here.judged:
        return None
    said = [t("retrospect.targets", missing=here.missing, judged=here.judged)]
    if not here.crossings and found.period.before is not None:
        said.append(t("retrospect.crossed_none"))
    below = [t("retrospect.by_value")] if here.crossings else []
    if here.redefined:
        names = t("report.comma").join(model.label("indicator", name, t) for name in here.redefined)
        below.append(t("retrospect.redefined", names=names))
    head = tuple(t(f"retrospect.{name}") for name in ("indicator", "before", "now", "target", "verdict"))
    rows = tuple(_crossing(t, each, model) for each in here.crossings)
    return Block(
        "targets", t("retrospect.targets_title"), tuple(said), head if rows else (), rows, (5, 2.4, 2.4, 2.4, 2.6), 4,
        tuple(below),
    )  # fmt: skip


def place(t: Translator, spot: Spot, model: Model) -> str:
    """A touchpoint with its journey."""
    dimension = "touchpoint" if spot.touchpoint else "stage"
    names = model.label("journey", spot.journey, t), model.label(dimension, spot.step.key[-1], t)
    return t("report.arrow").join(names)


def level(t: Translator, found: Estimate, places: int) -> str:
    """A value with its interval and base; the word for why there is none."""
    if found.value is None:
        return t("report.hidden" if found.state == "hidden" else "report.empty_value")
    low, high = (t.number(end, places) for end in (found.low, found.high))
    key = "report.value_small" if found.state == "small" else "report.value"
    return t(key, value=t.number(found.value, places), low=low, high=high, n=t.number(found.n))


def changed(t: Translator, change: Change, places: int, q: float | None = None) -> Cell:
    """A tested change with its interval: coloured only where it is beyond chance. A touchpoint (with ``q``) counts as
    changed only together with all others."""
    if change.diff is None:
        return Cell(t("retrospect.no_change"), "quiet")
    diff, low, high = (t.number(each, places, signed=True) for each in (change.diff, change.low, change.high))
    text = t("retrospect.diff", diff=diff, low=low, high=high)
    if change.verdict not in ("up", "down") or (q is not None and q >= 1 - CONFIDENCE):
        return Cell(t("retrospect.noise", diff=text), "quiet")
    return Cell(text, "good" if change.diff > 0 else "bad")


def _notes(t: Translator, found: Retrospect) -> list[str]:
    here, said = found.moved, []
    before = found.period.before
    if before is None:
        return [t("retrospect.no_before")]
    if here.tested:
        key = "tested" if here.touchpoints else "tested_none"
        said.append(t(f"retrospect.{key}", n=here.tested, changed=len(here.fell) + len(here.rose)))
    if here.unlike:
        said.append(t("retrospect.unlike", n=here.unlike))
    if not found.over:
        said.append(t("retrospect.not_over", day=t.date(found.day)))
    return [t("retrospect.against", before=spans.named(before, t)), *said]


def _crossing(t: Translator, each: Crossing, model: Model) -> tuple[Cell, ...]:
    unit = model.unit(each.indicator, t)
    space = "" if unit in ("", "%") else " "
    numbers = [Cell(t.number(v, digits(v)) + space + unit) for v in (each.before, each.after, each.target)]
    word = Cell(t("retrospect.reached"), "good") if each.reached else Cell(t("retrospect.missed"), "bad")
    return Cell(model.label("indicator", each.indicator, t)), *numbers, word
