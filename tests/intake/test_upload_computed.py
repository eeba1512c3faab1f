"""What is computed from other indicators is never uploaded."""

from __future__ import annotations

import datetime as dt

import pytest

from cx.bank import model as bank
from cx.intake import indicators, uploads
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading import tabular
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import LANGUAGES, Refused, Translator

MODEL = bank.load(ROOT / "data" / "model")
MAPPING = IndicatorMapping("月报", columns={"indicator": "指标", "period": "期间", "branch": "网点", "value": "数值"})
TEXT = "指标,期间,网点,数值\nqueue_minutes,2026-01,b0101,12.5\nstickiness,2026-01,b0101,20.5\n"


def test_an_upload_of_a_computed_indicator_is_refused_with_its_row() -> None:
    db = Database(":memory:")
    with tabular.opened(TEXT.encode(), "月报.csv") as table:
        found = indicators.check(table, MAPPING, MODEL, dt.date(2026, 11, 22))
        assert [(p.row, p.column, p.problem.code) for p in found.problems] == [(3, "指标", "upload_computed_indicator")]
        for lang in LANGUAGES:
            told = found.problems[0].problem.tell(Translator(lang))
            assert "stickiness" in told and "computed" in told
        with pytest.raises(Refused, match="upload_rows"):
            uploads.load_indicators(db, found, "li", dt.datetime(2026, 11, 22, 8))
    assert db.cursor().execute("SELECT count(*) FROM indicator_value").fetchall() == [(0,)]
    db.close()
