"""Everything that is done with accounts: sign-in and out, passwords, and people's administration with its rights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from cx.access import passwords
from cx.access.guard import Guard
from cx.access.rights import BRANCH_ROLES, User, may
from cx.access.sessions import Sessions
from cx.access.users import Account, Users, new_stamp
from cx.words import Problem, Refused
from cx.words.apart import apart

FIRST = "admin"
UNKNOWN = "(unknown)"  # a name that is no account is not written down: a password typed in its field would be kept
CONSOLE = User("(console)", "console", "admin", None, "en")  # who runs a command on the machine itself


Tell = Callable[[str, str, str, Mapping[str, object]], object]
"""``tell(who, action, subject, detail)``: writes into the audit log."""


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: its token goes into the cookie and nowhere else."""

    token: str
    user: User


class Accounts:
    """Accounts and sessions of one cx. Thread-safe; a change made by another process is seen at once."""

    def __init__(
        self, folder: Path, users_file: Path, branches: Callable[[], Collection[str]] | None = None,
        tell: Tell | None = None, others: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """``branches`` gives the ids that a branch role may be given; None when the bank's model is not loaded.
        ``tell`` is told of every sign-in and every change of people. ``others`` are display names of those who have no
        account but are named in what is kept."""
        self._users = Users(users_file)
        self._sessions = Sessions(folder / "sessions.json")
        self._guard = Guard()
        self._branches, self._others = branches, others or {}
        self._tell: Tell = tell or (lambda who, action, subject, detail: None)

    def first_start(self) -> str | None:
        """With no active administrator: create ``admin`` and return its one-time password. Otherwise None."""
        everyone = self._users.all()
        if any(account.administers or account.name == FIRST for account in everyone):
            return None
        password = passwords.one_time()
        self._users.add(Account(FIRST, FIRST, "admin", passwords.hashed(password)))
        return password

    # Signing in and out

    def sign_in(self, name: str, password: str, address: str, lang: str) -> SignedIn:
        """Check a password and open a session. ``lang`` becomes the user's language if none was chosen yet.

        Raises :class:`Refused`: ``sign_in_wrong`` (unknown, disabled or wrong, told alike) or ``sign_in_locked``.
        """
        name = name.strip()
        wait = self._guard.attempt(name, address)
        if wait:
            raise Refused(Problem("sign_in_locked", values={"minutes": ceil(wait / 60)}))
        account = self._users.get(name)
        usable = account is not None and not account.disabled
        if not passwords.matches(password, account.password if account and usable else None) or account is None:
            self._failed(name, address)
            raise Refused(Problem("sign_in_wrong"))
        self._guard.succeeded(name, address)
        if account.lang is None:
            account = self._users.change(name, lambda old: replace(old, lang=lang))
        self._tell(name, "sign_in", name, {"address": address})
        return SignedIn(self._sessions.open(name, account.stamp), account.user())

    def who(self, token: str | None) -> User | None:
        """The user of a session; None when it is unknown, over, or its account was changed or disabled since."""
        session = self._sessions.find(token)
        account = self._users.get(session.name) if session else None
        if session is None or account is None or account.disabled or account.stamp != session.stamp:
            return None
        return account.user()

    def sign_out(self, token: str) -> None:
        """End one session."""
        session = self._sessions.find(token)
        self._sessions.close(token)
        if session is not None:
            self._tell(session.name, "sign_out", session.name, {})

    def sign_out_everywhere(self, name: str, by: User | None = None) -> None:
        """End every session of a user: one's own, or anybody's with the right ``people``."""
        if by is not None and by.name != name:
            _need(by, "people")
        self._users.change(name, lambda old: replace(old, stamp=new_stamp()))
        self._tell(by.name if by else name, "sign_out_everywhere", name, {})

    def change_password(self, name: str, old: str, new: str, again: str, address: str) -> SignedIn:
        """Set one's own password; ends all sessions and opens a new one. Raises :class:`Refused` with what is wrong."""
        account = self._users.get(name)
        wait = self._guard.attempt(name, address)
        if wait:
            raise Refused(Problem("sign_in_locked", values={"minutes": ceil(wait / 60)}))
        if not passwords.matches(old, account.password if account else None):
            self._failed(name, address)
            raise Refused(Problem("password_old"))
        self._guard.succeeded(name, address)
        if new != again:
            raise Refused(Problem("password_differs"))
        if new == old:
            raise Refused(Problem("password_same"))
        passwords.check_rules(new, name)
        digest = passwords.hashed(new)
        changed = self._users.change(
            name, lambda was: replace(was, password=digest, must_change=False, stamp=new_stamp())
        )
        self._tell(name, "password_changed", name, {})
        return SignedIn(self._sessions.open(name, changed.stamp), changed.user())

    def set_language(self, name: str, lang: str) -> None:
        """A user's own choice of language."""
        self._users.change(name, lambda old: replace(old, lang=lang))

    # People; ``by`` is who does it

    def display(self, name: str) -> str:
        """The name that colleagues read; the name itself where there is no such account."""
        account = self._users.get(name)
        return account.display if account is not None else self._others.get(name, name)

    def who_may(self, right: str, branch: str | None) -> dict[str, str]:
        """Names that colleagues read, by user name, of those with a right who see a branch (None: the whole bank)."""
        users = [account.user() for account in self._users.all() if not account.disabled]
        may_see = [user for user in users if user.branches is None or branch in user.branches]
        return apart({user.name: user.display for user in may_see if may(user, right)})

    def user(self, name: str) -> User | None:
        """The user of a name, whether signed in or not; None where there is no such account."""
        account = self._users.get(name)
        return account.user() if account is not None else None

    def people(self, by: User) -> tuple[Account, ...]:
        """All accounts."""
        _need(by, "people")
        return self._users.all()

    def add(self, by: User, name: str, display: str, role: str, branches: Collection[str] = ()) -> str:
        """Add a user; returns the one-time password, which is shown once and stored nowhere."""
        _need(by, "people")
        password = passwords.one_time()
        account = Account(name.strip(), display.strip() or name.strip(), role, "", self._allowed(role, branches))
        self._users.add(replace(account.checked(), password=passwords.hashed(password)))
        self._tell(by.name, "user_added", account.name, {"role": role, "branches": account.branches})
        return password

    def change(self, by: User, name: str, display: str, role: str, branches: Collection[str] = ()) -> None:
        """Change name shown, role and branches; what the user may see changed, so open sessions end."""
        _need(by, "people")
        allowed = self._allowed(role, branches)

        def how(old: Account) -> Account:
            same = (old.role, old.branches) == (role, allowed)
            stamp = old.stamp if same else new_stamp()
            return replace(old, display=display.strip() or name, role=role, branches=allowed, stamp=stamp)

        changed = self._users.change(name, how)
        self._tell(by.name, "user_changed", name, {"role": changed.role, "branches": changed.branches})

    def reset(self, by: User, name: str) -> str:
        """Give a user a new one-time password; returns it. Open sessions end."""
        _need(by, "people")
        password = passwords.one_time()
        digest = passwords.hashed(password)
        self._users.change(name, lambda old: replace(old, password=digest, must_change=True, stamp=new_stamp()))
        self._tell(by.name, "user_reset", name, {})
        return password

    def set_disabled(self, by: User, name: str, disabled: bool) -> None:
        """Close an account, or open it again. Open sessions end."""
        _need(by, "people")
        if disabled and name == by.name:
            raise Refused(Problem("own_account"))
        self._users.change(name, lambda old: replace(old, disabled=disabled, stamp=new_stamp()))
        self._tell(by.name, "user_disabled" if disabled else "user_enabled", name, {})

    def _failed(self, name: str, address: str) -> None:
        """Tell of a wrong password, and of the lock that it set off."""
        known = name if self._users.get(name) is not None else UNKNOWN
        self._tell(known, "sign_in_failed", known, {"address": address})
        if self._guard.locked(name, address):
            self._tell(known, "sign_in_locked", known, {"address": address})

    def close(self) -> None:
        """Write down what is only in memory."""
        self._sessions.save()

    def _allowed(self, role: str, branches: Collection[str]) -> tuple[str, ...]:
        if role not in BRANCH_ROLES:
            return ()
        unknown = sorted(set(branches) - set(self._branches())) if self._branches is not None else []
        if unknown:
            raise Refused(Problem("user_branch", values={"branches": ", ".join(unknown)}))
        if not branches:
            raise Refused(Problem("user_no_branch"))
        return tuple(sorted(set(branches)))


def _need(by: User, right: str) -> None:
    if not may(by, right):
        raise Refused(Problem("right_missing", values={"name": by.name}))
