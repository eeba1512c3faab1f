"""Loading the demo bank, and taking it out again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from demo_bank import ROOT, TRUE, rows

from cx import demo
from cx.bank.model import Model
from cx.demo import loading
from cx.intake import uploads
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.schema import Survey
from cx.words import Refused, Translator

TABLES = (
    "response", "answer", "indicator_value", "upload", "quick_win", "quick_win_entry", "pain_point", "experiment",
    "case_step", "case_file", "action_step", "kudos", "rollout_step", "setting",
)  # fmt: skip


@pytest.fixture
def con(demo_bank: Database) -> Connection:
    return demo_bank.cursor()


@pytest.fixture
def found(con: Connection) -> demo.Summary:
    here = demo.summary(con)
    assert here
    return here


def test_every_shipped_survey_is_in_the_demo(surveys: tuple[Survey, ...], found: demo.Summary) -> None:
    asked_again = {"case-followup"}  # of customers with a case, by a link of their own
    assert {survey.id for survey in surveys} - asked_again == set(TRUE.surveys) == set(found.surveys)
    assert {key: spec.responses for key, spec in TRUE.surveys.items()} == found.surveys


def test_how_much_there_is(con: Connection, found: demo.Summary, model: Model) -> None:
    assert 55_000 <= found.responses <= 65_000
    assert rows(con, "SELECT count(*) FROM response WHERE source = 'demo'") == [(found.responses,)]
    assert rows(con, "SELECT count(*) FROM answer WHERE source = 'demo'") == [(found.answers,)]
    assert rows(con, "SELECT count(DISTINCT response_id), count(DISTINCT branch) FROM response") == [
        (found.responses, 40)
    ]
    assert rows(con, "SELECT min(day), max(day), count(DISTINCT date_trunc('month', day)) FROM response") == [
        (TRUE.first, TRUE.last, 18)
    ]
    assert rows(con, "SELECT count(*), count(DISTINCT indicator) FROM v_indicator") == [
        (found.indicator_values, sum(not each.computed for each in model.indicators.values()))
    ]


def test_loading_twice_is_refused(
    demo_bank: Database, model: Model, surveys: tuple[Survey, ...], found: demo.Summary
) -> None:
    with pytest.raises(Refused, match="demo_here"):
        demo.load(demo_bank, model, surveys)
    assert loading.digest(demo_bank.cursor()) == found.digest


def test_the_same_again_to_the_last_bit_and_removal_leaves_nothing(model: Model, surveys: tuple[Survey, ...]) -> None:
    own = Database(":memory:")
    with own.writing() as con:
        con.execute("INSERT INTO setting VALUES ('theme', 'x', now()::TIMESTAMP)")
        con.execute("INSERT INTO draft VALUES (uuid(), 'branch-visit', '{}', now()::TIMESTAMP)")
        con.execute(
            "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, region, value) "
            "VALUES ('mine', 'queue_minutes', 'month', DATE '2026-01-01', 'b0101', 'shanghai-west', 4)"
        )
    before = {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in (*TABLES, "draft")}
    few = [survey for survey in surveys if survey.id in ("staff-pulse", "competitive-nps")]
    steps: list[tuple[float, str]] = []
    again = demo.load(own, model, few, lambda share, key: steps.append((share, key)))
    shares = [share for share, _ in steps]
    assert shares[0] == 0.0 and shares[-1] == 1.0 and shares == sorted(shares) and len(steps) > 5
    assert all(Translator("zh").has(key) for _, key in steps)
    assert demo.loaded(own.cursor())
    mine = "SELECT value FROM v_indicator WHERE indicator = 'queue_minutes' AND branch = 'b0101' AND day = ?"
    assert [float(value) for (value,) in rows(own.cursor(), mine, dt.date(2026, 1, 1))] == [4.0]
    assert demo.remove(own) == again.responses == 6000
    assert {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in (*TABLES, "draft")} == before
    assert not demo.loaded(own.cursor())
    assert demo.load(own, model, reversed(few)).digest == again.digest
    own.close()


def test_stopping_a_load_leaves_nothing(model: Model, surveys: tuple[Survey, ...]) -> None:
    class Stop(BaseException):
        pass

    def stop_at(limit: float) -> Any:
        def progress(share: float, _key: str) -> None:
            if share >= limit:
                raise Stop

        return progress

    own = Database(":memory:")
    before = {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in TABLES}
    few = [survey for survey in surveys if survey.id == "staff-pulse"]
    for limit in (0.5, 0.92):
        with pytest.raises(Stop):
            demo.load(own, model, few, stop_at(limit))
        assert {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in TABLES} == before, limit
    own.close()


def test_without_surveys_or_branches_it_says_so(model: Model) -> None:
    own = Database(":memory:")
    with pytest.raises(Refused, match="demo_no_surveys"):
        demo.load(own, model, ())
    own.close()


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], surveys: tuple[Survey, ...]
) -> None:
    from cx.__main__ import main

    one = tmp_path / "surveys"
    one.mkdir()
    (one / "staff-pulse.yaml").write_bytes((ROOT / "survey_defs" / "staff-pulse.yaml").read_bytes())
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CX_SURVEYS", str(one))
    assert main(["demo", "load", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["surveys"] == {"staff-pulse": 1500}
    assert main(["demo", "load", "--lang", "zh"]) == 1
    assert "示范银行" in capsys.readouterr().err
    assert main(["demo", "status", "--lang", "zh"]) == 0
    assert "1,500" in capsys.readouterr().out
    assert main(["demo", "remove", "--lang", "en"]) == 0
    assert "1,500" in capsys.readouterr().out
    assert main(["demo", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"loaded": False}


def test_the_history_of_uploads_tells_the_demo_once(con: Connection, found: demo.Summary) -> None:
    told = uploads.history(con)
    assert [(one.source, one.rows, one.in_force) for one in told] == [
        (demo.SOURCE, found.indicator_values, found.indicator_values)
    ]
