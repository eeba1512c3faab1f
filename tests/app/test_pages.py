"""Every page, seen by every role: those who may open it see it, nobody else does, whichever way they come."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from conftest import PATIENCE, begun, hashed_quickly
from streamlit.testing.v1 import AppTest

from components import navigation, session
from components.navigation import PAGES, Page
from cx.access.rights import BRANCH_ROLES, ROLES
from cx.words import Translator
from cx.workbench import Workbench

REFUSALS = (Translator("zh")("shell.refused"), Translator("zh")("shell.whole_bank"))
_ROLE_PAGES = [(role, page) for page in PAGES for role in ROLES]


def _opens(page: Page, role: str) -> bool:
    return page.right in ROLES[role] and not (page.whole and role in BRANCH_ROLES)


_ALLOWED = [pytest.param(role, page, id=f"{page.stem}-{role}") for role, page in _ROLE_PAGES if _opens(page, role)]
_CLOSED = [pytest.param(role, page, id=f"{page.stem}-{role}") for role, page in _ROLE_PAGES if not _opens(page, role)]


@pytest.fixture(scope="module")
def bench(first_start: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """One for all of these tests: they only look."""
    data = shutil.copytree(first_start(), tmp_path_factory.mktemp("pages") / "data")
    with hashed_quickly(), begun(data) as opened:
        yield opened


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
    assert len(refused) == 1 and any(words in refused[0] for words in REFUSALS)
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
    may = {t(f"page.{page.stem}"): t(f"shell.section_{page.section}") for page in PAGES if _opens(page, role)}
    assert shown == may and set(menus[-1]) == set(may.values())


@pytest.mark.parametrize(("role", "page"), _CLOSED)
def test_the_page_itself_refuses_without_the_shell(sign_in: Callable[[str], str], role: str, page: Page) -> None:
    sign_in(role)
    at = AppTest.from_file(str(page.file), default_timeout=PATIENCE).run()
    assert not at.exception
    assert not at.title and not at.button and not at.dataframe
    assert any(words in html.body for html in at.get("html") for words in REFUSALS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("token", [None, "A" * 43])
def test_nothing_without_a_session(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, page: Page, token: str | None
) -> None:
    monkeypatch.setattr(session, "token", lambda: token)
    at = AppTest.from_file(str(page.file), default_timeout=PATIENCE).run()
    assert not at.exception and len(at.main.children) == 0


def test_the_shell_without_a_session_shows_the_way_in_only(bench: Workbench) -> None:
    at = AppTest.from_file(str(navigation.ROOT / "components" / "shell.py"), default_timeout=PATIENCE).run()
    assert not at.exception
    shown = "".join(html.body for html in at.get("html"))
    assert 'href="/login?next=/' in shown and not at.title and not at.sidebar.children
