"""Passwords: rules, one-time passwords, and checking in constant time (bcrypt, by streamlit-authenticator's Hasher)."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from cx.words import Problem, Refused

SHORTEST = 10
LONGEST_BYTES = 72  # bcrypt reads no further; what it would ignore must not count as a secret
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: read aloud and typed from paper
_NOBODY = "$2b$12$8cgo1PI7i/vosuzsZ67Zjuj3G7ibVUXWvZPmzbVDjGshUPSuwxO0m"


def one_time() -> str:
    """A random password of 20 letters and digits in groups of five (99 bits), for one sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def check_rules(password: str, name: str) -> None:
    """Raise :class:`Refused` with every rule that a new password breaks."""
    problems = []
    text = _normal(password)
    if len(text) < SHORTEST:
        problems.append(Problem("password_short", values={"shortest": SHORTEST, "length": len(text)}))
    if len(text.encode()) > LONGEST_BYTES:
        problems.append(Problem("password_long", values={"longest": LONGEST_BYTES, "length": len(text.encode())}))
    if "\0" in text:
        problems.append(Problem("password_nul"))
    if len(set(text)) < 4 or name.casefold() == text.casefold():
        problems.append(Problem("password_simple"))
    if problems:
        raise Refused(*problems)


def hashed(password: str) -> str:
    """The bcrypt hash of a password that keeps the rules."""
    return str(_hasher().hash(_normal(password)))


def matches(password: str, digest: str | None) -> bool:
    """Whether a password fits a hash; takes as long when there is no such user (``digest`` None) or it cannot fit."""
    text = _normal(password)
    readable = len(text.encode()) <= LONGEST_BYTES and "\0" not in text
    if digest is None or not readable or not _hasher().is_hash(digest):
        _hasher().check_pw("not the password", _NOBODY)
        return False
    return bool(_hasher().check_pw(text, digest))


@cache
def _hasher() -> Any:
    """streamlit-authenticator's Hasher from its file: importing the package brings Streamlit and components into this
    floor, half a second to every start, and warnings to standard output."""
    package = find_spec("streamlit_authenticator")
    assert package is not None and package.origin is not None
    spec = spec_from_file_location("cx_hasher", Path(package.origin).parent / "utilities" / "hasher.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Hasher


def _normal(password: str) -> str:
    """One spelling of composed characters: keyboards differ in it."""
    return unicodedata.normalize("NFC", password.encode("utf-8", "replace").decode())
