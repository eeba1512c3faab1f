"""What a wave of a rollout brought, against the branches not yet reached: found where it is, not where it is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import act_bank
import numpy as np
import pytest
from act_bank import charter

from cx.act import rollout
from cx.act.rollout import Effect, Step, Wave, Win, effects
from cx.act.rollout.effects import Asked
from cx.act.verification.panel import Panel, Window
from cx.store.database import Database

BRANCHES = tuple(f"b{n:02}" for n in range(24))
FIRST = dt.date(2026, 1, 1)
LOOKED = (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
ON = dt.date(2026, 10, 10)
DAYS = 56
DRAWN = 1.5


def panel(draw: np.random.Generator, last: dt.date, spread: float, a_day: float = 1.0) -> tuple[Panel, np.ndarray]:
    """Satisfaction of 24 branches, day by day, around levels that differ by ``spread``."""
    size, days = len(BRANCHES), (last - FIRST).days + 1
    levels = 3.5 + spread * draw.standard_normal(size)
    n = draw.poisson(a_day, (size, days)).astype(float)
    total = n * levels[:, None] + np.sqrt(n) * DRAWN * draw.standard_normal((size, days))
    squares = n * (levels[:, None] ** 2 + DRAWN**2)
    day = np.tile(np.arange(days) + FIRST.toordinal(), size)
    sums = np.array([each.ravel() for each in (n, total, squares)])
    return Panel(BRANCHES, np.repeat(np.arange(size), days), day, day, n.ravel(), sums, True, ""), levels


def worst(read: Panel, k: int = 6) -> tuple[str, ...]:
    """The branches that stood worst on the days on which the order was made."""
    means = read.window(Window(*LOOKED)).means
    return tuple(BRANCHES[at] for at in np.argsort(means)[:k])


def lifted(read: Panel, branches: tuple[str, ...], by: float, since: dt.date = ON) -> Panel:
    here = read.which(branches)[read.at] & (read.first > since.toordinal())
    read.sums[2, here] += 2 * by * read.sums[1, here] + by * by * read.sums[0, here]
    read.sums[1, here] += by * read.sums[0, here]
    return read


def steps(branches: tuple[str, ...], wave: int = 1, on: dt.date = ON) -> list[Step]:
    return [
        Step("w", branch, "done", wave, on, on, "", dt.datetime(2026, 10, 1), "lin", "赢", {}, LOOKED)
        for branch in branches
    ]


def judged(read: Panel, branches: tuple[str, ...], **more: object) -> Wave:
    done = dict.fromkeys(branches, ON)
    asked = Asked(**{"done": done, "barred": (), "days": DAYS, "higher": True} | more)  # type: ignore[arg-type]
    return effects.judge(read, asked, steps(branches))


def runs(count: int, by: float, spread: float = 0.15) -> list[Wave]:
    found = []
    for seed in range(count):
        read, _ = panel(np.random.default_rng(seed), ON + dt.timedelta(days=DAYS), spread)
        chosen = worst(read)
        found.append(judged(lifted(read, chosen, by), chosen))
    return found


def test_an_effect_is_found_and_none_is_not_although_the_worst_came_first() -> None:
    none, known = runs(50, 0.0), runs(30, 0.5)
    assert sum(wave.verdict == "proven" for wave in none) <= 5
    assert abs(np.mean([wave.difference.effect for wave in none])) < 0.06, (
        "who stood badly is not credited for recovering"
    )
    assert sum(wave.verdict == "proven" for wave in known) >= 24
    inside = [w.difference.low <= 0.5 <= w.difference.high for w in known]
    assert sum(inside) >= 26 and np.mean([w.difference.effect for w in known]) == pytest.approx(0.5, abs=0.08)
    first = known[0]
    assert first.complete and not first.chosen_on and first.before and first.before.last < LOOKED[0]
    assert first.waiting and len(first.waiting.branches) == 18 and len(first.rows) == 6


def test_counting_the_days_of_the_order_would_credit_chance() -> None:
    """What is left out matters: with the days on which the order was made as the time before, the same data show an
    effect that is not there."""
    found = []
    for seed in range(30):
        read, _ = panel(np.random.default_rng(seed), ON + dt.timedelta(days=DAYS), 0.15)
        chosen = worst(read)
        late = [replace(step, looked=None) for step in steps(chosen)]
        asked = Asked(dict.fromkeys(chosen, ON), (), DAYS, True)
        found.append(effects.judge(read, asked, late).difference.effect)
    assert np.mean(found) > 0.1


def test_nothing_is_said_too_early_or_without_branches_to_compare_with() -> None:
    read, _ = panel(np.random.default_rng(1), ON + dt.timedelta(days=20), 0.15)
    early = judged(read, BRANCHES[:6])
    assert early.reasons == ("early",) and early.difference is None and early.ready == ON + dt.timedelta(days=28)
    read, _ = panel(np.random.default_rng(1), ON + dt.timedelta(days=40), 0.15)
    lifted(read, BRANCHES[:6], 3.0)
    so_far = judged(read, BRANCHES[:6])
    assert so_far.verdict == "not_proven" and "early" in so_far.reasons and so_far.difference and not so_far.complete
    read, _ = panel(np.random.default_rng(1), ON + dt.timedelta(days=DAYS), 0.15)
    assert judged(read, BRANCHES[:1]).reasons == ("pilots",)
    alone = judged(read, BRANCHES[:6], barred=BRANCHES[6:])
    assert alone.reasons == ("controls",) and alone.difference is None


def test_later_waves_end_the_look_and_are_not_compared_with_afterwards() -> None:
    read, _ = panel(np.random.default_rng(3), ON + dt.timedelta(days=DAYS), 0.15)
    second = ON + dt.timedelta(days=40)
    done = dict.fromkeys(BRANCHES[:6], ON) | dict.fromkeys(BRANCHES[6:], second)
    first = judged(read, BRANCHES[:6], done=done)
    assert first.after and first.after.last == second - dt.timedelta(days=1) and first.complete
    assert first.waiting and set(first.waiting.branches) == set(BRANCHES[6:])
    some = dict.fromkeys(BRANCHES[:6], ON) | dict.fromkeys(BRANCHES[6:12], second)
    wave = judged(read, BRANCHES[:6], done=some)
    assert wave.after and wave.after.last == ON + dt.timedelta(days=DAYS) and wave.waiting
    assert set(wave.waiting.branches) == set(BRANCHES[12:]), "as long as enough are left, the whole length is looked at"


def test_a_wave_between_the_order_and_today_uses_the_days_since() -> None:
    on = LOOKED[1] + dt.timedelta(days=40)
    read, _ = panel(np.random.default_rng(5), on + dt.timedelta(days=DAYS), 0.15)
    asked = Asked(dict.fromkeys(BRANCHES[:6], on), (), DAYS, True)
    wave = effects.judge(read, asked, steps(BRANCHES[:6], on=on))
    assert wave.before == Window(LOOKED[1] + dt.timedelta(days=1), on - dt.timedelta(days=1))
    read, _ = panel(np.random.default_rng(5), ON + dt.timedelta(days=DAYS), 0.15)
    kept = read.first >= LOOKED[0].toordinal() - 10
    at, first, last, people = (each[kept] for each in (read.at, read.first, read.last, read.people))
    short = Panel(BRANCHES, at, first, last, people, read.sums[:, kept], True, "")
    assert judged(short, BRANCHES[:6]).chosen_on, "without older days the days of the order are counted, and it is said"


def test_waves_are_read_from_what_was_answered_and_recorded() -> None:
    names, on = ("b0101", "b0102", "b0103"), dt.date(2026, 6, 30)
    others = ("b0201", "b0202", "b0203", "b0301", "b0302", "b0303")
    before, after = (tuple(on + dt.timedelta(days=day) for day in days) for days in ((-55, -1), (1, 57)))
    db = Database(":memory:")
    for at, branch in enumerate((*names, *others)):
        act_bank.visits(db, branch, *before, 40, 20, 40)
        act_bank.visits(db, branch, *after, *((70, 20, 10) if branch in names else (40 - at % 2, 20, 40 + at % 2)))
    promised = charter(pilots=("b0401",), start=dt.date(2026, 1, 1), end=dt.date(2026, 2, 25))
    win = Win("w", promised, Effect(50.0, 30.0, 70.0, True), dt.date(2026, 3, 1))
    done = tuple(replace(step, looked=None) for step in steps(names, on=on))
    (wave,) = rollout.waves(db.cursor(), (win,), done)
    assert wave.difference and wave.difference.effect == pytest.approx(61, abs=3) and wave.verdict == "proven"
    assert wave.waiting and wave.waiting.branches == others
    assert [(row.branch, row.n_before) for row in wave.rows] == [(name, 100) for name in names]
    assert all(row.n_after > 90 and row.before == 0 and row.after and row.after > 50 for row in wave.rows)
    assert rollout.waves(db.cursor(), (win,), ()) == ()
    db.close()
