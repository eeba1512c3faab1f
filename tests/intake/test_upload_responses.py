"""Responses of another tool: the same facts as from the questionnaire, known again by their id, taken back exactly."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cx.__main__ import main
from cx.bank import model as bank
from cx.intake import import_load, imports, suggest_responses, uploads
from cx.intake.imports import CheckedResponses
from cx.intake.reading import tabular
from cx.intake.response_mapping import ResponseMapping, as_data, response_mapping
from cx.store import facts
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Refused

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 8)
MODEL = bank.load(ROOT / "data" / "model")
DATA: dict[str, Any] = {
    "source": "旧系统", "survey": {"id": "legacy", "version": "2", "nps_kind": "transactional"},
    "date": {"column": "时间", "time_zone": "Asia/Shanghai"}, "id": "编号",
    "dimensions": {"branch": "网点", "channel": {"value": "hotline"}, "segment": {"column": "级别",
    "values": {"金卡": "wealth"}}},
    "questions": [
        {"id": "nps", "column": "推荐", "type": "nps"},
        {"id": "queue", "column": "排队", "type": "rating", "missing": [0], "touchpoint": "queue"},
        {"id": "happy", "column": "满意", "type": "csat", "values": {"很满意": 5, "满意": 4, "一般": 3}},
        {"id": "again", "column": "再来", "type": "yes_no"},
        {"id": "why", "column": "原因", "type": "multiple", "separator": "、"},
        {"id": "minutes", "column": "分钟", "type": "number"},
        {"id": "comment", "column": "意见", "type": "text"},
    ],
    "drop": ["姓名"],
}  # fmt: skip
HEAD = "编号,时间,网点,级别,推荐,排队,满意,再来,原因,分钟,意见,姓名\n"
ROWS = (
    "1,2026-01-05T23:30:00Z,静安寺支行,金卡,10,5,很满意,是,服务、环境,12.5,很好，电话13800138000,张三",
    "2,2026-01-05 08:00,b0102,普卡,3,0,一般,否,,,,李四",
    "3,2026-01-06,b0103,,7,4,,,环境,3,“还行”,王五",
)  # fmt: skip
ROWS = tuple(row.replace("很好，", "很好 ") for row in ROWS)
GOOD = HEAD + "\n".join(ROWS) + "\n"


def mapping(**changes: Any) -> ResponseMapping:
    return response_mapping({**DATA, **changes})


@pytest.fixture
def db() -> Database:
    return Database(":memory:")


def check(text: str, m: ResponseMapping | None = None) -> CheckedResponses:
    with tabular.opened(text.encode("gbk"), "t.csv") as table:
        return imports.check(table, m or mapping(), MODEL, TODAY)


def load(db: Database, text: str, m: ResponseMapping | None = None) -> uploads.Loaded:
    with tabular.opened(text.encode("gbk"), "t.csv") as table:
        return import_load.load_responses(db, imports.check(table, m or mapping(), MODEL, TODAY), "li", NOW)


def rows(db: Database, table: str, columns: str) -> list[tuple[Any, ...]]:
    return db.cursor().execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


def refused(text: str, m: ResponseMapping | None = None) -> set[str]:
    with pytest.raises(Refused) as caught:
        check(text, m)
    return {problem.code for problem in caught.value.problems}


_RESPONSE = "day, submitted_at, branch, region, channel, segment, nps, csat, ces, mode, survey_version"


def test_answers_become_the_facts_that_the_questionnaire_makes(db: Database) -> None:
    assert load(db, GOOD).rows == 3
    assert rows(db, "response", _RESPONSE) == [
        (dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 0, 0), "b0102", "shanghai-west", "hotline", "普卡", 3, 3, None,
        "import", "2"),
        (dt.date(2026, 1, 6), dt.datetime(2026, 1, 5, 23, 30), "b0101", "shanghai-west", "hotline", "wealth", 10, 5,
        None, "import", "2"),
        (dt.date(2026, 1, 6), dt.datetime(2026, 1, 6, 4, 0), "b0103", "shanghai-west", "hotline", None, 7, None, None,
        "import", "2"),
    ]  # fmt: skip
    found = rows(db, "answer", "question_id, branch, score, points, satisfaction, choice, number, text")
    plain = [(*row[:6], None if row[6] is None else float(row[6]), row[7]) for row in found]
    assert plain == sorted(
        [
            ("nps", "b0101", 10, 10, None, None, None, None), ("nps", "b0102", 3, 10, None, None, None, None),
            ("nps", "b0103", 7, 10, None, None, None, None),
            ("queue", "b0101", 5, 5, facts.satisfaction(5, 5), None, None, None),
            ("queue", "b0103", 4, 5, facts.satisfaction(4, 5), None, None, None),
            ("happy", "b0101", 5, 5, 500, None, None, None), ("happy", "b0102", 3, 5, 300, None, None, None),
            ("again", "b0101", 1, 1, None, "yes", None, None), ("again", "b0102", 0, 1, None, "no", None, None),
            ("why", "b0101", None, None, None, "服务", None, None), ("why", "b0101", None, None, None, "环境", None,
            None),
            ("why", "b0103", None, None, None, "环境", None, None),
            ("minutes", "b0101", None, None, None, None, 12.5, None), ("minutes", "b0103", None, None, None, None,
            3.0, None),
            ("comment", "b0101", None, None, None, None, None, "很好 电话***"), ("comment", "b0103", None, None, None,
            None, None, "“还行”"),
        ],
        key=lambda row: tuple((value is None, value) for value in row),
    )  # fmt: skip
    places = set(rows(db, "answer WHERE question_id = 'queue'", "journey, stage, touchpoint"))
    assert places == {(*(MODEL.place_of("queue") or ()), "queue")}


@pytest.mark.parametrize("points", [2, 3, 5, 7, 10, 11])
def test_the_common_scale_is_that_of_facts(db: Database, points: int) -> None:
    text = HEAD + "".join(f"{n},2026-01-05,b0101,,,{n},,,,,,\n" for n in range(1, points + 1))
    question = {"id": "queue", "column": "排队", "type": "rating", "points": points}
    load(db, text, mapping(questions=[question]))
    assert rows(db, "answer", "score, satisfaction") == [
        (n, facts.satisfaction(n, points)) for n in range(1, points + 1)
    ]


def test_columns_that_are_not_named_are_nowhere_in_the_database(db: Database) -> None:
    load(db, GOOD)
    for table in ("response", "answer", "upload", "source_mapping"):
        text = str(db.cursor().execute(f"SELECT * FROM {table}").fetchall())
        assert "张三" not in text and "13800138000" not in text


def test_faults_are_told_by_row_and_nothing_is_loaded(db: Database) -> None:
    bad = (
        GOOD
        + "4,2026-02-30,b9999,,11,6,好,大概,,x,,\n5,2027-01-01,b0101,,5,2.5,,,,,,\n"
        + ",2026-01-01,b0101,,5,,,,,,,\n2,2026-01-07,b0101,,5,,,,,,,\n"
    )
    found = [(p.row, p.column, p.problem.code) for p in check(bad).problems]
    assert sorted(found) == sorted([
        (5, "时间", "upload_bad_date"), (5, "网点", "upload_unknown_branch"), (5, "推荐", "upload_off_scale"),
        (5, "排队", "upload_off_scale"), (5, "满意", "upload_off_scale"), (5, "再来", "upload_bad_answer"),
        (5, "分钟", "upload_bad_answer"), (6, "时间", "upload_future"), (6, "排队", "upload_off_scale"),
        (7, "编号", "upload_missing_id"), (8, "编号", "upload_twice"),
    ])  # fmt: skip
    with pytest.raises(Refused):
        load(db, bad)
    assert rows(db, "response", "*") == []


def test_the_same_file_again_changes_nothing(db: Database) -> None:
    first, before = load(db, GOOD), None
    before = rows(db, "answer", "*")
    assert load(db, GOOD) == uploads.Loaded(first.upload_id, 3, 0, unchanged=True)
    assert rows(db, "answer", "*") == before


def test_without_ids_equal_rows_stay_apart_and_a_second_load_still_changes_nothing(db: Database) -> None:
    text = HEAD + "x,2026-01-05,b0101,,10,,,,,,,\n" * 3
    assert load(db, text, mapping(id=None)).rows == 3
    assert load(db, text, mapping(id=None)).unchanged
    load(db, text + "x,2026-01-06,b0101,,9,,,,,,,\n", mapping(id=None))
    assert len(rows(db, "response", "*")) == 4


FILES = (
    GOOD,
    GOOD.replace("b0102,普卡,3", "b0102,普卡,9"),
    HEAD + ROWS[1].replace(",3,0,", ",6,1,") + "\n4,2026-01-07,b0104,,1,1,,,,,,\n",
    HEAD + "4,2026-01-07,b0104,,2,2,,,,,,\n" + ROWS[0].replace(",10,5,", ",8,2,") + "\n",
)
_ALL = "* EXCLUDE (source)"


def state(db: Database) -> tuple[list[tuple[Any, ...]], ...]:
    return rows(db, "response", _ALL), rows(db, "answer", _ALL)


ORDERS = [(0, 1, 2), (2, 1, 0), (1, 0, 3), (3, 0, 1), (1, 2, 3), (2, 3, 0), (0, 3, 2), (3, 2, 1)]


@pytest.fixture(scope="module")
def files() -> Iterator[list[CheckedResponses]]:
    with ExitStack() as stack:
        tables = [stack.enter_context(tabular.opened(text.encode("gbk"), "t.csv")) for text in FILES]
        yield [imports.check(table, mapping(), MODEL, TODAY) for table in tables]


@pytest.fixture(scope="module")
def alone(files: list[CheckedResponses]) -> Callable[[frozenset[int]], object]:
    """What a set of files, loaded in their order, makes."""

    @cache
    def of(places: frozenset[int]) -> object:
        database = Database(":memory:")
        for place in sorted(places):
            import_load.load_responses(database, files[place], "li", NOW)
        return state(database)

    return of


@pytest.mark.parametrize("taken_back", ORDERS)
def test_undo_leaves_what_the_other_uploads_alone_would_have_made(
    taken_back: tuple[int, ...], db: Database, files: list[CheckedResponses], alone: Callable[[frozenset[int]], object]
) -> None:
    ids = [import_load.load_responses(db, checked, "li", NOW).upload_id for checked in files]
    left = set(range(4))
    for place in taken_back:
        uploads.undo(db, ids[place])
        left.discard(place)
        assert state(db) == alone(frozenset(left)), (taken_back, place)


def test_what_would_be_kept_may_not_be_personal() -> None:
    ids = ["4111111111111111", "5500005555555559", "340000000000009"]
    text = HEAD + "".join(f"{id},2026-01-05,b0101,,5,,,,,,,\n" for id in ids)
    assert refused(text) == {"upload_kept_card"}
    text = HEAD + "".join(f"{i},2026-01-05,b0101,1380013800{i},5,,,,,,,\n" for i in range(9))
    assert refused(text) == {"upload_kept_mobile"}


def test_an_ambiguous_date_order_is_asked() -> None:
    text = HEAD + "1,5/1/2026,b0101,,5,,,,,,,\n"
    assert refused(text) == {"upload_ask_date_order"}
    assert check(text, mapping(date={"column": "时间", "order": "mdy"})).first == dt.date(2026, 5, 1)


def test_unknown_columns_and_touchpoints_are_told() -> None:
    assert refused(GOOD, mapping(id="没有")) == {"upload_no_column"}
    question = {"id": "q", "column": "排队", "type": "rating", "touchpoint": "moon"}
    assert refused(GOOD, mapping(questions=[question])) == {"upload_touchpoint"}


def test_a_wrong_mapping_is_told_whole() -> None:
    with pytest.raises(Refused) as caught:
        response_mapping({
            "survey": {"nps_kind": "other"}, "date": {"order": "dd", "time_zone": "Mars/One"},
            "questions": [{"id": "a", "type": "stars"}, {"id": "a", "column": "x", "type": "text", "scale": 5}],
            "colour": 1,
        })  # fmt: skip
    places = {(p.code, p.where) for p in caught.value.problems}
    assert places >= {
        ("upload_mapping_key", ""), ("upload_role_missing", "survey"), ("upload_mapping_value", "survey.nps_kind"),
        ("upload_mapping_value", "date.order"), ("upload_mapping_value", "date.time_zone"), ("upload_role_missing",
        "date"),
        ("upload_role_missing", "questions[1]"), ("upload_mapping_value", "questions[1].type"),
        ("upload_mapping_key", "questions[2]"), ("upload_mapping_twice", "questions"),
    }  # fmt: skip


def test_a_mapping_survives_being_remembered(db: Database) -> None:
    load(db, GOOD)
    assert response_mapping(uploads.remembered(db.cursor(), "responses", "旧系统")) == mapping()
    assert response_mapping(json.loads(json.dumps(as_data(mapping())))) == mapping()


def test_types_are_suggested_from_names_and_contents() -> None:
    with tabular.opened(GOOD.encode(), "t.csv") as table:
        guess = suggest_responses.responses(table)
    assert (guess.columns["date"], guess.columns["id"], guess.columns["branch"]) == ("时间", "编号", "网点")
    assert guess.types["推荐"] == "nps" and guess.types["排队"] == "rating" and guess.types["意见"] == "text"
    assert "姓名" not in guess.types and guess.zeros == {"排队"}


def suggested(name: str, **columns: list[object]) -> suggest_responses.SuggestedResponses:
    """What is suggested for columns, each repeated to the length of 60 rows."""
    cells = [[str(column[row % len(column)]) for column in columns.values()] for row in range(60)]
    text = "\n".join(",".join(row) for row in [list(columns), *cells])
    with tabular.opened(text.encode(), name) as table:
        return suggest_responses.responses(table)


SIX = {
    "第几季度": [1, 2, 3, 4],
    "quarter": [4, 1, 2, 3],
    "月份": [*range(1, 11)],
    "星期": [1, 2, 3, 4, 5],
    "序号": [1, 2, 3, 4, 5],
}


@pytest.mark.parametrize("name", ["NPS回访.csv", "回访.csv"])
def test_calendar_and_row_numbers_are_never_scores_and_scores_are_never_left_out(name: str) -> None:
    guess = suggested(name, **SIX, rating=[*range(11)], survey_month=[1, 2, 3, 4, 5], 推荐=[*range(11)])  # type: ignore[arg-type]
    assert set(guess.types) == {"rating", "推荐"} and guess.types["推荐"] == "nps"
    assert guess.types["rating"] == "nps" and guess.doubts == {"rating"}  # 推荐 makes the file one about NPS
    alone = suggested(name, **SIX, 评分=[*range(11)])  # type: ignore[arg-type]
    assert alone.types == {"评分": "nps" if "NPS" in name else "rating"} and alone.doubts == {"评分"}
    assert alone.points == ({} if "NPS" in name else {"评分": 10})


def test_questions_that_sound_like_dimensions_dates_or_telephones_are_questions() -> None:
    scores = [1, 2, 3, 4, 5]
    phones = ["13800138000", "13900139001"]
    guess = suggested(
        "问卷.csv", 手机银行操作是否方便=scores, 网点环境=scores, 产品说明清楚吗=scores, 等候时间满意度=scores,
        联系手机=phones, mobile=phones,
    )  # fmt: skip
    assert dict(guess.columns) == {} and not guess.doubts
    assert guess.types == {
        "手机银行操作是否方便": "rating",
        "网点环境": "rating",
        "产品说明清楚吗": "rating",
        "等候时间满意度": "csat",
    }


def test_words_are_choices_with_their_meaning_and_doubtful_ones_are_marked() -> None:
    long = "等了很久才轮到，大堂经理解释得很清楚，总体还可以"
    guess = suggested(
        "q.csv", Satisfaction=["Satisfied", "Neutral or Dissatisfied"], 满意度=["非常满意", "满意", "一般", "不满意"],
        来过吗=["是", "否"], 办理业务=["开户", "转账", "理财"], 意见=[f"{long}{n}" for n in range(60)],
        服务评价=["好", "中", "差"], 某列=[1, 2, 3],
    )  # fmt: skip
    assert guess.types == {
        "Satisfaction": "yes_no", "满意度": "csat", "来过吗": "yes_no", "办理业务": "single", "意见": "text",
        "服务评价": "single", "某列": "rating",
    }  # fmt: skip
    assert guess.doubts == {"Satisfaction", "某列"}
    assert guess.values["Satisfaction"] == {"Satisfied": "yes", "Neutral or Dissatisfied": "no"}
    assert guess.values["满意度"] == {"非常满意": "5", "满意": "4", "一般": "3", "不满意": "2"}


def test_the_command_brings_the_journeys_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    (tmp_path / "t.csv").write_bytes(GOOD.encode("gbk"))
    (tmp_path / "journeys.yaml").write_text(
        "journeys:\n- {id: visit, name: {en: Visit}, stages: [{id: in, name: {en: In}, "
        "touchpoints: [{id: line, name: {en: Line}}]}]}\n", encoding="utf-8",
    )  # fmt: skip
    question = {"id": "queue", "column": "排队", "type": "rating", "missing": [0], "touchpoint": "line"}
    written = {**DATA, "questions": [question], "model": "journeys.yaml"}
    (tmp_path / "m.yaml").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    assert main(["load-responses", str(tmp_path / "t.csv"), "--mapping", str(tmp_path / "m.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 3
    assert bank.load(MODEL_FOLDER, tmp_path / "data").place_of("line") == ("visit", "in")
    database = Database(tmp_path / "data" / "cx.duckdb")
    assert set(rows(database, "answer", "journey, stage, touchpoint")) == {("visit", "in", "line")}
    database.close()
    (tmp_path / "m.yaml").write_text("survey: [", encoding="utf-8")
    assert main(["load-responses", str(tmp_path / "t.csv"), "--mapping", str(tmp_path / "m.yaml"), "--lang", "zh"]) == 1
    assert "YAML" in capsys.readouterr().err


MODEL_FOLDER = ROOT / "data" / "model"
