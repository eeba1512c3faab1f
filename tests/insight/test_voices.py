"""Comments: who may see them, what their themes say of the score, which words separate and which come up."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from scipy import stats
from small_bank import comment

from cx.bank import model as bank
from cx.insight import voices, voices_export, voices_filling, voices_trial, voices_words
from cx.intake import import_load, imports, uploads
from cx.intake.reading import tabular
from cx.intake.response_mapping import response_mapping
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.publish import lexicon, lexicon_edit
from cx.store import audit, query, readings
from cx.store import voices as store
from cx.store.database import Database
from cx.store.place import ROOT
from cx.store.voices import Wanted
from cx.voices import EMOTIONS, LABELS, MARKS, RISKS, WHYS, load
from cx.words import Refused, Translator

LEXICON = load().lexicon
NOW, BEFORE = dt.date(2026, 8, 15), dt.date(2026, 5, 15)
QUARTER = periods.parse("2026Q3", dt.date(2026, 9, 30))
assert QUARTER is not None
SCOPE = Scope(WHOLE_BANK, nps_kind="transactional", start=QUARTER.start, end=QUARTER.end)


def said(
    db: Database, text: str, times: int, score: int, day: dt.date = NOW, branch: str = "b0101", **dims: object
) -> None:
    comment(db, text, score, times, day=day, branch=branch, **dims)


@pytest.fixture(scope="module")
def known() -> Database:
    """80 comments of one quarter: 24 of 30 detractors speak of the queue, 5 of 30 promoters do; 20 passives of the app.

    In the quarter before 60 comments, none of which knows the new word.
    """
    db = Database(":memory:")
    said(db, "排队时间太长，非常失望", 24, 2)
    said(db, "柜员态度恶劣", 6, 5)
    said(db, "排队很快", 5, 10)
    said(db, "柜员很耐心", 25, 9)
    said(db, "手机银行还可以", 12, 8)
    said(db, "手机银行改版很难用", 8, 7, branch="b0207")
    said(db, "手机银行还可以", 60, 8, day=BEFORE)
    voices_filling.fill(db, LEXICON)
    return db


def test_a_theme_is_measured_by_who_mentions_it(known: Database) -> None:
    found = voices.overview(known.cursor(), SCOPE, QUARTER.before)
    theme = {each.id: each for each in found.themes}
    queue = theme["queue"]
    assert (found.n, queue.n, queue.share.value) == (80, 29, 29 / 80)
    assert queue.negative.counts["k"] == 24
    low, high = stats.binomtest(24, 29).proportion_ci(method="wilson")
    assert (queue.negative.low, queue.negative.high) == pytest.approx((low, high))
    assert queue.nps.value == pytest.approx(100 * (5 - 24) / 29)
    rest = 100 * (25 - 6) / 51
    assert queue.rest.diff == pytest.approx(queue.nps.value - rest)
    assert queue.verdict == "lower" and found.worst is queue
    assert (queue.detractors.value, queue.promoters.value) == (24 / 30, 5 / 30)
    assert queue.pull == pytest.approx(100 * (5 - 24) / 80)
    assert theme["app"].verdict != "lower"
    assert queue.moved.verdict == "up"  # nobody spoke of it before


def test_one_who_writes_twice_is_one_person(known: Database) -> None:
    db = Database(":memory:")
    said(db, "排队时间太长，非常失望", 6, 2)
    with db.writing() as con:
        con.execute("INSERT INTO answer SELECT * REPLACE ('more' AS question_id) FROM answer")
    voices_filling.fill(db, LEXICON)
    nps = query.measure(db.cursor(), "theme_nps", SCOPE.narrowed(theme="queue")).total
    assert nps.n == 6
    assert query.measure(db.cursor(), "comment_negative", SCOPE).total.n == 12


@pytest.mark.parametrize("scope", [
    replace(SCOPE, rights=Rights(None, comments=False)),
    replace(SCOPE, rights=Rights(frozenset({"b0999"}))),
    replace(SCOPE, rights=Rights(frozenset())),
    replace(SCOPE, minimum_base=81),
    replace(SCOPE, voice="staff"),
])  # fmt: skip
def test_comments_are_shown_to_whom_they_may_be(known: Database, scope: Scope) -> None:
    con = known.cursor()
    assert store.said(con, scope, Wanted()) == store.Found(0)
    assert store.of_groups(con, scope).rows == () and store.named(con, scope, "risks") == {}
    assert store.one_sided(con, scope) == () and store.strength(con, scope) == {}
    assert store.where_said(con, scope, ("改版",), "branch") == {}
    assert (
        len(voices_export.csv(con, scope, Translator("en"), bank.load(ROOT / "data" / "model"), ()).splitlines()) == 1
    )


def test_a_branch_sees_its_own_comments_only(known: Database) -> None:
    own = replace(SCOPE, rights=Rights(frozenset({"b0207"})))
    found = store.said(known.cursor(), own, Wanted())
    assert found.n == 8 and {voice.branch for voice in found.voices} == {"b0207"}


def test_flagged_comments_are_left_out(known: Database) -> None:
    db = Database(":memory:")
    said(db, "排队时间太长，非常失望", 8, 2)
    said(db, "排队时间太长，非常失望", 4, 2, flagged=True)
    voices_filling.fill(db, LEXICON)
    assert store.said(db.cursor(), SCOPE, Wanted()).n == 8
    assert store.said(db.cursor(), replace(SCOPE, include_flagged=True), Wanted()).n == 12


def test_words_that_separate_are_told_with_their_side(known: Database) -> None:
    found = voices_words.separating(known.cursor(), SCOPE)
    assert found.n == (30, 30)
    down, up = ({shift.term for shift in side} for side in (found.down, found.up))
    assert "耐心" in up and not down & up
    assert any("太长" in term or "时间" in term for term in down)
    assert all(shift.q < 0.05 for shift in (*found.down, *found.up))


def test_a_word_that_comes_up_is_found_where_it_is_said(known: Database) -> None:
    con = known.cursor()
    found = {each.term: each for each in voices_words.rising(con, SCOPE, QUARTER.before)}
    new = found["改版"]
    assert (new.n, new.texts, new.before, new.before_texts) == (8, 80, 0, 60)
    assert new.place == ("branch", "b0207", 8)
    raw = [stats.fisher_exact([[n, 80 - n], [0, 60]], alternative="greater").pvalue for n in (24, 8)]
    assert raw[0] < new.q and raw[1] <= new.q < 0.05
    assert voices_words.rising(con, SCOPE, None) == ()


def test_no_word_rises_out_of_noise() -> None:
    db = Database(":memory:")
    for day in (BEFORE, NOW):
        for words in ("排队时间太长，非常失望", "柜员很耐心", "手机银行闪退", "收费不透明"):
            said(db, words, 10 + (day == NOW), 4, day=day)
    voices_filling.fill(db, LEXICON)
    assert voices_words.rising(db.cursor(), SCOPE, QUARTER.before) == ()


def test_the_share_of_a_theme_over_time(known: Database) -> None:
    found = voices.trend(known.cursor(), SCOPE, "app", dt.date(2026, 9, 30), dt.date(2026, 11, 1))
    assert [(each.day, each.estimate.value) for each in found] == [
        (dt.date(2026, 5, 1), 1.0),
        (dt.date(2026, 8, 1), 0.25),
    ]


def test_each_text_is_read_once_and_goes_with_its_answers() -> None:
    db = Database(":memory:")
    said(db, "排队时间太长，非常失望", 7, 2)
    said(db, "柜员很耐心", 3, 9)
    assert readings.waiting(db.cursor(), LEXICON.digest) == 2
    told: list[int] = []
    assert voices_filling.fill(db, LEXICON, told.append) == 2 and told == [2]
    assert voices_filling.fill(db, LEXICON) == 0
    assert readings.waiting(db.cursor(), "another") == 2
    with db.writing() as con:
        con.execute("DELETE FROM answer WHERE text = '柜员很耐心'")
    voices_filling.fill(db, LEXICON)
    assert db.cursor().execute("SELECT count(*) FROM comment_reading").fetchall() == [(1,)]


def test_what_was_read_goes_with_an_upload_taken_back() -> None:
    db = Database(":memory:")
    data = "day,nps,why\n" + "2026-08-15,2,排队时间太长，非常失望\n" * 3 + "2026-08-15,9,柜员很耐心\n"
    mapping = response_mapping({
        "source": "app", "survey": {"id": "app", "version": "1.0.0", "nps_kind": "relational"},
        "date": {"column": "day"},
        "questions": [{"id": "nps", "column": "nps", "type": "nps"}, {"id": "why", "column": "why", "type": "text"}],
    })  # fmt: skip
    with tabular.opened(data.encode(), "app.csv") as table:
        checked = imports.check(table, mapping, bank.load(ROOT / "data" / "model"), dt.date(2026, 11, 1))
        loaded = import_load.load_responses(db, checked, "test", dt.datetime(2026, 11, 1))
    said(db, "柜员很耐心", 1, 9)
    assert voices_filling.fill(db, LEXICON) == 2
    uploads.undo(db, loaded.upload_id)
    assert db.cursor().execute("SELECT list_contains(terms, '耐心') FROM comment_reading").fetchall() == [(True,)]


def test_a_stop_keeps_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    db, version = Database(":memory:"), 0
    monkeypatch.setattr(voices_filling, "BATCH", 3)
    for number in range(10):
        comment(db, f"排队{number}分钟")
    version = db.version

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        voices_filling.fill(db, LEXICON, stop)
    assert readings.waiting(db.cursor(), LEXICON.digest) == 7 and db.version > version
    assert voices_filling.fill(db, LEXICON) == 7


def test_the_file_for_a_spreadsheet_computes_and_names_nothing() -> None:
    db = Database(":memory:")
    said(db, '=HYPERLINK("http://x") 请打 13812345678', 6, 2)
    said(db, "排队时间太长，非常失望，要投诉", 6, 2)
    voices_filling.fill(db, LEXICON)
    data = voices_export.csv(
        db.cursor(), SCOPE, Translator("zh"), bank.load(ROOT / "data" / "model"), (("queue", "排队"),)
    )
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 13 and {len(row) for row in rows} == {len(rows[0])}
    texts = {row[0] for row in rows[1:]}
    assert '\'=HYPERLINK("http://x") 请打 ***' in texts and "13812345678" not in data.decode()
    spoken = next(row for row in rows if row[0].startswith("排队"))
    assert "排队" in spoken[5] and "投诉" in spoken[6]
    ids = db.cursor().execute("SELECT response_id::VARCHAR FROM response").fetchall()
    assert not any(id in data.decode() for (id,) in ids)


def test_every_code_of_a_reading_has_words() -> None:
    for lang in ("zh", "en"):
        t = Translator(lang)
        codes = {"mark": MARKS, "why": WHYS, "risk": RISKS, "emotion": EMOTIONS, "mood": LABELS}
        assert all(t.has(f"voices.{kind}_{code}") for kind, some in codes.items() for code in some)


def test_a_word_of_the_bank_changes_what_is_read_and_can_be_taken_back(tmp_path: Path) -> None:
    db, own = Database(":memory:"), tmp_path / "lexicon"
    said(db, "咖啡机坏了", 6, 2)
    said(db, "柜员很耐心", 6, 9)
    voices_filling.fill(db, LEXICON)
    text = lexicon_edit.add_theme("# ours\n", "coffee", "咖啡", "Coffee")
    text = lexicon_edit.add_term(text, "themes", "coffee", "zh", "咖啡机")
    then = lexicon.trial(own, "themes.yaml", text)
    trial = voices_trial.compare(db.cursor(), Scope(WHOLE_BANK), LEXICON, then)
    assert (trial.n, trial.themes, trial.moods) == (2, 1, 0) and trial.changed[0].text == "咖啡机坏了"
    first = lexicon.save(db, own, "themes.yaml", text, "ana", "")
    assert "# ours" in lexicon.text(own, "themes.yaml")
    voices_filling.fill(db, load(own).lexicon)
    assert voices.counts(db.cursor(), SCOPE)["coffee"] == 6
    with pytest.raises(Refused, match="lexicon_moved"):
        lexicon.save(db, own, "themes.yaml", text + "# more\n", "bo", "")
    second = lexicon.save(db, own, "themes.yaml", "themes: []\n", "bo", text)
    back = lexicon.roll_back(db, own, first.number, "ana")
    assert (second.number, back.number, back.back_to, back.text) == (2, 3, 1, text)
    assert lexicon.text(own, "themes.yaml") == text
    done = [(entry.who, entry.action) for entry in audit.entries(db.cursor()) if entry.action.startswith("lexicon")]
    assert sorted(done) == [("ana", "lexicon_rolled_back"), ("ana", "lexicon_saved"), ("bo", "lexicon_saved")]


def test_a_lexicon_changed_outside_is_noted(tmp_path: Path) -> None:
    db = Database(":memory:")
    (tmp_path / "zh.yaml").write_text("drop: [好]\n", encoding="utf-8")
    lexicon.look(db, tmp_path)
    lexicon.look(db, tmp_path)
    assert [(each.origin, each.file) for each in lexicon.all(db.cursor())] == [("outside", "zh.yaml")]


def test_a_broken_lexicon_is_told_with_its_line_and_not_saved(tmp_path: Path) -> None:
    db, text = Database(":memory:"), "words:\n  - weight: heavy\n    terms: [慢]\n"
    with pytest.raises(Refused) as refused:
        lexicon.save(db, tmp_path, "zh.yaml", text, "ana", "")
    assert refused.value.problems[0].line == 2 and not (tmp_path / "zh.yaml").exists()
    assert lexicon.faults("themes.yaml", "themes: [\n")


def test_taking_out_and_weighing_words() -> None:
    text = lexicon_edit.weigh("", "慢吞吞", -2.5)
    text = lexicon_edit.weigh(text, "坑爹", -3.0, "anger")
    text = lexicon_edit.drop_word(text, "慢吞吞")
    text = lexicon_edit.drop_word(text, "好")
    again = lexicon_edit.weigh(text, "好", 1.0)
    for each in (text, again):
        assert not [p for p in lexicon.faults("zh.yaml", each) if p.severity == "error"]
    assert "慢吞吞" in text.split("drop:")[1] and "好" in text.split("drop:")[1]
    assert "好" not in again.split("drop:")[1]
