"""How they answer: one column a question, conditions honoured, in the survey's own order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from cx.demo import comments, feelings, groups, planted
from cx.demo.people import Crowd, Integers, draw, rng
from cx.demo.truth import SurveyTruth, Truth
from cx.survey.expression import Expression
from cx.survey.schema import Choice, Question, Survey
from cx.survey.types import NOT_APPLICABLE, TYPES

_OPTIONAL = 0.85  # share that answers a question it need not answer
_WRITES = {"reason": (0.55, 0.25, 0.3), "wish": (0.4, 0.3, 0.2), "open": (0.6,) * 3, "heard": (0.5,) * 3}
"""Share that leaves a comment, by what the question asks for and by tone: bad, mixed, good."""
_PAIN = ("queue", "wait", "slow", "login", "fail", "workload", "system", "long")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """Answers to one question: ``codes`` index the distinct ``values``; -1 is unanswered."""

    codes: Integers
    values: tuple[object, ...]

    def only(self, mask: Mask) -> Column:
        """The same answers, where the mask holds."""
        return Column(np.where(mask, self.codes, -1), self.values)


@dataclass(frozen=True)
class Room:
    """What answering needs to know: the people, what is true, and each person's expected NPS and centred effect."""

    survey: Survey
    spec: SurveyTruth
    truth: Truth
    crowd: Crowd
    expected: feelings.Floats
    shift: feelings.Floats


def answers(room: Room) -> dict[str, Column]:
    """One column a question, in order; what a condition hides is unanswered."""
    found: dict[str, Column] = {}
    everyone = np.full(room.crowd.size, True)
    for page in room.survey.pages:
        on_page = holds(page.show_if, found, everyone)
        for question in page.questions:
            if not TYPES[question.type].answerable:
                continue
            shown = on_page & holds(question.show_if, found, everyone)
            must = everyone if question.required else everyone & False
            if question.required_if is not None:
                must = must | holds(question.required_if, found, everyone)
            answered = shown & (must | _bothers(question, room, found))
            column = _draw(question, room, found, answered).only(answered)
            found[question.id] = column.only(_valid(question, found | {question.id: column}, everyone))
    return found


def holds(condition: Expression | None, found: Mapping[str, Column], everyone: Mask) -> Mask:
    """Where a condition holds; each distinct combination of answers is asked once."""
    return everyone if condition is None else _asked(condition, found, everyone, True)


def _valid(question: Question, found: Mapping[str, Column], everyone: Mask) -> Mask:
    good = everyone
    for rule in question.validate:
        good = good & ~_asked(rule.holds, found, everyone, False)
    return good


def _asked(condition: Expression, found: Mapping[str, Column], everyone: Mask, value: bool) -> Mask:
    columns = {name: found[name] for name in sorted(condition.names) if name in found}
    if not columns:
        return everyone if condition.value({}) is value else ~everyone
    shape = [len(column.values) + 1 for column in columns.values()]
    key = np.ravel_multi_index([column.codes + 1 for column in columns.values()], shape)
    keys, place = np.unique(key, return_inverse=True)
    codes = np.stack(np.unravel_index(keys, shape), axis=1) - 1
    given = [
        {name: column.values[code] for (name, column), code in zip(columns.items(), row, strict=True) if code >= 0}
        for row in codes.tolist()
    ]
    return np.array([condition.value(one) is value for one in given])[place]


def _bothers(question: Question, room: Room, found: Mapping[str, Column]) -> Mask:
    r = rng(room.truth, f"{room.survey.id} bothers {question.id}")
    share: feelings.Floats | float = _OPTIONAL
    if question.type == "text":
        share = np.array(_WRITES[_asks_for(question, room)])[_tone(room, found)]
    return r.random(room.crowd.size) < share


def _draw(question: Question, room: Room, found: Mapping[str, Column], answered: Mask) -> Column:
    r = rng(room.truth, f"{room.survey.id} {question.id}")
    storage = TYPES[question.type].storage
    if question.type == "nps":
        return _nps(question, room, found, r)
    if question.id in room.survey.beside:
        return _expectation(question, room, r)
    if storage == "score":
        return _score(question, room, answered, r)
    if question.type == "yes_no":
        return Column((r.random(room.crowd.size) < _share_of_yes(question, room)).astype(np.int64), (False, True))
    if storage == "choice":
        return _single(question, room, r)
    if storage == "choices":
        return _multiple(question, room, r)
    if storage == "number":
        return _number(question, room, r)
    if storage == "date":
        return _date(question, room, r)
    return _text(question, room, found, answered, r)


