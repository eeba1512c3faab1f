"""What is known to be in the demo bank's comments is found."""

from __future__ import annotations

import shutil
from pathlib import Path

from cx.demo import comments as parts
from cx.demo.truth import truth
from cx.insight import voices, voices_filling, voices_words
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import voices as store
from cx.store.database import Database
from cx.store.voices import Wanted
from cx.voices import load

QUARTER = periods.parse("2026Q3", truth().last)
assert QUARTER is not None
SCOPE = Scope(WHOLE_BANK, nps_kind="transactional", start=QUARTER.start, end=QUARTER.end)


def test_the_planted_truth_is_found(demo_file: Path, tmp_path: Path) -> None:
    db = Database(shutil.copy(demo_file, tmp_path / "cx.duckdb"))
    voices_filling.fill(db, load().lexicon)
    con, known = db.cursor(), truth().said
    found = voices.overview(con, SCOPE, QUARTER.before)
    assert found.worst is not None and found.worst.id == "queue"  # as truth.yaml has it: the worst touchpoint
    mood = {theme.id: theme.negative.value for theme in found.themes}
    assert mood["queue"] > 0.8 > 0.5 > mood["staff"] and found.best is not None and found.best.verdict == "higher"
    risen = {each.term: each for each in voices_words.rising(con, SCOPE, QUARTER.before)}
    assert risen["改版"].place is not None and risen["改版"].place[:2] == ("channel", "mobile")
    there = known["rising"]["renovation"]["branch"]
    risen = {each.term: each for each in voices_words.rising(con, SCOPE.narrowed(branch=there), QUARTER.before)}
    assert "装修" in risen
    for risk, texts in parts.parts()["planted"]["risks"].items():
        planted = {line for lines in texts.values() for line in lines}
        here = [voice for voice in store.said(con, SCOPE, Wanted(), 10_000).voices if voice.text in planted]
        assert len(here) == known["risks"]["each"] and all(risk in voice.risks for voice in here), risk
