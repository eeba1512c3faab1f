"""Three real files of other tools: the door's figures equal the reference and a count by the csv module alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cx.bank import model as bank
from cx.intake import import_load, imports, uploads
from cx.intake.reading import tabular
from cx.intake.response_mapping import response_mapping
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import query
from cx.store.database import Database
from cx.store.place import ROOT
from tests.shared.references import FOLDER, records, table

NOW = dt.datetime(2026, 11, 22)
MODEL = bank.load(ROOT / "data" / "model")
STAGES = {
    "before": ("Departure and Arrival Time Convenience", "Ease of Online Booking"),
    "airport": ("Check-in Service", "Online Boarding", "Gate Location", "Baggage Handling"),
    "aboard": (
        "On-board Service", "Seat Comfort", "Leg Room Service", "Cleanliness", "Food and Drink", "In-flight Service",
        "In-flight Wifi Service", "In-flight Entertainment",
    ),
}  # fmt: skip
CRITERIA = {"Class": "segment", "Customer Type": "product", "Type of Travel": "business_line"}
HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def load(path: Path, data: dict[str, Any]) -> Database:
    database, mapping = Database(":memory:"), response_mapping(data)
    with tabular.opened(path, path.name) as opened:
        checked = imports.check(opened, mapping, MODEL, dt.date(2026, 11, 22))
        assert [(p.row, p.column, p.value, p.problem.code) for p in checked.problems] == []
        import_load.load_responses(database, checked, "test", NOW)
        assert import_load.load_responses(database, checked, "test", NOW).unchanged
    return database


def slug(header: str) -> str:
    return re.sub(r"\W+", "-", header.lower())


@pytest.fixture(scope="module")
def airline() -> tuple[list[dict[str, str]], Database]:
    path = table("ID", "Satisfaction", *CRITERIA, *(header for headers in STAGES.values() for header in headers))
    ratings = [
        {"id": slug(header), "column": header, "type": "rating", "missing": [0], "touchpoint": slug(header)}
        for headers in STAGES.values()
        for header in headers
    ]
    overall = {"id": "satisfied", "column": "Satisfaction", "type": "yes_no",
               "values": {"Satisfied": "yes", "Neutral or Dissatisfied": "no"}}  # fmt: skip
    journeys = [{"id": "flight", "name": {"en": "Flight", "zh": "乘机"}, "stages": [
        {"id": stage, "name": {"en": stage}, "touchpoints": [{"id": slug(h), "name": {"en": h}} for h in headers]}
        for stage, headers in STAGES.items()
    ]}]  # fmt: skip
    data = {"survey": {"id": "airline"}, "date": {"fixed": "2015-06-30"}, "id": "ID", "dimensions": {d: c for c,
    d in CRITERIA.items()},
            "questions": [*ratings, overall], "journeys": journeys}  # fmt: skip
    return records(path), load(path, data)


def facts() -> dict[str, Any]:
    path = FOLDER / "reference" / "airline_facts.json"
    if not path.is_file():
        pytest.skip("airline_facts.json is not there")
    return json.loads(path.read_text(encoding="utf-8"))["cases"][0]  # type: ignore[no-any-return]


def test_airline_touchpoints_are_stages_of_a_journey(airline: tuple[list[dict[str, str]], Database]) -> None:
    rows, database = airline
    given = {stage: [int(row[h]) for h in headers for row in rows if int(row[h])] for stage, headers in STAGES.items()}
    measured = query.measure(database.cursor(), "satisfaction", Scope(WHOLE_BANK), ("journey", "stage"))
    assert {cell.key for cell in measured.cells} == {("flight", stage) for stage in STAGES}
    for stage, scores in given.items():
        assert measured.of("flight", stage).value == pytest.approx(sum(scores) / len(scores), rel=1e-12)
        assert sum(Counter(scores).values()) == len(scores)


def test_airline_scores_equal_an_independent_count(airline: tuple[list[dict[str, str]], Database]) -> None:
    rows, database = airline
    means = query.measure(database.cursor(), "satisfaction", Scope(WHOLE_BANK), ("touchpoint",))
    tops = query.measure(database.cursor(), "top2", Scope(WHOLE_BANK), ("touchpoint",))
    for header in (h for headers in STAGES.values() for h in headers):
        scores = [int(row[header]) for row in rows if int(row[header])]
        assert means.of(slug(header)).value == pytest.approx(sum(scores) / len(scores), rel=1e-12)
        assert (tops.of(slug(header)).counts["k"], tops.of(slug(header)).n) == (
            sum(s >= 4 for s in scores),
            len(scores),
        )


def test_airline_scores_equal_the_reference(airline: tuple[list[dict[str, str]], Database]) -> None:
    rows, database = airline
    expected = facts()
    if expected["rows"] != len(rows):
        pytest.skip("the reference is about other rows")
    means = query.measure(database.cursor(), "satisfaction", Scope(WHOLE_BANK), ("touchpoint",))
    for header, value in expected["mean_without_zeros"].items():
        assert means.of(slug(header)).value == pytest.approx(value, rel=1e-9)
    tops = query.measure(database.cursor(), "top2", Scope(WHOLE_BANK), ("touchpoint",))
    for header, box in expected["top2box_without_zeros"].items():
        found = tops.of(slug(header))
        assert (found.counts["k"], found.n) == (box["k"], box["n"])
        assert (found.low, found.high) == pytest.approx(tuple(box["wilson95"]), rel=1e-9)
    for header, dimension in CRITERIA.items():
        shares = query.measure(database.cursor(), "yes_share", Scope(WHOLE_BANK), (dimension,))
        names = {cell.key[0]: cell.estimate for cell in shares.cells}
        assert len(names) == len(expected["satisfied_by"][header])
        counted = sorted((e.counts["k"], e.n) for e in names.values())
        assert counted == sorted((one["satisfied"], one["n"]) for one in expected["satisfied_by"][header].values())


def test_bank_nps_with_mixed_day_first_dates() -> None:
    path = table("id", "market", "survey_date", "customer_name", "month", "rating")
    rows = records(path)
    database = load(path, {
        "survey": {"id": "bank-nps", "nps_kind": "relational"}, "date": {"column": "survey_date"}, "id": "id",
        "dimensions": {"region": "market"}, "questions": [{"id": "nps", "column": "rating", "type": "nps"}],
        "drop": sorted(set(rows[0]) - {"id", "market", "survey_date", "rating"}),
    })  # fmt: skip
    scope = Scope(WHOLE_BANK, nps_kind="relational")
    con = database.cursor()
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in rows:
        groups[row["market"], int(row["month"])].append(int(row["rating"]))
    measured = query.measure(con, "nps", scope, ("region", "month"))
    assert {(cell.key[0], cell.key[1].month) for cell in measured.cells} == set(groups)
    for cell in measured.cells:
        scores = groups[cell.key[0], cell.key[1].month]
        if cell.estimate.value is not None:
            promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
            assert cell.estimate.value == pytest.approx(100 * (promoters - detractors) / len(scores))
        assert cell.estimate.n in (len(scores), 0)
    names = {row["customer_name"] for row in rows}
    assert not any(name in str(con.execute("SELECT * FROM response LIMIT 500").fetchall()) for name in list(names)[:50])


def test_app_reviews_with_comments() -> None:
    path = table("review_id", "title", "content", "rating", "date", "platform", "bank")
    rows = records(path)
    database = load(path, {
        "survey": {"id": "app-reviews"}, "date": {"column": "date", "time_zone": "Asia/Hong_Kong"}, "id": "review_id",
        "dimensions": {"channel": "platform", "brand": "bank", "segment": "bank"},
        "questions": [{"id": "stars", "column": "rating", "type": "rating"}, {"id": "title", "column": "title",
        "type": "text"},
                      {"id": "comment", "column": "content", "type": "text"}],
    })  # fmt: skip
    con = database.cursor()
    stars: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        stars[row["bank"]].append(int(float(row["rating"])))
    measured = query.measure(con, "satisfaction", Scope(WHOLE_BANK), ("brand",))
    assert {cell.key[0]: cell.estimate.n for cell in measured.cells if cell.estimate.value is not None} == {
        name: len(scores) for name, scores in stars.items() if len(scores) >= 5
    }
    for name, scores in stars.items():
        if len(scores) >= 5:
            assert measured.of(name).value == pytest.approx(sum(scores) / len(scores))
    months = Counter(local(row["date"]).strftime("%Y-%m") for row in rows)
    found = con.execute("SELECT strftime(day, '%Y-%m'), count(*) FROM response GROUP BY 1").fetchall()
    assert dict(found) == months
    comments = con.execute("SELECT count(*) FROM answer WHERE question_id = 'comment'").fetchall()[0][0]
    assert comments == sum(1 for row in rows if row["content"].strip() not in _NOTHING)
    assert {c for (c,) in con.execute("SELECT DISTINCT channel FROM response").fetchall()} == {
        row["platform"] for row in rows
    }
    upload = uploads.history(con)[0]
    uploads.undo(database, upload.upload_id)
    assert con.execute("SELECT count(*) FROM answer").fetchall() == [(0,)]


_NOTHING = {"", "-", "--", "—", "–", "——", "/", "N/A", "n/a", "NA", "null", "None", "nan", "无", "暂无", "空", "缺失"}


def local(text: str) -> dt.datetime:
    """The moment in Hong Kong; one without a zone is taken as written."""
    moment = dt.datetime.fromisoformat(text)
    return moment.astimezone(HONG_KONG) if moment.tzinfo else moment
