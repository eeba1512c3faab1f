"""Who answered: circumstances of every response of one survey, as columns."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from cx.bank.model import Model
from cx.demo.truth import SurveyTruth, Truth
from cx.survey.schema import Survey

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRID = np.linspace(-6, 6, 4001)
CDF = np.array([NormalDist().cdf(float(z)) for z in GRID])
MODES = ("link", "qr", "kiosk", "staff")
_MODES_BY_CHANNEL = {"branch": (0.1, 0.45, 0.3, 0.15)}
_CHINESE = 0.86  # share of responses in Chinese
_SHANGHAI_HOURS = 8  # local time minus UTC


@dataclass(frozen=True)
class Category:
    """One column of few values: ``codes`` index ``values``; -1 is no value."""

    codes: Integers
    values: tuple[str, ...]

    def where(self, value: str) -> npt.NDArray[np.bool_]:
        """Rows that have the value."""
        return self.codes == (self.values.index(value) if value in self.values else -2)

    def mapped(self, effects: Mapping[str, float]) -> Floats:
        """The effect of each row's value; 0 where none is known."""
        return np.array([*(effects.get(value, 0.0) for value in self.values), 0.0])[self.codes]


@dataclass(frozen=True)
class Crowd:
    """Respondents of one survey. ``day`` counts from the truth's first day; ``second`` is the UTC second of that day.

    ``mood`` is standard normal: what the scores of one respondent share.
    """

    ids: tuple[str, ...]
    day: Integers
    second: Integers
    seconds: Integers
    branch: Category
    channel: Category
    segment: Category
    product: Category
    mode: Category
    lang: Category
    mood: Floats

    @property
    def size(self) -> int:
        return len(self.day)


def rng(truth: Truth, name: str) -> np.random.Generator:
    """A generator of its own for everything that has a name: more of one thing does not shift another."""
    return np.random.default_rng([truth.seed, zlib.crc32(name.encode())])


def probability(z: Floats) -> Floats:
    """Standard normal distribution function, by interpolation."""
    return np.interp(z, GRID, CDF)


def crowd(survey: Survey, spec: SurveyTruth, truth: Truth, model: Model) -> Crowd:
    """Draw the respondents of a survey."""
    r, n = rng(truth, survey.id), spec.responses
    channel = _category(r, n, spec.channels)
    languages = survey.languages
    weights = {lang: _CHINESE if lang == "zh" else (1 - _CHINESE) / max(len(languages) - 1, 1) for lang in languages}
    return Crowd(
        ids=_uuids(r, n),
        day=_days(r, n, truth),
        second=r.integers(9 * 3600, 20 * 3600, n) - _SHANGHAI_HOURS * 3600,
        seconds=np.maximum(12, np.rint(r.lognormal(0.0, 0.45, n) * (15 + 7 * len(survey.questions)))).astype(np.int64),
        branch=_category(r, n, _branch_weights(truth, model)),
        channel=channel,
        segment=_category(r, n, spec.segments),
        product=_category(r, n, spec.products),
        mode=_modes(r, channel),
        lang=_category(r, n, weights),
        mood=r.standard_normal(n),
    )


def draw(r: np.random.Generator, n: int, weights: Sequence[float]) -> Integers:
    """``n`` indexes by weight."""
    cumulated = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(cumulated / cumulated[-1], r.random(n), side="right")


def _category(r: np.random.Generator, n: int, weights: Mapping[str, float]) -> Category:
    if not weights:
        return Category(np.full(n, -1), ())
    return Category(draw(r, n, list(weights.values())), tuple(weights))


def _branch_weights(truth: Truth, model: Model) -> dict[str, float]:
    sizes = rng(truth, "branch sizes").uniform(0.7, 1.4, len(model.branches))
    return dict(zip(model.branches, sizes.tolist(), strict=True))


def _modes(r: np.random.Generator, channel: Category) -> Category:
    table = np.cumsum([[*_MODES_BY_CHANNEL.get(value, (1, 0, 0, 0))] for value in channel.values], axis=1)
    return Category((r.random(len(channel.codes))[:, None] >= table[channel.codes]).sum(axis=1), MODES)


def _days(r: np.random.Generator, n: int, truth: Truth) -> Integers:
    weekend = np.array([(truth.first.weekday() + day) % 7 >= 5 for day in range(truth.days)])
    return draw(r, n, np.where(weekend, 0.55, 1.0).tolist())


def _uuids(r: np.random.Generator, n: int) -> tuple[str, ...]:
    raw = r.bytes(16 * n)
    return tuple(str(uuid.UUID(bytes=raw[16 * i : 16 * i + 16], version=4)) for i in range(n))
