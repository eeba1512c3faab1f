"""The pages of groups, personas and value as their readers see them."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
import yaml
from small_bank import insert
from streamlit.testing.v1 import AppTest

from components.personas import ask
from cx.insight import personas_settings, value, value_claims
from cx.publish import entries
from cx.store import audit
from cx.workbench import Workbench

Screen = Callable[..., AppTest]


def text(at: AppTest) -> str:
    assert not at.exception, at.exception
    kinds = ("html", "markdown", "caption", "title", "header", "error", "success")
    return "\n".join(str(getattr(e, "body", None) or e.value) for kind in kinds for e in at.get(kind))


@pytest.fixture
def asked(bench: Workbench) -> Workbench:
    """Two kinds of customers in two branches, told apart by what they rate high and how they come."""
    responses, answers, chance = [], [], random.Random(1)
    branches = tuple(bench.model.branches)[:2]
    for n in range(360):
        digital, nps = n % 2 == 0, (9, 8, 3)[n % 3]
        shared = {"response_id": uuid.uuid4(), "source": "collect", "survey_id": "relational-nps",
                  "nps_kind": "relational",
                  "survey_version": "1.0.0", "mode": "link", "day": dt.date(2026, 8, 1 + n % 28), "channel": "mobile",
                  "branch": branches[n % 4 // 2], "segment": "affluent" if nps == 8 else "mass"}  # fmt: skip
        responses.append(shared | {"nps": nps, "csat": 5 if nps > 3 else 2, "submitted_at": dt.datetime(2026, 8, 15)})
        answers.append(shared | _given("csat", "csat", 5 if nps > 3 else 2))
        for place, name in enumerate(("login", "transfer", "app-home", "queue", "counter-service", "lobby-guide")):
            high = (place < 3) == digital
            score = min(5, max(1, round(chance.gauss(4.2 if high else 2.4, 0.7))))
            answers.append(shared | _given(name, "rating", score, name))
        way = "app" if digital == (chance.random() < 0.85) else "branch"
        answers.append(shared | _given("ways", "multiple") | {"choice": way})
        answers.append(shared | _given("reason", "text") | {"text": "柜面说得不清楚"})
    insert(bench.database, "response", responses)
    insert(bench.database, "answer", answers)
    return bench


def _given(id: str, type: str, score: int | None = None, touchpoint: str | None = None) -> dict[str, object]:
    scored = {"score": score, "points": 5, "satisfaction": 100 * score} if score else {}
    empty = dict.fromkeys(("score", "points", "satisfaction", "choice", "text"))
    return empty | {"question_id": id, "type": type, "touchpoint": touchpoint} | scored


def test_empty_pages_say_what_to_do(screen: Screen) -> None:
    for name in ("groups", "personas"):
        assert '<div class="cx-empty"' in text(screen(f"analyse/{name}", "analyst"))


def test_the_satisfied_who_do_not_recommend(asked: Workbench, screen: Screen) -> None:
    at = screen("analyse/groups", "analyst", period="2026-08")
    shown = text(at)
    assert "240 位满意者中的 120 位" in shown and "财富客户" in shown
    assert "柜面说得不清楚" in shown and "没有问过期望" in shown
    strict = text(screen("analyse/groups", "analyst", period="2026-08", limit="6"))
    assert "240 位满意者中的 0 位" in strict
    assert "柜面说得不清楚" not in text(screen("analyse/groups", "viewer", period="2026-08"))


def test_a_branch_sees_its_own(asked: Workbench, screen: Screen) -> None:
    shown = text(screen("analyse/groups", "branch_manager", period="2026-08"))
    other = asked.model.branches[tuple(asked.model.branches)[1]].name["zh"]
    assert "120 位满意者中的 60 位" in shown and other not in shown


def test_kinds_are_shown_named_and_remembered(
    asked: Workbench, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stopped(screen, monkeypatch)
    at = screen("analyse/personas", "cx_manager", period="2026-08", why="personas")
    assert "客户大致分为 4 类：类型 A" in text(at), "two ways of banking, each content or not"
    assert "净推荐值只算“类型 A”这一类的" in text(at).replace("\\", ""), "an address opens what lies behind a card"
    first = next(box for box in at.text_input if box.value == "类型 A")
    first.set_value("手机族")
    assert "手机族（" in text(_press(at, "保存名字"))
    saved = personas_settings.names((asked.place.data / "model",))
    assert [one.name for one in saved] == ["手机族"] and saved[0].survey == "relational-nps"
    with asked.database.cursor() as con:
        assert audit.head(con) is not None
        done = con.execute("SELECT who, action FROM audit_log ORDER BY seq DESC LIMIT 1").fetchall()
    assert done == [("cx_manager", "persona_named")]
    entries.save_names(_desk(asked), "relational-nps", [(saved[0].profile, "数字客群", "手机族")])
    next(box for box in at.text_input if box.value == "手机族").set_value("线上族")
    _press(at, "保存名字")
    assert "colleague修改了“手机族”" in at.error[0].value and any(box.value == "线上族" for box in at.text_input)
    entries.save_names(_desk(asked), "relational-nps", [(saved[0].profile, "手机族", "数字客群")])
    assert "手机族（" in text(screen("analyse/personas", "viewer", period="2026-08"))
    assert not any(box.value == "手机族" for box in screen("analyse/personas", "viewer").text_input), "to read only"


def _stopped(screen: Screen, patch: pytest.MonkeyPatch) -> None:
    """Progress is told while numbers of groups are tried; the stop button stops, and going on brings the kinds."""
    tried, button, telling = [], st.button, st.progress

    def tell(done: float, said: str) -> object:
        tried.append(said)
        return telling(done, said)

    def press(label: str, **more: Any) -> bool:
        if more.get("key") == "personas_stop":
            assert label == "先停下"
            more["on_click"]()
            st.stop()
        return button(label, **more)

    with patch.context() as pressed:
        pressed.setattr(ask, "_PATIENCE", 0.0)
        pressed.setattr(st, "progress", tell)
        pressed.setattr(st, "button", press)
        at = screen("analyse/personas", "analyst", period="2026-08")
    assert tried == ["分组方式已试 1 / 6 种"] and "客户大致分为" not in text(at)
    at.run()
    assert "客户分类已停下" in at.info[0].value and "客户大致分为" not in text(at), "it stays so until one goes on"
    assert "各年龄段感受一样吗" in text(at), "the rest of the page is there"
    assert "客户大致分为 4 类" in text(at.button(key="personas_go_on").click().run()) and not at.info


def test_value_is_for_those_who_see_the_whole_bank(bench: Workbench, screen: Screen) -> None:
    refused = screen("analyse/value", "branch_manager")
    assert "净收益" not in text(refused) and not refused.get("vega_lite_chart")


def test_value_in_ranges_and_from_a_file(asked: Workbench, screen: Screen) -> None:
    at = screen("analyse/value", "cx_manager")
    shown = text(at)
    assert "90% 的情形" in shown and "12 项输入里有 12 项是假设" in shown and "不赚不亏" in shown
    assert "或者一次性投入不超过 7.8 万元（现在估 4.8 万元）。" in shown, "an amount has its currency"
    book = yaml.safe_load((asked.place.model / "value.yaml").read_text(encoding="utf-8"))
    case = book["cases"][0]
    case["name"] = "自助取号"
    for name, one in case["inputs"].items():
        one |= {"low": one["likely"], "high": one["likely"], "assumption": False, "source": "财务部"} | (
            {"low": 1, "likely": 1, "high": 1} if name == "cost" else {}
        )
    sent = yaml.safe_dump(book, allow_unicode=True).encode()
    at.file_uploader[0].set_value(("mine.yaml", sent, "application/yaml")).run()
    next(button for button in at.button if button.label == "替换").click()
    after = text(at.run())
    assert "都有本行的来源" in after and "没有范围" in after and (asked.place.data / "model" / "value.yaml").is_file()
    _refused_over_a_colleagues_case(at, asked)
    broken = sent.replace(b"retention_promoter", b"retention_nobody")
    at.file_uploader[0].set_value(("![x](https://e.vil/p.png).yaml", broken, "application/yaml")).run()
    next(button for button in at.button if button.label == "替换").click()
    assert "读不懂" in text(at.run())
    assert r"\!\[x\]\(https\://" in at.error[0].value, "the name of a file draws no picture"


def _desk(bench: Workbench) -> entries.Desk:
    return entries.Desk(bench.database, (bench.place.data / "model", bench.place.model), "colleague")


def _press(at: AppTest, label: str, form: str = "") -> AppTest:
    [button] = [one for one in at.button if one.label == label and form in (one.form_id or "")]
    return button.click().run()


def _refused_over_a_colleagues_case(at: AppTest, bench: Workbench) -> None:
    """Two people at one case: the later is told who was first, keeps what was typed, and may keep it beside theirs."""
    desk = _desk(bench)
    [theirs] = value.book(desk.folders).cases
    entries.save_case(desk, replace(theirs, years=7), entries.stamp(value.plain(theirs)))
    next(box for box in at.text_input if box.value == "自助取号").set_value("我的说法")
    _press(at, "保存", "value_form")
    text(at)
    assert "colleague修改了“我的说法”" in at.error[0].value and "colleague修改了“自助取号”" in at.warning[0].value
    assert [one.years for one in value.book(desk.folders).cases] == [7]
    assert any(box.value == "我的说法" for box in at.text_input), "what was typed is still there"
    _press(at, "另存为新的测算")
    assert [(one.years, one.by) for one in value.book(desk.folders).cases] == [(7, "colleague"), (5, "cx_manager")]


def test_a_claim_is_judged(bench: Workbench, screen: Screen) -> None:
    at = screen("analyse/value", "cx_manager")
    at.selectbox(key="claim").set_value("nps-revenue").run()
    verdict = next(box for box in at.selectbox if "与证据相反" in box.options)
    verdict.set_value("contradicted")
    next(area for area in at.text_area if area.label == "本行的证据").set_value("两年里升了 9 分，收入未变")
    [save] = [button for button in at.button if button.label == "保存" and "claim" in (button.form_id or "")]
    save.click()
    shown = text(at.run())
    assert "两年里升了 9 分，收入未变" in shown and "cx_manager" in shown and "1 条已经用本行的证据检验过" in shown
    kept = yaml.safe_load((bench.place.data / "model" / "claims.yaml").read_text(encoding="utf-8"))["claims"]
    first = next(one for one in kept if one["id"] == "nps-revenue")
    assert first["verdict"] == "contradicted" and first["evidence"]["en"] and first["evidence"]["zh"].startswith("两年")
    desk = _desk(bench)
    theirs = next(one for one in value_claims.claims(desk.folders) if one.id == "nps-revenue")
    entries.save_claim(desk, replace(theirs, verdict="supported"), entries.stamp(value_claims.plain(theirs)))
    next(area for area in at.text_area if area.label == "本行的证据").set_value("我的证据")
    _press(at, "保存", "claim")
    text(at)
    assert "colleague修改了" in at.error[0].value
    assert any(area.value == "我的证据" for area in at.text_area), "what was typed is still there"
    at.button(key="theirs_claim").click().run()
    assert not any(area.value == "我的证据" for area in at.text_area) and not at.error
    first = next(one for one in value_claims.claims(desk.folders) if one.id == "nps-revenue")
    assert (first.verdict, first.by) == ("supported", "colleague")
    assert not any(box.key == "claim" for box in screen("analyse/value", "viewer").selectbox)
