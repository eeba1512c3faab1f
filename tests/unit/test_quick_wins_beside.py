"""Beside a quick win: signatures, milestones, comments; clashes, crowding, money, the lot; older records."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import act_bank
import pytest
from act_bank import END, PILOTS, START, advanced, charter, codes, got
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.act import charter as charters
from cx.act import quick_wins, telling, verification
from cx.act.charter import Milestone
from cx.act.quick_wins import Limits, Sums
from cx.act.quick_wins.proposing import lot
from cx.measure.scope import WHOLE_BANK, Rights
from cx.words import Refused, Translator

MODEL = act_bank.bank()
PART = Rights(frozenset({"b0101"}))
NONE = Rights(frozenset())


@pytest.fixture(name="db", scope="module")
def _db():
    return act_bank.comparable(act_bank.filled())


def test_rows_of_before_there_were_controls_still_read(db):
    plain = charters.as_json(charter())
    for name in ("controls", "least", "confidence", "saving", "guardrails", "milestones", "pain_point"):
        del plain[name]
    assert charters.of_json(plain) == charter()
    steps = (Milestone(START, {"zh": "上线", "en": "Live"}, START, "b0101"), Milestone(END, "看效果"))
    full = charter(controls=("b0201",), least=2.0, saving=5e4, guardrails=("queue_minutes",), milestones=steps)
    assert charters.of_json(json.loads(json.dumps(charters.as_json(full)))) == full


def test_results_of_before_there_were_controls_still_read_and_are_told():
    db = act_bank.filled()
    key = advanced(db, "measuring")
    with db.writing() as con:
        found = verification.before_after(con, got(db, key).charter, WHOLE_BANK, END)
        row = {"verdict": "improved", "found": verification.as_json(found), "closed_on": "2026-08-31", "lesson": "学到"}
        con.execute(
            "INSERT INTO quick_win SELECT quick_win_id, recorded_at + INTERVAL 1 SECOND, 'wang', 'closed', charter, ? "
            "FROM v_quick_win WHERE quick_win_id = ?",
            [json.dumps(row), key],
        )
    win = got(db, key)
    assert win.verdict == win.result.verdict == "improved" and win.result.proof.difference is None
    for lang in ("zh", "en"):
        t = Translator(lang)
        said = " ".join(sentence for _, part in telling.story(t, win, MODEL) for sentence in part)
        assert telling.verdict(t, "improved") in said and "40.0" in said
    with db.cursor() as con:
        assert quick_wins.sums(quick_wins.all(con, WHOLE_BANK)).proven == 0  # before and after alone prove nothing


def test_a_second_pair_of_eyes_signs_what_stands_and_nothing_else(db):
    key = advanced(db, "idea")
    with pytest.raises(Refused) as refused:
        quick_wins.start(db, key, "lin", MODEL, START, rights=WHOLE_BANK)
    assert codes(refused) == [("quick_win_unsigned", "signed")]
    with pytest.raises(Refused) as refused:
        quick_wins.sign(db, key, "lin", MODEL, START, rights=WHOLE_BANK, others=("lin", "wang"))
    assert codes(refused) == [("quick_win_own", "signed")]
    with pytest.raises(Refused):
        quick_wins.sign(db, key, "branch", MODEL, START, rights=PART)
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, rights=WHOLE_BANK, others=("lin", "wang"))
    assert (got(db, key).signature.by, got(db, key).signature.alone) == ("wang", False)
    quick_wins.revise(db, key, "wang", charter(target=50.0), rights=WHOLE_BANK, model=MODEL)
    assert got(db, key).signature is None and got(db, key).author == "wang"
    quick_wins.revise(db, key, "lin", charter(), rights=WHOLE_BANK, model=MODEL)
    assert got(db, key).signature.by == "wang"  # what was signed stands again, word by word


def test_where_nobody_else_may_the_author_signs_and_the_record_says_so(db):
    key = advanced(db, "idea")
    quick_wins.sign(db, key, "lin", MODEL, START, knowing=True, rights=WHOLE_BANK, others=("lin",))
    assert got(db, key).signature.alone


def test_controls_are_frozen_at_the_start_and_never_branches_that_another_win_changes():
    db = act_bank.comparable(act_bank.filled())
    first = got(db, advanced(db, "running"))
    assert set(first.charter.controls) and not set(first.charter.controls) & set(PILOTS)
    taken = first.charter.controls[0]
    for changes, code in (
        ({"pilots": ("b0501",), "controls": (PILOTS[0],)}, "quick_win_busy_controls"),
        ({"pilots": (taken,), "controls": ("b0501",)}, "quick_win_busy_pilots"),
    ):
        with db.cursor() as con:
            assert [problem.code for problem in quick_wins.clashes(con, charter(**changes))] == [code]
            elsewhere = charter(**changes, touchpoint="counter-service")
            assert quick_wins.clashes(con, elsewhere) == ()  # at another touchpoint it does not matter
    with db.cursor() as con:
        later = charter(
            pilots=("b0501",), controls=PILOTS, start=END + dt.timedelta(days=1), end=END + dt.timedelta(40)
        )
        assert quick_wins.clashes(con, later) == () and quick_wins.busy(con, charter()) == tuple(sorted(PILOTS))
    key = advanced(db, "signed", pilots=("b0403",), controls=(PILOTS[0], "b0402"))
    with pytest.raises(Refused) as refused:
        quick_wins.start(db, key, "lin", MODEL, START, rights=WHOLE_BANK)
    assert ("quick_win_busy_controls", "controls") in codes(refused)


STEPS_TO = (Milestone(START, "开工"), Milestone(START, "培训", branch="b0101"))


def test_milestones_are_ticked_by_who_answers_for_them(db):
    key = advanced(db, "running", milestones=STEPS_TO)
    quick_wins.tick(db, key, "lin", 0, START, rights=WHOLE_BANK)
    quick_wins.tick(db, key, "bm", 1, END, rights=PART)
    assert [each.done for each in got(db, key).charter.milestones] == [START, END]
    quick_wins.tick(db, key, "lin", 0, None, rights=WHOLE_BANK)
    assert [each.done for each in got(db, key, PART).charter.milestones] == [None, END]
    for number, rights, code in (
        (0, PART, "quick_win_not_yours"), (5, WHOLE_BANK, "quick_win_not_found"), (1, NONE, "quick_win_not_found"),
        (1, Rights(frozenset({"b0102"})), "quick_win_not_yours"), (1, replace(PART, act=False), "act_not_allowed"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            quick_wins.tick(db, key, "x", number, START, rights=rights)
        assert codes(refused)[0][0] == code
    quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)  # ticks outlive the next step
    assert [each.done for each in got(db, key).charter.milestones] == [None, END]


def test_comments_only_grow_and_are_for_those_who_see_the_win(db):
    key = advanced(db, "idea")
    quick_wins.comment(db, key, "lin", " 先试一周 ", rights=WHOLE_BANK)
    quick_wins.comment(db, key, "bm", "大堂人手够", rights=PART)
    with db.cursor() as con:
        assert [(c.by, c.text) for c in quick_wins.comments(con, key, PART)] == [
            ("lin", "先试一周"),
            ("bm", "大堂人手够"),
        ]
        assert quick_wins.comments(con, key, NONE) == ()
    assert got(db, key).comments == 2
    for text, rights, code in (
        (" ", WHOLE_BANK, "quick_win_comment"), ("好" * 1001, WHOLE_BANK, "quick_win_comment"),
        ("好", NONE, "quick_win_not_found"), ("好", replace(PART, act=False), "act_not_allowed"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            quick_wins.comment(db, key, "x", text, rights=rights)
        assert codes(refused)[0][0] == code


def test_who_may_only_read_changes_nothing(db):
    key = advanced(db, "idea")
    reader = replace(WHOLE_BANK, act=False)
    for act in (
        lambda: quick_wins.propose(db, "vw", charter(), rights=reader),
        lambda: quick_wins.sign(db, key, "vw", MODEL, START, rights=reader),
        lambda: quick_wins.drop(db, key, "vw", rights=reader),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused)[0][0] == "act_not_allowed"


def test_money_proven_stands_apart_from_money_promised():
    db = act_bank.comparable(act_bank.filled())
    advanced(db, "closed", cost=1000.0, saving=7000.0)
    advanced(db, "closed", cost=300.0, saving=500.0, least=99.0)  # real, and smaller than asked for
    advanced(db, "running", cost=20.0, saving=400.0)
    advanced(db, "idea", cost=9.0, saving=60.0)
    with db.cursor() as con:
        wins = quick_wins.all(con, WHOLE_BANK)
    assert sorted(win.verdict or "" for win in wins) == ["", "", "proven", "too_small"]
    assert quick_wins.sums(wins) == Sums(1320.0, 1000.0, 7000.0, 400.0, 60.0, 500.0)
    for lang in ("zh", "en"):
        said = telling.money(Translator(lang), wins)
        assert "7,000" in said and "400" in said and "500" in said


def test_too_many_at_once_are_told_in_all_and_by_branch():
    db = act_bank.filled()
    for at in range(3):
        advanced(db, "running", touchpoint=("queue", "counter-service", "form-filling")[at], metric="nps")
    with db.cursor() as con:
        wins, usual = quick_wins.all(con, WHOLE_BANK), quick_wins.limits(con)
    assert quick_wins.crowded(wins, usual) == (0, (("b0101", 3), ("b0102", 3)))
    quick_wins.set_limits(db, "lin", Limits(2, 3), rights=WHOLE_BANK)
    with db.cursor() as con:
        assert quick_wins.crowded(wins, quick_wins.limits(con)) == (3, ())
        said = [telling.crowding(Translator(lang), wins, Limits(2, 2), MODEL) for lang in ("zh", "en")]
    assert "静安寺支行 3" in said[0] and "3 are under way" in said[1]
    with pytest.raises(Refused):
        quick_wins.set_limits(db, "lin", Limits(0, 3), rights=WHOLE_BANK)


def test_ranking_is_impact_times_confidence_times_ease():
    assert charter(impact=5, confidence=4, effort=2).score == 5 * 4 * 4
    said = telling.rank(Translator("en"), charter(impact=5, confidence=4, effort=2))
    assert "80" in said and "impact 5" in said and "ease 4" in said


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0, 60).map(lambda n: f"b{n:02}"), st.floats(-5, 5), min_size=6), st.text())
def test_the_lot_takes_one_branch_of_each_layer(levels, seed):
    found = lot(levels, seed)
    assert 3 <= len(found) <= 8 and set(found) <= set(levels) and lot(levels, seed) == found
    order = sorted(levels, key=lambda branch: (levels[branch], branch))
    places = sorted(order.index(branch) for branch in found)
    edges = [len(order) * at // len(found) for at in range(len(found) + 1)]
    assert all(low <= place < high for place, low, high in zip(places, edges, edges[1:], strict=False))


def test_too_few_branches_draw_no_lot():
    assert lot({"a": 1.0, "b": 2.0}, "x") == ()
