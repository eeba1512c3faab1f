"""Every question type in a real browser: thumb and keyboard with the script, plain controls without it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .conftest import Server, Visitor

Visit = Callable[..., Visitor]


def said(page: Page) -> dict[str, list[str]]:
    """What the form would send."""
    return page.evaluate(
        "(() => { const said = {}; for (const [name, value] of new FormData(document.forms[0]))"
        " if (name[0] != '_' && value && typeof value == 'string') (said[name] = said[name] || []).push(value);"
        " return said })()"
    )


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def photo(folder: Path, width: int) -> Path:
    target = io.BytesIO()
    Image.effect_noise((width, width // 2), 60).convert("RGB").save(target, "JPEG", quality=95)
    file = folder / f"{width}.jpg"
    file.write_bytes(target.getvalue())
    return file


@pytest.mark.parametrize(("lang", "size"), [("zh", "phone"), ("en", "phone"), ("zh", "desktop")])
def test_a_page_of_every_type_fits_in_every_size(visit: Visit, lang: str, size: str) -> None:
    visitor = visit(lang, size)
    page = visitor.open("/s/every")
    assert fits(page)
    visitor.shot(f"types-{lang}-{size}", full=True)
    page.locator(".acts .b").first.click()
    expect(page.locator(".box.alert")).to_be_focused()
    visitor.shot(f"types-{lang}-{size}-wrong", full=True)
    targets = page.locator("label.o:visible, button:visible, .t:visible, input[type=range]:visible").all()
    assert len(targets) > 30
    assert all(box["height"] >= 46 for box in (each.bounding_box() for each in targets) if box)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)
    visitor.shot(f"types-{lang}-{size}-200", full=True)


def test_a_matrix_is_cards_on_a_phone_and_a_table_on_a_desk(visit: Visit) -> None:
    for size, together in (("phone", False), ("desktop", True)):
        page = visit("zh", size).open("/s/every")
        label = page.locator("[id='l-rated.queue']").bounding_box()
        button = page.locator("label.o:has([name='rated.queue'][value='3'])").bounding_box()
        assert label and button
        assert (button["y"] < label["y"] + label["height"]) == together
        page.locator("label.o:has([name='rated.queue'][value='3'])").click()
        assert said(page) == {"rated.queue": ["3"]}
        assert page.get_by_role("radiogroup", name="排队等候").count() == 1


def test_a_ranking_by_tap_by_button_by_key_and_by_drag(visit: Visit) -> None:
    page = visit("zh", "phone").open("/s/every")
    for label in ("排队时间", "网点环境", "员工态度"):
        page.get_by_role("button", name=re.compile(f"^{label}")).click()
    ranks = {"ranked.wait": ["1"], "ranked.place": ["2"], "ranked.staff": ["3"]}
    assert said(page) == ranks
    page.get_by_role("button", name=re.compile("^线上办理")).click()  # three at most
    assert said(page) == ranks
    page.get_by_role("button", name="上移 员工态度").click()
    assert said(page)["ranked.staff"] == ["2"]
    expect(page.get_by_role("button", name="上移 员工态度")).to_be_focused()
    page.get_by_role("button", name=re.compile("^员工态度")).focus()
    page.keyboard.press("Alt+ArrowUp")
    assert said(page)["ranked.staff"] == ["1"]
    expect(page.locator("[data-q=ranked] [role=status]")).to_have_text("员工态度: 第 1 位")
    page.keyboard.press("Enter")
    assert said(page) == {"ranked.wait": ["1"], "ranked.place": ["2"]}
    grip = page.locator(".rk li").nth(0).locator(".d").bounding_box()
    below = page.locator(".rk li").nth(1).bounding_box()
    assert grip and below
    page.mouse.move(grip["x"] + 20, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, below["y"] + below["height"] - 2, steps=6)
    page.mouse.up()
    assert said(page) == {"ranked.place": ["1"], "ranked.wait": ["2"]}


def test_a_slider_says_that_nothing_was_chosen_and_works_by_key(visit: Visit) -> None:
    page = visit("en", "phone").open("/s/every")
    slider = page.locator("input[type=range]")
    expect(slider).to_have_attribute("aria-valuetext", "Nothing chosen yet, move the slider")
    assert said(page) == {}
    slider.focus()
    page.keyboard.press("Space")
    assert said(page) == {"minutes": ["30"]}
    page.keyboard.press("ArrowLeft")
    assert said(page) == {"minutes": ["25"]}
    expect(page.locator(".sl output")).to_have_text("25 minutes")


def test_what_belongs_to_a_choice_shows_with_it(visit: Visit) -> None:
    page = visit("zh", "phone").open("/s/every")
    other, phone = page.locator("[name='why.other']"), page.locator("[name='call.phone']")
    expect(other).to_be_hidden()
    expect(phone).to_be_hidden()
    page.locator("label.o:has([name=why][value=other])").click()
    page.locator("label.o:has([name=call][value=yes])").click()
    other.fill("理财")
    phone.fill("13800000000")
    kept = page.evaluate("Object.values(sessionStorage).join()")
    assert "理财" in kept
    assert "138" not in kept
    first = page.locator(".md").first
    item = first.locator("[name$=best]").first.get_attribute("value")
    for pick in ("best", "worst"):
        first.locator(f"label.o:has([name$={pick}][value='{item}'])").click()
    assert said(page)["items.1.worst"] == [item]
    assert "items.1.best" not in said(page)


def test_photos_are_made_small_before_they_leave_the_phone(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("zh", "phone")
    page = visitor.open("/s/every")
    for width in (3_000, 500):
        with page.expect_file_chooser() as chooser:
            page.locator(".pb").click()
        chooser.value.set_files(photo(tmp_path, width))
        expect(page.locator(".ph canvas")).to_have_count(1 if width == 3_000 else 2)
    sizes = page.evaluate("[...document.querySelector('.pf').files].map(each => each.size)")
    assert len(sizes) == 2
    assert sizes[0] < photo(tmp_path, 3_000).stat().st_size / 2
    page.locator(".acts .b").first.click()
    expect(page.locator(".ph img")).to_have_count(2)
    assert page.evaluate("document.querySelector('.ph img').naturalWidth") == 1_600
    assert [each for each in visitor.errors if "422" not in each] == []


def test_every_type_is_answered_without_script(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit("en", "phone", java_script_enabled=False).open("/s/every")

    def choose(name: str, value: str) -> None:
        page.locator(f"label.o:has([name='{name}'][value='{value}'])").click()

    choose("rated.queue", "4")
    choose("rated.staff", "na")
    choose("used.app", "never")
    page.select_option("[name='ranked.wait']", "2")
    page.select_option("[name='ranked.staff']", "1")
    page.fill("[name=minutes]", "25")
    choose("why", "other")
    page.fill("[name='why.other']", "A safe")
    choose("booking.with", "1")
    choose("booking.without", "3")
    for number in range(1, page.locator(".md").count() + 1):
        for pick, place in (("best", 0), ("worst", 2)):
            page.locator(f"label.o:has([name='items.{number}.{pick}'])").nth(place).click()
    choose("call", "yes")
    page.fill("[name='call.email']", "li@example.com")
    page.set_input_files("[name=seen]", photo(tmp_path, 700))
    page.locator(".acts .b").first.click()
    expect(page.locator("h2")).to_have_text("The end")
    page.locator(".later").click()
    code = page.locator(".code").inner_text()
    other = visit("en", "phone").open(f"/s/every/c/{code}")
    expect(other.locator("h2")).to_have_text("The end")
    other.locator(".acts .b2").click()
    expect(other.locator(".ph img")).to_have_count(1)
    assert said(other)["ranked.staff"] == ["1"]
    other.locator(".acts .b").first.click()
    other.locator(".acts .b").first.click()
    other.wait_for_selector(".code")
    page.goto(f"{server.address}/s/every/c/{code}")
    expect(page.locator("h1")).to_have_text("Nothing found to continue")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_code_is_typed_and_a_wrong_contact_field_takes_the_focus(lang: str, visit: Visit) -> None:
    page = visit(lang, "phone").open("/s/every")
    expect(page.locator("#i-code")).to_be_hidden()
    for field, value in (("rated.queue", "4"), ("rated.staff", "4"), ("call", "yes")):
        page.locator(f"label.o:has([name='{field}'][value='{value}'])").click()
    page.fill("[name='call.phone']", "12")
    page.fill("[name='call.name']", "Li")
    page.locator(".acts .b").first.click()
    phone = page.locator("[name='call.phone']")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    red = phone.evaluate("x => getComputedStyle(x).borderColor")
    plain = page.locator("[name='call.name']").evaluate("x => getComputedStyle(x).borderColor")
    assert red != plain
    expect(phone).to_be_focused()
    phone.fill("13800000000")
    phone.blur()
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    page.locator("summary").click()
    page.fill("#i-code", "abcde")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("details .b").click()
    expect(page.locator("#i-code")).to_have_value("abcde")
