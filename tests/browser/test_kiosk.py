"""A kiosk through network cuts: thanked at once, kept out of sight, sent once when the network is back."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from cx.store.database import Database

from .conftest import Server, Visitor, start_server, stop_server

URL = "/s/branch-visit?branch=b0102&channel=branch&mode=kiosk"
WAITING = "#k-wait"
Visit = Callable[..., Visitor]


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, which may be stopped and started."""
    running = start_server(tmp_path_factory.mktemp("kiosk") / "data")
    yield running
    if running.process.poll() is None:
        stop_server(running)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'label.o:has(input[name="{name}"][value="{value}"])').click()


def answer(page: Page, nps: str = "9") -> None:
    """Everything that is required, and off it goes once the page shows what belongs to the score."""
    for name, value in (("nps", nps), ("csat", "4"), ("waited", "lt5"), ("solved", "yes")):
        choose(page, name, value)
    if int(nps) not in (7, 8):
        expect(page.locator(f'[data-q="{"reason" if int(nps) < 7 else "went_well"}"]')).to_be_visible()
    page.locator(".acts .b").first.click()


def until(page: Page, expression: str, seconds: float = 60) -> None:
    """Wait until a script's expression holds; the page's own policy forbids Playwright's way of doing so."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, (expression, page.evaluate("localStorage['cx-kiosk']"))
        page.wait_for_timeout(100)


def ready(page: Page) -> None:
    """The script has receipt codes in store, and the worker keeps the page."""
    until(page, "(localStorage['cx-kiosk-ready'] || '').length > 100")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def sent(page: Page) -> None:
    """Nothing waits any more."""
    until(page, "JSON.parse(localStorage['cx-kiosk'] || '[]').length == 0")


def stored(server: Server) -> list[tuple]:
    """Responses of a stopped server."""
    db = Database(server.data / "cx.duckdb")
    rows = db.cursor().execute("SELECT nps, mode, branch, seconds, receipt FROM response ORDER BY nps").fetchall()
    db.close()
    return rows


def test_thanks_stand_in_the_page_and_the_next_customer_finds_it_empty(visit: Visit) -> None:
    visitor = visit("zh", "desktop")
    page = visitor.open(URL)
    ready(page)
    expect(page.locator("#k-full")).to_be_visible()
    page.locator("#k-full").click()
    until(page, "!!document.fullscreenElement")
    answer(page, "3")
    expect(page.locator(".k-thanks .code")).to_have_text(re.compile(r"^\w{5}-\w{5}$"))
    visitor.shot("kiosk-thanks-zh")
    first = page.locator(".code").inner_text()
    page.locator(".k-thanks button").click()
    expect(page.locator(".k-thanks")).to_have_count(0)
    assert page.evaluate("!!document.fullscreenElement"), "full screen outlives the customer"
    assert page.locator("input:checked").count() == 0
    expect(page.locator('[data-q="reason"]')).to_be_hidden()
    answer(page, "9")
    expect(page.locator(".k-thanks .code")).not_to_have_text(first)
    page.wait_for_timeout(8_500)
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(WAITING)).to_be_hidden()
    assert not visitor.errors


def test_what_is_missing_is_told_with_and_without_network(visit: Visit) -> None:
    page = visit("en", "desktop").open(URL)
    ready(page)
    for offline in (False, True):
        page.context.set_offline(offline)
        choose(page, "nps", "9")
        page.locator(".acts .b").first.click()
        expect(page.locator('[data-q="csat"] .e')).to_be_visible()
        assert page.locator(".k-thanks").count() == 0
        assert page.evaluate("JSON.parse(localStorage['cx-kiosk'] || '[]').length") == 0


def test_two_customers_during_a_cut_and_a_reload_are_sent_once_each(own: Server, visit: Visit) -> None:
    visitor = visit("zh", "desktop", at=own)
    page = visitor.open(URL)
    ready(page)
    page.reload()
    visitor.context.set_offline(True)
    answer(page, "2")
    codes = [page.locator(".k-thanks .code").inner_text()]
    expect(page.locator(WAITING)).to_have_text("1 份回答待发送")
    page.locator(".k-thanks button").click()
    assert page.locator("input:checked").count() == 0
    page.reload()
    expect(page.locator("h1").first).to_have_text("网点服务体验")
    expect(page.locator(WAITING)).to_have_text("1 份回答待发送")
    assert page.locator("input:checked").count() == 0
    choose(page, "nps", "1")
    expect(page.locator('[data-q="reason"]')).to_be_visible()
    page.fill("[name=reason]", "等太久")
    answer(page, "1")
    codes.append(page.locator(".k-thanks .code").inner_text())
    expect(page.locator(WAITING)).to_have_text("2 份回答待发送")
    visitor.shot("kiosk-waiting-zh")
    assert "等太久" not in page.locator("body").inner_text()
    visitor.context.set_offline(False)
    sent(page)
    expect(page.locator(WAITING)).to_be_hidden()
    stop_server(own)
    rows = stored(own)
    assert [(nps, mode, branch) for nps, mode, branch, *_ in rows] == [(1, "kiosk", "b0102"), (2, "kiosk", "b0102")]
    assert [receipt for *_, receipt in rows] == codes[::-1] and len(set(codes)) == 2
    assert all(0 <= seconds < 60 for *_, seconds, _ in rows)


def test_a_server_that_dies_and_comes_back_gets_every_answer_once(own: Server, visit: Visit) -> None:
    visitor = visit("en", "desktop", at=own)
    page = visitor.open(URL)
    ready(page)
    answer(page, "5")
    page.locator(".k-thanks button").click()
    own.process.kill()
    own.process.wait(10)
    for nps in ("6", "7"):
        answer(page, nps)
        expect(page.locator(".k-thanks .code")).to_have_text(re.compile(r"^\w{5}-\w{5}$"))
        page.locator(".k-thanks button").click()
    expect(page.locator(WAITING)).to_have_text("2 answers waiting to be sent")
    kept = page.evaluate("localStorage['cx-kiosk']")
    own.start()
    sent(page)
    for item in json.loads(kept):  # a second tab, or an answer of the server that never arrived: all once more
        urlopen(item["url"], (item["body"] + "&_ago=3").encode(), timeout=10).close()
    time.sleep(0.5)
    stop_server(own)
    assert [row[0] for row in stored(own)] == [5, 6, 7]


def test_a_customer_who_walks_away_leaves_nothing(visit: Visit) -> None:
    visitor = visit("zh", "desktop")
    visitor.page.clock.install()
    page = visitor.open(URL)
    choose(page, "nps", "1")
    page.clock.fast_forward(61_000)
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_survey_of_several_pages_says_that_it_needs_the_network(visit: Visit) -> None:
    visitor = visit("zh", "desktop")
    page = visitor.open("/s/account-opening?mode=kiosk")
    choose(page, "nps", "4")
    visitor.context.set_offline(True)
    page.locator(".acts .b").first.click()
    expect(page.locator(".box.alert")).to_contain_text("网络暂时不通")
    assert page.locator('input[name="nps"][value="4"]').is_checked()
    visitor.shot("kiosk-down-zh")
    visitor.context.set_offline(False)
    page.locator(".acts .b").first.click()
    page.wait_for_url(re.compile("p=2"))
