"""Real comments through the upload way: every table with a column of texts is loaded, read whole, and can be shown."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from cx.bank import model as bank
from cx.insight import voices, voices_export, voices_filling, voices_words
from cx.intake import import_load, imports, suggest_responses
from cx.intake.reading import tabular
from cx.intake.response_mapping import response_mapping
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import readings
from cx.store import voices as store
from cx.store.database import Database
from cx.store.place import ROOT
from cx.store.voices import Wanted
from cx.voices import load
from cx.words import Translator

REAL = Path(os.environ.get("CX_SHARED", ROOT.parent / "shared" / "data")) / "real"
FILES = sorted(REAL.glob("*.csv")) if REAL.is_dir() else []
MODEL, LEXICON = bank.load(ROOT / "data" / "model"), load().lexicon
SCOPE = Scope(WHOLE_BANK)


def texts_of(file: Path) -> tuple[Database, int] | None:
    """The file as answers, under what is suggested for it; None where nothing in it is suggested as a text."""
    with tabular.opened(file.read_bytes(), file.name) as table:
        guess = suggest_responses.responses(table)
        columns = [header for header, kind in guess.types.items() if kind == "text"]
        if not columns:
            return None
        mapping = response_mapping({
            "source": "real", "survey": {"id": "real", "version": "1.0.0"}, "date": {"fixed": "2026-06-30"},
            "questions": [{"id": f"t{n}", "column": column, "type": "text"} for n, column in enumerate(columns)],
        })  # fmt: skip
        checked = imports.check(table, mapping, MODEL, dt.date(2026, 11, 22))
        assert not checked.total, [problem.problem.code for problem in checked.problems][:5]
        db = Database(":memory:")
        import_load.load_responses(db, checked, "test", dt.datetime(2026, 11, 22))
        return db, table.rows


@pytest.mark.skipif(not FILES, reason="no shared data")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_real_texts_are_read_whole(file: Path) -> None:
    found = texts_of(file)
    if found is None:
        pytest.skip("no column of texts")
    db, _ = found
    con = db.cursor()
    waiting = readings.waiting(con, LEXICON.digest)
    assert waiting > 0
    assert voices_filling.fill(db, LEXICON) == waiting
    whole = voices.overview(con, SCOPE)
    answers = "SELECT count(*) FROM answer WHERE type = 'text' AND length(trim(text)) > 1"
    assert whole.n == con.execute(answers).fetchall()[0][0]
    assert sum(whole.languages.values()) <= whole.n and all(theme.n <= whole.n for theme in whole.themes)
    assert voices_words.separating(con, SCOPE).n == (0, 0)  # without scores there is nobody to tell apart
    assert store.said(con, SCOPE, Wanted(), 10).n == whole.n
    assert len(voices_export.csv(con, SCOPE, Translator("zh"), MODEL, ())) > 100
