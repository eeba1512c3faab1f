"""Before and after: the verdicts, the bases they need, and what is shown beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import act_bank
import pytest
from act_bank import BEFORE, END, OTHERS, PILOTS, START, charter, visits

from cx.act import charter as charters
from cx.act import charter_checks, telling, verification
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.words import Refused, Translator


def compared(db, changed=None, rights=WHOLE_BANK, today=END):
    with db.cursor() as con:
        return verification.before_after(con, changed or charter(), rights, today)


def test_improvement_is_found_with_its_figures():
    found = compared(act_bank.shared())
    assert found.before.value == 0 and found.before.n == 200
    assert found.after.value == pytest.approx(40) and found.after.n == 200
    assert found.change.diff == pytest.approx(40)
    assert (found.verdict, found.reached, found.complete) == ("improved", True, True)
    assert (found.before_start, found.before_end) == BEFORE


def test_the_other_branches_stand_beside_it_without_the_pilots():
    found = compared(act_bank.shared())
    assert found.elsewhere is not None
    assert (found.elsewhere.before.n, found.elsewhere.after.n) == (300, 300)
    assert found.elsewhere.change.verdict == "noise"


def test_a_trend_of_the_whole_bank_is_told():
    db = Database(":memory:")
    for branch in (*PILOTS, *OTHERS):
        visits(db, branch, *BEFORE, promoters=40, passives=20, detractors=40)
        visits(db, branch, START, END, promoters=60, passives=20, detractors=20)
    found = compared(db)
    assert found.verdict == "improved"
    told = telling.notes(Translator("zh"), charter(), found, act_bank.bank())
    assert any("全行趋势" in note for note in told)


def test_no_difference_is_not_shown_and_a_fall_is_worse():
    db = Database(":memory:")
    visits(db, "b0101", *BEFORE, promoters=40, passives=20, detractors=40)
    visits(db, "b0101", START, END, promoters=42, passives=18, detractors=40)
    visits(db, "b0102", *BEFORE, promoters=60, passives=20, detractors=20)
    visits(db, "b0102", START, END, promoters=20, passives=20, detractors=60)
    assert compared(db, charter(pilots=("b0101",))).verdict == "not_shown"
    assert compared(db, charter(pilots=("b0102",))).verdict == "worse"


@pytest.mark.parametrize(("n", "verdict"), [(29, "too_few"), (30, "improved")])
def test_thirty_answers_a_side_are_needed(n, verdict):
    db = Database(":memory:")
    visits(db, "b0101", *BEFORE, promoters=0, passives=10, detractors=90)
    visits(db, "b0101", START, END, promoters=n - 3, passives=3, detractors=0)
    assert compared(db, charter(pilots=("b0101",))).verdict == verdict


def test_a_hidden_side_gives_no_figures():
    db = Database(":memory:")
    visits(db, "b0101", *BEFORE, promoters=2, passives=1, detractors=1)
    visits(db, "b0101", START, END, promoters=50, passives=3, detractors=0)
    found = compared(db, charter(pilots=("b0101",)))
    assert found.before.value is None and not found.before.counts
    assert found.verdict == "too_few" and found.change.diff is None


def test_nothing_at_all_is_too_few():
    found = compared(Database(":memory:"))
    assert (found.verdict, found.reached, found.elsewhere) == ("too_few", None, None)


def test_the_period_so_far_is_interim():
    found = compared(act_bank.shared(), today=START + dt.timedelta(days=30))
    assert not found.complete and found.after_end == START + dt.timedelta(days=30)
    assert found.after.n < 200


def test_touchpoint_survey_and_kind_narrow_the_question():
    db = act_bank.shared()
    for changes in ({"touchpoint": "counter-service"}, {"survey": "other"}, {"nps_kind": "relational"}):
        assert compared(db, charter(**changes)).after.n == 0


@pytest.mark.parametrize("metric", ["satisfaction", "csat", "top2"])
def test_other_survey_metrics(metric):
    found = compared(
        act_bank.shared(), charter(metric=metric, nps_kind=None, target=0.7 if metric != "satisfaction" else 4)
    )
    assert found.verdict == "improved" and found.before.n == 200


def test_lower_is_better_for_queueing_minutes():
    lower = charter(metric="queue_minutes", nps_kind=None, target=13, better="lower")
    found = compared(act_bank.shared(), lower)
    assert found.before.n == found.after.n == 4  # April and May, June and July: August is not over by its 30th
    assert found.verdict == "too_few"  # below five branch-periods
    found = compared(
        act_bank.shared(),
        replace(lower, start=dt.date(2026, 6, 1), end=dt.date(2026, 8, 31)),
        today=dt.date(2026, 9, 1),
    )
    assert found.before.n == found.after.n == 6
    assert found.after.value == pytest.approx(12.25 + 1 / 6) and (found.verdict, found.reached) == ("improved", True)
    assert found.elsewhere is not None and found.elsewhere.before.n == 9
    assert (
        compared(
            act_bank.shared(), replace(lower, end=dt.date(2026, 8, 31), better="higher"), today=dt.date(2026, 9, 1)
        ).verdict
        == "worse"
    )


def test_pilots_beyond_the_rights_are_refused():
    with pytest.raises(Refused) as refused:
        compared(act_bank.shared(), rights=Rights(frozenset({"b0101"})))
    assert refused.value.problems[0].code == "quick_win_not_yours"


def test_rights_hold_for_the_other_branches_too():
    found = compared(act_bank.shared(), rights=Rights(frozenset((*PILOTS, "b0201"))))
    assert found.elsewhere is not None and found.elsewhere.before.n == 100
    assert compared(act_bank.shared(), rights=Rights(frozenset(PILOTS))).elsewhere is None


def test_facts_that_come_late_leave_the_frozen_baseline_and_are_told():
    db = act_bank.filled()
    with db.cursor() as con:
        frozen = replace(charter(), baseline=verification.baseline(con, charter(), WHOLE_BANK, START))
    visits(db, "b0101", *BEFORE, promoters=50, passives=0, detractors=0)
    found = compared(db, frozen)
    assert (found.before.n, found.baseline_now.n) == (200, 250)
    assert any("+50" in note for note in telling.notes(Translator("en"), frozen, found, act_bank.bank()))


def test_a_baseline_is_reproducible_from_its_sql():
    db = act_bank.shared()
    with db.cursor() as con:
        frozen = verification.baseline(con, charter(), WHOLE_BANK, START)
        row = con.execute(frozen.sql, list(frozen.parameters)).fetchall()[0]
    assert row == (200, 80, 80) and frozen.estimate.n == 200


def test_json_there_and_back():
    found = compared(act_bank.shared())
    assert verification.of_json(verification.as_json(found)) == found
    with act_bank.shared().cursor() as con:
        started = replace(charter(), baseline=verification.baseline(con, charter(), WHOLE_BANK, START))
    assert charters.of_json(charters.as_json(started)) == started


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("metric", ["nps", "csat", "queue_minutes"])
def test_every_verdict_has_words(lang, metric):
    t, model = Translator(lang), act_bank.bank()
    asked = charter(metric=metric, target=0.5)
    found = compared(act_bank.shared(), asked)
    for verdict in ("improved", "not_shown", "worse", "too_few"):
        words = telling.finding(t, asked, replace(found, verdict=verdict), model)
        assert words and "{" not in words
    assert telling.notes(t, asked, replace(found, complete=False), model)


def test_across_a_change_of_meaning_nothing_is_shown_and_the_reason_told():
    db = Database(":memory:")
    for branch in PILOTS:
        visits(db, branch, *BEFORE, promoters=20, passives=20, detractors=60, survey_version="1.9.0")
        visits(db, branch, START, END, promoters=60, passives=20, detractors=20, survey_version="2.0.0")
    found = compared(db)
    assert found.change.verdict == "up" and found.verdict == "not_shown"
    assert [(b.survey, b.before, b.after) for b in found.breaks] == [("branch-visit", "1.9.0", "2.0.0")]
    t, model = Translator("zh"), act_bank.bank()
    assert "前后不可比" in telling.finding(t, charter(), found, model)
    assert not any("随机波动" in note for note in telling.notes(t, charter(), found, model))
    assert verification.of_json(verification.as_json(found)) == found


def test_a_minor_version_does_not_stop_the_comparison():
    db = Database(":memory:")
    for branch in PILOTS:
        visits(db, branch, *BEFORE, promoters=20, passives=20, detractors=60, survey_version="1.9.0")
        visits(db, branch, START, END, promoters=60, passives=20, detractors=20, survey_version="1.10.0")
    assert compared(db).verdict == "improved"


def staff_charter(**changes):
    asked = {"zh": "您如何评价日常使用的系统？", "en": "How would you rate the systems?"}
    return charter(
        metric="satisfaction", nps_kind=None, target=4.5, voice="staff", survey="staff-pulse", question="q",
        asked=asked, **changes,
    )  # fmt: skip


def test_staff_answers_measure_a_win_apart_from_customers():
    db = Database(":memory:")
    staff = {"survey_id": "staff-pulse", "voice": "staff", "nps_kind": None, "touchpoint": None}
    for branch in PILOTS:
        visits(db, branch, *BEFORE, promoters=10, passives=0, detractors=30, **staff)
        visits(db, branch, START, END, promoters=30, passives=0, detractors=10, **staff)
        visits(db, branch, *BEFORE, promoters=40, passives=0, detractors=0)
        visits(db, branch, START, END, promoters=0, passives=0, detractors=40)
    found = compared(db, staff_charter())
    assert (found.before.value, found.after.value, found.before.n) == (2.75, 4.25, 80) and found.verdict == "improved"
    assert "员工：您如何评价日常使用的系统" in telling.metric(Translator("zh"), staff_charter(), act_bank.bank())


def test_what_staff_say_is_not_for_the_branch_they_work_in():
    with pytest.raises(Refused) as refused:
        compared(Database(":memory:"), staff_charter(), Rights(frozenset(PILOTS)))
    assert refused.value.problems[0].code == "quick_win_not_yours"
    assert not charter_checks.problems(staff_charter(), act_bank.bank())
    assert charter_checks.problems(replace(staff_charter(), question=None))[0].where == "metric"
