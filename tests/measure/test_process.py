"""Control charts: false-alarm rates against seeded simulation, the rules, autocorrelation, overdispersion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cx.measure import false_alarms, process
from cx.measure.process import Chart, TooFew

AFTER = 24
Floats = NDArray[np.float64]


def drawn(size: int, series: int, seed: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(series, size + AFTER))


def blank(size: int, degrees: float | None) -> Chart:
    """A chart of some size, for its rates only."""
    return Chart("xmr", (0.0,), 0.0, (1.0,), (True,) * size, degrees)


def independent(x: Floats, size: int, known: bool) -> tuple[Floats, dict[str, NDArray[np.bool_]]]:
    """The rules written anew in numpy, over many series at once: z, and which points break which rule."""
    centre = x[:, :size].mean(1, keepdims=True)
    sigma = 1.0 if known else np.abs(np.diff(x[:, :size], axis=1)).mean(1, keepdims=True) / 1.128
    z = (x - centre) / sigma
    run, ewma = np.zeros(z.shape, bool), np.zeros(z.shape, bool)
    up, down, mean = (np.zeros(len(z)) for _ in range(3))
    for t in range(z.shape[1]):
        up, down = np.where(z[:, t] > 0, up + 1, 0), np.where(z[:, t] < 0, down + 1, 0)
        mean = 0.2 * z[:, t] + 0.8 * mean
        run[:, t] = (up >= 8) | (down >= 8)
        ewma[:, t] = np.abs(mean) > 3 * np.sqrt(0.2 / 1.8 * (1 - 0.8 ** (2 * (t + 1))))
    return z, {"limit": np.abs(z) > 3, "run": run, "ewma": ewma}


def new_alarms(broken: NDArray[np.bool_], size: int) -> float:
    """Alarms a point after the phase; neighbours are one alarm."""
    after = broken[:, size:]
    first = after.copy()
    first[:, 1:] &= ~after[:, :-1]
    return float(first.sum() / after.size)


@pytest.mark.parametrize("known", [False, True], ids=["sigma of moving ranges", "sigma known"])
@pytest.mark.parametrize("size", [8, 12, 20, 60])
def test_the_stated_rate_of_all_rules_is_that_of_a_simulation(size: int, known: bool) -> None:
    x = drawn(size, 12_000, seed=size)
    _, broken = independent(x, size, known)
    found = new_alarms(broken["limit"] | broken["run"] | broken["ewma"], size)
    stated = false_alarms.rate(blank(size, None if known else process.mr_degrees(size)), process.RULES)
    assert stated == pytest.approx(found, rel=0.08)  # about 3,000 alarms: 2% of noise


@pytest.mark.parametrize("size", [8, 12, 24, 60])
@pytest.mark.parametrize("width", [3.0, 4.5])
def test_the_stated_rate_of_limits_is_that_of_a_simulation(size: int, width: float) -> None:
    z, _ = independent(drawn(size, 20_000, seed=size + 1), size, known=False)
    found = float((np.abs(z[:, size:]) > width).mean())
    stated = false_alarms.rate(blank(size, process.mr_degrees(size)), ("limit",), width)
    # The chi that stands for the mean moving range has a somewhat heavier tail: stated too high, never too low.
    assert 0.9 * found - 3e-5 <= stated <= 1.4 * found + 3e-5
    assert stated > 0.0027 or width > 3  # the textbook's rate is never reached with estimated limits


def test_a_width_keeps_the_rate_it_was_chosen_for() -> None:
    for size, alarms in ((8, 0.01), (12, 0.001), (60, 0.0001)):
        chart = blank(size, process.mr_degrees(size))
        assert false_alarms.rate(chart, ("limit",), false_alarms.width_for(chart, alarms)) == pytest.approx(alarms)
    z, _ = independent(drawn(12, 60_000, seed=7), 12, known=False)
    width = false_alarms.width_for(blank(12, process.mr_degrees(12)), 0.002)
    assert float((np.abs(z[:, 12:]) > width).mean()) == pytest.approx(0.0017, abs=0.0005)


def test_shares_alarm_as_often_as_stated() -> None:
    r = np.random.default_rng(11)
    hits = stated = points = 0.0
    for _ in range(300):
        sizes = r.integers(60, 400, size=36)
        counts = r.binomial(sizes, 0.12)
        chart = process.pchart(counts.tolist(), sizes.tolist(), [i < 12 for i in range(36)])
        hits += sum(s.at >= 12 for s in process.signals(chart, ("limit",)))
        stated += AFTER * false_alarms.rate(chart, ("limit",))
        points += AFTER
    assert hits / points == pytest.approx(stated / points, rel=0.3)  # some 60 alarms


def test_the_rules_of_the_chart_are_those_of_the_simulation() -> None:
    x = drawn(12, 60, seed=3)
    z, broken = independent(x, 12, known=False)
    for row in range(len(x)):
        chart = process.xmr(x[row].tolist(), [i < 12 for i in range(12 + AFTER)])
        assert chart.z == pytest.approx(z[row].tolist())
        found = {(s.at, rule) for s in process.signals(chart) for rule in s.rules}
        assert found == {(int(at), rule) for rule in broken for at in np.flatnonzero(broken[rule][row])}


def wandering(rho: float, size: int, r: np.random.Generator) -> list[float]:
    values = [float(r.normal())]
    for _ in range(size - 1):
        values.append(rho * values[-1] + float(np.sqrt(1 - rho**2) * r.normal()))
    return values


def test_likeness_of_neighbours_widens_the_limits_or_refuses_them() -> None:
    r, hits, naive, points, refused = np.random.default_rng(5), 0, 0, 0, 0
    for _ in range(150):
        chart = process.xmr(wandering(0.6, 60 + AFTER, r), [i < 60 for i in range(60 + AFTER)])
        naive += sum(abs(z) > 3 for z in chart.z[60:])
        try:
            fair = process.fair(chart)
        except TooFew as few:
            refused += few.alike
            continue
        hits += sum(abs(z) > 3 for z in fair.z[60:])
        points += AFTER
    assert naive / (150 * AFTER) > 0.04 and hits / points < 0.015
    strong = [process.xmr(wandering(0.95, 40, r)) for _ in range(30)]
    assert sum(_refused(chart) for chart in strong) > 20 and refused < 30


def _refused(chart: Chart) -> bool:
    try:
        process.fair(chart)
    except TooFew as few:
        return few.alike
    return False


def test_independent_series_are_rarely_called_alike() -> None:
    r = np.random.default_rng(9)
    for size in (12, 24, 60):
        touched = 0
        for _ in range(400):
            chart = process.xmr(r.normal(size=size).tolist())
            touched += _refused(chart) or process.fair(chart).alike
        assert touched / 400 < 0.08


def test_too_few_values_have_no_limits() -> None:
    with pytest.raises(TooFew) as few:
        process.fair(process.xmr([1.0, 2.0, 1.5, 2.5, 1.0, 2.0, 1.0]))
    assert (few.value.have, few.value.need) == (7, 8)


def overdispersed(r: np.random.Generator, spread: float) -> Chart:
    sizes = np.full(36, 5000)
    counts = r.binomial(sizes, np.clip(r.normal(0.1, spread, size=36), 0.01, 0.99))
    return process.pchart(counts.tolist(), sizes.tolist(), [i < 24 for i in range(36)], laney=None)


def test_overdispersion_is_seen_and_laneys_chart_taken() -> None:
    r = np.random.default_rng(1)
    wide = [overdispersed(r, 0.02) for _ in range(60)]
    assert all(chart.kind == "laney" and chart.dispersion > 2 for chart in wide)
    plain = [overdispersed(r, 0.0) for _ in range(200)]
    assert sum(chart.kind == "laney" for chart in plain) < 0.1 * len(plain)
    beyond = np.mean([abs(z) > 3 for chart in wide for z in chart.z[24:]])
    assert beyond < 0.02


def test_laneys_sigma_of_z_by_hand() -> None:
    counts, sizes = [12, 30, 8, 25, 14, 28, 9, 31], [100, 200, 90, 150, 110, 180, 95, 210]
    p = sum(counts) / sum(sizes)
    z = [(k / n - p) / (p * (1 - p) / n) ** 0.5 for k, n in zip(counts, sizes, strict=True)]
    sigma_z = sum(abs(b - a) for a, b in zip(z, z[1:], strict=False)) / 7 / 1.128
    chart = process.pchart(counts, sizes, laney=True)
    assert chart.dispersion == pytest.approx(sigma_z)
    assert chart.limits()[0][1] == pytest.approx(p + 3 * sigma_z * (p * (1 - p) / 100) ** 0.5)


@pytest.mark.parametrize("shift", [1.5, -1.5])
def test_a_small_lasting_shift_is_found_by_ewma_or_runs(shift: float) -> None:
    r, found = np.random.default_rng(2), 0
    for _ in range(100):
        x = r.normal(size=48)
        x[24:] += shift
        chart = process.xmr(x.tolist(), [i < 24 for i in range(48)])
        found += any(s.at >= 24 and {"run", "ewma"} & set(s.rules) for s in process.signals(chart))
    assert found > 90


def test_a_figure_that_never_moved_tells_any_move() -> None:
    chart = process.fair(process.xmr([100.0] * 12 + [99.0], [True] * 12 + [False]))
    assert [s.at for s in process.signals(chart)] == [12]


def test_limits_stop_where_a_figure_must() -> None:
    chart = replace(process.xmr([99.0, 98.0, 99.5, 97.0, 99.9, 98.5, 99.0, 98.0]), high_end=100.0)
    assert chart.limits()[0][1] == 100.0 and chart.limits()[0][0] < 97.0


def test_the_chi_has_the_spread_of_moving_ranges() -> None:
    for size in (8, 20):
        x = np.abs(np.diff(np.random.default_rng(4).normal(size=(40_000, size)), axis=1)).mean(1)
        expected = float(x.std() / x.mean())
        assert (1 / process.chi_mean(process.mr_degrees(size)) ** 2 - 1) ** 0.5 == pytest.approx(expected, rel=0.02)
