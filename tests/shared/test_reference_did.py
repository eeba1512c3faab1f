"""Differences in differences and CUPED against numbers from statsmodels and R, by each file's own tolerance rule."""

from __future__ import annotations

from typing import Any

from cx.measure import cuped, did
from tests.shared.references import near, reference


def columns(case: dict[str, Any]) -> dict[str, list[float]]:
    return dict(zip(case["columns"], (list(column) for column in zip(*case["rows"], strict=True)), strict=True))


def test_difference_in_differences() -> None:
    cases, tolerance = reference("did")
    for case in cases:
        rows = columns(case)
        found = did.did(rows["y"], rows["treated"], rows["post"], rows["branch"])
        two_way = did.two_way(rows["y"], rows["treated"], rows["post"], rows["branch"], rows["period"])
        assert found is not None and two_way is not None
        pairs = {
            "did": found.effect, "se_ols": found.se, "p_ols": found.p, "se_cluster": found.se_cluster,
            "z_cluster": found.z, "p_cluster_normal": found.p_cluster, "twfe_did": two_way[0],
            "twfe_se_cluster": two_way[1],
        }  # fmt: skip
        numbers = {name for name, value in case.items() if isinstance(value, (int, float))}
        assert numbers == set(pairs), (case["id"], numbers ^ set(pairs))  # nothing that is given stays unread
        for name, got in pairs.items():
            assert near(got, case[name], tolerance), (case["id"], name, got, case[name])
        for got, expected in zip((found.low, found.high), case["ci95_cluster_normal"], strict=True):
            assert near(got, expected, tolerance), (case["id"], got, expected)
        for cell, expected in case["cell_means"].items():
            here = [y for y, t, p in zip(rows["y"], rows["treated"], rows["post"], strict=True) if cell == f"t{t}p{p}"]
            assert near(sum(here) / len(here), expected, tolerance), (case["id"], cell)


def test_cuped() -> None:
    cases, tolerance = reference("cuped")
    for case in cases:
        found = cuped.cuped(case["pre"], case["post"], case["group"])
        assert found is not None
        pairs = {
            "theta_pooled": found.theta, "diff_raw": found.raw.diff, "diff_cuped": found.adjusted.diff,
            "raw_se": found.se_raw, "cuped_se": found.se, "variance_reduction": found.reduction,
        }  # fmt: skip
        numbers = {name for name, value in case.items() if isinstance(value, (int, float))}
        assert numbers == set(pairs), (case["id"], numbers ^ set(pairs))
        for name, got in pairs.items():
            assert near(got, case[name], tolerance), (case["id"], name, got, case[name])
        for got, expected in zip((found.adjusted.low, found.adjusted.high), case["cuped_ci95_welch"], strict=True):
            assert near(got, expected, tolerance), (case["id"], got, expected)
