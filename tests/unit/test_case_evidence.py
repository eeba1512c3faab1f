"""What a case is about, by the customer's own answers; what is read of them, and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_case_rules import CALENDAR, HOUR, NOW, RULES, every, respond, run

from cx.act import cases
from cx.act.cases import placing
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.words import Refused


@pytest.mark.parametrize(
    ("ratings", "themes", "asked", "found"),
    [
        ([("q", "queue", 100), ("c", "counter-service", 200)], ["forms"], ["queue"], ("queue", "rating:q")),
        ([("c", "counter-service", 400)], ["app", "queue"], ["queue", "counter-service"], ("queue", "theme:queue")),
        ([("q", "queue", 200), ("c", "counter-service", 200)], ["queue"], [], ("queue", "theme:queue")),
        ([("q", "queue", 200), ("c", "counter-service", 200)], ["forms"], [], (None, "tie")),
        ([], [], ["customer-service", "customer-service"], ("customer-service", "survey")),
        ([("c", "counter-service", 300)], ["app"], ["counter-service", "queue"], (None, "none")),
    ],
)  # fmt: skip
def test_a_case_is_about_what_the_answers_point_to(
    ratings: list[Any], themes: list[str], asked: list[str], found: tuple[str | None, str]
) -> None:
    belongs = {"queue": "queue", "forms": "form-filling"}.get
    assert placing.place([placing.Rating(*each) for each in ratings], themes, asked, belongs) == found


def test_a_comment_that_is_read_later_says_what_an_open_case_is_about(db: Database) -> None:
    text, of = "等了一个多小时也没人理", {"queue": "queue"}.get
    answers = [("w", "single", None, "gt30", None, None), ("why", "text", None, None, text, None)]
    id = respond(db, 2, touchpoint="counter-service", answers=answers)
    with db.writing() as con:
        con.execute("UPDATE answer SET touchpoint = 'smart-counter' WHERE question_id = 'w'")
    run(db, of=of)
    assert every(db)[id].about.touchpoint is None and every(db)[id].placed == "none"
    with db.writing() as con:
        con.execute(
            "INSERT INTO comment_reading SELECT md5_number_lower(?), 'd', 'zh', -1, -50, 60, FALSE, FALSE, "
            "[{'theme': 'staff', 'mood': 1}, {'theme': 'queue', 'mood': -1}], [], [], []", [text],
        )  # fmt: skip
    assert run(db, of=of) == 1 and run(db, of=of) == 0
    case = every(db)[id]
    assert (case.about.touchpoint, case.placed) == ("queue", "theme:queue")
    with db.cursor() as con:
        assert [step.action for step in cases.history(con, case.id, WHOLE_BANK)] == ["opened", "placed"]


def test_how_to_reach_a_customer_is_for_those_who_see_to_the_open_case(db: Database) -> None:
    rows = [("c", "contact", None, "yes", None, None), ("why", "text", None, None, "没人理我", None),
            ("other", "single", None, "other", "我妈妈陈女士", None)]  # fmt: skip
    id = respond(db, 2, answers=rows)
    with db.writing() as con:
        con.execute("INSERT INTO contact VALUES (?, 'c', '陈女士', '13812345678', NULL, '下午', now())", [id])
    run(db)
    case = every(db)[id]
    with db.cursor() as con:
        full = cases.said(con, case, WHOLE_BANK)
        assert full and [each[1:] for each in full.contacts] == [("陈女士", "13812345678", None, "下午")]
        assert [each.text for each in full.answers] == [None, "没人理我", "我妈妈陈女士"]
        for fewer in ({"comments": False}, {"act": False}):
            seen = cases.said(con, case, replace(WHOLE_BANK, **fewer))
            assert seen and not seen.contacts and "13812345678" not in repr(seen)
        hidden = cases.said(con, case, replace(WHOLE_BANK, comments=False))
        assert hidden and "陈女士" not in repr(hidden) and "没人理我" not in repr(hidden)
        assert [(each.hidden, each.choice) for each in hidden.answers] == [
            (False, "yes"),
            (True, None),
            (True, "other"),
        ]
    there = {"rights": WHOLE_BANK, "rules": RULES, "calendar": CALENDAR}
    cases.step(db, "li", case.id, case.recorded_at, state="closed", outcome="solved", root_cause="wait", note="好",
               **there)  # fmt: skip
    with db.cursor() as con:
        closed = cases.said(con, every(db)[id], WHOLE_BANK)
        assert closed and not closed.contacts, "closed: nobody needs the number any more"


def test_an_answer_found_invalid_closes_its_case_without_a_cause_and_no_other_does(db: Database) -> None:
    bad, sound = respond(db, 2), respond(db, 2)
    run(db)
    with db.writing() as con:
        con.execute("UPDATE response SET flagged = TRUE WHERE response_id = ?::UUID", [bad])
    there = {"rights": WHOLE_BANK, "rules": RULES, "calendar": CALENDAR, "state": "closed", "outcome": "invalid"}
    found = every(db)
    cases.step(db, "li", found[bad].id, found[bad].recorded_at, note="无效", **there)
    assert (every(db)[bad].state, every(db)[bad].outcome, every(db)[bad].root_cause) == ("closed", "invalid", None)
    with pytest.raises(Refused, match="case_outcome"):
        cases.step(db, "li", found[sound].id, found[sound].recorded_at, note="无效", root_cause="wait", **there)


def test_staff_learn_that_somebody_is_unhappy_here_and_nothing_else(db: Database) -> None:
    respond(db, 1, touchpoint="queue", answers=[("why", "text", None, None, "没人理我", None)])
    respond(db, 1, branch="b0304")
    respond(db, 1, channel="mobile")
    respond(db, 6)
    run(db)
    own = Rights(frozenset({"b0101"}), comments=False, act=False)
    with db.cursor() as con:
        found = cases.waiting(con, "b0101", "branch", own, NOW - HOUR)
        assert [tuple(each) for each in found] == [("queue", NOW, False)]
        assert not cases.waiting(con, "b0304", "branch", own, NOW - HOUR), "another branch"
        assert not cases.waiting(con, "b0101", "branch", own, NOW), "only now"
        assert len(cases.waiting(con, "b0101", None, own, NOW - HOUR)) == 2
    respond(db, 1, channel=None)
    run(db)
    with db.cursor() as con:
        assert len(cases.waiting(con, "b0101", "branch", own, NOW - HOUR)) == 2, "a link that says the branch alone"
