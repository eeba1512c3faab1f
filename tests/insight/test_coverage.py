"""The coverage map of a journey whose every cell can be told by looking at it, and the check of links."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_bank import indicator, ratings

from cx.__main__ import main
from cx.bank.model import Model
from cx.bank.shape import Indicator, Journey, Stage, Touchpoint
from cx.insight import coverage
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store.database import Database
from cx.survey import load
from cx.survey.schema import Survey

ROOT = Path(__file__).resolve().parents[2]
SURVEY = """
id: visit
version: 1.0.0
title: Visit
nps_kind: transactional
about: {journey: opening, stage: serve, touchpoint: desk}
questions:
  - {id: nps, type: nps, label: Recommend}
  - {id: waited, type: rating, touchpoint: queue, label: Waiting}
  - {id: app, type: rating, touchpoint: app, links: [uptime, nothing], label: App}
  - {id: said, type: text, label: Why}
  - id: parts
    type: matrix
    points: 5
    label: Parts
    rows: [{id: form, label: Form, touchpoint: form}]
"""
STAFF = """
id: staff
version: 1.0.0
kind: staff
title: Staff
questions: [{id: lonely, type: rating, touchpoint: lonely, label: Alone}]
"""


def _stage(name: str, *touchpoints: str) -> Stage:
    return Stage(name, {"en": name}, tuple(Touchpoint(t, {"en": t}) for t in touchpoints))


def _indicator(name: str, stage: str, touchpoint: str | None) -> Indicator:
    return Indicator(name, {"en": name}, journey="opening", stage=stage, touchpoint=touchpoint)


MODEL = Model(
    journeys={
        "opening": Journey(
            "opening", {}, (_stage("book", "app", "phone"), _stage("serve", "queue", "desk", "form", "lift"),
                            _stage("after", "lonely"))
        )
    },
    indicators={
        "wait": _indicator("wait", "serve", "queue"), "uptime": _indicator("uptime", "book", "app"),
        "ring": _indicator("ring", "book", "phone"), "days": _indicator("days", "serve", None),
        "loose": Indicator("loose", {"en": "Loose"}),
    },
)  # fmt: skip


def surveys() -> list[Survey]:
    found = [load.read(text, "s.yaml").survey for text in (SURVEY, STAFF)]
    assert all(found)
    return [survey for survey in found if survey]


@pytest.fixture
def db() -> Iterator[Database]:
    found = Database(":memory:")
    yield found
    found.close()


def test_every_cell_says_which_side_looks_at_it() -> None:
    found = coverage.chart(MODEL, surveys())
    signals = {cell.place[2]: cell.signal for cell in found.cells}
    assert signals == {
        "app": "both", "phone": "indicator", "queue": "both", "desk": "survey", "form": "survey", "lift": "none",
        "lonely": "none",
    }  # fmt: skip
    assert (found.measured, found.count("none"), found.count("both", "opening")) == (5, 2, 2)
    desk = next(cell for cell in found.cells if cell.place[2] == "desk")
    assert [one.question.id for one in desk.asked] == ["nps"]  # a text without a place is about nothing in particular


def test_the_check_finds_each_kind_of_fault() -> None:
    found = {(f.code, f.place[-1] if f.place else None, f.question, f.names) for f in _findings()}
    assert found == {
        ("unknown_link", "app", "app", ("nothing",)),
        ("no_link", "queue", "waited", ("wait",)),
        ("no_measure", None, "", ()),  # the stage "after": staff are not the customers' voice
        ("no_indicator", "desk", "", ()),
        ("no_indicator", "form", "", ()),
        ("no_question", "phone", "", ("ring",)),
        ("no_question", None, "", ("days",)),
        ("no_place", None, "", ("loose",)),
    }
    assert [f.code for f in _findings() if f.error] == ["unknown_link"]


def _findings() -> tuple[coverage.Finding, ...]:
    return coverage.chart(MODEL, surveys()).findings


def test_a_link_alone_is_a_measure_of_its_indicators_place() -> None:
    linked = SURVEY.replace("touchpoint: queue, label", "touchpoint: queue, links: [ring], label")
    survey = load.read(linked, "s.yaml").survey
    assert survey is not None
    found = coverage.chart(MODEL, [survey])
    phone = next(cell for cell in found.cells if cell.place[2] == "phone")
    assert phone.signal == "both" and [one.linked for one in phone.asked] == [True]


def test_counts_are_of_the_window_and_the_rights_and_small_ones_hidden(db: Database) -> None:
    today = dt.date(2026, 11, 22)
    for touchpoint, branch, count, day in (
        ("queue", "A", 30, today), ("queue", "B", 9, today), ("queue", "A", 7, dt.date(2026, 1, 1)),
        ("app", "A", 8, today), ("desk", "A", 3, today),
    ):  # fmt: skip
        ratings(db, {4: count}, touchpoint=touchpoint, branch=branch, day=day)
    indicator(db, "wait", 3, today, branch="A")
    indicator(db, "wait", 3, today)
    window = (today - dt.timedelta(days=89), today)
    with db.cursor() as con:
        bank = coverage.counts(con, Scope(WHOLE_BANK, *window))
        branch = coverage.counts(con, Scope(Rights(frozenset({"A"})), *window))
    # three ratings are too few, and with the next larger cell they cannot be worked out from a total either
    assert bank.ratings == {"queue": 39, "app": None, "desk": None}
    assert branch.ratings == {"queue": 30, "app": None, "desk": None}
    assert branch.values == {"wait": 1} and bank.values == {"wait": 2}


def test_event_coverage_is_the_last_days_against_the_goal(db: Database) -> None:
    model = Model(indicators={"event_coverage": Indicator("event_coverage", {}, "%", target=92.0)})
    with db.cursor() as con:
        assert coverage.events(con, Scope(WHOLE_BANK), model) == coverage.Events(None, None, 92.0)
    indicator(db, "event_coverage", 88, dt.date(2026, 11, 20), grain="day")
    indicator(db, "event_coverage", 95, dt.date(2026, 11, 21), grain="day")
    with db.cursor() as con:
        assert coverage.events(con, Scope(WHOLE_BANK), model) == coverage.Events(95.0, dt.date(2026, 11, 21), 92.0)


def test_the_command_guards_a_banks_own_definitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "surveys"
    folder.mkdir()
    shutil.copy(ROOT / "survey_defs" / "branch-visit.yaml", folder)
    monkeypatch.setenv("CX_SURVEYS", str(folder))
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    assert main(["coverage", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["touchpoints"] == len(told["cells"]) == sum(told[s] for s in ("both", "survey", "indicator", "none"))
    queue = next(cell for cell in told["cells"] if cell["touchpoint"] == "queue")
    assert queue["signal"] == "both" and "branch-visit.waited" in queue["questions"]
    assert main(["coverage", "--least", "99.9"]) == 1
    file = folder / "branch-visit.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("[queue_minutes]", "[queue_hours]"), encoding="utf-8")
    capsys.readouterr()
    assert main(["coverage", "--lang", "en"]) == 1
    assert "queue_hours" in capsys.readouterr().out
