"""A sample beside the customers: who is over, both figures, and what is refused or not told."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import uuid
from pathlib import Path

import pytest
from openpyxl import Workbook
from small_bank import ratings, scores

from cx.bank import model as bank
from cx.bank import population
from cx.bank.population import Base, Row
from cx.insight import reliability, weighting, weighting_shares
from cx.intake import customer_base as reading
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store import audit, customer_base
from cx.store.database import Database
from cx.store.place import ROOT
from cx.survey import load
from cx.words import Refused, Translator

MODEL = bank.load(ROOT / "data" / "model")
SCOPE = Scope(WHOLE_BANK, nps_kind="transactional")
EN = Translator("en")


def base(**customers: dict[str, int]) -> Base:
    return Base(tuple(Row(name, v, n) for name, each in customers.items() for v, n in each.items()), ())


@pytest.fixture
def lopsided(db: Database) -> Database:
    """Young: 60 of 80 promote, none detracts (NPS 75). Senior: 20, of whom 15 detract, none promotes (NPS -75)."""
    scores(db, 60, 20, 0, segment="young", region="north")
    scores(db, 0, 5, 15, segment="senior", region="south")
    return db


def test_both_figures_and_whether_weighting_matters(lopsided: Database) -> None:
    with lopsided.cursor() as con:
        found = weighting.weigh(con, SCOPE, base(segment={"young": 500, "senior": 500}))
    assert found.plain.value == pytest.approx(45)  # (60 - 15) of 100
    assert found.weighted.value == pytest.approx(0)  # half of 75 and of -75
    assert found.move.verdict == "down" and found.move.diff == pytest.approx(-45)
    assert found.cost is not None and found.by == ("segment",) and not found.problems
    assert found.cost.largest == pytest.approx(2.5) and found.cost.smallest == pytest.approx(0.625)
    assert found.cost.effective == pytest.approx(100**2 / (80 * 0.625**2 + 20 * 2.5**2))
    assert found.weighted.low < found.weighted.value < found.weighted.high
    assert found.weighted.plus_minus > found.plain.plus_minus


def test_a_limit_on_weights_is_kept_and_its_price_told(lopsided: Database) -> None:
    with lopsided.cursor() as con:
        found = weighting.weigh(con, SCOPE, base(segment={"young": 500, "senior": 500}), most=2.0)
    assert found.trimmed == 2.0 and found.cost is not None and found.cost.largest == pytest.approx(2.0)
    assert found.missed == pytest.approx(0.1)  # 20 people at twice the mean stand for 40%, not for 50%
    assert found.weighted.value == pytest.approx(0.6 * 75 - 0.4 * 75)


def test_answers_that_are_not_nps_weigh_by_their_people(db: Database) -> None:
    people = [uuid.uuid4() for _ in range(10)]
    ratings(db, {5: 20}, people, segment="young")  # ten people, two answers each
    ratings(db, {1: 10}, segment="senior")
    with db.cursor() as con:
        csat = weighting.weigh(con, SCOPE, base(segment={"young": 1, "senior": 3}), "csat")
        mean = weighting.weigh(con, SCOPE, base(segment={"young": 1, "senior": 3}), "satisfaction")
    # Weights a head: 0.5 and 1.5; answers: 20 at 0.5, 10 at 1.5.
    assert csat.plain.value == pytest.approx(20 / 30) and csat.weighted.value == pytest.approx(10 / 25)
    assert mean.weighted.value == pytest.approx((20 * 0.5 * 5 + 10 * 1.5 * 1) / 25)


def test_who_is_over_and_who_is_under(lopsided: Database) -> None:
    known = base(segment={"young": 520, "senior": 400, "private": 80})
    with lopsided.cursor() as con:
        found = weighting_shares.compare(con, SCOPE, known, "segment")
    rows = {row.value: row for row in found.rows}
    assert {value: row.verdict for value, row in rows.items()} == {
        "young": "over", "senior": "under", "private": "nobody",
    }  # fmt: skip
    assert rows["young"].sample == pytest.approx(0.8) and rows["young"].off == pytest.approx(0.28)
    with lopsided.cursor() as con:
        alike = weighting_shares.compare(con, SCOPE, base(segment={"young": 78, "senior": 22}), "segment")
        other = weighting_shares.compare(con, SCOPE, base(segment={"young": 78, "private": 22}), "segment")
    assert {row.verdict for row in alike.rows} == {"same"}
    assert {row.value: row.verdict for row in other.rows}["senior"] == "outside"


def test_small_groups_stay_hidden_and_are_not_weighted(db: Database) -> None:
    scores(db, 30, 10, 10, segment="young")
    scores(db, 10, 5, 5, segment="mass")
    scores(db, 0, 0, 3, segment="private")
    known = base(segment={"young": 5, "mass": 3, "private": 2})
    with db.cursor() as con:
        found = weighting_shares.compare(con, SCOPE, known, "segment")
        weighed = weighting.weigh(con, SCOPE, known, by=("segment",))
    hidden = [row for row in found.rows if row.verdict == "hidden"]
    assert {row.value for row in hidden} == {"private", "mass"}  # the smallest other one goes with it
    assert all(row.n is None and row.sample is None for row in hidden)
    # A weighted figure and the plain one together would tell what these three said.
    assert [problem.code for problem in weighed.problems] == ["raking_few"] and weighed.weighted.value is None
    assert weighed.plain.value == pytest.approx(100 * (40 - 18) / 73)


def test_what_cannot_be_weighted_by_is_refused_when_asked_for_and_left_out_otherwise(lopsided: Database) -> None:
    known = base(segment={"young": 5, "senior": 5, "private": 1}, region={"north": 1, "south": 1})
    with lopsided.cursor() as con:
        asked = weighting.weigh(con, SCOPE, known, by=("segment", "region"))
        usual = weighting.weigh(con, SCOPE, known)
    assert [(p.code, p.values["value"]) for p in asked.problems] == [("raking_empty", "private")]
    assert usual.by == ("region",) and not usual.problems and usual.weighted.value == pytest.approx(0)
    with lopsided.cursor() as con:  # segment and region go together in this sample: 80% young and 50% north is nowhere
        torn = weighting.weigh(con, SCOPE, base(segment={"young": 8, "senior": 2}, region={"north": 5, "south": 5}))
    assert [problem.code for problem in torn.problems] == ["raking_apart"] and torn.cost is None


def test_people_of_no_known_segment_keep_their_share(db: Database) -> None:
    scores(db, 40, 0, 0, segment="young")
    scores(db, 0, 0, 40, segment="senior")
    scores(db, 0, 20, 0)
    with db.cursor() as con:
        found = weighting.weigh(con, SCOPE, base(segment={"young": 1, "senior": 3}))
    assert dict(found.unknown) == {"segment": 20}
    assert found.weighted.value == pytest.approx(100 * (0.2 - 0.6))  # a quarter and three quarters of the other 80%


def test_the_whole_banks_customers_say_nothing_about_a_part(lopsided: Database) -> None:
    known = base(segment={"young": 500, "senior": 500})
    own = Scope(Rights(frozenset({"b0101"})), nps_kind="transactional", minimum_base=0)
    for scope in (own, SCOPE.narrowed(region="north"), SCOPE.narrowed(segment="young")):
        assert not weighting.fits(scope)
        with lopsided.cursor() as con:
            assert weighting.weigh(con, scope, known).cost is None
    assert weighting.fits(SCOPE.narrowed(survey_id="branch-visit"))


# The bank's own file -----------------------------------------------------------------------------------------------
GOOD = 'dimension,value,customers\nsegment,mass,600\n客群,老年客群,"1,400"\nregion,jiangsu,900\n片区,浙北片区,1100\n'


def test_a_file_by_ids_or_names_is_read_and_written_again() -> None:
    rows, warnings = reading.read(GOOD.encode(), "base.csv", MODEL)
    assert [(row.dimension, row.value, row.customers) for row in rows] == [
        ("segment", "mass", 600), ("segment", "senior", 1400), ("region", "jiangsu", 900), ("region", "zhejiang", 1100),
    ]  # fmt: skip
    assert not warnings
    again, _ = reading.read(reading.written(Base(rows, ()), MODEL, EN), "again.csv", MODEL)
    assert [(row.dimension, row.value, row.customers) for row in again] == [
        (row.dimension, row.value, row.customers) for row in rows
    ]
    stream, book = io.BytesIO(), Workbook()
    for line in GOOD.replace('"1,400"', "1400").splitlines():
        parts = line.split(",")
        book.active.append([*parts[:2], int(parts[2]) if parts[2].isdigit() else parts[2]])
    book.save(stream)
    from_sheet, _ = reading.read(stream.getvalue(), "base.xlsx", MODEL)
    assert [row.customers for row in from_sheet] == [600, 1400, 900, 1100]


def test_every_wrong_row_is_told_with_its_place() -> None:
    text = "维度,取值,客户数\nsegment,mass,12.5\nsegment,grown-ups,5\nplanet,mars,5\nsegment,mass,7\nsegment,mass,8\n"
    with pytest.raises(Refused) as refused:
        reading.read(text.encode(), "base.csv", MODEL)
    told = [(problem.code, problem.where) for problem in refused.value.problems]
    assert told == [
        ("base_number", "base.csv:2"), ("base_value", "base.csv:3"), ("base_dimension", "base.csv:4"),
        ("base_double", "base.csv:6"),
    ]  # fmt: skip
    for problem in refused.value.problems:
        assert all(problem.tell(Translator(lang)) for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dimension,value\nsegment,mass\n", "base_columns"),
        ("dimension,value,customers\nsegment,mass,5\nsegment,young,0\n", "base_single"),
        ("dimension,value,customers\nsegment,mass,-5\nsegment,young,3\n", "base_number"),
        ("dimension,value,customers\nsegment,mass,\nsegment,young,3\n", "base_number"),
    ],
)
def test_a_file_that_says_too_little_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        reading.read(text.encode(), "base.csv", MODEL)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_dimensions_that_count_different_customers_are_told() -> None:
    rows = "dimension,value,customers\nsegment,mass,60\nsegment,young,40\nregion,jiangsu,90\nregion,zhejiang,110\n"
    _, warnings = reading.read(rows.encode(), "base.csv", MODEL)
    assert [(w.code, w.severity, w.values["high"]) for w in warnings] == [("base_totals", "warning", "region")]


def test_the_base_given_last_counts_and_every_one_is_in_the_audit_log(db: Database) -> None:
    with db.cursor() as con:
        assert customer_base.latest(con) is None
    for customers in (7, 9):
        rows = (Row("segment", "mass", customers), Row("segment", "young", 1))
        customer_base.give(db, rows, f"{customers}.csv", dt.date(2026, 9, 1), "mgr")
    with db.cursor() as con:
        now = customer_base.latest(con)
        kept = con.execute("SELECT count(*) FROM customer_base").fetchall()[0][0]
        entries = [entry for entry in audit.entries(con) if entry.action == "customer_base"]
    assert now is not None and now.customers("segment") == {"mass": 9, "young": 1}
    assert (now.given_by, now.as_of, kept) == ("mgr", dt.date(2026, 9, 1), 2)
    assert [json.loads(entry.detail)["customers"] for entry in entries] == [["segment 10"], ["segment 8"]]


def test_the_shipped_base_is_sound_and_an_edited_one_counts_at_once(tmp_path: Path) -> None:
    found = population.shipped(ROOT / "data" / "model", MODEL)
    assert found is not None and set(found.dimensions) == {"segment", "region", "channel"}
    assert population.shipped(tmp_path, MODEL) is None
    file = tmp_path / population.FILE
    for mass in (5, 6):
        file.write_text(f"customers:\n  segment: {{mass: {mass}, young: 4, nobody: 3}}\n", encoding="utf-8")
        os.utime(file, ns=(mass, mass))
        edited = population.shipped(tmp_path, MODEL)
        assert edited is not None and edited.customers("segment") == {"mass": mass, "young": 4}
    file.write_text("customers: [1, 2", encoding="utf-8")
    assert population.shipped(tmp_path, MODEL) is None
    _, warnings = population.checked(found.rows, population.FILE)
    assert not warnings and all(row.value in population.members(MODEL, row.dimension) for row in found.rows)


# Scales ------------------------------------------------------------------------------------------------------------
SURVEY = """
id: s
version: 1.0.0
title: t
questions:
  - {id: q1, type: rating, label: One}
  - {id: q2, type: rating, label: Two}
  - {id: q3, type: csat, label: Three}
  - {id: q4, type: rating, points: 7, label: Four}
  - {id: m, type: matrix, points: 5, label: M, rows: [{id: a, label: A}, {id: b, label: B}]}
