"""The builder in a real browser: cards, typing without losing focus, a condition by clicks, the live preview, YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import start_server, stop_server

Visit = Callable[..., object]


def opened(visit: Visit, lang: str = "zh") -> tuple[object, Page]:
    """The builder of one who may write surveys, with a fresh survey of one question."""
    visitor = visit(lang)
    page = visitor.sign_in("analyst", "/builder")  # accounts of the tests speak Chinese
    page.get_by_text("从空白开始").click()
    visitor.settle()
    page.get_by_label("问卷名称（中文）").fill("浏览器里的问卷")
    page.get_by_role("button", name="开始编写").click()
    page.wait_for_selector(".outline .card[data-key=nps]")
    visitor.settle()
    return visitor, page


def add(visitor: object, page: Page, kind: str) -> None:
    """A question of a type, by the picker."""
    before = page.locator(".outline .card:not(.edge)").count()
    page.locator(".add").click()
    page.locator(f".picker .choice[data-name={kind}]").click()
    expect(page.locator(".outline .card:not(.edge)")).to_have_count(before + 1)
    visitor.settle()


def has_cards(page: Page, *keys: str) -> None:
    """The cards in order, once they are drawn."""
    cards = page.locator(".outline .card:not(.edge)")
    expect(cards).to_have_count(len(keys))
    for at, key in enumerate(keys):
        expect(cards.nth(at)).to_have_attribute("data-key", key)


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
    expect(page.get_by_role("textbox", name="选项（英文）")).to_have_value("Under 5 minutes\nLonger")
    frame = page.frame_locator("iframe.shown")
    expect(frame.get_by_text("您今天等了多久？")).to_be_visible()
    expect(frame.get_by_text("不到 5 分钟")).to_be_visible()
    _two_fields_one_after_the_other(visitor, page)
    assert not visitor.errors


def _two_fields_one_after_the_other(visitor: object, page: Page) -> None:
    page.locator('.card[data-key="@settings"]').click()
    visitor.settle()
    for name, text in (("用途（中文）", "改进服务"), ("用途（英文）", "Better service")):
        page.get_by_role("textbox", name=name).click()
        page.keyboard.insert_text(text)
    page.wait_for_timeout(1_500)
    visitor.settle()
    expect(page.get_by_role("textbox", name="用途（英文）")).to_have_value("Better service")
    expect(page.frame_locator("iframe.shown").get_by_text("改进服务")).to_be_visible()


def test_a_condition_by_clicks_and_its_question_in_the_preview(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "text")
    page.get_by_text("逻辑与规则：").click()
    visitor.settle()
    visitor.choose(page.locator('input[aria-label$="如果这道题"]'))
    expect(page.locator(".card.on .badge").first).to_contain_text("推荐意愿不高于 6")
    frame = page.frame_locator("iframe.shown")
    expect(frame.locator("[data-q=q1]")).to_be_visible()
    assert frame.locator("[name=nps]:checked").count() == 1, "the preview answered what the condition asks for"


def test_cards_are_moved_by_keys_buttons_and_dragging_and_all_of_it_undone(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "yes_no")
    add(visitor, page, "text")
    has_cards(page, "nps", "q1", "q2")
    page.locator(".card[data-key=q2] .tool").first.click()
    visitor.settle()
    has_cards(page, "nps", "q2", "q1")
    page.locator(".card[data-key=q2]").focus()
    page.keyboard.press("Alt+ArrowDown")
    visitor.settle()
    has_cards(page, "nps", "q1", "q2")
    page.locator(".card[data-key=q2]").drag_to(page.locator(".card[data-key=nps]"), target_position={"x": 40, "y": 5})
    visitor.settle()
    has_cards(page, "q2", "nps", "q1")
    page.locator(".card[data-key=nps]").click()
    visitor.settle()
    page.locator(".card[data-key=nps] .tool").last.click()
    visitor.settle()
    has_cards(page, "q2", "q1")
    for _ in range(4):
        page.locator(".st-key-builder_undo button").click()
        visitor.settle()
    has_cards(page, "nps", "q1", "q2")


_NAMES = """() => {
  const found = [];
  const walk = (root) => { for (const one of root.querySelectorAll("*")) {
    found.push(...["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name)).filter(Boolean));
    if (one.shadowRoot) walk(one.shadowRoot);
  } };
  walk(document.querySelector(".stMain"));
  return found;
}"""


def test_names_are_read_aloud_without_markup_and_cards_stay_in_sight(visit: Visit) -> None:
    visitor, page = opened(visit)
    page.set_viewport_size({"width": 1280, "height": 620})
    add(visitor, page, "single")
    write(visitor, page, "题目（中文）", "您今天等了多久？")
    page.locator(".st-key-builder_editor summary").first.click()
    visitor.settle()
    names = page.evaluate(_NAMES)
    assert not [name for name in names if re.search(r":[a-z]+[-/\[]|\*\*|Choose an option|Select all", name)]
    card = page.locator(".card[data-key=q1]")
    assert "单选题" in card.get_attribute("aria-label") and "您今天等了多久？" in card.get_attribute("aria-label")
    editor = page.locator(".st-key-builder_editor")
    editor.hover()
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(800)
    assert editor.bounding_box()["y"] < 0, "the editor is longer than the screen"
    assert page.locator(".st-key-builder_right").bounding_box()["y"] >= 0, "the preview stays beside it"
    expect(card).to_be_in_viewport()
    pick(visitor, page, "nps")
    page.wait_for_timeout(800)
    assert editor.bounding_box()["y"] >= 0, "another card begins at its top"


def test_a_page_break_is_a_line_that_can_be_moved(visit: Visit) -> None:
    visitor, page = opened(visit)
    add(visitor, page, "yes_no")
    add(visitor, page, "text")
    page.locator(".card[data-key=q2]").get_by_label("从这道题起另起一页").click()
    expect(page.locator(".outline .divider")).to_have_count(2)
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
    expect(page.get_by_text("不是有效的 YAML").first).to_be_visible()
    has_cards(page, "nps")
    area.fill(good.replace("浏览器里的问卷", "改了名字"))
    area.press("Control+Enter")
    expect(page.locator(".cx-b-title")).to_have_text("改了名字")


def choose(visitor: object, page: Page, label: str, option: str, at: int = 0) -> None:
    """Pick from a list that stands under a label."""
    visitor.choose(page.get_by_role("combobox", name=label).nth(at), option, exact=True)


def write(visitor: object, page: Page, label: str, text: str) -> None:
    """A text into a field, and out of it again."""
    field = page.get_by_role("textbox", name=label)
    field.fill(text)
    field.press("Control+Enter" if field.evaluate("one => one.tagName") == "TEXTAREA" else "Enter")
    visitor.settle()


def pick(visitor: object, page: Page, name: str) -> None:
    """The card of a question, or of the survey's own settings."""
    page.locator(f'.card[data-key="{name}"]').click()
    visitor.settle()


def both(visitor: object, page: Page, label: str, zh: str, en: str) -> None:
    """Type a text in both languages."""
    write(visitor, page, f"{label}（中文）", zh)
    write(visitor, page, f"{label}（英文）", en)


def number(visitor: object, page: Page, label: str, value: str) -> None:
    """Type a number."""
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")
    visitor.settle()


def logic(visitor: object, page: Page, view: str) -> None:
    """One of the kinds of rules of the selected question."""
    button = page.locator('[data-testid="stButtonGroup"] button').filter(has_text=view).first
    if not button.is_visible():
        page.get_by_text("逻辑与规则：").click()
        visitor.settle()
    button.click()
    visitor.settle()


def test_a_survey_with_logic_by_clicks_alone_does_what_was_picked(visit: Visit, tmp_path: Path) -> None:
    surveys = tmp_path / "surveys"
    surveys.mkdir()
    server = start_server(tmp_path / "data", CX_SURVEYS=str(surveys))
    try:
        visitor = visit("zh", at=server)
        page = visitor.sign_in("analyst", "/builder")
        _built(visitor, page)
        _published(visit, server)
        _answered(visit, server)
    finally:
        stop_server(server)


def _built(visitor: object, page: Page) -> None:
    """Recommendation, two numbers and their total; on the next page why, ways at random, the total repeated."""
    page.get_by_text("从空白开始").click()
    visitor.settle()
    page.get_by_label("问卷名称（中文）").fill("月度业务")
    page.get_by_label("问卷名称（英文）").fill("Monthly business")
    page.get_by_role("button", name="开始编写").click()
    page.wait_for_selector(".outline .card[data-key=nps]")
    visitor.settle()
    texts = {"q1": ("手机上办了几笔？", "By phone?"), "q2": ("网点办了几笔？", "At a branch?"),
             "q4": ("哪一点不好？", "What went wrong?"), "q5": ("用过哪些渠道？", "Which channels?"),
             "q6": ("这些业务里最费事的是哪一笔？", "Which was hardest?")}  # fmt: skip
    for id, kind in (("q1", "number"), ("q2", "number"), ("q3", "computed"), ("q4", "text"), ("q5", "multiple"),
                     ("q6", "text")):  # fmt: skip
        add(visitor, page, kind)
        if id in texts:
            both(visitor, page, "题目", *texts[id])
    _formula(visitor, page)
    pick(visitor, page, "q4")
    page.locator(".card[data-key=q4]").get_by_label("从这道题起另起一页").click()
    visitor.settle()
    pick(visitor, page, "nps")
    logic(visitor, page, "跳转")
    page.get_by_role("button", name="加一处跳转").click()
    visitor.settle()
    choose(visitor, page, "的回答", "不低于")
    choose(visitor, page, "这个值", "9")
    choose(visitor, page, "就跳到", "用过哪些渠道")
    visitor.shot("builder-jump-zh")
    pick(visitor, page, "q4")
    logic(visitor, page, "必答")
    choose(visitor, page, "如果这道题", "您有多大可能向亲友或同事推荐申江银行？")
    logic(visitor, page, "要求")
    page.get_by_role("button", name="加一条要求").click()
    visitor.settle()
    choose(visitor, page, "的回答", "字数至少")
    number(visitor, page, "这个值", "5")
    both(visitor, page, "不符合时的提示", "请多写几个字。", "A few words more, please.")
    visitor.shot("builder-rule-zh")
    pick(visitor, page, "q5")
    page.get_by_text("选项随机排序").click()
    visitor.settle()
    pick(visitor, page, "q6")
    page.get_by_text("更多设置").click()
    visitor.settle()
    choose(visitor, page, "在题目里带出前面的回答", "计算值 · q3")
    pick(visitor, page, "@settings")
    page.get_by_text("配额、抽样与链接：").click()
    visitor.settle()
    page.get_by_role("button", name="加一个配额").click()
    visitor.settle()
    number(visitor, page, "最多收几份", "1")
    both(visitor, page, "收满后的提示", "已经收满了，谢谢！", "We have enough, thank you!")
    visitor.shot("builder-quota-zh")
    page.locator('[data-testid="stButtonGroup"] button').filter(has_text="链接").click()
    visitor.settle()
    write(visitor, page, "链接名", "monthly")
    expect(page).to_have_url(re.compile("survey=monthly"))
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交。请同事").first).to_be_visible()


def _formula(visitor: object, page: Page) -> None:
    pick(visitor, page, "q3")
    page.get_by_text("显示公式").first.click()
    visitor.settle()
    code = page.get_by_role("textbox", name="算式")
    expect(code).to_have_value("total([q1, q2])")
    choose(visitor, page, "怎么算", "加减乘除")
    expect(code).to_have_value("q1 + q2")
    choose(visitor, page, "再加一项", "固定的数")
    choose(visitor, page, "运算", "×", at=1)
    expect(code).to_have_value("q1 + q2 * 1")
    visitor.shot("builder-formula-zh")
    choose(visitor, page, "怎么算", "求和")
    expect(code).to_have_value("total([q1, q2])")
    page.get_by_text("显示公式").first.click()
    visitor.settle()


def _published(visit: Visit, server: object) -> None:
    """A second person looks at it, approves it, and puts it into service."""
    second = visit("zh", at=server)
    page = second.sign_in("cx_manager", "/surveys?survey=monthly")
    second.settle()
    for name in ("approve", "publish"):
        page.locator(f".st-key-do_{name} button").click()
        second.settle()
        page.locator(f".st-key-sure_{name} button").click()
        second.settle()
    page.wait_for_timeout(1_500)


def _answered(visit: Visit, server: object) -> None:
    """What was picked acts on the customers' page."""
    first = visit("zh", size="phone", at=server)
    page = _begun(first, 3)
    page.fill("[name=q1]", "4")
    page.fill("[name=q2]", "8")
    _on(page)
    expect(page.locator("[data-q=q6]")).to_contain_text("12")
    _on(page)
    expect(page.locator("[data-q=q4]")).to_contain_text("必")
    first.shot("builder-phone-must-zh")
    page.fill("[name=q4]", "太慢")
    _on(page)
    expect(page.locator("[data-q=q4]")).to_contain_text("请多写几个字。")
    first.shot("builder-phone-rule-zh")
    page.fill("[name=q4]", "排队时间太长了")
    _on(page)
    expect(page.locator("body")).to_contain_text("回执码")
    happy = visit("zh", size="phone", at=server)
    page = _begun(happy, 10)
    expect(page.locator("[data-q=q1]")).to_be_hidden()
    _on(page)
    expect(page.locator("[data-q=q5]")).to_be_visible()
    expect(page.locator("[data-q=q4]")).to_be_hidden()
    orders = set()
    for _ in range(20):
        each = visit("zh", size="phone", at=server)
        page = _begun(each, 10)
        _on(page)
        expect(page.locator("[data-q=q5]")).to_be_visible()
        orders.add(tuple(page.locator("[name=q5]").evaluate_all("all => all.map(one => one.value)")))
        if len(orders) > 1:
            break
    assert len(orders) > 1, "every customer has an order of their own"
    page.wait_for_timeout(1_500)
    late = visit("zh", size="phone", at=server)
    page = _begun(late, 2)
    page.fill("[name=q1]", "1")
    page.fill("[name=q2]", "1")
    _on(page)
    expect(page.locator("body")).to_contain_text("已经收满了")
    late.shot("builder-phone-quota-zh")


def _begun(visitor: object, score: int) -> Page:
    page = visitor.open("/s/monthly", "[data-q=nps]")
    page.locator(f'[name=nps][value="{score}"]').check(force=True)
    return page


def _on(page: Page) -> None:
    page.locator("[name=_go][value=on]").click()
    page.wait_for_load_state()
