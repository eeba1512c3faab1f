"""Whose voice an answer is: customers', staff's and walk-throughs' never meet in one number."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from handing_in import hand_over
from small_bank import brand_scores, comment, ratings, scores

from cx.bank import model as bank
from cx.collect import signals
from cx.insight import journey, overview, staff, voices_filling, walks
from cx.intake import import_load, imports
from cx.intake.reading import tabular
from cx.intake.response_mapping import ResponseMapping, response_mapping
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store import comments, facts, query
from cx.store.database import Database
from cx.store.facts import Received
from cx.store.journal import Journal
from cx.store.place import ROOT
from cx.store.record import Record
from cx.survey import flow, load
from cx.survey.schema import Survey
from cx.voices import load as lexicon
from cx.words import Refused

MODEL = bank.load(ROOT / "data" / "model")
LEXICON = lexicon().lexicon
DAY = dt.date(2026, 8, 15)
TEXT = """
id: check
version: 1.0.0
kind: {kind}
title: t
about: {{journey: account-opening, stage: serve, touchpoint: counter-service}}
questions:
  - {{id: csat, type: csat, label: a}}
  - {{id: effort, type: ces, label: b}}
  - id: rows
    type: matrix
    points: 5
    label: c
    rows: [{{id: clean, label: Clean}}, {{id: ramp, label: Ramp}}]
  - {{id: open, type: yes_no, label: d}}
  - {{id: seen, type: photo, max_photos: 3, label: e}}
  - {{id: said, type: text, label: f}}
"""


def survey(kind: str) -> Survey:
    found = load.read(TEXT.format(kind=kind), kind)
    assert found.survey is not None, found.problems
    return found.survey


def facts_of(survey: Survey, answers: dict[str, object], day: dt.date, **dims: str) -> facts.Facts:
    moment = dt.datetime.combine(day, dt.time(9))
    return facts.rows(survey, flow.complete(survey, answers), Received(str(uuid.uuid4()), moment, day, dims), MODEL)


def whole(made: facts.Facts) -> list[dict[str, object]]:
    """The answers with what they have from their response."""
    return [{name: made.response[name] for name in facts.SHARED} | dict(answer) for answer in made.answers]


def put(db: Database, kind: str, answers: dict[str, object], day: dt.date = DAY, times: int = 1, **dims: str) -> str:
    """Land responses of a survey of that kind, as the questionnaire would; returns the id of the last."""
    made = [facts_of(survey(kind), answers, day, **({"channel": "branch"} | dims)) for _ in range(times)]
    with db.writing() as con:
        for table in ("response", "answer"):
            rows = [row for one in made for row in ([one.response] if table == "response" else whole(one))]
            marks = f"({', '.join('?' * len(rows[0]))})"
            con.execute(
                f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES {', '.join([marks] * len(rows))}",
                [value for row in rows for value in row.values()],
            )
    return str(made[-1].response["response_id"])


WORST: dict[str, object] = {
    "csat": 1, "effort": 1, "rows": {"clean": 1, "ramp": 1}, "open": False,
    "said": "a terrible queue", "seen": ("a" * 24,),
}  # fmt: skip


@pytest.fixture
def db() -> Database:
    """Customers only: happy ones, of every type of answer."""
    found = Database(":memory:")
    scores(found, 60, 20, 20, branch="b0101")
    ratings(
        found, {4: 40, 5: 40}, branch="b0101", journey="account-opening", stage="serve", touchpoint="counter-service"
    )
    brand_scores(found, "ours", 30, 10, 10)
    comment(found, "waited an hour", branch="b0101")
    put(
        found,
        "customer",
        {"csat": 5, "effort": 6, "rows": {"clean": 4, "ramp": 5}, "open": True},
        branch="b0101",
        times=8,
    )
    return found


def everything(db: Database) -> list[Any]:
    """All that the customers' pages read: each metric in each breakdown, filters, why, journeys, overview, comments."""
    con, found = db.cursor(), []
    voices_filling.fill(db, LEXICON)
    for name, metric in METRICS.items():
        if metric.view == "v_indicator" or metric.voice == "walk":
            continue
        scope = Scope(WHOLE_BANK, nps_kind="transactional" if metric.kind_needed else None)
        if metric.alone:
            scope = scope.narrowed(**{metric.alone: {"brand": "ours", "theme": "queue"}[metric.alone]})
        found.append(query.measure(con, name, scope).cells)
        for dimension in (
            d for d in ("branch", "touchpoint", "survey_id", "question_id") if metric.view in DIMENSIONS[d].views
        ):
            found.append(query.measure(con, name, scope, (dimension,)).cells)
        found.append(query.provenance(con, query.measure(con, name, scope)))
        found.append(query.contents(con, scope, ("survey_id", "branch", "channel"), name))
    whole = Scope(WHOLE_BANK)
    found += [journey.journeys(con, whole), journey.cells(con, whole, MODEL, "account-opening")]
    found += [overview.loop(con, whole, None), query.kinds(con, whole)]
    found.append(comments.latest(con, Scope(WHOLE_BANK, nps_kind="transactional"), "detractor"))
    return found


