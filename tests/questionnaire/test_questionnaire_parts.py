"""Choices and rows that show under a condition, on the page: drawn, asked for again, told to the script, stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cx.workbench import Workbench
from questionnaire.respondents import client, fill, hidden, rows

URL = "/s/parts"
TEXT = """
id: parts
version: 1.0.0
title: {zh: 银行, en: Banks}
questions:
  - id: used
    type: multiple
    label: {zh: 用过哪些？, en: Which?}
    choices: [{id: one, label: 甲}, {id: two-b, label: 乙}]
  - id: best
    type: single
    required: true
    label: {zh: 哪家最好？, en: The best?}
    choices:
      - {id: one, label: 甲, show_if: "'one' in used"}
      - {id: two-b, label: 乙, other: true, show_if: "'two-b' in used"}
  - id: rated
    type: matrix
    points: 5
    label: {zh: 请打分, en: Rate}
    rows:
      - {id: one, label: 甲, show_if: "'one' in used"}
      - {id: two, label: 乙, show_if: "'two-b' in used"}
  - id: order
    type: ranking
    label: {zh: 排序, en: Rank}
    choices: [{id: one, label: 甲, show_if: "'one' in used"}, {id: none, label: 其他}]
"""


@pytest.fixture(scope="module", autouse=True)
def parts(bench: Workbench) -> Iterator[None]:
    file = bench.place.surveys / "parts.yaml"
    file.write_text(TEXT, encoding="utf-8")
    bench.shelf.refresh()
    yield
    file.unlink()


def shows(html: str) -> dict[str, bool]:
    """Every choice and row with a condition, and whether it shows."""
    return {name: not gone for name, gone in re.findall(r' data-c="([^"]+)"( hidden)?', html)}


def test_what_is_not_offered_is_drawn_hidden() -> None:
    page = client().get(URL).text
    assert shows(page) == dict.fromkeys(("best.one", "best.two-b", "rated.one", "rated.two", "order.one"), False)
    assert re.search(r'data-q="best" hidden', page) and not re.search(r'data-q="order" hidden', page)


def test_the_script_is_told_what_shows_now() -> None:
    browser = client()
    page = browser.get(URL)
    said = {**hidden(page.text), "used": "two-b"}
    visible = browser.post(f"{URL}/visible", data=said).json()["visible"]
    assert visible == ["used", "best", "best.two-b", "rated", "rated.two", "order"]


def test_without_script_new_choices_are_asked_for_before_it_goes_on() -> None:
    browser = client()
    page = fill(browser, browser.get(URL), URL, 200, used="one")
    assert shows(page.text) == {"best.one": True, "best.two-b": False, "rated.one": True, "rated.two": False,
                                "order.one": True}  # fmt: skip
    assert page.text.count('<em class="n">') == 3, "also a ranking that stood there with fewer choices"
    page = fill(browser, page, URL, 422, used="one", best="two-b", **{"rated.one": "4", "rated.two": "1"})
    assert 'name="best" value="two-b" checked' in page.text, "what was said is still there, only not offered"
    fill(browser, page, URL, 303, used="one", best="one", **{"rated.one": "4", "rated.two": "1", "order.one": "1"})
    assert rows("answer", "question_id, coalesce(choice, score::VARCHAR)", "1, 2") == [
        ("best", "one"), ("order", "one"), ("rated.one", "4"), ("used", "one"),
    ]  # fmt: skip


def test_a_message_leads_to_the_first_choice_that_shows() -> None:
    browser = client()
    page = fill(browser, browser.get(URL), URL, 200, used="two-b")
    page = fill(browser, page, URL, 422, used="two-b")
    assert '<a href="#i-best">' in page.text
    assert re.findall(r'value="([^"]*)" id="i-best"', page.text) == ["two-b"]
    assert re.findall(r'<select [^>]*name="([^"]*)" id="i-order"', page.text) == ["order.none"]
    assert re.findall(r'name="([^"]*)" value="1" id="i-rated"', page.text) == ["rated.two"]


def test_a_rank_may_be_given_again_where_the_other_choice_is_gone() -> None:
    browser = client()
    page = fill(browser, browser.get(URL), URL, 200, used="one")
    said = {"best": "one", "order.one": "1", "order.none": "1"}
    page = fill(browser, page, URL, 422, used="one", **said)
    assert page.text.count('id="e-order"') == 1, "both show"
    page = fill(browser, page, URL, 200, used="two-b", **said)
    assert 'id="e-order"' not in page.text
    fill(browser, page, URL, 303, used="two-b", **{**said, "best": "two-b"})
    stored = [("best", "two-b"), ("order", "none"), ("used", "two-b")]
    assert rows("answer", "question_id, choice", "1, 2") == stored
