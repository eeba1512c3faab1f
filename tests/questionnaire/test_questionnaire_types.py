"""Every question type on the page, without script: drawn, answered, refused with all that was said, stored."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from cx import workbench
from cx.store.place import ROOT
from cx.survey import arrange, load, types
from questionnaire.respondents import SURVEYS, client, fill, rows
from web import survey_assets, survey_question, survey_view
from web.visit import Visit

URL = "/s/kinds"


RATED = {"rated.queue": "4", "rated.staff": "na"}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"call.phone": "12", "call.name": "Li"}, ["call.phone"]),
        ({"call.phone": "13800000000", "call.email": "li"}, ["call.email"]),
        ({"call.phone": "13800000000", "call.name": "x" * 101}, ["call.name"]),
        ({"call.name": "Li"}, ["call.phone", "call.email"]),
    ],
)
def test_only_the_contact_field_at_fault_is_marked(said: dict[str, str], wrong: list[str]) -> None:
    browser = client()
    page = fill(browser, browser.get(URL), URL, 422, **RATED, call="yes", **said).text
    marked = re.findall(r'<input[^>]* name="([^"]+)"[^>]* aria-invalid="true" aria-describedby="e-call"', page)
    assert marked == wrong
    assert page.count('aria-invalid="true"') == len(wrong)
    assert page.count('id="e-call"') == 1
    assert f'<a href="#i-{wrong[0]}">' in page
    label = page.index(f'for="i-{wrong[0]}"')
    assert label < page.index('id="e-call"') < page.index(f'id="i-{wrong[0]}"'), "the message stands at the field"


def best_and_worst(page: str) -> dict[str, str]:
    """In every set the first item best and the last worst."""
    said = {}
    for number in sorted(set(re.findall(r'name="items\.(\d+)\.best"', page))):
        ids = re.findall(rf'name="items\.{number}\.best" value="(\w)"', page)
        said |= {f"items.{number}.best": ids[0], f"items.{number}.worst": ids[-1]}
    return said


def test_every_type_is_answered_without_script() -> None:
    browser = client()
    page = browser.get(URL)
    items = best_and_worst(page.text)
    assert len(items) >= 8
    said = {
        **RATED, "used.app": "often", "ranked.staff": "1", "ranked.wait": "2", "minutes": "25", "why": "other",
        "why.other": "理财", "booking.with": "1", "booking.without": "5", **items,
        "call": "yes", "call.phone": "13800000000",
    }  # fmt: skip
    fill(browser, page, URL, 303, **said)
    found = {row[0]: row[1:] for row in rows("answer", "question_id, score, choice, number, text")}
    assert found["rated.queue"][0] == 4
    assert found["rated.staff"][1] == "na"
    assert found["used.app"][1] == "often"
    assert found["minutes"][2] == Decimal(25)
    assert (found["why"][1], found["why"][3]) == ("other", "理财")
    assert (found["booking.with"][0], found["booking.without"][0], found["booking"][1]) == (1, 5, "one_dimensional")
    assert {f"items.{choice}" for choice in "abcd"} <= set(found)
    assert found["call"][1] == "yes"
    assert rows("contact", "phone") == [("13800000000",)]
    assert "13800000000" not in str(rows("answer"))
    again = browser.get(URL).text
    assert "已经提交过" in again
    for name, value in said.items():
        chosen = rf'name="{name}" value="{value}"[^>]* checked'
        typed = rf'<input class="t[^>]* name="{name}"[^>]* value="{value}"'
        ranked = rf'<select[^>]* name="{name}"[^>]*>(?:(?!</select>).)*value="{value}" selected'
        assert re.search(f"{chosen}|{typed}|{ranked}", again), name


def test_what_is_wrong_comes_back_with_all_that_was_said() -> None:
    browser = client()
    page = browser.get(URL)
    set_of = re.findall(r'name="items\.1\.best" value="(\w)"', page.text)
    wrong = {
        "rated.queue": "4", "ranked.staff": "1", "ranked.wait": "1", "minutes": "61", "why": "other",
        "why.other": '"><script>x', "booking.with": "2", "items.1.best": set_of[0], "items.1.worst": set_of[0],
        "call": "yes", "call.name": "王女士",
    }  # fmt: skip
    again = fill(browser, page, URL, 422, **wrong).text
    assert set(re.findall(r'id="e-(\w+)"', again)) == {"rated", "ranked", "minutes", "booking", "items", "call"}
    assert re.search(r'name="rated.queue" value="4"[^>]* checked', again)
    assert re.search(r'name="ranked.staff".*?<option value="1" selected', again)
    assert re.search(r'name="minutes"[^>]* value="61"', again)
    assert "&#34;&gt;&lt;script&gt;x" in again
    assert "<script>x" not in again
    assert 'value="王女士"' in again
    assert rows("response") == []


def test_an_optional_question_may_stay_unanswered_and_half_a_best_worst_pair_may_not() -> None:
    browser = client()
    page = browser.get(URL)
    fill(browser, page, URL, 303, **RATED)
    fresh = browser.get(URL + "?new=1")
    again = fill(browser, fresh, URL, 422, **RATED, **{"items.1.best": best_and_worst(fresh.text)["items.1.best"]})
    assert re.findall(r'id="e-(\w+)"', again.text) == ["items"]


def test_every_group_of_choices_has_a_name_and_every_control_a_label() -> None:
    page = client().get(URL).text
    for id in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert f'id="{id}"' in page
    for control, attributes in re.findall(r"<(input|select|textarea)([^>]*)>", page):
        kind = re.search(r'type="(\w+)"', attributes)
        if kind and kind[1] in ("hidden", "radio", "checkbox"):
            continue
        own = re.search(r' id="([^"]+)"', attributes)
        assert (own and f'for="{own[1]}"' in page) or "aria-label=" in attributes, (control, attributes)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_type_has_a_control_and_every_file_of_style_or_script_a_user(bench: workbench.Workbench) -> None:
    drawn = set()
    for text in SURVEYS.values():
        survey = load.read(text, "").survey
        assert survey is not None
        for number, content in enumerate(survey.pages):
            html = survey_view.page(survey, Visit(survey.id, "zh"), bench.model, survey_view.Sheet(number), "s", 0)
            for question in content.questions:
                drawn.add(question.type)
                assert (f'data-q="{question.id}"'.encode() in html) == (question.type != "computed"), question.id
    macros = set(re.findall(r"macro (\w+)", (ROOT / "web/templates/survey/types.html").read_text(encoding="utf-8")))
    assert {entry.name for entry in types.TYPES.values() if entry.asked} <= macros
    assert {"matrix", "ranking", "slider", "kano", "maxdiff", "contact", "photo"} <= drawn


def test_a_plain_page_carries_nothing_of_types_that_it_does_not_ask() -> None:
    plain, kinds = client().get("/s/visit"), client().get(URL)
    for mark in (".rk", ".sl ", ".mx", ".kn", ".md"):
        assert (mark in kinds.text) and (mark not in plain.text), mark
    assert len(plain.content) < 12_000
    for page in (plain, kinds):
        policy = page.headers["content-security-policy"]
        inline = re.findall(r"<(style|script)>(.*?)</\1>", page.text, re.DOTALL)
        assert inline
        for _, text in inline:
            assert survey_assets.source(text) in policy


def test_a_page_is_drawn_the_same_however_often_its_pieces_were_used(bench: workbench.Workbench) -> None:
    survey = load.read(SURVEYS["kinds"], "").survey
    assert survey is not None
    visit, said = Visit("kinds", "en"), {"rated.queue": ["2"], "why": ["other"], "why.other": ["x"]}
    survey_question.forget()
    sheets = [survey_view.Sheet(0, said), survey_view.Sheet(0), survey_view.Sheet(0, said)]
    first, bare, second = (survey_view.page(survey, visit, bench.model, sheet, "s", 0) for sheet in sheets)
    assert first == second
    assert b"checked" in first
    assert b"checked" not in bare.split(b"<form")[1].split(b"</form")[0]


def test_a_random_order_is_each_respondents_own_and_stays(bench: workbench.Workbench) -> None:
    order = r'name="shuffled" value="(\w)"'
    seen = set()
    for name in range(12):
        browser = client()
        page = browser.get("/s/shared")
        to = fill(browser, page, "/s/shared", 303, name=f"n{name}", age="40").headers["location"]
        drawn = re.findall(order, browser.get(to).text)
        assert re.findall(order, browser.get(to).text) == drawn
        assert sorted(drawn) == list("abcde")
        seen.add("".join(drawn))
    assert len(seen) > 3
    survey = bench.shelf.get("shared")
    assert survey is not None
    assert arrange.is_random(survey)
    assert not arrange.is_random(bench.shelf.get("visit"))  # type: ignore[arg-type]


def test_an_answer_comes_back_in_texts_as_plain_text() -> None:
    browser = client()
    page = browser.get("/s/shared")
    to = fill(browser, page, "/s/shared", 303, name="<b>{{age}}", age="40").headers["location"]
    second = browser.get(to)
    assert "&lt;b&gt;{{age}}，选哪个？" in second.text
    thanks = browser.get(fill(browser, second, to, 303, shuffled="a").headers["location"])
    assert "谢谢&lt;b&gt;{{age}}！" in thanks.text
    assert "谢谢您！" in client().get(str(thanks.url).removeprefix("http://testserver")).text


def test_a_skip_ends_the_survey_and_a_computed_value_is_stored() -> None:
    browser = client()
    there = fill(browser, browser.get("/s/shared"), "/s/shared", 303, age="95").headers["location"]
    assert "/thanks" in there
    browser = client()
    to = fill(browser, browser.get("/s/shared"), "/s/shared", 303, age="40").headers["location"]
    fill(browser, browser.get(to), to, 303)
    found = dict(rows("answer", "question_id, number"))
    assert found["twice"] == Decimal(80)
