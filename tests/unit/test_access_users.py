"""Accounts and their file: names, passwords, rights of administration, what ends sessions."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from cx.access import passwords
from cx.access.accounts import CONSOLE, Accounts
from cx.access.rights import BRANCH_ROLES, RIGHTS, ROLES, User, may, scope
from cx.access.users import Account, Users
from cx.measure.scope import WHOLE_BANK
from cx.words import Refused

BRANCHES = ("0101", "0102")
GOOD = "一句好记的话最安全了吧"


@pytest.fixture
def accounts(tmp_path: Path, quick_hashes: None) -> Accounts:
    return Accounts(tmp_path, tmp_path / "users.yaml", lambda: BRANCHES)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def test_first_start_makes_one_admin_once(accounts: Accounts) -> None:
    password = accounts.first_start()
    assert password
    signed = accounts.sign_in("admin", password, "::1", "en")
    assert (signed.user.role, signed.user.must_change, signed.user.lang) == ("admin", True, "en")
    assert accounts.first_start() is None


def test_first_start_still_makes_an_admin_when_others_were_added_before(accounts: Accounts) -> None:
    accounts.add(CONSOLE, "li.na", "", "viewer")
    assert accounts.first_start()


def test_the_file_is_private_and_holds_no_password(accounts: Accounts, tmp_path: Path) -> None:
    password = accounts.add(CONSOLE, "王小明", "王小明", "branch_staff", ["0101"])
    file = tmp_path / "users.yaml"
    text = file.read_text(encoding="utf-8")
    assert password not in text
    entry = yaml.safe_load(text)["credentials"]["usernames"]["王小明"]
    assert entry["roles"] == ["branch_staff"] and entry["password"].startswith("$2b$")
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["users.yaml"]


@pytest.mark.parametrize("name", ["王小明", "li.na", "zhang_san@bj", "a", "Ö-1", "0101"])
def test_names_of_any_script(accounts: Accounts, name: str) -> None:
    password = accounts.add(CONSOLE, name, "", "viewer")
    assert accounts.sign_in(name, password, "x", "zh").user.name == name


@pytest.mark.parametrize("name", ["", "a b", ".x", "x.", "a" * 41, "../etc", "a\nb", "a:b", "<b>", "a\u202eb"])
def test_impossible_names(accounts: Accounts, name: str) -> None:
    with pytest.raises(Refused) as refused:
        accounts.add(CONSOLE, name, "shown", "viewer")
    assert codes(refused) == {"user_name"}


def test_a_name_is_taken_whatever_its_case(accounts: Accounts) -> None:
    accounts.add(CONSOLE, "Li", "", "viewer")
    with pytest.raises(Refused) as refused:
        accounts.add(CONSOLE, "lI", "", "viewer")
    assert codes(refused) == {"user_exists"}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("密" * 25, "password_long"),
        ("aaaaaaaaaaaa", "password_simple"),
        ("wangxiaoming", "password_simple"),
        ("abcdefghijk\0", "password_nul"),
    ],
)
def test_password_rules(password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.check_rules(password, "WangXiaoMing")
    assert code in codes(refused)


def test_a_long_password_at_sign_in_is_wrong_not_an_error(accounts: Accounts) -> None:
    accounts.add(CONSOLE, "li", "", "viewer")
    for password in ("x" * 5000, "密" * 30, "a\0b", "\ud800", ""):
        with pytest.raises(Refused) as refused:
            accounts.sign_in("li", password, f"address {len(password)}", "zh")
        assert codes(refused) == {"sign_in_wrong"}


def test_composed_characters_are_one_password() -> None:
    assert passwords.matches("cafe\u0301 au lait", passwords.hashed("caf\u00e9 au lait"))


def test_an_unknown_user_takes_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time itself is noisy: that one hash is computed for no user, of the same cost, is what can be asserted."""
    seen: list[str] = []
    real = passwords._hasher().check_pw
    monkeypatch.setattr(passwords._hasher(), "check_pw", lambda p, h: seen.append(h) or real(p, h))
    assert not passwords.matches("whatever it is", None)
    assert [digest[:7] for digest in seen] == [passwords.hashed(GOOD)[:7]]


def test_branch_roles_need_known_branches(accounts: Accounts) -> None:
    for branches, code in (((), "user_no_branch"), (("0101", "9999"), "user_branch")):
        with pytest.raises(Refused) as refused:
            accounts.add(CONSOLE, "li", "", "branch_manager", branches)
        assert codes(refused) == {code}
    accounts.add(CONSOLE, "wang", "", "analyst", ["0101"])
    assert accounts.people(CONSOLE)[0].branches == ()


@pytest.mark.parametrize("role", sorted(BRANCH_ROLES))
def test_a_branch_role_without_branches_sees_nothing(role: str) -> None:
    assert Account("li", "li", role, "").user().branches == frozenset()
    assert scope(User("li", "li", role, None, "zh")).branches == frozenset()
    assert scope(User("li", "li", role, frozenset(), "zh")).branches == frozenset()


