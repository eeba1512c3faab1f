"""Logic by picking in the builder: conditions, jumps, rules, choices that show, quotas."""

from __future__ import annotations

from builder_desk import Screen, T, on_desk, saved, select, view, widget
from builder_desk import begun as begun

from components.builder import desk as desks
from cx.publish import drafts
from cx.survey.editing import change, document
from cx.workbench import Workbench


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


def test_choices_that_show_only_where_they_were_chosen_before(begun, bench: Workbench) -> None:
    at = begun()
    several = {"type": "multiple", "label": {"zh": "用过哪些？", "en": "Which?"}}
    choices = [{"id": id, "label": {"zh": text, "en": id}} for id, text in (("app", "手机"), ("atm", "柜员机"))]
    best = [{"id": f"c{n}", "label": choice["label"]} for n, choice in enumerate(choices)]
    best += [{"id": "none", "label": {"zh": "都不是", "en": "None"}}]
    asked = [
        {"id": "used", **several, "choices": choices},
        {"id": "best", **several, "type": "single", "choices": best},
    ]
    definition, _ = change.add(on_desk(at).definition, asked, "nps")
    drafts.save(bench.database, "branch-service", document.write(definition), "analyst", on_desk(at).revision)
    del at.session_state[desks.KEY]
    at = view(select(at.run(), "best"), "logic", logic_view="parts")
    widget(at.selectbox, "parts_of").set_value("used").run()
    assert not at.exception
    entry = change.question(saved(bench, "branch-service"), "best")
    assert [choice.get("show_if") for choice in entry["choices"]] == ["'app' in used", "'atm' in used", None]
    assert widget(at.selectbox, "parts_of").value == "used"
    at = view(select(at, "best"), "logic", logic_view="parts")
    widget(at.selectbox, "parts_at").set_value(2).run()
    widget(at.selectbox, "part2_0_.*_?name_").set_value("nps").run()
    assert not at.exception
    entry = change.question(saved(bench, "branch-service"), "best")
    assert entry["choices"][2]["show_if"] == "nps <= 6" and on_desk(at).survey is not None
    assert change.retype(entry, "maxdiff", {})["choices"][2] == {"id": "none", "label": {"zh": "都不是", "en": "None"}}
    at = view(select(at, "best"), "logic", logic_view="parts")
    widget(at.selectbox, "parts_of").set_value("").run()
    entry = change.question(saved(bench, "branch-service"), "best")
    assert not any("show_if" in choice for choice in entry["choices"])
