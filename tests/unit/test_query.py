"""The door: rights, filters, hiding, and what it refuses."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from small_bank import brand_scores, comment, indicator, ratings, scores

from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store import comments, query
from cx.store.database import Database

TRANSACTIONAL = Scope(WHOLE_BANK, nps_kind="transactional")


@pytest.fixture
def db() -> Iterator[Database]:
    """Branch A: 60 promoters, 20 passives, 20 detractors (NPS 40); B: 10, 20, 70 (-60); C: three responses."""
    found = Database(":memory:")
    scores(found, 60, 20, 20, branch="A")
    scores(found, 10, 20, 70, branch="B")
    scores(found, 3, 0, 0, branch="C")
    scores(found, 100, 0, 0, branch="A", nps_kind="relational")
    yield found
    found.close()


def test_the_score_and_its_base(db: Database) -> None:
    total = query.measure(db.cursor(), "nps", TRANSACTIONAL).total
    assert total.n == 203
    assert total.value == pytest.approx(100 * (73 - 90) / 203)


def test_kinds_brands_and_indicators_are_never_pooled(db: Database) -> None:
    con = db.cursor()
    with pytest.raises(ValueError, match="never pooled"):
        query.measure(con, "nps", Scope(WHOLE_BANK))
    with pytest.raises(ValueError, match="never pooled over brand"):
        query.measure(con, "brand_nps", Scope(WHOLE_BANK, nps_kind="competitive"))
    with pytest.raises(ValueError, match="never pooled over brand"):
        query.measure(con, "brand_nps", Scope(WHOLE_BANK, nps_kind="competitive").narrowed(brand=["x", "y"]))
    with pytest.raises(ValueError, match="never pooled over indicator"):
        query.measure(con, "indicator", Scope(WHOLE_BANK))


def test_brands_by_brand(db: Database) -> None:
    brand_scores(db, "ours", 30, 10, 10)
    brand_scores(db, "peer", 10, 10, 30)
    found = query.measure(db.cursor(), "brand_nps", Scope(WHOLE_BANK, nps_kind="competitive"), ("brand",))
    assert {key[0]: e.value for key, e in found.as_dict().items()} == {"ours": 40.0, "peer": -40.0}


def test_rights_limit_every_answer(db: Database) -> None:
    con, own = db.cursor(), Scope(Rights(frozenset({"B"})), nps_kind="transactional")
    assert query.measure(con, "nps", own).total.value == -60.0
    assert [cell.key for cell in query.measure(con, "nps", own, ("branch",)).cells] == [("B",)]
    assert query.measure(con, "nps", own.narrowed(branch="A")).total.state == "empty"
    assert query.measure(con, "nps", own.narrowed(branch=["A", "B"])).total.n == 100
    assert query.contents(con, own, ("branch",)).values["branch"] == ("B",)
    nobody = Scope(Rights(frozenset()), nps_kind="transactional")
    assert query.measure(con, "nps", nobody).total.state == "empty"
    assert query.kinds(con, nobody) == ()


def test_rights_limit_indicators_too() -> None:
    db = Database(":memory:")
    for branch in ("A", "B"):
        indicator(db, "wait", 10 if branch == "A" else 20, dt.date(2026, 8, 1), branch=branch)
    scope = Scope(Rights(frozenset({"B"}))).narrowed(indicator="wait")
    assert query.measure(db.cursor(), "indicator", scope).total.value == 20


def test_filter_values_are_values_never_sql(db: Database) -> None:
    con = db.cursor()
    for text in ("A' OR '1'='1", "A'); DROP TABLE response; --", '"', "\\", "A\x00", "?"):
        assert query.measure(con, "nps", TRANSACTIONAL.narrowed(branch=text)).total.state == "empty"
    assert query.measure(con, "nps", TRANSACTIONAL).total.n == 203


def test_names_are_looked_up_never_inserted(db: Database) -> None:
    con = db.cursor()
    with pytest.raises(KeyError):
        query.measure(con, "nps; DROP TABLE response", TRANSACTIONAL)
    with pytest.raises(KeyError):
        query.measure(con, "nps", TRANSACTIONAL, ("branch; DROP TABLE response",))
    with pytest.raises(KeyError):
        query.measure(con, "nps", TRANSACTIONAL.narrowed(**{"1=1 OR branch": "A"}))
    with pytest.raises(ValueError, match="no dimension"):
        query.measure(con, "nps", TRANSACTIONAL, ("brand",))


def test_an_empty_choice_is_nothing_and_none_is_everything(db: Database) -> None:
    con = db.cursor()
    assert query.measure(con, "nps", TRANSACTIONAL.narrowed(branch=[])).total.state == "empty"
    assert query.measure(con, "nps", TRANSACTIONAL.narrowed(branch=None)).total.n == 203


def test_days_are_both_included(db: Database) -> None:
    con, day = db.cursor(), dt.date(2026, 8, 15)
    assert query.measure(con, "nps", TRANSACTIONAL.between(day, day)).total.n == 203
    assert query.measure(con, "nps", TRANSACTIONAL.between(day + dt.timedelta(1), None)).total.state == "empty"


def test_flagged_responses_only_when_asked_for(db: Database) -> None:
    scores(db, 0, 0, 97, branch="A", flagged=True)
    con, everything = db.cursor(), Scope(WHOLE_BANK, nps_kind="transactional", include_flagged=True)
    assert query.measure(con, "nps", TRANSACTIONAL).total.n == 203
    assert query.measure(con, "nps", everything).total.n == 300


def test_a_hidden_cell_carries_nothing_and_takes_the_next_smallest_with_it(db: Database) -> None:
    found = query.measure(db.cursor(), "nps", TRANSACTIONAL, ("branch",))
    hidden = found.of("C")
    assert (hidden.state, hidden.value, hidden.low, hidden.n, hidden.counts) == ("hidden", None, None, 0, {})
    # A and B have 100 each; C = total - A - B would be known unless one of them goes as well.
    assert [e.state for e in found.as_dict().values()].count("hidden") == 2


def test_several_hidden_cells_must_hold_enough_together(db: Database) -> None:
    scores(db, 1, 0, 0, branch="D")  # C and D together: 4 responses, still below 5
    two = query.measure(db.cursor(), "nps", TRANSACTIONAL, ("branch",))
    assert [e.state for e in two.as_dict().values()].count("hidden") == 3
    scores(db, 2, 0, 0, branch="D")  # now 6
    enough = query.measure(db.cursor(), "nps", TRANSACTIONAL, ("branch",))
    assert {key[0] for key, e in enough.as_dict().items() if e.state == "hidden"} == {"C", "D"}


def test_a_hidden_branch_is_not_what_its_region_lacks() -> None:
    db = Database(":memory:")
    for branch, region, n in (("N1", "north", 3), ("N2", "north", 60), ("N3", "north", 35), ("S1", "south", 7)):
        scores(db, n, 0, 0, branch=branch, region=region)
    scores(db, 30, 0, 0, branch="S2", region="south")
    con = db.cursor()
    assert {key for key, e in query.measure(con, "nps", TRANSACTIONAL, ("region",)).as_dict().items() if e.n} == {
        ("north",), ("south",)
    }  # fmt: skip
    for asked in (TRANSACTIONAL, TRANSACTIONAL.narrowed(region="north")):
        found = query.measure(con, "nps", asked, ("branch",)).as_dict()
        assert {key for key, e in found.items() if e.state == "hidden"} == {("N1",), ("N3",)}
    scores(db, 6, 0, 0, branch="N3", region="north", channel="app")
    table = query.measure(con, "nps", TRANSACTIONAL, ("channel", "branch")).as_dict()
    assert {key for key, e in table.items() if e.state == "hidden"} >= {("branch", "N1"), ("branch", "N3")}


def test_in_a_table_every_line_protects_its_hidden_cells() -> None:
    db = Database(":memory:")
    bases = {("A", "app"): 2, ("A", "web"): 40, ("B", "app"): 30, ("B", "web"): 50, ("C", "app"): 60, ("C", "web"): 70}
    for (branch, channel), n in bases.items():
        scores(db, n, 0, 0, branch=branch, channel=channel)
    found = query.measure(db.cursor(), "nps", TRANSACTIONAL, ("branch", "channel")).as_dict()
    for place in (0, 1):
        for value in {key[place] for key in bases}:
            gone = [key for key, e in found.items() if key[place] == value and e.state == "hidden"]
            assert len(gone) != 1, (value, gone)
    assert found["C", "web"].state == "ok"


def test_small_bases_are_marked() -> None:
    db = Database(":memory:")
    scores(db, 10, 10, 9, branch="A")
    assert query.measure(db.cursor(), "nps", TRANSACTIONAL).total.state == "small"
    scores(db, 0, 1, 0, branch="A")
    assert query.measure(db.cursor(), "nps", TRANSACTIONAL).total.state == "ok"


def test_hiding_counts_people_not_answers() -> None:
    db = Database(":memory:")
    people = [uuid.uuid4() for _ in range(4)]
    ratings(db, {2: 8}, respondents=people, stage="serve")
    found = query.measure(db.cursor(), "satisfaction", Scope(WHOLE_BANK)).total
    assert found.state == "hidden"
    ratings(db, {4: 1}, stage="serve")
    found = query.measure(db.cursor(), "satisfaction", Scope(WHOLE_BANK)).total
    assert (found.state, found.n, found.counts["respondents"]) == ("small", 9, 5)
    assert found.value == pytest.approx(20 / 9)


def test_comments_need_the_right_and_a_base(db: Database) -> None:
    for at in range(4):
        comment(db, f"too slow {at}", branch="D", day=dt.date(2026, 8, 1 + at))
    con = db.cursor()
    assert [c.text for c in comments.latest(con, TRANSACTIONAL, "detractor", 2)] == ["too slow 3", "too slow 2"]
    assert comments.latest(con, TRANSACTIONAL, "promoter") == ()
    assert comments.latest(con, TRANSACTIONAL.narrowed(branch="D"), "detractor") == ()  # four responses only
    blind = Scope(Rights(None, comments=False), nps_kind="transactional")
    assert comments.latest(con, blind, "detractor") == ()
    elsewhere = Scope(Rights(frozenset({"A"})), nps_kind="transactional")
    assert comments.latest(con, elsewhere, "detractor") == ()


def test_provenance_names_versions_sources_and_the_last_day(db: Database) -> None:
    scores(db, 5, 0, 0, survey_version="2.0.0", day=dt.date(2026, 9, 3))
    con = db.cursor()
    found = query.provenance(con, query.measure(con, "nps", TRANSACTIONAL))
    assert found.versions == ("branch-visit 1.0.0", "branch-visit 2.0.0")
    assert found.sources == ("collect",)
    assert found.as_of == dt.datetime(2026, 9, 3)


def test_contents_and_kinds(db: Database) -> None:
    con = db.cursor()
    found = query.contents(con, TRANSACTIONAL, ("branch", "segment"))
    assert (found.first, found.last, found.n) == (dt.date(2026, 8, 15), dt.date(2026, 8, 15), 203)
    assert found.values == {"branch": ("A", "B", "C"), "segment": ()}
    assert query.kinds(con, Scope(WHOLE_BANK)) == ("relational", "transactional")


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_answers_on_an_empty_database(name: str) -> None:
    metric, con = METRICS[name], Database(":memory:").cursor()
    kind = "transactional" if metric.kind_needed else None
    scope = Scope(WHOLE_BANK, nps_kind=kind, voice=metric.voice or "customer")
    if metric.alone:
        scope = scope.narrowed(**{metric.alone: "x"})
    assert query.measure(con, name, scope).total.state == "empty"
    for dimension in (d for d in DIMENSIONS.values() if metric.view in d.views):
        assert query.measure(con, name, scope, (dimension.name,)).cells == ()


def test_an_indicator_is_weighted_in_its_own_unit() -> None:
    db = Database(":memory:")
    with db.writing() as con:
        con.execute(
            "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, value, numerator, denominator) "
            "VALUES ('u', 'rate', 'month', '2026-01-01', 'a', 10, 1, 10), "
            "('u', 'rate', 'month', '2026-01-01', 'b', 50, 45, 90)"
        )
    found = query.measure(db.cursor(), "indicator", Scope(WHOLE_BANK).narrowed(indicator="rate")).total
    assert found.value == pytest.approx(46.0), "46 of 100 cases, told in per cent like the values themselves"


def test_a_number_names_the_file_that_its_answers_came_with(db: Database) -> None:
    scores(db, 10, 0, 0, source="u-7")
    scores(db, 0, 10, 0)
    with db.writing() as con:
        con.execute(
            "INSERT INTO upload VALUES "
            "('u-7', 'responses', 'crm', '2026-08 答复.csv', 'x', 10, '{}', 'mgr', now(), 'loaded')"
        )
    with db.cursor() as con:
        found = query.provenance(con, query.measure(con, "nps", Scope(WHOLE_BANK, nps_kind="transactional")))
    assert found.sources == ("2026-08 答复.csv", "collect")
