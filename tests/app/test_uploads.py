"""The uploads screen: from a dropped file to facts, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from cx.intake import uploads
from cx.words import Translator
from cx.workbench import Workbench

T = Translator("zh")
HEAD = "指标名称,统计月份,网点名称,指标值\n"
GOOD = HEAD + "平均排队时长,2026年1月,静安寺支行,12.5\n平均排队时长,2026年2月,徐家汇支行,13.5\n"
RESPONSES = "编号,时间,网点,推荐意愿,意见\n" + "".join(
    f"{i},2026-01-0{i},静安寺支行,{i},很好很满意的一次服务\n" for i in range(1, 10)
)


def drop(at: AppTest, name: str, text: str) -> AppTest:
    at.file_uploader[0].set_value((name, text.encode("gbk"), "text/csv"))
    at.run()
    assert not at.exception
    return at


def messages(at: AppTest) -> str:
    shown = [*at.error, *at.success, *at.info, *at.warning]
    return "\n".join(str(one.value) for one in shown).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label.replace("\\", "") == label).click()
    at.run()
    assert not at.exception
    return at


def history(bench: Workbench) -> tuple[uploads.Upload, ...]:
    return uploads.history(bench.database.cursor())


def test_a_file_of_indicators_goes_in_and_comes_out_again(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = drop(screen("listen/uploads", "analyst"), "网点指标_202601.csv", GOOD)
    assert T("upload.passed", rows=2) in messages(at)
    roles = {box.label: box.value for box in at.selectbox}
    assert roles[T("upload.role_indicator")] == "指标名称" and roles[T("upload.role_value")] == "指标值"
    press(at, T("upload.load"))
    assert T("upload.loaded", rows=2, replaced=0) in messages(at)
    [done] = history(bench)
    assert (done.loaded_by, done.rows, done.state) == ("analyst", 2, "loaded")
    press(at, T("upload.load"))
    assert T("upload.unchanged") in messages(at)
    press(at, T("upload.undo_sure", file="网点指标_202601.csv", rows="2"))
    assert [one.state for one in history(bench)] == ["undone"]


def test_what_is_computed_is_not_offered(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = drop(screen("listen/uploads", "analyst"), "等候.csv", "月份,网点编号,数值\n2026-01,b0101,12.5\n")
    names = {id: one.name["zh"] for id, one in bench.model.indicators.items()}
    boxes = [box.options for box in at.selectbox if names["queue_minutes"] in box.options]
    assert boxes and all(names["stickiness"] not in options for options in boxes)


def test_faults_are_listed_and_nothing_goes_in(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = drop(screen("listen/uploads", "cx_manager"), "x.csv", GOOD + "平均排队时长,2026年3月,月球支行,abc\n")
    assert T("upload.failed", count=2) in messages(at)
    assert T("upload.load") not in [button.label for button in at.button]
    listed = at.dataframe[1].value
    assert list(listed[T("upload.report_row")]) == [4, 4] and "月球支行" in list(listed[T("upload.report_value")])
    assert history(bench) == ()


def test_what_must_be_asked_is_settled_on_the_screen(screen: Callable[..., AppTest]) -> None:
    at = drop(screen("listen/uploads", "admin"), "x.csv", HEAD + "取号后放弃率,2026年1月,静安寺支行,0.12\n")
    assert "12%" in messages(at)
    next(box for box in at.selectbox if box.label == T("upload.shares")).set_value(True)
    at.run()
    assert not at.exception and T("upload.passed", rows=1) in messages(at)


@pytest.mark.parametrize(("data", "code"), [("", "upload_empty"), ("<html><table>", "upload_web_page")])
def test_what_is_no_table_is_told(screen: Callable[..., AppTest], data: str, code: str) -> None:
    at = drop(screen("listen/uploads", "admin"), "x.xlsx", data)
    from cx.words import Problem

    assert Problem(code).what(T) in messages(at)


def test_responses_column_by_column(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = screen("listen/uploads", "admin")
    at.segmented_control[0].set_value("responses")
    at.run()
    drop(at, "热线回访_202601.csv", RESPONSES)
    assert T("upload.passed", rows=9) in messages(at)
    press(at, T("upload.load"))
    [done] = history(bench)
    assert (done.kind, done.rows, done.source) == ("responses", 9, "热线回访")
    found = bench.database.cursor().execute("SELECT count(nps), count(DISTINCT branch) FROM response").fetchall()
    assert found == [(9, 1)]


def test_columns_that_are_not_used_and_other_regions_are_told(screen: Callable[..., AppTest]) -> None:
    text = "指标,期间,网点,片区,数值,编制人\n" + "".join(
        f"平均排队时长,2026-01,{place},13,甲\n" for place in ("静安寺支行,沪西片区", "徐家汇支行,浙北片区")
    )
    at = drop(screen("listen/uploads"), "排队.csv", text)
    assert any("有 1 行的片区" in warning.value for warning in at.warning)
    assert any("没有用到的列：编制人" in html.proto.body for html in at.get("html"))


def test_customers_records_are_refused_before_the_columns_are_settled(screen: Callable[..., AppTest]) -> None:
    at = drop(
        screen("listen/uploads"), "流水.csv", "交易日期,网点,卡号,发生额\n2026-08-01,静安寺支行,6222021234567890,3.5\n"
    )
    assert "只收汇总后的指标" in messages(at) and "卡号" in messages(at) and "还没有选好" in messages(at)


def test_undo_speaks_of_the_upload_that_stands_in_the_box(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = screen("listen/uploads", "analyst")
    for name, value in (("甲_202601.csv", "12.5"), ("乙_202601.csv", "13.5")):
        drop(at, name, f"{HEAD}平均排队时长,2026年1月,静安寺支行,{value}\n")
        press(at, T("upload.load"))
    labels = [button.label.replace("\\", "") for button in at.button]
    assert T("upload.undo_sure", file="乙_202601.csv", rows="1") in labels
    assert T("upload.undo_sure", file="甲_202601.csv", rows="1") not in labels


def test_a_doubtful_column_is_decided_before_anything_is_called_right(
    screen: Callable[..., AppTest], bench: Workbench
) -> None:
    text = "编号,时间,quarter,rating,Satisfaction\n" + "".join(
        f"{i},2026-01-{i + 10},{i % 4 + 1},{i},{'Satisfied' if i > 5 else 'Neutral or Dissatisfied'}\n"
        for i in range(11)
    )
    at = screen("listen/uploads", "admin")
    at.segmented_control[0].set_value("responses")
    at.run()
    drop(at, "nps_回访.csv", text)
    boxes = {box.label: box for box in at.selectbox}
    assert boxes[T("upload.use_as", header="quarter")].value == "-"
    rating, satisfied = (T("upload.use_as", header=header) for header in ("rating", "Satisfaction"))
    assert boxes[rating].value is None and T("upload.type_nps") in boxes[rating].placeholder
    assert T("upload.doubts", count=2) in messages(at) and rating in messages(at) and not at.success
    boxes[rating].set_value("nps")
    boxes[satisfied].set_value("yes_no")
    at.run()
    assert T("upload.passed", rows=11) in messages(at)
    assert any("Satisfied → yes" in caption.value for caption in at.caption)
    press(at, T("upload.load"))
    found = bench.database.cursor().execute("SELECT min(nps), max(nps), count(*) FROM response").fetchall()
    assert found == [(0, 10, 11)]


JOURNEYS = """
journeys:
  - {id: flight, name: {zh: 乘机, en: Flight}, stages: [
      {id: aboard, name: {zh: 机上, en: Aboard}, touchpoints: [{id: seat, name: {zh: 座椅, en: Seat comfort}}]}]}
