"""A journey map as what is to be drawn, on screen or paper: places from 0 to 1, and every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.insight.journey import Step
from cx.insight.journey_map import SHARE, Map, Point, State
from cx.output.charts import journey_words, theme
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

Tone = Literal["pain", "delight", "opportunity", "usual"]
Lane = Literal["end", "high", "low", ""]
TONES = {"pain": theme.BAD, "delight": theme.GOOD, "opportunity": theme.SERIES[0], "usual": theme.NEUTRAL}
_ORDER = ("pain", "opportunity", "delight", "peak", "end")


@dataclass(frozen=True)
class Dot:
    """A touchpoint with a score on the curve: ``x`` from the left, ``y`` from the top, both 0 to 1. ``flag`` are words
    in a ``lane`` above or below; ``volume``: its base, of the largest (0..1)."""

    x: float
    y: float
    number: int
    tone: Tone
    score: str
    above: bool
    volume: float
    flag: str
    lane: Lane
    joined: bool  # with the touchpoint before, nothing being left out between


@dataclass(frozen=True)
class Empty:
    """A touchpoint without a score, at the foot of the curve."""

    x: float
    number: int
    state: State
    word: str


@dataclass(frozen=True)
class Card:
    """A touchpoint in its stage's column. ``badges``: (mark, word); ``notes``: indicators and channels."""

    number: int
    name: str
    state: State
    tone: Tone
    score: str
    reach: str
    badges: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    quote: str
    by: str


@dataclass(frozen=True)
class Column:
    """A stage: its name, its score and base, how it compares, its touchpoints."""

    name: str
    score: str
    under: str
    feeling: str
    word: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Board:
    """The whole map. ``ticks`` and ``mean``: (y from the top, words)."""

    columns: tuple[Column, ...]
    dots: tuple[Dot, ...]
    empties: tuple[Empty, ...]
    ticks: tuple[tuple[float, str], ...]
    mean: tuple[float, str] | None
    about: str

    @property
    def widest(self) -> int:
        """The most touchpoints of a stage."""
        return max((len(column.cards) for column in self.columns), default=1)


def board(found: Map, model: Model, t: Translator) -> Board:
    """The map of one journey in words and places."""
    view = found.view
    values = [p.step.estimate.value for p in found.points if p.step.estimate.value is not None]
    low, high = _span([*values, *([view.total.value] if view.total.value is not None else [])])
    number, columns, dots, empties = 0, list[Column](), list[Dot](), list[Empty]()
    most = max((p.step.estimate.base for p in found.points), default=1) or 1
    joined = True
    for at, stage in enumerate(view.stages):
        points, cards = found.of(stage.key[0]), []
        for place, point in enumerate(points):
            number += 1
            x = (at + (place + 0.5) / len(points)) / len(view.stages)
            value = point.step.estimate.value
            if value is None:
                empties.append(Empty(x, number, point.state, t(f"journey.state_{point.state}")))
                joined = False
            else:
                y = (high - value) / (high - low)
                flag = _flag(point, number == len(found.points), t)
                dots.append(_dot(point, x, y, number, point.step.estimate.base / most, joined, flag, t))
                joined = True
            cards.append(_card(point, number, model, t))
        columns.append(_column(stage, cards, model, t))
    dots = _sided(dots)
    marks = [whole for whole in range(1, 6) if low < whole < high]
    ticks = tuple(((high - whole) / (high - low), t.number(whole, 1)) for whole in marks)
    mean = None
    if view.total.value is not None:
        mean = (high - view.total.value) / (high - low), t.number(view.total.value, 2)
    ticks = tuple(tick for tick in ticks if mean is None or abs(tick[0] - mean[0]) > 0.12)
    return Board(tuple(columns), tuple(dots), tuple(empties), ticks, mean, _about(columns, t))


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=1.0), max(values, default=5.0)
    room = max(0.15, 0.08 * (high - low), (1.2 - (high - low)) / 2)
    return low - room, high + room


def _tone(point: Point) -> Tone:
    return next((mark for mark in ("pain", "opportunity", "delight") if mark in point.marks), "usual")


