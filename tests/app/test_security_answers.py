"""What was answered cannot be read or rewritten by who knows the form's id, neither at once nor once it landed."""

from __future__ import annotations

import re

import pytest
from test_collecting import phone, send, stored, surveys
from test_security_collecting import hidden, with_cookie

from cx import workbench
from web import passing, submission

__all__ = ["surveys"]  # the fixture


@pytest.mark.parametrize("landed", [False, True])
def test_what_was_sent_at_a_kiosk_is_never_shown_again(bench: workbench.Workbench, landed: bool) -> None:
    kiosk, url = phone(), "/s/visit?lang=zh&mode=kiosk"
    html = kiosk.get(url).text
    assert send(kiosk, url, html, nps="3").status_code == 303
    if landed:
        bench.journal.flush()
    assert " checked" not in with_cookie(phone(), "/s/visit?lang=zh", hidden(html)["_sid"]).text


@pytest.mark.parametrize("later", ["/s/visit?lang=zh&mode=kiosk", "/s/visit?lang=zh", "/s/visit?lang=zh&mode=qr"])
def test_who_holds_the_tablet_cannot_rewrite_what_a_customer_said(bench: workbench.Workbench, later: str) -> None:
    kiosk, url = phone(), "/s/visit?lang=zh&mode=kiosk"
    html = kiosk.get(url).text
    assert send(kiosk, url, html, nps="1").status_code == 303
    assert stored("nps, mode") == [(1, "kiosk")]
    assert send(phone("203.0.113.9"), later, html, nps="10").status_code == 303
    assert stored("nps, mode") == [(1, "kiosk")]
    kept = {**hidden(html), "nps": "10", "_took": "9", "_ago": "60"}
    assert phone().post("/s/visit/kept?lang=zh&mode=kiosk", data=kept).status_code == 200
    assert stored("nps, mode") == [(1, "kiosk")]
    with bench.database.cursor() as con:
        assert con.execute("SELECT count(*) FROM response_revision").fetchall() == [(0,)]


def test_an_own_phone_corrects_for_a_day_and_no_longer(bench: workbench.Workbench) -> None:
    browser, url = phone(), "/s/visit?lang=zh"
    html = browser.get(url).text
    send(browser, url, html, nps="2")
    assert stored("nps") == [(2,)]
    again = browser.get(url).text
    assert re.search(r'value="2"[^>]*checked', again)
    send(browser, url, again, nps="8")
    assert stored("nps") == [(8,)]
    with bench.database.writing() as con:
        con.execute("UPDATE submission SET received_at = received_at - INTERVAL 25 HOUR")
    send(browser, url, again, nps="0")
    assert stored("nps") == [(8,)]


def test_a_thousand_strangers_do_not_push_out_the_customer_at_the_kiosk(bench: workbench.Workbench) -> None:
    kiosk, url = phone(), "/s/paged?lang=zh&mode=kiosk"
    sent = send(kiosk, url, kiosk.get(url).text, ease="6")
    for n in range(1_500):
        submission.here.put(f"stranger {n}", True)
    there = sent.headers["location"]
    assert "办成了吗" in kiosk.get(f"/s/{there}" if there.startswith("paged") else f"/s/paged{there}").text


def test_what_a_kiosk_may_know_is_bounded() -> None:
    kept: passing.Passing[bool] = passing.Passing(60)
    for n in range(25_000):
        kept.put(str(n), True)
    assert len(kept._kept) == 20_000 and kept.get("24999") and kept.get("4999") is None


QUOTA = """
id: few
version: 1.0.0
title: {zh: 少, en: Few}
nps_kind: transactional
quotas: [{id: happy, when: nps >= 9, limit: 2, message: {zh: 已经够了, en: Enough}}]
questions: [{id: nps, type: nps, required: true, label: {zh: 推荐？, en: Recommend?}}]
"""


def test_one_respondent_neither_fills_a_quota_nor_gets_past_a_full_one(bench: workbench.Workbench) -> None:
    (bench.place.surveys / "few.yaml").write_text(QUOTA, encoding="utf-8")
    bench.shelf.refresh()
    browser, url = phone(), "/s/few?lang=zh"
    html = browser.get(url).text
    for _ in range(4):  # the same form again and again, as by impatient clicks
        assert send(browser, url, html, nps="10").status_code == 303
    another = phone()
    assert send(another, url, another.get(url).text, nps="9").status_code == 303, "there was room for two"
    late = phone()
    refused = send(late, url, late.get(url).text, nps="9", _r="1")  # as if it had been sent before
    assert refused.status_code == 200 and "已经够了" in refused.text
    assert send(browser, url, html, nps="9", _r="1").status_code == 303, "who counts already may correct"
    assert stored("nps") == [(9,), (9,)]