def _nps(question: Question, room: Room, found: Mapping[str, Column], r: np.random.Generator) -> Column:
    """The first NPS question is the survey's; a further one is about its brand, else close to the first."""
    values, first = tuple(range(11)), not any(q.type == "nps" and q.id in found for q in room.survey.questions)
    if first:
        return Column(feelings.nps_scores(room.expected, room.crowd.mood), values)
    if question.brand in room.truth.brands:
        expected = np.full(room.crowd.size, float(room.truth.brands[question.brand]))
        return Column(feelings.nps_scores(expected, feelings.mixed(room.crowd.mood, r, 0.5)), values)
    return Column(feelings.nps_scores(room.expected, feelings.mixed(room.crowd.mood, r, 0.9)), values)


def _score(question: Question, room: Room, answered: Mask, r: np.random.Generator) -> Column:
    assert question.scale is not None
    high = question.scale.high
    touchpoint = question.touchpoint or room.survey.about.get("touchpoint")
    expected = feelings.satisfaction(touchpoint, room.crowd, room.shift, room.truth)
    expected = expected + groups.shift(room.survey, question, room.crowd, answered, room.truth)
    scores = feelings.ratings(expected, feelings.mixed(room.crowd.mood, r, _shared(touchpoint, room)), high)
    values: tuple[object, ...] = tuple(range(1, high + 1))
    if question.not_applicable:
        unused = room.truth.unused.get(touchpoint or "", room.truth.unused["default"])
        scores = np.where(r.random(len(scores)) < unused, high + 1, scores)
        values += (NOT_APPLICABLE,)
    return Column(scores - 1, values)


def _expectation(question: Question, room: Room, r: np.random.Generator) -> Column:
    """What was expected, whatever was found then: it knows less of the mood."""
    assert question.scale is not None
    high = question.scale.high
    known = room.truth.expectations.get(room.survey.id, {})
    mean = np.full(room.crowd.size, known.get(question.id, room.truth.touchpoints["default"]))
    scores = feelings.ratings(mean, feelings.mixed(room.crowd.mood, r, feelings.SHARED / 2), high)
    return Column(scores - 1, tuple(range(1, high + 1)))


def _shared(touchpoint: str | None, room: Room) -> float:
    """How closely a rating follows the mood: closer where the touchpoint matters more to the survey's outcome."""
    drivers = room.spec.drivers if touchpoint else {}
    return drivers.get(touchpoint or "", drivers.get("default", feelings.SHARED))


def _share_of_yes(question: Question, room: Room) -> feelings.Floats | float:
    if question.id in room.spec.agree:
        return room.spec.agree[question.id]
    return np.clip(0.72 + 0.08 * room.crowd.mood + 0.003 * room.shift, 0.05, 0.97)


def _weights(choices: Sequence[Choice]) -> list[float]:
    """Earlier choices more often, named pains most of all."""
    return [3.0 if any(word in c.id for word in _PAIN) else 1 / (place + 1.5) for place, c in enumerate(choices)]


def _single(question: Question, room: Room, r: np.random.Generator) -> Column:
    """A choice that an indicator stands beside (how long did you wait?) follows the feeling; others follow weights."""
    ids, n = tuple(choice.id for choice in question.choices), room.crowd.size
    if not question.links:
        by_kind = groups.weights(room.survey, question, room.truth)
        if by_kind is None:
            return Column(draw(r, n, _weights(question.choices)), ids)
        kinds = groups.kinds(room.survey, room.crowd, room.truth)
        return Column(np.choose(kinds, [draw(r, n, weights) for weights in by_kind]), ids)
    pains = [key for key in question.links if key in room.truth.indicators]
    touchpoint = question.touchpoint or ("queue" if "queue_minutes" in pains else None)
    level = feelings.satisfaction(touchpoint, room.crowd, room.shift, room.truth)
    place = (5 - level) / 4 + 0.28 * feelings.mixed(-room.crowd.mood, r)
    return Column(np.clip(np.floor(place * len(ids)), 0, len(ids) - 1).astype(np.int64), ids)


