"""Control charts against numbers from R's qcc and the NIST handbook, by each file's own tolerance rule."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from references import FOLDER, near, reference

from cx.measure import process


def every(got: Sequence[float], expected: Sequence[float] | float, tolerance: float) -> bool:
    """Number by number; one number stands for all, as with bases that are alike."""
    expected = [expected] * len(got) if isinstance(expected, int | float) else expected
    return len(got) == len(expected) and all(near(a, b, tolerance) for a, b in zip(got, expected, strict=True))


def places(found: Any) -> list[int]:
    """1-based places, as R writes them: in any order, and one number stands for a list of one."""
    return [found] if isinstance(found, int) else sorted(found)


def outside(chart: process.Chart) -> list[int]:
    return [s.at + 1 for s in process.signals(chart, ("limit",))]


def test_individuals_and_ewma() -> None:
    cases, tolerance = reference("xmr")
    assert cases
    for case in cases:
        chart = process.xmr(case["x"])
        low, high = chart.limits()[0]
        for got, name in (
            (chart.centre, "centre"), (chart.mr_bar, "mr_bar"), (chart.sigmas[0], "sigma_mr"), (low, "LCL"),
            (high, "UCL"), (process.D4 * (chart.mr_bar or 0.0), "MR_UCL"),
        ):  # fmt: skip
            assert near(got, case[name], tolerance), (case["id"], name)
        assert outside(chart) == places(case["beyond_limits_1based"]), case["id"]
        sigma, found = chart.sigmas[0], process.ewma(chart.z, 0.2)
        for got, name in (
            ([chart.centre + sigma * mean for mean, _ in found], "ewma_lambda0.2"),
            ([chart.centre - sigma * reach for _, reach in found], "ewma_LCL"),
            ([chart.centre + sigma * reach for _, reach in found], "ewma_UCL"),
        ):
            assert every(got, case[name], tolerance), (case["id"], name)


def test_shares() -> None:
    cases, tolerance = reference("pchart")
    assert cases
    for case in cases:
        chart = process.pchart(case["x"], case["n"])
        assert near(chart.centre, case["pbar"], tolerance), case["id"]
        for side, name in enumerate(("LCL", "UCL")):
            assert every([limits[side] for limits in chart.limits()], case[name], tolerance), (case["id"], name)
        assert outside(chart) == places(case["beyond_limits_1based"]), case["id"]


@pytest.fixture(scope="module")
def handbook() -> Mapping[str, Any]:
    file = FOLDER / "reference" / "nist_control_charts.json"
    if not file.exists():
        pytest.skip(f"no reference numbers at {file}")
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def as_published(got: float, expected: float) -> bool:
    """A printed number, rounded or cut off at its last digit."""
    digits = len(str(expected).partition(".")[2])
    return abs(got - expected) < 10**-digits


def test_the_handbooks_individuals(handbook: Mapping[str, Any]) -> None:
    case = handbook["individuals"]
    chart = process.xmr(case["x"])
    assert near(chart.centre, case["mean"], 1e-9) and near(chart.mr_bar, case["mr_bar"], 1e-9)
    assert every(chart.limits()[0], case["limits"], 1e-9)
    for got, name in zip(chart.limits()[0], ("LCL", "UCL"), strict=True):
        assert as_published(got, case["published"][name])


def test_the_handbooks_ewma(handbook: Mapping[str, Any]) -> None:
    case = handbook["ewma"]
    z = [(x - case["target"]) / case["s"] for x in case["x"]]
    found = process.ewma(z, case["lambda"])
    assert every([case["target"] + case["s"] * mean for mean, _ in found], case["ewma_computed"], 1e-9)
    endless = process.ewma([0.0] * 500, case["lambda"])[-1][1] * case["s"]  # the handbook gives the limits at infinity
    for got, name, limit in zip((-endless, endless), ("LCL", "UCL"), case["asymptotic_limits"], strict=True):
        assert near(case["target"] + got, limit, 1e-9) and as_published(case["target"] + got, case["published"][name])


def test_the_handbooks_shares(handbook: Mapping[str, Any]) -> None:
    case = handbook["pchart"]
    counts, sizes = [share * case["n"] for share in case["frac"]], [case["n"]] * len(case["frac"])
    chart = process.pchart(counts, sizes)
    assert near(chart.centre, case["centre"], 1e-9) and as_published(chart.centre, case["published"]["centre"])
    assert every(chart.limits()[0], case["limits"], 1e-9)
    for got, name in zip(chart.limits()[0], ("LCL", "UCL"), strict=True):
        assert as_published(got, case["published"][name]) and math.isfinite(got)
