"""What drives an outcome, from answers in the database: figures by least squares, what is left out, what is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from cx.insight import drivers
from cx.insight.drivers_shape import LEAST, Outcome, Study, Watch
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output.charts import drivers as charts
from cx.store import drivers as reader
from cx.store.database import Database
from cx.words import Refused, Translator

Scores = npt.NDArray[np.int64]
N = 700
SCOPE = Scope(WHOLE_BANK).narrowed(survey_id="yearly")
NPS = Outcome("nps", "score", 10)
NONE = -1  # not asked, or does not apply


def rated(feeling: npt.NDArray[np.float64]) -> Scores:
    return np.clip(np.rint(3.6 + feeling), 1, 5).astype(np.int64)


def store(
    db: Database, given: Mapping[str, Scores], outcome: Scores, kind: str = "nps", survey: str = "yearly",
    version: str = "1.0.0", **dims: object,
) -> None:  # fmt: skip
    """Responses with ratings of touchpoints named like their questions, and one outcome question named ``kind``."""
    ids = np.array([str(uuid.uuid4()) for _ in range(len(outcome))])
    fixed = {"source": "collect", "survey_id": survey, "survey_version": version, "mode": "link", "voice": "customer",
             "nps_kind": "relational", "day": dt.date(2026, 8, 1), "flagged": False} | dims  # fmt: skip
    with db.writing() as con:
        for question, scores in (*given.items(), (kind, outcome)):
            type = kind if question == kind else "rating"
            own = fixed | {"question_id": question, "type": type, "touchpoint": None if question == kind else question,
                           "points": {"nps": 10, "yes_no": None}.get(type, 5)}  # fmt: skip
            answered = scores != NONE
            con.register("made", pa.table({"id": ids[answered], "score": scores[answered]}))
            worth = "100 * score" if type in ("rating", "csat") else "NULL"
            con.execute(
                f"INSERT INTO answer (response_id, score, satisfaction, {', '.join(own)}) "
                f"SELECT id, score, {worth}, {', '.join('?' * len(own))} FROM made",
                list(own.values()),
            )
        con.execute(
            f"INSERT INTO response (response_id, submitted_at, {', '.join(fixed)}) "
            f"SELECT id, '2026-08-01', {', '.join('?' * len(fixed))} FROM made",
            list(fixed.values()),
        )
        con.unregister("made")


def people(seed: int, n: int = N, weights: Sequence[float] = (1.2, 0.5, 0.0)) -> tuple[dict[str, Scores], Scores]:
    """Ratings a, b, c … that share something, and a recommendation that follows them by these weights."""
    r = np.random.default_rng(seed)
    common = r.standard_normal(n)
    given = {chr(97 + i): rated(0.5 * common + 0.9 * r.standard_normal(n)) for i in range(len(weights))}
    pull = sum(weight * (given[name] - 3.6) for name, weight in zip(given, weights, strict=True))
    return given, np.clip(np.rint(7 + pull + r.standard_normal(n)), 0, 10).astype(np.int64)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    found = Database(":memory:")
    yield found
    found.close()


@pytest.fixture
def db(database: Database) -> Database:
    """An empty bank."""
    with database.writing() as con:
        con.execute("DELETE FROM answer")
        con.execute("DELETE FROM response")
    return database


def study(db: Database, outcome: Outcome = NPS, scope: Scope = SCOPE, **more: object) -> Study:
    with db.cursor() as con:
        asked = tuple(q for q in reader.questions(con, Scope(WHOLE_BANK)) if q.survey == "yearly")
        return drivers.study(con, scope, outcome, drivers.candidates(asked, outcome), **more)  # type: ignore[arg-type]


def slopes(given: Mapping[str, Scores], y: npt.NDArray[np.float64]) -> list[float]:
    design = np.column_stack([np.ones(len(y)), *given.values()])
    return [float(b) for b in np.linalg.lstsq(design, y, rcond=None)[0][1:]]


def test_weights_and_effects_equal_least_squares_where_all_is_answered(db: Database) -> None:
    given, score = people(1)
    store(db, given, score)
    found = study(db)
    assert [one.question for one in found.drivers] == ["a", "b", "c"] and found.n == N == found.complete
    assert [one.question for one in found.few] == ["a"] and found.drivers[0].sure > 0.99
    design = np.column_stack([np.ones(N), *given.values()])
    rest = score - design @ np.linalg.lstsq(design, score, rcond=None)[0]
    assert found.explained == pytest.approx(1 - rest.var() / score.var(), abs=1e-9)
    assert sum(one.weight for one in found.drivers) == pytest.approx(1)
    group = np.select([score >= 9, score <= 6], [100.0, -100.0], 0.0)
    expected = dict(zip(given, slopes(given, group), strict=True))
    for one in found.drivers:
        assert one.effect == pytest.approx(expected[one.question], abs=1e-6) and one.reach == 1
        assert one.effect_low < one.effect < one.effect_high
        assert one.mean.value == pytest.approx(given[one.question].mean()) and one.lmg is not None
        assert one.weight == pytest.approx(one.lmg, abs=0.02)
    assert drivers.changed(found.drivers[0], 0.3)[0] == pytest.approx(0.3 * expected["a"], abs=1e-6)


@pytest.mark.parametrize("kind", ["csat", "yes_no"])
def test_other_outcomes_in_their_own_units(db: Database, kind: str) -> None:
    given, score = people(2)
    outcome = np.clip(score // 2, 1, 5) if kind == "csat" else (score >= 8).astype(np.int64)
    store(db, given, outcome, kind)
    with db.cursor() as con:
        offered = drivers.outcomes(reader.questions(con, SCOPE))
    assert [one.kind for one in offered] == [{"csat": "satisfaction", "yes_no": "share"}[kind]]
    found = study(db, offered[0])
    unit = 100 if kind == "yes_no" else 1
    expected = dict(zip(given, slopes(given, unit * outcome.astype(float)), strict=True))
    assert {one.question: one.effect for one in found.drivers} == pytest.approx(expected, abs=1e-6)
    assert all((one.logit is not None) == (kind == "yes_no") for one in found.drivers)


def test_nps_itself_can_be_explained(db: Database) -> None:
    given, score = people(3)
    store(db, given, score)
    group = np.select([score >= 9, score <= 6], [100.0, -100.0], 0.0)
    found = study(db, Outcome("nps", "nps", 10))
    rest = np.corrcoef(given["a"], group)[0, 1]
    assert next(one.alone for one in found.drivers if one.question == "a") == pytest.approx(rest, abs=1e-9)


def test_who_does_not_use_it_is_not_guessed_and_effects_count_who_does(db: Database) -> None:
    given, score = people(4)
    used = np.random.default_rng(5).random(N) < 0.4
    given["a"] = np.where(used, given["a"], NONE)
    store(db, given, score)
    found = study(db)
    one = next(one for one in found.drivers if one.question == "a")
    assert one.n == used.sum() and one.reach == pytest.approx(used.mean()) and found.complete == used.sum()
    assert one.alone == pytest.approx(np.corrcoef(given["a"][used], score[used])[0, 1], abs=1e-9)
    whole = people(4)[0]
    group = np.select([score >= 9, score <= 6], [100.0, -100.0], 0.0)
    assert one.effect == pytest.approx(slopes(whole, group)[0] * used.mean(), rel=0.15)


def test_where_all_weigh_alike_none_is_called_vital(db: Database) -> None:
    given, score = people(6, weights=(0.6, 0.6, 0.6, 0.6))
    store(db, given, score)
    assert study(db).vital == 0 and not study(db).noise


def test_ratings_that_explain_nothing_are_noise(db: Database) -> None:
    given, _ = people(7, 300)
    store(db, given, np.random.default_rng(8).integers(0, 11, 300))
    assert study(db).noise


def test_too_few_answers_are_refused_with_how_many_are_needed(db: Database) -> None:
    given, score = people(9, LEAST - 1)
    store(db, given, score)
    with pytest.raises(Refused) as refused:
        study(db)
    assert (refused.value.problems[0].code, refused.value.problems[0].values["n"]) == ("drivers_few_answers", LEAST - 1)


def test_a_driver_few_or_nobody_disagrees_about_or_rates_with_others_is_left_out(db: Database) -> None:
    given, score = people(10, weights=(1.2, 0.5, 0.3, 0.3, 0.3, 0.3))
    first = np.arange(N) < N // 2
    given["c"] = np.where(np.arange(N) < LEAST - 1, given["c"], NONE)
    given["d"] = np.full(N, 4)
    given["e"] = np.where(first, given["e"], NONE)
    given["f"] = np.where(~first, given["f"], NONE)
    given["f"][:20] = 3
    store(db, given, score)
    found = study(db)
    assert dict(found.left_out) == {"c": "few", "d": "constant", "e": "pairs"} or dict(found.left_out)["f"] == "pairs"
    assert len(found.drivers) == 3


def test_two_that_say_the_same_are_refused_by_name(db: Database) -> None:
    given, score = people(11)
    given["copy"] = given["b"].copy()
    given["copy"][:7] = 6 - given["copy"][:7]
    store(db, given, score)
    with pytest.raises(Refused) as refused:
        study(db)
    problem = refused.value.problems[0]
    assert problem.code == "drivers_alike" and {problem.values["one"], problem.values["other"]} == {"b", "copy"}


def refusal(db: Database) -> tuple[str, set[object]]:
    with pytest.raises(Refused) as refused:
        study(db)
    problem = refused.value.problems[0]
    return problem.code, {problem.values["one"], problem.values["other"]}


def test_copies_and_sums_of_others_are_refused(db: Database) -> None:
    given, score = people(12)
    store(db, given | {"copy": given["b"]}, score)
    assert refusal(db) == ("drivers_alike", {"b", "copy"})
    with db.writing() as con:
        con.execute("DELETE FROM answer")
    halves = {"a": np.minimum(given["a"], 3), "b": np.clip(given["b"] - 2, 1, 2)}
    store(db, halves | {"both": halves["a"] + halves["b"]}, score)
    code, named = refusal(db)
    assert code in ("drivers_follow", "drivers_alike") and "both" in named


def test_correlations_that_contradict_each_other_are_refused(db: Database) -> None:
    """Three groups of people rate two things each: a goes with b, b with c, and a against c."""
    n, r = 300, np.random.default_rng(27)
    for one, other, turned in (("a", "b", False), ("b", "c", False), ("a", "c", True)):
        first = r.integers(1, 6, n)
        store(db, {one: first, other: 6 - first if turned else first}, r.integers(0, 11, n))
    assert refusal(db)[0] == "drivers_pairs"


def test_the_few_that_contradict_are_left_out_of_many(db: Database) -> None:
    given, score = people(17, 900, weights=(1.0,) * 9)
    store(db, given, score)
    n, r = 120, np.random.default_rng(28)
    for one, other, turned in (("a", "x", False), ("x", "y", False), ("a", "y", True)):
        first = r.integers(1, 6, n)
        store(db, {one: first, other: 6 - first if turned else first}, r.integers(0, 11, n))
    found = study(db)
    assert {reason for _, reason in found.left_out} <= {"contrary", "pairs"} and found.left_out
    assert {question for question, _ in found.left_out} <= {"x", "y"}
    assert set(given) <= {driver.question for driver in found.drivers}


def test_an_outcome_without_difference_is_refused(db: Database) -> None:
    given, _ = people(13, 200)
    store(db, given, np.full(200, 9))
    with pytest.raises(Refused) as refused:
        study(db)
    assert refused.value.problems[0].code == "drivers_no_difference"


def test_one_driver_alone_is_refused(db: Database) -> None:
    given, score = people(14, 200, weights=(1.0,))
    store(db, given, score)
    with db.cursor() as con:
        assert drivers.able(reader.questions(con, Scope(WHOLE_BANK))) == ()
    with pytest.raises(Refused) as refused:
        study(db)
    assert refused.value.problems[0].code == "drivers_few"


def test_rights_flags_voice_and_other_surveys_stay_out(db: Database) -> None:
    for branch, seed in (("b1", 15), ("b2", 16)):
        store(db, *people(seed, 400), branch=branch)
    store(db, *people(17, 300), branch="b1", flagged=True)
    store(db, *people(18, 200), branch="b1", voice="staff")
    store(db, *people(19, 150), branch="b1", survey="other")
    own = Scope(Rights(frozenset({"b1"}))).narrowed(survey_id="yearly")
    assert (study(db, scope=own).n, study(db).n) == (400, 800)
    assert study(db, scope=Scope(Rights(frozenset({"b1"})), include_flagged=True).narrowed(survey_id="yearly")).n == 700
    with pytest.raises(Refused):
        study(db, scope=Scope(Rights(frozenset())).narrowed(survey_id="yearly"))


def test_only_the_latest_meaning_of_a_survey_counts(db: Database) -> None:
    store(db, *people(20, 400), version="1.4.0")
    store(db, *people(21, 300), version="2.0.0")
    store(db, *people(22, 200), version="2.1.0")
    found = study(db)
    assert (found.n, found.older) == (500, ("1.4.0",))


def test_a_stopped_study_leaves_what_was_known_by_then(db: Database) -> None:
    store(db, *people(23))
    seen: list[Study] = []

    class Stop(Exception):
        pass

    def tell(found: Study) -> None:
        seen.append(found)
        if found.draws >= 80:
            raise Stop

    with pytest.raises(Stop):
        study(db, draws=1_000, watch=Watch(tell))
    assert (seen[-1].draws, seen[-1].wanted) == (80, 1_000)
    assert [one.question for one in seen[-1].few] == ["a"]
    told = study(db, draws=80)
    assert [one.low for one in told.drivers] == [one.low for one in seen[-1].drivers]
    assert hash(Watch(tell)) == hash(Watch()) and Watch(tell) == Watch()


def test_the_place_in_the_chart_is_said_only_beyond_noise(db: Database) -> None:
    given, score = people(24, weights=(1.2, 1.2, 0.1, 0.1))
    given["a"], given["b"] = np.clip(given["a"] - 1, 1, 5), np.clip(given["b"] + 1, 1, 5)
    noise = np.random.default_rng(26).integers(-1, 2, N)
    given["turned"] = np.clip(6 - given["c"] - score // 5 + noise, 1, 5)
    store(db, given, score)
    found = study(db)
    places = {one.question: charts.quadrant(one, found) for one in found.drivers}
    assert (places["a"], places["b"], places["turned"]) == ("fix", "keep", "against")
    alike, same = people(25, weights=(0.5, 0.5, 0.5))
    with db.writing() as con:
        con.execute("DELETE FROM answer")
    store(db, alike, same)
    found = study(db)
    assert {charts.quadrant(one, found) for one in found.drivers} == {"unclear"}
    drawn = charts.matrix(found, Translator("zh"), lambda one: one.question).to_dict()
    assert {row["name"] for row in drawn["layer"][0]["data"]["values"]} == set(alike)