def _multiple(question: Question, room: Room, r: np.random.Generator) -> Column:
    """Each choice by its weight; an exclusive one stands alone; the limits of the question are kept."""
    n, plain = room.crowd.size, [i for i, choice in enumerate(question.choices) if not choice.exclusive]
    alone = [i for i, choice in enumerate(question.choices) if choice.exclusive]
    weights = np.array(_weights([question.choices[i] for i in plain]))
    by_kind = groups.weights(room.survey, question, room.truth)
    if by_kind is not None:
        weights = np.array(by_kind)[:, plain][groups.kinds(room.survey, room.crowd, room.truth)]
    liking = np.log(weights / weights.max()) + r.gumbel(size=(n, len(plain)))
    most = min(question.max_choices or 3, len(plain))
    least = min(question.min_choices or 1, most)
    count = np.clip(draw(r, n, [0.5, 0.3, 0.2]) + 1, least, most)
    rank = np.argsort(np.argsort(-liking, axis=1), axis=1)
    bits = ((rank < count[:, None]) * (1 << np.array(plain))).sum(axis=1)
    if alone:
        bits = np.where(r.random(n) < 0.12, 1 << alone[0], bits)
    keys, codes = np.unique(bits, return_inverse=True)
    ids = [choice.id for choice in question.choices]
    return Column(codes, tuple(tuple(id for i, id in enumerate(ids) if key >> i & 1) for key in keys.tolist()))


def _number(question: Question, room: Room, r: np.random.Generator) -> Column:
    low = float(question.minimum) if isinstance(question.minimum, Decimal) else 0.0
    high = float(question.maximum) if isinstance(question.maximum, Decimal) else low + 60.0
    step = 10**question.decimals
    drawn = np.rint((low + (high - low) * r.beta(2, 5, room.crowd.size)) * step).astype(np.int64)
    first, last = int(np.ceil(low * step)), int(np.floor(high * step))
    keys, codes = np.unique(np.clip(drawn, first, last), return_inverse=True)
    return Column(codes, tuple(Decimal(key).scaleb(-question.decimals) for key in keys.tolist()))


def _date(question: Question, room: Room, r: np.random.Generator) -> Column:
    """A day in the month before the response, within the question's limits."""
    day = room.crowd.day - r.integers(0, 30, room.crowd.size)
    keys, codes = np.unique(day, return_inverse=True)
    days = [room.truth.first + dt.timedelta(days=key) for key in keys.tolist()]
    low = question.minimum if isinstance(question.minimum, dt.date) else dt.date.min
    high = question.maximum if isinstance(question.maximum, dt.date) else dt.date.max
    return Column(codes, tuple(min(max(day, low), high) for day in days))


def _asks_for(question: Question, room: Room) -> str:
    return room.spec.texts.get(question.id, "reason")


def _tone(room: Room, found: Mapping[str, Column]) -> Integers:
    """From the NPS given so far, or the one that the same mood gives later on."""
    nps = next((found[q.id] for q in room.survey.questions if q.type == "nps" and q.id in found), None)
    if nps is not None and (nps.codes >= 0).all():
        return comments.tone(nps.codes)
    return comments.tone(feelings.nps_scores(room.expected, room.crowd.mood))


def _text(
    question: Question, room: Room, found: Mapping[str, Column], answered: Mask, r: np.random.Generator
) -> Column:
    who = np.flatnonzero(answered)
    chinese = room.crowd.lang.where("zh")[who]
    texts = comments.comments(r, _asks_for(question, room), room.spec.themes, _tone(room, found)[who], chinese)
    planted.plant(texts, question.id, who, chinese, _tone(room, found)[who], room.survey.id, room.crowd, room.truth)
    places: dict[str, int] = {}
    codes = np.full(room.crowd.size, -1)
    codes[who] = [places.setdefault(text[: question.max_length], len(places)) for text in texts]
    return Column(codes, tuple(places))
