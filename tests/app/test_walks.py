"""Walk-throughs and the voice of staff as their readers see them, and photos for those who may see the walk."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PASSWORD
from handing_in import hand_over
from PIL import Image
from small_bank import ratings, scores
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from written import text

from cx.collect import photos
from cx.store import facts
from cx.store.facts import Received
from cx.store.record import Record
from cx.survey import flow
from cx.workbench import Workbench
from web.routes import OPEN, ROUTES
from web.security import Security

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date.today()
Screen = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def surveys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Surveys of its own: the walk-through of the library and the staff survey in service."""
    folder = tmp_path / "surveys"
    shutil.copytree(ROOT / "survey_defs" / "library", folder / "library")
    shutil.copy(ROOT / "survey_defs" / "staff-pulse.yaml", folder)
    monkeypatch.setenv("CX_SURVEYS", str(folder))
    return folder


def in_service(bench: Workbench, surveys: Path) -> None:
    shutil.copy(surveys / "library" / "branch-walk.yaml", surveys)
    bench.shelf.refresh()


def hand_in(bench: Workbench, id: str, answers: dict[str, object], **dims: str) -> str:
    """One response, as the questionnaire keeps it."""
    survey = bench.shelf.get(id)
    assert survey is not None
    moment, sid = dt.datetime.combine(TODAY, dt.time(3)), str(uuid.uuid4())
    received = Received(sid, moment, TODAY, dims, mode="staff", seconds=200)
    final = flow.complete(survey, answers)
    made = facts.rows(survey, final, received, bench.model)
    hand_over(bench.journal, Record("response", sid, id, moment, {"form": flow.to_form(survey, final)}, made))
    bench.journal.flush()
    return sid


def picture(bench: Workbench, colour: str) -> str:
    file = io.BytesIO()
    Image.effect_noise((900, 600), 60).convert("RGB").save(file, "PNG") if colour == "noise" else Image.new(
        "RGB", (900, 600), colour
    ).save(file, "PNG")
    return photos.keep(bench.place, file.getvalue())


@pytest.fixture
def walks(bench: Workbench, surveys: Path) -> dict[str, tuple[str, str]]:
    """Response and photo: of a walk in the branch of the branch roles (``own``) and in another (``other``)."""
    in_service(bench, surveys)
    own, other = list(bench.model.branches)[:2]
    found = {}
    for name, branch, ticket in (("own", own, 1), ("other", other, 3)):
        photo = picture(bench, "noise" if name == "own" else "red")
        rows = {"sign": 5, "ramp": 4, "clean": 5, "guide": 5, "ticket": ticket}
        answers = {
            "outside": rows, "photo": (photo,), "waiting": 7, "privacy": True, "help_tools": name == "own",
            "notes": f"<b>dust</b> {name}",
        }  # fmt: skip
        found[name] = (hand_in(bench, "branch-walk", answers, branch=branch, channel="branch"), photo)
    return found


def shown_photos(at: AppTest) -> set[str]:
    return set(re.findall(r"/photos/([0-9a-f]{24})\?response=", text(at)))


def test_an_empty_page_leads_to_the_template_and_then_to_a_walk(
    bench: Workbench, screen: Screen, surveys: Path
) -> None:
    at = screen("analyse/walks")
    assert '<div class="cx-empty"' in text(at) and "网点走查清单" in text(at)
    assert [link.page for link in at.get("page_link")] == ["builder"]
    assert "请联系客户体验团队" in text(screen("analyse/walks", "branch_manager"))
    in_service(bench, surveys)
    at = screen("analyse/walks")
    assert "清单已经启用" in text(at)
    assert [(link.page, link.query_string) for link in at.get("page_link")] == [("quick_survey", "survey=branch-walk")]


def test_the_page_tells_score_items_branches_and_walks(
    bench: Workbench, screen: Screen, walks: dict[str, tuple[str, str]]
) -> None:
    at = screen("analyse/walks")
    shown = text(at)
    # of seven items: own 3 + .75 (ramp) + 0 (ticket) + 2 (yes twice), other 3 + .75 + .5 + 1
    assert "2 家网点的 2 次走查，平均得到满分的 **79%**" in shown
    assert "最薄弱的是“取号机”，得分 25%" in shown and "95% 区间" not in shown
    assert "82%" in shown and "75%" in shown and "无障碍通道" in shown
    assert shown_photos(at) == {walks["own"][1], walks["other"][1]}
    assert "<b>dust</b>" not in shown


def test_one_walk_in_full(screen: Screen, walks: dict[str, tuple[str, str]]) -> None:
    at = screen("analyse/walks", walk=walks["other"][0])
    shown = text(at)
    assert (
        "门头标识" in shown
        and "5 / 5 · 很好" in shown
        and "3 / 5" in shown
        and "与员工" not in shown.split("取号机")[1]
    )
    assert "&lt;b&gt;dust&lt;/b&gt; other" in shown and "<b>dust" not in shown
    assert "1 张照片" in shown and shown_photos(at) == {walks["other"][1]}
    order = [shown.index(word) for word in ("门头标识", "取号机", "柜台旁有", "还看到了什么")]
    assert order == sorted(order) and shown.count("未填") == 3
    at.button(key="walk_close").click().run()
    assert "walk" not in at.query_params and "历次走查" in text(at)


