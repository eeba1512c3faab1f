"""Tables of single records are never taken for indicators: each real table is refused, with a reason and a way out."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest

from cx.bank import model as bank
from cx.intake import indicators, raw, suggest, suggest_responses
from cx.intake.mappings import indicator_mapping
from cx.intake.reading import tabular
from cx.store.place import ROOT
from cx.words import Problem, Refused, Translator

REAL = Path(os.environ.get("CX_SHARED", ROOT.parent / "shared" / "data")) / "real"
LARGEST = 12_000_000
FILES = sorted(file for file in REAL.glob("*.csv") if file.stat().st_size < LARGEST) if REAL.is_dir() else []
MODEL = bank.load(ROOT / "data" / "model")


def told(file: Path) -> tuple[Problem, ...]:
    """Why a table is not taken as indicators under the mapping that is suggested for it; nothing when it is taken."""
    with tabular.opened(file, file.name) as table:
        suggested = suggest.indicators(table, MODEL)
        try:
            raw.refuse(table, suggested, MODEL)
            mapping = indicator_mapping({**suggested.__dict__, "reading": None})
            checked = indicators.check(table, mapping, MODEL, dt.date.today())
        except Refused as refused:
            return refused.problems
        return tuple(p.problem for p in checked.problems)


@pytest.mark.skipif(not FILES, reason="no shared data")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_real_table_of_records_is_refused_with_a_reason(file: Path) -> None:
    problems = told(file)
    assert problems
    t = Translator("zh")
    assert all(problem.what(t) and problem.cure(t) for problem in problems[:5])


CALENDAR = re.compile(r"(?i)(.*_)?(year|quarter|month|week|weekday|day|hour)|年份?|季度|月份?|星期|周")
SCORE = re.compile(r"(?i)(.*[ _])?(rating|score|stars?|nps)|.*(评分|打分|推荐意愿)")
SCALES = ("nps", "csat", "ces", "rating")


@pytest.mark.skipif(not FILES, reason="no shared data")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_suggested_for_answers_fits_names_and_values(file: Path) -> None:
    with tabular.opened(file, file.name) as table:
        guess = suggest_responses.responses(table)
        for header in table.headers:
            column, kind = table.column(header), guess.types.get(header)
            low, high, others, distinct = table.con.execute(
                f"SELECT min(n), max(n), count(*) FILTER (n IS NULL OR n <> floor(n)), count(DISTINCT x) FROM (SELECT "
                f"{column} AS x, try_cast({column} AS DOUBLE) AS n FROM cells WHERE trim(coalesce({column}, '')) <> '')"
            ).fetchall()[0]
            scale = not others and low is not None and low >= 0 and high <= 10
            if CALENDAR.fullmatch(header) or (distinct == table.rows and low is not None):
                assert kind not in SCALES, header
            elif SCORE.fullmatch(header) and scale and high > 1:
                assert kind in SCALES, header
            if kind in SCALES and not guess.values.get(header):
                assert scale or header in guess.doubts, header
            if kind == "text":
                assert distinct > 7 or header in guess.doubts, header
