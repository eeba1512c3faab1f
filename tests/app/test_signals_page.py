"""The signals screen: the answer, what can be done, one chart; by role."""

from __future__ import annotations

import json

import act_bank
import numpy as np
import pyarrow as pa
import pytest
from test_quick_wins_page import button, words

from cx.act import alarms, pain_points
from cx.insight.signals import series as signal_series
from cx.measure.scope import WHOLE_BANK, Rights

PAGE = "act/signals"
KEY = "indicator:queue_minutes:month:b0102"


@pytest.fixture
def bank(bench):
    """Two branches: b0101 is quiet, b0102 breaks in May 2026."""
    rows = []
    for seed, branch in ((1, "b0101"), (2, "b0102")):
        noise = np.random.default_rng(seed).normal(size=20)
        for i in range(20):
            day = act_bank.dt.date(2025 + i // 12, i % 12 + 1, 1)
            value = 12 + float(noise[i]) + (15 if branch == "b0102" and i >= 16 else 0)
            rows.append({"upload_id": "u", "indicator": "queue_minutes", "grain": "month", "day": day,
                         "branch": branch, "value": value})  # fmt: skip
    with bench.database.writing() as con:
        con.register("given", pa.Table.from_pylist(rows))
        columns = ", ".join(rows[0])
        con.execute(f"INSERT INTO indicator_value ({columns}) SELECT {columns} FROM given")
        con.unregister("given")
    return bench


def id_of(bench) -> str:
    found = alarms.board(bench.database.cursor(), WHOLE_BANK, bench.model, 12, act_bank.dt.date(2026, 10, 5))
    alarm = next(s.alarm for s in found.standing if s.alarm.subject.key == KEY and not s.alarm.agreed)
    return f"indicator_queue_minutes_month_b0102_{alarm.first:%Y%m%d}"


def actions(bench) -> list[str]:
    rows = bench.database.cursor().execute("SELECT action FROM audit_log ORDER BY seq").fetchall()
    return [action for (action,) in rows if action.startswith(("signal_", "pain_"))]


def test_without_data_it_says_what_next(screen):
    at = screen(PAGE, role="cx_manager")
    assert not at.exception and "还没有可监测的数据" in words(at)


def test_the_answer_comes_first_with_what_chance_would_do(bank, screen):
    at = screen(PAGE, role="cx_manager")
    assert not at.exception
    said = words(at)
    assert "项离开了常态范围" in said and "纯属偶然的预计约" in said and "每年最多约" not in said
    assert "高于常态上限" in said and "误报 1 次" in said
    assert at.selectbox(key="filter_budget").value == "12"
    at.selectbox(key="filter_budget").set_value("none").run()
    assert not at.exception and at.query_params["budget"] == "none"


def test_explaining_needs_a_note_and_is_kept(bank, screen):
    id = id_of(bank)
    at = screen(PAGE, role="cx_manager")
    button(at, f"acknowledge_{id}").click().run()
    at.button(key=f"save_{id}").click().run()
    assert "还没有写说明" in words(at) and not actions(bank)
    at.text_input(key=f"note_{id}").set_value("叫号系统停机")
    at.button(key=f"save_{id}").click().run()
    assert not at.exception and "信号已处理" in words(at)
    assert actions(bank) == ["signal_explained"]
    at = screen(PAGE, role="cx_manager", view="handled")
    assert "叫号系统停机" in words(at) and "已解释" in words(at)
    button(at, f"reopen_{id}").click().run()
    assert actions(bank) == ["signal_explained", "signal_reopened"]


def test_a_pain_point_is_opened_from_a_signal(bank, screen):
    id = id_of(bank)
    at = screen(PAGE, role="cx_manager")
    button(at, f"open_pain_point_{id}").click().run()
    assert "严重度" in words(at)
    at.text_input(key=f"title_{id}").set_value("<b>排队</b>太久")
    at.button(key=f"save_{id}").click().run()
    assert "已立为痛点" in words(at) and actions(bank) == ["pain_point_opened"]
    (point,) = pain_points.everything(bank.database.cursor(), WHOLE_BANK)
    at = screen("act/pain_points", role="cx_manager", pain=point.id)
    assert "&lt;b&gt;排队" in words(at) and "<b>排队" not in words(at)
    assert "平均排队时长" in words(at) and "持续" in words(at), "the grade that the signal got is kept"


def test_a_signal_that_goes_on_after_closing_is_told_in_the_register(bank, screen):
    found = alarms.board(bank.database.cursor(), WHOLE_BANK, bank.model, 12, act_bank.dt.date(2026, 10, 5))
    alarm = next(s.alarm for s in found.standing if s.alarm.subject.key == KEY and not s.alarm.agreed)
    grade, by = pain_points.grade(alarm, found.view), {"rights": WHOLE_BANK}
    key = pain_points.open_from(bank.database, "lin", alarm, "排队", grade, model=bank.model, **by).id
    pain_points.drop(bank.database, "lin", key, "叫号屏坏了", **by)
    assert "信号又回来了" not in words(screen("act/pain_points", role="cx_manager"))
    act_bank.indicator(bank.database, "queue_minutes", "b0102", act_bank.dt.date(2026, 9, 1), 28.0)
    at = screen("act/pain_points", role="cx_manager", pain=key)
    assert not at.exception and "信号又回来了" in words(at)
    at.selectbox(key=f"to_{key}").select("reopen")
    at.text_input(key=f"found_{key}").set_value("不是屏的问题")
    at.button(key=f"move_save_{key}").click().run()
    point = pain_points.get(bank.database.cursor(), key, WHOLE_BANK)
    assert point.state == "analyse" and "信号又回来了" not in words(screen("act/pain_points", role="cx_manager"))


def test_one_chart_shows_limits_phase_and_numbered_alarms(bank, screen):
    at = screen(PAGE, role="analyst", chart=KEY)
    assert not at.exception
    said = words(at)
    assert "控制限由 2025年1月 至 2025年12月 的 12 期算出" in said and "移动极差÷1.128" in said
    spec = at.get("vega_lite_chart")[0].proto
    assert spec.spec and "phase" in json.dumps(json.loads(spec.spec))
    names = {data.name for data in spec.datasets}
    assert {"points", "phase", "marks"} <= names
    assert not [b for b in at.button if b.key.startswith(("acknowledge", "phase_save"))]  # an analyst only looks


def test_the_phase_is_changed_with_a_reason(bank, screen):
    at = screen(PAGE, role="cx_manager", chart=KEY)
    at.date_input(key="phase_start").set_value(act_bank.dt.date(2025, 3, 1))
    at.text_input(key="phase_note").set_value("换了叫号机")
    at.button(key="phase_save").click().run()
    assert not at.exception and actions(bank) == ["signal_based"]
    assert "2025年3月 至" in words(at) and "换了叫号机" in words(at)


def test_a_chosen_phase_is_listed_with_who_and_why_and_taken_back(bank, screen):
    subject = signal_series.subject(KEY)
    today = act_bank.dt.date.today()
    alarms.rebase(bank.database, "branch_manager", subject, act_bank.dt.date(2026, 6, 1), None, "_就_这样",
                  rights=Rights(frozenset({"b0102"})), today=today)  # fmt: skip
    assert "有 1 项按决定换了基准期" in words(screen(PAGE, role="cx_manager"))
    at = screen(PAGE, role="analyst", view="handled")
    assert "_就_这样" in words(at) and "从 2026年6月1日 起" in words(at)
    assert not [b for b in at.button if b.key.startswith("take_back")]
    at = screen(PAGE, role="cx_manager", view="handled")
    button(at, "take_back_0").click().run()
    assert not at.exception and "已撤销" in words(at) and actions(bank) == ["signal_based", "signal_reopened"]
    assert "换了基准期" not in words(screen(PAGE, role="cx_manager"))


def test_a_branch_sees_its_own_and_no_others(bank, screen):
    at = screen(PAGE, role="branch_manager")
    assert not at.exception
    assert bank.model.branches["b0102"].name["zh"] not in words(at)
    at = screen(PAGE, role="branch_manager", chart=KEY)
    assert "找不到这张图" in words(at) and not at.get("vega_lite_chart")


def test_all_charts_are_listed(bank, screen):
    at = screen(PAGE, role="viewer", view="charts")
    assert not at.exception and KEY in at.selectbox(key="filter_chart").options or at.dataframe
    assert len(at.dataframe[0].value) == 3  # the bank and two branches


def test_a_quick_win_begins_with_what_the_signal_says(bank, screen):
    at = screen("act/quick_wins", role="cx_manager", new="1", touchpoint="queue", metric="queue_minutes", pilot="b0102")
    assert not at.exception
    assert at.selectbox(key="qw_new_touchpoint").value == "queue"
    assert at.selectbox(key="qw_new_metric_queue").value == "queue_minutes"
    assert at.multiselect(key="qw_new_pilots").value == ["b0102"]
