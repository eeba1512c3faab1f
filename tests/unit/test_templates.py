"""Approved texts: what is shipped can be used as it stands; what must not be said is never offered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cx.bank import reading, templates
from cx.bank.templates import FIELDS, Templates
from cx.words import LANGUAGES, Translator

SHIPPED = Path(__file__).parents[2] / "data" / "model"
DAY = dt.date(2026, 11, 22)
ONE = """
templates:
  - id: hello
    name: {{zh: 问候, en: Greeting}}
    channel: phone
    approved: {approved}
    text: {{zh: "{zh}", en: "{en}"}}
"""


def read(
    zh: str = "您好，我是{me}。", en: str = "I am {me}.", approved: str = "{by: 合规部, on: 2026-11-01}"
) -> Templates:
    problems: list = []
    content = reading.parse(ONE.format(zh=zh, en=en, approved=approved), templates.FILE, problems)
    assert content is not None and not problems
    return templates.read(content, problems)


def test_what_is_shipped_fills_in_both_languages_and_drafts_are_not_offered() -> None:
    found = templates.load(SHIPPED)
    assert not found.problems
    values = {name: f"<{name}>" for name in FIELDS}
    for one in found.all.values():
        for lang in LANGUAGES:
            text = one.filled(lang, values)
            assert "{" not in text and "<me>" in text
            assert one.links == ("<link>" in text)
    offered = {one.id for one in found.offered((), DAY)}
    assert offered and not any(found.all[id].approved_on is None for id in offered)
    drafts = {one.id for one in found.all.values() if one.approved_on is None}
    assert drafts and not drafts & offered
    assert {one.id for one in found.offered(("detractor",), DAY)} > offered, "some are made for a kind"
    assert "risk" not in {kind for one in found.offered(("detractor",), DAY) for kind in one.kinds}


@pytest.mark.parametrize(
    ("approved", "day", "usable"),
    [
        ("{by: 合规部, on: 2026-11-01}", DAY, True),
        ("{by: 合规部, on: 2026-11-23}", DAY, False),  # from tomorrow on
        ("{by: 合规部, on: 2026-11-01, until: 2026-11-22}", DAY, True),
        ("{by: 合规部, on: 2026-11-01, until: 2026-11-21}", DAY, False),
        ("{on: 2026-11-01}", DAY, False),  # by nobody
        ("{by: 合规部}", DAY, False),
    ],
)
def test_only_what_is_approved_today_is_offered(approved: str, day: dt.date, usable: bool) -> None:
    assert [one.id for one in read(approved=approved).offered((), day)] == (["hello"] if usable else [])


@pytest.mark.parametrize(
    ("zh", "code"),
    [
        ("请报一下您的密码。", "template_secret"),
        ("请提供短信验证码", "template_secret"),
        ("卡背面的 CVV 是多少？", "template_secret"),
        ("请致电 13812345678", "template_secret"),
        ("请写信到 wang@bank.example", "template_secret"),
        ("{customer} 您好", "template_field"),
        ("{me.__class__}", "template_field"),
        ("{me!r}", "template_field"),
        ("{me:>9}", "template_field"),
        ("{} 您好", "template_field"),
        ("", "template_text"),
        ("长" * (templates.LONGEST + 1), "template_text"),
    ],
)
def test_what_must_not_be_said_is_told_and_left_out(zh: str, code: str) -> None:
    found = read(zh=zh)
    assert not found.all and [problem.code for problem in found.problems] == [code]
    for lang in LANGUAGES:
        assert "hello" in found.problems[0].tell(Translator(lang))


def test_a_changed_file_counts_at_once_and_no_file_means_no_texts(tmp_path: Path) -> None:
    assert not templates.load(tmp_path).all
    file = tmp_path / templates.FILE
    file.write_text(ONE.format(zh="一{me}", en="one {me}", approved="{by: x, on: 2026-01-01}"), encoding="utf-8")
    assert templates.load(tmp_path, SHIPPED).all["hello"].filled("zh", {"me": "林"}) == "一林"
    file.write_text("templates: [", encoding="utf-8")
    assert templates.load(tmp_path, SHIPPED).problems
