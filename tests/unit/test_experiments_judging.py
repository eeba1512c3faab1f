"""What is found: verdicts, the error between branches, days and shared devices, and that looking often errs no more."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from test_experiments import BRANCHES, OUTCOME, START

from cx.act.experiments import assigning, boundary, judging, keeping, telling
from cx.act.experiments.counting import Counted
from cx.act.experiments.definition import Arm
from cx.measure.sequential import Look
from cx.words import Translator


def test_the_verdict_at_every_stage() -> None:
    def days(rows: list[tuple[int, int, int]]) -> Counted:
        """(how many an arm, successes of A, of B) by day."""
        return Counted({
            START + dt.timedelta(days=at): {(0, ""): {"n": n, "k": a}, (1, ""): {"n": n, "k": b}}
            for at, (n, a, b) in enumerate(rows)
        })  # fmt: skip

    def verdict(counted: Counted, day: int, **changes) -> str:
        return judging.judge(replace(OUTCOME, **changes), counted, START + dt.timedelta(days=day)).pairs[0].verdict

    even = [(60, 36, 36)] * 28
    assert verdict(Counted({}), 3) == "running" and verdict(Counted({}), 27) == "too_few"
    assert verdict(days(even[:5]), 4) == "running"
    assert verdict(days(even), 27) == "same"
    assert verdict(days(even[:6]), 27) == "not_shown"  # the planned end with too little to exclude anything
    assert verdict(days([(60, 36, 48)] * 10), 9) == "better"
    assert verdict(days([(60, 36, 48)] * 10), 9, better="lower") == "worse"
    assert verdict(days([(60, 36, 48)] * 27), 26, every=0) == "running"  # agreed to look at the end only
    assert verdict(days([(60, 36, 48)] * 28), 27, every=0) == "better"
    turned = [(60, 36, 48)] * 10 + [(60, 48, 36)] * 10
    assert verdict(days(turned), 19) == "better"  # decided is decided
    found = judging.judge(OUTCOME, days(even[:14]), START + dt.timedelta(days=13))
    needed = OUTCOME.needed()[0]
    assert found.days_left == pytest.approx(needed / 60 - 14, abs=2)


def test_few_answers_are_hidden_with_what_would_give_them_away() -> None:
    def judged(definition, *given: int) -> judging.Found:
        day = {(arm, ""): {"n": n, "k": n - n // 4} for arm, n in enumerate(given)}
        return judging.judge(definition, Counted({START: day}), definition.end)

    for n in (1, 4):
        found = judged(OUTCOME, 400, n)
        assert found.sides == (judging.HIDDEN,) * 2 and found.pairs[0].looks == ()
    assert [side.n for side in judged(OUTCOME, 400, 5).sides] == [400, 5]
    assert [side.n for side in judged(OUTCOME, 7, 0).sides] == [7, 0]
    three = replace(OUTCOME, arms=(*OUTCOME.arms, Arm("c")))
    found = judged(three, 900, 600, 4)  # the whole less two arms is the third, and a difference gives an arm away
    assert found.sides == (judging.HIDDEN,) * 3 and not any(pair.looks or pair.sides for pair in found.pairs)
    assert judging.of_json(judging.as_json(found)) == found
    told = judging.Found(START, tuple(judging.Side(0.5, 0.1, 0.9, n) for n in (400, 3)), ())
    assert judging.of_json(judging.as_json(told)).sides == (judging.HIDDEN,) * 2  # recorded before this was so
    day = {(0, ""): {"n": 60, "k": 30}, (1, ""): {"n": 60, "k": 40}, (1, "kiosk b0101"): {"n": 3, "k": 1}}
    found = judging.judge(ON_DEVICES, Counted({START: day}), START)
    assert found.apart == ((judging.HIDDEN,) * 2,) * 2 and [side.n for side in found.sides] == [60, 63]
    shown = telling.side(Translator("en"), OUTCOME, judging.HIDDEN)
    assert shown == "Too few, not shown" and not any(sign.isdigit() for sign in shown)


def test_people_count_and_not_their_answers() -> None:
    rated = replace(OUTCOME, metric="satisfaction", unit="branch", survey="s", question="q", branches=BRANCHES)
    day = {(arm, f"b{arm}"): {"n": 8, "total": 3200, "squares": 1280000, "respondents": 4} for arm in (0, 1)}
    assert judging.judge(rated, Counted({START: day}), START).sides == (judging.HIDDEN,) * 2


def test_intervals_end_where_the_metric_does() -> None:
    definition = replace(OUTCOME, unit="branch", metric="nps", survey="s", branches=BRANCHES, nps_kind="relational")
    day = {
        (arm, f"b{at}"): {"n": 5, "promoters": 5 * at, "detractors": 5 * (1 - at)} for arm in (0, 1) for at in (0, 1)
    }
    found = judging.judge(definition, Counted({START: day}), START)
    assert [(side.value, side.low, side.high) for side in found.sides] == [(0.0, -100.0, 100.0)] * 2
    assert telling.edges(definition, Look(START, 20.0, 90.0, 0.1, 400.0)) == (-200.0, 200.0)


def test_an_answer_tells_the_figures_of_one_look_and_its_day() -> None:
    turned = [(60, 36, 48)] * 10 + [(60, 48, 36)] * 18
    days = {
        START + at * DAY: {(0, ""): {"n": n, "k": a}, (1, ""): {"n": n, "k": b}} for at, (n, a, b) in enumerate(turned)
    }
    found = judging.judge(OUTCOME, Counted(days), OUTCOME.end)
    [pair] = found.pairs
    last = pair.looks[-1]
    assert last.day < START + 10 * DAY and found.sides[1].value < found.sides[0].value
    first, other = pair.sides
    assert other.value - first.value == pytest.approx(last.diff)
    assert first.n == other.n == 60 * ((last.day - START).days + 1)
    experiment = keeping.Experiment("x", "stopped", OUTCOME, found, "", dt.datetime(2026, 1, 1), "lin", "lin")
    for lang in ("zh", "en"):
        t = Translator(lang)
        said = telling.answer(t, experiment, found, pair, OUTCOME.end)
        assert t.percent(first.value, 1) in said and t.percent(other.value, 1) in said and t.date(last.day) in said
        assert t.percent(found.sides[1].value, 1) not in said
    assert "larger than the true one" in said
    even = judging.judge(
        OUTCOME, Counted(dict.fromkeys(days, days[START] | {(1, ""): {"n": 60, "k": 36}})), OUTCOME.end
    )
    assert "larger than" not in telling.answer(t, experiment, even, even.pairs[0], OUTCOME.end)


def test_three_arms_share_the_error() -> None:
    three = replace(OUTCOME, arms=(*OUTCOME.arms, Arm("第三种")))
    assert three.alpha == pytest.approx(0.025) and three.needed()[0] > OUTCOME.needed()[0]


def test_by_branch_the_error_is_that_between_branches() -> None:
    """Branches that differ by chance, 16 of them, two arms alike: simulated, at most about one in twenty is called."""
    rng = np.random.default_rng(5)
    definition = replace(OUTCOME, unit="branch", metric="csat", branches=BRANCHES, survey="s", every=0, least=0.02)
    arms = assigning.branches("some", definition)
    called, plain, runs = 0, 0, 400
    for _ in range(runs):
        shares = np.clip(rng.normal(0.7, 0.08, len(BRANCHES)), 0.05, 0.95)
        n = rng.integers(60, 140, len(BRANCHES))
        k = rng.binomial(n, shares)
        day = {(arms[b], b): {"n": int(n[at]), "k": int(k[at])} for at, b in enumerate(BRANCHES)}
        found = judging.judge(definition, Counted({definition.end: day}), definition.end)
        called += found.pairs[0].verdict in ("better", "worse")
        a, b = (
            (
                sum(s["k"] for (at, _), s in day.items() if at == arm),
                sum(s["n"] for (at, _), s in day.items() if at == arm),
            )
            for arm in (0, 1)
        )
        p, q = a[0] / a[1], b[0] / b[1]
        plain += abs(p - q) > 1.96 * math.sqrt(p * (1 - p) / a[1] + q * (1 - q) / b[1])
    assert called / runs < 0.08 < 0.2 < plain / runs


def test_looking_every_morning_at_an_experiment_without_effect_errs_once_in_twenty() -> None:
    rng, called, runs = np.random.default_rng(3), 0, 250
    definition = replace(OUTCOME, least=0.08, baseline=0.5, end=START + dt.timedelta(days=20))
    for _ in range(runs):
        done = rng.binomial(30, 0.5, size=(21, 2))
        days = {
            START + dt.timedelta(days=at): {(arm, ""): {"n": 30, "k": int(done[at, arm])} for arm in (0, 1)}
            for at in range(21)
        }
        found = judging.judge(definition, Counted(days), definition.end)  # goes through every look in order
        called += found.pairs[0].verdict in ("better", "worse")
    assert called / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


DAY = dt.timedelta(days=1)


def on_devices(rng: np.random.Generator, devices: int, days: int, streak: float) -> Counted:
    """Two arms alike on devices that differ; on some days (``streak``) the network is down and all get the same arm."""
    found: dict[dt.date, dict[tuple[int, str], dict[str, int]]] = {}
    usual = rng.normal(0.6, 0.08, devices)
    for at in range(days):
        here = found.setdefault(START + at * DAY, {})
        for device in range(devices):
            n, chance = int(rng.integers(8, 24)), float(np.clip(usual[device] + rng.normal(0, 0.25), 0.02, 0.98))
            first = int(rng.binomial(n, 0.5)) if rng.random() > streak else int(n * (rng.random() < 0.5))
            for arm, given in ((0, first), (1, n - first)):
                if given:
                    here[arm, f"kiosk {device}"] = {"n": given, "k": int(rng.binomial(given, chance))}
    return Counted(found)


ON_DEVICES = replace(
    OUTCOME, metric="csat", arms=(Arm("a", "one"), Arm("b", "two")), devices=True, every=0, least=0.05,
    end=START + 13 * DAY,
)  # fmt: skip


def test_what_was_said_on_one_device_on_one_day_counts_as_one() -> None:
    rng = np.random.default_rng(11)
    days = dict(on_devices(rng, 5, 8, 0.4).days)
    own = {(0, ""): {"n": 200, "k": 120}, (1, ""): {"n": 180, "k": 130}}
    days[START] = {**days[START], **own}
    found = judging.judge(ON_DEVICES, Counted(days), START + 13 * DAY)
    n, k = ([own[arm, ""][name] for arm in (0, 1)] for name in "nk")
    for here in days.values():
        for (arm, unit), sums in here.items():
            if unit:
                n[arm], k[arm] = n[arm] + sums["n"], k[arm] + sums["k"]
    p = [k[0] / n[0], k[1] / n[1]]
    away = [
        sum((1, -1)[arm] * (here[arm, unit]["k"] - p[arm] * here[arm, unit]["n"]) / n[arm] for arm in (0, 1)
            if (arm, unit) in here)
        for here in days.values() for unit in {unit for _, unit in here if unit}
    ]  # fmt: skip
    alone = sum(
        (own[arm, ""]["k"] * (1 - p[arm]) ** 2 + (own[arm, ""]["n"] - own[arm, ""]["k"]) * p[arm] ** 2) / n[arm] ** 2
        for arm in (0, 1)
    )
    sizes = [
        sum(here[arm, unit]["n"] for arm in (0, 1) if (arm, unit) in here)
        for here in days.values() for unit in {unit for _, unit in here if unit}
    ]  # fmt: skip
    worth = sum(sizes) ** 2 / sum(size**2 for size in sizes)  # so many of even size; 40 at most
    look = found.pairs[0].looks[-1]
    assert look.diff == pytest.approx(p[1] - p[0])
    spread = alone + sum(each**2 for each in away) * worth / (worth - 1)
    assert look.se == pytest.approx(math.sqrt(spread), rel=1e-3) and 30 < worth < 40
    assert [side.n for side in found.sides] == n and found.sides[0].units == len(away) == 40
    assert [(one.n, other.n) for one, other in found.apart] == [(200, n[0] - 200), (180, n[1] - 180)]
    assert judging.of_json(judging.as_json(found)) == found
    few = Counted({START: days[START]})  # 5 device days: shown, and not judged by
    found = judging.judge(ON_DEVICES, few, START + 13 * DAY)
    assert found.apart[0][1].n > 0 and found.pairs[0].looks[-1].diff == pytest.approx(130 / 180 - 0.6)


def test_devices_that_stay_with_one_version_for_a_day_do_not_pass_for_an_effect() -> None:
    rng, called, plain, runs = np.random.default_rng(5), 0, 0, 120
    for _ in range(runs):
        counted = on_devices(rng, 8, 14, 0.5)
        found = judging.judge(ON_DEVICES, counted, ON_DEVICES.end)
        called += found.pairs[0].verdict in ("better", "worse")
        one, other = found.sides
        spread = sum(side.value * (1 - side.value) / side.n for side in (one, other))
        plain += abs(one.value - other.value) > 1.96 * math.sqrt(spread)
    assert called / runs < 0.1 < plain / runs


def test_days_are_looked_at_once_there_are_enough_and_by_the_calendar() -> None:
    daily = replace(OUTCOME, unit="day", metric="csat", survey="s", end=START + 27 * DAY, least=0.05)
    rng = np.random.default_rng(2)
    days = {}
    for at in range(20):
        arm, name = assigning.span("x", daily, START + at * DAY)
        days[START + at * DAY] = {(arm, name): {"n": 60, "k": int(rng.binomial(60, (0.5, 0.8)[arm]))}}
    found = judging.judge(daily, Counted(days), START + 19 * DAY)
    first, last = found.pairs[0].looks[0], found.pairs[0].looks[-1]
    given = [assigning.span("x", daily, START + at * DAY)[0] for at in range(28)]
    enough = next(at for at in range(28) if min(given[: at + 1].count(0), given[: at + 1].count(1)) == 4)
    assert first.day == START + enough * DAY and first.time == pytest.approx((enough + 1) / 28)
    assert found.pairs[0].verdict == "better" and last.crossed and found.days_left == 0


def test_looks_to_come_are_those_that_will_be() -> None:
    """The picture's limits are the ones that judge, when the days go on as they did."""

    def until(day: int) -> judging.Pair:
        days = {START + at * DAY: {(arm, ""): {"n": 30, "k": 18} for arm in (0, 1)} for at in range(day)}
        return judging.judge(OUTCOME, Counted(days), START + (day - 1) * DAY).pairs[0]

    planned = {each.day: each.reach for each in boundary.ahead(OUTCOME, until(10))}
    seen = {look.day: look.reach for look in until(27).looks}
    assert len(planned) == 14 and min(planned) == START + 10 * DAY and max(planned) == OUTCOME.end
    shared = [(planned[day], seen[day]) for day in planned if day in seen]
    assert len(shared) > 8 and all(one == pytest.approx(other, rel=0.03) for one, other in shared)
    ahead = boundary.ahead(OUTCOME, judging.Pair(1, "running", ()))
    assert [each.reach for each in ahead] == sorted((each.reach for each in ahead), reverse=True)
    assert boundary.ahead(OUTCOME, until(28)) == ()
    assert len(boundary.days(replace(OUTCOME, every=7))) == 4 and boundary.days(replace(OUTCOME, every=0)) == (
        OUTCOME.end,
    )


def test_several_arms_looked_at_often_err_no_more_together() -> None:
    rng, called, runs = np.random.default_rng(9), 0, 100
    four = replace(OUTCOME, arms=tuple(Arm(name) for name in "abcd"), every=7, least=0.09, end=START + 20 * DAY)
    for _ in range(runs):
        done = rng.binomial(40, 0.6, size=(21, 4))
        days = {
            START + at * DAY: {(arm, ""): {"n": 40, "k": int(done[at, arm])} for arm in range(4)} for at in range(21)
        }
        found = judging.judge(four, Counted(days), four.end)
        called += any(pair.verdict in ("better", "worse") for pair in found.pairs)
    assert called / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert telling.needed(Translator("en"), four).count(",") >= 3 and len(set(four.needed())) == 1
