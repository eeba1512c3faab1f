"""What was expected, or matters, is never satisfaction: as the definition or the id says it, whatever way it came."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from cx.bank import model as bank
from cx.insight import groups
from cx.intake import import_load, imports, uploads
from cx.intake.reading import tabular
from cx.intake.response_mapping import as_data, response_mapping
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import facts, query
from cx.store.database import Database
from cx.store.place import ROOT
from cx.survey import diff, dump, load
from cx.survey.asking import beside, partner

MODEL = bank.load(ROOT / "data" / "model")
NOW = dt.datetime(2026, 11, 22, 8)
TEXT = """
id: s
version: 1.0.0
title: T
questions:
  - {id: csat_expected, type: csat, touchpoint: queue, label: Before}
  - {id: csat, type: csat, touchpoint: queue, label: After}
  - {id: hoped, type: rating, asks: expectation, touchpoint: queue, label: Hoped}
  - {id: as_expected, type: rating, touchpoint: queue, label: As expected}
  - {id: m, type: matrix, points: 5, label: M, rows: [{id: staff, label: S}, {id: staff_importance, label: I}]}
  - {id: m_expected, type: matrix, points: 5, asks: expectation, label: E, rows: [{id: staff, label: S}]}
"""
SAID = {"csat_expected": 5, "csat": 2, "hoped": 5, "as_expected": 4, "m": {"staff": 3, "staff_importance": 5},
        "m_expected": {"staff": 5}}  # fmt: skip
BESIDE = {"csat_expected": "expectation", "hoped": "expectation", "m.staff_importance": "importance",
          "m_expected.staff": "expectation"}  # fmt: skip
FELT = {"csat": 200, "as_expected": 400, "m.staff": 300}


def test_what_is_asked_follows_from_the_key_and_else_from_the_id() -> None:
    assert partner("wait_expected") == ("expectation", "wait") and partner("m.staff_importance") == (
        "importance", "m.staff",
    )  # fmt: skip
    assert partner("m_expected.staff") == ("expectation", "m.staff") and partner("expected") is None
    assert beside({"wait": None, "wait_expected": None}) == {"wait_expected": "expectation"}
    assert beside({"wait_expected": None}) == {}, "was the wait as expected?"
    assert beside({"wait": None, "wait_expected": "experience"}) == {}
    reading = load.read(TEXT, "s.yaml")
    assert reading.survey is not None and reading.survey.beside == BESIDE
    assert [p.code for p in reading.problems] == ["survey_asks_alone"], "nothing rates what was hoped"
    again = load.read(dump.dump(reading.survey), "s.yaml").survey
    assert again == reading.survey
    without = load.read(TEXT.replace("asks: expectation, touchpoint", "touchpoint"), "s.yaml").survey
    assert without is not None
    [change] = diff.compare(without, reading.survey).changes
    assert (change.code, change.level) == ("asks", "major")


def _inserted(db: Database) -> None:
    survey = load.read(TEXT, "s.yaml").survey
    assert survey is not None
    for _ in range(8):
        found = facts.rows(survey, SAID, facts.Received(str(uuid.uuid4()), NOW, NOW.date(), {}), MODEL)
        with db.writing() as con:
            for table, row in (("response", found.response), *(("answer", found.response | a) for a in found.answers)):
                own = facts.RESPONSE_COLUMNS if table == "response" else (*facts.SHARED, *facts.OWN)
                con.execute(
                    f"INSERT INTO {table} ({', '.join(own)}) VALUES ({', '.join('?' * len(own))})",
                    [row[name] for name in own],
                )


def _imported(db: Database) -> None:
    asked = [
        ("csat_expected", "csat", 5), ("csat", "csat", 2), ("hoped", "rating", 5), ("as_expected", "rating", 4),
        ("m.staff", "rating", 3), ("m.staff_importance", "rating", 5), ("m_expected.staff", "rating", 5),
    ]  # fmt: skip
    data: dict[str, Any] = {
        "source": "s", "survey": {"id": "s", "version": "1"}, "date": {"column": "day"},
        "questions": [{"id": id, "column": id, "type": type} for id, type, _ in asked],
    }  # fmt: skip
    plain = response_mapping(data)
    assert "asks" not in plain.to_json(), "files known under earlier mappings stay known"
    data["questions"][2]["asks"] = "expectation"
    mapping = response_mapping(data)
    assert response_mapping(as_data(mapping)) == mapping
    row = ",".join(("2026-11-22", *(str(value) for _, _, value in asked)))
    text = "\n".join((",".join(("day", *(id for id, _, _ in asked))), *[row] * 8)) + "\n"
    with tabular.opened(text.encode(), "t.csv") as table:
        import_load.load_responses(db, imports.check(table, mapping, MODEL, NOW.date()), "li", NOW)


def test_no_metric_counts_it_by_either_way_in() -> None:
    for way in (_inserted, _imported):
        db = Database(":memory:")
        way(db)
        with db.cursor() as con:
            assert con.execute("SELECT DISTINCT csat FROM response").fetchall() == [(2,)], "not the first csat question"
            rows = con.execute("SELECT DISTINCT question_id, type, satisfaction FROM answer").fetchall()
            assert {id: felt for id, _, felt in rows if felt is not None} == FELT
            assert {id: type for id, type, felt in rows if felt is None} == BESIDE
            scope = Scope(WHOLE_BANK)
            assert query.measure(con, "satisfaction", scope).total.value == 3
            assert query.measure(con, "csat", scope).total.value == 0 and query.measure(con, "csat", scope).total.n == 8
            gaps = {(pair.question, pair.kind): pair.gap.value for pair, _ in groups.gaps(con, scope)}
        assert gaps == {
            ("csat", "expectation"): -3, ("m.staff", "expectation"): -2, ("m.staff", "importance"): -2,
        }  # fmt: skip
        db.close()


def test_what_was_stored_like_a_rating_is_put_right_once(tmp_path: Path) -> None:
    path = tmp_path / "cx.duckdb"
    db = Database(path)
    rated = ("wait", "wait_expected", "card_expected")
    with db.writing() as con:
        con.execute("DELETE FROM setting")
        for id in rated:
            con.execute(
                "INSERT INTO answer (response_id, source, survey_id, survey_version, mode, day, question_id, type, "
                "score, points, satisfaction) VALUES (uuid(), 'x', 's', '1', 'link', DATE '2026-01-01', ?, 'rating', "
                "4, 5, 400)", [id],
            )  # fmt: skip
    db.close()
    for _ in range(2):
        db = Database(path)
        found = db.cursor().execute("SELECT question_id, type, satisfaction FROM answer ORDER BY rowid").fetchall()
        assert found == [
            ("wait", "rating", 400),
            ("wait_expected", "expectation", None),
            ("card_expected", "rating", 400),
        ]
        db.close()


def test_corrected_answers_from_before_come_back_right(tmp_path: Path) -> None:
    """Loaded and corrected while expectations were told by their ids only; the correction is undone today."""
    path = tmp_path / "cx.duckdb"
    db = Database(path)
    mapping = response_mapping({
        "source": "s", "survey": {"id": "s", "version": "1"}, "id": "no", "date": {"column": "day"},
        "questions": [{"id": id, "column": id, "type": "rating"} for id in ("wait", "wait_expected", "card_expected")],
    })  # fmt: skip
    for score in (5, 3):
        text = f"no,day,wait,wait_expected,card_expected\n7,2026-11-20,{score},{score},{score}\n"
        with tabular.opened(text.encode(), "t.csv") as table:
            last = import_load.load_responses(db, imports.check(table, mapping, MODEL, NOW.date()), "li", NOW)
    with db.writing() as con:
        for table in ("answer", "answer_replaced"):
            con.execute(f"UPDATE {table} SET type = 'rating', satisfaction = 100 * score")
        con.execute("DELETE FROM setting WHERE name != 'asked_beside'")
    db.close()
    db = Database(path)
    uploads.undo(db, last.upload_id)
    found = db.cursor().execute("SELECT question_id, type, satisfaction FROM answer ORDER BY question_id").fetchall()
    assert found == [("card_expected", "rating", 500), ("wait", "rating", 500), ("wait_expected", "expectation", None)]
    db.close()
