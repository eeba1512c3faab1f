"""Answers of every type into rows, through the journal into the tables, and back for a respondent who returns."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from handing_in import hand_over
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_making import Definition, definitions, forms
from test_survey_types import ALL

from cx.bank import model as bank
from cx.store import facts, quotas
from cx.store.database import Database
from cx.store.facts import Received
from cx.store.journal import Journal
from cx.store.place import ROOT
from cx.store.record import Record
from cx.survey import arrange, dump, flow, load, types
from cx.survey.schema import Survey

MODEL = bank.load(ROOT / "data" / "model")
NOW = dt.datetime(2026, 11, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    opened = Database(":memory:")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def journal(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    opened = Journal(tmp_path_factory.mktemp("facts") / "journal", database)
    yield opened
    opened.close()


def hand_in(journal: Journal, survey: Survey, answers: dict[str, object], sid: str | None = None) -> str:
    """Submit complete answers under a submission's id, which is the response's too here."""
    sid = sid or str(uuid.uuid4())
    received = Received(sid, NOW, NOW.date(), {"channel": "branch"})
    final = flow.complete(survey, answers)
    content = {"form": flow.to_form(survey, final)}
    hand_over(journal, Record("response", sid, survey.id, NOW, content, facts.rows(survey, final, received, MODEL)))
    journal.flush()
    return sid


def said(survey: Survey, form: dict[str, list[str]]) -> dict[str, object]:
    return {id: v for page in range(len(survey.pages)) for id, v in flow.parse(survey, page, form).answers.items()}


def landed(journal: Journal, sid: str) -> dict[str, list[str]]:
    found = journal.latest(sid)
    assert found is not None and found.kind == "response"
    return dict(found.content["form"])


def read(database: Database, sql: str, *values: object) -> list[tuple]:
    with database.cursor() as con:
        return con.execute(sql, values).fetchall()


SAID: dict[str, object] = {
    "nps": 9, "way": "else", "way.else": "柜员", "ways": ("a", "c"), "ways.c": "y", "r": ("t", "p", "s"),
    "m": {"staff": 5, "clean": types.NOT_APPLICABLE}, "often": {"app": "never", "atm": "daily"},
    "slide": Decimal("7.5"), "k": {"with": 1, "without": 5}, "pics": ("0123456789abcdef", "1123456789abcdef"),
    "c": {"wanted": True, "name": "王", "phone": "13800000000", "when": "下午"}, "last": dt.date(2026, 1, 31),
}  # fmt: skip


def test_every_type_lands_and_comes_back(journal: Journal, database: Database) -> None:
    sid = str(uuid.uuid4())
    mine = arrange.arranged(ALL, sid)
    blocks = types.sets(mine.question("x"))  # type: ignore[arg-type]
    picks = {"1.best": blocks[0][0], "1.worst": blocks[0][1], "2.best": blocks[1][0], "2.worst": blocks[1][1]}
    answers = SAID | {"x": picks}
    assert flow.problems(mine, answers) == {}
    hand_in(journal, mine, answers, sid)
    assert said(mine, landed(journal, sid)) == answers
    rows = read(
        database,
        "SELECT question_id, type, score, points, satisfaction, choice, number, text, touchpoint FROM answer "
        "WHERE response_id = ?::UUID AND question_id NOT LIKE 'x.%' ORDER BY ALL",
        sid,
    )
    number = Decimal
    assert rows == [
        ("c", "contact", 1, 1, None, "yes", None, None, None),
        ("k", "kano", None, None, None, "one_dimensional", None, None, None),
        ("k.with", "kano", 1, 5, None, None, None, None, None),
        ("k.without", "kano", 5, 5, None, None, None, None, None),
        ("last", "date", None, None, None, None, None, "2026-01-31", None),
        ("m.clean", "rating", None, None, None, "na", None, None, None),
        ("m.staff", "rating", 5, 5, 500, None, None, None, "counter-service"),
        ("nps", "nps", 9, 10, None, None, None, None, None),
        ("often.app", "single", None, None, None, "never", None, None, None),
        ("often.atm", "single", None, None, None, "daily", None, None, None),
        ("pics", "photo", None, None, None, None, None, "0123456789abcdef", None),
        ("pics", "photo", None, None, None, None, None, "1123456789abcdef", None),
        ("r", "ranking", None, None, None, "p", number(2), None, None),
        ("r", "ranking", None, None, None, "s", number(3), None, None),
        ("r", "ranking", None, None, None, "t", number(1), None, None),
        ("slide", "slider", None, None, None, None, number("7.5"), None, None),
        ("tier", "computed", None, None, None, None, None, "fan", None),
        ("way", "single", None, None, None, "else", None, "柜员", None),
        ("ways", "multiple", None, None, None, "a", None, None, None),
        ("ways", "multiple", None, None, None, "c", None, "y", None),
    ]
    best_worst = dict(read(
        database, "SELECT question_id, number FROM answer WHERE response_id = ?::UUID AND number IS NOT NULL "
        "AND type = 'maxdiff'", sid,
    ))  # fmt: skip
    for item in {*blocks[0], *blocks[1]}:
        best, worst = ([picks[f"{n}.{pick}"] for n in (1, 2)].count(item) for pick in ("best", "worst"))
        times = (item in blocks[0]) + (item in blocks[1])
        assert best_worst[f"x.{item}"] == round(Decimal(best - worst) / times, 4)


def test_contact_details_are_in_their_own_table_only(journal: Journal, database: Database) -> None:
    sid = hand_in(journal, ALL, SAID)
    (row,) = read(
        database, "SELECT question_id, name, phone, email, preferred FROM contact WHERE response_id = ?::UUID", sid
    )
    assert row == ("c", "王", "13800000000", None, "下午")
    whole = read(database, "SELECT to_json(a) FROM answer a WHERE response_id = ?::UUID", sid)
    whole += read(database, "SELECT to_json(r) FROM response r WHERE response_id = ?::UUID", sid)
    assert not [text for (text,) in whole if "13800000000" in text or "王" in text]
    hand_in(journal, ALL, SAID | {"c": {"wanted": False}}, sid)
    assert read(database, "SELECT * FROM contact WHERE response_id = ?::UUID", sid) == [], "taken back is gone"
    assert not [p for (p,) in read(database, "SELECT payload FROM response_revision") if "13800000000" in p]


def test_quotas_are_counted_once_a_response(journal: Journal, database: Database) -> None:
    with database.writing() as con:
        con.execute("DELETE FROM quota_hit")
    sid = hand_in(journal, ALL, {"nps": 9, "m": {"staff": 5}})
    hand_in(journal, ALL, {"nps": 9, "m": {"staff": 5}}, sid)
    with database.cursor() as con:
        assert quotas.counts(con, "all") == {"happy": 1, "rated": 1}
    hand_in(journal, ALL, {"nps": 10})
    with database.cursor() as con:
        assert quotas.counts(con, "all") == {"happy": 2, "rated": 1}
    hand_in(journal, ALL, {"nps": 2}, sid)
    with database.cursor() as con:
        assert quotas.counts(con, "all") == {"happy": 1}, "a correction counts anew"
        assert quotas.counts(con, "other") == {}


QUOTED = """
id: quoted
version: 1.0.0
title: Q
quotas: [{id: some, when: CONDITION, limit: 100}]
questions:
  - {id: age, type: number, decimals: 1, label: Age?}
  - {id: ways, type: multiple, label: Ways?, choices: [{id: app, label: App}, {id: branch, label: Branch}]}
  - {id: done, type: yes_no, label: Done?}
  - {id: day, type: date, label: When?}
  - {id: m, type: matrix, label: M, points: 5, rows: [{id: staff, label: Staff}]}