"""
RATED = "ID,Seat Comfort\n" + "".join(f"{i},{i % 6}\n" for i in range(1, 25))


def responses(screen: Callable[..., AppTest]) -> AppTest:
    at = screen("listen/uploads", "admin")
    at.segmented_control[0].set_value("responses")
    at.run()
    return drop(at, "航空.csv", RATED)


def write(at: AppTest, *files: tuple[str, str]) -> AppTest:
    at.file_uploader[1].set_value([(name, text.encode(), "text/yaml") for name, text in files])
    at.run()
    assert not at.exception
    return at


def test_one_day_for_a_file_without_dates_and_journeys_that_come_along(
    screen: Callable[..., AppTest], bench: Workbench
) -> None:
    at = write(responses(screen), ("journeys.yaml", JOURNEYS))
    assert T("upload.needs", roles=T("upload.date_needed")) in messages(at)
    at.date_input[0].set_value(dt.date(2015, 6, 30))
    at.run()
    press(at, T("upload.load"))
    found = bench.database.cursor().execute("SELECT DISTINCT day, journey, stage, touchpoint FROM answer").fetchall()
    assert found == [(dt.date(2015, 6, 30), "flight", "aboard", "seat")]


def test_a_mapping_asks_for_the_journeys_that_it_names(screen: Callable[..., AppTest]) -> None:
    mapping = """
