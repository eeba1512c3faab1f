"""Server-side sessions and the lock-out, by a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx.access.accounts import CONSOLE, Accounts
from cx.access.guard import LOCKED_SECONDS, PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, Guard
from cx.access.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions, form_token
from cx.words import Refused


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_token_is_random_and_stored_nowhere(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions.json")
    tokens = {sessions.open("li", "s") for _ in range(20)}
    assert len(tokens) == 20 and all(len(token) == 43 for token in tokens)
    text = (tmp_path / "sessions.json").read_text()
    assert not any(token in text for token in tokens)


@pytest.mark.parametrize("forge", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t + "x", str.swapcase])
def test_a_changed_token_is_no_token(tmp_path: Path, forge) -> None:
    sessions = Sessions(tmp_path / "sessions.json")
    token = sessions.open("li", "s")
    assert sessions.find(token)
    assert sessions.find(forge(token)) is None


@pytest.mark.parametrize("token", [None, "", "x", "é" * 43, "0" * 64, "a" * 100_000])
def test_what_is_no_token(tmp_path: Path, token: str | None) -> None:
    assert Sessions(tmp_path / "sessions.json").find(token) is None


def test_the_stored_digest_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    sessions = Sessions(file)
    sessions.open("li", "s")
    digest = file.read_text().split('"')[1]
    assert sessions.find(digest) is None and sessions.find(digest[:43]) is None


def test_idle_and_absolute_expiry(tmp_path: Path) -> None:
    clock = Clock()
    sessions = Sessions(tmp_path / "sessions.json", clock)
    idle, busy = sessions.open("idle", "s"), sessions.open("busy", "s")
    for _ in range(int(LONGEST_SECONDS / (IDLE_SECONDS / 2)) - 1):
        clock.now += IDLE_SECONDS / 2
        assert sessions.find(busy)
    assert sessions.find(idle) is None
    clock.now += IDLE_SECONDS / 2 + 1
    assert sessions.find(busy) is None, "over after the longest time, however busy"


def test_sessions_survive_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    file = tmp_path / "sessions.json"
    sessions = Sessions(file, clock)
    token = sessions.open("li", "s")
    clock.now += IDLE_SECONDS - 10
    sessions.find(token)
    clock.now += 100
    again = Sessions(file, clock)
    assert again.find(token), "when it was last seen was written too"
    file.write_text("{broken")
    assert Sessions(file, clock).find(token) is None


def test_form_tokens_belong_to_one_session() -> None:
    assert form_token("a") != form_token("b") != "b"


def test_a_stranger_locks_a_name_for_their_own_address_only() -> None:
    guard = Guard(Clock())
    for _ in range(PER_NAME_AND_ADDRESS):
        assert guard.attempt("li", "stranger") == 0
    assert guard.attempt("LI", "stranger") > 0, "whatever the case"
    assert guard.attempt("li", "her own desk") == 0


def test_lock_out_by_name_expires() -> None:
    clock = Clock()
    guard = Guard(clock)
    for i in range(PER_NAME):
        assert guard.attempt("li", f"address {i}") == 0
        clock.now += 1
    assert 0 < guard.attempt("LI", "elsewhere") <= LOCKED_SECONDS, "from anywhere, whatever the case"
    assert guard.attempt("na", "elsewhere") == 0, "nobody else"
    clock.now += LOCKED_SECONDS - PER_NAME + 1
    assert guard.attempt("li", "elsewhere") == 0


def test_a_locked_try_does_not_prolong_the_lock() -> None:
    clock = Clock()
    guard = Guard(clock)
    for _ in range(PER_NAME_AND_ADDRESS):
        guard.attempt("li", "a")
    for _ in range(100):
        clock.now += LOCKED_SECONDS / 100 + 0.01
        guard.attempt("li", "a")
    assert guard.attempt("li", "a") == 0


def test_lock_out_by_address() -> None:
    guard = Guard(Clock())
    for i in range(PER_ADDRESS):
        assert guard.attempt(f"name {i}", "one") == 0
    assert guard.attempt("another", "one") > 0
    assert guard.attempt("another", "two") == 0


def test_success_forgets_the_name_but_not_the_address() -> None:
    guard = Guard(Clock())
    for i in range(PER_ADDRESS - 1):
        guard.attempt(f"name {i}", "one")
    guard.attempt("good", "one")
    guard.succeeded("good", "one")
    assert guard.attempt("good", "one") == 0
    assert guard.attempt("good", "one") > 0


def test_the_right_password_does_not_open_a_locked_name(tmp_path: Path, quick_hashes: None) -> None:
    accounts = Accounts(tmp_path, tmp_path / "users.yaml")
    password = accounts.add(CONSOLE, "li", "", "viewer")
    for name in ("li", "nobody"):
        seen = []
        for place in range(PER_NAME + 1):
            with pytest.raises(Refused) as refused:
                accounts.sign_in(name, "x" * 80, f"address {place} of {name}", "zh")
            seen.append(refused.value.problems[0].code)
        assert seen == ["sign_in_wrong"] * PER_NAME + ["sign_in_locked"], "unknown names lock alike"
    with pytest.raises(Refused) as refused:
        accounts.sign_in("li", password, "fresh", "zh")
    assert refused.value.problems[0].code == "sign_in_locked"
    assert 1 <= int(str(refused.value.problems[0].values["minutes"])) <= 10