"""


def quoted(condition: str) -> Survey:
    survey = load.read(QUOTED.replace("CONDITION", json.dumps(condition)), "quoted.yaml").survey
    assert survey is not None
    return survey


def test_a_quota_whose_condition_changed_counts_what_is_in_anew(journal: Journal, database: Database) -> None:
    first = quoted("age < 30")
    said = [
        {"age": Decimal("29.5"), "ways": ("app", "branch"), "done": True, "day": dt.date(2026, 1, 2)},
        {"age": Decimal(20), "ways": ("branch",), "m": {"staff": 4}}, {"age": Decimal(50), "done": False}, {},
    ]  # fmt: skip
    for answers in said:
        hand_in(journal, first, answers)

    def had(condition: str) -> int:
        quotas.settle(database, quoted(condition))
        with database.cursor() as con:
            return quotas.counts(con, "quoted").get("some", 0)

    assert had("age < 30") == 2
    for condition in (
        "'app' in ways", "size(ways) == 2 && age < 30", "done == false || day == '2026-01-02'", "!answered(age)",
        "age / 2 > 14.6", "age < 30",
    ):  # fmt: skip
        now = quoted(condition).quotas[0].when
        expected = sum(now.holds(answers) for answers in said)
        assert had(condition) == expected > 0, condition
    assert had("m.staff >= 4") == 0, "kept as rows of its own: it begins at nothing"
    hand_in(journal, quoted("m.staff >= 4"), said[1])
    assert had("m.staff >= 4") == 1 and had("age < 30") == 3, "back again, all that are in count"


@settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(definitions(), st.data())
def test_what_was_said_comes_back_from_the_tables(
    journal: Journal, definition: Definition, data: st.DataObject
) -> None:
    survey = load.read(dump.text(definition), "t").survey
    assert survey
    sid = str(uuid.UUID(int=data.draw(st.integers(1, 2**100))))
    mine = arrange.arranged(survey, sid)
    answers = said(mine, data.draw(forms(mine)))
    final = flow.complete(mine, answers)
    hand_in(journal, mine, answers, sid)
    back = said(mine, landed(journal, sid))
    assert flow.complete(mine, back) == {id: _kept(mine, id, value) for id, value in final.items()}


def _kept(survey: Survey, id: str, value: object) -> object:
    """Numbers are stored with four decimals."""
    return round(value, 4) if isinstance(value, Decimal) else value


def test_facts_of_plain_answers_hold_nothing_beside(tmp_path: Path) -> None:
    plain = load.read("id: t\nversion: 1.0.0\ntitle: T\nquestions: [{id: a, type: text, label: A}]", "t").survey
    assert plain
    rows = facts.rows(plain, {"a": "x"}, Received(str(uuid.uuid4()), NOW, NOW.date(), {}), MODEL)
    assert rows.beside == {}
    body = Record("response", str(uuid.uuid4()), "t", NOW, {"form": {}}, rows).body()
    assert list(json.loads(body.split(b" ", 5)[5])) == ["content", "response", "answers"]
