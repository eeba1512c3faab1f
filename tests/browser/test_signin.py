"""Signing in with a real browser: the way in, deep links, who sees what, and nothing before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from conftest import PASSWORD
from playwright.sync_api import expect

from components.navigation import HOME, PAGES, SECTIONS
from cx.access.rights import BRANCH_ROLES, ROLES
from cx.words import Translator

from .conftest import SIZES, Server, Visitor, start_server, stop_server

NEW = "一句好记的话最安全了吧"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that nobody has ever visited, at its first start."""
    running = start_server(tmp_path_factory.mktemp("fresh") / "data", people=False)
    yield running
    stop_server(running)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sign_in_page(visit: Callable[..., Visitor], lang: str, size: str) -> None:
    visitor = visit(lang, size)
    page = visitor.open("/nps?kind=relational")
    expect(page.locator("h1")).to_have_text(Translator(lang)("access.sign_in"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(box["height"] >= 44 for box in (each.bounding_box() for each in page.locator("button").all()) if box)
    visitor.shot(f"signin-{lang}-{size}")
    assert not visitor.errors


def test_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.open("/login?next=/password", "#name")
    page = visitor.page
    page.fill("#name", "viewer")
    page.fill("#password", "wrong password")
    page.click("button.main")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_fresh_server_shows_nothing_before_sign_in(visit: Callable[..., Visitor], fresh: Server) -> None:
    """Deep links, and the websocket itself, on a server where no session ever ran (the known way round)."""
    assert not (fresh.data / "started").exists()
    visitor = visit(at=fresh)
    t = Translator("zh")
    paths = [path for entry in PAGES for path in (f"/{entry.stem}", f"/~/+/{entry.stem}")]
    for path in paths:
        answer = visitor.context.request.get(fresh.address + path, headers={"Accept": "text/html"})
        assert "/login?next=" in answer.url
        assert 'id="password"' in answer.text() and "<script" not in answer.text(), path
    for path in paths[:2]:
        page = visitor.open(path)
        assert "/login?next=" in page.url
        expect(page.locator("h1")).to_have_text(t("access.sign_in"))
        assert page.get_by_test_id("stApp").count() == 0, "not even Streamlit's empty page"
    refused = visitor.page.evaluate(
        """() => new Promise(done => {
            const s = new WebSocket(location.origin.replace('http', 'ws') + '/_stcore/stream');
            s.onopen = () => done('open'); s.onerror = () => done('refused'); })"""
    )
    assert refused == "refused"


def test_first_start(visit: Callable[..., Visitor], fresh: Server) -> None:
    log = fresh.data.parent / f"{fresh.data.name}.log"
    said = re.findall(r"^cx runs at (\S+)  user admin  one-time password (\S+)$", log.read_text(), re.MULTILINE)
    assert len(said) == 1 and said[0][0] == fresh.address
    visitor = visit(at=fresh)
    page = visitor.open("/people")
    page.fill("#name", "admin")
    page.fill("#password", said[0][1])
    page.click("button.main")
    assert "/password?next=" in page.url
    visitor.open("/")
    assert "/password" in page.url, "no way round it"
    visitor.shot("first-password-zh")
    for field, value in (("old", said[0][1]), ("new", NEW), ("again", NEW)):
        page.fill(f"#{field}", value)
    page.click("button.main")
    t = Translator("zh")
    expect(page.get_by_role("heading", name=t("shell.welcome_title"))).to_be_visible()
    visitor.settle()
    visitor.shot("welcome-zh")
    page.get_by_role("button", name=t("shell.welcome_empty_button")).click()
    expect(page.get_by_role("heading", name=t("shell.welcome_title"))).to_be_hidden()
    visitor.settle()
    assert not visitor.errors


@pytest.mark.parametrize("section", SECTIONS)
def test_a_deep_link_lands_where_it_says(visit: Callable[..., Visitor], section: str) -> None:
    """The first through the sign-in page, the others of the section by their addresses."""
    visitor, stems = visit(), [page.stem for page in PAGES if page.section == section]
    page = visitor.open(f"/{stems[0]}?lang=x")
    page.fill("#name", "admin")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    t = Translator("zh")
    for stem in stems:
        if stem != stems[0]:
            visitor.open(f"/{stem}?lang=x")
        expect(page.locator("h1").first).to_have_text(t(f"page.{stem}_question"))
        assert page.url.startswith(visitor.server.address + ("/?" if stem == HOME else f"/{stem}?"))
        visitor.settle()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert not visitor.errors, (stem, visitor.errors)


@pytest.mark.parametrize("role", list(ROLES))
def test_the_menu_of_each_role(visit: Callable[..., Visitor], role: str) -> None:
    visitor = visit()
    page = visitor.sign_in(role)
    visitor.settle()
    t = Translator("zh")
    shown = set(page.get_by_test_id("stSidebarNavLink").all_inner_texts())
    whole = {entry for entry in PAGES if entry.whole and role in BRANCH_ROLES}
    opens = {entry for entry in PAGES if entry.right in ROLES[role]} - whole
    wanted = {t(f"page.{entry.stem}") for entry in opens}
    assert {text.split("\n")[-1].strip() for text in shown} == wanted
    visitor.shot(f"home-{role}-zh")
    told = {
        "shell.whole_bank" if entry in whole and entry.right in ROLES[role] else "shell.refused": entry
        for entry in PAGES
        if entry not in opens
    }
    for words, entry in told.items():  # one of each kind; every page: tests/app
        page.goto(f"{visitor.server.address}/{entry.stem}")
        expect(page.locator(".cx-empty", has_text=t(words))).to_be_visible()
        assert t(f"page.{entry.stem}_question") not in page.locator("body").inner_text()


def test_language_and_sign_out_from_the_sidebar(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.sign_in("cx_manager", "/nps")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name=Translator("en")("page.nps_question"))).to_be_visible()
    assert page.url.startswith(f"{visitor.server.address}/nps"), "the same screen in the other language"
    visitor.settle()
    other = page.context.new_page()
    other.goto(visitor.server.address + "/nps")
    other.wait_for_selector("h1")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name=Translator("zh")("page.nps_question"))).to_be_visible()
    page.get_by_role("button", name=Translator("zh")("shell.sign_out")).click()
    expect(page.locator("h1")).to_have_text(Translator("zh")("access.sign_in"))
    other.get_by_test_id("stSidebarNavLink").nth(1).click()
    expect(other.locator(".cx-empty a")).to_be_visible()
    expect(other.locator("h1")).to_have_count(0)
    other.locator(".cx-empty a").click()
    expect(other.locator("#name")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_people(visit: Callable[..., Visitor], lang: str) -> None:
    visitor = visit(lang)
    page = visitor.sign_in("admin", "/password")
    if lang == "en":
        page.get_by_role("button", name="English").click()
    visitor.open("/people")
    expect(page.locator("h1")).to_have_text(Translator(lang)("page.people_question"))
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        visitor.settle()
        visitor.shot(f"people-{lang}-{size}", full=True)
    if lang == "en":
        visitor.open("/password")
        page.get_by_role("button", name="中文").click()
        page.wait_for_load_state()
    assert not visitor.errors
