"""The screen of experiments: the demo's two judged as they truly are; one written, run and stopped; who may what."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from test_quick_wins_page import button, words

from cx.access.rights import User
from cx.act.experiments import assigning, judging, keeping
from cx.act.experiments.definition import Arm, Definition
from cx.demo import trials
from cx.demo.truth import truth
from cx.measure.scope import WHOLE_BANK
from cx.measure.sequential import Look
from cx.publish import drafts, publishing
from cx.publish.publishing import Press

PAGE = "act/experiments"
TODAY = dt.date.today()


def test_the_demo_experiments_are_judged_as_they_truly_are(bench, screen):
    trials.record(bench.database, bench.model)
    for name, known in truth().experiments.items():
        works = known["success"][1] > known["success"][0]
        with bench.database.cursor() as con:
            one = keeping.get(con, trials.id_of(name), WHOLE_BANK)
        assert one is not None and one.found is not None and not one.found.broken
        assert (one.found.pairs[0].verdict == "better") == works
        low, high = one.found.pairs[0].looks[-1].low, one.found.pairs[0].looks[-1].high
        assert low < known["success"][1] - known["success"][0] < high
        at = screen(PAGE, role="cx_manager", experiment=one.id)
        assert not at.exception
        said = words(at)
        assert ("更好：" in said) == works and ("没有证明有差别：" in said) != works
        assert "停止规则（开始前已定）" in said and known["lesson"]["zh"] in said and button(at, "experiment_next")
    assert "已有结果 2 个：其中 1 个证明新方案更好，0 个证明更差" in words(screen(PAGE, role="analyst"))


def test_a_manager_writes_starts_and_stops_one(bench, screen):
    at = screen(PAGE, role="cx_manager", new="1")
    at.selectbox(key="ex_new_kind").select("branch").run()
    button(at, "experiment_save").click().run()
    assert not at.exception and "这里不能空着" in words(at)
    at.text_input(key="ex_new_title").input("门口引导").run()
    at.text_area(key="ex_new_hypothesis").input("排队满意度上升").run()
    at.text_input(key="ex_new_arm_A").input("大堂中间").run()
    at.text_input(key="ex_new_arm_B").input("站到门口").run()
    button(at, "experiment_save").click().run()
    assert not at.exception and "已保存" in words(at)
    button(at, "experiment_start").click().run()
    assert not at.exception and "实验已开始" in words(at) and not at.error
    with bench.database.cursor() as con:
        [one] = keeping.all(con, WHOLE_BANK)
    assert one.state == "running" and len(one.definition.branches) == len(bench.model.branches)
    button(at, "experiment_stop").click().run()
    at.text_area(key="experiment_lesson").input("网点太少，看不出来").run()
    button(at, "experiment_conclude").click().run()
    assert not at.exception and "网点太少，看不出来" in words(at)


@pytest.fixture
def own_surveys(tmp_path, monkeypatch):
    """A folder of surveys that a test may publish into."""
    (tmp_path / "surveys").mkdir()
    shutil.copy(Path(__file__).parents[2] / "survey_defs" / "branch-visit.yaml", tmp_path / "surveys")
    monkeypatch.setenv("CX_SURVEYS", str(tmp_path / "surveys"))


def test_a_version_written_in_the_form_waits_for_a_colleague_and_the_better_one_is_adopted(own_surveys, bench, screen):
    at = screen(PAGE, role="cx_manager", new="1", survey="branch-visit")
    at.selectbox(key="ex_new_count").select(3).run()
    assert "每次只许 2.5% 的误判，合起来不超过 5%" in words(at) and at.selectbox(key="ex_new_survey_C_branch-visit")
    at.selectbox(key="ex_new_count").select(2).run()
    at.text_area(key="ex_new_variant_zh_branch-visit_intro_None").input("只要一分钟").run()
    button(at, "experiment_variant").click().run()
    assert not at.exception and not at.error and "branch-visit-v2 已送审" in words(at).replace("\\", "")
    assert at.selectbox(key="ex_new_survey_B_branch-visit").value == "branch-visit-v2"
    for key, said in (("title", "引言"), ("arm_A", "现在的")):
        at.text_input(key=f"ex_new_{key}").input(said).run()
    at.text_area(key="ex_new_hypothesis").input("更愿意答").run()
    assert not [box for box in at.checkbox if box.key == "ex_new_devices"]  # not by the completion rate
    at.selectbox(key="ex_new_metric_survey_branch-visit").select("csat").run()
    at.checkbox(key="ex_new_devices").check().run()
    button(at, "experiment_save").click().run()
    [late] = [box.value.replace("\\", "") for box in at.warning]
    assert not at.exception and late == "branch-visit-v2 还不能用：等另一位同事批准。"
    assert "自助屏和员工平板也参加" in words(at)
    assert button(at, "experiment_start").disabled
    with bench.database.cursor() as con:
        [one] = keeping.all(con, WHOLE_BANK)
        draft = drafts.find(con, "branch-visit-v2")
    assert one.definition.devices and one.definition.arms[1].name == "新引言" and draft is not None
    colleague = User("wang", "王", "cx_manager", None, "zh")
    drafts.approve(bench.database, draft.survey_id, draft.revision, colleague)
    press = Press(bench.database, bench.place.surveys, bench.shelf)
    publishing.publish(press, draft.survey_id, draft.revision, colleague)
    listed = screen("listen/quick_survey", role="cx_manager").selectbox(key="filter_survey").options
    assert sorted(name.partition(" · ")[2] for name in listed) == ["branch-visit", "branch-visit-v2"], "told apart"
    at = screen(PAGE, role="cx_manager", experiment=one.id)
    button(at, "experiment_start").click().run()
    assert not at.exception and not at.error and "实验已开始" in words(at) and "现在什么都不用做" in words(at)
    look = Look(TODAY, 0.1, 0.02, 1.0, 0.05)
    sides = tuple(judging.Side(value, value - 0.03, value + 0.03, 700) for value in (0.7, 0.8))
    won = judging.Found(TODAY, sides, (judging.Pair(1, "better", (look,)),), apart=((sides[0], sides[1]),) * 2)
    with bench.database.writing() as con:
        keeping._record(con, one.id, "concluded", one.definition, "lin", None, found=won, lesson="一分钟管用")
    at = screen(PAGE, role="cx_manager", experiment=one.id)
    said = words(at)
    assert "把它的文字送审，成为正式问卷" in said and "总结：一分钟管用" in said and "自助屏和员工平板" in said
    button(at, "experiment_adopt_1").click().run()
    assert not at.exception and not at.error and "B 的文字已送审" in words(at)
    with bench.database.cursor() as con:
        adopted = drafts.find(con, "branch-visit")
    assert adopted is not None and adopted.state == "submitted" and "只要一分钟" in adopted.text


def test_a_branch_sees_its_own_arm_and_no_figure(bench, screen):
    definition = Definition(
        title="门口引导", hypothesis="满意度上升", unit="branch", arms=(Arm("大堂中间"), Arm("站到门口")),
        metric="csat", survey="branch-visit", least=0.05, start=TODAY + dt.timedelta(days=1),
        end=TODAY + dt.timedelta(days=40), baseline=0.8, branches=tuple(bench.model.branches),
    )  # fmt: skip
    by = {"rights": WHOLE_BANK, "model": bench.model, "find": bench.shelf.get}
    key = keeping.draft(bench.database, "lin", definition, **by)
    keeping.start(bench.database, key, "lin", TODAY, **by)
    trials.record(bench.database, bench.model)
    arms = assigning.branches(key, definition)
    at = screen(PAGE, role="branch_manager", experiment=key)
    assert not at.exception
    said = words(at)
    assert "(b0101)" in said
    assert "(b0201)" not in said
    assert "大堂中间" in said or "站到门口" in said
    assert f"{'AB'[arms['b0101']]}（" in said and not [one for one in at.button if one.key == "experiment_stop"]
    done = words(screen(PAGE, role="branch_manager", experiment=trials.id_of("papers")))
    assert "新方案更好" in done and "70.8%" not in done and "1,037" not in done
    assert not [one for one in screen(PAGE, role="viewer").button if one.key == "experiment_new"]
    assert "70.8%" in words(screen(PAGE, role="viewer", experiment=trials.id_of("papers")))
    assert "哪种做法更好" not in words(screen(PAGE, role="branch_staff"))


def test_a_list_becomes_arms_and_a_file_of_results_a_verdict(bench, screen):
    definition = Definition(
        title="短信提醒", hypothesis="一次办成的多", unit="respondent", arms=(Arm("不发"), Arm("发")),
        metric="outcome_share", least=0.1, start=TODAY - dt.timedelta(days=9),
        end=TODAY + dt.timedelta(days=20), baseline=0.5,
    )  # fmt: skip
    by = {"rights": WHOLE_BANK, "model": bench.model, "find": bench.shelf.get}
    key = keeping.draft(bench.database, "lin", definition, **by)
    keeping.start(bench.database, key, "lin", TODAY - dt.timedelta(days=10), **by)
    keys = [f"C{at:04d}" for at in range(600)]
    arms = assigning.customers(key, definition, keys)
    at = screen(PAGE, role="cx_manager", experiment=key)
    assert "还太少" in words(at)
    listed = ("名单.csv", ("客户号\n" + "\n".join(keys)).encode(), "text/csv")
    at.file_uploader(key="assign_file").set_value(listed).run()
    assert not at.exception and not at.error
    assert f"A（不发） {arms.count(0)}、B（发） {arms.count(1)}" in words(at)
    day = [(TODAY - dt.timedelta(days=1 + place % 9)).isoformat() for place in range(600)]
    done = ["1" if place % 10 < (4, 8)[arm] else "0" for place, arm in enumerate(arms)]
    lines = "\n".join(map(",".join, zip(keys, day, done, strict=True)))
    given = ("结果.csv", f"客户号,日期,办成\n{lines}\n".encode(), "text/csv")
    at.file_uploader(key="outcomes_file").set_value(given).run()
    button(at, "outcomes_keep").click().run()
    assert not at.exception and not at.error, [found.value for found in at.error]
    said = words(at)
    assert "已载入 600 行" in said and "B（发）更好" in said and "现在就停止，写下学到了什么" in said