def test_rights() -> None:
    staff = User("s", "s", "branch_staff", frozenset(("0101",)), "zh")
    assert {right for right in RIGHTS if may(staff, right)} == {"headline", "quick_survey"}
    assert scope(staff).branches == {"0101"} and not scope(staff).comments
    assert not scope(User("v", "v", "viewer", None, "zh")).comments
    assert scope(User("a", "a", "analyst", None, "zh")) == replace(WHOLE_BANK, act=False)
    assert scope(User("m", "m", "cx_manager", None, "zh")) == WHOLE_BANK
    assert not may(User("x", "x", "no such role", None, "zh"), "headline")
    assert {role for role in ROLES if "people" in ROLES[role]} == {"admin"}
    with pytest.raises(KeyError):
        may(staff, "no such right")


def test_only_the_right_people_administers(accounts: Accounts) -> None:
    accounts.add(CONSOLE, "li", "", "viewer")
    for role in set(ROLES) - {"admin"}:
        by = User("mallory", "mallory", role, None, "zh")
        for action in (
            lambda by=by: accounts.people(by),
            lambda by=by: accounts.add(by, "new", "", "viewer"),
            lambda by=by: accounts.change(by, "li", "", "admin"),
            lambda by=by: accounts.reset(by, "li"),
            lambda by=by: accounts.set_disabled(by, "li", True),
            lambda by=by: accounts.sign_out_everywhere("li", by=by),
        ):
            with pytest.raises(Refused) as refused:
                action()
            assert codes(refused) == {"right_missing"}


def test_the_last_admin_stays(accounts: Accounts) -> None:
    accounts.first_start()
    for change in (
        lambda: accounts.set_disabled(CONSOLE, "admin", True),
        lambda: accounts.change(CONSOLE, "admin", "", "viewer"),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert codes(refused) == {"last_admin"}
    accounts.add(CONSOLE, "second", "", "admin")
    accounts.set_disabled(CONSOLE, "admin", True)


def test_nobody_disables_themselves(accounts: Accounts) -> None:
    accounts.add(CONSOLE, "li", "", "admin")
    accounts.add(CONSOLE, "na", "", "admin")
    with pytest.raises(Refused) as refused:
        accounts.set_disabled(User("li", "li", "admin", None, "zh"), "li", True)
    assert codes(refused) == {"own_account"}


def test_what_ends_sessions(accounts: Accounts) -> None:
    old = accounts.add(CONSOLE, "li", "", "viewer")

    def fresh() -> str:
        return accounts.sign_in("li", old, "x", "zh").token

    token = fresh()
    accounts.change(CONSOLE, "li", "Li Na", "viewer")
    assert accounts.who(token), "a new display name ends nothing"
    accounts.change(CONSOLE, "li", "Li Na", "branch_staff", ["0101"])
    assert accounts.who(token) is None, "a new role does"
    first, second = fresh(), fresh()
    accounts.sign_out(first)
    assert accounts.who(first) is None and accounts.who(second)
    accounts.sign_out_everywhere("li")
    assert accounts.who(second) is None
    token = fresh()
    accounts.set_disabled(CONSOLE, "li", True)
    assert accounts.who(token) is None
    with pytest.raises(Refused) as refused:
        fresh()
    assert codes(refused) == {"sign_in_wrong"}, "told like a wrong password"
    accounts.set_disabled(CONSOLE, "li", False)
    assert accounts.who(token) is None, "enabling again revives no session"
    token, other = fresh(), fresh()
    signed = accounts.change_password("li", old, GOOD, GOOD, "x")
    assert accounts.who(token) is None and accounts.who(other) is None
    user = accounts.who(signed.token)
    assert user and not user.must_change
    accounts.reset(CONSOLE, "li")
    assert accounts.who(signed.token) is None


def test_change_of_password_is_refused(accounts: Accounts) -> None:
    old = accounts.add(CONSOLE, "li", "", "viewer")
    for given, new, again, code in (
        ("wrong one here", GOOD, GOOD, "password_old"),
        (old, GOOD, GOOD + "!", "password_differs"),
        (old, old, old, "password_same"),
        (old, "short", "short", "password_short"),
    ):
        with pytest.raises(Refused) as refused:
            accounts.change_password("li", given, new, again, "x")
        assert codes(refused) == {code}


def test_another_process_is_seen_at_once(accounts: Accounts, tmp_path: Path) -> None:
    password = accounts.add(CONSOLE, "li", "", "viewer")
    token = accounts.sign_in("li", password, "x", "zh").token
    other = Accounts(tmp_path, tmp_path / "users.yaml", lambda: BRANCHES)
    other.reset(CONSOLE, "li")
    assert accounts.who(token) is None


def test_a_broken_file_keeps_the_last_good_version(accounts: Accounts, tmp_path: Path, capsys) -> None:
    password = accounts.add(CONSOLE, "li", "", "viewer")
    accounts.set_language("li", "zh")
    file = tmp_path / "users.yaml"
    file.write_text("credentials: {usernames: {li: {name: [", encoding="utf-8")
    assert accounts.sign_in("li", password, "x", "zh").user.name == "li"
    assert "users.yaml" in capsys.readouterr().err
    with pytest.raises(Refused) as refused:
        accounts.reset(CONSOLE, "li")
    assert codes(refused) == {"users_file"}
    assert "name: [" in file.read_text(encoding="utf-8"), "not written over"
    with pytest.raises(Refused):
        Users(file).all()


@pytest.mark.parametrize(
    "text",
    ["", "- 1", "credentials: {}", "credentials: {usernames: [li]}", "credentials: {usernames: {li: {password: 1}}}"],
)
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "users.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        Users(file).all()
    assert codes(refused) == {"users_file"}
