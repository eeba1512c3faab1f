"""Complaints that customers say there are none of are no risk; those that are, stay."""

from __future__ import annotations

import pytest

from cx import voices
from cx.voices.loading import SHIPPED, Watched

LEXICON = Watched(SHIPPED).now()


@pytest.mark.parametrize("text", [
    "没什么可抱怨的", "没什么可投诉的，都挺好", "服务很好，没有投诉", "从来没有要投诉的地方，满意", "没啥好投诉的",
    "No complaints at all", "Nothing to complain about.", "Can't complain, quick and friendly",
    "never had any complaints", "I have no reason to complain",
])  # fmt: skip
def test_nothing_to_complain_about_is_no_complaint(text: str) -> None:
    assert "complaint" not in voices.read([text], LEXICON)[0].risks


@pytest.mark.parametrize("text", [
    "我要投诉", "再不解决我就投诉", "没有人处理我的投诉", "没有投诉渠道，电话也打不通", "不给说法就投诉到底",
    "I will file a complaint", "no reply to my complaint", "Not happy. I want to complain",
    "Nothing happened after my complaint", "no complaint was ever answered",
])  # fmt: skip
def test_complaints_stay(text: str) -> None:
    assert "complaint" in voices.read([text], LEXICON)[0].risks


def test_denied_fraud_is_looked_at_all_the_same() -> None:
    assert "fraud" in voices.read(["没有被骗，但是差点被盗刷"], LEXICON)[0].risks
