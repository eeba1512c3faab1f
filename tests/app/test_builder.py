"""The builder as an editor uses it: begin, edit, check, save, meet somebody else's change; and the preview."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ROOT
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components import session
from components.builder import desk as desks
from components.builder.desk import Desk
from cx.access.rights import User
from cx.access.users import Account, Users
from cx.publish import drafts
from cx.survey.editing import change, document, library
from cx.survey.schema import Survey
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
T = Translator("zh")


@pytest.fixture
def begun(screen: Screen, bench: Workbench) -> Callable[..., AppTest]:
    """``begun("branch-service")``: the builder with a draft of that template open."""

    def open_one(template: str = "branch-service", role: str = "analyst") -> AppTest:
        text = next(each.text for each in library.templates() if each.id == template)
        drafts.save(bench.database, template, text, role, None)
        return screen("listen/builder", role, survey=template)

    return open_one


def saved(bench: Workbench, survey_id: str) -> dict[str, Any]:
    """What the database holds now."""
    with bench.database.cursor() as con:
        draft = drafts.find(con, survey_id)
    assert draft is not None
    return document.read(draft.text)


def on_desk(at: AppTest) -> Desk:
    """The open draft."""
    return at.session_state[desks.KEY]


def select(at: AppTest, key: str) -> AppTest:
    """What a click on a card does."""
    on_desk(at).selected = key
    return at.run()


def widget(found: Any, name: str) -> Any:
    """The widget of the selected card whose key ends like this."""
    return next(each for each in found if re.fullmatch(rf"b\d+_.+_{name}", each.key or ""))


def test_a_template_becomes_a_draft_of_its_own(screen: Screen, bench: Workbench) -> None:
    at = screen("listen/builder", "analyst")
    assert not at.exception
    at.button(key="builder_use_complaint-handled").click().run()
    assert not at.exception
    assert on_desk(at).survey_id == "complaint-handled" and saved(bench, "complaint-handled")["version"] == "1.0.0"
    at.button(key="builder_close").click().run()
    at.button(key="builder_use_complaint-handled").click().run()
    assert on_desk(at).survey_id == "complaint-handled-2" == saved(bench, "complaint-handled-2")["id"]


def test_from_scratch_one_title_is_enough(screen: Screen, bench: Workbench) -> None:
    at = screen("listen/builder", "analyst")
    at.segmented_control(key="builder_way").set_value("scratch").run()
    at.text_input(key="builder_title_zh").set_value("贵宾厅体验")
    at.text_input(key="builder_title_en").set_value("The Lounge 2026!")
    at.button(key="builder_create").click().run()
    assert not at.exception
    definition = saved(bench, "the-lounge")
    assert definition["title"] == {"zh": "贵宾厅体验", "en": "The Lounge 2026!"}
    assert [entry["type"] for entry in definition["questions"]] == ["nps"]
    assert on_desk(at).survey is not None, "what one begins with can be shown at once"


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [("VIP-lounge ", "vip-lounge"), ("贵宾", None), ("branch-visit", None), ("", "survey-20")],
)
def test_from_scratch_the_link_has_a_name_that_can_be_read(
    screen: Screen, bench: Workbench, wanted: str, kept: str | None
) -> None:
    at = screen("listen/builder", "analyst")
    at.segmented_control(key="builder_way").set_value("scratch").run()
    at.text_input(key="builder_title_zh").set_value("贵宾厅体验")
    at.text_input(key="builder_scratch_id").set_value(wanted)
    at.button(key="builder_create").click().run()
    assert not at.exception
    if kept is None:
        assert at.error and desks.KEY not in at.session_state
        assert at.text_input(key="builder_title_zh").value == "贵宾厅体验", "nothing has to be written again"
    else:
        assert on_desk(at).survey_id.startswith(kept)


def test_drafts_name_people_as_colleagues_know_them(begun, screen: Screen, bench: Workbench) -> None:
    at = select(begun(), "csat")
    Users(bench.place.users).add(Account("kate", "王敏", "analyst", "-", (), must_change=False, lang="zh"))
    other = change.set_question(on_desk(at).definition, "reason", label="?")
    drafts.save(bench.database, "branch-service", document.write(other), "kate", on_desk(at).revision)
    widget(at.text_area, "label_zh").set_value("我的").run()
    assert at.button(key="builder_theirs").label == "换成 王敏 的版本"
    at = screen("listen/builder", "analyst")
    cards = "".join(each.body for each in at.get("html"))
    assert "王敏，" in cards and "kate" not in cards


def test_a_survey_in_service_is_revised_under_its_own_name(screen: Screen, bench: Workbench) -> None:
    at = screen("listen/builder", "analyst")
    at.segmented_control(key="builder_way").set_value("copy").run()
    at.selectbox(key="builder_copy_from").set_value("branch-visit").run()
    at.button(key="builder_revise").click().run()
    assert not at.exception and on_desk(at).survey_id == "branch-visit"
    select(at, "csat")
    widget(at.text_area, "label_zh").set_value("您满意吗？").run()
    assert change.question(saved(bench, "branch-visit"), "csat")["label"]["zh"] == "您满意吗？"
    served = bench.shelf.get("branch-visit")
    assert served and served.question("csat").label["zh"] != "您满意吗？", "customers see the present version"
    widget(at.expander, "more_.*")
    assert on_desk(at).published >= {"csat", "nps"}


def test_looking_at_a_survey_in_service_makes_nobody_its_author(screen: Screen, bench: Workbench, sign_in) -> None:
    at = screen("listen/builder", "cx_manager", survey="branch-visit")
    assert not at.exception and on_desk(at).survey is not None and at.button(key="builder_submit").disabled
    with bench.database.cursor() as con:
        assert drafts.find(con, "branch-visit") is None
    page = preview(bench, sign_in, "cx_manager").get("/preview/branch-visit/0?lang=zh")
    assert page.status_code == 200 and "推荐申江银行" in page.text, "what is in service has a preview too"
    at.segmented_control(key="builder_side").set_value("yaml").run()
    yaml = next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_"))
    yaml.set_value("id: [").run()
    again = screen("listen/builder", "cx_manager", survey="branch-visit")
    assert on_desk(again).broken == "id: [", "what was written is kept, readable or not"


def test_an_address_of_no_survey_opens_nothing(screen: Screen, bench: Workbench) -> None:
    at = screen("listen/builder", "analyst", survey="no-such-survey")
    assert not at.exception and any("no-such-survey" in each.value for each in at.error)
    with bench.database.cursor() as con:
        assert drafts.find(con, "no-such-survey") is None


def test_texts_are_kept_side_by_side_and_missing_ones_counted(begun, bench: Workbench) -> None:
    at = select(begun(), "reason")
    widget(at.text_area, "label_en").set_value("").run()
    assert not at.exception
    assert widget(at.text_area, "label_en").label == "题目（英文） · 缺翻译", "read aloud without markup"
    assert change.question(saved(bench, "branch-service"), "reason")["label"] == {"zh": "哪一点最让您失望？"}
    assert T("builder.untranslated", n=1) in "".join(each.body for each in at.get("html"))
    widget(at.text_area, "label_en").set_value("What went wrong?").run()
    assert change.question(saved(bench, "branch-service"), "reason")["label"]["en"] == "What went wrong?"


def test_choices_are_pasted_from_a_spreadsheet(begun, bench: Workbench) -> None:
    at = select(begun(), "waited")
    area = widget(at.text_area, r"choices_zh_\d+")
    area.set_value("不到 5 分钟\n10 分钟左右\tAbout 10 minutes\n5 至 15 分钟\n").run()
    assert not at.exception
    choices = change.question(saved(bench, "branch-service"), "waited")["choices"]
    assert [choice["id"] for choice in choices] == ["lt5", "about_10_minutes", "m5_15"]
    assert choices[0]["label"]["en"] == "Less than 5 minutes", "a line that stayed keeps its translation"
    assert widget(at.text_area, r"choices_en_\d+").value.splitlines()[1] == "About 10 minutes"


def test_a_condition_is_picked_and_shown_in_words(begun, bench: Workbench) -> None:
    at = select(begun(), "solved")
    at.session_state["builder_open_logic"] = True
    at.run()
    widget(at.selectbox, "cond_0_1_name_").set_value("nps").run()
    assert change.question(saved(bench, "branch-service"), "solved")["show_if"] == "nps <= 6"
    widget(at.selectbox, "cond_0_1_sign_nps_<=").set_value(">=").run()
    widget(at.selectbox, "cond_0_1_value_nps_>=").set_value(9).run()
    assert not at.exception
    assert change.question(saved(bench, "branch-service"), "solved")["show_if"] == "nps >= 9"
    assert any("推荐意愿不低于 9" in each.label for each in at.expander)
    assert not at.code and not any("nps >= 9" in str(each.value) for each in at.text_area), "words, no formula"
    widget(at.toggle, "cond_own").set_value(True).run()
    widget(at.text_area, r"cond_source_\d").set_value("nps == 9").run()
    assert change.question(saved(bench, "branch-service"), "solved")["show_if"] == "nps == 9"
    widget(at.selectbox, "cond_0_1_value_nps_==").set_value(8).run()
    assert widget(at.text_area, r"cond_source_\d").value == "nps == 8", "rows and formula always say the same"


def test_a_condition_beyond_the_rows_is_left_alone(begun, bench: Workbench) -> None:
    at = begun()
    source = "nps <= 6 || (solved == true && size(reason) > 2)"
    definition = change.set_question(on_desk(at).definition, "open", show_if=source)
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    at.session_state["builder_open_logic"] = True
    del at.session_state[desks.KEY]
    at = select(at.run(), "open")
    assert not at.exception
    assert any(each.value == T("builder.beyond") for each in at.info)
    widget(at.text_area, "label_zh").set_value("还差什么？").run()
    assert change.question(saved(bench, "branch-service"), "open")["show_if"] == source


def test_a_condition_with_brackets_is_told_in_words(begun, bench: Workbench) -> None:
    at = begun()
    definition = change.set_question(on_desk(at).definition, "open", show_if="nps <= 6 || (solved == true && nps >= 9)")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = select(at.run(), "open")
    told = next(each.label for each in at.expander if each.label.startswith("逻辑与规则"))
    assert "推荐意愿不高于 6，或者（" in told and "，并且推荐意愿不低于 9）" in told and "&&" not in told


@pytest.mark.parametrize(("kind", "offered"), [("contact", False), ("computed", False), ("rating", True)])
def test_only_what_says_something_about_a_touchpoint_is_asked_for_one(begun, bench, kind: str, offered: bool) -> None:
    from components.builder import catalogue

    at = begun()
    entry = catalogue.fresh(kind, change.ids(on_desk(at).definition))
    definition, key = change.add(on_desk(at).definition, [entry], None)
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = select(at.run(), key)
    assert any(each.label.startswith("衡量什么") for each in at.expander) is offered


def test_undo_and_redo_over_the_whole_session(begun, bench: Workbench) -> None:
    at = begun()
    before = saved(bench, "branch-service")
    select(at, "csat")
    widget(at.text_area, "label_zh").set_value("一").run()
    widget(at.toggle, "required").set_value(False).run()
    after = saved(bench, "branch-service")
    assert "required" not in change.question(after, "csat")
    at.button(key="builder_undo").click().run()
    at.button(key="builder_undo").click().run()
    assert saved(bench, "branch-service") == before
    assert widget(at.text_area, "label_zh").value == change.question(before, "csat")["label"]["zh"]
    at.button(key="builder_redo").click().run()
    at.button(key="builder_redo").click().run()
    assert saved(bench, "branch-service") == after and at.button(key="builder_redo").disabled


def test_yaml_is_the_same_thing_and_an_error_keeps_the_cards(begun, bench: Workbench) -> None:
    at = begun()
    at.segmented_control(key="builder_side").set_value("yaml").run()
    text = on_desk(at).text
    area = next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_"))
    area.set_value(text.replace("id: lobby", "id: lobby_care")).run()
    assert not at.exception and "lobby_care" in change.ids(saved(bench, "branch-service"))
    area = next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_"))
    area.set_value("id: [unclosed\n" + text).run()
    assert not at.exception and at.error, "line and cure are told"
    assert "lobby_care" in change.ids(on_desk(at).definition), "the last good cards stay"
    area = next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_"))
    assert area.value.startswith("id: [unclosed"), "and so does what was typed"
    at.button(key="builder_yaml_back").click().run()
    assert on_desk(at).broken is None


def test_an_error_is_told_on_its_card_and_stops_the_submission(begun, bench: Workbench) -> None:
    at = select(begun(), "open")
    good = on_desk(at).drawn
    text = on_desk(at).text.replace("show_if: solved == false", "show_if: solvd == false")
    at.segmented_control(key="builder_side").set_value("yaml").run()
    next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_")).set_value(text).run()
    assert not at.exception
    assert [problem.code for problem in on_desk(at).about("open")] == ["survey_condition_name_hint"]
    assert at.button(key="builder_submit").disabled
    assert on_desk(at).drawn == good, "the preview shows the last sound one"


def test_hints_stand_by_the_question(begun) -> None:
    at = select(begun(), "csat")
    widget(at.text_area, "label_zh").set_value("您对服务态度和办理速度满意吗？").run()
    assert "joined" in {finding.code for finding in on_desk(at).hints("csat")}
    assert any("服务态度" not in html.body and "两件事" in html.body for html in at.get("html"))


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_editors_lose_nothing(begun, bench: Workbench, choice: str) -> None:
    at = select(begun(), "csat")
    other = change.set_question(on_desk(at).definition, "reason", label={"zh": "对方的", "en": "theirs"})
    drafts.save(bench.database, "branch-service", document.write(other), "kate", on_desk(at).revision)
    widget(at.text_area, "label_zh").set_value("我的").run()
    assert not at.exception and on_desk(at).conflict is not None
    at.button(key=f"builder_{choice}").click().run()
    assert not at.exception and on_desk(at).conflict is None
    assert change.question(saved(bench, "branch-service"), "reason")["label"]["zh"] == "对方的"
    if choice == "mine":
        assert on_desk(at).survey_id == "branch-service-2"
        assert change.question(saved(bench, "branch-service-2"), "csat")["label"]["zh"] == "我的"
    else:
        with bench.database.cursor() as con:
            kept = [each.text for each in drafts.history(con, "branch-service") if each.aside]
        assert any("我的" in text for text in kept), "one's own text stays in the history"


def test_submission_hands_the_draft_over(begun, bench: Workbench) -> None:
    at = begun()
    at.button(key="builder_submit").click().run()
    assert not at.exception
    with bench.database.cursor() as con:
        draft = drafts.find(con, "branch-service")
    assert draft and draft.state == "submitted"
    select(at, "csat")
    widget(at.text_area, "label_zh").set_value("改一改").run()
    assert on_desk(at).state == "draft", "a change is to be looked at anew"


def test_a_lost_right_saves_nothing(begun, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    at = select(begun(), "csat")
    before = saved(bench, "branch-service")
    viewer = User("analyst", "analyst", "viewer", None, "zh")
    monkeypatch.setattr(session, "user", lambda: viewer)
    widget(at.text_area, "label_zh").set_value("不该写下").run()
    assert saved(bench, "branch-service") == before


@pytest.mark.parametrize("kind", ["matrix", "slider", "ranking", "kano", "maxdiff", "contact", "photo", "computed"])
def test_every_type_that_can_be_added_is_sound_and_can_be_edited(begun, bench: Workbench, kind: str) -> None:
    from components.builder import catalogue

    at = begun()
    entry = catalogue.fresh(kind, change.ids(on_desk(at).definition))
    if kind == "computed":
        entry["value"] = "nps"
    definition, key = change.add(on_desk(at).definition, [entry], "reason")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = select(at.run(), key)
    assert not at.exception
    assert on_desk(at).survey is not None, [problem.tell(T) for problem in on_desk(at).problems]


def preview(bench: Workbench, sign_in: Callable[[str], str], role: str) -> TestClient:
    """A browser of that role."""
    from starlette.applications import Starlette

    from web.routes import ROUTES

    client = TestClient(Starlette(routes=list(ROUTES)), base_url="http://cx")
    client.cookies.set("cx_session", sign_in(role))
    return client


def draft_of(bench: Workbench, template: str) -> tuple[Survey, int]:
    text = next(each.text for each in library.templates() if each.id == template)
    draft = drafts.save(bench.database, template, text, "analyst", None)
    survey = draft.read()
    assert survey
    return survey, draft.revision


def test_the_preview_is_for_those_who_write_surveys(bench: Workbench, sign_in) -> None:
    _, revision = draft_of(bench, "branch-service")
    address = f"/preview/branch-service/{revision}"
    assert preview(bench, sign_in, "analyst").get(address).status_code == 200
    assert preview(bench, sign_in, "branch_manager").get(address).status_code == 404
    anonymous = preview(bench, sign_in, "analyst")
    anonymous.cookies.clear()
    assert anonymous.get(address).status_code == 404


def test_the_preview_shows_a_conditional_question_with_its_condition_met(bench: Workbench, sign_in) -> None:
    _, revision = draft_of(bench, "branch-service")
    client = preview(bench, sign_in, "analyst")
    plain = client.get(f"/preview/branch-service/{revision}?lang=zh").text
    shown = client.get(f"/preview/branch-service/{revision}?lang=zh&q=wait_care").text

    def hidden(html: str) -> bool:
        found = re.search(r'<(?:fieldset|div)[^>]*data-q="wait_care"([^>]*)>', html)
        assert found
        return "hidden" in found[1]

    assert hidden(plain) and not hidden(shown)


def test_the_preview_goes_page_by_page_and_stores_nothing(bench: Workbench, sign_in) -> None:
    survey, revision = draft_of(bench, "new-account")
    client = preview(bench, sign_in, "analyst")
    address = f"/preview/new-account/{revision}"
    html = client.get(f"{address}?lang=en").text
    sid = re.search(r'name="_sid" value="([^"]+)"', html)[1]
    form = {"_sid": sid, "_p": "1", "_go": "on", "_d": survey.digest}
    assert client.post(f"{address}?lang=en", data=form).status_code == 422, "what is required is asked for"
    second = client.post(f"{address}?lang=en", data={**form, "nps": "9", "ces": "6"})
    assert second.status_code == 200 and "Step by step" in second.text
    done = client.post(f"{address}?lang=en", data={**form, "_p": "2"})
    assert done.status_code == 200 and Translator("en")("survey_page.preview_done_title") in done.text
    with bench.database.cursor() as con:
        assert con.execute("SELECT count(*) FROM response").fetchall() == [(0,)]


def test_every_template_and_block_is_drawn(bench: Workbench, sign_in) -> None:
    client = preview(bench, sign_in, "analyst")
    for template in library.templates():
        survey, revision = draft_of(bench, template.id)
        for lang in ("zh", "en"):
            for page in range(len(survey.pages)):
                answer = client.get(f"/preview/{template.id}/{revision}?lang={lang}&p={page + 1}")
                assert answer.status_code == 200 and survey.title[lang] in answer.text, (template.id, lang, page)
    assert (ROOT / "survey_defs" / "library").is_dir()


def view(at: AppTest, section: str, **more: str) -> AppTest:
    """A section opened, and what is shown in it."""
    at.session_state[f"builder_open_{section}"] = True
    for key, value in more.items():
        at.session_state[f"builder_{key}"] = value
    return at.run()


def test_a_jump_and_a_rule_mean_something_at_once_and_can_be_taken_away(begun, bench: Workbench) -> None:
    at = view(select(begun(), "nps"), "logic", logic_view="jumps")
    widget(at.button, "skip_add").click().run()
    assert not at.exception
    assert change.question(saved(bench, "branch-service"), "nps")["skip"] == [{"if": "nps <= 6", "to": "end"}]
    widget(at.selectbox, "jump0_to").set_value("open").run()
    at = view(at, "logic", logic_view="rules")
    at = view(select(at, "open"), "logic")
    widget(at.button, "validate_add").click().run()
    rule = change.question(saved(bench, "branch-service"), "open")["validate"][0]
    assert rule["rule"] == "answered(open)" and set(rule["message"]) == {"zh", "en"}
    assert on_desk(at).survey is not None and on_desk(at).survey.question("nps").skip[0].to == "open"
    widget(at.button, "validate0_drop").click().run()
    assert "validate" not in change.question(saved(bench, "branch-service"), "open")


def test_a_row_that_says_nothing_yet_waits_for_its_value(begun, bench: Workbench) -> None:
    at = begun()
    definition, key = change.add(on_desk(at).definition, [{"id": "q9", "type": "number", "label": "N"}], "nps")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = view(select(at.run(), "open"), "logic", logic_view="must")
    widget(at.selectbox, "must_0_1_name_").set_value("q9").run()
    assert "required_if" not in change.question(saved(bench, "branch-service"), "open")
    widget(at.number_input, "must_0_1_value_q9_<=").set_value(3).run()
    assert not at.exception
    assert change.question(saved(bench, "branch-service"), "open")["required_if"] == "q9 <= 3"


def test_a_quota_and_a_sampling_rule_by_picking(begun, bench: Workbench) -> None:
    at = view(select(begun(), desks.SETTINGS), "audience")
    widget(at.button, "quotas_add").click().run()
    widget(at.number_input, "quota0_limit").set_value(30).run()
    assert saved(bench, "branch-service")["quotas"] == [{"id": "quota1", "when": "nps <= 6", "limit": 30}]
    widget(at.segmented_control, "audience_view").set_value("sampling").run()
    widget(at.number_input, "share").set_value(25.0).run()
    widget(at.number_input, "quarantine").set_value(90).run()
    widget(at.selectbox, "eligible_0_1_name_").set_value("segment").run()
    assert not at.exception
    rule = saved(bench, "branch-service")["sampling"]
    assert (rule["share"], rule["quarantine_days"]) == (0.25, 90) and rule["eligible"].startswith("segment == '")
    assert on_desk(at).survey is not None and on_desk(at).survey.sampling.share == 0.25


def test_points_between_the_ends_and_days_are_named_by_picking(begun, bench: Workbench) -> None:
    at = select(begun(), "csat")
    widget(at.pills, "points_named").set_value("3").run()
    widget(at.text_input, "labels_3_zh").set_value("一般").run()
    assert change.question(saved(bench, "branch-service"), "csat")["labels"]["3"] == {"zh": "一般"}
    assert on_desk(at).survey.question("csat").scale.labels[3] == {"zh": "一般"}
    definition, key = change.add(on_desk(at).definition, [{"id": "q9", "type": "date", "label": "D"}], "nps")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = select(at.run(), "q9")
    widget(at.selectbox, "max_way").set_value("today").run()
    assert not at.exception
    assert change.question(saved(bench, "branch-service"), "q9")["max"] == "today"


def test_yaml_that_cannot_be_read_is_there_after_a_reload(begun, bench: Workbench, screen: Screen) -> None:
    at = begun()
    at.segmented_control(key="builder_side").set_value("yaml").run()
    good = on_desk(at).text
    next(each for each in at.text_area if (each.key or "").startswith("builder_yaml_")).set_value("id: [" + good).run()
    at = screen("listen/builder", "analyst", survey="branch-service")
    assert not at.exception and on_desk(at).broken == "id: [" + good and on_desk(at).text == good
    at.segmented_control(key="builder_side").set_value("yaml").run()
    at.button(key="builder_yaml_back").click().run()
    at = screen("listen/builder", "analyst", survey="branch-service")
    assert on_desk(at).broken is None, "dropped is dropped"


def test_a_draft_gets_another_link_name_until_it_is_published(begun, bench: Workbench) -> None:
    at = view(select(begun(), desks.SETTINGS), "audience", audience_view="link")
    widget(at.text_input, "survey_id").set_value("branch-2026").run()
    assert not at.exception
    assert on_desk(at).survey_id == "branch-2026" == saved(bench, "branch-2026")["id"]
    with bench.database.cursor() as con:
        assert drafts.find(con, "branch-service") is None
    at = select(at, desks.SETTINGS)
    widget(at.text_input, "survey_id").set_value("branch-visit").run()
    assert on_desk(at).survey_id == "branch-2026" and at.error, "that one is in service"


def from_scratch(screen: Screen, **titles: str) -> AppTest:
    at = screen("listen/builder", "analyst")
    at.segmented_control(key="builder_way").set_value("scratch").run()
    for lang, title in titles.items():
        at.text_input(key=f"builder_title_{lang}").set_value(title)
    at.button(key="builder_create").click().run()
    assert not at.exception
    return at


@pytest.mark.parametrize("kind", ["nps", "csat", "rating", "matrix", "single", "text", "yes_no", "contact", "kano"])
def test_what_is_put_into_a_survey_of_one_language_lacks_no_translation(kind: str) -> None:
    from components.builder import catalogue, telling

    only, both = {"title": {"zh": "开户"}}, {"title": {"zh": "开户", "en": "Opening"}}
    entry = catalogue.spoken(catalogue.fresh(kind, (), catalogue.tongue(only, Translator("en"))), only)
    assert {lang for text in telling.labels(entry) for lang in text} == {"zh"}
    assert catalogue.spoken(catalogue.fresh(kind, ()), both) == catalogue.fresh(kind, ())
    assert catalogue.speaks({"id": "s"}) == ("zh", "en")


def test_a_survey_of_one_language_is_not_nagged_for_another(screen: Screen, bench: Workbench) -> None:
    at = from_scratch(screen, zh="贵宾厅体验")
    assert on_desk(at).survey.languages == ("zh",)
    facts = "".join(each.body for each in at.get("html"))
    assert "缺" not in facts and "贵宾厅体验" in facts
    at = select(at, "nps")
    assert widget(at.text_area, "label_en").label == "题目（英文）"
    widget(at.text_area, "label_en").set_value("How likely?").run()
    assert widget(at.text_input, "labels_low_en").label.endswith("缺翻译")
    assert set(on_desk(at).survey.languages) == {"zh", "en"}, "another language is begun by writing it"


def test_words_to_be_replaced_are_replaced_in_every_language(begun, bench: Workbench) -> None:
    from components.builder import catalogue

    at = begun()
    entry = catalogue.fresh("text", change.ids(on_desk(at).definition))
    definition, key = change.add(on_desk(at).definition, [entry], "reason")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = select(at.run(), key)
    widget(at.text_area, "label_zh").set_value("主要是什么原因？").run()
    assert not at.exception
    assert change.question(saved(bench, "branch-service"), key)["label"] == {"zh": "主要是什么原因？"}
    assert widget(at.text_area, "label_en").value == "", "English would have asked something else"
    widget(at.text_area, "label_en").set_value("Why?").run()
    widget(at.text_area, "label_zh").set_value("为什么？").run()
    assert change.question(saved(bench, "branch-service"), key)["label"] == {"zh": "为什么？", "en": "Why?"}


def test_a_quota_tells_what_it_has_and_a_new_one_begins_at_nothing(screen: Screen, bench: Workbench) -> None:
    with bench.database.writing() as con:
        for _ in range(3):
            con.execute("INSERT INTO quota_hit VALUES (uuid(), 'branch-visit', 'quota1')")
    at = view(select(screen("listen/builder", "analyst", survey="branch-visit"), desks.SETTINGS), "audience")
    widget(at.button, "quotas_add").click().run()
    assert [quota["id"] for quota in saved(bench, "branch-visit")["quotas"]] == ["quota2"], "three answers had quota1"
    assert any(each.value == "目前已收 0 份" for each in at.caption)
    quotas = [{"id": "quota1", "when": "nps <= 6", "limit": 3}]
    text = document.write(change.set_top(on_desk(at).definition, quotas=quotas))
    drafts.save(bench.database, "branch-visit", text, "analyst", on_desk(at).revision)
    at = view(select(screen("listen/builder", "analyst", survey="branch-visit"), desks.SETTINGS), "audience")
    assert any(each.value == "已收满（3 份）" for each in at.caption)
