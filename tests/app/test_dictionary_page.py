"""The dictionary's screen: an analyst changes a target, a manager approves and publishes it; others stay out."""

from __future__ import annotations

import time

from conftest import PATIENCE
from test_quick_wins_page import words

PAGE = "listen/dictionary"


def labelled(at, label):
    return next(found for found in at.button if found.label == label)


def test_from_a_changed_target_to_service_in_two_pairs_of_hands(bench, screen):
    at = screen(PAGE, role="analyst", view="edit", indicator="queue_minutes")
    assert not at.exception and "没有草稿" in words(at)
    next(each for each in at.number_input if each.label == "目标").set_value(8.0)
    labelled(at, "保存到草稿").click().run()
    assert "“平均排队时长”的目标由“10”改为“8”" in words(at) and "1.1.0" in words(at)
    labelled(at, "提交审核").click().run()
    assert not [each for each in at.button if each.label in ("批准", "发布")]

    at = screen(PAGE, role="cx_manager")
    assert "等待他人审核" in words(at)
    labelled(at, "批准").click().run()
    labelled(at, "发布").click().run()
    assert "已发布" in "".join(each.value for each in at.success) and "没有草稿" in words(at)
    deadline = time.monotonic() + PATIENCE
    while bench.model.indicators["queue_minutes"].target != 8:  # files are looked at once a second
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_new_meaning_is_called_so_and_its_versions_can_be_looked_at(bench, screen):
    at = screen(PAGE, role="analyst", view="edit", indicator="queue_minutes")
    next(each for each in at.text_input if each.label == "单位").set_value("s")
    labelled(at, "保存到草稿").click().run()
    assert "之前的不可比" in "".join(each.value for each in at.warning) and "2.0.0" in words(at)
    at = screen(PAGE, role="cx_manager", view="past")
    assert "1.0.0 · 首次读到" in words(at)


def test_broken_yaml_is_kept_told_and_cannot_be_submitted(bench, screen):
    at = screen(PAGE, role="analyst", view="yaml")
    at.text_area[0].set_value(at.text_area[0].value.replace("target: 10", "target: ten", 1))
    labelled(at, "保存到草稿").click().run()
    assert "indicators.yaml:" in "".join(each.value for each in at.error).replace("\\", "")
    assert not [each for each in at.button if each.label == "提交审核"]
    assert "target: ten" in screen(PAGE, role="analyst", view="yaml").text_area[0].value


def test_who_may_not_write_it_does_not_see_the_page(bench, screen):
    for role in ("viewer", "branch_manager", "branch_staff"):
        at = screen(PAGE, role=role)
        assert not at.button and not at.dataframe
