"""Any layout of a known table gives exactly its figures, or a problem is told: never a wrong figure in silence."""

from __future__ import annotations

import datetime as dt
import json
import random

from layouts import Made, Truth, as_csv, as_xlsx, made

from cx.bank import model as bank
from cx.intake import indicators, suggest
from cx.intake.mappings import indicator_mapping
from cx.intake.reading import tabular
from cx.store.place import ROOT
from cx.words import Refused

MODEL = bank.load(ROOT / "data" / "model")
TODAY = dt.date(2026, 11, 22)
LAYOUTS = 6  # ``python tests/intake/test_upload_layouts.py 0 200`` tries more


def read(data: bytes, name: str = "网点指标.csv") -> Truth | str:
    """What would be loaded under the suggested mapping, or the first problem that is told."""
    try:
        with tabular.opened(data, name) as table:
            mapping = indicator_mapping(json.loads(suggest.indicators(table, MODEL).to_json()))
            checked = indicators.check(table, mapping, MODEL, TODAY)
            if checked.total:
                first = checked.problems[0]
                return f"{first.problem.code} {first.row} {first.column} {first.value}"
            rows = table.con.execute("SELECT indicator, day, branch, value FROM checked").fetchall()
            return {(indicator, day, branch): float(value) for indicator, day, branch, value in rows}
    except Refused as refused:
        return " ".join(f"{p.code} {p.values}" for p in refused.problems)


def same(found: Truth, one: Made) -> bool:
    return found.keys() == one.truth.keys() and all(abs(found[key] - one.truth[key]) < 1e-3 for key in found)


def compare(seeds: range, workbooks: bool) -> list[str]:
    """What was told of the layouts that did not come out; fails on a wrong or a missing figure."""
    told = []
    for seed in seeds:
        one = made(seed)
        found = read(as_xlsx(one) if workbooks else as_csv(one, random.Random(seed)))
        if isinstance(found, str):
            told.append(f"{one.about}: {found}")
        else:
            lost = {key: (found.get(key), one.truth.get(key)) for key in found.keys() ^ one.truth.keys()}
            assert same(found, one), f"{one.about}: {lost or found} {one.rows[:4]}"
    return told


def test_random_layouts_give_the_exact_figures_or_a_problem() -> None:
    told = compare(range(LAYOUTS), workbooks=False)
    assert len(told) <= 1, told


def test_random_workbooks_do_too() -> None:
    assert not compare(range(1000, 1001), workbooks=True)


if __name__ == "__main__":
    import sys

    for line in compare(range(int(sys.argv[1]), int(sys.argv[2])), len(sys.argv) > 3):
        print(line)
