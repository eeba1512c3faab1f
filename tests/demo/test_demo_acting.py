"""Quick wins, cases and pain points of the demo bank are judged as its truth says."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from demo_bank import TRUE, rows, scope

from cx import demo
from cx.act import cases, pain_points, quick_wins, rollout, verification
from cx.act.pain_points import seeking, showing, weighing
from cx.act.pain_points.seeking import Look
from cx.bank.model import Model
from cx.measure import relative
from cx.measure import rollout as rollouts
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.store.query import Connection, measure
from cx.words import Translator


@pytest.fixture
def con(demo_bank: Database) -> Connection:
    return demo_bank.cursor()


@pytest.fixture
def found(con: Connection) -> demo.Summary:
    here = demo.summary(con)
    assert here
    return here


def effect(con: Connection, metric: str, win_id: str, **where: Any) -> tuple[float, float]:
    """Difference of differences and its standard error: pilots against the others, before and after the start."""
    win = next(win for win in TRUE.quick_wins if win.id == win_id)
    others = [row[0] for row in rows(con, "SELECT DISTINCT branch FROM response") if row[0] not in win.pilots]
    kind = "transactional" if metric == "nps" else None
    values, variance = [], 0.0
    periods = ((None, win.start - dt.timedelta(days=1)), (win.start, None))
    for branches, period in itertools.product((win.pilots, others), periods):
        total = measure(con, metric, scope(kind, branch=branches, **where).between(*period)).total
        assert total.value is not None and total.se is not None
        values.append(total.value)
        variance += total.se**2
    return (values[1] - values[0]) - (values[3] - values[2]), variance**0.5


def test_the_first_quick_win_truly_worked(con: Connection) -> None:
    win = TRUE.quick_wins[0]
    felt, error = effect(con, "satisfaction", win.id, touchpoint="queue", channel="branch")
    assert felt > 3 * error and felt > 0.3
    nps, error = effect(con, "nps", win.id, channel="branch")
    assert abs(nps - win.nps) < 3.3 * error and nps > 2 * error
    minutes, error = effect(con, "indicator", win.id, indicator="queue_minutes")
    assert minutes < -3 * error


def test_the_second_quick_win_did_nothing(con: Connection) -> None:
    win = TRUE.quick_wins[1]
    for metric, where in (
        ("nps", {"channel": "branch"}),
        ("satisfaction", {"touchpoint": "queue", "channel": "branch"}),
        ("indicator", {"indicator": "form_minutes"}),
    ):
        difference, error = effect(con, metric, win.id, **where)
        assert abs(difference) < 2.5 * error, metric


def test_quick_wins_are_closed_with_the_right_verdict(con: Connection, found: demo.Summary) -> None:
    verdicts = {}
    for name in (win.id for win in TRUE.quick_wins):
        win = quick_wins.get(con, found.quick_wins[name], WHOLE_BANK)
        assert win and win.state == "closed" and win.result and win.charter.baseline and win.charter.controls
        states = [step.state for step in quick_wins.history(con, found.quick_wins[name], WHOLE_BANK)]
        assert list(dict.fromkeys(states)) == ["idea", "signed", "running", "measuring", "closed"]
        verdicts[name] = win.result.verdict
    assert verdicts["ticket-redesign"] == "proven"
    assert verdicts["form-prefill-sms"] in ("not_proven", "too_small")


def test_proofs_find_the_effects_of_the_truth(con: Connection, model: Model, found: demo.Summary) -> None:
    for win in TRUE.quick_wins:
        kept = quick_wins.get(con, found.quick_wins[win.id], WHOLE_BANK)
        assert kept
        charter, after = kept.charter, win.end + dt.timedelta(days=1)
        proof = verification.proof(con, charter, WHOLE_BANK, after, model)
        true = win.satisfaction.get(win.touchpoint, 0.0) if win.metric == "satisfaction" else 0.0
        difference = proof.difference
        assert difference and abs(difference.effect - true) < 3 * difference.se
        assert proof.pretrend and proof.pretrend.passed and proof.placebo and proof.placebo.passed
        assert not proof.hurt and not set(charter.controls) & set(win.pilots)
        for each in proof.beside:
            if each.difference and each.metric in win.indicators:
                truly = win.indicators[each.metric]
                assert each.difference.word == "better" and abs(each.difference.effect - truly) < 4 * each.difference.se
        watched = verification.watch(con, charter, WHOLE_BANK, TRUE.last, model, proof)
        assert watched.word == ("held" if true else "open") and not watched.alarm
        before = verification.design(con, charter, WHOLE_BANK, win.start, model)
        assert before.visible and not before.reasons
        assert not true or (before.enough and before.visible < true)  # what was there to be found could be seen


def test_quick_wins_are_told_in_the_language_of_the_reader(con: Connection, found: demo.Summary) -> None:
    win = quick_wins.get(con, found.quick_wins["ticket-redesign"], WHOLE_BANK)
    assert win and win.result
    for lang, title, owner in (("zh", "取号改版", "服务质量组"), ("en", "Ticket redesign", "Service quality team")):
        t = Translator(lang)
        assert (t.pick(win.charter.title), t.pick(win.charter.owner)) == (title, owner)
        for text in (win.charter.hypothesis, win.result.lesson):
            assert bool(re.search(r"[\u4e00-\u9fff]", t.pick(text))) == (lang == "zh")


def test_cases_are_those_of_the_rules_and_became_what_the_truth_says(con: Connection) -> None:
    said, last = TRUE.cases, TRUE.last + dt.timedelta(days=1)
    low = rows(
        con, "SELECT count(*) FROM response r WHERE voice = 'customer' AND submitted_at >= ? AND ((nps <= 6 AND "
        "nps_kind <> 'competitive') OR EXISTS (FROM answer a WHERE a.response_id = r.response_id AND ((type = "
        "'csat' AND score * 5 <= 2 * points) OR (type = 'contact' AND choice = 'yes') OR (type = "
        "'rating' AND score = 1 AND "
        "r.survey_id IN ('branch-visit', 'call-center')))))", last - dt.timedelta(days=said["days"]),
    )  # fmt: skip
    shares = "count(*), count(*) FILTER (state = 'closed'), count(contacted_at), count(escalated_at)"
    others = f"SELECT {shares} FROM case_file WHERE branch IS DISTINCT FROM '{said['neglects']}'"
    followed, closed, _, _ = rows(con, others)[0]
    lying = rows(con, f"SELECT {shares} FROM case_file WHERE branch = '{said['neglects']}'")[0]
    assert [(followed + lying[0],)] == low and lying[0] == lying[3] > 0 and lying[1:3] == (0, 0)
    error = (said["closed"] * (1 - said["closed"]) / followed) ** 0.5
    assert abs(closed / followed - said["closed"]) < 4 * error
    back = cases.recovery(con, WHOLE_BANK)
    assert back.low is not None and back.high is not None and back.low <= said["recovered"] <= back.high
    assert cases.root_causes(con, WHOLE_BANK)[0][0] == max(said["causes"], key=said["causes"].__getitem__)
    assert rows(con, "SELECT count(*) FROM case_file WHERE hot <> (score <= 3)") == [(0,)]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)  # what is open counts back from the loading, the closed do not
    there = cases.standing(con, WHOLE_BANK, now)
    assert lying[0] <= there.escalated < there.late < there.open / 2
    assert 0 < there.nobody - lying[0] < (there.open - lying[0]) / 2, "most are taken up where none is neglected"
    ended = rows(con, "SELECT max(opened_at) FROM case_file WHERE state = 'closed'")[0][0]
    oldest = rows(con, "SELECT min(opened_at) FROM case_file WHERE state <> 'closed'")[0][0]
    assert ended < dt.datetime.combine(last, dt.time()) and now - oldest < dt.timedelta(days=21)
    assert rows(con, "SELECT count(*) FROM case_step WHERE recorded_at > now()::TIMESTAMP") == [(0,)]
    placed = dict(rows(con, "SELECT split_part(placed, ':', 1), count(*) FROM case_file GROUP BY 1"))
    assert min(placed["rating"], placed["theme"], placed["survey"]) > 0 and placed["none"] < there.open


def test_the_worst_cell_leads_the_register_and_is_found_again_today(con: Connection, model: Model) -> None:
    known = pain_points.everything(con, WHOLE_BANK)
    scales = weighing.scales(con, WHOLE_BANK)
    severities = {p.touchpoint: weighing.today(scales, p, model, WHOLE_BANK) for p in known}
    worst = max(severities, key=lambda name: severities[name].total if severities[name] else 0.0)  # type: ignore[union-attr]
    assert worst == TRUE.worst["touchpoint"] == known[0].touchpoint
    where = dict(known[0].pieces[0].where)
    assert {name: (TRUE.worst[name],) for name in ("journey", "stage", "channel", "touchpoint")} == where
    now = showing.shown(con, known[0].pieces[0], WHOLE_BANK)
    assert now.again is None and now.now.value is not None, "the frozen figure is still what the data of its days says"
    first = severities[worst]
    others = [one.total for name, one in severities.items() if name != worst and one is not None]
    assert first is not None and first.unit == "nps" and first.total > 3 * max(others)
    quarter = relative.period("this_quarter", TRUE.last, TRUE.last)
    assert quarter is not None
    look = Look(WHOLE_BANK, None, quarter, TRUE.last, TRUE.last)
    confirmed = seeking.crosscheck(con, look, model)
    assert [one.matter.touchpoint for one in confirmed] == [worst]
    fixes = {one.matter.touchpoint for one in seeking.drivers(con, look, model)}
    vital = {name for name in TRUE.surveys["relational-nps"].drivers if name != "default"}
    assert fixes and fixes <= vital, "vital and rated below average"


def test_what_the_wins_proved_verifies_their_pain_points_and_goes_on_to_the_other_branches(
    con: Connection, model: Model, found: demo.Summary
) -> None:
    words = {}
    for point in pain_points.everything(con, WHOLE_BANK):
        if point.state == "verify":
            (proof,) = pain_points.proofs(con, point, WHOLE_BANK)
            words[point.touchpoint] = proof.verdict
    assert words == {"queue": "proven", "form-filling": "not_proven"}
    (field,) = rollout.fields(con, model, ())
    win = next(win for win in TRUE.quick_wins if win.id == "ticket-redesign")
    assert field.win.id == found.quick_wins[win.id], "what did nothing is not rolled out"
    assert {b.place.branch for b in field.branches} == set(model.branches) - set(win.pilots)
    effect = field.win.effect
    assert effect.low is not None and effect.high is not None and effect.low <= win.satisfaction["queue"] <= effect.high
    slots = rollouts.waves(rollout.places([field]), rollouts.Weights(), 6, TRUE.last, 4)
    volume = {b.place.branch: b.place.volume for b in field.branches}
    first = [slot.place.branch for slot in slots if slot.wave == 1]
    for branch in first:
        assert volume[branch] > 0.8 or branch in TRUE.bad
    done = {branch for branch in TRUE.bad if branch not in win.pilots}
    assert done & set(first) and not field.chosen_for_pain, "bad branches come early; pilots were not chosen for pain"


def test_the_wave_in_place_is_the_one_of_cx_own_order_and_is_measured_as_it_truly_is(
    con: Connection, model: Model, found: demo.Summary
) -> None:
    win = TRUE.quick_wins[0]
    assert win.wave is not None
    steps = rollout.everything(con, WHOLE_BANK)
    assert {(s.win, s.branch, s.state, s.end) for s in steps} == {
        (found.quick_wins[win.id], branch, "done", win.wave.done) for branch in win.wave.branches
    }
    asked = rollout.fields(con, model, (), win.wave.planned - dt.timedelta(days=1))
    slots = rollouts.waves(rollout.places(asked), rollouts.Weights(), len(win.wave.branches), win.wave.first, 4)
    assert {slot.place.branch for slot in slots if slot.wave == 1} == set(win.wave.branches)
    assert all(s.looked is not None and s.looked[1] < win.wave.planned for s in steps), "planned on what was known"
    (field,) = rollout.fields(con, model, steps)
    (wave,) = rollout.waves(con, (field.win,), steps)
    true, d = win.satisfaction["queue"], wave.difference
    assert not wave.chosen_on and not wave.complete and wave.due > TRUE.last, "the data end before it is judged"
    assert d is not None and d.low is not None and d.low > 0 and abs(d.effect - true) < 3 * d.se
    assert wave.verdict == "not_proven" and "early" in wave.reasons
