"""What drives the outcome of real tables of ratings, loaded as anybody would load them: figures, order, speed."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from cx.bank import model as bank
from cx.insight import drivers
from cx.insight.drivers_shape import INFLATED, LEAST, PAIR, Study
from cx.intake import import_load, imports
from cx.intake.reading import tabular
from cx.intake.response_mapping import response_mapping
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import drivers as reader
from cx.store.database import Database
from cx.store.place import ROOT
from tests.shared import references

REAL = Path(os.environ.get("CX_SHARED") or ROOT.parent / "shared" / "data") / "real"
MODEL = bank.load(ROOT / "data" / "model")
SECONDS = 10.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rated:
    """A table of single people with at least five columns rated 0 (not used) to 5 and one column of two words."""

    path: Path
    ratings: tuple[str, ...]
    outcome: str
    yes: str
    id: str


def rated(path: Path) -> Rated | None:
    rows = references.records(path)
    if not rows or None in rows[0]:
        return None
    kinds = {header: Counter(row[header] for row in rows) for header in rows[0]}
    scales = tuple(h for h, values in kinds.items() if {"1", "2", "3", "4", "5"} <= set(values) <= set("012345"))
    words = [h for h, values in kinds.items() if len(values) == 2 and not any(re.search(r"\d|^$", v) for v in values)]
    ids = [h for h, values in kinds.items() if len(values) == len(rows)]
    if len(scales) < 5 or not words or not ids:
        return None
    # The outcome is the column of two words that follows the ratings most closely.
    level = np.array([[float(row[h]) for h in scales] for row in rows]).mean(axis=1)
    share = {h: np.array([row[h] == max(kinds[h]) for row in rows], float) for h in words}
    outcome = max(words, key=lambda h: abs(np.corrcoef(level, share[h])[0, 1]))
    up = np.corrcoef(level, share[outcome])[0, 1] > 0
    return Rated(path, scales, outcome, max(kinds[outcome]) if up else min(kinds[outcome]), ids[0])


FOUND = [one for one in map(rated, sorted(REAL.glob("*.csv"))) if one] if REAL.is_dir() else []


def slug(header: str) -> str:
    return re.sub(r"\W+", "-", header.lower())


def load(table: Rated) -> Database:
    database = Database(":memory:")
    stages = [
        {"id": "all", "name": {"en": "All"}, "touchpoints": [{"id": slug(h), "name": {"en": h}} for h in table.ratings]}
    ]
    no = sorted({row[table.outcome] for row in records(table)} - {table.yes})
    data: dict[str, Any] = {
        "survey": {"id": "real"}, "date": {"fixed": "2020-06-30"}, "id": table.id,
        "journeys": [{"id": "visit", "name": {"en": "Visit"}, "stages": stages}],
        "questions": [
            *({"id": slug(h), "column": h, "type": "rating", "missing": [0], "touchpoint": slug(h)}
              for h in table.ratings),
            {"id": "outcome", "column": table.outcome, "type": "yes_no", "values": {table.yes: "yes", no[0]: "no"}},
        ],
    }  # fmt: skip
    with tabular.opened(table.path, table.path.name) as opened:
        checked = imports.check(opened, response_mapping(data), MODEL, dt.date(2026, 11, 22))
        assert not checked.problems
        import_load.load_responses(database, checked, "test", dt.datetime(2026, 11, 22))
    return database


def records(table: Rated) -> list[dict[str, str]]:
    return references.records(table.path)


def pairwise(table: Rated) -> tuple[Floats, Floats, Floats]:
    """Correlations of the ratings (0 is no answer) and with the outcome, each over its own pairs, by the csv alone."""
    rows = records(table)
    x = np.array([[float(row[h]) for h in table.ratings] for row in rows])
    y = np.array([row[table.outcome] == table.yes for row in rows], float)
    columns = np.column_stack([np.where(x == 0, np.nan, x), y])
    size = columns.shape[1]
    found, bases = np.eye(size), np.zeros((size, size))
    for one in range(size):
        for other in range(size):
            both = ~np.isnan(columns[:, one]) & ~np.isnan(columns[:, other])
            bases[one, other] = both.sum()
            found[one, other] = np.corrcoef(columns[both, one], columns[both, other])[0, 1]
    return found[:-1, :-1], found[:-1, -1], bases


@pytest.mark.skipif(not FOUND, reason=f"no table of ratings in {REAL}")
@pytest.mark.parametrize("table", FOUND, ids=lambda table: table.path.stem)
def test_what_drives_a_real_outcome(table: Rated) -> None:
    of, on, bases = pairwise(table)
    if bases.min() < max(LEAST, PAIR) or np.diagonal(np.linalg.inv(of)).max() > INFLATED:
        pytest.skip("a table that is to be refused")
    with load(table).cursor() as con:
        began = time.perf_counter()
        asked = reader.questions(con, Scope(WHOLE_BANK))
        assert drivers.able(asked) == ("real",)
        outcome = next(one for one in drivers.outcomes(asked) if one.question == "outcome")
        scope = Scope(WHOLE_BANK).narrowed(survey_id="real")
        found = drivers.study(con, scope, outcome, drivers.candidates(asked, outcome))
        assert time.perf_counter() - began < SECONDS
    root = np.linalg.inv(np.linalg.cholesky(of))
    assert found.explained == pytest.approx(float(((root @ on) ** 2).sum()), rel=1e-6)
    expected = dict(zip((slug(h) for h in table.ratings), genizi(of, on) / found.explained, strict=True))
    assert {one.question: one.weight for one in found.drivers} == pytest.approx(expected, rel=1e-6)
    order = sorted(expected, key=lambda name: -expected[name])
    assert [one.question for one in found.drivers] == order
    assert (found.draws, found.failed) == (200, 0)
    _sound(found, {slug(h): int(bases[i, i]) for i, h in enumerate(table.ratings)})


def genizi(of: Floats, on: Floats) -> Floats:
    """Relative weights by a matrix root found by iteration (Denman and Beavers 1976) instead of eigenvectors."""
    root, inverse = of.copy(), np.eye(len(of))
    for _ in range(60):
        root, inverse = (root + np.linalg.inv(inverse)) / 2, (inverse + np.linalg.inv(root)) / 2
    return np.asarray((root**2) @ (np.linalg.solve(root, on) ** 2))


def _sound(found: Study, bases: dict[str, int]) -> None:
    for one in found.drivers:
        assert one.n == bases[one.question] and one.low <= one.weight <= one.high
        assert one.ranks[0] <= one.rank <= one.ranks[1] and 0 <= one.sure <= 1
        assert one.effect_low <= one.effect <= one.effect_high
    assert sum(one.sure for one in found.drivers) == pytest.approx(found.vital or min(5, len(found.drivers) - 1))
