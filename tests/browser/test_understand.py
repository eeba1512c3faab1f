"""The NPS page in a real browser: charts drawn and described, the address keeps the view, no request leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from conftest import PASSWORD, PATIENCE
from playwright.sync_api import Browser, Page, expect
from small_bank import scores

from cx.store.database import Database
from cx.store.place import ROOT, Place

from .conftest import Server, start_server, stop_server


@pytest.fixture(scope="module")
def nps(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Server, Page]]:
    """A server over a small bank, and an analyst who has signed in."""
    data = tmp_path_factory.mktemp("understand") / "data"
    db = Database(Place(data, ROOT / "survey_defs").database)
    for branch, promoters in (("A", 60), ("B", 20)):
        for month in (4, 5, 6, 7, 8, 9):
            scores(db, promoters, 20, 80 - promoters, branch=branch, day=dt.date(2026, month, 15))
    db.close()
    server = start_server(data)
    page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(1000 * PATIENCE / 2)
    page.goto(f"{server.address}/login")
    page.fill("input[name=name]", "analyst")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    yield server, page
    page.close()
    stop_server(server)


def test_charts_are_drawn_and_described(nps: tuple[Server, Page]) -> None:
    server, page = nps
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}/nps?by=branch")
    charts = page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(3)
    for at in range(3):
        expect(charts.nth(at).locator("canvas, svg").first).to_be_visible()
    for word in ("推荐者", "每期得分", "由高到低"):
        expect(page.locator(f"[data-testid=stVegaLiteChart][aria-label*='{word}']").first).to_be_attached()
    away = [url for url in asked if not url.startswith((server.address, "data:", "blob:", "ws://127.0.0.1"))]
    assert not away


def test_a_choice_goes_into_the_address_and_comes_back_from_it(nps: tuple[Server, Page]) -> None:
    server, page = nps
    page.goto(f"{server.address}/nps")
    page.get_by_role("radio", name="按季").or_(page.get_by_role("button", name="按季")).first.click()
    page.wait_for_url(lambda address: "grain=quarter" in address)
    page.reload()
    expect(page.get_by_text("2026年3季度与2026年2季度相差").first).to_be_visible()


def test_the_number_explains_itself(nps: tuple[Server, Page]) -> None:
    server, page = nps
    page.goto(f"{server.address}/nps")
    page.get_by_text("这个数怎么来的").first.click()
    expect(page.get_by_text("branch-visit 1.0.0").first).to_be_visible()
    expect(page.get_by_text("FROM v_response").first).to_be_visible()


def test_nothing_is_wider_than_a_phone(nps: tuple[Server, Page], browser: Browser) -> None:
    server, page = nps
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.address}/nps")
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 1600})
