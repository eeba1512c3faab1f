"""Our statistics against numbers from R and Python, by each file's own tolerance rule."""

from __future__ import annotations

from typing import Any

from cx.measure import statistics
from cx.measure.statistics import Estimate
from tests.shared.references import near, reference, several


def groups(histogram: list[int]) -> tuple[int, int, int]:
    return sum(histogram[9:]), sum(histogram[7:9]), sum(histogram[:7])


def nps_of(case: dict[str, Any], which: str) -> Estimate:
    return statistics.nps(*groups(case[which]))


def test_nps() -> None:
    cases, tolerance = reference("nps")
    assert cases
    for case in cases:
        assert groups(case["hist"]) == (case["promoters"], case["passives"], case["detractors"]), case["id"]
        found = nps_of(case, "hist")
        expected = [("value", case["nps"]), ("se", case["se_points"])]
        # Ours is clipped to what an NPS can be; the reference is not.
        low, high = case["adjwald95"]
        expected += [("low", max(-100.0, low)), ("high", min(100.0, high))]
        for name, number in expected:
            assert near(getattr(found, name), number, tolerance), (case["id"], name)
        counts = groups(case["hist"])
        for confidence, name in ((0.95, "wald95"), (0.90, "wald90")):  # what a test of change adds up: value ± z·se
            reach = statistics.z_value(confidence) * found.se
            for got, number in zip((found.value - reach, found.value + reach), case[name], strict=True):
                assert near(got, number, tolerance), (case["id"], name)
        variance = statistics.nps_variance(counts[0], counts[2], sum(counts))
        assert near(variance, case["variance_population"], tolerance), case["id"]


def test_nps_change() -> None:
    cases, tolerance = reference("nps_diff")
    assert cases
    for case in cases:
        b, a = nps_of(case, "hist_b"), nps_of(case, "hist_a")
        found = statistics.change(b, a)  # the reference is a minus b
        if not (a.se and b.se):  # all alike: there Wald's error is none, and ours is the longer arm of its interval
            assert near(found.diff, case["diff"], tolerance), case["id"]
            assert found.low is not None and found.high is not None, case["id"]
            assert found.low <= case["ci95"][0] and case["ci95"][1] <= found.high, case["id"]
            continue
        for got, number in (
            (found.diff, case["diff"]),
            (found.p, case["p_two_sided"]),
            (found.low, case["ci95"][0]),
            (found.high, case["ci95"][1]),
        ):
            assert near(got, number, tolerance), case["id"]


def test_csat() -> None:
    cases, tolerance = reference("csat")
    assert cases
    for case in cases:
        found = statistics.share(case["k"], case["n"])
        assert near(found.value, case["p"], tolerance)
        for got, number in zip((found.low, found.high), case["wilson95"], strict=True):
            assert near(got, number, tolerance), case


def test_two_means() -> None:
    cases, tolerance = reference("two_sample")
    assert cases
    for case in cases:
        a, b = (statistics.mean(sum(x), sum(v * v for v in x), len(x)) for x in (case["a"], case["b"]))
        found = statistics.change(b, a)
        for got, number in (
            (a.value, case["mean_a"]),
            (b.value, case["mean_b"]),
            (found.p, case["welch_p"]),
            (found.low, case["welch_ci95"][0]),
            (found.high, case["welch_ci95"][1]),
        ):
            assert near(got, number, tolerance), case["id"]


def test_false_discovery_rate() -> None:
    cases, tolerance = reference("bh")
    assert cases
    for case in cases:
        adjusted = statistics.benjamini_hochberg(several(case["p"]))
        for got, number in zip(adjusted, several(case["adjusted_BH"]), strict=True):
            assert near(got, number, tolerance), case["id"]
