"""Quick wins: charter, steps, rights, and a history that only grows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import act_bank
import pytest
from act_bank import END, PILOTS, START, advanced, charter, codes, got
from hypothesis import given
from hypothesis import strategies as st

from cx.act import charter_checks, quick_wins, telling
from cx.measure.scope import WHOLE_BANK, Rights
from cx.words import Refused, Translator, texts

MODEL = act_bank.bank()
OWN = Rights(frozenset(PILOTS))
PART = Rights(frozenset({"b0101"}))
NONE = Rights(frozenset())


@pytest.fixture(name="db", scope="module")
def _db():
    return act_bank.comparable(act_bank.filled())


def test_the_whole_way_is_recorded(db):
    key = advanced(db, "closed")
    win = got(db, key)
    assert (win.state, win.result.verdict, win.result.lesson) == ("closed", "proven", "预约入口放首页最有用")
    assert win.charter.baseline.estimate.n == 200 and win.charter.baseline.taken_on == START
    with db.cursor() as con:
        steps = quick_wins.history(con, key, WHOLE_BANK)
    assert [(step.state, step.by) for step in steps] == [
        ("idea", "lin"), ("signed", "wang"), ("running", "lin"), ("measuring", "lin"), ("closed", "wang")
    ]  # fmt: skip
    assert [step.at for step in steps] == sorted({step.at for step in steps})


STEPS = {
    "idea": lambda db, key: quick_wins.revise(db, key, "lin", charter(), rights=WHOLE_BANK),
    "start": lambda db, key: quick_wins.start(db, key, "lin", MODEL, START, rights=WHOLE_BANK),
    "measure": lambda db, key: quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK),
    "close": lambda db, key: quick_wins.close(db, key, "lin", END, "学到了", model=MODEL, rights=WHOLE_BANK),
    "reopen": lambda db, key: quick_wins.reopen(db, key, "lin", rights=WHOLE_BANK),
    "drop": lambda db, key: quick_wins.drop(db, key, "lin", rights=WHOLE_BANK),
}
LEGAL = {
    "idea": {"idea": "idea", "start": "running", "drop": "dropped"},
    "running": {"measure": "measuring"},
    "measuring": {"close": "closed"},
    "closed": {"reopen": "measuring"},
    "dropped": {},
}


@pytest.mark.parametrize("state", LEGAL)
@pytest.mark.parametrize("step", STEPS)
def test_only_legal_steps(db, state, step):
    key = advanced(db, "signed" if (state, step) == ("idea", "start") else state)
    if step in LEGAL[state]:
        STEPS[step](db, key)
        assert got(db, key).state == LEGAL[state][step]
        return
    with pytest.raises(Refused) as refused:
        STEPS[step](db, key)
    assert codes(refused)[0][0] == "quick_win_step"
    assert got(db, key).state == state


def test_closing_needs_a_lesson_and_early_closing_never_says_proven(db):
    key = advanced(db, "measuring")
    with pytest.raises(Refused) as refused:
        quick_wins.close(db, key, "lin", END, "  ", rights=WHOLE_BANK, model=MODEL)
    assert codes(refused) == [("quick_win_lesson", "lesson")]
    early = END - dt.timedelta(days=20)
    result = quick_wins.close(db, key, "lin", early, "提前停", rights=WHOLE_BANK, model=MODEL)
    assert result.found.verdict == "improved" and result.verdict == "not_proven" and "early" in result.proof.reasons


def test_reopening_keeps_the_earlier_result_in_the_history(db):
    key = advanced(db, "closed")
    quick_wins.reopen(db, key, "lin", rights=WHOLE_BANK)
    assert got(db, key).result is None
    with db.cursor() as con:
        kept = con.execute("SELECT count(result) FROM quick_win WHERE quick_win_id = ?", [key]).fetchall()
        assert kept == [(1,)] and len(quick_wins.history(con, key, WHOLE_BANK)) == 6


def test_starting_too_early_leaves_the_baseline_incomplete_and_is_refused(db):
    key = advanced(db, "idea")
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, rights=WHOLE_BANK)
    with pytest.raises(Refused) as refused:
        quick_wins.start(db, key, "lin", MODEL, START - dt.timedelta(days=1), rights=WHOLE_BANK)
    assert codes(refused) == [("quick_win_early", "start")]


def test_the_direction_of_an_indicator_is_frozen_at_the_start(db):
    key = advanced(db, "running", metric="queue_minutes", nps_kind=None, target=12)
    assert got(db, key).charter.better == "lower"


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"title": " "}, "quick_win_missing", "title"),
        ({"hypothesis": ""}, "quick_win_missing", "hypothesis"),
        ({"owner": ""}, "quick_win_missing", "owner"),
        ({"touchpoint": ""}, "quick_win_missing", "touchpoint"),
        ({"touchpoint": "nowhere"}, "quick_win_unknown", "touchpoint"),
        ({"metric": "nothing"}, "quick_win_unknown", "metric"),
        ({"pilots": ()}, "quick_win_pilots", "pilots"),
        ({"pilots": ("b9999",)}, "quick_win_unknown", "pilots"),
        ({"nps_kind": None}, "quick_win_kind", "nps_kind"),
        ({"target": float("nan")}, "quick_win_missing", "target"),
        ({"target": 101.0}, "quick_win_target", "target"),
        ({"cost": -1.0}, "quick_win_cost", "cost"),
        ({"impact": 6}, "quick_win_rank", "impact"),
        ({"effort": 0}, "quick_win_rank", "effort"),
        ({"end": START}, "quick_win_dates", "end"),
        ({"end": START + dt.timedelta(weeks=16, days=1)}, "quick_win_too_long", "end"),
    ],
)
def test_every_wrong_field_is_told(db, changes, code, where):
    with pytest.raises(Refused) as refused:
        quick_wins.propose(db, "lin", charter(**changes), rights=WHOLE_BANK, model=MODEL)
    assert codes(refused) == [(code, where)]
    for lang in ("zh", "en"):
        assert refused.value.problems[0].tell(Translator(lang))


def test_sixteen_weeks_are_allowed_and_all_problems_come_at_once():
    assert charter_checks.problems(charter(end=START + dt.timedelta(weeks=16)), MODEL) == ()
    assert len(charter_checks.problems(charter(title="", owner="", pilots=()), MODEL)) == 3


def test_a_win_with_pilots_of_others_shows_its_state_only():
    db = act_bank.comparable(act_bank.filled())
    key = advanced(db, "closed")
    part = got(db, key, PART)
    assert part.state == "closed" and not part.figures and part.verdict == "proven"
    assert part.result is None and part.charter.baseline is None
    controls = frozenset(got(db, key).charter.controls)
    assert controls and got(db, key, OWN).result is None  # the controls are not theirs
    assert got(db, key, Rights(frozenset(PILOTS) | controls)).result is not None
    assert got(db, key, NONE) is None and got(db, key, Rights(frozenset({"b0201"}))) is None
    with db.cursor() as con:
        assert [win.id for win in quick_wins.all(con, PART)] == [key]
        assert quick_wins.all(con, NONE) == () and quick_wins.history(con, key, NONE) == ()


def test_nobody_changes_a_win_with_pilots_of_others(db):
    with pytest.raises(Refused) as refused:
        quick_wins.propose(db, "branch", charter(), rights=PART)
    assert codes(refused) == [("quick_win_not_yours", "pilots")]
    key = advanced(db, "idea")
    for rights, code in ((PART, "quick_win_not_yours"), (NONE, "quick_win_not_found")):
        with pytest.raises(Refused) as refused:
            quick_wins.drop(db, key, "branch", rights=rights)
        assert codes(refused)[0][0] == code
    with pytest.raises(Refused):  # nor takes it away from them by rewriting the pilots
        quick_wins.revise(db, key, "branch", charter(pilots=("b0101",)), rights=PART)


def test_dropped_ideas_leave_the_board_and_the_highest_score_comes_first():
    db = act_bank.filled()
    advanced(db, "dropped")
    low = advanced(db, "idea", impact=2, effort=4)
    high = advanced(db, "idea", impact=5, effort=1)
    with db.cursor() as con:
        assert [win.id for win in quick_wins.all(con, WHOLE_BANK)] == [high, low]


def test_steps_recorded_at_the_same_moment_keep_their_order(db):
    at = dt.datetime(2026, 6, 1, 9)
    key = quick_wins.propose(db, "lin", charter(), rights=WHOLE_BANK, at=at)
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, rights=WHOLE_BANK, at=at)
    quick_wins.start(db, key, "lin", MODEL, START, rights=WHOLE_BANK, at=at)
    assert got(db, key).state == "running"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_counts_verdicts(lang):
    db = act_bank.comparable(act_bank.filled())
    advanced(db, "closed")
    advanced(db, "running")
    advanced(db, "idea")
    with db.cursor() as con:
        whole = telling.answer(Translator(lang), quick_wins.all(con, WHOLE_BANK), END + dt.timedelta(days=3))
        part = telling.answer(Translator(lang), quick_wins.all(con, PART), END)
    assert all(texts(lang)["quick_win.answer_proven"].format(n=1) in said for said in (whole, part))
    assert "3" in whole and "{" not in whole + part


@given(st.integers(0, 200), st.integers(-30, 30))
def test_overdue_only_when_under_way(length, late):
    today = START + dt.timedelta(days=length + late)
    charter_ = charter(end=START + dt.timedelta(days=length))
    for state in ("idea", "running", "measuring", "closed"):
        win = quick_wins.QuickWin("x", state, charter_, None, dt.datetime(2026, 1, 1), "lin", True)
        assert (telling.overdue(win, today) > 0) == (late > 0 and state in ("running", "measuring"))
        assert telling.timing(Translator("zh"), replace(win), today)


BOTH = {"zh": "服务质量组", "en": "Service quality team"}


def test_texts_may_be_in_several_languages_or_the_authors_own(db):
    key = quick_wins.propose(db, "lin", charter(owner=BOTH), rights=WHOLE_BANK, model=MODEL)
    kept = got(db, key).charter
    assert kept.owner == BOTH and kept.title == charter().title and hash(kept) == hash(charter(owner=BOTH))
    assert [Translator(lang).pick(kept.owner) for lang in ("zh", "en")] == list(BOTH.values())
    assert Translator("en").pick(kept.title) == charter().title
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, rights=WHOLE_BANK)
    quick_wins.start(db, key, "lin", MODEL, START, rights=WHOLE_BANK)
    quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)
    with pytest.raises(Refused) as refused:
        quick_wins.close(db, key, "lin", END, {"zh": "预约有用", "en": " "}, rights=WHOLE_BANK, model=MODEL)
    assert codes(refused) == [("quick_win_lesson", "lesson")]
    said = {"zh": "预约有用", "en": "Booking helps"}
    quick_wins.close(db, key, "lin", END, said, rights=WHOLE_BANK, model=MODEL)
    assert Translator("en").pick(got(db, key).result.lesson) == "Booking helps"


@pytest.mark.parametrize("empty", ["", " ", {}, {"zh": "", "en": "Team"}, {"zh": " "}])
def test_a_text_must_say_something_in_each_of_its_languages(empty):
    assert [(p.code, p.where) for p in charter_checks.problems(charter(owner=empty))] == [
        ("quick_win_missing", "owner")
    ]


def test_figures_of_other_branches_recorded_by_headquarters_stay_there():
    db = act_bank.comparable(act_bank.filled())
    key = advanced(db, "closed")
    whole = got(db, key)
    assert whole.result.found.elsewhere is not None and whole.result.proof.controls.before is not None
    own = got(db, key, Rights(frozenset({*PILOTS, *whole.charter.controls})))
    assert own.result.found.elsewhere is None and own.result.proof.controls.before is None
    assert all(point.controls is None for point in own.result.proof.series)
