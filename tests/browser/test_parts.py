"""Choices and rows with a condition, under the page's own script: rankings, a choice that goes while it has the focus,
and a kiosk."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import Visitor

Visit = Callable[..., Visitor]


def use(page: Page, bank: str, shows: bool) -> None:
    """Tick or untick a bank, and see its row come or go."""
    page.locator(f"label.o:has([name=used][value={bank}])").click()
    row = page.locator(f'[data-c="rated.{bank}"]')
    (expect(row).to_be_visible if shows else expect(row).to_be_hidden)()


def ranks(page: Page) -> dict[str, str]:
    """The numbers that can be seen, by choice."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.rk li')].filter(li => li.offsetParent)"
        ".map(li => [li.querySelector('select').name.split('.')[1], li.querySelector('b').textContent]))"
    )


def test_a_ranking_counts_what_shows(visit: Visit) -> None:
    page = visit("en", "phone").open("/s/ranks")
    use(page, "one", True)
    for bank in ("one", "two", "three"):
        page.locator(f'.rk li:has([name="order.{bank}"]) .g').click()
    assert ranks(page) == {"one": "1", "two": "2", "three": ""}, "two at most"
    use(page, "one", False)
    assert ranks(page) == {"two": "1", "three": ""}
    page.locator('.rk li:has([name="order.three"]) .g').click()
    assert ranks(page) == {"two": "1", "three": "2"}, "what is hidden takes no rank"
    use(page, "one", True)
    assert ranks(page) == {"one": "1", "two": "2", "three": ""}, "back where it was, and no more than two"


def test_the_focus_is_not_lost_with_what_goes(visit: Visit) -> None:
    page = visit("en", "phone").open("/s/parts")
    use(page, "two", True)
    use(page, "one", True)
    page.focus('[name="rated.two"][value="3"]')
    page.evaluate("document.querySelector('[name=used][value=two]').click()")
    expect(page.locator('[data-c="rated.two"]')).to_be_hidden()
    assert page.evaluate("document.activeElement.name") == "rated.one"


def test_a_kiosk_asks_for_no_hidden_row_and_starts_again_without_any(visit: Visit) -> None:
    page = visit("en", "desktop").open("/s/parts?mode=kiosk")
    use(page, "one", True)
    page.locator('label.o:has([name="rated.one"][value="4"])').click()
    page.locator(".acts .b").first.click()
    expect(page.locator(".k-thanks")).to_be_visible()
    page.locator(".k-thanks button").click()
    expect(page.locator('[data-q="rated"]')).to_be_hidden()
    use(page, "two", True)
    expect(page.locator('[data-c="rated.one"]')).to_be_hidden()
