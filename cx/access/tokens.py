"""Tokens that let other systems send data. Shown once; kept as a hash. Owner of the table ``api_token``."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from cx.access.rights import User, may
from cx.store import audit
from cx.store.database import Database
from cx.words import Problem, Refused

LONGEST_DAYS = 730
_LONGEST_NAME = 60
_SHAPE = re.compile(r"cx_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
_COLUMNS = (
    "token_id, hash, name, source, feeds, indicators, branches, created_by, created_at, expires_at, revoked_by, "
    "revoked_at"
)


@dataclass(frozen=True)
class Token:
    """One token. Moments are UTC without zone. ``feeds``: whose events it may send; ``indicators``: whose values (None:
    all); ``branches``: whose data (None: all, the whole bank's too)."""

    id: str
    name: str
    source: str
    feeds: frozenset[str]
    indicators: frozenset[str] | None
    branches: frozenset[str] | None
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked_by: str | None = None
    revoked_at: dt.datetime | None = None

    def alive(self, now: dt.datetime) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class Order:
    """What a new token is to be: see :class:`Token`; ``days`` until it ends."""

    name: str
    source: str
    feeds: Collection[str] = ()
    indicators: Collection[str] | None = ()
    branches: Collection[str] | None = None
    days: int = 365


def make(db: Database, order: Order, user: User, now: dt.datetime) -> tuple[Token, str]:
    """A new token and its secret text, which is kept nowhere.

    Raises :class:`Refused`: ``right_missing``, ``token_name``, ``token_days``, ``token_for_nothing``, ``token_taken``.
    """
    _guard(user)
    _check(order)
    id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = Token(
        id, order.name.strip(), order.source.strip(), frozenset(order.feeds),
        None if order.indicators is None else frozenset(order.indicators),
        None if order.branches is None else frozenset(order.branches),
        user.name, now, now + dt.timedelta(days=order.days),
    )  # fmt: skip
    with audit.writing(db) as con:
        if any(other.name == token.name and other.alive(now) for other in everyone(con)):
            raise Refused(Problem("token_taken", values={"name": token.name}))
        con.execute(
            f"INSERT INTO api_token ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            [id, _hash(secret), token.name, token.source, _listed(token.feeds), _listed(token.indicators),
             _listed(token.branches), user.name, now, token.expires_at],
        )  # fmt: skip
        detail = {
            "name": token.name, "source": token.source, "feeds": sorted(token.feeds),
            "indicators": None if token.indicators is None else sorted(token.indicators),
            "branches": None if token.branches is None else sorted(token.branches),
            "last_day": token.expires_at.date().isoformat(),
        }  # fmt: skip
        audit.write(con, user.name, "token_made", id, detail)
    return token, f"cx_{id}_{secret}"


def revoke(db: Database, id: str, user: User, now: dt.datetime) -> None:
    """End a token at once. Raises :class:`Refused`: ``right_missing``, ``token_unknown``."""
    _guard(user)
    with audit.writing(db) as con:
        found = next((token for token in everyone(con) if token.id == id and token.revoked_at is None), None)
        if found is None:
            raise Refused(Problem("token_unknown"))
        con.execute("UPDATE api_token SET revoked_by = ?, revoked_at = ? WHERE token_id = ?", [user.name, now, id])
        audit.write(con, user.name, "token_revoked", id, {"name": found.name})


def find(con: duckdb.DuckDBPyConnection, presented: str, now: dt.datetime) -> Token | None:
    """The living token of a secret text. As long for a wrong one as for a right one."""
    shape = _SHAPE.fullmatch(presented)
    id, secret = shape.groups() if shape else ("", "")
    rows = con.execute(f"SELECT {_COLUMNS} FROM api_token WHERE token_id = ?", [id]).fetchall()
    right = hmac.compare_digest(_hash(secret), rows[0][1] if rows else _NOBODY)
    token = _token(rows[0]) if rows and right else None
    return token if token and token.alive(now) else None


def everyone(con: duckdb.DuckDBPyConnection) -> tuple[Token, ...]:
    """All tokens that ever were, the latest first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM api_token ORDER BY created_at DESC, token_id").fetchall()
    return tuple(_token(row) for row in rows)


def _guard(user: User) -> None:
    if not may(user, "tokens"):
        raise Refused(Problem("right_missing", values={"name": user.name}))


def _check(order: Order) -> None:
    problems = [
        Problem("token_name", values={"longest": _LONGEST_NAME})
        for text in (order.name.strip(), order.source.strip())
        if not (0 < len(text) <= _LONGEST_NAME and text.isprintable())
    ][:1]
    if not 1 <= order.days <= LONGEST_DAYS:
        problems.append(Problem("token_days", values={"longest": LONGEST_DAYS}))
    if not order.feeds and order.indicators is not None and not order.indicators:
        problems.append(Problem("token_for_nothing"))
    if order.branches is not None and not order.branches:
        problems.append(Problem("token_for_nothing"))
    if problems:
        raise Refused(*problems)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _listed(names: frozenset[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names), ensure_ascii=False)


def _set(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(json.loads(text))


def _token(row: tuple) -> Token:  # type: ignore[type-arg]
    id, _, name, source, feeds, indicators, branches, *rest = row
    return Token(id, name, source, _set(feeds) or frozenset(), _set(indicators), _set(branches), *rest)
