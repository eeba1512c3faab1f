"""What the respondents feel: the expected NPS of each response, and scores whose expectation is exactly the truth."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np

from cx.bank.model import Model
from cx.demo.people import CDF, GRID, Crowd, Floats, Integers, probability, rng
from cx.demo.truth import Truth

# Within a category, how often each score is given.
_DETRACTORS = np.cumsum([0.06, 0.03, 0.06, 0.11, 0.12, 0.29, 0.33])  # 0..6
_PASSIVES, _PROMOTERS = 0.42, 0.40  # share of 7 among 7..8, of 9 among 9..10
SHARED = 0.6  # correlation of a rating with the respondent's mood
_SPREAD = 1.0  # deviation of the feeling behind a rating, on 1..5
_MEANS = np.linspace(-2, 8, 401)


def effects(crowd: Crowd, truth: Truth, model: Model) -> Floats:
    """What shifts each response's NPS, in points, before it is centred within the survey."""
    at_branch = crowd.channel.where("branch")
    found = crowd.branch.mapped(branch_effects(truth, model)) * np.where(at_branch, 1.0, truth.elsewhere)
    found += crowd.branch.mapped({key: truth.regions.get(b.region or "", 0.0) for key, b in model.branches.items()})
    found += crowd.channel.mapped(truth.channels) + crowd.segment.mapped(truth.segments)
    months = np.array([(truth.first + timedelta(days=day)).month for day in range(truth.days)])
    found += np.array([0.0, *(truth.season.get(month, 0.0) for month in range(1, 13))])[months[crowd.day]]
    found += crowd.channel.where(truth.trend_channel) * truth.trend_points * crowd.day / (truth.days - 1)
    for win in truth.quick_wins:
        found += in_place(crowd, truth, win.id) * win.nps
    return found


def branch_effects(truth: Truth, model: Model) -> dict[str, float]:
    """The effect of every branch in points: the truly bad and good ones, and a small normal draw for the others."""
    draws = rng(truth, "branch effects").normal(0.0, truth.deviation, len(model.branches)).tolist()
    return dict(zip(model.branches, draws, strict=True)) | dict(truth.bad) | dict(truth.good)


def in_place(crowd: Crowd, truth: Truth, win_id: str) -> Floats:
    """1 for responses at the counter of a branch that has the quick win by then, else 0."""
    win = next(win for win in truth.quick_wins if win.id == win_id)
    known = crowd.branch.mapped(dict.fromkeys(win.since, 1.0))
    begun = crowd.day >= crowd.branch.mapped({branch: (day - truth.first).days for branch, day in win.since.items()})
    return known * crowd.channel.where("branch") * begun


def nps_scores(expected: Floats, feeling: Floats) -> Integers:
    """Scores 0..10 of normal feelings; the expectation of promoter minus detractor is ``expected`` / 100."""
    x = np.clip(expected / 100, -0.95, 0.95)
    spread = 0.6 + 0.4 * x * x
    promoter, detractor, u = (spread + x) / 2, (spread - x) / 2, probability(feeling)
    inside = np.clip(u / detractor, 0, 1 - 1e-12)
    low = np.searchsorted(_DETRACTORS / _DETRACTORS[-1], inside, side="right")
    middle = np.where((u - detractor) / (1 - promoter - detractor) < _PASSIVES, 7, 8)
    high = np.where((u - 1 + promoter) / promoter < _PROMOTERS, 9, 10)
    return np.where(u < detractor, low, np.where(u < 1 - promoter, middle, high)).astype(np.int64)


def mixed(mood: Floats, r: np.random.Generator, shared: float = SHARED) -> Floats:
    """A standard normal feeling that correlates with the mood."""
    return shared * mood + np.sqrt(1 - shared * shared) * r.standard_normal(len(mood))


def ratings(expected: Floats, feeling: Floats, points: int) -> Integers:
    """Scores 1..points whose mean, carried linearly to 1..5, is ``expected``."""
    centre = np.interp(np.clip(expected, 1.05, 4.95), _mean_by_centre(points), _MEANS)
    return _rated(centre + _SPREAD * feeling, points)


def _rated(value: Floats, points: int) -> Integers:
    return np.clip(np.rint(1 + (points - 1) * (value - 1) / 4), 1, points).astype(np.int64)


@cache
def _mean_by_centre(points: int) -> Floats:
    """Mean rating, on 1..5, of normal feelings around each of ``_MEANS``."""
    weights = np.diff(CDF, prepend=0.0)
    scores = _rated(_MEANS[:, None] + _SPREAD * GRID[None, :], points)
    return 1 + 4 * ((scores * weights).sum(axis=1) / weights.sum() - 1) / (points - 1)


def satisfaction(touchpoint: str | None, crowd: Crowd, shift: Floats, truth: Truth) -> Floats:
    """Expected satisfaction on 1..5 of each response with a touchpoint; ``shift`` is the centred NPS effect."""
    base = truth.touchpoints.get(touchpoint or "", truth.touchpoints["default"])
    found = base + truth.per_point * shift
    for cell in truth.cells:
        if cell["touchpoint"] == touchpoint:
            found = found + cell["satisfaction"] * crowd.channel.where(cell["channel"])
    for win in truth.quick_wins:
        here = in_place(crowd, truth, win.id)
        # The NPS effect of a win is about its own touchpoints; others do not gain from it.
        found = found + here * (win.satisfaction.get(touchpoint or "", 0.0) - truth.per_point * win.nps)
    return found