"""


def test_scales_are_questions_of_a_page_with_the_same_points_and_rows_of_a_matrix() -> None:
    survey = load.read(SURVEY, "s").survey
    assert survey is not None
    found = reliability.scales_of([survey])
    assert [scale.items for scale in found] == [("m.a", "m.b"), ("q1", "q2", "q3")]


def answered(db: Database, rows: list[tuple[int, ...]], **dims: object) -> None:
    who = [uuid.uuid4() for _ in rows]
    for place, column in enumerate(zip(*rows, strict=True), start=1):
        for person, score in zip(who, column, strict=True):
            if score:
                ratings(db, {score: 1}, [person], survey_id="s", question_id=f"q{place}", **dims)


def test_alpha_of_those_who_answered_everything(db: Database) -> None:
    people = [(1, 1, 5), (2, 2, 4), (3, 4, 3), (5, 5, 1)] * 9
    answered(db, [*people, (3, 0, 3), (0, 0, 5)])
    with db.cursor() as con:
        found = reliability.read(con, SCOPE, "s", ("q1", "q2", "q3"))
        pair = reliability.read(con, SCOPE, "s", ("q1", "q2"))
        part = reliability.read(con, SCOPE.narrowed(branch="elsewhere"), "s", ("q1", "q2"))
    assert (found.n, found.partial) == (36, 2)
    assert found.turned == (2,) and found.verdict == "weak"  # the third runs the other way
    assert pair.alpha is not None and pair.verdict == "strong" and (pair.n, pair.partial) == (36, 1)
    # By hand: variances 78.75/35 and 90/35, covariance 81/35 (sums of squares over 36 people).
    variances, covariance = (78.75 / 35, 90 / 35), 81 / 35
    assert pair.alpha.raw == pytest.approx(2 * (1 - sum(variances) / (sum(variances) + 2 * covariance)))
    assert part.n == 0 and part.alpha is None


def test_too_few_complete_answers_are_not_computed_and_hardly_any_not_even_counted(db: Database) -> None:
    answered(db, [(1, 2), (2, 3), (4, 5), (5, 5)], branch="a")
    answered(db, [(1, 2), (2, 3), (4, 5), (5, 5), (3, 3), (2, 2)], branch="b")
    with db.cursor() as con:
        few = reliability.read(con, SCOPE.narrowed(branch="b"), "s", ("q1", "q2"))
        hidden = reliability.read(con, SCOPE.narrowed(branch="a"), "s", ("q1", "q2"))
    assert (few.n, few.alpha, few.hidden) == (6, None, False)
    assert (hidden.n, hidden.partial, hidden.alpha, hidden.hidden) == (0, 0, None, True)
