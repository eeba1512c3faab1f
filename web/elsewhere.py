"""Addresses of pages that there are not: Streamlit answers them with a blank page, or its own in English."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from web import signin
from web.security import header

_PAGES = {file.stem: file.parent.name for file in (Path(__file__).parents[1] / "pages").glob("*/*.py")}
# What Streamlit serves itself, by first path segment; a browser asks for some of it (downloads) as it does for pages.
_STREAMLIT = frozenset(("_stcore", "static", "media", "component", "app", "auth", "oauth2callback", "index.html",
                        "favicon.png", "manifest.json"))  # fmt: skip


class Elsewhere(Route):
    """Matches where a browser asks for a page that is none; all that Streamlit's own scripts ask for goes on to it."""

    def __init__(self) -> None:
        super().__init__("/{rest:path}", _lead, methods=["GET"])

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As every route, or not at all."""
        if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in header(scope, b"accept"):
            return Match.NONE, {}
        first, slash, _ = scope["path"].strip("/").partition("/")
        known = not first or first in _STREAMLIT or (first in _PAGES and not slash)
        return (Match.NONE, {}) if known else super().matches(scope)


async def _lead(request: Request) -> Response:
    """On to the page, where the address names its section too; else 404."""
    section, _, stem = request.url.path.strip("/").partition("/")
    if _PAGES.get(stem) != section:
        return await signin.not_found(request)
    return RedirectResponse(f"/{stem}?{request.url.query}" if request.url.query else f"/{stem}", 303)
