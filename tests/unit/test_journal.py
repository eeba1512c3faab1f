"""The journal: acknowledged is durable, landed exactly once, and nothing is lost in silence."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from handing_in import hand_over
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cx.store import partials, segment
from cx.store.database import Database
from cx.store.facts import OWN, RESPONSE_COLUMNS, Facts
from cx.store.journal import Journal, NotSaved
from cx.store.record import Record

NOW = dt.datetime(2026, 11, 2, 3, 4, 5, 678)


def record(said: int | str = 9, submission: str | None = None, kind: str = "response") -> Record:
    """A response (or draft) that says one thing."""
    submission = submission or str(uuid.uuid4())
    content = {"form": {"nps": [str(said)]}, "dims": {}}
    if kind == "draft":
        return Record(kind, submission, "visit", NOW, content)
    shared = {
        "response_id": str(uuid.uuid5(uuid.NAMESPACE_OID, submission)), "source": "collect", "survey_id": "visit",
        "survey_version": "1.0.0", "mode": "link", "day": NOW.date(), "flagged": False,
    }  # fmt: skip
    response = dict.fromkeys(RESPONSE_COLUMNS) | shared | {"submitted_at": NOW, "nps": said, "receipt": "AAAAA-BBBBB"}
    answer = dict.fromkeys(OWN) | {"question_id": "nps", "type": "nps", "score": said, "points": 10}
    return Record(kind, submission, "visit", NOW, content, Facts(response, (answer,)))


def read(db: Database, sql: str) -> list[tuple]:
    with db.cursor() as con:
        return con.execute(sql).fetchall()


@pytest.fixture
def db() -> Iterator[Database]:
    opened = Database(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def journal(tmp_path: Path, db: Database) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal", db)
    yield opened
    opened.close()


def test_a_response_lands_once_with_its_answers(journal: Journal, db: Database) -> None:
    hand_over(journal, record(7))
    journal.flush()
    journal.flush()
    assert read(db, "SELECT nps, receipt, day, submitted_at FROM response") == [(7, "AAAAA-BBBBB", NOW.date(), NOW)]
    assert read(db, "SELECT question_id, score, points, mode FROM answer") == [("nps", 7, 10, "link")]


def test_the_same_again_changes_nothing_and_other_content_supersedes(journal: Journal, db: Database) -> None:
    first = record(3)
    for said in (3, 3, 8, 8):
        hand_over(journal, record(said, first.submission_id))
    journal.flush()
    hand_over(journal, record(8, first.submission_id))
    journal.flush()
    assert read(db, "SELECT nps FROM response") == [(8,)]
    assert read(db, "SELECT score FROM answer") == [(8,)]
    (payload,) = read(
        db, "SELECT payload ->> '$.response.nps', payload ->> '$.answers[0].score' FROM response_revision"
    )
    assert payload == ("3", "3")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["draft", "response"]), st.integers(0, 10)), max_size=25))
def test_any_sequence_leaves_one_response_a_submission_with_the_last_answers(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, int]]
) -> None:
    db = Database(":memory:")
    journal = Journal(tmp_path_factory.mktemp("steps") / "journal", db)
    names = [str(uuid.uuid4()) for _ in range(3)]
    last: dict[str, int] = {}
    newest: dict[str, tuple[str, int]] = {}
    for who, kind, said in steps:
        hand_over(journal, record(said, names[who], kind))
        newest[names[who]] = (kind, said)
        if kind == "response":
            last[names[who]] = said
    for _ in range(2):  # once with everything pending, once with everything landed
        for name, (kind, said) in newest.items():
            found = journal.latest(name)
            assert found is not None
            assert (found.kind, found.content["form"]["nps"]) == (kind, [str(said)])
        journal.flush()
    landed = read(db, "SELECT s.submission_id::VARCHAR, r.nps FROM submission s JOIN response r USING (response_id)")
    assert dict(landed) == last
    assert len(landed) == len(last)
    assert read(db, "SELECT count(*) FROM answer") == [(len(last),)]
    journal.close()
    db.close()


def test_many_at_once_are_all_acknowledged_and_all_land(journal: Journal, db: Database) -> None:
    async def everybody() -> None:
        await asyncio.gather(*(journal.submit(record(said % 11)) for said in range(500)))

    asyncio.run(everybody())
    journal.flush()
    assert read(db, "SELECT count(*), sum(nps) FROM response") == [(500, sum(said % 11 for said in range(500)))]


def test_what_did_not_land_is_replayed_at_the_next_start_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    who = str(uuid.uuid4())
    written = segment.Segment(folder)
    for said in (1, 2, 9):
        written.append(segment.encode(record(said, who).body()))
    written.close()
    db = Database(tmp_path / "cx.duckdb")
    for _ in range(2):  # the second start finds nothing left to do
        journal = Journal(folder, db)
        assert read(db, "SELECT nps FROM response") == [(9,)]
        journal.close()
        assert not list(folder.glob("*.ndjson"))
    db.close()


def test_a_torn_last_line_is_dropped_at_every_byte(tmp_path: Path) -> None:
    good, torn = segment.encode(record(8).body()), segment.encode(record(2).body())
    db = Database(":memory:")
    for cut in range(len(torn)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "00000000000000000001.ndjson").write_bytes(good + torn[:cut])
        assert segment.whole_lines(folder / "00000000000000000001.ndjson") == len(good)
        if cut % 250 == 1 or cut == len(torn) - 1:
            journal = Journal(folder, db)
            assert not journal.rejected()
            journal.close()
            assert read(db, "SELECT nps FROM response") == [(8,)]
            with db.writing() as con:
                con.execute("DELETE FROM journal_mark")
    db.close()


def test_a_line_broken_in_the_middle_is_set_aside_and_the_others_land(tmp_path: Path, db: Database) -> None:
    lines = [segment.encode(record(said).body()) for said in (1, 5, 9)]
    broken = bytearray(lines[1])
    broken[60] ^= 1
    folder = tmp_path / "journal"
    folder.mkdir()
    (folder / "00000000000000000001.ndjson").write_bytes(lines[0] + bytes(broken) + lines[2])
    journal = Journal(folder, db)
    assert read(db, "SELECT nps FROM response ORDER BY 1") == [(1,), (9,)]
    (aside,) = journal.rejected()
    assert aside.read_bytes() == bytes(broken)
    assert aside.with_suffix(".reason").read_text(encoding="utf-8").strip()
    journal.close()


def test_a_record_that_cannot_land_does_not_stop_the_others(journal: Journal, db: Database) -> None:
    poison = [record(999), record("nine"), Record("response", "not-a-uuid", "visit", NOW, {}, record(1).facts)]
    for each in (record(4), poison[0], record(5), poison[1], poison[2], record(6)):
        hand_over(journal, each)
    journal.flush()
    assert read(db, "SELECT nps FROM response ORDER BY 1") == [(4,), (5,), (6,)]
    assert read(db, "SELECT count(*) FROM submission") == [(3,)]
    assert len(journal.rejected()) == 3


@pytest.mark.parametrize("short", [0, 1, 200])
def test_a_full_disk_acknowledges_nobody_and_keeps_what_was_good(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    folder = tmp_path / "journal"
    journal = Journal(folder, db)
    hand_over(journal, record(8))
    write = os.write
    full = {"now": True}

    def writes(file: int, data: bytes) -> int:
        if not full["now"]:
            return write(file, data)
        if short and len(data) > short:
            return write(file, bytes(data[:short]))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", writes)
    with pytest.raises(NotSaved):
        hand_over(journal, record(1))
    full["now"] = False
    hand_over(journal, record(9))
    journal.flush()
    assert read(db, "SELECT nps FROM response ORDER BY 1") == [(8,), (9,)]
    assert not journal.rejected()
    journal.close()
    with pytest.raises(NotSaved):
        hand_over(journal, record(1))


def test_a_failed_sync_acknowledges_nobody(tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal", db)

    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(segment, "_sync", fails)
        with pytest.raises(NotSaved):
            hand_over(journal, record(1))
    hand_over(journal, record(9))
    journal.close()
    assert read(db, "SELECT nps FROM response") == [(9,)]


def test_segments_rotate_and_are_deleted_once_landed(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cx.store.journal.SEGMENT_BYTES", 2_000)
    folder = tmp_path / "journal"
    journal = Journal(folder, db)
    for said in range(11):
        hand_over(journal, record(said))
    journal.flush()
    assert len(list(folder.glob("*.ndjson"))) <= 1
    assert read(db, "SELECT count(*), sum(nps) FROM response") == [(11, 55)]
    journal.close()
    assert not list(folder.glob("*.ndjson"))


def test_a_crash_between_landing_and_deleting_doubles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    file = folder / "00000000000000000001.ndjson"
    who = str(uuid.uuid4())
    text = b"".join(segment.encode(record(said, who).body()) for said in (2, 10))
    file.write_bytes(text)
    db = Database(tmp_path / "cx.duckdb")
    Journal(folder, db).close()
    file.write_bytes(text)
    Journal(folder, db).close()
    assert read(db, "SELECT nps FROM response") == [(10,)]
    assert read(db, "SELECT count(*) FROM response_revision") == [(1,)]
    db.close()


def test_a_draft_is_found_and_goes_when_its_response_lands(journal: Journal, db: Database) -> None:
    draft = record("half", kind="draft")
    hand_over(journal, draft)
    journal.flush()
    assert journal.latest(draft.submission_id).kind == "draft"  # type: ignore[union-attr]
    hand_over(journal, record(6, draft.submission_id))
    journal.flush()
    assert read(db, "SELECT count(*) FROM draft") == [(0,)]
    assert journal.latest(draft.submission_id).kind == "response"  # type: ignore[union-attr]
    assert journal.latest(str(uuid.uuid4())) is None


def test_only_what_screens_show_makes_a_new_version(journal: Journal, db: Database) -> None:
    def lands(said: Record) -> bool:
        before = db.version
        hand_over(journal, said)
        journal.flush()
        return db.version > before

    first = record(6)
    assert not lands(record("half", kind="draft"))
    assert lands(first)
    assert not lands(record(6, first.submission_id))
    assert lands(record(7, first.submission_id))


def test_a_draft_nobody_came_back_to_is_removed(db: Database) -> None:
    with db.writing() as con:
        for days in (29, 31):
            con.execute(
                "INSERT INTO draft VALUES (?, 'visit', ?, now()::TIMESTAMP - to_days(?))",
                [str(uuid.uuid4()), str(days), days],
            )
        partials.forget(con)
    assert read(db, "SELECT payload FROM draft") == [("29",)]


def test_landing_that_fails_or_stands_still_is_told(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cx.store.journal.LANDING_SECONDS", 0.01)
    journal = Journal(tmp_path / "journal", db)
    assert journal.trouble is None
    with monkeypatch.context() as broken:
        broken.setattr("cx.store.journal.STALLED_SECONDS", -1.0)
        assert "no landing" in str(journal.trouble)
    db.cursor().execute("ALTER TABLE journal_mark RENAME TO hidden_mark")
    hand_over(journal, record(9))
    with pytest.raises(duckdb.Error):
        journal.flush()
    deadline = time.monotonic() + 60
    while journal.trouble is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "journal_mark" in str(journal.trouble)
    db.cursor().execute("ALTER TABLE hidden_mark RENAME TO journal_mark")
    journal.close()
    assert read(db, "SELECT nps FROM response") == [(9,)]