survey: {id: airline}
date: {fixed: 2015-06-30}
model: flight.yaml
questions: [{id: seat, column: Seat Comfort, type: rating, missing: [0], touchpoint: seat}]
"""
    at = write(responses(screen), ("mapping.yaml", mapping))
    assert T("upload.needs_model", name="flight.yaml") in messages(at)
    write(at, ("mapping.yaml", mapping), ("flight.yaml", JOURNEYS))
    assert T("upload.passed", rows=24) in messages(at)


def test_what_is_remembered_is_told_and_can_be_chosen_anew(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = responses(screen)
    at.date_input[0].set_value(dt.date(2015, 6, 30))
    at.run()
    press(at, T("upload.load"))
    again = responses(screen)
    assert any("Seat Comfort → " in caption.value for caption in again.caption)
    assert not [box for box in again.selectbox if box.label == T("upload.id_column")]
    next(box for box in again.checkbox if box.label == T("upload.choose_again")).check()
    again.run()
    assert [box.value for box in again.selectbox if box.label == T("upload.id_column")] == ["ID"]
    assert again.date_input[0].value == dt.date(2015, 6, 30)


def test_unknown_names_are_picked_once_and_remembered(screen: Callable[..., AppTest], bench: Workbench) -> None:
    text = (
        "2026年网点月报,,\n网点,平均排队时长（秒）,\n,1月,2月\n静安寺支行,600,660\n徐家汇支行营业室,720,780\n合计,1320,1440\n"
        "注：试运行,,\n"
    )
    at = drop(screen("listen/uploads", "analyst"), "排队_2026.csv", text)
    assert T("upload.failed", count=1) in messages(at)
    told = " ".join(html.proto.body for html in at.get("html"))
    assert "2 个数在合计" in told and "已换算" in told and "1 行是备注" in told
    picker = T("upload.names_pick", name="徐家汇支行营业室", rows=2)
    box = next(box for box in at.selectbox if box.label == picker)
    assert box.value is None and "徐家汇支行" in box.options[0]
    box.set_value("b0102")
    at.run()
    assert not at.exception and T("upload.passed", rows=4) in messages(at)
    press(at, T("upload.load"))
    rows = bench.database.cursor().execute("SELECT branch, day, value FROM v_indicator ORDER BY ALL").fetchall()
    assert [(branch, day.month, float(value)) for branch, day, value in rows] == [
        ("b0101", 1, 10), ("b0101", 2, 11), ("b0102", 1, 12), ("b0102", 2, 13)
    ]  # fmt: skip
    at = drop(screen("listen/uploads", "analyst"), "排队_2025.csv", text.replace("2026", "2025"))
    assert T("upload.passed", rows=4) in messages(at)
    assert picker not in [box.label for box in at.selectbox]


def test_the_year_is_asked_where_no_text_names_it(screen: Callable[..., AppTest]) -> None:
    at = drop(screen("listen/uploads"), "排队.csv", "网点,指标,1月,2月\n静安寺支行,平均排队时长,10,11\n")
    assert "没有写年份" in messages(at)
    next(box for box in at.text_input if box.label == T("upload.year")).set_value("2026")
    at.run()
    assert not at.exception and "2026年1月1日" in messages(at)
