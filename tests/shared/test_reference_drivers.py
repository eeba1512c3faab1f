"""Importances against numbers from R (relaimpo, rwa), case by case, by the file's own tolerance rule."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cx.measure import drivers

FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
FILE = FOLDER / "reference" / "drivers.json"
REFERENCE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"cases": []}
TOLERANCE = float(REFERENCE.get("relative_tolerance", 0))


def name(header: str) -> str:
    """A column's name as R's make.names writes it."""
    return re.sub(r"[^A-Za-z0-9.]", ".", header)


def rows(case: dict[str, Any]) -> list[dict[str, str]]:
    """The complete rows that a case is about: of the table with its columns, one named in it before others, ``n``."""
    files = sorted([*(FOLDER / "reference").glob("*.csv"), *(FOLDER / "real").glob("*.csv")])
    for file in sorted(files, key=lambda file: file.stem not in case["dataset"]):
        with file.open(encoding="utf-8-sig", newline="") as source:
            headers = {name(header): header for header in next(csv.reader(source))}
            if not set(case["predictors"]) <= set(headers):
                continue
            found = [dict(zip(headers, row, strict=True)) for row in csv.reader(source)]
        asked = [*case["predictors"], *({case["outcome"]} & set(headers))]
        found = [row for row in found if not {row[each] for each in asked} & {"", "NA"}]
        if len(found) >= case["n"]:
            return found[: case["n"]]
    return []


def outcome(case: dict[str, Any], found: list[dict[str, str]]) -> list[float]:
    """The outcome's column; one that the file does not have is named at the start of a column with two words."""
    if case["outcome"] in found[0]:
        return [float(row[case["outcome"]]) for row in found]
    column = next(header for header in found[0] if header.lower().startswith(case["outcome"].lower()))
    said = re.search(r"=\s*1 if (.+)$", case["dataset"]) or re.search(r"= 1 if \w+ == (\w+)", REFERENCE["note"])
    assert said, case["dataset"]
    return [float(row[column] == said[1].strip()) for row in found]


@pytest.mark.skipif(not REFERENCE["cases"], reason=f"no reference numbers at {FILE}")
@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["dataset"][:40])
def test_importances_equal_the_reference(case: dict[str, Any]) -> None:
    found = rows(case)
    if not found:
        pytest.skip(f"the table of {case['dataset']} is not there")
    names = case["predictors"]
    values = np.array([[float(row[each]) for each in names] for row in found])
    y = np.array(outcome(case, found))
    table = np.column_stack([values, y])
    r = drivers.moments(table, np.full(table.shape, True)).correlations
    of, on = r[:-1, :-1], r[:-1, -1]
    raw = drivers.johnson(of, on)
    ours = {
        "johnson_raw": raw, "genizi": raw, "johnson_rescaled_pct": 100 * raw / raw.sum(),
        "first": drivers.first(on), "last": drivers.last(of, on), "beta_std": drivers.slopes(of, on),
        "betasq": drivers.slopes(of, on) ** 2, "pratt": drivers.slopes(of, on) * on,
    }  # fmt: skip
    if "lmg" in case:
        ours["lmg"] = drivers.lmg(of, on)
    if "johnson_logit_rescaled_pct" in case:
        ours["johnson_logit_rescaled_pct"] = 100 * drivers.johnson_logit(values, y == 1)

    def near(got: float, expected: float) -> bool:
        return abs(got - expected) <= TOLERANCE * max(1, abs(expected))

    assert near(float(drivers.explained(of, on)), case["R2"]) and near(float(raw.sum()), case["R2"])
    assert "johnson_raw" in case
    for key in set(ours) & set(case):
        for driver, got in zip(names, ours[key].tolist(), strict=True):
            assert near(got, case[key][driver]), (case["dataset"], key, driver, got, case[key][driver])
