"""Samples, weights, scales and durations against numbers from R and Python, by each file's own tolerance rule."""

from __future__ import annotations

import csv
import itertools
import operator
import re
from typing import Any

import pytest

from cx.measure import precision, raking, reliability, survival, two_samples, weighted
from tests.shared.references import FOLDER, near, reference, several


def agree(pairs: list[tuple[float | None, float]], tolerance: float, case: object) -> None:
    assert pairs
    for got, expected in pairs:
        assert near(got, expected, tolerance), (case, got, expected)


def test_wald_or_nothing_where_it_says_nothing() -> None:
    cases, tolerance = reference("nps")
    for case in cases:
        groups = case["promoters"], case["passives"], case["detractors"]
        for confidence, name in ((0.95, "wald95"), (0.90, "wald90")):
            found = precision.wald(*groups, confidence)
            if found is None:
                assert case[name][0] == case[name][1]  # the reference's own sign that Wald is degenerate
            else:
                agree(list(zip(found, case[name], strict=True)), tolerance, case["id"])


def test_sample_sizes_and_margins() -> None:
    cases, tolerance = reference("nps_sample_size")
    for case in cases:
        variance = precision.variance_of(case["p"], case["d"])
        agree([(variance, case["variance"])], tolerance, case)
        agree(
            [(precision.margin(variance, int(n)), points) for n, points in case["moe95_points"].items()],
            tolerance,
            case,
        )
        for points, n in case["n_for_moe95"].items():
            assert precision.size_for(float(points), variance) == n, case
        for points, n in case["n_per_group_detect_diff_80pct_power"].items():
            assert precision.size_to_tell_apart(float(points), variance) == n, case


def test_two_samples() -> None:
    cases, tolerance = reference("two_sample")
    for case in cases:
        welch, ranks = two_samples.means(case["a"], case["b"]), two_samples.ranks(case["a"], case["b"])
        assert welch is not None and ranks is not None
        agree(
            [
                (welch.t, case["welch_t"]), (welch.degrees, case["welch_df"]), (welch.p, case["welch_p"]),
                (welch.low, case["welch_ci95"][0]), (welch.high, case["welch_ci95"][1]),
                (welch.d, case["cohens_d_pooled"]), (ranks.u, case["mw_U_a"]), (ranks.p, case["mw_p_asymptotic_cc"]),
            ],
            tolerance, case["id"],
        )  # fmt: skip


