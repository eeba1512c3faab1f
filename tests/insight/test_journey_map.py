"""The journey map of a bank whose figures can be worked out in the head."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from scipy import stats
from small_bank import DAY, indicator, ratings

from cx.bank.model import Model
from cx.bank.shape import Indicator, Journey, Stage, Touchpoint
from cx.insight import journey_map
from cx.insight.journey_map import Map
from cx.measure.dependent import williams
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output.charts import journey_words
from cx.output.charts.journey_curve import smooth
from cx.output.charts.journey_map import board
from cx.store.database import Database
from cx.words import LANGUAGES, Translator

NAMES = {
    "app": {"zh": "手机预约", "en": "Booking in the app"}, "phone": {"zh": "电话预约", "en": "Booking by phone"},
    "queue": {"zh": "排队等候", "en": "Queueing"}, "desk": {"zh": "柜面服务", "en": "Counter"},
    "forms": {"zh": "填单", "en": "Filling in forms"}, "alerts": {"zh": "变动提醒", "en": "Alerts"},
}  # fmt: skip
STAGES = {"book": ("app", "phone"), "serve": ("queue", "desk", "forms"), "use": ("alerts",)}


def _stage(name: str) -> Stage:
    return Stage(name, {"en": name}, tuple(Touchpoint(t, NAMES[t]) for t in STAGES[name]))


MODEL = Model(
    journeys={"opening": Journey("opening", {}, tuple(map(_stage, STAGES)))},
    indicators={
        "wait": Indicator("wait", {"en": "Wait"}, "min", "lower", target=10.0, journey="opening", stage="serve",
                          touchpoint="queue"),
        "slips": Indicator("slips", {"en": "Slips"}, "min", "lower", target=10.0, journey="opening", stage="book",
                           touchpoint="phone"),
    },
)  # fmt: skip
ANYONE = Scope(WHOLE_BANK)


def _draw(db: Database, scope: Scope = ANYONE, lang: str = "zh") -> Map:
    return journey_map.draw(db.cursor(), scope, MODEL, "opening", None, lang)


def _rate(db: Database, touchpoint: str, given: dict[int, int], **more: Any) -> None:
    stage = next(name for name, points in STAGES.items() if touchpoint in points)
    ratings(db, given, stage=stage, touchpoint=touchpoint, **more)


def _people(db: Database, *people: tuple[int | None, dict[str, int]], text: str = "", **dims: Any) -> None:
    """Each scores the whole journey, rates touchpoints and says ``text``."""
    more = {"branch": None, "lang": "zh", "day": DAY} | dims
    fixed = ["collect", "s", "1.0.0", "transactional", "link", more["lang"], more["day"], more["branch"], "opening"]
    names = "source, survey_id, survey_version, nps_kind, mode, lang, day, branch, journey"
    responses, answers = list[list[Any]](), list[list[Any]]()
    for score, given in people:
        who = uuid.uuid4()
        responses.append([who, *fixed, dt.datetime.combine(more["day"], dt.time(9)), score])
        if text:
            answers.append([who, *fixed, None, None, "why", "text", None, None, None, text])
        for touchpoint, rating in given.items():
            stage = next(name for name, points in STAGES.items() if touchpoint in points)
            answers.append([who, *fixed, stage, touchpoint, touchpoint, "rating", rating, 5, rating * 100, None])
    _insert(db, f"response (response_id, {names}, submitted_at, nps)", responses)
    more_names = "stage, touchpoint, question_id, type, score, points, satisfaction, text"
    _insert(db, f"answer (response_id, {names}, {more_names})", answers)


def _insert(db: Database, into: str, rows: list[list[Any]]) -> None:
    marks = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
    with db.writing() as con:
        con.execute(f"INSERT INTO {into} VALUES {marks}", [value for row in rows for value in row])


def _usual(db: Database) -> None:
    """Queueing 2, the desk 4 with many ratings, booking 4, alerts 4; forms and phone not at all."""
    _rate(db, "app", {3: 10, 4: 40, 5: 10})
    _rate(db, "queue", {1: 4, 2: 12, 3: 4})
    _rate(db, "desk", {3: 100, 4: 400, 5: 100})
    _rate(db, "alerts", {3: 10, 4: 40, 5: 10})


def test_pain_peak_end_and_opportunity_are_marked(db: Database) -> None:
    _usual(db)
    found = {point.touchpoint: point for point in _draw(db).points}
    assert found["queue"].marks == {"pain", "peak"}
    assert found["alerts"].marks == {"end"}
    # Points short of 5: app 60, queue 60, desk 600, alerts 60, of 780.
    assert found["desk"].lost == pytest.approx(600 / 780) and found["desk"].marks == {"opportunity"}
    assert found["app"].lost == pytest.approx(60 / 780) and not found["app"].marks
    assert found["queue"].spread is None
    _rate(db, "queue", {1: 80, 2: 240, 3: 80})  # now the desk stands out well: a delight, and no opportunity
    assert {point.touchpoint: point.marks for point in _draw(db).points}["desk"] == {"delight"}


def test_what_nobody_rates_is_a_gap_or_indicator_only_and_too_few_are_hidden(db: Database) -> None:
    _usual(db)
    _rate(db, "forms", {1: 3})
    indicator(db, "slips", 27, dt.date(2026, 8, 1), branch="A")
    found = {point.touchpoint: point.state for point in _draw(db).points}
    assert (found["phone"], found["forms"], found["desk"]) == ("indicator", "hidden", "shown")
    assert found["queue"] == "hidden", "else the three could be worked out from the sum"
    for lang in LANGUAGES:
        drawn = board(_draw(db), MODEL, Translator(lang))
        cards = {card.number: card for column in drawn.columns for card in column.cards}
        assert [card.number for card in cards.values()] == [1, 2, 3, 4, 5, 6]
        assert cards[5].score == "" and cards[5].notes == (Translator(lang)("journey.hidden"),)
        assert cards[2].score == "" and "27" in " ".join(cards[2].notes)
        assert {dot.number for dot in drawn.dots} == {1, 4, 6} and {e.number for e in drawn.empties} == {2, 3, 5}
    assert {p.touchpoint: p.state for p in _draw(Database(":memory:")).points} == dict.fromkeys(NAMES, "gap")


def test_channels_apart_are_an_opportunity_only_beyond_noise(db: Database) -> None:
    _usual(db)
    _rate(db, "forms", {4: 40, 5: 40}, channel="mobile")
    _rate(db, "forms", {3: 40, 4: 40}, channel="branch")
    _rate(db, "phone", {4: 3, 5: 3}, channel="phone")
    _rate(db, "phone", {3: 20, 4: 20}, channel="branch")
    found = {point.touchpoint: point for point in _draw(db).points}
    spread = found["forms"].spread
    assert spread is not None and (spread.worst, spread.best) == ("branch", "mobile")
    assert spread.change.diff == pytest.approx(1.0)
    assert "opportunity" in found["forms"].marks
    assert found["phone"].spread is None, "a small base is not compared"
    _rate(db, "alerts", {3: 60, 4: 40, 5: 20}, channel="mobile")  # 3.67 beside 4.0: real, but below half a point
    assert {p.touchpoint: p for p in _draw(db).points}["alerts"].spread is None


def test_a_journey_rated_below_its_touchpoints_is_called_out(db: Database) -> None:
    _usual(db)
    ratings(db, {2: 40, 3: 20}, journey="opening", stage=None, touchpoint=None)
    found = _draw(db)
    whole = found.whole
    assert whole.own.value == pytest.approx(140 / 60) and whole.own.n == 60
    assert whole.parts.value == pytest.approx((60 * 4 + 20 * 2 + 600 * 4 + 60 * 4) / 740)
    assert whole.verdict == "below"
    mine = stats.ttest_ind(
        [2.0] * 40 + [3.0] * 20,
        [3.0] * 120 + [4.0] * 480 + [5.0] * 120 + [1.0] * 4 + [2.0] * 12 + [3.0] * 4,
        equal_var=False,
    )  # fmt: skip
    assert whole.gap.p == pytest.approx(mine.pvalue, rel=1e-6)
    for lang in LANGUAGES:
        said = journey_words.whole(found, Translator(lang))
        assert "2.33" in said and f"{whole.parts.value:.2f}" in said


@pytest.mark.parametrize(
    ("content", "others", "verdict"),
    [
        ((2, 58), (30, 10), "agree"),  # 3% and 75% detractors
        ((20, 40), (32, 8), "partly"),  # 33% and 80%
        ((20, 40), (14, 26), "apart"),  # 33% and 35%
        ((20, 5), (30, 10), "too_few"),
    ],
)
def test_people_content_with_every_step_who_do_not_recommend(
    db: Database, content: tuple[int, int], others: tuple[int, int], verdict: str
) -> None:
    for (detractors, promoters), rating in ((content, 4), (others, 2)):
        _people(db, *[(3, {"app": rating, "desk": 4})] * detractors, *[(9, {"app": rating, "desk": 4})] * promoters)
    whole = _draw(db).whole
    assert whole.verdict == verdict
    assert (whole.walked.content, whole.walked.content_detractors) == (sum(content), content[0])
    assert (whole.walked.others, whole.walked.others_detractors) == (sum(others), others[0])
    assert whole.score.n == sum(content) + sum(others)
    if verdict != "too_few":
        low, high = stats.binomtest(content[0], sum(content)).proportion_ci(method="wilson")
        assert (whole.content.low, whole.content.high) == pytest.approx((low, high))


def test_peak_and_end_go_with_the_score_as_computed_by_hand(db: Database) -> None:
    """Every 40 people alike; scipy says how the ratings and the score go together."""
    steps = ["app", "queue", "desk", "alerts"]
    people = [(9, [4, 5, 4, 5]), (8, [4, 2, 4, 5]), (3, [5, 1, 4, 2]), (7, [3, 4, 5, 4]), (10, [5, 5, 5, 4])]
    _people(db, *[(score, dict(zip(steps, given, strict=True))) for score, given in people * 8])
    _people(db, (10, {"app": 5}))  # one rating only: not counted
    found = _draw(db).whole
    means = [sum(given) / 4 for _, given in people * 8]
    peaks = [min(given, key=lambda r: (-abs(r - 3), r)) for _, given in people * 8]
    ends = [(peak + given[-1]) / 2 for peak, (_, given) in zip(peaks, people * 8, strict=True)]
    scores = [score for score, _ in people * 8]
    assert found.walked.n == 40 and found.memory is not None
    assert found.memory.all == pytest.approx(stats.pearsonr(means, scores).statistic)
    assert found.memory.peak_end == pytest.approx(stats.pearsonr(ends, scores).statistic)


def test_two_correlations_with_one_outcome() -> None:
    """Drawn with equal correlations, one p in twenty is below 0.05; drawn apart, far more are."""
    import numpy as np

    draw, n, below = np.random.default_rng(7), 60, {0.5: 0, 0.1: 0}
    for other in below:
        spread = np.array([[1, 0.6, 0.5], [0.6, 1, other], [0.5, other, 1]])
        for sample in draw.multivariate_normal(np.zeros(3), spread, size=(2000, n)):
            r = np.corrcoef(sample.T)
            p = williams(r[0, 2], r[1, 2], r[0, 1], n)
            below[other] += p is not None and p < 0.05
    assert below[0.5] / 2000 == pytest.approx(0.05, abs=0.015) and below[0.1] / 2000 > 0.9
    assert williams(0.5, 0.5, 0.3, 100) == pytest.approx(1.0)
    assert williams(0.5, 0.4, 1.0, 100) is None and williams(0.5, 0.4, 0.2, 3) is None


def test_a_comment_stands_at_the_touchpoint_that_it_names(db: Database) -> None:
    _usual(db)
    _people(db, (3, {"queue": 1, "desk": 5}), text="排队等候一个多小时，柜面很好")
    _people(db, (9, {"queue": 2, "desk": 4}), text="等候太久")  # a promoter: not who tells of a pain
    _people(db, (2, {"queue": 1}), text="排队太久，也没人管", day=dt.date(2026, 8, 1))
    _people(db, (8, {"app": 4}), text="预约很方便")  # by phone or in the app? names neither
    _people(db, (8, {"app": 4}), text="Booking in the app was quick", lang="en")
    said = {point.touchpoint: point.said for point in _draw(db).points}
    assert said["queue"] is not None and said["queue"].text == "排队等候一个多小时，柜面很好"
    assert (said["queue"].rating, said["queue"].score) == (1.0, 3)
    assert said["app"] is not None and said["app"].text == "Booking in the app was quick"
    assert said["forms"] is None and said["alerts"] is None
    assert said["desk"] is None or said["desk"].text != said["queue"].text, "no comment twice"


def test_comments_need_the_right_the_base_and_the_branch(db: Database) -> None:
    for branch in ("A", "B"):
        _rate(db, "queue", {1: 20, 2: 20}, branch=branch)
    _people(db, (2, {"queue": 1}), text="排队等候太久", branch="A")
    assert _said(_draw(db)) == {"排队等候太久"}
    assert _said(_draw(db, Scope(Rights(None, comments=False)))) == set()
    assert _said(_draw(db, Scope(Rights(frozenset({"A"}))))) == {"排队等候太久"}
    assert _said(_draw(db, Scope(Rights(frozenset({"B"}))))) == set()
    assert _said(_draw(db, replace(ANYONE, minimum_base=100))) == set()


def _said(found: Map) -> set[str]:
    return {point.said.text for point in found.points if point.said}


def test_a_branch_sees_its_own_people_only(db: Database) -> None:
    _people(db, *[(3, {"app": 4, "queue": 4}), (9, {"app": 2, "queue": 2})] * 40, branch="A")
    _people(db, *[(9, {"app": 4, "queue": 4})] * 40, branch="B")
    mine = _draw(db, Scope(Rights(frozenset({"A"})))).whole
    assert (mine.walked.content, mine.walked.content_detractors, mine.score.n) == (40, 40, 80)
    assert _draw(db, Scope(Rights(frozenset()))).whole.walked.n == 0


def test_flagged_answers_and_other_kinds_are_left_out(db: Database) -> None:
    _people(db, *[(9, {"app": 4, "queue": 4})] * 40)
    with db.writing() as con:
        con.execute(
            "UPDATE response SET flagged = TRUE WHERE response_id IN (SELECT response_id FROM response LIMIT 4)"
        )
        con.execute(
            "UPDATE response SET nps_kind = 'relational' WHERE response_id IN "
            "(SELECT response_id FROM response WHERE NOT flagged LIMIT 6)"
        )
    assert _draw(db).whole.walked.n == 30


def test_the_curve_never_swings_past_its_points() -> None:
    import re

    points = [(0.0, 4.0), (1.0, 1.0), (2.0, 1.2), (3.0, 5.0), (4.0, 5.0)]
    path = smooth(points)
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", path)]
    heights = numbers[1::2]
    assert min(heights) >= 1.0 and max(heights) <= 5.0 and smooth(points[:1]) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_said(db: Database, lang: str) -> None:
    t = Translator(lang)
    _usual(db)
    found = _draw(db)
    assert journey_words.whole(found, t) == t("journey.whole_unasked")
    said = " ".join(journey_words.memory(found, MODEL, t))
    assert NAMES["queue"][lang] in said and NAMES["alerts"][lang] in said
    for verdict in ("apart", "partly", "agree", "below", "above", "too_few"):
        shown = replace(found, whole=replace(found.whole, verdict=verdict, own=found.view.total))
        assert len(journey_words.whole(shown, t)) > 20
