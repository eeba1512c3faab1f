"""The builder in a real browser: cards, typing without losing focus, a condition by clicks, the live preview, YAML."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., object]


def opened(visit: Visit, lang: str = "zh") -> tuple[object, Page]:
    """The builder of one who may write surveys, with a fresh survey of one question."""
    visitor = visit(lang)
    page = visitor.sign_in("analyst", "/builder")  # accounts of the tests speak Chinese
    page.get_by_text("从空白开始").click()
    visitor.settle()
    page.get_by_label("问卷名称（中文）").fill("浏览器里的问卷")
    page.get_by_role("button", name="开始编写").click()
    page.wait_for_selector(".outline .card[data-key=nps]", timeout=30_000)
    visitor.settle()
    return visitor, page


def add(visitor: object, page: Page, kind: str) -> None:
    """A question of a type, by the picker."""
    before = page.locator(".outline .card:not(.edge)").count()
    page.locator(".add").click()
    page.locator(f".picker .choice[data-name={kind}]").click()
    expect(page.locator(".outline .card:not(.edge)")).to_have_count(before + 1, timeout=15_000)
    visitor.settle()


def keys(page: Page) -> list[str | None]:
    """The cards in order."""
    return [card.get_attribute("data-key") for card in page.locator(".outline .card:not(.edge)").all()]


def test_typing_counts_after_a_pause_and_never_loses_a_letter(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "single")
    label = page.get_by_role("textbox", name="题目（中文）")
    label.click()
    label.press("Control+a")
    for part in ("您今天", "等了", "多久？"):
        page.keyboard.type(part, delay=20)
        page.wait_for_timeout(1_500)  # longer than the pause after which typing counts
    expect(label).to_have_value("您今天等了多久？")
    expect(page.locator(".card.on .label")).to_have_text("您今天等了多久？")
    choices = page.get_by_role("textbox", name="选项（中文）")
    choices.click()
    choices.press("Control+a")
    page.keyboard.insert_text("不到 5 分钟\tUnder 5 minutes\n更久\tLonger")
    expect(page.get_by_role("textbox", name="选项（英文）")).to_have_value("Under 5 minutes\nLonger", timeout=10_000)
    frame = page.frame_locator("iframe.shown")
    expect(frame.get_by_text("您今天等了多久？")).to_be_visible(timeout=10_000)
    expect(frame.get_by_text("不到 5 分钟")).to_be_visible()
    assert not visitor.errors


def test_two_fields_typed_one_after_the_other_are_both_kept(visit: Visit) -> None:
    visitor, page = opened(visit)
    page.locator('.card[data-key="@settings"]').click()
    visitor.settle()
    for name, text in (("用途（中文）", "改进服务"), ("用途（英文）", "Better service")):
        page.get_by_role("textbox", name=name).click()
        page.keyboard.insert_text(text)
    page.wait_for_timeout(1_500)
    visitor.settle()
    expect(page.get_by_role("textbox", name="用途（英文）")).to_have_value("Better service")
    expect(page.frame_locator("iframe.shown").get_by_text("改进服务")).to_be_visible(timeout=10_000)


def test_a_condition_by_clicks_and_its_question_in_the_preview(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "text")
    page.get_by_text("什么时候出现").click()
    visitor.settle()
    page.locator('input[aria-label$="如果这道题"]').click()
    page.get_by_role("option").first.click()
    expect(page.locator(".card.on .badge").first).to_contain_text("推荐意愿不高于 6", timeout=10_000)
    frame = page.frame_locator("iframe.shown")
    expect(frame.locator("[data-q=q1]")).to_be_visible(timeout=10_000)
    assert frame.locator("[name=nps]:checked").count() == 1, "the preview answered what the condition asks for"


def test_cards_are_moved_by_keys_buttons_and_dragging_and_all_of_it_undone(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "yes_no")
    add(visitor, page, "text")
    assert keys(page) == ["nps", "q1", "q2"]
    page.locator(".card[data-key=q2] .tool").first.click()
    visitor.settle()
    assert keys(page) == ["nps", "q2", "q1"]
    page.locator(".card[data-key=q2]").focus()
    page.keyboard.press("Alt+ArrowDown")
    visitor.settle()
    assert keys(page) == ["nps", "q1", "q2"]
    page.locator(".card[data-key=q2]").drag_to(page.locator(".card[data-key=nps]"), target_position={"x": 40, "y": 5})
    visitor.settle()
    assert keys(page) == ["q2", "nps", "q1"]
    page.locator(".card[data-key=nps]").click()
    visitor.settle()
    page.locator(".card[data-key=nps] .tool").last.click()
    visitor.settle()
    assert keys(page) == ["q2", "q1"]
    for _ in range(4):
        page.locator(".st-key-builder_undo button").click()
        visitor.settle()
    assert keys(page) == ["nps", "q1", "q2"]


def test_a_page_break_is_a_line_that_can_be_moved(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "yes_no")
    add(visitor, page, "text")
    page.locator(".card[data-key=q2]").get_by_label("从这道题起另起一页").click()
    expect(page.locator(".outline .divider")).to_have_count(2, timeout=10_000)
    visitor.settle()
    page.locator(".divider").nth(1).hover()
    page.locator(".divider").nth(1).get_by_label("分页线上移一题").click()
    visitor.settle()
    order = page.locator(".outline .divider, .outline .card:not(.edge)").evaluate_all(
        "all => all.map(one => one.dataset.key || '—')"
    )
    assert order == ["—", "nps", "—", "q1", "q2"]


@pytest.mark.parametrize("size", ["desktop"])
def test_a_yaml_error_keeps_the_cards_and_says_where(visit: Visit, size: str) -> None:
    visitor, page = opened(visit)
    page.get_by_text("源文件", exact=True).first.click()
    visitor.settle()
    area = page.locator(".st-key-builder_yaml textarea")
    good = area.input_value()
    area.fill(good + "oops: [\n")
    area.press("Control+Enter")
    expect(page.get_by_text("不是有效的 YAML").first).to_be_visible(timeout=10_000)
    assert keys(page) == ["nps"]
    area.fill(good.replace("浏览器里的问卷", "改了名字"))
    area.press("Control+Enter")
    expect(page.locator(".cx-b-title")).to_have_text("改了名字", timeout=10_000)
