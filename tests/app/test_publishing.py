"""The way of a survey on screen: by an author, by a colleague who approves, by those who may not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_bank import scores
from streamlit.testing.v1 import AppTest

from cx import workbench
from cx.access.users import Account, Users
from cx.measure import periods
from cx.publish import drafts, versions
from cx.store import audit
from tests import conftest

Screen = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
ID = "branch-visit"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Surveys of its own: publishing writes files."""
    folder = tmp_path / "surveys"
    shutil.copytree(ROOT / "survey_defs", folder)
    monkeypatch.setenv("CX_SURVEYS", str(folder))
    return folder


@pytest.fixture
def people(own_folder: Path, bench: workbench.Workbench) -> None:
    """A second manager beside the people of every role."""
    second = Account("second", "second", "cx_manager", conftest._QUICK_HASH, (), must_change=False, lang="zh")
    Users(bench.place.users).add(second)


def text(bench: workbench.Workbench) -> str:
    return bench.shelf.file(ID).read_text(encoding="utf-8")


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def shown(at: AppTest) -> str:
    return " ".join(
        element.proto.body if hasattr(element.proto, "body") else str(getattr(element, "value", ""))
        for element in at.main
        if element.type in ("html", "markdown", "error", "success", "caption", "info", "warning")
    )


def keys(at: AppTest) -> set[str]:
    return {button.key for button in at.button}


def frames(at: AppTest) -> list[str]:
    return [element.proto.src for element in at.main if element.type == "iframe"]


@pytest.fixture
def submitted(bench: workbench.Workbench, people: None) -> drafts.Draft:
    """One answer less to how long one waited, written and submitted by cx_manager."""
    fewer = text(bench).replace("      - {id: gt30, label: {zh: 超过 30 分钟, en: More than 30 minutes}}\n", "")
    fewer = fewer.replace("['m16_30', 'gt30']", "['m16_30']")
    draft = drafts.save(bench.database, ID, fewer, "cx_manager", None)
    author = next(account for account in Users(bench.place.users).all() if account.name == "cx_manager").user()
    return drafts.submit(bench.database, ID, draft.revision, author)


def test_the_list_says_how_every_survey_stands(screen: Screen, bench: workbench.Workbench) -> None:
    at = screen("listen/surveys", role="analyst")
    assert not at.exception
    assert {f"open_{survey.id}" for survey in bench.shelf.all()} <= keys(at)
    assert shown(at).count("使用中") >= len(bench.shelf.all())
    at = press(at, f"open_{ID}")
    assert "/s/branch-visit" in at.code[0].value and not keys(at) & {"do_approve", "do_publish", "do_retire"}
    at.query_params["tab"] = "preview"
    at.run()
    assert any("mode=preview" in source for source in frames(at))


@pytest.mark.parametrize("role", ["branch_manager", "branch_staff", "viewer"])
def test_others_see_nothing_of_it(screen: Screen, submitted: drafts.Draft, role: str) -> None:
    at = screen("listen/surveys", role=role, survey=ID)
    assert not at.exception
    assert not keys(at) & {"do_approve", "mine_branch-visit", "open_branch-visit"} and not frames(at)