def test_what_staff_and_walks_say_moves_no_number_of_customers(db: Database) -> None:
    before = everything(db)
    for kind in ("staff", "walk"):
        put(db, kind, WORST, times=30, branch="b0101")
    assert everything(db) == before
    put(db, "customer", WORST, times=30, branch="b0101")
    after = everything(db)
    changed = sum(one != two for one, two in zip(before, after, strict=True))
    assert changed > len(before) / 2  # the same answers of customers do count


def test_a_scope_asks_one_voice(db: Database) -> None:
    put(db, "staff", WORST, branch="b0101", times=6)
    con = db.cursor()
    for name in ("csat", "satisfaction", "top2", "yes_share", "ces", "responses"):
        own = query.measure(con, name, Scope(WHOLE_BANK, voice="staff")).total
        assert own.base == 6 and own.value in (0, 1, 6), name
    assert query.measure(con, "csat", Scope(WHOLE_BANK)).total.value == 1
    with pytest.raises(ValueError, match="customer only"):
        query.measure(con, "nps", Scope(WHOLE_BANK, nps_kind="transactional", voice="staff"))
    with pytest.raises(ValueError, match="walk only"):
        query.measure(con, "checklist", Scope(WHOLE_BANK))
    assert query.contents(con, Scope(WHOLE_BANK, nps_kind="transactional", voice="staff"), (), "nps").n == 0


def test_the_score_costs_no_further_condition(db: Database) -> None:
    con = db.cursor()
    assert "voice" not in query.measure(con, "nps", Scope(WHOLE_BANK, nps_kind="transactional")).sql
    assert "voice = ?" in query.measure(con, "responses", Scope(WHOLE_BANK)).sql
    taken = "SELECT count(*) FROM response r LEFT JOIN answer a USING (response_id) WHERE r.voice <> 'customer' AND "
    for kind in ("staff", "walk"):
        put(db, kind, WORST)
    assert con.execute(taken + "(r.nps IS NOT NULL OR a.type = 'nps')").fetchall() == [(0,)]


def mapping(kind: str | None, **more: Any) -> ResponseMapping:
    asked = {"id": "legacy", "version": "1"} | ({"kind": kind} if kind else {}) | more
    question = {"id": "happy", "column": "happy", "type": "csat"}
    nps = [{"id": "nps", "column": "nps", "type": "nps"}] if more.get("nps_kind") else []
    return response_mapping({"survey": asked, "date": {"column": "day"}, "questions": [question, *nps]})


def upload(db: Database, m: ResponseMapping, happy: int = 1) -> None:
    text = "day,happy,nps\n" + "".join(f"2026-08-{day:02},{happy},9\n" for day in range(1, 13))
    with tabular.opened(text.encode(), "t.csv") as table:
        import_load.load_responses(db, imports.check(table, m, MODEL, DAY), "li", dt.datetime(2026, 8, 20))


def test_files_say_whose_voice_they_hold(db: Database) -> None:
    con, whole = db.cursor(), Scope(WHOLE_BANK)
    before = query.measure(con, "csat", whole).total
    upload(db, mapping("staff"))
    assert query.measure(con, "csat", Scope(WHOLE_BANK, voice="staff")).total.n == 12
    with pytest.raises(Refused, match="upload_voice"):
        upload(db, mapping(None), happy=2)  # forgotten: it would count as customers'
    assert query.measure(con, "csat", whole).total == before
    assert mapping(None).kind == "customer"
    for kind in ("staff", "walk"):
        with pytest.raises(Refused, match="survey_nps_staff"):
            mapping(kind, nps_kind="relational")
    with pytest.raises(Refused, match="upload_mapping_value"):
        mapping("robots")


