"""What the demo bank stores is what the app itself would have stored, and its customers say what they mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from demo_bank import TRUE, rows, scope

from cx.bank.model import Model
from cx.demo import comments
from cx.measure.scope import Rights, Scope
from cx.store import facts
from cx.store.database import Database
from cx.store.query import Connection, measure
from cx.survey import flow
from cx.survey.schema import Survey
from cx.words import Translator


@pytest.fixture
def con(demo_bank: Database) -> Connection:
    return demo_bank.cursor()


SAMPLE = "SELECT response_id FROM response WHERE survey_id = ? ORDER BY hash(response_id) LIMIT 40"


def test_rows_are_what_the_facts_module_makes_of_the_same_answers(
    con: Connection, surveys: tuple[Survey, ...], model: Model
) -> None:
    for survey in surveys:
        responses = _sample(con, "response", survey)
        by_response: dict[str, list[dict[str, Any]]] = {row["response_id"]: [] for row in responses}
        for row in _sample(con, "answer", survey):
            by_response[row["response_id"]].append(row)
        for stored in responses:
            answers = by_response[stored["response_id"]]
            given = _given(answers, survey)
            assert flow.complete(survey, given) == given
            assert not flow.problems(survey, given), (survey.id, given)
            received = facts.Received(
                stored["response_id"], stored["submitted_at"], stored["day"],
                {name: stored[name] for name in facts.DIMENSIONS},
                "demo", stored["mode"], stored["lang"], stored["seconds"],
            )  # fmt: skip
            made = facts.rows(survey, given, received, model)
            assert {key: made.response.get(key) for key in stored} == stored
            assert _comparable({**made.response, **row} for row in made.answers) == _comparable(answers)


def _sample(con: Connection, table: str, survey: Survey) -> list[dict[str, Any]]:
    sql = f"SELECT * REPLACE (response_id::VARCHAR AS response_id) FROM {table} WHERE response_id IN ({SAMPLE})"
    result = con.execute(sql, [survey.id])
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _comparable(answers: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    plain = [{**row, "number": None if row.get("number") is None else f"{row['number']:.4f}"} for row in answers]
    return sorted(tuple(str(row.get(name)) for name in (*facts.SHARED, *facts.OWN)) for row in plain)


def _given(answers: list[dict[str, Any]], survey: Survey) -> dict[str, object]:
    """The answers that the stored rows came from, in the survey's order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in answers:
        found.setdefault(row["question_id"], []).append(row)
    asked = [question for question in survey.questions if question.id in found]
    return {q.id: _value(q.type, [choice.id for choice in q.choices], found[q.id]) for q in asked}


def _value(type_: str, order: list[str], given: list[dict[str, Any]]) -> object:
    row = given[0]
    if type_ == "multiple":
        return tuple(sorted((one["choice"] for one in given), key=order.index))
    if type_ == "yes_no":
        return bool(row["score"])
    if type_ == "date":
        return dt.date.fromisoformat(row["text"])
    return next(row[name] for name in ("score", "choice", "number", "text") if row[name] is not None)


def test_dimensions_and_circumstances_are_filled(con: Connection, model: Model) -> None:
    always = ("branch", "region", "channel", "seconds", "lang")
    assert rows(con, "SELECT count(*) FROM response WHERE " + " OR ".join(f"{name} IS NULL" for name in always)) == [
        (0,)
    ]
    visits = (
        "SELECT count(segment) = count(*), count(product) = count(*) FROM response WHERE survey_id = 'branch-visit'"
    )
    assert rows(con, visits) == [(True, True)]
    for dimension in (
        "branch",
        "region",
        "channel",
        "segment",
        "product",
        "business_line",
        "journey",
        "stage",
        "touchpoint",
    ):
        for value, _ in rows(con, f"SELECT {dimension}, count(*) FROM answer WHERE {dimension} IS NOT NULL GROUP BY 1"):
            assert model.label(dimension, value, Translator("zh")) != value, (dimension, value)
    assert {mode for (mode,) in rows(con, "SELECT DISTINCT mode FROM response")} == {"link", "qr", "kiosk", "staff"}
    late = "SELECT count(*) FROM response WHERE CAST(submitted_at + INTERVAL 8 HOUR AS DATE) <> day"
    assert rows(con, late) == [(0,)]


def test_every_stage_of_every_journey_has_data(con: Connection, model: Model) -> None:
    cells = measure(con, "satisfaction", scope(), ("journey", "stage")).cells
    sound = {cell.key for cell in cells if cell.estimate.state == "ok"}
    assert {(name, stage.id) for name, shape in model.journeys.items() for stage in shape.stages} <= sound


