"""What matters most, as its readers see it, on the demo bank, whose truth is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import session
from cx import demo
from cx.demo.truth import truth
from cx.insight import drivers
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import drivers as reader
from cx.survey.load import read_file
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
PAGE = "understand/drivers"
SURVEY = "relational-nps"
T = Translator("zh")
TRUE = truth().surveys[SURVEY].drivers
MATTER = {point for point, shared in TRUE.items() if shared > TRUE["default"]}


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    survey = read_file(ROOT / "survey_defs" / f"{SURVEY}.yaml").survey
    assert survey
    demo.load(bench.database, bench.model, (survey,))
    return bench


def text(at: AppTest) -> str:
    assert not at.exception, at.exception
    kinds = ("html", "markdown", "caption", "title", "header", "error", "info")
    return "\n".join(str(getattr(e, "body", None) or e.value) for kind in kinds for e in at.get(kind))


def test_nothing_to_explain_says_what_to_do(screen: Screen) -> None:
    shown = text(screen(PAGE, "analyst"))
    assert '<div class="cx-empty"' in shown and T("drivers.empty") in shown


def test_the_screen_finds_what_truly_matters(bank: Workbench, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    with bank.database.cursor() as con:
        asked = reader.questions(con, Scope(WHOLE_BANK))
        outcome = drivers.outcomes(asked)[0]
        scope = Scope(WHOLE_BANK).narrowed(survey_id=SURVEY)
        found = drivers.study(con, scope, outcome, drivers.candidates(asked, outcome))
    assert {one.touchpoint for one in found.few} == MATTER and len(MATTER) >= 4
    assert len(found.drivers) >= 20 and all(one.sure > 0.5 for one in found.few)
    at = screen(PAGE, "analyst", period="all")
    shown = text(at)
    answer = next(line for line in shown.splitlines() if line.startswith("**28 项评价里"))
    names = {bank.model.label("touchpoint", point, T) for point in MATTER}
    assert all(name in answer for name in names) and "最影响推荐意愿的是 4 项" in answer
    assert "先改进" in shown and bank.model.label("touchpoint", "fees-transparency", T) in shown
    (chart,) = at.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    words = json.dumps(spec, ensure_ascii=False)
    assert all(T(f"drivers.quadrant_{where}") in words for where in ("keep", "fix", "low", "overkill"))
    assert "不是因果" in shown and "预计变化" in shown
    _what_if(at)
    _left_out(at, bank)
    _stopped(screen, monkeypatch)


def _what_if(at: AppTest) -> None:
    """The address says what rises and by how much; the expected change follows it."""

    def most_likely() -> float:
        line = next(str(e.value) for e in at.markdown if "最可能" in str(e.value))
        return float(line.split("最可能 ")[1].split(" 分")[0].replace("−", "-"))

    before = most_likely()
    at.selectbox(key="filter_by").set_value("1").run()
    assert at.query_params["by"] == "1" and most_likely() == pytest.approx(before / 0.3, abs=0.25)


def _left_out(at: AppTest, bank: Workbench) -> None:
    """A rating left out is in the address and no longer in the answer."""
    at.multiselect(key="drivers_without").set_value(["fees"]).run()
    shown = text(at)
    assert at.query_params["without"] == "fees" and "**27 项评价里" in shown
    assert T("drivers.left_chosen", name=bank.model.label("touchpoint", "fees-transparency", T)) in shown


def _stopped(screen: Screen, patch: pytest.MonkeyPatch) -> None:
    """The stop button is pressed while draws are made: the batch that was told last is what is shown."""
    put = session.put

    def press(key: str, value: object) -> None:
        put(key, value)
        if key == "drivers_kept" and value[1].draws >= 120:  # type: ignore[index]
            put("drivers_stopped", value[0])  # type: ignore[index]
            st.stop()

    with patch.context() as pressed:
        pressed.setattr(session, "put", press)
        at = screen(PAGE, "analyst", period="all", draws="1000")
    shown = text(at.run())
    told = T("drivers.stopped", done="120", wanted="1,000")
    assert told in shown and "**28 项评价里" in shown
    assert told not in text(at.button(key="drivers_go_on").click().run())


def _fill(bench: Workbench, people: int) -> None:
    """So many responses of the first branch, in which queueing and signing in are always rated alike."""
    branch = next(iter(bench.model.branches))
    columns = "response_id, source, survey_id, survey_version, nps_kind, mode, branch, day, flagged"
    fixed = "response_id, 'collect', 'yearly', '1.0.0', 'relational', 'link', ?, DATE '2026-09-01', FALSE"
    with bench.database.writing() as con:
        con.execute(f"CREATE TEMP TABLE people AS SELECT uuid() AS response_id, i FROM range({people}) r(i)")
        con.execute(
            f"INSERT INTO response ({columns}, submitted_at) SELECT {fixed}, TIMESTAMP '2026-09-01' FROM people",
            [branch],
        )
        con.execute(
            f"INSERT INTO answer ({columns}, question_id, type, touchpoint, score, points, satisfaction) "
            f"SELECT {fixed}, q, t, q, 1 + (i + k) % 5, 5, 100 * (1 + (i + k) % 5) FROM people, "
            "(VALUES ('nps', 'nps', 1), ('queue', 'rating', 2), ('login', 'rating', 2)) v(q, t, k)",
            [branch],
        )
        con.execute("DROP TABLE people")


def test_refusals_are_told_in_words_with_a_way_out(bench: Workbench, screen: Screen) -> None:
    _fill(bench, 60)
    at = screen(PAGE, "branch_manager")
    assert "回复太少：有 60 份，2 项评价至少需要 100 份" in text(at) and not at.get("vega_lite_chart")
    assert T("drivers.all_time") in [link.proto.label for link in at.get("page_link")]
    _fill(bench, 100)
    shown = text(screen(PAGE, "branch_manager")).replace("\\", "")  # escaped for Markdown
    both = (bench.model.label("touchpoint", point, T) for point in ("queue", "login"))
    assert "几乎总是同高同低（相关 1.00）" in shown
    assert all(f"“{name}”" in shown for name in both) and T("drivers.without") in [
        box.label for box in screen(PAGE, "branch_manager").multiselect
    ]
