"""Cross-correlations against R's numbers, by each file's own tolerance rule."""

from __future__ import annotations

from cx.measure import lag
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
