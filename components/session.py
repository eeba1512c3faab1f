"""What one browser tab remembers between reruns, and who sits there. The only file that says session_state."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from cx import workbench
from cx.access.rights import User

COOKIE = "cx_session"
_OWNER = "_cx_owner"
Value = TypeVar("Value")


def token() -> str | None:
    """The session cookie as the browser sent it when this tab connected."""
    return st.context.cookies.get(COOKIE)


def user() -> User | None:
    """Who is signed in; asked anew at every rerun, so that a sign-out anywhere counts here too."""
    found = workbench.current().accounts.who(token())
    if found is not None and get(_OWNER, found.name) != found.name:
        st.session_state.clear()
    if found is not None:
        put(_OWNER, found.name)
    return found


def get(key: str, default: Value) -> Value:
    """What was put under a key, or the value of the widget with that key."""
    return st.session_state.get(key, default)  # type: ignore[no-any-return]


def put(key: str, value: object) -> None:
    """Remember a value; under a widget's key, before that widget is drawn, it sets the widget."""
    st.session_state[key] = value


def drop(key: str) -> None:
    """Forget a value."""
    if key in st.session_state:
        del st.session_state[key]


def take(key: str, default: Value) -> Value:
    """Get and forget: for a message that is shown once."""
    value = get(key, default)
    drop(key)
    return value