def test_a_branch_manager_sees_the_walks_of_the_own_branch(screen: Screen, walks: dict[str, tuple[str, str]]) -> None:
    at = screen("analyse/walks", "branch_manager")
    assert "1 次走查，得到满分的 **82%**" in text(at) and shown_photos(at) == {walks["own"][1]}
    options = at.selectbox(key="filter_walk").options
    assert len(options) == 2
    at = screen("analyse/walks", "branch_manager", walk=walks["other"][0])
    assert "不在您的可见范围内" in text(at) and "dust" not in text(at) and not shown_photos(at)
    assert "dust" in text(screen("analyse/walks", "branch_manager", walk=walks["own"][0]))


def test_who_may_not_read_comments_sees_scores_only(screen: Screen, walks: dict[str, tuple[str, str]]) -> None:
    for query in ({}, {"walk": walks["own"][0]}):
        at = screen("analyse/walks", "viewer", **query)
        assert "82%" in text(at) and "dust" not in text(at) and not shown_photos(at)
    shown = text(screen("analyse/walks", "branch_staff"))
    assert "没有查看这个页面的权限" in shown and "走查，" not in shown and not re.search(r"\*\*\d+%", shown)


def test_photos_go_to_those_who_may_see_the_walk(bench: Workbench, walks: dict[str, tuple[str, str]]) -> None:
    app = Starlette(routes=ROUTES, middleware=[Middleware(Security, open_to_all=OPEN, who=bench.accounts.who)])
    (own, mine), (other, theirs) = walks["own"], walks["other"]
    lone = picture(bench, "blue")  # kept, and in no walk
    with TestClient(app, follow_redirects=False) as client:

        def status(name: str, response: str, **more: str) -> int:
            return client.get(f"/photos/{name}", params={"response": response, **more}).status_code

        assert status(mine, own) == 404
        expected = {
            "admin": (200, 200), "cx_manager": (200, 200), "analyst": (200, 200), "branch_manager": (200, 404),
            "branch_staff": (404, 404), "viewer": (404, 404),
        }  # fmt: skip
        for role, seen in expected.items():
            token = bench.accounts.sign_in(role, PASSWORD, "test", "zh").token
            client.cookies.set("cx_session", token)
            assert (status(mine, own), status(theirs, other)) == seen, role
            assert (status(mine, own, size="small"), status(theirs, other, size="small")) == seen, role
            assert status(mine, other) == status(theirs, own) == status(lone, own) == status(mine, "") == 404, role
            assert status("..%2Fusers.yaml", own) == status("x" * 24, own) == status(mine, "' OR 1=1 --") == 404, role
        client.cookies.set("cx_session", bench.accounts.sign_in("admin", PASSWORD, "test", "zh").token)
        large, small = (client.get(f"/photos/{mine}", params={"response": own, "size": s}) for s in ("", "small"))
        assert large.headers["content-type"] == "image/jpeg" and "no-store" in large.headers["cache-control"]
        assert max(Image.open(io.BytesIO(small.content)).size) == photos.SMALL_SIDE
        assert max(Image.open(io.BytesIO(large.content)).size) == 900
        assert client.get(f"/photos/{mine}").status_code == 404 and client.get("/photos").status_code == 404


def test_what_staff_and_walks_say_is_on_no_page_of_customers(bench: Workbench, screen: Screen, surveys: Path) -> None:
    branch, journey = next(iter(bench.model.branches)), next(iter(bench.model.journeys.values()))
    place = {"journey": journey.id, "stage": journey.stages[0].id, "touchpoint": journey.stages[0].touchpoints[0].id}
    scores(bench.database, 50, 30, 20, branch=branch, day=TODAY)
    ratings(bench.database, {4: 40, 5: 20}, branch=branch, day=TODAY, **place)
    pages = ("understand/overview", "understand/nps", "understand/journey")

    def seen(name: str) -> str:
        return re.sub(r'name="form" value="[0-9a-f]+"', "", text(screen(name, period="all")))

    before = [seen(name) for name in pages]
    assert all("cx-empty" not in page.replace(".cx-empty", "") for page in before)
    in_service(bench, surveys)
    for _ in range(12):
        hand_in(bench, "staff-pulse", {"csat": 1, "tools": 1, "workload": 1, "empowered": True}, branch=branch)
        hand_in(bench, "branch-walk", {"outside": dict.fromkeys(("sign", "clean", "ticket"), 1)}, branch=branch)
    for name, page in zip(pages, before, strict=True):
        assert seen(name) == page, name


def test_the_voice_of_staff_needs_five(bench: Workbench, screen: Screen) -> None:
    assert "还没有员工的回答" in text(screen("analyse/walks", view="staff"))
    branch = next(iter(bench.model.branches))
    for place in range(5):
        if place == 4:
            shown = text(screen("analyse/walks", view="staff"))
            assert "没有可以显示的结果" in shown and "少于 5 份，不显示" in shown and "4.0" not in shown
        answers = {"csat": 4, "tools": 3 + place % 2, "workload": 5, "empowered": place != 0, "customers_say": "secret"}
        hand_in(bench, "staff-pulse", answers, branch=branch, channel="web")
    shown = text(screen("analyse/walks", "viewer", view="staff"))
    assert "“总体而言，您对目前的工作满意程度如何？”平均 **4.0" in shown and "5 人回答" in shown
    assert "80%" in shown and "secret" not in shown
    shown = text(screen("analyse/walks", "branch_manager", view="staff"))
    assert "员工的声音只按全行展示" in shown and "4.0" not in shown and "80%" not in shown
