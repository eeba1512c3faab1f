"""Cross-correlations and Benjamini-Hochberg against R's numbers, by each file's own tolerance rule."""

from __future__ import annotations

from cx.measure import lag
from cx.measure.statistics import benjamini_hochberg
from tests.shared.references import near, reference


def test_ccf_has_the_lags_and_signs_of_r() -> None:
    cases, tolerance = reference("ccf")
    assert cases
    for case in cases:
        most = max(abs(k) for k in case["lag"])
        found = dict(zip(range(-most, most + 1), lag.ccf(case["x"], case["y"], most), strict=True))
        for k, expected in zip(case["lag"], case["r"], strict=True):
            assert near(found[k], expected, tolerance), (case["id"], k)


def test_a_lead_of_x_is_the_lag_of_the_other_way_round() -> None:
    """statsmodels' ccf(y, x) at k is x leading y by k."""
    cases, tolerance = reference("ccf")
    for case in cases:
        key = next(key for key in case if key.startswith("statsmodels"))
        series = (lag.without(case[name], lag.np.empty((len(case[name]), 0))) for name in ("x", "y"))
        for lead, expected in zip(lag.leads(*series, len(case[key]) - 1), case[key], strict=True):
            assert near(lead.r, expected, tolerance), (case["id"], lead.lag)


def test_false_discovery_rate() -> None:
    cases, tolerance = reference("bh")
    assert cases
    for case in cases:
        for got, expected in zip(benjamini_hochberg(case["p"]), case["adjusted_BH"], strict=True):
            assert near(got, expected, tolerance), case["id"]
