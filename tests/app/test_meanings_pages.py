"""A new unit, published under four eyes: every screen that compares the indicator says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from small_bank import indicator, ratings
from streamlit.testing.v1 import AppTest
from written import text

from cx.access.rights import User
from cx.bank import editing
from cx.measure.periods import add_months
from cx.publish import dictionary, drafts
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
WRITER, CHECKER = User("w", "W", "analyst", None, "zh"), User("c", "C", "cx_manager", None, "zh")
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def broken(bench: Workbench) -> Workbench:
    """Twenty months of queueing in minutes; from today on the dictionary counts seconds."""
    for ago in range(1, 21):
        day = add_months(TODAY.replace(day=1), -ago)
        indicator(bench.database, "queue_minutes", 12 + ago % 3, day, branch="b0101")
    desk = bench.dictionary
    dictionary.look(desk)
    entry = {**editing.entries(desk.text())["queue_minutes"], "unit": "s"}
    draft = dictionary.save(desk, editing.put(desk.text(), "queue_minutes", entry), WRITER, None)
    dictionary.submit(desk, draft.revision, WRITER)
    drafts.approve(bench.database, "indicators.yaml", draft.revision, CHECKER)
    assert dictionary.publish(desk, draft.revision, CHECKER).level == "major"
    return bench


def test_card_chart_of_limits_and_dictionary_tell_the_break(broken: Workbench, screen: Screen) -> None:
    day = Translator("zh").date(TODAY)
    told = f"“平均排队时长”的口径自{day}起改变（字典 2.0.0 版，改了单位）"
    at = screen("analyse/indicators", indicator="queue_minutes")
    assert told in text(at) and "cx-fresh" in text(at)
    shown = text(screen("act/signals", chart="indicator:queue_minutes:month:b0101"))
    assert f"自{day}起改变，之前开始的各期不可比" in shown and "只有 0 期" in shown
    assert told in text(screen("listen/dictionary", view="edit", indicator="queue_minutes"))


def test_stages_tell_the_break_of_a_figure_and_of_a_guardrail(broken: Workbench, screen: Screen) -> None:
    known = broken.model.schemes
    scheme, stage = next(
        (s.id, each.id) for s in known.schemes.values() for each in s.stages if "queue_minutes" in each.indicators
    )
    star = next(star for star in known.north_stars if "queue_minutes" in star.guardrails)
    shown = text(screen("analyse/stages", scheme=scheme, stage=stage, journey=star.journey))
    assert shown.count(f"“平均排队时长”的口径自{Translator('zh').date(TODAY)}起改变") == 2


def test_the_journey_calls_agreement_of_levels_no_confirmation_and_leads_to_the_cross_check(
    bench: Workbench, screen: Screen
) -> None:
    entry, day = bench.model.indicators["queue_minutes"], dt.date(2026, 8, 1)
    stages = bench.model.journeys[str(entry.journey)].stages
    other = next((s.id, p.id) for s in stages for p in s.touchpoints if p.id != entry.touchpoint)
    place = {"journey": entry.journey, "branch": "b0101", "day": day}
    ratings(bench.database, {1: 40, 2: 40}, stage=entry.stage, touchpoint=entry.touchpoint, **place)
    ratings(bench.database, {5: 90}, stage=other[0], touchpoint=other[1], **place)
    indicator(bench.database, "queue_minutes", 25, day, branch="b0101")
    at = screen("understand/journey", period="2026Q3", journey=str(entry.journey))
    assert "两边都差" in text(at) and "已确认" not in text(at)
    links = [(link.page, link.query_string) for link in at.get("page_link")]
    assert ("crosscheck", f"touchpoint={entry.touchpoint}") in links


def test_a_card_leads_to_its_definition_and_back_and_names_its_peers(bench: Workbench, screen: Screen) -> None:
    name = next(one.of for one in bench.model.benchmarks.values() if one.of in bench.model.indicators)
    indicator(bench.database, name, 50, dt.date(2026, 8, 1))
    at = screen("analyse/indicators", period="2026Q3", indicator=name)
    assert not at.exception
    assert "同业" in text(at)
    assert ("dictionary", f"view=edit&indicator={name}") in [(x.page, x.query_string) for x in at.get("page_link")]
    at = screen("listen/dictionary", view="edit", indicator=name)
    assert ("indicators", f"indicator={name}") in [(x.page, x.query_string) for x in at.get("page_link")]
