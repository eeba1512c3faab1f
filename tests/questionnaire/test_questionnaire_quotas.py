"""Quotas on the page: a polite end, nothing kept, and the last place given once."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cx import workbench
from cx.store import quotas as stored
from cx.store.journal import Journal, NotSaved
from cx.store.partials import partials
from cx.store.record import Record
from cx.survey.schema import Quota
from questionnaire.respondents import client, fill, rows
from web import kiosk, quotas, receipt


def test_a_full_quota_ends_politely_and_keeps_nothing(bench: workbench.Workbench) -> None:
    def answers(age: str) -> tuple[object, object]:
        browser = client()
        return browser, fill(browser, browser.get("/s/shared"), "/s/shared", None, name="Li", age=age)

    browser, first = answers("20")
    to = first.headers["location"]  # type: ignore[attr-defined]
    waiting, held = answers("22")  # not full yet
    fill(browser, browser.get(to), to, 303, shuffled="a")  # type: ignore[attr-defined]
    turned_away, over = answers("25")
    assert over.status_code == 200  # type: ignore[attr-defined]
    assert "年轻客户够了" in over.text  # type: ignore[attr-defined]
    assert "没有保存" in over.text  # type: ignore[attr-defined]
    to2 = held.headers["location"]  # type: ignore[attr-defined]
    late = fill(waiting, waiting.get(to2), to2, 200, shuffled="b")  # type: ignore[attr-defined]
    assert "年轻客户够了" in late.text
    assert "年轻客户够了" in waiting.get(to2).text  # type: ignore[attr-defined]
    _, other = answers("40")
    assert other.status_code == 303  # type: ignore[attr-defined]
    corrected = browser.get(to)  # type: ignore[attr-defined]
    fill(browser, corrected, to, 303, shuffled="c")  # whoever counts already may correct
    assert rows("response", "count(*)") == [(1,)]
    assert rows("quota_hit", "survey_id, quota_id") == [("shared", "young")]
    bench.journal.flush()
    drafts = rows("draft", "payload")
    assert not any('"25"' in payload or '"22"' in payload for (payload,) in drafts)
    with bench.database.cursor() as con:
        assert partials(con, "shared", dt.datetime(2020, 1, 1)) == 1  # the one of forty
    quotas.recount(bench, bench.shelf.get("shared"))  # type: ignore[arg-type]
    assert "年轻客户够了" in answers("28")[1].text  # type: ignore[attr-defined]


def test_a_response_that_was_not_saved_takes_no_place_in_a_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: Journal, __: Record) -> None:
        raise NotSaved("no space left on device")

    browser = client()
    to = fill(browser, browser.get("/s/shared"), "/s/shared", 303, name="Li", age="20").headers["location"]
    page = browser.get(to)
    with monkeypatch.context() as full:
        full.setattr(Journal, "submit", fails)
        fill(browser, page, to, 503, shuffled="a")
    fill(browser, page, to, 303, shuffled="a")


def test_two_who_finish_at_once_do_not_share_the_last_place(bench: workbench.Workbench) -> None:
    survey = bench.shelf.get("shared")
    assert survey is not None
    answers = {"age": Decimal(20)}

    async def finish() -> bool:
        if await quotas.full(bench, survey, answers):
            return False
        with quotas.taking(bench, survey, ("young",)):
            await asyncio.sleep(0)
        return True

    async def both() -> list[bool]:
        await quotas.full(bench, survey, answers)
        return await asyncio.gather(*(finish() for _ in range(5)))

    assert asyncio.run(both()).count(True) == 1


def test_a_condition_changed_in_service_counts_those_that_are_in(bench: workbench.Workbench) -> None:
    file = bench.place.surveys / "shared.yaml"
    text = file.read_text(encoding="utf-8")

    def asks(condition: str) -> None:
        file.write_text(text.replace("when: age < 30", f"when: {condition}"), encoding="utf-8")
        bench.shelf.refresh()

    def turned_away(age: str) -> bool:
        browser = client()
        answer = fill(browser, browser.get("/s/shared"), "/s/shared", name="Li", age=age)
        if answer.status_code == 303:
            to = answer.headers["location"]
            fill(browser, browser.get(to), to, 303, shuffled="a")
        return "年轻客户够了" in answer.text

    try:
        assert not turned_away("20") and turned_away("25")
        asks("age > 50")
        assert not turned_away("25"), "no longer counted"
        assert not turned_away("60") and turned_away("70")
        asks("age > 59")
        assert turned_away("65"), "the one of 60 is in already"
        assert not turned_away("55")
    finally:
        asks("age < 30")
    assert turned_away("28"), "as before: those of 20 and 25 are in"


def test_a_page_of_before_the_change_counts_by_the_condition_in_service(bench: workbench.Workbench) -> None:
    file = bench.place.surveys / "shared.yaml"
    text = file.read_text(encoding="utf-8")
    browser = client()
    to = fill(browser, browser.get("/s/shared"), "/s/shared", 303, name="Li", age="60").headers["location"]
    old = browser.get(to)
    try:
        file.write_text(text.replace("when: age < 30", "when: age > 50"), encoding="utf-8")
        bench.shelf.refresh()
        fill(browser, old, to, 303, shuffled="a")
        assert rows("quota_hit", "quota_id") == [("young",)]
        late = client()
        assert "年轻客户够了" in fill(late, late.get("/s/shared"), "/s/shared", 200, name="Wu", age="70").text
    finally:
        file.write_text(text, encoding="utf-8")
        bench.shelf.refresh()


def test_a_quota_that_comes_back_counts_those_of_the_meantime(bench: workbench.Workbench) -> None:
    survey = bench.shelf.get("shared")
    assert survey is not None
    young, other = survey.quotas[0], replace(survey.quotas[0], id="other")

    def counted(*quota: Quota) -> dict[str, int]:
        stored.settle(bench.database, replace(survey, quotas=quota))
        with bench.database.cursor() as con:
            return stored.counts(con, survey.id)

    browser = client()
    to = fill(browser, browser.get("/s/shared"), "/s/shared", 303, name="Li", age="20").headers["location"]
    fill(browser, browser.get(to), to, 303, shuffled="a")
    assert rows("quota_hit", "quota_id") == [("young",)]
    assert counted(young, other) == {"young": 1, "other": 1}, "one that is new counts those that are in"
    assert counted(other)["other"] == 1
    with bench.database.writing() as con:
        con.execute("DELETE FROM quota_hit WHERE quota_id = 'young'")  # as if it had come in between
    assert counted(young, other) == {"young": 1, "other": 1}


def test_what_is_read_while_a_response_is_on_its_way_is_neither_too_few_nor_below_nothing(
    bench: workbench.Workbench,
) -> None:
    survey = bench.shelf.get("shared")
    assert survey is not None
    young = {"age": Decimal(20)}

    async def fails_after_a_recount() -> None:
        with quotas.taking(bench, survey, ("young",)):
            quotas.recount(bench, survey)
            assert await quotas.full(bench, survey, young), "the one on its way counts"
            raise NotSaved("no space left on device")

    async def both() -> None:
        with pytest.raises(NotSaved):
            await fails_after_a_recount()
        assert not await quotas.full(bench, survey, young)
        with quotas.taking(bench, survey, ("young",)):  # not one below nothing: the first place is the last
            assert await quotas.full(bench, survey, young)

    asyncio.run(both())


def test_a_kiosk_may_hand_in_before_anybody_asked_for_a_quota(bench: workbench.Workbench) -> None:
    file = bench.place.surveys / "stand.yaml"
    file.write_text(
        "{id: stand, version: 1.0.0, title: T, quotas: [{id: good, when: liked, limit: 1}],"
        " questions: [{id: liked, type: yes_no, label: L}]}",
        encoding="utf-8",
    )
    bench.shelf.refresh()
    try:
        sid = receipt.fresh()
        stand = TestClient(Starlette(routes=kiosk.routes))
        said = stand.post("/s/stand/kept?mode=kiosk", data={"_sid": sid, "liked": "yes", "_ago": "60"})
        assert (said.status_code, said.json()["state"]) == (200, "stored")
        browser = client()
        over = fill(browser, browser.get("/s/stand"), "/s/stand", 200, liked="yes")
        assert "was not kept" in over.text
    finally:
        file.unlink()
        bench.shelf.refresh()