def test_a_database_from_before_goes_forward(tmp_path: Path) -> None:
    old = Database(tmp_path / "cx.duckdb")
    ratings(old, {5: 10})
    with old.writing() as con:
        con.execute("DELETE FROM setting WHERE name = 'schema'")
        for view in ("v_response", "v_answer"):
            con.execute(f"DROP VIEW {view}")
        for table in ("response", "answer", "response_replaced", "answer_replaced"):
            con.execute(f"ALTER TABLE {table} DROP COLUMN voice")
    old.close()
    for _ in range(2):
        again = Database(tmp_path / "cx.duckdb")
        assert query.measure(again.cursor(), "csat", Scope(WHOLE_BANK)).total.n == 10
        again.close()


def test_lines_of_the_journal_from_before_land_as_customers(tmp_path: Path) -> None:
    """Acknowledged by a version that knew no voice, landed by this one; also where a question is called voice."""
    db = Database(":memory:")
    journal = Journal(tmp_path / "journal", db)
    made = facts_of(survey("customer"), {"csat": 5}, DAY, channel="branch")
    response = dict(made.response)
    del response["voice"]
    content = {"form": {"voice": ["5"]}, "dims": {}}
    record = Record("response", str(uuid.uuid4()), "check", dt.datetime(2026, 8, 15), content)
    hand_over(journal, record._replace(facts=facts.Facts(response, made.answers)))
    journal.flush()
    assert db.cursor().execute("SELECT voice FROM response UNION ALL SELECT voice FROM answer").fetchall() == [
        ("customer",), ("customer",)
    ]  # fmt: skip
    assert not journal.rejected()
    journal.close()


def test_no_walk_is_judged_a_careless_customer(db: Database) -> None:
    for kind in ("customer", "walk"):
        for _ in range(40):
            put(db, kind, {"csat": 3}, branch="b0102")
    with db.writing() as con:
        signals.look(con, dt.date(2026, 1, 1))
        judged = con.execute("SELECT DISTINCT voice FROM judged JOIN response USING (response_id)").fetchall()
    assert judged == [("customer",)]


def walked(db: Database) -> list[str]:
    """Two walks in one branch, better the second time, and one flawless in another."""
    return [
        put(db, "walk", {"csat": 5, "rows": {"clean": 1, "ramp": 3}, "open": False, "seen": ("a" * 24, "b" * 24),
                         "said": "dark"}, DAY, branch="b0101"),
        put(db, "walk", {"csat": 5, "rows": {"clean": 5, "ramp": 3}, "open": True, "seen": ("c" * 24,)},
            DAY + dt.timedelta(7), branch="b0101"),
        put(db, "walk", {"csat": 5, "rows": {"clean": 5, "ramp": 5},
                         "open": True, "seen": ("d" * 24,)}, DAY, branch="b0203"),
    ]  # fmt: skip


def test_the_score_of_a_walk_is_its_share_of_the_best_possible(db: Database) -> None:
    first, second, third = walked(db)
    found = walks.view(db.cursor(), walks.scope(WHOLE_BANK), (survey("walk"),))
    by = {walk.id: walk for walk in found.walks}
    assert by[first].score == (1 + 0 + 0.5 + 0) / 4 and by[first].photos == 2
    assert by[second].score == (1 + 1 + 0.5 + 1) / 4 and by[third].score == 1
    assert found.walks[0].id == second  # the latest first
    assert found.total.value == pytest.approx((1.5 + 3.5 + 4) / 12) and found.total.low is None
    assert [place.branch for place in found.places] == ["b0101", "b0203"]
    assert [walk.id for walk in found.places[0].walks] == [first, second]
    weak = {item.id: item for item in found.items}
    assert [item.id for item in found.items][:2] == ["open", "rows.clean"]  # 2 of 3 each
    assert weak["rows.clean"].label == "Clean" and weak["rows.clean"].lowest == ("b0101", 0.5)
    assert {photo.name[0] for photo in weak["rows.clean"].photos} == {"a", "b"}  # where it was not at its best
    assert {photo.name[0] for photo in weak["rows.ramp"].photos} == {"a", "b", "c"}
    assert weak["csat"].photos == ()


