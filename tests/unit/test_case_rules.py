"""Cases that open by themselves: once a response, by which rules, for whom, by when; escalated once; asked again."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from pathlib import Path
from typing import Any

import act_bank
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx.act import cases
from cx.act.cases import clock, escalating, opening
from cx.bank import reading, rules
from cx.bank.calendar import Calendar
from cx.bank.model import load
from cx.bank.rules import Hours
from cx.collect import invitations, secret
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store import audit
from cx.store.database import Database
from cx.words import Refused

MODEL = Path(__file__).parents[2] / "data" / "model"
RULES = rules.load(MODEL)
CALENDAR = load(MODEL).calendar
AGAIN = act_bank.asked_again()
NOW = dt.datetime(2026, 9, 16, 2)  # Wednesday, 10:00 in Shanghai
THERE = {"rights": WHOLE_BANK, "rules": RULES, "calendar": CALENDAR}
HOUR = dt.timedelta(hours=1)


def respond(db: Database, nps: int | None = 9, **more: Any) -> str:
    """One response with an NPS answer; ``answers`` are further rows (question, type, satisfaction, choice, text)."""
    id, at = more.pop("id", str(uuid.uuid4())), more.pop("at", NOW)
    answers = more.pop("answers", ())
    row = {
        "response_id": id, "source": "collect", "survey_id": "branch-visit", "survey_version": "1", "mode": "link",
        "nps_kind": "transactional", "submitted_at": at, "day": at.date(), "branch": "b0101", "channel": "branch",
        "touchpoint": "queue", "nps": nps,
    } | more  # fmt: skip
    with db.writing() as con:
        con.execute(f"INSERT INTO response ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        for question, type, satisfaction, choice, text, number in answers:
            con.execute(
                "INSERT INTO answer (response_id, source, survey_id, survey_version, mode, day, question_id, type, "
                "satisfaction, choice, text, number) VALUES (?, 'collect', ?, '1', 'link', ?, ?, ?, ?, ?, ?, ?)",
                [id, row["survey_id"], at.date(), question, type, satisfaction, choice, text, number],
            )
    return id


def run(db: Database, now: dt.datetime = NOW, **more: Any) -> int:
    return opening.run(db, RULES, CALENDAR, **{"now": now, "begun": NOW - 48 * HOUR} | more)


def every(db: Database, **wanted: Any) -> dict[str | None, cases.Case]:
    with db.cursor() as con:
        found = cases.listed(con, WHOLE_BANK, cases.Wanted(**wanted), NOW, 1000).cases
    return {case.response_id: case for case in found}


def test_which_responses_open_a_case_and_which_do_not(db: Database) -> None:
    low = respond(db, 5)
    worst = respond(db, 0)
    several = respond(db, 6, answers=[("s", "csat", 200, None, None, None), ("c", "contact", None, "yes", None, None)])
    rated = respond(db, 9, answers=[("r", "rating", 100, None, None, None)])
    respond(db, 7)
    respond(db, None)
    respond(db, 9, answers=[("c", "contact", None, "no", None, None), ("s", "csat", 225, None, None, None)])
    respond(db, 9, survey_id="mobile-app", answers=[("r", "rating", 100, None, None, None)])  # not asked of that survey
    respond(db, 1, voice="staff")
    respond(db, 1, voice="walk")
    respond(db, 1, flagged=True)
    respond(db, 1, source="demo")
    respond(db, 1, nps_kind="competitive")  # may be about another bank
    respond(db, 1, at=NOW - 49 * HOUR)  # before the rules counted
    assert run(db) == 4
    found = every(db)
    assert set(found) == {low, worst, several, rated}
    assert (found[low].kind, found[low].hot, found[low].score) == ("detractor", False, 5)
    assert (found[worst].kinds, found[worst].hot) == (("very_low", "detractor"), True)
    assert found[several].kinds == ("contact", "detractor", "low_csat") and found[rated].kinds == ("low_rating",)
    # Wednesday 10:00: 18 hours are two working days, 4 hours the same day; asked to be contacted: 9 hours
    assert found[low].contact_due == dt.datetime(2026, 9, 18, 2) and found[worst].contact_due == NOW + 4 * HOUR
    assert found[several].contact_due == dt.datetime(2026, 9, 17, 2)
    assert (found[low].desk, found[low].opened_by, found[low].about.branch) == ("branch", audit.SYSTEM, "b0101")


def test_a_response_older_than_the_days_of_the_rules_opens_nothing_though_they_counted(db: Database) -> None:
    assert RULES.days == 7
    respond(db, 2, at=NOW - dt.timedelta(days=7, hours=1))
    mine = respond(db, 2, at=NOW - dt.timedelta(days=6))
    run(db, begun=NOW - dt.timedelta(days=30))
    assert set(every(db)) == {mine}


def test_a_rule_that_means_something_else_counts_from_then_on(db: Database) -> None:
    run(db)
    respond(db, 8, at=NOW - HOUR)
    text = "rules: [{id: detractor, name: {zh: 甲, en: A}, when: {nps: 8}, owner: x}]"
    wider = rules.read(reading.parse(text, "rules.yaml", []) or reading.Mapped(), [])
    assert opening.run(db, wider, CALENDAR, now=NOW) == 0
    later = respond(db, 8, at=NOW + HOUR)
    assert opening.run(db, wider, CALENDAR, now=NOW + 2 * HOUR) == 1 and set(every(db)) == {later}


def test_however_often_and_from_however_many_threads_a_response_makes_one_case(db: Database) -> None:
    ids = [respond(db, score % 4) for score in range(40)]
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(run(db))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40 and set(every(db)) == set(ids)
    with db.writing() as con:  # corrected by the customer: the response comes anew under its id
        con.execute("DELETE FROM response WHERE response_id = ?::UUID", [ids[0]])
    respond(db, 9, id=ids[0])
    assert run(db) == 0 and len(every(db)) == 40
    with db.cursor() as con:
        assert con.execute("SELECT count(*), count(DISTINCT case_id) FROM case_step").fetchall() == [(40, 40)]


def test_steps_from_many_threads_are_taken_one_by_one_and_none_is_lost(db: Database) -> None:
    respond(db, 1)
    run(db)
    (case,) = every(db).values()
    done: list[str] = []

    def work(name: str) -> None:
        for turn in range(5):
            while True:
                with db.cursor() as con:
                    now = cases.get(con, case.id, WHOLE_BANK)
                assert now is not None
                try:
                    cases.step(db, name, case.id, now.recorded_at, **THERE, note=f"{name}{turn}")
                    done.append(f"{name}{turn}")
                    break
                except Refused as refused:
                    assert refused.problems[0].code == "case_changed"

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.cursor() as con:
        notes = [step.note for step in cases.history(con, case.id, WHOLE_BANK)][1:]
    assert sorted(notes) == sorted(done) and len(notes) == 20


def test_words_read_later_open_a_case_or_raise_the_one_that_is_open(db: Database) -> None:
    spoken = [("why", "text", None, None, "我要向监管投诉", None)]
    calm, angry = respond(db, 9, answers=spoken), respond(db, 5, answers=spoken)
    closed = respond(db, 5, answers=spoken)
    run(db)
    assert set(every(db)) == {angry, closed}
    before = every(db)
    cases.step(db, "li", before[closed].id, before[closed].recorded_at, **THERE, state="closed", outcome="solved",
               root_cause="wait", note="说明了", now=NOW)  # fmt: skip
    with db.writing() as con:
        con.execute(
            "INSERT INTO comment_reading SELECT md5_number_lower(?), 'd', 'zh', -1, -60, 70, FALSE, FALSE, [], "
            "['anger'], ['regulator'], []", [spoken[0][4]],
        )  # fmt: skip
    assert run(db, NOW + HOUR) == 2 and run(db, NOW + HOUR) == 0
    found = every(db)
    assert found[calm].kinds == ("risk", "angry") and found[calm].hot and found[calm].desk == "complaints"
    assert (found[angry].kind, found[angry].hot) == ("risk", True) and found[angry].contact_due == NOW + 2 * HOUR
    assert found[closed].kinds == ("detractor",) and not found[closed].open
    with db.cursor() as con:
        assert [s.action for s in cases.history(con, found[angry].id, WHOLE_BANK)] == ["opened", "reason"]
        assert {case.id for case in cases.hot(con, WHOLE_BANK, NOW - HOUR)} == {found[calm].id, found[angry].id}
        words = cases.said(con, found[angry], Rights(None, comments=False))
        assert words is not None and not words.comments
        assert cases.said(con, found[angry], WHOLE_BANK).comments == (("why", "我要向监管投诉"),)  # type: ignore[union-attr]
        assert cases.said(con, found[angry], Rights(frozenset({"b0304"}))) is None


def test_what_is_late_goes_to_the_manager_once_and_by_itself(db: Database) -> None:
    respond(db, 5)
    run(db)
    (case,) = every(db).values()
    due = case.contact_due
    assert due is not None
    edge = clock.due(due, RULES.rules["detractor"].escalate or 0, RULES.hours, CALENDAR)
    assert escalating.run(db, RULES, CALENDAR, now=edge - dt.timedelta(seconds=1)) == 0
    boss = lambda desk, _branch: "chen" if desk == "service" else None  # noqa: E731
    assert [escalating.run(db, RULES, CALENDAR, now=edge, alone=boss) for _ in range(2)] == [1, 0]
    (case,) = every(db).values()
    assert (case.desk, case.owner, case.escalated_at, case.state) == ("service", "chen", edge, "open")
    with db.cursor() as con:
        assert [(s.action, s.by) for s in cases.history(con, case.id, WHOLE_BANK)][1:] == [("escalated", audit.SYSTEM)]


def test_speaking_to_the_customer_stops_the_first_clock_and_opening_again_starts_the_second(db: Database) -> None:
    respond(db, 5)
    run(db)
    (case,) = every(db).values()
    late = dt.datetime(2026, 9, 20, 4)
    assert case.contact_late(late) and case.late(late)
    cases.step(db, "li", case.id, case.recorded_at, **THERE, contacted=True, template="phone-first", now=NOW + HOUR)
    (case,) = every(db).values()
    assert not case.contact_late(late) and (case.state, case.contacted_at) == ("working", NOW + HOUR)
    cases.step(db, "li", case.id, case.recorded_at, **THERE, state="closed", outcome="solved", root_cause="wait",
               note="好了", now=NOW + 2 * HOUR)  # fmt: skip
    (case,) = every(db).values()
    assert case.closed_at == NOW + 2 * HOUR and not case.late(NOW + 10_000 * HOUR)
    with pytest.raises(Refused, match="case_order"):
        cases.step(db, "li", case.id, case.recorded_at, **THERE, state="closed", outcome="solved", note="again")
    cases.step(db, "li", case.id, case.recorded_at, **THERE, state="working", note="又来了", now=NOW + 3 * HOUR)
    (case,) = every(db).values()
    hours = RULES.rules["detractor"].close
    assert (case.reopened, case.closed_at, case.root_cause) == (1, None, "wait")
    assert case.close_due == clock.due(NOW + 3 * HOUR, hours, RULES.hours, CALENDAR)
    with pytest.raises(Refused, match="case_not_allowed"):
        cases.step(db, "vw", case.id, case.recorded_at, **THERE | {"rights": Rights(None, act=False)}, note="x")


def test_who_was_a_detractor_and_says_how_it_is_now_counts_as_won_back_or_not(db: Database) -> None:
    for score in (2, 5, 6, 3):
        respond(db, score)
    run(db)
    codes = []
    for case in every(db).values():
        code = cases.invite_again(db, "li", case.id, case.recorded_at, rights=WHOLE_BANK, rules=RULES, survey=AGAIN)
        assert cases.invite_again(db, "x", case.id, NOW, rights=WHOLE_BANK, rules=RULES, survey=AGAIN) == code
        codes.append(code)
    assert len(set(codes)) == 4 and RULES.again is not None
    late = RULES.again.late * 24 + 1
    told = ((codes[0], 9, 1), (codes[1], 7, 2), (codes[2], 6, 3), (codes[3], 10, late), (secret.token(), 10, 4))
    for token, score, hours in told:
        answers = [("recommend", "slider", None, None, None, score)]
        id = respond(db, None, answers=answers, survey_id=RULES.again.survey, at=NOW + hours * HOUR)
        with db.writing() as con:
            con.execute("INSERT INTO submission VALUES (?, ?, '', now())", [secret.submission_id(token), id])
    with db.cursor() as con:
        reach = [(wave.invited, wave.channels, wave.survey_id) for wave in invitations.waves(con)]
        found = invitations.find(con, codes[0], dt.date.today())
    assert reach == [(4, {"branch": (4, 4, 4)}, RULES.again.survey)], "one wave a month, counted in reach"
    assert found and (found.dims, found.state) == ({"branch": "b0101", "channel": "branch"}, "open")
    assert run(db, NOW + 9 * HOUR) == 3 and run(db, NOW + 9 * HOUR) == 0
    with db.cursor() as con:
        found = cases.recovery(con, WHOLE_BANK)
    assert sorted(case.again for case in every(db).values() if case.again is not None) == [6, 7, 9]
    # Wilson by hand for 2 of 3: (0.667 + 0.640 ± 1.96 sqrt(0.0741 + 0.1067)) / 2.280
    assert found.counts == {"recovered": 2, "asked": 3, "invited": 4} and round(found.value or 0, 4) == 0.6667
    assert (round(found.low or 0, 3), round(found.high or 0, 3)) == (0.208, 0.939)


@given(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 12, 20)), st.floats(0, 120),
    st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York", "Asia/Kathmandu"]),
)  # fmt: skip
def test_due_is_after_that_many_working_hours_in_every_zone(start: dt.datetime, hours: float, zone: str) -> None:
    day = Hours(zone=zone)
    due = clock.due(start, hours, day, CALENDAR)
    assert due >= start and clock.worked(start, due, day, CALENDAR) == pytest.approx(hours, abs=1e-6)
    opens, closes = clock.window(clock.local_day(due, day), day)
    assert CALENDAR.works(clock.local_day(due, day)) and opens <= due <= closes
    earlier = due - dt.timedelta(seconds=1)
    if earlier > start:
        assert clock.worked(start, earlier, day, CALENDAR) < hours + 1e-9
    assert clock.left(due, start, day, CALENDAR)[1] == pytest.approx(hours, abs=1e-6)


def test_holidays_count_for_nothing_and_swapped_weekends_do() -> None:
    shanghai = Hours(zone="Asia/Shanghai")
    friday = dt.datetime(2026, 9, 30, 9)  # 17:00 on the last day before the holidays (1 to 7 October)
    assert clock.due(friday, 2, shanghai, CALENDAR) == dt.datetime(2026, 10, 8, 2)  # Thursday 10:00
    assert clock.due(dt.datetime(2026, 10, 9, 9, 30), 1, shanghai, CALENDAR) == dt.datetime(2026, 10, 10, 1, 30)
    assert clock.due(dt.datetime(2026, 9, 16, 15), 1, shanghai, Calendar()) == dt.datetime(2026, 9, 17, 2)


def test_what_is_wrong_in_the_file_is_told_at_its_line_and_the_rest_counts() -> None:
    assert RULES.problems == () and list(RULES.rules)[0] == "risk" and RULES.causes
    text = """hours: {from: "18:00", to: "09:00"}
rules:
  - {id: a, name: {zh: 甲, en: A}, when: {nps: 11}}
  - {id: b, name: {zh: 乙, en: B}, when: {nps: 6}, owner: nowhere, colour: red}
  - {id: b, name: {zh: 丙, en: C}, when: {nps: 6}}
  - {id: d, name: {zh: 丁, en: D}, when: {contact: true}, on: false}
again: {survey: x}
"""
    found: list[Any] = []
    made = rules.read(reading.parse(text, "rules.yaml", found) or reading.Mapped(), found)
    told = {(problem.code, problem.where) for problem in made.problems}
    assert told == {
        ("rule_hours", "rules.yaml:1"), ("rule_range", "rules.yaml:3"), ("rule_when", "rules.yaml:3"),
        ("model_unknown", "rules.yaml:4"), ("model_key", "rules.yaml:4"), ("model_duplicate", "rules.yaml:5"),
        ("rule_again", "rules.yaml:7"),
    }  # fmt: skip
    assert list(made.rules) == ["b", "d"] and [rule.id for rule in made.active] == ["b"]
    assert made.hours == Hours() and made.again is None
