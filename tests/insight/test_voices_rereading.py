"""Comments read anew behind the screens: one job at a time, older figures until then, errors told."""

from __future__ import annotations

import time
from pathlib import Path

from small_bank import insert

from cx.insight import voices_filling, voices_rereading
from cx.store import readings
from cx.store.database import Database
from cx.voices import Lexicon
from cx.voices.loading import SHIPPED, Watched


def lexicons(tmp_path: Path) -> tuple[Lexicon, Lexicon]:
    (tmp_path / "risks.yaml").write_text("risks:\n  - id: media\n    terms: {zh: [上头条]}\n", encoding="utf-8")
    return Watched(SHIPPED).now(), Watched(tmp_path).now()


def wait(job: voices_rereading.Job) -> None:
    until = time.monotonic() + 20
    while job.running and time.monotonic() < until:
        time.sleep(0.01)


def test_a_changed_lexicon_is_read_behind_the_screens(tmp_path: Path) -> None:
    shipped, own = lexicons(tmp_path)
    assert shipped.digest != own.digest
    db = Database(tmp_path / "x.duckdb")
    rows = [
        {"response_id": f"00000000-0000-0000-0000-{n:012d}", "source": "t", "survey_id": "s", "survey_version": "1",
         "mode": "link", "day": "2026-08-01", "question_id": "q", "type": "text", "text": f"第{n}次来，让它上头条"}
        for n in range(2_500)
    ]  # fmt: skip
    insert(db, "answer", rows)
    assert voices_filling.fill(db, shipped) == 2_500
    with db.cursor() as con:
        assert readings.older(con, own.digest) and not readings.older(con, shipped.digest)
    job = voices_rereading.begin(db, own)
    assert voices_rereading.begin(db, own) is job or not job.running, "one at a time"
    wait(job)
    with db.cursor() as con:
        assert not job.failed and job.done == 2_500
        assert readings.waiting(con, own.digest) == 0 and not readings.older(con, own.digest)
        risks = con.execute("SELECT count(*) FROM comment_reading WHERE list_contains(risks, 'media')").fetchall()
        assert risks == [(2_500,)]
    back = voices_rereading.begin(db, shipped)
    back.stop(20)
    with db.cursor() as con:
        left = readings.waiting(con, shipped.digest)
    assert not back.failed and left in (0, 500, 1_500, 2_500), "what was read stays"
    wait(voices_rereading.begin(db, shipped))
    with db.cursor() as con:
        assert readings.waiting(con, shipped.digest) == 0
    db.close()
    broken = voices_rereading.begin(db, own)
    wait(broken)
    assert broken.failed and voices_rereading.begin(db, own) is broken
    assert (id(db), own.digest) not in voices_rereading._jobs, "told once, then tried anew"
