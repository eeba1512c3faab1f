"""Bank and data: what the model holds, its problems, and the demo bank loaded and removed on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from cx import demo, workbench
from cx.words import Problem, Translator

T = Translator("zh")


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.warning, *at.error, *at.success, *at.caption))


def test_it_counts_the_model_and_says_it_is_sound(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    at = screen("admin/bank", "admin")
    assert not at.exception
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown[T("bank.count_branches")] == "40" and shown[T("bank.count_journeys")] == "3"
    assert T("bank.answer_sound") in said(at) and T("bank.demo_absent") in said(at)
    assert str(bench.place.data) in "".join(html.body for html in at.get("html"))


def test_problems_of_the_model_are_told(
    screen: Callable[..., AppTest], bench: workbench.Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Problem("model_duplicate", "branches.yaml:7", {"id": "b0101"}, line=7)
    monkeypatch.setattr(bench.models, "_made", replace(bench.model, flaws=(wrong,)))
    at = screen("admin/bank", "cx_manager")
    assert not at.exception
    shown = said(at).replace("\\", "")  # what stands in files is escaped
    assert wrong.tell(T) in shown and T("bank.answer_problems", n=1) in shown


def test_the_demo_bank_is_loaded_and_removed(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    at = screen("admin/bank", "cx_manager")
    at.button(key="bank_load").click().run(timeout=120)
    assert not at.exception
    with bench.database.cursor() as con:
        found = demo.summary(con)
    assert found and found.responses == 60_000
    assert "60,000" in said(at) and "用时" in said(at)
    assert at.button(key="bank_remove").disabled
    at.checkbox(key="bank_sure").check().run()
    at.button(key="bank_remove").click().run()
    assert not at.exception
    assert T("bank.removed", n="60,000") in said(at) and T("bank.demo_absent") in said(at)
    with bench.database.cursor() as con:
        assert not demo.loaded(con)
