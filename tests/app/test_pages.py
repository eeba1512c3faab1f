"""Every page, seen by every role: those who may open it see it, nobody else does, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import navigation, session
from components.navigation import PAGES, Page
from cx.access.rights import ROLES
from cx.words import Translator
from cx.workbench import Workbench

_ROLE_PAGES = [(role, page) for page in PAGES for role in ROLES]
_ALLOWED = [
    pytest.param(role, page, id=f"{page.stem}-{role}") for role, page in _ROLE_PAGES if page.right in ROLES[role]
]
_CLOSED = [
    pytest.param(role, page, id=f"{page.stem}-{role}") for role, page in _ROLE_PAGES if page.right not in ROLES[role]
]


@pytest.mark.parametrize(("role", "page"), _ALLOWED)
def test_who_may_open_a_page_sees_its_question(screen: Callable[..., AppTest], role: str, page: Page) -> None:
    at = screen(page.name, role)
    assert not at.exception
    t = Translator("zh")
    key = f"page.{page.stem}_question"
    assert at.title[0].value == t(key if t.has(key) else f"page.{page.stem}")


@pytest.mark.parametrize(("role", "page"), _CLOSED)
def test_a_link_to_a_page_of_others_meets_our_own_words(screen: Callable[..., AppTest], role: str, page: Page) -> None:
    at = screen(page.name, role, win="x", edit="1", new="1", survey="branch-visit")
    assert not at.exception
    refused = [html.body for html in at.main.get("html") if not html.body.startswith("<style>")]
    assert len(refused) == 1 and Translator("zh")("shell.refused") in refused[0]
    kinds = {element.type for element in at.main} - {"main"}
    assert kinds == {"html"}, f"nothing of the page is drawn: {kinds}"


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_shows_what_one_may_open_and_nothing_else(
    screen: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    menus = []
    navigate = st.navigation
    monkeypatch.setattr(st, "navigation", lambda pages, **how: (menus.append(pages), navigate(pages, **how))[1])
    assert not screen("understand/overview", role).exception
    t = Translator("zh")
    listed = [(page, section) for section, pages in menus[-1].items() for page in pages]
    shown = {page.title: section for page, section in listed if page.visibility == "visible"}
    may = {t(f"page.{page.stem}"): t(f"shell.section_{page.section}") for page in PAGES if page.right in ROLES[role]}
    assert shown == may and set(menus[-1]) == set(may.values())


@pytest.mark.parametrize(("role", "page"), _CLOSED)
def test_the_page_itself_refuses_without_the_shell(sign_in: Callable[[str], str], role: str, page: Page) -> None:
    sign_in(role)
    at = AppTest.from_file(str(page.file), default_timeout=30).run()
    assert not at.exception
    assert not at.title and not at.button and not at.dataframe
    assert any(Translator("zh")("shell.refused") in html.body for html in at.get("html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("token", [None, "A" * 43])
def test_nothing_without_a_session(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, page: Page, token: str | None
) -> None:
    monkeypatch.setattr(session, "token", lambda: token)
    at = AppTest.from_file(str(page.file), default_timeout=30).run()
    assert not at.exception and len(at.main.children) == 0


def test_the_shell_without_a_session_shows_the_way_in_only(bench: Workbench) -> None:
    at = AppTest.from_file(str(navigation.ROOT / "components" / "shell.py")).run()
    assert not at.exception
    shown = "".join(html.body for html in at.get("html"))
    assert 'href="/login?next=/' in shown and not at.title and not at.sidebar.children


def test_a_sign_out_elsewhere_counts_at_the_next_click(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = screen("admin/people", "admin")
    assert at.title
    bench.accounts.sign_out_everywhere("admin")
    at.run()
    assert not at.exception and not at.title


def test_a_one_time_password_opens_no_page(screen: Callable[..., AppTest], bench: Workbench, sign_in) -> None:
    token = sign_in("viewer")
    user = bench.accounts.who(token)
    assert user
    admin = bench.accounts.who(sign_in("admin"))
    assert admin
    once = bench.accounts.reset(admin, "viewer")
    fresh = bench.accounts.sign_in("viewer", once, "test", "zh").token
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "token", lambda: fresh)
        at = AppTest.from_file(str(navigation.ROOT / "components" / "shell.py")).run()
    assert not at.exception and not at.title
    assert any('href="/password' in html.body for html in at.get("html"))


def test_another_user_in_the_same_tab_inherits_nothing(
    screen: Callable[..., AppTest], sign_in: Callable[[str], str]
) -> None:
    at = screen("admin/people", "admin")
    at.session_state["kept"] = "secret of admin"
    sign_in("viewer")
    at.run()
    assert not at.exception and "kept" not in at.session_state


def test_people_are_added_changed_and_closed(screen: Callable[..., AppTest], bench: Workbench) -> None:
    at = screen("admin/people")
    at.text_input(key="people_add_name").set_value("王小明")
    at.selectbox(key="people_role_add").set_value("analyst").run()
    at.button(key="people_add").click().run()
    assert not at.exception
    password = at.code[0].value
    assert bench.accounts.sign_in("王小明", password, "test", "zh").user.must_change
    at.run()
    assert not at.code, "shown once"
    at.selectbox(key="people_edit_name").set_value("王小明").run()
    at.button(key="people_toggle").click().run()
    assert not at.exception and at.success
    at.text_input(key="people_add_name").set_value("a b")
    at.button(key="people_add").click().run()
    assert not at.exception and "a b" in at.error[0].value


def test_the_first_screen_of_a_new_cx(screen: Callable[..., AppTest], bench: Workbench) -> None:
    (bench.place.data / "started").unlink()
    at = screen("admin/people")
    assert not at.exception and at.title[0].value == Translator("zh")("shell.welcome_title")
    at.button[1].click().run()
    assert not at.exception and not bench.fresh
    assert at.title[0].value == Translator("zh")("page.people_question")
