"""The credentials file: streamlit-authenticator's YAML (``credentials: usernames: …``) with what cx needs beside it."""

from __future__ import annotations

import re
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from cx.access.files import fingerprint, write_private
from cx.access.rights import BRANCH_ROLES, ROLES, User
from cx.words import FALLBACK, LANGUAGES, Problem, Refused, Translator

_NAME = re.compile(r"[^\W_](?:[\w.@-]{0,38}[^\W_])?")  # letters of any script: 王小明, li.na, zhang_san@branch
_DISPLAY_LONGEST = 60


@dataclass(frozen=True)
class Account:
    """One entry of the file. ``stamp`` changes whenever open sessions must end; ``lang`` is None until first chosen."""

    name: str
    display: str
    role: str
    password: str
    branches: tuple[str, ...] = ()
    must_change: bool = True
    lang: str | None = None
    disabled: bool = False
    stamp: str = ""

    @property
    def administers(self) -> bool:
        """Whether this account can look after the others."""
        return self.role == "admin" and not self.disabled

    def user(self) -> User:
        """The account as the rest of cx sees it."""
        branches = frozenset(self.branches) if self.role in BRANCH_ROLES else None
        return User(self.name, self.display, self.role, branches, self.lang or LANGUAGES[0], self.must_change)

    def checked(self) -> Account:
        """Itself, when name, display name, role and language are possible; raises :class:`Refused` otherwise."""
        problems = []
        if not _NAME.fullmatch(self.name):
            problems.append(Problem("user_name", values={"name": self.name[:40]}))
        if not 0 < len(self.display.strip()) <= _DISPLAY_LONGEST or not self.display.isprintable():
            problems.append(Problem("user_display", values={"longest": _DISPLAY_LONGEST}))
        if self.role not in ROLES:
            problems.append(Problem("user_role", values={"role": self.role, "roles": ", ".join(ROLES)}))
        if self.lang is not None and self.lang not in LANGUAGES:
            problems.append(Problem("user_language", values={"lang": self.lang}))
        if problems:
            raise Refused(*problems)
        return self


def new_stamp() -> str:
    """A stamp unlike any before."""
    return secrets.token_hex(8)


class Users:
    """The file in memory; a change made by another process (``python -m cx user …``) is seen at the next call.

    A file that someone broke while cx runs leaves the last good version in service, and is not written over.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._seen: tuple[int, int, int] | None = None
        self._accounts: Mapping[str, Account] = {}
        self._broken: Refused | None = None

    def all(self) -> tuple[Account, ...]:
        """Every account, in the order of the file."""
        return tuple(self._read().values())

    def get(self, name: str) -> Account | None:
        """One account by its exact name."""
        return self._read().get(name)

    def add(self, account: Account) -> None:
        """Add an account. Raises :class:`Refused` when the name is taken (whatever its case) or impossible."""
        with self._lock:
            accounts = dict(self._read())
            if account.name.casefold() in {name.casefold() for name in accounts}:
                raise Refused(Problem("user_exists", values={"name": account.name}))
            accounts[account.name] = replace(account.checked(), stamp=new_stamp())
            self._write(accounts)

    def change(self, name: str, how: Callable[[Account], Account]) -> Account:
        """Replace an account by ``how(account)``. Raises :class:`Refused`: unknown name, or no active admin left."""
        with self._lock:
            accounts = dict(self._read())
            if name not in accounts:
                raise Refused(Problem("user_unknown", values={"name": name[:40]}))
            before = accounts[name]
            accounts[name] = how(before).checked()
            if before.administers and not any(account.administers for account in accounts.values()):
                raise Refused(Problem("last_admin", values={"name": name}))
            self._write(accounts)
            return accounts[name]

    def _read(self) -> Mapping[str, Account]:
        seen = fingerprint(self._file)
        if seen != self._seen:
            with self._lock:
                self._load(seen)
        return self._accounts

    def _load(self, seen: tuple[int, int, int] | None) -> None:
        try:
            self._accounts, self._broken = (_parse(self._file) if seen else {}), None
        except Refused as broken:
            if not self._accounts:
                raise
            self._broken = broken
            print(broken.problems[0].tell(Translator(FALLBACK)), file=sys.stderr, flush=True)
        self._seen = seen

    def _write(self, accounts: Mapping[str, Account]) -> None:
        if self._broken is not None:
            raise self._broken
        entries = {name: _entry(account) for name, account in accounts.items()}
        text = yaml.safe_dump({"credentials": {"usernames": entries}}, allow_unicode=True, sort_keys=False)
        write_private(self._file, text)
        self._accounts, self._seen = dict(accounts), fingerprint(self._file)


def _entry(account: Account) -> dict[str, object]:
    """An account in streamlit-authenticator's names (``name`` is the display name, ``roles`` a list)."""
    entry = asdict(account)
    name, display, role = entry.pop("name"), entry.pop("display"), entry.pop("role")
    entry["branches"] = list(account.branches)
    return {"email": f"{name}@cx.invalid", "name": display, "roles": [role], **entry}


def _parse(file: Path) -> Mapping[str, Account]:
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["credentials"]["usernames"]
        return {name: _account(name, entry) for name, entry in entries.items()}
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, IndexError, TypeError, AttributeError, Refused) as error:
        raise Refused(Problem("users_file", str(file), {"detail": str(error).splitlines()[0]})) from error


def _account(name: str, entry: Mapping[str, object]) -> Account:
    known = {key: entry[key] for key in ("must_change", "lang", "disabled", "stamp") if key in entry}
    roles, branches = entry["roles"], entry.get("branches") or []
    if not (isinstance(roles, list) and isinstance(branches, list) and isinstance(entry["password"], str)):
        raise TypeError(name)
    return Account(
        name=name,
        display=str(entry["name"]),
        role=str(roles[0]),
        password=entry["password"],
        branches=tuple(str(branch) for branch in branches),
        **known,  # type: ignore[arg-type]
    ).checked()
