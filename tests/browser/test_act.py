"""Quick wins and the report in a real browser, over a bank with two quick wins."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import act_bank
import pypdf
import pytest
from act_bank import END, PILOTS, START, charter
from playwright.sync_api import expect

from cx.act import quick_wins
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.words import Translator

from .conftest import Server, Visitor, start_server, stop_server


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a bank where one win is closed and one is being measured."""
    data = tmp_path_factory.mktemp("act") / "data"
    db = act_bank.comparable(act_bank.fill(Database(data / "cx.duckdb")))
    for pilots, title in ((PILOTS, "取号机一键预约"), (("b0201",), "柜面一次填单")):
        key = quick_wins.propose(db, "lin", charter(pilots=pilots, title=title), rights=WHOLE_BANK)
        quick_wins.sign(db, key, "wang", act_bank.bank(), START, knowing=True, rights=WHOLE_BANK)
        quick_wins.start(db, key, "lin", act_bank.bank(), START, rights=WHOLE_BANK)
        quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)
        if pilots == PILOTS:
            quick_wins.close(db, key, "lin", END, "预约入口放首页最有用", rights=WHOLE_BANK, model=act_bank.bank())
    db.close()
    running = start_server(data)
    yield running
    stop_server(running)


def signed_in(visit: Callable[..., Visitor], acting: Server, lang: str, size: str, there: str) -> Visitor:
    """On a page, in a language: by two accounts, because an account keeps its language."""
    visitor = visit(lang, size, at=acting)
    visitor.sign_in("admin" if lang == "en" else "cx_manager", there)
    question = Translator(lang)(f"page.{there[1:].split('?')[0]}_question")
    if visitor.page.locator("h1").inner_text() != question:
        visitor.page.locator("form[action='/language'] button").first.dispatch_event("click")
        expect(visitor.page.locator("h1")).to_have_text(question)
    visitor.settle()
    return visitor


@pytest.mark.parametrize(("lang", "size"), [("zh", "desktop"), ("en", "desktop"), ("zh", "phone")])
def test_the_board_and_one_win(visit: Callable[..., Visitor], acting: Server, lang: str, size: str) -> None:
    t = Translator(lang)
    visitor = signed_in(visit, acting, lang, size, "/quick_wins")
    page = visitor.page
    expect(page.get_by_text(t("quick_win.verdict_proven"), exact=True)).to_be_visible()
    visitor.shot(f"quick-wins-{lang}-{size}", full=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[data-testid=stMain] button", has_text=t("quick_win.open")).last.click()
    expect(page.get_by_text("预约入口放首页最有用")).to_be_visible()
    assert "win=" in page.url
    visitor.settle()
    visitor.shot(f"quick-win-{lang}-{size}", full=True)
    page.reload()  # the address is the state
    expect(page.get_by_text("预约入口放首页最有用")).to_be_visible()


def test_proposing_from_a_link(visit: Callable[..., Visitor], acting: Server) -> None:
    t = Translator("zh")
    visitor = signed_in(visit, acting, "zh", "desktop", "/quick_wins?touchpoint=queue")
    page = visitor.page
    page.get_by_role("button", name=t("quick_win.save")).click()
    expect(page.get_by_text("还没有选择试点网点")).to_be_visible()
    visitor.shot("quick-win-form", full=True)
    page.get_by_label(t("quick_win.title"), exact=True).fill("先分流再取号")
    page.get_by_label(t("quick_win.hypothesis"), exact=True).fill("如果先分流，等待会变短")
    page.keyboard.press("Tab")  # what was typed makes the page draw itself anew, which would close an open list
    visitor.settle()
    metric = page.locator("[data-testid=stSelectbox]", has_text=t("quick_win.metric"))
    visitor.choose(metric.locator("input"), "平均排队时长")
    visitor.choose(page.get_by_label(t("quick_win.pilots"), exact=True), "静安寺支行")
    page.keyboard.press("Escape")
    visitor.settle()
    # with the pilots the value beside it changes, not the choice
    expect(metric.locator("input")).to_have_value(re.compile("平均排队时长"))
    page.get_by_label(t("quick_win.target_unit", unit="分钟")).fill("8")
    page.keyboard.press("Enter")
    visitor.settle()
    page.get_by_role("button", name=t("quick_win.save")).click()
    expect(page.get_by_text(t("quick_win.saved"))).to_be_visible()
    expect(page.get_by_role("heading", name="先分流再取号")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_making_and_downloading_the_report(visit: Callable[..., Visitor], acting: Server, lang: str) -> None:
    t = Translator(lang)
    visitor = signed_in(visit, acting, lang, "desktop", "/report?period=2026Q3")
    page = visitor.page
    page.get_by_role("button", name=t("report.make")).click()
    expect(page.get_by_role("button", name=t("report.download"))).to_be_visible()
    visitor.shot(f"report-{lang}", full=True)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=t("report.download")).click()
    assert waiting.value.suggested_filename == f"cx-2026Q3-{lang}.pdf"
    pdf = pypdf.PdfReader(io.BytesIO(waiting.value.path().read_bytes()))
    said = "".join(pdf.pages[0].extract_text().split())
    assert "".join(t("report.question").split()) in said