def _flag(point: Point, last: bool, t: Translator) -> tuple[Lane, str]:
    """Where and what is said of peak and end; an end before the journey's own says so."""
    if "peak" in point.marks:
        lane: Lane = "low" if point.step.feeling == "pain" else "high"
        return lane, t("journey.flag_both" if "end" in point.marks else "journey.flag_peak")
    return ("end", t("journey.flag_end" if last else "journey.flag_end_rated")) if "end" in point.marks else ("", "")


def _dot(
    point: Point, x: float, y: float, number: int, volume: float, joined: bool, flag: tuple[Lane, str], t: Translator
) -> Dot:
    score = t.number(point.step.estimate.value, 1)
    return Dot(x, y, number, _tone(point), score, True, volume, flag[1], flag[0], joined)


def _sided(dots: Sequence[Dot]) -> list[Dot]:
    """Scores written on the side where the curve is not."""
    found = []
    for at, dot in enumerate(dots):
        sides = [other.y for other in (*dots[max(at - 1, 0) : at], *dots[at + 1 : at + 2])]
        above = not sides or dot.y <= sum(sides) / len(sides)
        found.append(Dot(**{**dot.__dict__, "above": above}))
    return found


def _column(stage: Step, cards: Sequence[Card], model: Model, t: Translator) -> Column:
    e = stage.estimate
    if e.value is None:
        under = t("journey.hidden") if e.state == "hidden" else t("journey.no_data")
    else:
        under = t("journey.stage_people", n=t.number(e.base))
    feeling = stage.feeling if stage.feeling in ("pain", "delight") else ""
    score = "" if e.value is None else journey_words.score(e, t)
    word = t(f"journey.{feeling}") if feeling else ""
    return Column(journey_words.name(stage, model, t), score, under, feeling, word, tuple(cards))


def _card(point: Point, number: int, model: Model, t: Translator) -> Card:
    e, said = point.step.estimate, point.said
    score = reach = by = ""
    if e.value is not None:
        score = t.number(e.value, 2)
        reach = t("journey.card_reach", reach=t.number(e.plus_minus, 2), n=t.number(e.base))
        reach += t("journey.card_small") if e.state == "small" else ""
    if said is not None and said.rating is not None:
        by = t("journey.by_rating", rating=t.number(said.rating, 0 if said.rating == int(said.rating) else 1))
    elif said is not None:
        by = t("journey.by_score", score=said.score) if said.score is not None else t("journey.by_nobody")
    badges = tuple((mark, t(f"journey.mark_{mark}")) for mark in _ORDER if mark in point.marks)
    name = model.label("touchpoint", point.touchpoint, t)
    quote = said.text if said else ""
    return Card(number, name, point.state, _tone(point), score, reach, badges, _notes(point, model, t), quote, by)


def _notes(point: Point, model: Model, t: Translator) -> tuple[str, ...]:
    if point.state == "hidden":
        return (t("journey.hidden"),)
    if point.state == "gap":
        return (t("journey.state_gap_long"),)
    own = point.own_readings
    told = own if point.state == "indicator" else [r for r in own if r.verdict == "beyond"]
    notes = [
        t("journey.indicator_line", verdict=t(f"journey.indicator_{r.verdict}"), **journey_words.figures(r, model, t))
        for r in told[:2]
    ]
    if point.state == "indicator":
        notes.insert(0, t("journey.state_indicator_long"))
    elif point.marks & {"pain", "opportunity"} and (point.lost or 0.0) >= SHARE:
        notes.insert(0, t("journey.why_lost", share=t.percent(point.lost)))
    if point.spread is not None:
        spread = point.spread
        notes.insert(
            0,
            t(
                "journey.why_spread", worst=model.label("channel", spread.worst, t), low=t.number(spread.low.value, 1),
                best=model.label("channel", spread.best, t), high=t.number(spread.high.value, 1),
            ),
        )  # fmt: skip
    return tuple(notes)


def _about(columns: Sequence[Column], t: Translator) -> str:
    said = [
        f"{column.name}: " + ", ".join(f"{card.name} {card.score or ' '.join(card.notes[:1])}" for card in column.cards)
        for column in columns
    ]
    return t("journey.curve_about", steps="; ".join(said))