def flat(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def turned(case: dict[str, Any]) -> set[str]:
    """The items that the case's own words say were reversed: named one by one before "reversed", not "NOT reversed"."""
    before, found, _ = case["dataset"].partition("reversed")
    if not found or before.rstrip().lower().endswith("not"):
        return set()
    return set(re.findall(r"(?<![-\w.])([\w.]+)(?![-\w.])", before)) & set(case["items"])


def scores_of(case: dict[str, Any]) -> list[list[float]]:
    """Complete rows of a case's items, from the table of the folder that holds all of them; at most its n."""
    wanted = [flat(item) for item in case["items"]]
    for file in sorted((FOLDER / "reference").glob("*.csv")) + sorted((FOLDER / "real").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = {flat(name): name for name in reader.fieldnames or ()}
            if not all(item in columns for item in wanted):
                continue
            rows = [[row[columns[item]] for item in wanted] for row in reader]
        signs = [-1 if item in turned(case) else 1 for item in case["items"]]
        complete = [row for row in rows if all(cell not in ("", "NA") for cell in row)][: case["n"]]
        if len(complete) == case["n"]:
            return [[sign * float(cell) for sign, cell in zip(signs, row, strict=True)] for row in complete]
    return []


def test_alpha() -> None:
    cases, tolerance = reference("alpha")
    seen = 0
    for case in cases:
        rows = scores_of(case)
        if len(rows) != case["n"]:
            continue  # the table that it was taken from is not in this folder
        seen += 1
        columns = list(zip(*rows, strict=True))
        products = [[sum(map(operator.mul, x, y)) for y in columns] for x in columns]
        covariance = reliability.covariances(len(rows), [sum(x) for x in columns], products)
        found = reliability.alpha(covariance, len(rows))
        assert found is not None
        pairs = [(found.raw, case["raw_alpha"]), (found.standardised, case["std_alpha"])]
        pairs += [(found.correlation, case["avg_r"])]
        pairs += list(zip([item.dropped for item in found.items], case["alpha_if_dropped"], strict=True))
        pairs += list(zip([item.rest for item in found.items], case["item_rest_r"], strict=True))
        agree(pairs, tolerance, case["dataset"])
        agree(list(zip((found.low, found.high), case["ci95_feldt_pingouin"], strict=True)), 0.00051, case["dataset"])
    if not seen:
        pytest.skip("none of the tables is in this folder")


def table_of(case: dict[str, Any]) -> list[dict[str, str]] | None:
    """The table that a case of raking names, the longest name first."""
    files = sorted((FOLDER / "reference").glob("*.csv"), key=lambda file: -len(file.stem))
    found = next((file for file in files if file.stem in case["dataset"]), None)
    if found is None:
        return None
    with found.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def totals_of(case: dict[str, Any], cases: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The margins of a case; where it names a column only, that column's in another case of the same table."""
    if "margins" in case:
        return case["margins"]
    name, table = case["poststrat_by"], case["dataset"]
    other = [o["margins"] for o in cases if table in o["dataset"] and name in o.get("margins", {})]
    return {name: other[0][name]} if other else {}


def test_raking() -> None:
    cases, tolerance = reference("raking")
    seen = 0
    for case in cases:
        rows, totals = table_of(case), totals_of(case, cases)
        if rows is None or not totals:
            continue
        seen += 1
        margins = [raking.Margin(name, [row[name] for row in rows], wanted) for name, wanted in totals.items()]
        starts, api = [float(row["pw"]) for row in rows], [float(row["api00"]) for row in rows]
        found = raking.rake(starts, margins)
        agree(list(zip(found.weights, case["weights"], strict=True)), tolerance, case["dataset"])
        mean = sum(w * y for w, y in zip(found.weights, api, strict=True)) / sum(found.weights)
        cost = raking.effect(found.weights)
        numbers = {
            "mean_api00": mean, "sum_w": sum(found.weights), "kish_deff": cost.design, "n_eff": cost.effective,
            "w_min": min(found.weights), "w_max": max(found.weights),
        }  # fmt: skip
        agree([(got, case[name]) for name, got in numbers.items() if name in case], tolerance, case["dataset"])
        shown = weighted.mean([weighted.Cell(1, y, y * y, w) for w, y in zip(found.weights, api, strict=True)])
        assert near(shown.value, mean, tolerance)
        # How the schools were drawn a case says in free text, if at all: singly or in whole districts, from all schools
        # or within strata; and R residualises raked margins without starting weights, post-strata with them.
        designs = itertools.product(
            (starts, [1.0] * len(starts)),
            (None, [row["dnum"] for row in rows]),
            (None, [row["stype"] for row in rows]),
        )
        groups = [margin.values for margin in margins]
        errors = [raking.mean_error(api, found.weights, first, groups, *design) for first, *design in designs]
        wanted = case.get("se_api00", case.get("se"))
        assert any(near(error, wanted, tolerance) for error in errors), (case["dataset"], errors, wanted)
    if not seen:
        pytest.skip("none of the tables is in this folder")


def test_durations() -> None:
    cases, tolerance = reference("km")
    for case in cases:
        events = [bool(event) for event in case["event"]]
        found = survival.curve(case["time"], events)
        assert [step.time for step in found.steps] == several(case["km_time"]), case["id"]
        for step, expected in zip(found.steps, several(case["km_surv"]), strict=True):
            assert near(step.share, expected, tolerance), case["id"]
        for step, expected in zip(found.steps, several(case["km_se_greenwood"]), strict=True):
            assert (step.se is None) == (expected is None), case["id"]
            assert expected is None or near(step.se, expected, tolerance), case["id"]
        expected = [case["median"], *case["median_ci95_loglog"]]
        for got, number in zip((found.median, found.low, found.high), expected, strict=True):
            assert (got is None) == (number is None) and (number is None or near(got, number, tolerance)), case["id"]
        test = survival.log_rank(case["time"], events, case["group"])
        if test is None:  # nothing ever happened, or nobody to compare with
            assert not case["logrank_chisq"], case["id"]
        else:
            agree([(test.chi, case["logrank_chisq"]), (test.p, case["logrank_p"])], tolerance, case["id"])
