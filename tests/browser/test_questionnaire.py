"""The questionnaire on a phone: double click, Back, reload, no script, keyboard only, large type, kiosk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visitor

URL = "/s/branch-visit?branch=b0102&channel=branch"
Visit = Callable[..., Visitor]


def choose(page: Page, name: str, value: str) -> None:
    """Choose an option as a finger does: on its label."""
    page.locator(f'label.o:has(input[name="{name}"][value="{value}"])').click()


def answer(page: Page, nps: str = "9", script: bool = True) -> None:
    """Everything that is required; with a script, the page then shows what belongs to the score."""
    choose(page, "nps", nps)
    choose(page, "csat", "4")
    choose(page, "waited", "lt5")
    choose(page, "solved", "yes")
    if script:
        expect(page.locator(f'[data-q="{"reason" if int(nps) < 7 else "went_well"}"]')).to_be_visible()


def code(page: Page) -> str:
    """The receipt code on the thanks page."""
    page.wait_for_selector(".code")
    return page.locator(".code").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_fits_and_targets_are_big(visit: Visit, lang: str) -> None:
    visitor = visit(lang, "phone")
    requests: list[str] = []
    visitor.page.on("request", lambda asked: requests.append(asked.url))
    page = visitor.open(URL)
    assert len([url for url in requests if not url.startswith("data:")]) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    targets = page.locator("label.o:visible, .b:visible, .t:visible, header a:visible")
    assert targets.count() > 15
    assert all(box["height"] >= 46 for box in (each.bounding_box() for each in targets.all()) if box)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
    visitor.shot(f"questionnaire-{lang}-start", full=True)
    choose(page, "nps", "3")
    expect(page.locator('[data-q="reason"]')).to_be_visible()
    expect(page.locator('[data-q="went_well"]')).to_be_hidden()
    visitor.shot(f"questionnaire-{lang}-asked", full=True)
    page.locator(".b").click()
    expect(page.locator(".box.alert")).to_be_focused()
    visitor.shot(f"questionnaire-{lang}-wrong", full=True)
    page.locator(".box.alert a").first.click()
    assert page.evaluate("document.activeElement.name") == "csat"
    answer(page, "3")
    page.locator(".b").click()
    code(page)
    visitor.shot(f"questionnaire-{lang}-thanks", full=True)
    failed = [each for each in visitor.errors if "422" not in each]
    assert not failed


def test_double_click_back_and_reload_stay_one_response(visit: Visit) -> None:
    visitor = visit("zh", "phone")
    page = visitor.open(URL)
    answer(page)
    page.locator(".b").dblclick()
    first = code(page)
    page.reload()
    assert code(page) == first
    page.go_back()
    page.wait_for_selector("form")
    expect(page.locator('[name=nps][value="9"]')).to_be_checked()
    choose(page, "nps", "8")
    page.locator(".b").click()
    assert code(page) == first
    page.goto(visitor.server.address + URL)
    expect(page.locator('[name=nps][value="8"]')).to_be_checked()


def test_typed_text_survives_a_reload(visit: Visit) -> None:
    page = visit("zh", "phone").open(URL)
    choose(page, "nps", "2")
    page.fill("[name=reason]", "排队太久")
    page.reload()
    expect(page.locator("[name=reason]")).to_have_value("排队太久")
    expect(page.locator("[name=reason]")).to_be_visible()


def test_everything_works_without_script(visit: Visit) -> None:
    visitor = visit("en", "phone", java_script_enabled=False)
    page = visitor.open(URL)
    answer(page, "2", script=False)
    page.locator(".b").click()
    expect(page.locator('[data-q="reason"] .n')).to_be_visible()
    page.fill("[name=reason]", "Too slow")
    page.locator(".b").click()
    first = code(page)
    page.go_back()
    page.go_back()
    page.locator(".b").first.click()
    page.wait_for_load_state()
    page.goto(visitor.server.address + URL)
    expect(page.locator("[name=reason]")).to_have_value("Too slow")
    page.locator(".b").click()
    assert code(page) == first


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit("en").open("/s/branch-visit?branch=b0103")
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.className || ''")
        reached.append(name)
        if name in ("nps", "csat", "waited", "solved"):
            page.keyboard.press("Space")
            expect(page.locator(f'[name="{name}"]:checked')).to_have_count(1)
        if name == "nps":  # what belongs to the score takes its place in the order
            expect(page.locator('[data-q="reason"]')).to_be_visible()
        if page.evaluate("document.activeElement.matches('.b')"):
            break
        outline = page.evaluate(
            "(e => getComputedStyle(e.matches('.o input') ? e.nextElementSibling : e).outlineStyle)"
            "(document.activeElement)"
        )
        assert outline == "solid", name
    order = [name for name in reached if name in ("nps", "csat", "waited", "solved")]
    assert order == ["nps", "csat", "waited", "solved"]
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    code(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_large_type_at_twice_the_size_does_not_overflow(visit: Visit, lang: str) -> None:
    visitor = visit(lang, "phone")
    page = visitor.open(URL)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.shot(f"questionnaire-{lang}-200", full=True)


def test_a_kiosk_returns_by_itself_and_shows_nothing_of_the_former(visit: Visit) -> None:
    visitor = visit("zh", "desktop")
    page = visitor.open(URL + "&mode=kiosk")
    answer(page)
    page.locator(".b").click()
    code(page)
    visitor.shot("questionnaire-kiosk-thanks")
    page.wait_for_selector(".code", state="detached")
    assert page.locator("input:checked").count() == 0
    page.go_back()
    page.wait_for_load_state()
    assert page.locator(".code").count() == 0
    assert page.locator("input:checked").count() == 0


@pytest.mark.parametrize("role", ["branch_staff", "admin"])
def test_staff_hand_over_the_same_page(visit: Visit, role: str) -> None:
    visitor = visit("zh")
    visitor.sign_in(role, "/quick_survey")
    visitor.settle()
    visitor.choose(visitor.page.get_by_role("combobox", name="问卷", exact=True), "网点服务体验")
    frame = visitor.page.frame_locator("iframe")
    expect(frame.locator("h1")).to_be_visible()
    visitor.shot(f"quick-survey-{role}", full=True)
    for name, value in (("nps", "9"), ("csat", "4"), ("waited", "lt5"), ("solved", "yes")):
        frame.locator(f'label.o:has(input[name="{name}"][value="{value}"])').click()
    expect(frame.locator('[data-q="went_well"]')).to_be_visible()
    frame.locator(".b").click()
    expect(frame.locator(".code")).to_be_visible()
    expect(visitor.page.locator('[data-testid="stImage"] img')).to_be_visible()
    visitor.shot(f"quick-survey-{role}-qr")


def test_a_preview_says_that_nothing_is_kept(visit: Visit) -> None:
    visitor = visit("zh", "phone")
    visitor.sign_in("admin")
    page = visitor.open("/s/branch-visit?mode=preview")
    expect(page.locator(".box")).to_contain_text("预览")
    answer(page)
    page.locator(".b").click()
    expect(page.locator("h1")).to_have_text("预览结束")
    assert page.locator(".code").count() == 0
