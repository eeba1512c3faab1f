"""Groups on real tables: every CSV with several columns of ratings, against scipy."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.cluster.vq import kmeans2

from cx.insight import groups
from cx.insight.personas_data import comparable, directions
from cx.measure import clusters
from cx.measure.statistics import change, mean
from cx.store.profiles_sample import Asked, Sample

FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data") / "real"
_POINTS, _COLUMNS, _LOOKED = {"0", "1", "2", "3", "4", "5"}, 8, 2_000


def ratings(file: Path) -> tuple[list[str], np.ndarray, dict[str, list[str]]]:
    """Columns that hold whole numbers 0..5 (0 is no answer), and those of exactly two values."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        dialect = csv.Sniffer().sniff(stream.read(4096), ",;\t")
        stream.seek(0)
        rows = list(csv.reader(stream, dialect))
    head, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    columns = dict(zip(head, zip(*body, strict=True), strict=True)) if body else {}
    rated = [name for name, values in columns.items() if set(values) <= _POINTS and len(set(values)) >= 4]
    two = {name: list(values) for name, values in columns.items() if len(set(values)) == 2}
    x = np.array([[float(v) for v in columns[name]] for name in rated]).T if rated else np.empty((0, 0))
    return rated, np.where(x == 0, np.nan, x), two


def _tables() -> list[Path]:
    files = sorted(FOLDER.glob("*.csv")) if FOLDER.is_dir() else []
    return [file for file in files if len(_sniffed(file)) >= _COLUMNS]


def _sniffed(file: Path) -> list[int]:
    """Columns that look like ratings in the first rows."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        try:
            rows = list(csv.reader(stream.readlines(400_000)[:_LOOKED]))
        except csv.Error:
            return []
    width = len(rows[0]) if rows else 0
    body = [row for row in rows[1:] if len(row) == width]
    kinds = [{row[at] for row in body} for at in range(width)]
    return [at for at, values in enumerate(kinds) if values <= _POINTS and len(values) >= 4]


TABLES = _tables()
needed = pytest.mark.skipif(not TABLES, reason="no table with eight columns of ratings in the shared data")


@needed
@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_people_are_grouped_as_well_as_scipy_groups_them(file: Path) -> None:
    names, x, _ = ratings(file)
    chosen = np.random.default_rng(1).permutation(len(x))[:20_000]
    asked = tuple(Asked(name, "rated", touchpoint=name) for name in names)
    sample = Sample(tuple(map(str, chosen)), np.zeros(len(chosen)), asked, x[chosen], {}, len(x))
    started = time.perf_counter()
    answers = comparable(sample)
    along = directions(answers, 1)
    found = clusters.trials(answers, 1, seen=along.seen)
    best = clusters.chosen(found)
    print(f"\n{file.stem}: {along.kept} directions, {best}, {time.perf_counter() - started:.1f} s")
    assert along.kept >= 1 and [trial.k for trial in found] == list(range(clusters.LEAST, clusters.MOST + 1))
    assert all(0 <= value <= 1 for trial in found for value in trial.jaccard)
    seen = along.seen(answers)
    for k in (2, 4, 6):
        own = clusters.parted(seen, k, 1)
        spread = ((seen - own.centres[own.labels]) ** 2).sum()
        theirs = []
        for seed in range(3):
            centres, labels = kmeans2(seen, k, iter=50, minit="++", seed=seed)
            theirs.append(((seen - centres[labels]) ** 2).sum())
        assert spread <= 1.01 * min(theirs), k


@needed
@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_what_tells_two_groups_apart_as_scipy_says(file: Path) -> None:
    names, x, two = ratings(file)
    for label, values in list(two.items())[:3]:
        first = np.array(values) == sorted(set(values))[0]
        for at in range(len(names)):
            sides = [x[side, at][~np.isnan(x[side, at])] for side in (first, ~first)]
            own = [mean(float(v.sum()), float((v * v).sum()), len(v)) for v in sides]
            t = stats.ttest_ind(sides[1], sides[0], equal_var=False)
            assert change(*own).p == pytest.approx(t.pvalue, rel=1e-6, abs=1e-300), (label, names[at])
            pooled = ((len(sides[0]) - 1) * sides[0].var(ddof=1) + (len(sides[1]) - 1) * sides[1].var(ddof=1)) / (
                len(x[~np.isnan(x[:, at])]) - 2
            )
            d = (sides[1].mean() - sides[0].mean()) / pooled**0.5
            assert groups.effect(*own) == pytest.approx(d, rel=1e-9), (label, names[at])
