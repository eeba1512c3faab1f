"""Going on later and elsewhere, what others may not see, and how an answer came about."""

from __future__ import annotations

import datetime as dt
import re
import time
from decimal import Decimal
from html import unescape
from urllib.parse import urljoin

import pytest
from handing_in import hand_over

from cx import workbench
from cx.store.partials import partials
from cx.store.record import Record
from questionnaire.respondents import client, fill, hidden, rows
from web import arrival, receipt
from web.guesses import GUESSES

PAGED = "/s/paged?branch=b0102&lang=en"


def begun(browser: object, **more: str) -> tuple[str, str]:
    """The first page handed in: the address of the second, and the short address that goes on elsewhere."""
    to = fill(browser, browser.get(PAGED), PAGED, 303, ease="2", done="no").headers["location"]  # type: ignore[attr-defined]
    later = fill(browser, browser.get(to), to, 303, _go="later", **more).headers["location"]  # type: ignore[attr-defined]
    shown = browser.get(later)  # type: ignore[attr-defined]
    assert shown.status_code == 200
    (address,) = re.findall(r'href="http://testserver(/s/paged/c/[^"]+)"', shown.text)
    assert address.rpartition("/")[2] in re.findall(r'class="code long">([^<]+)<', shown.text)
    assert 'src="data:image/svg' in shown.text
    return to, address


def test_a_draft_goes_on_at_its_page_on_another_phone() -> None:
    _, address = begun(client(), why="half a thought")
    other = client()
    page = other.get(address)
    assert page.status_code == 200
    assert "Page 2 of 3" in page.text
    assert "half a thought" in page.text
    assert "what you entered before" in page.text
    there = str(page.url).removeprefix("http://testserver")
    to = fill(other, page, there, 303, why="a whole thought").headers["location"]
    fill(other, other.get(to), to, 303, times="3")
    assert rows("response", "branch, lang") == [("b0102", "en")]
    assert ("why", "a whole thought") in rows("answer", "question_id, text")


def test_what_was_sent_is_shown_only_to_the_browser_that_holds_it() -> None:
    browser = client()
    to, address = begun(browser)
    to3 = fill(browser, browser.get(to), to, 303, why="private words").headers["location"]
    sent = fill(browser, browser.get(to3), to3, 303, times="3").headers["location"]
    assert "private words" in browser.get(to).text
    for stranger in (client(), client()):
        for gone in (to, to3, address, to.replace("/s/paged?", "/s/paged/later?")):
            answer = stranger.get(gone)
            assert answer.status_code == 410, gone
            assert "private words" not in answer.text
        page = fill(stranger, browser.get(to3), to3, 410, times="x")
        assert "private words" not in page.text
        fill(stranger, browser.get(to3), to3, 410, times="99")
        again = fill(stranger, browser.get(to3), to3, 303, times="3").headers["location"]  # a second click
        assert again == sent
        shows = stranger.post("/s/paged/visible", data={**hidden(browser.get(to3).text), "times": "3"}).text
        assert "private" not in shows
    assert len(rows("response")) == 1
    assert len(rows("response_revision")) == 0
    assert Decimal(3) in [number for (number,) in rows("answer", "number")]