def test_comments_in_both_languages(con: Connection) -> None:
    shares = dict(rows(con, "SELECT lang, count(*) FROM answer WHERE type = 'text' GROUP BY 1"))
    assert 0.08 < shares["en"] / sum(shares.values()) < 0.25
    texts = rows(con, "SELECT DISTINCT lang, text FROM answer WHERE type = 'text'")
    assert len(texts) > 6000
    assert all(bool(re.search(r"[\u4e00-\u9fff]", text)) == (lang == "zh") for lang, text in texts)
    assert not [text for _, text in texts if re.search(r"\d{3,}|@|\{|，，|。，|：，|！，|  |, ,|: [A-Z][a-z]", text)]


def test_no_comment_is_heard_too_often(con: Connection) -> None:
    counted = "SELECT survey_id, text, count(*) AS n FROM answer WHERE type = 'text' GROUP BY ALL"
    for survey, most, total in rows(con, f"SELECT survey_id, max(n), sum(n) FROM ({counted}) GROUP BY 1"):
        assert most <= max(4, 0.005 * total), survey


def _said(con: Connection, low: int, high: int, *questions: str) -> list[str]:
    sql = (
        "SELECT text FROM answer JOIN response r USING (response_id) WHERE answer.type = 'text' "
        "AND r.nps BETWEEN ? AND ? AND question_id IN (SELECT unnest(?::VARCHAR[]))"
    )
    return [text for (text,) in rows(con, sql, low, high, list(questions))]


def test_comments_fit_the_score_and_the_question(con: Connection) -> None:
    """A side's fragments are found in nothing that the other side says; wishes and open matters sound like it."""

    def fragments(side: str) -> list[str]:
        themes = comments.parts()["themes"].values()
        return [text for theme in themes for lang in theme.values() for text in lang.get(side, ())]

    unhappy, happy = _said(con, 0, 6, "reason"), _said(con, 9, 10, "reason", "liked")
    assert len(unhappy) > 1000 and len(happy) > 1000
    assert not [text for text in unhappy for praise in fragments("good") if praise in text]
    assert not [text for text in happy for blame in fragments("bad") if blame in text]
    wishes = _said(con, 9, 10, "improve", "suggestion", "better")
    assert len(wishes) > 300
    assert all(re.search(r"希望能|就更好了|更完美|建议|期待|[Pp]lease|could", text) for text in wishes)
    assert not [text for text in wishes if re.search("失望|不满意|拖|最基本|Not happy|Disappointing", text)]
    still_open = _said(con, 9, 10, "not_solved", "open_matter")
    assert still_open and not [text for text in still_open if "排队" in text or "柜员" in text or "queue" in text]
    assert all(re.search("满意|很好|耐心|没得说|顺利|kind|Happy|patient|well|small", text) for text in still_open)


def test_queueing_is_what_the_branch_complains_about_most(con: Connection) -> None:
    def said(words: str, survey: str) -> int:
        sql = "SELECT count(*) FROM answer WHERE survey_id = ? AND question_id = 'reason' AND regexp_matches(text, ?)"
        return int(rows(con, sql, survey, words)[0][0])

    queue = said("排队|叫号|窗口开|等候|站着|取了号", "branch-visit")
    assert queue > 2 * said("柜员|柜台|问题讲不清", "branch-visit") and queue > 2 * said(
        "填单|单子|表格|同样的信息", "branch-visit"
    )


def test_fragments_are_the_same_in_both_languages() -> None:
    parts = comments.parts()
    for theme, langs in parts["themes"].items():
        assert list(langs) == ["zh", "en"] and langs["zh"].keys() == langs["en"].keys(), theme
        assert all(said for lang in langs.values() for said in lang.values()), theme
    for mix in parts["mixes"].values():
        for side, themes in mix.items():
            assert all(side in parts["themes"][theme]["zh"] for theme in themes)
            assert side != "bad" or all("wish" in parts["themes"][theme]["zh"] for theme in themes)
    for kind, langs in parts["voices"].items():
        assert langs["zh"].keys() == langs["en"].keys(), kind
    for spec in TRUE.surveys.values():
        assert spec.themes in parts["mixes"] and set(spec.texts.values()) <= set(parts["voices"])


def test_a_branch_manager_sees_the_own_branch_only(con: Connection) -> None:
    mine = Scope(Rights(frozenset({"b0101"})), nps_kind="transactional")
    assert {cell.key for cell in measure(con, "nps", mine, ("branch",)).cells} == {("b0101",)}
