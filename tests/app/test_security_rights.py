"""Routes beside the screens: what a role may not do there it may do on no way in, and no longer once it was taken."""

from __future__ import annotations

import pytest
from conftest import PASSWORD
from starlette.testclient import TestClient
from test_access_routes import HERE, form_of
from test_collecting import phone, send, stored, surveys

from cx import workbench
from cx.access.rights import BRANCH_ROLES, ROLES, User

__all__ = ["surveys"]  # the fixture
ADMIN = User("admin", "Admin", "admin", None, "zh")


def inside(role: str) -> TestClient:
    browser = phone()
    data = {"form": form_of(browser), "name": role, "password": PASSWORD}
    assert browser.post("/login", data=data, headers=HERE).status_code == 303
    return browser


@pytest.mark.parametrize("role", ROLES)
def test_drafts_show_to_those_who_write_and_approve(bench: workbench.Workbench, role: str) -> None:
    browser = inside(role)
    expected = 200 if {"surveys_edit", "surveys_approve"} & ROLES[role] else 404
    shown = browser.get("/preview/visit/0")
    assert shown.status_code == expected and (expected == 200 or "推荐" not in shown.text)
    handed = browser.post("/preview/visit/0", data={"_p": "1", "nps": "9"}, headers=HERE)
    assert handed.status_code == expected
    asked = browser.post("/preview/visit/0/visible", data={"_p": "1"}, headers=HERE)
    assert asked.status_code == expected and (expected == 200 or asked.json() == {"visible": None})
    assert stored("nps") == []


@pytest.mark.parametrize("role", ROLES)
def test_only_staff_of_a_branch_enter_answers_as_its_staff(bench: workbench.Workbench, role: str) -> None:
    own, other = tuple(bench.model.branches)[:2]
    for branch in (own, other):
        url = f"/s/visit?lang=zh&mode=staff&branch={branch}"
        browser = inside(role)
        assert send(browser, url, browser.get(url).text, nps="9").status_code == 303
    may = "quick_survey" in ROLES[role]
    elsewhere = may and role not in BRANCH_ROLES
    assert dict(stored("branch, mode")) == {own: "staff" if may else "link", other: "staff" if elsewhere else "link"}


def test_a_right_that_was_taken_is_gone_at_the_next_request(bench: workbench.Workbench) -> None:
    analyst, staff = inside("analyst"), inside("branch_staff")
    own, other = tuple(bench.model.branches)[:2]
    url = f"/s/visit?lang=zh&mode=staff&branch={own}"
    page = staff.get(url).text
    assert analyst.get("/preview/visit/0").status_code == 200
    bench.accounts.change(ADMIN, "analyst", "analyst", "viewer")
    bench.accounts.change(ADMIN, "branch_staff", "branch_staff", "branch_staff", (other,))
    assert analyst.get("/preview/visit/0").status_code == 404
    assert send(staff, url, page, nps="9").status_code == 303
    assert stored("mode") == [("link",)], "the customer's answer counts, but not as that branch's staff entered it"
