"""Satisfied and not recommending, expected and found, experience by value: on banks that can be counted by hand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_bank import insert

from cx.insight import groups, personas, personas_grid, personas_settings
from cx.insight.personas_settings import Band, Named, Settings, Worth
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store import profiles
from cx.store.database import Database
from cx.survey.asking import partner
from cx.words import Refused

SCOPE = Scope(WHOLE_BANK, nps_kind="relational")
DAY = dt.date(2026, 8, 15)


def people(db: Database, n: int, nps: int, csat: int, answers: Mapping[str, Any] | None = None, **dims: Any) -> None:
    """``n`` responses alike; answers by question id: a rating, a choice (text) or ("text", words)."""
    shared = {"source": "collect", "survey_id": "s", "survey_version": "1.0.0", "nps_kind": "relational",
              "mode": "link", "day": DAY, "branch": "b0101", "channel": "branch", "segment": "mass"} | dims  # fmt: skip
    points = shared.pop("points", 5)
    responses, given = [], []
    for _ in range(n):
        own = shared | {"response_id": uuid.uuid4()}
        responses.append(own | {"nps": nps, "csat": csat, "submitted_at": dt.datetime(2026, 8, 15)})
        given.append(own | _rated("csat", csat, points) | {"type": "csat", "touchpoint": None})
        given += [own | _answer(id, value) for id, value in (answers or {}).items()]
    insert(db, "response", responses)
    insert(db, "answer", given)


_EMPTY: dict[str, Any] = dict.fromkeys(("score", "points", "satisfaction", "touchpoint", "choice", "text"))


def _rated(id: str, score: int, points: int = 5) -> dict[str, Any]:
    return _EMPTY | {"question_id": id, "type": "rating", "score": score, "points": points, "satisfaction": 100 * score,
                     "touchpoint": id}  # fmt: skip


def _answer(id: str, value: Any) -> dict[str, Any]:
    if isinstance(value, tuple):
        return _EMPTY | {"question_id": id, "type": "text", "text": value[1]}
    if isinstance(value, str):
        return _EMPTY | {"question_id": id, "type": "single", "choice": value}
    told = partner(id)
    return _rated(id, value) | ({"type": told[0], "satisfaction": None} if told else {})


@pytest.fixture
def db() -> Database:
    """80 satisfied: 20 of 50 mass and 24 of 30 affluent do not recommend; 10 are not satisfied."""
    found = Database(":memory:")
    people(found, 30, 9, 5, {"queue": 5, "fees": 5})
    people(found, 20, 8, 4, {"queue": 4, "fees": 2})
    people(found, 6, 10, 5, {"queue": 5, "fees": 4}, segment="affluent")
    people(found, 24, 6, 4, {"queue": 4, "fees": 1, "why": ("text", "收费看不懂")}, segment="affluent")
    people(found, 10, 2, 3)
    return found


def test_the_group_is_counted_as_defined(db: Database) -> None:
    with db.cursor() as con:
        found = groups.reluctant(con, SCOPE, "top2", 8)
        assert (
            (found.size.counts["k"], found.size.n) == (44, 80)
            and found.of_all.counts["k"] == 44
            and found.of_all.n == 90
        )
        assert groups.reluctant(con, SCOPE, "top2", 6).size.counts["k"] == 24
        top = groups.reluctant(con, SCOPE, "top", 8).size
        assert (top.counts["k"], top.n) == (0, 36)


def test_a_scale_of_ten_has_its_own_top_and_mixed_scales_are_left_out(db: Database) -> None:
    people(db, 12, 7, 9, survey_id="ten", points=10)
    people(db, 40, 7, 5, survey_id="ten", points=10)
    with db.cursor() as con:
        assert groups.reluctant(con, SCOPE.narrowed(survey_id="ten"), "top2", 8).size.n == 12
        people(db, 1, 7, 5, survey_id="ten", points=5)
        assert groups.reluctant(con, SCOPE.narrowed(survey_id="ten"), "top2", 8).size.state == "empty"


def test_who_they_are_and_what_they_miss(db: Database) -> None:
    with db.cursor() as con:
        found = groups.reluctant(con, SCOPE, "top2", 8)
    more = [part for part in found.parts if part.more]
    assert [(part.by, part.key) for part in more] == [("segment", "affluent")]
    assert more[0].estimate.value == pytest.approx(0.8) and more[0].share_of == pytest.approx(24 / 44)
    assert more[0].rest.diff == pytest.approx(24 / 30 - 20 / 50)
    assert [one.sides.touchpoint for one in found.apart][0] == "fees"
    fees = found.apart[0].sides
    assert fees.reluctant.value == pytest.approx((20 * 2 + 24 * 1) / 44) and fees.promoters.value == pytest.approx(
        174 / 36
    )


def test_effect_is_cohens_d() -> None:
    from cx.measure.statistics import mean

    one, other = mean(40, 180, 10), mean(30, 100, 10)  # means 4 and 3, variances 20/9 and 10/9
    assert groups.effect(other, one) == pytest.approx(1 / ((20 / 9 + 10 / 9) / 2) ** 0.5)


def test_rights_hold(db: Database) -> None:
    people(db, 40, 9, 5, branch="b0102")
    own = replace(SCOPE, rights=Rights(frozenset({"b0102"})))
    with db.cursor() as con:
        found = groups.reluctant(con, own, "top2", 8)
        assert (found.size.counts["k"], found.size.n) == (0, 40) and not any(p.by == "branch" for p in found.parts)
        assert profiles.voices(con, SCOPE, "top2", 8)[0].text == "收费看不懂"
        silent = replace(SCOPE, rights=Rights(None, comments=False))
        assert profiles.voices(con, silent, "top2", 8) == () == profiles.voices(con, own, "top2", 8)
        few = groups.reluctant(con, replace(SCOPE, minimum_base=500), "top2", 8)
        assert few.size.state == "hidden" and not few.parts


def test_expected_and_found_are_paired_person_by_person(db: Database) -> None:
    people(db, 12, 9, 5, {"wait": 3, "wait_expected": 4})
    people(db, 6, 9, 5, {"wait": 2, "wait_expected": 5})
    people(db, 30, 9, 5, {"wait": 5})  # not asked: in no pair
    people(db, 8, 9, 5, {"card": 4, "card_importance": 4})
    people(db, 9, 9, 5, {"wait": 5, "wait_expected": 4}, survey_id="other")
    with db.cursor() as con:
        found = {(pair.survey, pair.question): (pair, q) for pair, q in groups.gaps(con, SCOPE)}
    assert found["other", "wait"][0].gap.value == 1 and found["other", "wait"][0].gap.n == 9, "not the same question"
    wait, q = found["s", "wait"]
    assert wait.kind == "expectation" and wait.gap.n == 18 and q < 0.05
    assert wait.gap.value == pytest.approx(-(12 * 1 + 6 * 3) / 18) and wait.asked == pytest.approx(
        (12 * 4 + 6 * 5) / 18
    )
    assert found["s", "card"][0].kind == "importance" and found["s", "card"][0].gap.value == 0
    assert found["s", "card"][1] == 1.0


BANDS = (
    Band("young", "Y", choices=("a18",), low=0, high=29, values=("young",)),
    Band("old", "O", choices=("a60",), low=60, high=130),
)
LEVELS = (Band("low", "L", values=("mass",)), Band("high", "H", values=("affluent",)))
SETTINGS = Settings(("age",), BANDS, (Worth("segment", "S", LEVELS),))


def test_generations_by_what_there_is(db: Database) -> None:
    with db.cursor() as con:
        assert personas_grid.generations(con, SCOPE, SETTINGS, 2026).source.kind == "dimension"  # type: ignore[union-attr]
    people(db, 40, 9, 5, {"age": "a18"})
    people(db, 40, 3, 3, {"age": "a60"})
    with db.cursor() as con:
        found = personas_grid.generations(con, SCOPE, SETTINGS, 2026)
    assert [(row.band.id, row.estimate.value, row.verdict) for row in found.rows] == [
        ("young", 100, "higher"), ("old", -100, "lower"),
    ]  # fmt: skip


def test_years_of_birth_and_ages_are_numbers() -> None:
    from cx.store.profiles_levels import Source

    number = Source("number", "birth_year")
    assert personas_grid._in(BANDS[0], "2000", number, 2026) and not personas_grid._in(BANDS[0], "1990", number, 2026)
    assert personas_grid._in(BANDS[1], "61", number, 2026) and not personas_grid._in(BANDS[1], None, number, 2026)


def test_the_grid_adds_up_and_hides_small_cells(db: Database) -> None:
    people(db, 5, 0, 2, segment="affluent")
    people(db, 7, 0, 2, segment="private")
    with db.cursor() as con:
        found = personas_grid.grid(con, SCOPE, SETTINGS.worth[0], "satisfaction")
    cells = {(one.felt, one.worth.id): one for one in found.squares}
    assert found.n == 95 and found.without == 7 and cells["low", "high"].share == pytest.approx(5 / 95)
    assert cells["high", "low"].estimate.n == 30 and cells["middle", "high"].estimate.value == -100
    with db.cursor() as con:
        found = personas_grid.grid(con, replace(SCOPE, minimum_base=6), SETTINGS.worth[0], "satisfaction")
    cells = {(one.felt, one.worth.id): one for one in found.squares}
    assert cells["low", "high"].estimate.state == "hidden" and cells["low", "high"].share is None
    assert sum(one.estimate.state == "hidden" for one in found.squares) >= 2, "one hidden cell could be worked out"


def test_names_stay_with_the_group_that_answers_alike(tmp_path: Path) -> None:
    digital = Named("s", "数字达人", "", {"app": 1.0, "branch": -0.9, "fees": 0.1, "queue": -0.3}, "mgr", "2026-09-30")
    (tmp_path / "personas.yaml").write_text(personas_settings.dumped((digital,)), encoding="utf-8")
    found = personas_settings.names((tmp_path,))
    assert found == (digital,)
    later = {"app": 0.8, "branch": -1.0, "fees": 0.2, "queue": -0.2, "new": 2.0}
    assert personas_settings.named(found, "s", later) == digital
    assert personas_settings.named(found, "s", {key: -value for key, value in later.items()}) is None
    assert personas_settings.named(found, "other", later) is None
    again = personas_settings.renamed(found, replace(digital, name="手机族", profile=later))
    assert [one.name for one in again] == ["手机族"]
    with pytest.raises(Refused):
        personas_settings.renamed(found, replace(digital, name=" "))


def test_shipped_settings_are_read_and_broken_ones_told(tmp_path: Path) -> None:
    shipped = personas_settings.settings((Path(__file__).resolve().parents[2] / "data" / "model",))
    assert shipped.generations and {worth.by for worth in shipped.worth} >= {"segment"}
    for text in ("generations: {bands: [{name: x}]}", "[1]", "value: [{by: x}]", "a: ["):
        (tmp_path / "profiles.yaml").write_text(text, encoding="utf-8")
        personas_settings._settings.cache_clear()
        with pytest.raises(Refused):
            personas_settings.settings((tmp_path,))


def test_too_few_people_are_not_grouped(db: Database) -> None:
    with db.cursor() as con:
        found = personas.portrait(con, SCOPE, "s")
    assert found.k is None and found.personas == () and found.used == 90
