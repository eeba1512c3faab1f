"""People and their sessions on the screens: a sign-out counts at once, nothing is inherited, people come and go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import PATIENCE
from streamlit.testing.v1 import AppTest

from components import navigation, session
from cx.words import Translator
from cx.workbench import Workbench


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
        at = AppTest.from_file(str(navigation.ROOT / "components" / "shell.py"), default_timeout=PATIENCE).run()
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
