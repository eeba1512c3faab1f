"""What a case is about, by the customer's own answers; what is read of them, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from test_case_rules import every, respond, run

from cx.act import cases
from cx.act.cases import placing
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database


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
