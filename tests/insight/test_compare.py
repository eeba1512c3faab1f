"""Fair comparison of a bank whose figures can be worked out: units, levels, two selections side by side."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from small_bank import ratings, scores

from cx.insight.compare.levels import level
from cx.insight.compare.sides import sides
from cx.insight.compare.units import units
from cx.measure import periods
from cx.measure.people import Clusters
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.measure.statistics import change
from cx.output.charts import compare as charts
from cx.output.charts.compare_levels import levels
from cx.output.charts.compare_sides import difference
from cx.store import query
from cx.store.database import Database
from cx.words import LANGUAGES, Translator

Q3 = periods.parse("2026Q3", dt.date(2026, 9, 28))
assert Q3 and Q3.before
SCOPE = Scope(WHOLE_BANK, Q3.start, Q3.end, "transactional")
ANY = replace(SCOPE, nps_kind=None)


@pytest.fixture
def db() -> Iterator[Database]:
    found = Database(":memory:")
    yield found
    found.close()


def _bank(db: Database, count: int = 12, n: int = 60) -> None:
    """Branches alike but for the first, where all are detractors; a tiny one is hidden and takes the smallest along."""
    scores(db, 0, 0, n, branch="b00")
    for at in range(1, count):
        scores(db, n // 2 + at % 3, n // 4, n // 4 - at % 3, branch=f"b{at:02}")


def test_a_truly_different_unit_lies_outside_the_funnel_and_last_in_the_ranks(db: Database) -> None:
    _bank(db)
    found = units(db.cursor(), SCOPE, "branch", "nps")
    assert [unit.key for unit in found.at("below_outer")] == [("b00",)] and not found.at("above_outer")
    worst = found.units[-1]
    assert worst.key == ("b00",) and (worst.shrunk.first, worst.shrunk.last, worst.apart) == (12, 12, -1)
    assert found.total.n == 12 * 60 and found.funnel is not None and found.funnel.common.value == found.total.value


def test_the_funnel_stands_on_the_variance_and_skewness_of_all_answers(db: Database) -> None:
    from scipy.stats import skew

    _bank(db)
    found = units(db.cursor(), SCOPE, "branch", "nps")
    up, down, n = found.total.counts["promoters"], found.total.counts["detractors"], found.total.n
    answers = np.array([1.0] * up + [-1.0] * down + [0.0] * (n - up - down))
    assert found.funnel is not None
    assert found.funnel.common.deviation == pytest.approx(100 * answers.std())
    assert found.funnel.common.skewness == pytest.approx(skew(answers))


def test_small_units_are_nowhere_and_take_the_smallest_along(db: Database) -> None:
    _bank(db)
    scores(db, 0, 0, 3, branch="tiny")
    scores(db, 6, 0, 2, branch="next")
    found = units(db.cursor(), SCOPE, "branch", "nps")
    assert set(found.hidden) == {("tiny",), ("next",)}
    assert not {unit.key for unit in found.units} & set(found.hidden)


def test_someone_who_sees_one_branch_learns_nothing_of_the_others(db: Database) -> None:
    _bank(db)
    own = replace(SCOPE, rights=Rights(frozenset({"b01"})))
    found = units(db.cursor(), own, "branch", "nps")
    assert found.funnel is None and not found.units and found.total.n == 60
    below = level(db.cursor(), own, "branch", Q3.before, "nps")
    assert [child.key for child in below.children] == ["b01"]


def test_versions_are_units_of_their_survey(db: Database) -> None:
    scores(db, 30, 10, 10, survey_version="1.0.0")
    scores(db, 10, 10, 30, survey_version="2.0.0")
    scores(db, 20, 10, 20, survey_id="other", survey_version="1.0.0")
    found = units(db.cursor(), SCOPE, "survey_version", "nps")
    assert {unit.key for unit in found.units} == {
        ("branch-visit", "1.0.0"), ("branch-visit", "2.0.0"), ("other", "1.0.0")
    }  # fmt: skip


@pytest.mark.parametrize("given", [{}, {5: 40}])
def test_answers_that_do_not_vary_are_not_compared(db: Database, given: dict[int, int]) -> None:
    for branch in "AB":
        ratings(db, given, branch=branch)
    assert units(db.cursor(), ANY, "branch", "satisfaction").funnel is None


def _rated(db: Database) -> tuple[np.ndarray, np.ndarray]:
    """40 people give 1 to 6 ratings each, alike within a person; returns people and ratings."""
    random, who, given = np.random.default_rng(1), [], []
    for person in range(40):
        mood, id = int(random.integers(1, 6)), uuid.uuid4()
        for _ in range(int(random.integers(1, 7))):
            score = int(np.clip(mood + random.integers(-1, 2), 1, 5))
            ratings(db, {score: 1}, [id], branch="A", touchpoint="queue" if len(who) % 2 else "desk")
            who.append(person)
            given.append(score)
    return np.array(who), np.array(given)


def test_several_answers_of_one_person_do_not_count_as_several_people(db: Database) -> None:
    who, given = _rated(db)
    found = query.measure(db.cursor(), "satisfaction", ANY).total
    mean = given.mean()
    sums = np.array([(given[who == person] - mean).sum() for person in range(40)])
    error = math.sqrt(40 / 39 * (sums**2).sum()) / len(given)
    assert found.value == pytest.approx(mean) and found.se == pytest.approx(error)
    assert (found.n, found.base) == (len(given), 40)
    by_answers = given.std(ddof=1) / math.sqrt(len(given))
    assert error > 1.4 * by_answers  # what counting answers would have claimed


def test_people_with_one_answer_each_have_the_door_s_own_error(db: Database) -> None:
    ratings(db, {2: 10, 5: 30}, branch="A")
    found = query.measure(db.cursor(), "satisfaction", ANY).total
    given = np.array([2] * 10 + [5] * 30)
    assert found.se == pytest.approx(given.std(ddof=1) / math.sqrt(40)) and found.degrees == 39
    assert Clusters.of(found.counts).error() / 100 == pytest.approx(found.se)


def test_changes_of_a_level_are_corrected_together(db: Database) -> None:
    from scipy.stats import false_discovery_control

    for at, more in enumerate((30, 8, 7, 0, 0, 0)):
        scores(db, 50, 20, 30, branch=f"b{at}", day=dt.date(2026, 5, 5))
        scores(db, 50 + more, 20, 30 - more, branch=f"b{at}", day=dt.date(2026, 8, 5))
    found = level(db.cursor(), SCOPE, "branch", Q3.before, "nps")
    assert found.headline.change.verdict == "up" and found.headline.estimate.n == 600
    alone = [child.change.p for child in found.children]
    assert [child.q for child in found.children] == pytest.approx(list(false_discovery_control(alone)))
    assert [child.verdict for child in found.children] == ["up", "noise", "noise", "noise", "noise", "noise"]
    assert sum(child.now.n for child in found.children) == found.headline.estimate.n


def test_a_unit_whose_survey_changed_its_meaning_is_not_compared(db: Database) -> None:
    for branch, version in (("A", "2.0.0"), ("B", "1.1.0")):
        scores(db, 50, 20, 30, branch=branch, survey_id=f"s{branch}", day=dt.date(2026, 5, 5))
        scores(db, 90, 0, 10, branch=branch, survey_id=f"s{branch}", day=dt.date(2026, 8, 5), survey_version=version)
    found = level(db.cursor(), SCOPE, "branch", Q3.before, "nps")
    assert {child.key: child.verdict for child in found.children} == {"A": "broken", "B": "up"}
    assert found.headline.breaks and found.headline.change.diff is None


def _scope(**where: str) -> Scope:
    return SCOPE.narrowed(**where)


def test_two_branches_are_tested_as_two_samples(db: Database) -> None:
    scores(db, 80, 10, 30, branch="A")
    scores(db, 40, 20, 60, branch="B")
    found = sides(db.cursor(), _scope(branch="A"), _scope(branch="B"), "nps")
    answers = [np.repeat([1.0, 0.0, -1.0], counts) for counts in ((80, 10, 30), (40, 20, 60))]
    error = 100 * math.hypot(*(each.std() / math.sqrt(120) for each in answers))
    diff = 100 * (answers[0].mean() - answers[1].mean())
    assert not found.reasons and found.differ == ("branch",) and found.change.verdict == "up"
    assert found.change.diff == pytest.approx(diff)
    assert (found.change.low, found.change.high) == pytest.approx((diff - 1.959964 * error, diff + 1.959964 * error))


def test_what_does_not_compare_is_told_why(db: Database) -> None:
    scores(db, 30, 10, 10, branch="A", day=dt.date(2026, 5, 5))
    scores(db, 30, 10, 10, branch="A", survey_version="2.0.0")
    scores(db, 30, 10, 10, branch="A", nps_kind="relational", survey_id="yearly")
    con, spring = db.cursor(), SCOPE.between(Q3.before.start, Q3.before.end)
    assert sides(con, SCOPE, SCOPE, "nps").reasons == ("same",)
    assert sides(con, SCOPE, replace(SCOPE, nps_kind="relational"), "nps").reasons == ("kind",)
    broken = sides(con, SCOPE, spring, "nps")
    assert broken.reasons == ("meaning",) and broken.surveys == (("branch-visit", ("2",), ("1",)),)
    assert broken.change.diff is None


def test_overlapping_selections_are_not_compared(db: Database) -> None:
    for branch in "ABC":
        scores(db, 30, 10, 10, branch=branch)
    left, right = _scope(branch=["A", "B"]), _scope(branch=["B", "C"])
    found = sides(db.cursor(), left, right, "nps")
    assert found.reasons == ("overlap",) and found.shared == 50 and found.change.diff is None


def test_a_part_is_compared_with_the_rest_of_the_whole(db: Database) -> None:
    scores(db, 10, 10, 40, branch="A")
    scores(db, 60, 20, 40, branch="B")
    for a, b, part, sign in ((_scope(branch="A"), SCOPE, "a", 1), (SCOPE, _scope(branch="A"), "b", -1)):
        found = sides(db.cursor(), a, b, "nps")
        assert (found.part, found.rest.n, found.reasons) == (part, 120, ())
        assert found.rest.value == pytest.approx(100 * 20 / 120)
        assert found.change.diff == pytest.approx(sign * (-50 - 100 * 20 / 120))
        assert "rest" in found.cautions


def test_a_part_that_leaves_a_few_people_hides_the_whole(db: Database) -> None:
    scores(db, 30, 10, 10, branch="A")
    scores(db, 0, 0, 3, branch="B")
    found = sides(db.cursor(), _scope(branch="A"), SCOPE, "nps")
    assert found.reasons == ("protect",) and found.b.total.value is None and found.b.total.counts == {}
    assert found.change.diff is None


def test_people_who_rate_both_are_taken_as_the_same_people(db: Database) -> None:
    random, a, b = np.random.default_rng(3), [], []
    for _ in range(60):
        who, mood = uuid.uuid4(), int(random.integers(2, 5))
        queue, desk = (int(np.clip(mood + random.integers(*step), 1, 5)) for step in ((-1, 1), (0, 2)))
        ratings(db, {queue: 1}, [who], touchpoint="queue")
        ratings(db, {desk: 1}, [who], touchpoint="desk")
        a.append(queue)
        b.append(desk)
    found = sides(db.cursor(), ANY.narrowed(touchpoint="queue"), ANY.narrowed(touchpoint="desk"), "satisfaction")
    apart = np.array(a) - np.array(b)
    error = apart.std(ddof=1) / math.sqrt(60)
    assert found.paired == 60 and "paired" in found.cautions and found.change.diff == pytest.approx(apart.mean())
    assert found.change.high - found.change.low == pytest.approx(2 * 1.959964 * error, rel=0.02)
    alone = change(found.b.total, found.a.total)
    assert found.change.high - found.change.low < 0.8 * (alone.high - alone.low)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_is_drawn_and_described(db: Database, lang: str) -> None:
    import altair
    import vl_convert

    _bank(db)
    scores(db, 10, 5, 15, branch="b01", day=dt.date(2026, 5, 5))
    t, con = Translator(lang), db.cursor()
    found = units(con, SCOPE, "branch", "nps")
    below = level(con, SCOPE, "branch", Q3.before, "nps")
    both = sides(con, _scope(branch="b00"), _scope(branch="b01"), "nps")

    def label(key: tuple[str, ...]) -> str:
        return f"<{key[0]}>"

    drawn = [
        charts.funnel(found, t, label, t.number, width=500),
        charts.ranks(found, t, label, t.number, width=500),
        levels(below, t, label, t.number, t.number, width=500),
        difference(both, t, t.number, t.number, width=500),
    ]
    for chart, named in zip(drawn, ("<b00>", "<b00>", "<b00>", "−"), strict=True):
        assert chart is not None and named in chart.about
        if lang != LANGUAGES[0]:
            continue  # only the words differ
        altair.LayerChart.from_dict(chart.to_dict(), validate=True)
        assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())
    rows = drawn[0].to_dict()["datasets"]["rows"]
    assert [row["name"] for row in rows if row["lean"]] == ["<b00>"]  # only what is outside is named on the chart