def test_the_overview_tells_whom_a_survey_waits_for(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    scores(bench.database, 20, 5, 5)
    assert "待您审核" in shown(screen("understand/overview", "second"))
    assert "待您审核" not in shown(screen("understand/overview", "analyst"))


def test_what_lacks_a_translation_is_one_line_without_file_names(
    screen: Screen, own_folder: Path, bench: workbench.Workbench
) -> None:
    file = own_folder / f"{ID}.yaml"
    kept, label = file.read_text(encoding="utf-8"), "{zh: 开户或账户变更, en: Opening or changing an account}"
    assert label in kept
    file.write_text(kept.replace(label, "{zh: 开户或账户变更}"), encoding="utf-8")
    bench.shelf.refresh()
    said = shown(screen("listen/surveys", "cx_manager"))
    assert "没有英文" in said and "pages[" not in said and ".yaml" not in said


def test_an_author_may_not_approve_and_a_colleague_may(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    own = screen("listen/surveys", role="cx_manager", survey=ID)
    assert "do_approve" not in keys(own) and "需要由同事审核" in shown(own)
    at = screen("listen/surveys", role="second")
    assert "mine_branch-visit" in keys(at), "what waits for me comes first"
    at = press(at, "mine_branch-visit")
    at.query_params["tab"] = "difference"
    at.run()
    assert "由 4 个变为 3 个，去掉了“超过 30 分钟”。前后答案不可比。" in shown(at)
    at = press(press(at, "do_approve"), "sure_approve")
    assert drafts.find(bench.database.cursor(), ID).state == "approved"
    at = press(at, "do_publish")
    assert "2.0.0" in shown(at)
    assert list(at.segmented_control(key="publish_level").options) == ["大版本 · 2.0.0"]
    at = press(at, "sure_publish")
    assert bench.shelf.get(ID).version == "2.0.0" and "2.0.0 版已开始使用" in shown(at)
    who = [(entry.who, entry.action) for entry in audit.entries(bench.database.cursor(), text=ID, most=3)]
    assert who == [("second", "survey_published"), ("second", "survey_approved"), ("cx_manager", "survey_submitted")]


def test_publishing_with_a_first_and_a_last_day(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    at = screen("listen/surveys", role="second", survey=ID)
    at = press(press(press(at, "do_approve"), "sure_approve"), "do_publish")
    first = dt.date.today() + dt.timedelta(days=3)
    at.date_input(key="publish_opens").set_value(first).run()
    at.date_input(key="publish_closes").set_value(first - dt.timedelta(days=5)).run()
    assert not at.exception and "早于开始日期" in shown(at) and "sure_publish" not in keys(at)
    at.date_input(key="publish_closes").set_value(first + dt.timedelta(days=30)).run()
    at = press(at, "sure_publish")
    assert bench.shelf.get(ID).opens == first and "3 天后开放" in shown(at)


def test_sent_back_with_a_comment_on_a_question(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    at = press(screen("listen/surveys", role="second", survey=ID), "do_send_back")
    at = press(at, "sure_send_back")
    assert "没有写明需要修改什么" in shown(at) and drafts.find(bench.database.cursor(), ID).state == "submitted"
    at.multiselect(key="comment_on").set_value(["waited"]).run()
    at.text_area(key="comment_waited").set_value("<b>为什么</b>去掉最长的一档？")
    at = press(at, "sure_send_back")
    draft = drafts.find(bench.database.cursor(), ID)
    assert (draft.state, draft.comments[0].question) == ("returned", "waited")
    at = screen("listen/surveys", role="cx_manager")
    assert "已退回给您" in shown(at)
    at = press(at, "mine_branch-visit")
    assert "&lt;b&gt;为什么&lt;/b&gt;去掉最长的一档？" in shown(at) and "do_submit" in keys(at)


def test_an_analyst_may_submit_and_discard_but_not_approve(
    screen: Screen, people: None, bench: workbench.Workbench
) -> None:
    drafts.save(bench.database, ID, text(bench) + "# seen\n", "analyst", None)
    at = screen("listen/surveys", role="analyst", survey=ID)
    at = press(press(at, "do_submit"), "sure_submit")
    assert drafts.find(bench.database.cursor(), ID).state == "submitted"
    assert not keys(at) & {"do_approve", "do_send_back", "do_publish", "do_retire"}
    at = press(press(at, "do_discard"), "sure_discard")
    assert drafts.find(bench.database.cursor(), ID) is None


def test_a_text_put_aside_is_compared_and_taken_over(screen: Screen, people: None, bench: workbench.Workbench) -> None:
    drafts.save(bench.database, ID, text(bench) + "# one\n", "cx_manager", None)
    other = text(bench).replace("您今天主要办理什么业务？", "您今天来办什么？")
    with pytest.raises(Exception, match="draft_conflict"):
        drafts.save(bench.database, ID, other, "analyst", None)
    at = screen("listen/surveys", role="analyst", survey=ID, tab="history")
    assert not at.exception and "您今天来办什么？" in shown(at) and "另存为第 2 稿" in shown(at)
    at = press(at, "publish_take")
    assert drafts.find(bench.database.cursor(), ID).text == other


def test_retired_put_back_and_rolled_back(screen: Screen, people: None, bench: workbench.Workbench) -> None:
    at = press(press(screen("listen/surveys", role="cx_manager", survey=ID), "do_retire"), "sure_retire")
    assert not bench.shelf.get(ID).is_open(dt.date.today()) and "已停用" in shown(at)
    at = press(press(at, "do_restore"), "sure_restore")
    assert bench.shelf.get(ID).is_open(dt.date.today())
    file = bench.shelf.file(ID)
    file.write_text(
        file.read_text(encoding="utf-8").replace("您今天主要办理什么业务？", "您来做什么？"), encoding="utf-8"
    )
    bench.shelf.refresh()
    at = screen("listen/surveys", role="cx_manager", survey=ID, tab="versions")
    assert "文件在系统外改动" in shown(at)
    at = press(press(at, "back_1"), "sure_roll_back")
    found = versions.all(bench.database.cursor(), ID)
    assert [each.origin for each in found] == ["rolled_back", "outside", "restored", "retired", "found"]
    assert "您今天主要办理什么业务？" in text(bench)
    first = found[-1].version
    assert f"回退到 {first} 版的内容" in shown(at)
    at.query_params["tab"] = "history"
    assert f"cx_manager 回退到 {first} 版的内容，新版本号 {found[0].version}" in shown(at.run())
    entry = audit.entries(bench.database.cursor(), actions=("survey_rolled_back",))[0]
    assert entry.values["back_to"] == first


def test_who_approves_is_told_which_texts_lack_a_language(
    screen: Screen, people: None, bench: workbench.Workbench
) -> None:
    label = "{zh: 开户或账户变更, en: Opening or changing an account}"
    versions.look(bench.database, bench.shelf)
    draft = drafts.save(bench.database, ID, text(bench).replace(label, "{zh: 开户或账户变更}"), "cx_manager", None)
    author = screen("listen/surveys", role="cx_manager", survey=ID)
    told = "有 1 处没有英文：“您今天主要办理什么业务？”"
    assert told in shown(author).replace("\\", "")
    writer = next(account for account in Users(bench.place.users).all() if account.name == "cx_manager").user()
    drafts.submit(bench.database, ID, draft.revision, writer)
    at = press(screen("listen/surveys", role="second", survey=ID), "do_approve")
    assert shown(at).replace("\\", "").count(told) == 2, "on the card and where it is approved"
    assert press(at, "sure_approve").success


def test_a_draft_with_errors_is_told_and_cannot_be_submitted(
    screen: Screen, people: None, bench: workbench.Workbench
) -> None:
    drafts.save(bench.database, "new-one", "id: new-one\ntitle: [", "analyst", None)
    at = screen("listen/surveys", role="analyst", survey="new-one")
    assert not at.exception and "草稿有错误" in shown(at)
    at = press(press(at, "do_submit"), "sure_submit")
    assert at.error and drafts.find(bench.database.cursor(), "new-one").state == "draft"
    for tab in ("preview", "difference", "history", "versions"):
        at.query_params["tab"] = tab
        assert not at.run().exception


def test_the_audit_page_shows_filters_and_checks(screen: Screen, submitted: drafts.Draft) -> None:
    at = screen("admin/audit", role="admin")
    assert not at.exception and "日志完好" in shown(at)
    table = at.dataframe[0].value
    assert "问卷提交审核" in set(table["操作"])
    at.selectbox(key="audit_who").set_value("cx_manager").run()
    assert set(at.dataframe[0].value["操作人"]) == {"cx_manager"}
    at.multiselect(key="audit_action").set_value(["survey_submitted"]).run()
    assert set(at.dataframe[0].value["操作"]) == {"问卷提交审核"}
    assert not at.exception


def test_the_audit_page_calls_things_by_their_names(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    li = Account("li.na", "李娜", "cx_manager", conftest._QUICK_HASH, (), must_change=False, lang="zh")
    Users(bench.place.users).add(li)
    audit.record(bench.database, "li.na", "user_reset", "li.na")
    audit.record(bench.database, "gone", "survey_published", "no-longer-here", {"level": "major", "author": "li.na"})
    at = screen("admin/audit", role="admin")
    table = at.dataframe[0].value
    assert {"网点服务体验（branch-visit）", "李娜（li.na）", "no-longer-here"} <= set(table["对象"])
    assert {"李娜（li.na）", "gone"} <= set(table["操作人"])
    assert {"编写: 李娜（li.na）", "级别: 大版本"} in [set(detail.split(" · ")) for detail in table["详情"]]
    at.text_input(key="audit_text").set_value("服务体验").run()
    assert set(at.dataframe[0].value["对象"]) == {"网点服务体验（branch-visit）"}, (
        "found by the title, which no entry has"
    )
    assert not at.exception


@pytest.mark.parametrize("role", ["cx_manager", "analyst", "viewer"])
def test_the_audit_log_is_not_for_everybody(screen: Screen, submitted: drafts.Draft, role: str) -> None:
    at = screen("admin/audit", role=role)
    assert not at.exception and not at.dataframe


def test_a_log_that_was_altered_is_told_on_top(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    con = bench.database.cursor()
    con.execute("DROP TRIGGER audit_log_update ON audit_log")
    con.execute("UPDATE audit_log SET who = 'somebody' WHERE seq = 2")
    at = screen("admin/audit", role="admin")
    assert not at.exception and "日志被改动过" in shown(at) and "第 2 条" in shown(at)


def test_the_trend_breaks_at_a_major_version_and_says_why(
    screen: Screen, submitted: drafts.Draft, bench: workbench.Workbench
) -> None:
    at = press(press(screen("listen/surveys", role="second", survey=ID), "do_approve"), "sure_approve")
    press(press(at, "do_publish"), "sure_publish")
    month = dt.date.today().replace(day=1)
    for back, version in ((3, "1.0.0"), (2, "1.0.0"), (1, "2.0.0"), (0, "2.0.0")):
        day = periods.add_months(month, -back)
        scores(bench.database, 60, 20, 20, day=day, survey_version=version)
    at = screen("understand/nps", role="analyst", kind="transactional", period="all")
    assert not at.exception
    said = shown(at)
    assert "网点服务体验" in said and "由 1.0.0 版升至 2.0.0 版" in said
    assert "的选项由 4 个变为 3 个，去掉了“超过 30 分钟”" in said, "why the two sides do not compare"
    assert "由 1.0.0 版升至 2.0.0 版" in shown(screen("understand/nps", role="viewer", kind="transactional"))
