"""The builder as an editor uses it: begin, edit, check, save, meet somebody else's change; and the preview."""

from __future__ import annotations

import pytest
from builder_desk import Screen, T, on_desk, preview, saved, select, view, widget
from builder_desk import begun as begun
from streamlit.testing.v1 import AppTest

from components import session
from components.builder import desk as desks
from cx.access.rights import User
from cx.access.users import Account, Users
from cx.publish import drafts
from cx.survey.editing import change, document
from cx.words import Translator
from cx.workbench import Workbench


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
    assert not at.exception and any("no-such-survey" in each.value.replace("\\", "") for each in at.error)
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


def test_a_file_that_asks_for_nps_is_taken_once_its_kind_is_chosen(screen: Screen, bench: Workbench) -> None:
    file = """{"title": "Theirs", "elements": [{"type": "rating", "name": "nps", "title": "Would you recommend us?",
    "rateMin": 0, "rateMax": 10}]}"""
    at = screen("listen/builder", "analyst")
    at.session_state["builder_way"] = "file"
    at.run()
    at.file_uploader(key="builder_file").set_value(("theirs.json", file.encode(), "application/json")).run()
    assert not at.exception
    assert at.button(key="builder_take_file").disabled and any("NPS" in each.value for each in at.warning)
    at.session_state["builder_file_nps"] = "transactional"
    at.run()
    at.button(key="builder_take_file").click().run()
    assert not at.exception
    assert saved(bench, "theirs")["nps_kind"] == "transactional"