def test_walks_are_shown_within_rights_only(db: Database) -> None:
    first, _, third = walked(db)
    con, own = db.cursor(), Rights(frozenset({"b0203"}))
    found = walks.view(con, walks.scope(own), (survey("walk"),))
    assert [walk.id for walk in found.walks] == [third] and found.total.value == 1
    assert walks.one(con, own, first) is None and walks.one(con, own, "' OR 1") is None
    assert walks.one(con, own, third) is not None
    blind = walks.one(con, Rights(None, comments=False), first)
    assert blind is not None and blind.photos == () and not {"said", "seen"} & set(blind.said)
    seen = walks.one(con, WHOLE_BANK, first)
    assert seen is not None and [s.text for s in seen.said["said"]] == ["dark"] and len(seen.photos) == 2
    customers = put(db, "customer", WORST, branch="b0203")
    assert walks.one(con, WHOLE_BANK, customers) is None


def test_a_flagged_walk_is_shown_and_does_not_count(db: Database) -> None:
    first, second, third = walked(db)
    with db.writing() as con:
        for table in ("response", "answer"):
            con.execute(f"UPDATE {table} SET flagged = TRUE WHERE response_id = ?", [first])
    found = walks.view(db.cursor(), walks.scope(WHOLE_BANK), (survey("walk"),))
    assert len(found.walks) == 3 and {walk.id for walk in found.counted} == {second, third}
    assert found.total.value == pytest.approx(7.5 / 8) and [p.estimate.value for p in found.places] == [0.875, 1]


def test_the_interval_is_over_walks_and_only_from_five_on(db: Database) -> None:
    for place, clean in enumerate((1, 2, 3, 4)):
        put(db, "walk", {"rows": {"clean": clean, "ramp": 5}}, DAY + dt.timedelta(place), branch="b0101")
    here, definition = walks.scope(WHOLE_BANK), (survey("walk"),)
    assert walks.view(db.cursor(), here, definition).total.low is None
    put(db, "walk", {"rows": {"clean": 5, "ramp": 5}}, DAY, branch="b0203")
    total = walks.view(db.cursor(), here, definition).total
    assert total.value == 0.75 and total.degrees == 4
    # equal weights: the plain mean of five scores, .5 .625 .75 .875 1: s = .19764, t(4) = 2.7764
    assert total.low == pytest.approx(0.75 - 2.7764 * 0.19764 / 5**0.5, abs=1e-4)


def test_staff_are_read_by_question_and_never_in_small_groups() -> None:
    db = Database(":memory:")
    for day, count in ((dt.date(2026, 2, 1), 4), (dt.date(2026, 5, 1), 6), (dt.date(2026, 8, 1), 9)):
        for place in range(count):
            put(db, "staff", {"csat": 5 - place % 2, "open": place % 3 == 0}, day, branch="b0101")
    con, definitions = db.cursor(), (survey("staff"),)
    assert staff.surveys(con, WHOLE_BANK) == ("check",) and staff.versions(con, WHOLE_BANK, "check") == ("1.0.0",)
    quarters = staff.quarters(con, WHOLE_BANK, "check")
    assert quarters == (dt.date(2026, 7, 1), dt.date(2026, 4, 1), dt.date(2026, 1, 1))
    lines = {line.id: line for line in staff.answers(con, WHOLE_BANK, "check", definitions, quarters[0]).lines}
    assert set(lines) == {"csat", "open"}
    mean, yes = lines["csat"].mean, lines["open"].yes
    assert mean is not None and mean.n == 9 and mean.value == pytest.approx((5 * 5 + 4 * 4) / 9)
    assert yes is not None and yes.counts["k"] == 3 and lines["open"].mean is None
    for quarter in quarters[1:]:  # four people; and the six that would give them away from a total
        told = staff.answers(con, WHOLE_BANK, "check", definitions, quarter).lines
        assert told and all(line.estimate.state == "hidden" for line in told), quarter
    for branch in ("b0101", "b0203"):
        head = Rights(frozenset({branch}))
        assert staff.surveys(con, head) == () and staff.quarters(con, head, "check") == ()
        assert staff.answers(con, head, "check", definitions, quarters[0]).lines == ()
