"""Links to questionnaires, as customers' devices reach them."""

from __future__ import annotations

import os
from urllib.parse import urlencode, urlsplit

import streamlit as st


def path(survey: str, **about: str | None) -> str:
    """The questionnaire on this server: ``/s/branch-visit?branch=b0101``. None and empty values are left out."""
    query = urlencode({name: value for name, value in about.items() if value})
    return f"/s/{survey}{'?' if query else ''}{query}"


def address() -> str:
    """Where links begin: ``CX_PUBLIC_URL``, else the address that this browser uses."""
    public = os.environ.get("CX_PUBLIC_URL", "").strip().rstrip("/")
    if public:
        return public
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else "http://localhost:8501"


def personal(token: str) -> str:
    """The whole link that one customer alone has."""
    return f"{address()}/i/{token}"


def link(survey: str, **about: str | None) -> str:
    """The whole link."""
    return address() + path(survey, **about)
