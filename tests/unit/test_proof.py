"""Pilots against controls: every word of the verdict, what it rests on, the time before the start and the months
after."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import replace

import act_bank
import pyarrow as pa
import pytest
from act_bank import END, START, charter, indicator
from scipy import stats

from cx.act import verification
from cx.act.verification import proving
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.words import Refused

PILOTS = ("b0101", "b0102", "b0103")
CONTROLS = ("b0201", "b0202", "b0203", "b0204", "b0301", "b0302", "b0303", "b0304", "b0401")
LENGTH = (END - START).days + 1
MONTHS = [(dt.date(2026, 9, 1), 30), (dt.date(2026, 10, 1), 31), (dt.date(2026, 11, 1), 30)]
TIMES = [(START - dt.timedelta(days=2 * LENGTH), LENGTH), (START - dt.timedelta(days=LENGTH), LENGTH), (START, LENGTH)]
AFTER = dt.date(2026, 12, 1)
N = 104  # answers a branch and time, an eighth of it a day in turn


def promoters(branch: int, at: int) -> int:
    """What branches do on their own: a little of up and down, different in each."""
    return 40 + (branch * 5 + at * 3 + branch * at) % 7


def bank(
    more: Callable[[str, int], int] = lambda branch, at: 0, version: str = "1.0.0", changed: str = "1.0.0"
) -> Database:
    """Answers of all branches in six times: two lengths before the start, one from it, three months after; ``more``
    promoters (instead of detractors) in a branch and time."""
    cells = [
        {
            "branch": branch, "first": first, "days": days, "k": promoters(i, at) + more(branch, at),
            "version": "1.0.0" if at < 2 else changed,
        }
        for i, branch in enumerate((*PILOTS, *CONTROLS))
        for at, (first, days) in enumerate(TIMES + MONTHS)
    ]  # fmt: skip
    db = Database(":memory:")
    with db.writing() as con:
        con.register("cells", pa.Table.from_pylist(cells))
        con.execute(
            "INSERT INTO response (response_id, source, survey_id, survey_version, nps_kind, mode, submitted_at, day, "
            "branch, channel, touchpoint, nps, csat) SELECT uuid(), 'demo', 'branch-visit', version, 'transactional', "
            "'link', first, first + CAST(i * days // ? AS INTEGER), branch, 'branch', 'queue', "
            # promoters are spread over the days: 41 and ? have no common factor
            "CASE WHEN (i * 41) % ? < k THEN 10 ELSE 3 END, CASE WHEN (i * 41) % ? < k THEN 5 ELSE 2 END "
            "FROM cells, (SELECT range AS i FROM range(?))",
            [N, N, N, N],
        )
        con.execute(
            "INSERT INTO answer (response_id, source, survey_id, survey_version, nps_kind, mode, day, branch, "
            "touchpoint, question_id, type, score, points, satisfaction) SELECT response_id, source, survey_id, "
            "survey_version, nps_kind, mode, day, branch, touchpoint, 'q', 'csat', csat, 5, "
            "100 * CAST(csat AS INTEGER) FROM response"
        )
        con.unregister("cells")
    return db


def gain(points: int, since: int = 2) -> Callable[[str, int], int]:
    return lambda branch, at: points if branch in PILOTS and at >= since else 0


def promised(**changes):
    return charter(**{"pilots": PILOTS, "controls": CONTROLS} | changes)


def proof(db, asked=None, rights=WHOLE_BANK, today=AFTER):
    with db.cursor() as con:
        return verification.proof(con, asked or promised(), rights, today, act_bank.bank())


@pytest.fixture(scope="module")
def better():
    return bank(gain(20))


def by_hand(more, before=1, after=2):
    """The effect in NPS points: means over branches of the same size, promoters against the rest."""
    sides = [[], []]
    for i, branch in enumerate((*PILOTS, *CONTROLS)):
        k = [promoters(i, at) + more(branch, at) for at in (before, after)]
        sides[branch in CONTROLS].append(200 * (k[1] - k[0]) / N)
    return sum(sides[0]) / len(PILOTS) - sum(sides[1]) / len(CONTROLS)


def test_a_true_improvement_is_proven_with_its_figures(better):
    found = proof(better)
    assert found.verdict == "proven" and found.reasons == ()
    difference = found.difference
    assert difference and difference.effect == pytest.approx(by_hand(gain(20)), abs=0.2)
    assert difference.low and 0 < difference.low < difference.effect < difference.high
    assert difference.exact and difference.permutations == 220 and difference.p == pytest.approx(1 / 220)
    assert difference.p_wild is not None and difference.p_wild < 0.05
    assert found.pilots and found.controls
    assert difference.effect == pytest.approx(found.pilots.change - found.controls.change)
    assert (found.pilots.n_before, found.controls.n_after) == (N * len(PILOTS), N * len(CONTROLS))
    assert found.pretrend and found.pretrend.passed and found.placebo and found.placebo.passed
    assert found.cuped and found.cuped.low < difference.effect < found.cuped.high
    assert [point.after for point in found.series] == [False] * 6 + [True] * 3
    assert all(p.pilots is not None and p.controls is not None for p in found.series)
    assert not found.matched and not found.left_out


def test_what_all_branches_gained_is_not_the_pilots_work():
    found = proof(bank(lambda branch, at: 20 if at >= 2 else 0))
    assert found.plain.verdict == "improved"  # before and after alone would have been taken in
    assert (found.verdict, found.reasons) == ("not_proven", ("noise",))


def test_harm_is_said_even_before_the_end():
    db = bank(gain(-20))
    assert proof(db).verdict == "harmed"
    early = proof(db, today=END - dt.timedelta(days=10))
    assert (early.verdict, early.reasons) == ("harmed", ("early",))


def test_before_the_end_nothing_is_proven(better):
    found = proof(better, today=END - dt.timedelta(days=1))
    assert (found.verdict, found.reasons) == ("not_proven", ("early",))
    assert found.difference and found.difference.word == "better"
    assert proof(better, today=END).verdict == "proven"


def test_too_small_to_matter(better):
    assert proof(better, promised(least=70.0)).verdict == "too_small"
    assert proof(better, promised(least=30.0)).verdict == "proven"  # more is possible than the least that matters
    nothing = proof(bank(), promised(least=60.0))
    assert nothing.difference and nothing.difference.word == "noise" and nothing.verdict == "too_small"


def test_across_a_change_of_meaning_nothing_is_proven():
    found = proof(bank(gain(20), changed="2.0.0"))
    assert (found.verdict, found.reasons) == ("not_proven", ("broken",)) and found.plain.broken


def test_a_rise_that_had_begun_before_is_no_proof():
    rising = proof(bank(lambda branch, at: 14 * min(at, 2) if branch in PILOTS else 0))
    assert rising.difference and rising.difference.word == "better"
    assert rising.verdict == "not_proven" and rising.reasons == ("pretrend", "placebo")
    assert rising.placebo and not rising.placebo.passed and rising.placebo.effect > 15


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"pilots": PILOTS[:1]}, ("pilots",)),
        ({"controls": CONTROLS[:1]}, ("controls",)),
        ({"controls": CONTROLS[:3]}, ("controls",)),  # 3 of 6 comes about by chance one time in ten
        ({"touchpoint": "counter-service"}, ("pilots", "controls", "answers")),
    ],
)
def test_too_few(better, changes, reasons):
    found = proof(better, promised(**changes))
    assert (found.verdict, found.reasons, found.difference) == ("too_few", reasons, None)
    assert verification.proof_of(json.loads(json.dumps(verification.proof_json(found)))) == found


def test_without_named_controls_the_most_alike_are_taken_and_it_is_said(better):
    found = proof(better, promised(controls=()))
    assert found.matched and found.verdict == "proven" and found.controls
    assert set(found.controls.branches) <= set(CONTROLS)


def test_a_branch_without_answers_is_left_out_and_told(better):
    found = proof(better, promised(controls=(*CONTROLS, "b0410")))
    assert found.left_out == ("b0410",) and found.verdict == "proven"


def test_rights_hold(better):
    own = Rights(frozenset((*PILOTS, "b0201")))
    with pytest.raises(Refused) as refused:
        proof(better, rights=own)
    assert refused.value.problems[0].code == "quick_win_not_yours"
    alone = proof(better, promised(controls=()), rights=own)
    assert alone.verdict == "too_few" and alone.controls is None  # one branch beside them is no control group
    shown = proof(better).seen(False)
    assert shown.difference and shown.controls and shown.controls.before is None and shown.plain.elsewhere is None
    assert all(point.controls is None for point in shown.series)


def test_guardrails_are_told_and_the_outcome_of_the_other_kind_stands_beside():
    db = bank(gain(20))
    for i, branch in enumerate((*PILOTS, *CONTROLS)):
        for month in range(1, 9):
            treated = branch in PILOTS and month >= 6
            wobble = (i * 3 + month * i) % 5 / 10
            indicator(db, "complaint_rate", branch, dt.date(2026, month, 1), 3 + wobble + 2 * treated)
            indicator(db, "queue_minutes", branch, dt.date(2026, month, 1), 20 + wobble - 6 * treated)
    found = proof(
        db, promised(guardrails=("complaint_rate", "satisfaction"), end=dt.date(2026, 8, 31), saving=24_000.0)
    )
    assert found.verdict == "proven" and [each.metric for each in found.hurt] == ["complaint_rate"]
    assert found.guardrails[1].difference and found.guardrails[1].difference.word == "better"
    beside = {each.metric: each.difference for each in found.beside}
    assert beside["queue_minutes"] and beside["queue_minutes"].better and beside["queue_minutes"].effect < -5
    assert found.payback and found.payback.months == 6
    assert verification.proof_of(json.loads(json.dumps(verification.proof_json(found)))) == found
    minutes = proof(db, promised(metric="queue_minutes", nps_kind=None, target=15.0, end=dt.date(2026, 8, 31)))
    assert minutes.verdict == "proven" and minutes.difference and minutes.difference.effect < 0
    assert [each.metric for each in minutes.beside] == ["satisfaction"]
    assert minutes.beside[0].difference and minutes.beside[0].difference.word == "better"
    assert len(minutes.series) == 8 and sum(point.after for point in minutes.series) == 3


def test_records_of_before_and_after_are_still_read():
    with act_bank.shared().cursor() as con:
        old = verification.before_after(con, charter(), WHOLE_BANK, END)
    found = verification.proof_of(json.loads(json.dumps(verification.as_json(old))))
    assert found.plain == old and found.verdict == "improved" and found.difference is None and not found.hurt


def watched(db, today=AFTER, recorded=None):
    with db.cursor() as con:
        return verification.watch(con, promised(), WHOLE_BANK, today, act_bank.bank(), recorded)


def test_the_months_after_tell_whether_it_holds(better):
    found = watched(better)
    assert [month.word for month in found.months] == ["held"] * 3 and found.word == "held" and not found.alarm
    assert found.expected == pytest.approx(by_hand(gain(20)), abs=0.2)
    first = found.months[0].difference
    assert first and first.effect == pytest.approx(by_hand(gain(20), after=3), abs=0.2)
    assert [m.first for m in found.months] == [first for first, _ in MONTHS]
    coming = watched(better, today=dt.date(2026, 10, 20))
    assert [month.word for month in coming.months] == ["held", "coming", "coming"] and coming.word == "held"
    assert watched(better, today=END).word == "coming"


def test_an_effect_that_goes_raises_an_alarm():
    found = watched(bank(lambda branch, at: 20 if branch in PILOTS and 2 <= at <= 3 else 0))
    assert [month.word for month in found.months] == ["held", "fading", "fading"] and found.alarm
    assert found.months[1].drop and found.months[1].drop.effect < -20


def design(db, asked, **more):
    with db.cursor() as con:
        return verification.design(con, asked, WHOLE_BANK, START, act_bank.bank(), **more)


def test_before_the_start_controls_are_proposed_and_told_what_can_be_seen():
    db = bank(lambda branch, at: 45 if branch == "b0401" else 0)
    found = design(db, charter(pilots=PILOTS, target=30.0))
    assert {match.branch for match in found.controls} == set(CONTROLS) - {"b0401"} and found.unlike == ("b0401",)
    assert all(match.pilot in PILOTS and match.volume == pytest.approx(1) for match in found.controls)
    level = sum(200 * promoters(i, 1) / N - 100 for i in range(3)) / 3
    assert found.before.value == pytest.approx(level) and found.wanted == pytest.approx(30 - level)
    # nothing but the answers drawn lies between these branches; 3 of 11 can be chosen in 165 ways
    ks = [promoters(i, 1) for i in range(11)]
    variance = sum(4e4 * k * (N - k) / N for k in ks) / (11 * (N - 1))
    error = math.sqrt(2 * variance / N * (1 / 3 + 1 / 8))
    quantiles = stats.t.ppf(1 - 4 / 165, 9) + stats.t.ppf(0.8 / 0.95, 9)
    assert found.visible == pytest.approx(error * quantiles, rel=1e-6)
    assert found.enough and not found.scaled and not found.reasons
    assert 3 in dict(found.by_pilots) and found.pilots_needed and found.weeks_needed
    assert [seen.weeks for seen in found.by_weeks] == sorted(seen.weeks for seen in found.by_weeks)
    fewer = design(db, charter(pilots=PILOTS), exclude=("b0201",))
    assert "b0201" not in {match.branch for match in fewer.controls}
    named = design(db, promised(controls=("b0401", "b0202")))
    assert [match.branch for match in named.controls] == ["b0401", "b0202"] and named.controls[0].level > 60
    assert named.visible is None and named.reasons == ("controls",)


def test_before_the_start_nothing_known_is_said():
    found = design(Database(":memory:"), charter(pilots=PILOTS))
    assert (found.controls, found.visible, found.enough, found.wanted) == ((), None, None, None)
    assert found.reasons == ("pilots", "controls", "answers")


def test_a_small_wish_cannot_be_seen():
    db = bank()
    level = design(db, charter(pilots=PILOTS)).before.value
    found = design(db, charter(pilots=PILOTS, target=level + 0.5))
    assert found.enough is False and found.pilots_needed is None


def test_what_started_keeps_the_words_of_its_metric():
    lower = replace(promised(metric="queue_minutes", nps_kind=None), better="higher")
    with bank().cursor() as con:
        found = verification.proof(con, lower, WHOLE_BANK, AFTER, act_bank.bank())
    assert found.verdict == "too_few" and found.plain.reached is None


@pytest.mark.parametrize(
    ("metric", "value"),
    [("csat", lambda k: k / N), ("top2", lambda k: k / N), ("satisfaction", lambda k: 2 + 3 * k / N)],
)
def test_every_survey_metric_is_compared_in_its_own_unit(better, metric, value):
    found = proof(better, promised(metric=metric, nps_kind=None, target=0.9))
    assert found.verdict == "proven" and found.pilots and found.controls
    before = [value(promoters(i, 1)) for i in range(12)]
    assert found.pilots.before == pytest.approx(sum(before[:3]) / 3, rel=0.01)
    assert found.controls.before == pytest.approx(sum(before[3:]) / 9, rel=0.01)


def test_what_staff_say_is_proven_in_the_same_way(better):
    with better.cursor() as con:
        con.execute("BEGIN")
        try:
            con.execute("UPDATE answer SET voice = 'staff', survey_id = 'staff-pulse', touchpoint = NULL")
            asked = promised(
                metric="satisfaction", nps_kind=None, voice="staff", survey="staff-pulse", question="q", target=4.5
            )
            found = verification.proof(con, asked, WHOLE_BANK, AFTER, act_bank.bank())
        finally:
            con.execute("ROLLBACK")
    assert found.verdict == "proven"
    with pytest.raises(Refused):
        proof(better, asked, rights=Rights(frozenset((*PILOTS, *CONTROLS))))


def difference(low, high, p):
    effect = (low + high) / 2
    said = "noise" if p > 0.05 else "better" if effect > 0 else "worse"
    return verification.Difference(effect, low, high, p, 1.0, p, True, 100, effect > 0, said)


@pytest.mark.parametrize(
    ("low", "high", "p", "least", "word"),
    [
        (1, 5, 0.01, 0, "proven"), (1, 5, 0.01, 4, "proven"), (1, 5, 0.01, 6, "too_small"), (-5, -1, 0.01, 0, "harmed"),
        (-5, -1, 0.01, 4, "harmed"), (-2, -1, 0.01, 4, "too_small"), (-1, 5, 0.3, 0, "not_proven"),
        (-1, 5, 0.3, 4, "not_proven"), (-1, 3, 0.3, 4, "too_small"), (None, None, 0.3, 4, "not_proven"),
    ],
)  # fmt: skip
def test_the_word_follows_from_interval_and_least(low, high, p, least, word):
    found = difference(low if low is not None else -9, high if high is not None else 9, p)
    found = replace(found, low=low, high=high)
    assert proving.word(found, True, least, (), ())[0] == word
    mirrored = replace(found, effect=-found.effect, low=high and -high, high=low and -low)
    assert proving.word(mirrored, False, least, (), ())[0] == word
    assert proving.word(found, True, least, (), ("placebo",)) == ("not_proven", ("placebo",))
    assert proving.word(found, True, least, ("broken",), ())[0] == "not_proven"
    assert proving.word(found, True, least, ("early",), ())[0] in ("not_proven", "harmed")


def test_a_short_past_is_said_and_a_late_report_is_no_time_without_answers():
    db = bank()
    with db.writing() as con:
        con.execute("DELETE FROM response WHERE day < ?", [TIMES[1][0]])
    short = design(db, promised())
    assert short.scaled and short.visible and short.by_weeks and short.by_weeks[-1].weeks < LENGTH / 7
    later = dt.date(2027, 3, 1)  # answers end on 30 November
    with db.cursor() as con:
        asked = promised(start=later, end=later + dt.timedelta(days=LENGTH - 1))
        found = verification.design(con, asked, WHOLE_BANK, later, act_bank.bank())
    assert found.before.n == pytest.approx(len(PILOTS) * N * LENGTH / 30.3, rel=0.02)


def test_levels_of_branches_with_few_answers_are_not_told(better):
    with better.cursor() as con:
        con.execute("BEGIN")
        try:
            con.execute("DELETE FROM response WHERE branch = 'b0201' AND day >= ? AND day < ?", [TIMES[0][0], START])
            con.execute(
                "INSERT INTO response SELECT * REPLACE (DATE '2026-01-15' + 30 * CAST(row_number() OVER () AS INTEGER) "
                "AS day) FROM response WHERE branch = 'b0201' LIMIT 4"
            )
            found = verification.design(con, promised(), WHOLE_BANK, START, act_bank.bank())
        finally:
            con.execute("ROLLBACK")
    assert {match.branch for match in found.controls} == set(CONTROLS) - {"b0201"} and found.visible
