"""The questionnaire without script: every way through it ends in one response with the latest answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cx import workbench
from cx.store.journal import Journal, NotSaved
from cx.store.place import ROOT
from cx.store.record import Record
from cx.survey import load
from questionnaire.respondents import client, fill, hidden, rows
from web import receipt, survey_form, survey_view
from web.visit import Visit

URL = "/s/visit?branch=b0102&channel=branch"


def test_an_answer_is_stored_with_its_place_and_thanked_with_a_receipt() -> None:
    browser = client()
    page = browser.get(URL)
    assert page.status_code == 200
    assert "徐家汇支行" in page.text
    assert '<html lang="zh-CN">' in page.text
    sent = fill(browser, page, URL, 303, nps="9", waited="short")
    thanks = browser.get(sent.headers["location"])
    (code,) = re.findall(r'class="code">([^<]+)<', thanks.text)
    assert receipt.is_code(code)
    stored = rows(
        "response",
        "survey_id, branch, channel, business_line, nps_kind, mode, lang, nps, receipt, seconds BETWEEN 0 AND 60",
    )
    assert stored == [("visit", "b0102", "branch", "retail", "transactional", "link", "zh", 9, code, True)]
    assert rows("answer", "question_id, score, choice") == [("nps", 9, None), ("waited", None, "short")]


def test_wrong_and_missing_answers_come_back_with_messages_and_with_all_that_was_typed() -> None:
    browser = client()
    page = browser.get(URL)
    again = fill(browser, page, URL, 422, waited="long")
    assert 'href="#i-nps"' in again.text
    assert 'id="e-nps"' in again.text
    assert 'aria-describedby="e-nps' in again.text
    assert 'value="long" checked' in again.text
    for wrong in ({"nps": "11"}, {"nps": "-1"}, {"nps": "x"}, {"nps": "9", "waited": "never"}, {"nps": ["1", "9"]}):
        assert fill(browser, page, URL, 422, **wrong).status_code == 422
    assert rows("response") == []


def test_a_question_that_appears_is_shown_before_the_answer_is_taken() -> None:
    browser = client()
    page = browser.get(URL)
    again = fill(browser, page, URL, 200, nps="3", waited="long")
    assert 'class="n"' in again.text
    assert 'value="3" checked' in again.text
    fill(browser, again, URL, 303, nps="3", waited="long", reason="<script>alert(1)</script>")
    assert rows("answer", "text", "question_id")[1] == ("<script>alert(1)</script>",)
    back = browser.get(URL).text
    assert "<script>alert" not in back
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in back


def test_an_answer_that_conditions_hide_is_no_part_of_the_response() -> None:
    browser = client()
    again = fill(browser, browser.get(URL), URL, 200, nps="3")
    fill(browser, again, URL, 303, nps="10", reason="typed before the score was changed")
    assert rows("answer", "question_id") == [("nps",)]


def test_double_click_reload_and_back_make_one_response() -> None:
    browser = client()
    page = browser.get(URL)
    first = fill(browser, page, URL, 303, nps="9")
    assert fill(browser, page, URL, 303, nps="9").headers["location"] == first.headers["location"]
    browser.get(first.headers["location"])
    back = browser.get(URL)
    assert "已经提交过" in back.text
    assert 'value="9" checked' in back.text
    corrected = fill(browser, back, URL, 303, nps="7", waited="long")
    assert "changed=1" in corrected.headers["location"]
    assert rows("response", "nps, receipt") == [(7, receipt.code(hidden(page.text)["_sid"]))]
    assert rows("answer", "count(*)") == [(2,)]
    assert len(rows("response_revision")) == 1
    fresh = browser.get(URL + "&new=1")
    fill(browser, fresh, URL, 303, nps="10")
    assert rows("response", "nps") == [(7,), (10,)]


def test_another_link_on_the_same_phone_is_another_response() -> None:
    browser = client()
    fill(browser, browser.get(URL), URL, 303, nps="9")
    other = browser.get("/s/visit?branch=b0103")
    assert "已经提交过" not in other.text
    fill(browser, other, "/s/visit?branch=b0103", 303, nps="8")
    assert rows("response", "branch", "branch") == [("b0102",), ("b0103",)]


def test_pages_keep_what_was_said_forwards_and_backwards() -> None:
    browser = client()
    first = browser.get("/s/paged")
    to = fill(browser, first, "/s/paged", 303, ease="5", done="no").headers["location"]
    second = browser.get(to)
    assert "第 2 页" in second.text
    back = fill(browser, second, to, 303, _go="back", why="half a th").headers["location"]
    one = browser.get(back)
    assert 'value="5" checked' in one.text
    to = fill(browser, one, back, 303, ease="6", done="no").headers["location"]
    second = browser.get(to)
    assert "half a th" in second.text
    to = fill(browser, second, to, 303, why="a thought").headers["location"]
    third = browser.get(to)
    fill(browser, third, to, 422, times="101")
    fill(browser, third, to, 303, used=["pay", "save"], times="12", day="2026-01-05", login="na")
    said = rows("answer", "question_id, score, choice, number::VARCHAR, text", "question_id, choice")
    found = {(q, c or (str(s) if s is not None else None) or (n or "").split(".")[0] or t) for q, s, c, n, t in said}
    assert {("ease", "6"), ("done", "no"), ("why", "a thought"), ("used", "pay"), ("used", "save")} <= found
    assert {("times", "12"), ("day", "2026-01-05")} <= found
    assert rows("draft") == []


def test_a_page_that_conditions_skip_is_skipped_and_its_answer_forgotten() -> None:
    browser = client()
    to = fill(browser, browser.get("/s/paged"), "/s/paged", 303, ease="5", done="no").headers["location"]
    to2 = fill(browser, browser.get(to), to, 303, why="because").headers["location"]
    back = fill(browser, browser.get(to2), to2, 303, _go="back").headers["location"]
    one = fill(browser, browser.get(back), back, 303, _go="back").headers["location"]
    to3 = fill(browser, browser.get(one), one, 303, ease="5", done="yes").headers["location"]
    assert "p=3" in to3
    fill(browser, browser.get(to3), to3, 303)
    assert ("why",) not in rows("answer", "question_id")


def test_jumping_over_a_required_page_leads_back_to_it() -> None:
    browser = client()
    first = browser.get("/s/paged")
    to = fill(browser, first, "/s/paged", 303, ease="5", done="no").headers["location"]
    jumped = browser.get(to.replace("p=2", "p=3"))
    answer = fill(browser, jumped, to, 422)
    assert 'id="e-why"' in answer.text
    assert rows("response") == []


def test_a_draft_is_resumed_on_the_same_phone_only() -> None:
    browser = client()
    to = fill(browser, browser.get("/s/paged"), "/s/paged", 303, ease="2", done="yes").headers["location"]
    again = browser.get("/s/paged").text
    assert "已恢复" in again
    assert 'value="2" checked' in again
    assert "已恢复" not in client().get("/s/paged").text
    assert client().get(to.replace("sid=", "sid=f")).status_code == 200  # no submission id: a fresh first page
    other = to.replace(re.findall("sid=([^&]+)", to)[0], "00000000-0000-4000-8000-000000000000")
    gone = client().get(other)
    assert gone.status_code == 410
    assert "已经过期" in gone.text


def test_unknown_branch_and_values_are_told_and_not_stored() -> None:
    browser = client()
    page = browser.get("/s/visit?branch=nowhere&channel=pigeon&waited=never")
    assert "没有识别出链接里的网点" in page.text
    assert "链接里有一项" in page.text
    fill(browser, page, "/s/visit?branch=nowhere&channel=pigeon", 303, nps="8")
    assert rows("response", "branch, channel, region") == [(None, None, None)]


def test_a_declared_answer_rides_on_the_link() -> None:
    assert 'value="long" checked' in client().get("/s/visit?waited=long").text
    assert 'value="8" checked' not in client().get("/s/visit?nps=8").text  # not declared


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("?lang=en", "zh", "en"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "zh-TW,en;q=0.9", "zh-CN"),
        ("", "fr,en;q=0.3,zh;q=0.7", "zh-CN"),
        ("", "fr", "zh-CN"),
        ("?lang=xx", "en", "en"),
        ("", "en;q=x,zh", "zh-CN"),
    ],
)
def test_the_language_is_the_links_then_the_browsers_then_chinese(query: str, accept: str, lang: str) -> None:
    page = client().get("/s/visit" + query, headers={"accept-language": accept}).text
    assert f'<html lang="{lang}">' in page
    assert ("提交" in page) == (lang == "zh-CN")


def test_pages_that_cannot_be_are_told_politely(bench: workbench.Workbench) -> None:
    for lang, text in (("zh", "没有找到这份问卷"), ("en", "Questionnaire not found")):
        page = client().get(f"/s/none?lang={lang}")
        assert (page.status_code, text in page.text) == (404, True)
    for dates, text in (("opens: 2099-01-01", "还没有开始"), ("closes: 2020-01-01", "已经结束")):
        definition = (bench.place.surveys / "visit.yaml").read_text(encoding="utf-8")
        other = definition.replace("id: visit", "id: dated").replace("version: 1.0.0", f"version: 1.0.0\n{dates}")
        (bench.place.surveys / "dated.yaml").write_text(other, encoding="utf-8")
        bench.shelf.refresh()
        page = client().get("/s/dated")
        assert (page.status_code, text in page.text) == (410, True)
    assert client().get("/s/%3Cscript%3E").status_code == 404


def test_a_form_of_an_earlier_version_is_taken_by_that_version(bench: workbench.Workbench) -> None:
    browser = client()
    old = browser.get(URL)
    file = bench.place.surveys / "visit.yaml"
    definition = file.read_text(encoding="utf-8")
    changed = definition.replace("1.0.0", "2.0.0").replace("type: nps, required: true", "type: ces, required: true")
    file.write_text(changed, encoding="utf-8")
    bench.shelf.refresh()
    try:
        fill(browser, old, URL, 303, nps="10")  # no point of the new scale
        assert rows("response", "survey_version, nps") == [("1.0.0", 10)]
        stale = fill(browser, old, URL, None, nps="9", _d="0123456789abcdef")
        assert (stale.status_code, "问卷已经更新" in stale.text) == (410, True)
    finally:
        file.write_text(definition, encoding="utf-8")
        bench.shelf.refresh()


def test_too_much_text_is_refused_with_everything_kept() -> None:
    browser = client()
    page = fill(browser, browser.get(URL), URL, 200, nps="2")
    much = fill(browser, page, URL, 413, nps="2", reason="长" * 120_000)
    assert "内容太长" in much.text
    assert "长" * 120_000 in much.text
    lost = fill(browser, page, URL, 413, nps="2", reason="x" * (survey_form.KEPT + 1))
    assert "请返回上一页" in lost.text
    assert fill(browser, page, URL, 422, nps="2", reason="长" * 2_001).status_code == 422
    assert rows("response") == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"anything", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"\xff\xfe\x00=1", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(3_000)), "application/x-www-form-urlencoded"),
        (b"nps=9", "application/x-www-form-urlencoded"),
        (b"nps=9&_sid=1&_p=1", "application/x-www-form-urlencoded"),
        (b"nps=9&_sid=00000000-0000-4000-8000-000000000000&_p=99", "application/x-www-form-urlencoded"),
    ],
)
def test_a_broken_form_is_told_not_stored(body: bytes, kind: str) -> None:
    answer = client().post(URL, content=body, headers={"content-type": kind})
    assert answer.status_code == 422
    assert "没有收到完整的回答" in answer.text
    assert rows("response") == []


def test_a_multipart_form_counts_like_any_other() -> None:
    browser = client()
    fields = hidden(browser.get(URL).text) | {"nps": "9"}
    answer = browser.post(URL, files={name: (None, text) for name, text in fields.items()}, follow_redirects=False)
    assert answer.status_code == 303
    assert rows("response", "nps") == [(9,)]


def test_when_nothing_can_be_saved_the_page_says_so_and_keeps_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: Journal, __: Record) -> None:
        raise NotSaved("no space left on device")

    browser = client()
    page = browser.get(URL)
    with monkeypatch.context() as full:
        full.setattr(Journal, "submit", fails)
        answer = fill(browser, page, URL, 503, nps="9", waited="long")
    assert "还没有保存成功" in answer.text
    assert 'value="9" checked' in answer.text
    fill(browser, answer, URL, 303, nps="9", waited="long")
    assert rows("response", "nps") == [(9,)]


def test_a_kiosk_keeps_nothing_of_the_former_customer() -> None:
    browser = client()
    url = "/s/paged?mode=kiosk&branch=b0102"
    first = browser.get(url)
    assert "set-cookie" not in first.headers
    assert first.headers["cache-control"] == "no-store"
    to = fill(browser, first, url, 303, ease="5", done="yes").headers["location"]
    last = browser.get(to)
    thanks = fill(browser, last, to, 303).headers["location"]
    shown = browser.get(thanks)
    assert 'http-equiv="refresh"' in shown.text
    assert 'class="code"' in shown.text
    for gone in (thanks, to):  # what Back would ask for
        assert browser.get(gone, follow_redirects=False).status_code == 303
    other = browser.get(url)
    assert " checked>" not in other.text
    assert hidden(other.text)["_sid"] != hidden(first.text)["_sid"]
    to = fill(browser, other, url, 303, ease="1", done="no").headers["location"]
    browser.get(url + "&left=" + hidden(other.text)["_sid"])  # nobody touched it for a while
    assert browser.get(to, follow_redirects=False).status_code == 303
    assert rows("response", "mode, branch") == [("kiosk", "b0102")]


@pytest.mark.parametrize("mode", ["staff", "preview", "nonsense", "<b>"])
def test_modes_of_staff_need_a_session(mode: str) -> None:
    browser = client()
    page = browser.get("/s/visit", params={"mode": mode})
    fill(browser, page, "/s/visit?mode=" + mode, 303, nps="9")
    assert rows("response", "mode") == [("link",)]


def test_the_script_asks_the_same_flow() -> None:
    browser = client()
    fields = hidden(browser.get(URL).text)
    for score, shown in (("3", ["nps", "waited", "reason"]), ("9", ["nps", "waited"]), ("", ["nps", "waited"])):
        assert browser.post("/s/visit/visible", data=fields | {"nps": score}).json() == {"visible": shown}
    assert browser.post("/s/visit/visible", data={}).status_code == 422


def test_the_page_is_light_and_runs_nothing_but_its_own_script() -> None:
    page = client().get(URL)
    assert len(page.content) < 30_000
    assert '<link rel="stylesheet' not in page.text
    assert " src=" not in page.text
    policy = page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "private, no-cache"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_survey_that_ships_is_light_on_every_page(bench: workbench.Workbench) -> None:
    shipped = [load.read_file(file).survey for file in sorted((ROOT / "survey_defs").glob("*.yaml"))]
    assert len(shipped) >= 5
    for survey in shipped:
        assert survey is not None
        for lang in survey.languages:
            for number in range(len(survey.pages)):
                there = Visit(survey.id, lang, dims=(("branch", "b0102"),))
                page = survey_view.page(survey, there, bench.model, survey_view.Sheet(number), "s" * 36, 0)
                assert len(page) < 30_000, (survey.id, lang, number)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["send", "again", "back", "reload"]), st.integers(0, 10)), min_size=1, max_size=8
    )
)
def test_whatever_a_respondent_does_there_is_one_response(
    bench: workbench.Workbench, steps: list[tuple[str, int]]
) -> None:
    with bench.database.writing() as con:
        for table in ("response", "answer", "submission"):
            con.execute(f"DELETE FROM {table}")
    browser = client()
    page = browser.get(URL)
    last = None
    for step, score in steps:
        if step == "reload" or (step == "back" and last is not None):
            page = browser.get(URL)
        elif step == "again" and last is not None:
            fill(browser, page, URL, 303, nps=str(last), reason="r", _v="nps,waited,reason")
        else:
            fill(browser, page, URL, 303, nps=str(score), reason="r", _v="nps,waited,reason")
            last = score
    assert rows("response", "nps") == ([] if last is None else [(last,)])
