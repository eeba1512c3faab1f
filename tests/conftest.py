"""What tests share: an open workbench in a folder of its own, people of every role, and screens as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import bcrypt
import pytest
from streamlit.testing.v1 import AppTest

from components import session
from cx import workbench
from cx.access import passwords
from cx.access.rights import BRANCH_ROLES, ROLES
from cx.access.users import Account, Users

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
_QUICK_HASH = "$2b$04$stuy2aZU3bruis1rm/94zO0XWrNe/Lbu8AX599WbvFoBx4Wtr07t2"  # of PASSWORD; 4 rounds, for speed only


def add_people(users_file: Path, branches: tuple[str, ...], lang: str = "zh") -> None:
    """One account a role, named like the role, all with :data:`PASSWORD`; branch roles get ``branches``."""
    users = Users(users_file)
    for role in ROLES:
        own = branches if role in BRANCH_ROLES else ()
        users.add(Account(role, role, role, _QUICK_HASH, own, must_change=False, lang=lang))


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed in 4 rounds instead of 12, for speed only."""
    monkeypatch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, 4))
    monkeypatch.setattr(passwords, "_NOBODY", _QUICK_HASH)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_hashes: None) -> Iterator[workbench.Workbench]:
    """The process's workbench over an empty folder, with people of every role; branch roles have the first branch."""
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    opened = workbench.current()
    add_people(opened.place.users, tuple(opened.model.branches)[:1])
    opened.look()  # as the server does soon after its start
    opened.start()
    yield opened
    workbench.close()


@pytest.fixture
def sign_in(bench: workbench.Workbench, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """``sign_in(role)``: the next screens are seen by that role; returns the session's token.

    AppTest has no cookies, so the one function that reads the cookie is given the token.
    """

    def as_role(role: str) -> str:
        token = bench.accounts.sign_in(role, PASSWORD, "test", "zh").token
        monkeypatch.setattr(session, "token", lambda: token)
        return token

    return as_role


@pytest.fixture
def screen(sign_in: Callable[[str], str]) -> Callable[..., AppTest]:
    """``screen("understand/nps", role="analyst", kind="relational")``: that page after its first run, by the shell."""

    def show(name: str, role: str = "admin", **query: str) -> AppTest:
        sign_in(role)
        at = AppTest.from_file(str(ROOT / "components" / "shell.py"), default_timeout=30)
        at.run()
        for key, value in query.items():
            at.query_params[key] = value
        at.switch_page(f"../pages/{name}.py")
        return at.run()

    return show