@pytest.mark.parametrize(
    "code",
    ["x", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", receipt.going_on("0b5d2f86-3c1e-4a7b-a9d0-6e5f4c3b2a10"), "%00", "１" * 25],
)
def test_a_code_that_leads_nowhere_is_told(code: str) -> None:
    assert client().get(f"/s/paged/c/{code}").status_code == 410


def test_codes_lead_back_to_every_submission_and_may_be_typed_carelessly() -> None:
    for _ in range(200):
        sid = receipt.fresh()
        code = receipt.going_on(sid)
        assert receipt.submission_of(code) == receipt.submission_of(f" {code.lower().replace('-', ' ')} ") == sid


@pytest.mark.parametrize(("lang", "offer"), [("zh", "继续上次的答卷"), ("en", "Continue earlier answers")])
def test_a_code_is_typed_on_the_first_page_of_another_phone(lang: str, offer: str) -> None:
    _, address = begun(client(), why="half a thought")
    code = address.rpartition("/")[2]
    other, first = client(), f"/s/paged?lang={lang}"
    page = other.get(first)
    assert offer in page.text
    (action,) = re.findall(r'<form method="post" action="([^"]+/c[^"]*)"', page.text)
    wrong = other.post(urljoin(first, unescape(action)), data={"code": "ABCDE<b>"})
    assert wrong.status_code == 410
    assert 'value="ABCDE&lt;b&gt;"' in wrong.text, "what was typed can be mended"
    (again,) = re.findall(r'<form method="post" action="([^"]+)"', wrong.text)
    shown = other.post(urljoin("/s/paged/c", unescape(again)), data={"code": f" {code.lower().replace('-', '－')} "})
    assert shown.status_code == 200
    assert "half a thought" in shown.text
    assert "Page 2 of 3" in shown.text, "in the language of the draft"


@pytest.mark.parametrize("path", ["/s/paged/later?sid=x", "/s/paged/c/ABCDE", "/s/paged?sid={sid}&p=2&mode=kiosk"])
def test_pages_that_miss_a_draft_take_its_code(path: str) -> None:
    _, address = begun(client())
    missed, other = path.replace("{sid}", receipt.fresh()), client()
    page = other.get(missed)
    if "mode=kiosk" in path:
        assert "/c?" not in page.text, "a shared device leads nobody elsewhere"
        return
    assert page.status_code == 410
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    code = address.rpartition("/")[2]
    assert other.post(urljoin(missed, unescape(action)), data={"code": code}).status_code == 200


def test_trying_out_codes_is_told_off_and_true_ones_go_on() -> None:
    _, address = begun(client())
    code, stranger = address.rpartition("/")[2], client()
    wrong = [stranger.post("/s/paged/c", data={"code": receipt.going_on(receipt.fresh())}) for _ in range(10)]
    wrong += [stranger.get(f"/s/paged/c/{receipt.going_on(receipt.fresh())}") for _ in range(GUESSES - 10)]
    assert {answer.status_code for answer in wrong} == {410}
    refused = stranger.post("/s/paged/c", data={"code": "x"})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "600"
    assert stranger.post("/s/paged/c", data={"code": code}).status_code == 200
    assert stranger.post("/s/nowhere/c", data={"code": code}).status_code == 404
    assert stranger.post("/s/shared/c", data={"code": code}).status_code == 429, "of another survey"


def test_one_page_has_no_earlier_answers_to_continue() -> None:
    assert "/c?" not in client().get("/s/visit").text


def test_a_draft_is_forgotten_after_a_week(bench: workbench.Workbench) -> None:
    sids = [receipt.fresh(), receipt.fresh()]
    for sid, days in zip(sids, (6, 8), strict=True):
        survey = bench.shelf.get("paged")
        assert survey is not None
        content = {
            "form": {"ease": ["2"]},
            "digest": survey.digest,
            "at": time.time() - days * 86_400,
            "link": "lang=en",
        }
        hand_over(bench.journal, Record("draft", sid, "paged", dt.datetime(2026, 1, 1), content))
    assert [client().get(f"/s/paged/c/{receipt.going_on(sid)}").status_code for sid in sids] == [200, 410]
    assert [client().get(f"/s/paged?sid={sid}&p=2").status_code for sid in sids] == [200, 410]


@pytest.mark.parametrize("mode", ["kiosk", "staff", "preview"])
def test_a_shared_device_offers_no_way_to_go_on_elsewhere(mode: str) -> None:
    browser, url = client(), f"/s/paged?mode={mode}"
    to = fill(browser, browser.get(url), url, 303, ease="2", done="no").headers["location"]
    page = browser.get(to)
    offered = 'value="later"' in page.text
    assert offered == (mode != "kiosk")  # without a session the others are ordinary links
    if not offered:
        assert "/later" not in fill(browser, page, to, 303, _go="later").headers["location"]
        assert client().get(f"/s/paged/c/{receipt.going_on(hidden(page.text)['_sid'])}").status_code in (200, 410)


def test_begun_and_not_sent_is_counted_apart(bench: workbench.Workbench) -> None:
    long_ago = dt.datetime(2020, 1, 1)

    def count(since: dt.datetime = long_ago) -> int:
        bench.journal.flush()
        with bench.database.cursor() as con:
            return partials(con, "paged", since)

    begun(client())
    browser = client()
    to, _ = begun(browser)
    assert count() == 2
    assert count(dt.datetime(2100, 1, 1)) == 0
    to3 = fill(browser, browser.get(to), to, 303, why="x").headers["location"]
    fill(browser, browser.get(to3), to3, 303)
    assert count() == 1
    fill(browser, browser.get(to), to, 303, why="corrected, not sent again")
    assert count() == 1


def test_seconds_and_changes_by_question_and_by_page_are_kept() -> None:
    browser = client()
    first = browser.get(PAGED)
    fields = hidden(first.text)
    began = str(int(fields["_t"]) - 30)
    to = fill(browser, first, PAGED, 303, ease="5", done="yes", _t=began, _pd="ease.34.2-done.120.1").headers[
        "location"
    ]
    fill(browser, browser.get(to), to, 303, times="4", _pd="times.15.1")
    found = {id: (seconds, changes) for id, seconds, changes in rows("paradata", "question_id, seconds, changes")}
    assert (found["ease"], found["done"], found["times"]) == ((Decimal("3.4"), 2), (12, 1), (Decimal("1.5"), 1))
    assert 30 <= found["page.1"][0] <= 33
    assert found["page.1"][1] == 1
    assert {(each,) for each in found} == set(rows("paradata", "DISTINCT question_id"))
    assert 30 <= rows("response", "seconds")[0][0] <= 35


@pytest.mark.parametrize(
    "noted", ["x", "nps.1", "nps.1.1-", "nps.9999999.1", "nps.-1.1", "other.1.1", "nps.1.1-" * 400]
)
def test_malformed_timing_is_left_out_and_the_answer_taken(noted: str) -> None:
    browser = client()
    fill(browser, browser.get("/s/visit"), "/s/visit", 303, nps="9", _pd=noted)
    assert rows("response", "nps") == [(9,)]
    assert rows("paradata") == []


def test_timing_survives_a_page_that_comes_back() -> None:
    browser = client()
    again = fill(browser, browser.get("/s/visit"), "/s/visit", 422, waited="long", _pd="waited.50.2")
    assert hidden(again.text)["_pd"] == "waited.50.2"
    assert "<b>" not in fill(browser, again, "/s/visit", 422, _pd='"><b>').text


def test_the_same_answers_with_other_timing_are_the_same_response() -> None:
    browser = client()
    page = browser.get("/s/visit")
    for noted in ("nps.10.1", "nps.99.3"):
        fill(browser, page, "/s/visit", 303, nps="9", _pd=noted)
    assert rows("response_revision") == []
    assert rows("paradata", "changes") == [(1,)]


def test_the_cookie_is_secure_where_users_come_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Secure" not in client().get("/s/visit").headers["set-cookie"]
    assert "Secure" in client("https://testserver").get("/s/visit").headers["set-cookie"]
    monkeypatch.setenv("CX_PUBLIC_URL", "https://survey.bank.example/cx")
    assert "Secure" in client().get("/s/visit?of=another").headers["set-cookie"]


def test_the_short_address_is_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client()
    to = fill(browser, browser.get(PAGED), PAGED, 303, ease="2", done="no").headers["location"]
    monkeypatch.setenv("CX_PUBLIC_URL", "https://survey.bank.example")
    later = fill(browser, browser.get(to), to, 303, _go="later").headers["location"]
    assert 'href="https://survey.bank.example/s/paged/c/' in browser.get(later).text


def test_a_long_link_is_not_remembered() -> None:
    before = len(arrival._arrivals)
    client().get(f"/s/visit?branch=b0102&x={'y' * 600}")
    assert len(arrival._arrivals) == before
    client().get("/s/visit?branch=b0102&x=short-and-new")
    assert len(arrival._arrivals) == before + 1


def test_personal_numbers_in_free_texts_are_kept_nowhere(bench: workbench.Workbench) -> None:
    secrets = ("13800138000", "4111111111111111", "11010519491231002X", "li.na@example.com")
    browser = client()
    said = "请打{}；卡号 {}；证件{}；{}".format(*secrets)
    fill(browser, browser.get("/s/visit"), "/s/visit", 303, nps="2", reason=said, _v="nps,waited,reason")
    assert ("reason", "请打***；卡号 ***；证件***；***") in rows("answer", "question_id, text")
    kinds = client()
    fill(kinds, kinds.get("/s/kinds"), "/s/kinds", 303, **{
        "rated.queue": "4", "rated.staff": "4", "why": "other", "why.other": f"取卡{secrets[1]}", "call": "yes",
        "call.phone": secrets[0],
    })  # fmt: skip
    assert ("why", "取卡***") in rows("answer", "question_id, text")
    assert rows("contact", "phone") == [(secrets[0],)], "what is left to be called back"
    everything = b"".join(file.read_bytes() for file in bench.place.journal.rglob("*") if file.is_file())
    assert "请打***".encode() in everything
    for secret in (secrets[1], secrets[2], secrets[3]):
        assert secret.encode() not in everything
    assert "***" in browser.get("/s/visit").text, "who corrects the answer sees what is kept"


def test_the_same_sent_twice_with_a_number_in_it_is_thanked_twice() -> None:
    browser, stranger = client(), client()
    to, _ = begun(browser)
    page = browser.get(to)
    to3 = fill(browser, page, to, 303, why="call 13800138000").headers["location"]
    fill(browser, browser.get(to3), to3, 303, times="3")
    fill(stranger, page, to, 303, why="call 13800138000")
    fill(stranger, page, to, 410, why="call somebody else")
