"""Rules of response quality against planted truth, flags that keep their history, and numbers that leave them out."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Iterator
from itertools import pairwise

import duckdb
import pytest
from planted import BRANCHES, START, Bank, filled_in, genuine

from cx.collect import filling, quality, signals
from cx.collect.measured import MEASURED
from cx.collect.watching import Watch
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import audit, query
from cx.store.database import Database
from cx.words import Refused

SPAM = "关注 公众号 领取 红包, 名额 有限 先到先得"
NOON = START + dt.timedelta(days=20, hours=12)


@pytest.fixture(scope="module")
def truth() -> Iterator[tuple[Database, dict[str, list[str]], int]]:
    """A bank with known bad responses: the database, their ids by rule, and how many are genuine."""
    db, bank = Database(":memory:"), Bank()
    genuine(bank)
    honest = len(bank.responses)
    mixed = [4, 2, 5, 3, 4, 1, 5]
    hour = dt.timedelta(hours=1)
    bad = {
        "speeder": [bank.add(NOON + n * 9 * hour, BRANCHES[n % 9], "link", 9, mixed, 6) for n in range(40)],
        "straight": [
            bank.add(NOON + n * 7 * hour, BRANCHES[n % 9], "link", s, [score] * 7, 5)
            for n, (score, s) in enumerate([(3, 25)] * 20 + [(5, 25)] * 20)
        ],
        "duplicate": [
            bank.add(NOON + n * hour, BRANCHES[n % 9], "link", 80, mixed, 3, f"{SPAM}{'!' * (n % 3)}")
            for n in range(12)
        ],
        "burst": [
            bank.add(NOON + dt.timedelta(seconds=25 * n), BRANCHES[5], "kiosk", 60, mixed, n % 8) for n in range(9)
        ],
        "filling": filled_in(bank, BRANCHES[7]),
    }  # fmt: skip
    bank.store(db)
    yield db, bad, honest
    db.close()


@pytest.mark.parametrize("rule", signals.PARAMETERS)
def test_a_rule_finds_what_was_planted_and_hardly_anything_genuine(truth, rule: signals.Rule) -> None:
    db, bad, honest = truth
    found = {id for id, _ in signals.look(db.cursor(), quality.EVER)[rule].found}
    said = MEASURED[rule]
    assert (len(bad[rule]), len(found & set(bad[rule]))) == (said.planted, said.found), "what the screen says"
    planted = {id for ids in bad.values() for id in ids}
    assert len(found - planted) <= 0.006 * honest, "false alarms among the genuine"


def test_customers_of_one_mind_who_take_their_time_are_left_alone(truth) -> None:
    db, bad, _ = truth
    of_one_mind = {
        str(id)
        for (id,) in db.cursor()
        .execute(
            "SELECT response_id FROM answer JOIN response USING (response_id) WHERE satisfaction IS NOT NULL "
            "AND seconds > 60 GROUP BY response_id HAVING min(satisfaction) = max(satisfaction)"
        )
        .fetchall()
    }
    found = {id for id, _ in signals.look(db.cursor(), quality.EVER)["straight"].found}
    assert len(of_one_mind) > 50 and not found & of_one_mind


def test_a_rush_at_a_busy_branch_is_no_burst() -> None:
    db, bank = Database(":memory:"), Bank()
    for day in range(10):
        for n in range(150):  # one a minute from ten to half past twelve, every day
            at = START + dt.timedelta(days=day, hours=10, minutes=n)
            bank.add(at, BRANCHES[0], "kiosk", 50, [4, 3, 5], 8)
    bank.store(db)
    assert not signals.look(db.cursor(), quality.EVER)["burst"].found
    db.close()


def test_one_branch_among_many_stands_out_by_its_month(truth) -> None:
    db, bad, _ = truth
    con = db.cursor()
    signals.look(con, quality.EVER)
    months = filling.months(con, signals.PARAMETERS["filling"])
    worst, next_one = sorted(months, key=lambda each: each.q)[:2]
    assert (worst.branch, worst.month) == (BRANCHES[7], "2026-03") and worst.q < 1e-6 < 0.05 < next_one.q
    assert worst.hours.count(17) >= 23


def fresh(count: int = 60) -> tuple[Database, list[str]]:
    """A small bank: ordinary answers, of which the first three were given in no time."""
    db, bank = Database(":memory:"), Bank()
    ids = [
        bank.add(NOON + dt.timedelta(hours=n), BRANCHES[0], "link", 5 if n < 3 else 60, [4, 5, 3], 9)
        for n in range(count)
    ]
    bank.store(db)
    return db, ids


def counted(db: Database, **more: bool) -> int:
    return int(query.measure(db.cursor(), "responses", Scope(WHOLE_BANK, **more)).total.value or 0)


def test_flags_leave_responses_out_of_every_number_and_come_back() -> None:
    db, ids = fresh()
    version = db.version
    done = quality.run(db)
    assert (done.flagged, done.moved) == (3, 3) and db.version > version
    assert counted(db) == 57 and counted(db, include_flagged=True) == 60
    flagged = db.cursor().execute("SELECT DISTINCT response_id::VARCHAR FROM answer WHERE flagged").fetchall()
    assert {id for (id,) in flagged} == set(ids[:3])
    assert quality.decide(db, ids[:1], "speeder", False, "anna") == 1
    assert counted(db) == 58
    quality.run(db)
    assert counted(db) == 58, "what a person cleared stays cleared"
    assert quality.decide(db, ids[:1], "speeder", True, "bert") == 1
    assert counted(db) == 57
    history = db.cursor().execute("SELECT flagged, flagged_by FROM quality_flag WHERE response_id = ?", [ids[0]])
    assert history.fetchall() == [(True, audit.SYSTEM), (False, "anna"), (True, "bert")]
    assert [each.action for each in audit.entries(db.cursor())][:2] == ["quality_flagged", "quality_lifted"]
    with pytest.raises(duckdb.Error):
        db.cursor().execute("DELETE FROM quality_flag")
    db.close()


def test_a_rule_lifts_its_own_flag_when_it_no_longer_finds_it() -> None:
    db, ids = fresh()
    quality.run(db)
    with db.writing() as con:
        con.execute("UPDATE response SET seconds = 60")
    done = quality.run(db)
    assert (done.flagged, done.lifted) == (0, 3) and counted(db) == 60
    db.close()


def test_a_rule_can_be_switched_off_and_on() -> None:
    db, _ = fresh()
    quality.run(db)
    assert quality.switch(db, "speeder", False, "anna") == 3 and counted(db) == 60
    speeder = quality.standings(db.cursor())[0]
    assert (speeder.on, speeder.flagged, speeder.judged) == (False, 3, 60), "still shown"
    assert quality.switch(db, "speeder", True, "anna") == 3 and counted(db) == 57
    db.close()


def test_a_person_flags_with_a_reason_only() -> None:
    db, ids = fresh()
    with pytest.raises(Refused):
        quality.decide(db, [ids[9]], quality.HAND, True, "anna", " ")
    with pytest.raises(Refused):
        quality.decide(db, ["00000000-0000-4000-8000-000000000000"], quality.HAND, True, "anna", "why")
    quality.decide(db, [ids[9]], quality.HAND, True, "anna", "测试填写")
    quality.run(db)
    assert counted(db) == 56
    [example] = quality.examples(db.cursor(), quality.HAND)
    assert (example.response_id, example.by, example.note) == (ids[9], "anna", "测试填写")
    db.close()


def test_imported_responses_are_not_judged() -> None:
    db, bank = Database(":memory:"), Bank(source="u1")
    for n in range(60):
        bank.add(NOON + dt.timedelta(hours=n), BRANCHES[0], "import", 5 if n < 3 else 60, [4, 5, 3], 9)
    bank.store(db)
    assert quality.run(db).flagged == 0
    db.close()


def test_the_background_judges_after_something_landed() -> None:
    db, ids = fresh()
    watch = Watch(db, 0.05)
    time.sleep(0.2)
    assert counted(db) == 60, "nothing landed since it started"
    db.count()
    deadline = time.monotonic() + 60
    while counted(db) == 60 and time.monotonic() < deadline:
        time.sleep(0.05)
    watch.close()
    assert counted(db) == 57
    db.close()


def test_odds_of_a_poisson() -> None:
    for expected in (0.01, 0.5, 2.0, 12.0):
        least = signals.too_many(expected, 5, 1e-6)
        tails = [
            1 - sum(math.exp(-expected) * expected**i / math.factorial(i) for i in range(n)) for n in (least, least - 1)
        ]
        assert tails[0] < 1e-6 and (least == 5 or tails[1] >= 1e-6)
    assert all(a <= b for a, b in pairwise(signals.too_many(x / 4, 5, 1e-6) for x in range(40)))


def test_tail_of_a_binomial() -> None:
    exact = sum(math.comb(20, i) * 0.1**i * 0.9 ** (20 - i) for i in range(6, 21))
    assert filling.binomial_tail(6, 20, 0.1) == pytest.approx(exact)
    assert filling.binomial_tail(0, 20, 0.1) == 1.0 and filling.binomial_tail(3, 3, 0.0) == 0.0


def test_every_number_says_how_many_it_leaves_out() -> None:
    db, ids = fresh()
    quality.run(db)
    con = db.cursor()
    scope = Scope(WHOLE_BANK, nps_kind="transactional")
    for metric in ("nps", "satisfaction"):
        assert query.provenance(con, query.measure(con, metric, scope)).left_out == 3
    elsewhere = query.measure(con, "nps", scope.narrowed(branch=BRANCHES[1]))
    assert query.provenance(con, elsewhere).left_out == 0
    whole = query.measure(con, "nps", Scope(WHOLE_BANK, nps_kind="transactional", include_flagged=True))
    assert query.provenance(con, whole).left_out == 0
    db.close()


def test_a_burst_is_no_measure_of_itself() -> None:
    db, bank = Database(":memory:"), Bank()
    for n in range(40):  # a quiet place: one an hour
        bank.add(START + dt.timedelta(hours=n), BRANCHES[0], "qr", 60, [4, 5, 3], 7)
    for n in range(24):  # and three evenings of eight in six minutes
        at = START + dt.timedelta(days=2 + n // 8, hours=17, seconds=45 * (n % 8))
        bank.add(at, BRANCHES[0], "qr", 60, [4, 5, 3], 7)
    bank.store(db)
    assert len(signals.look(db.cursor(), quality.EVER)["burst"].found) == 24
    db.close()


def test_a_run_over_recent_months_sets_flags_and_lifts_none() -> None:
    db, ids = fresh()
    quality.run(db)
    with db.writing() as con:
        con.execute("UPDATE response SET seconds = 60 WHERE response_id = ?", [ids[0]])
        con.execute("UPDATE response SET seconds = 5 WHERE response_id = ?", [ids[9]])
    recent = quality.run(db, since=START.date(), sources=("collect",))
    assert (recent.flagged, recent.lifted) == (1, 0)
    assert quality.run(db).lifted == 1
    db.close()
