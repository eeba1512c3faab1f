"""What every answer and every request goes through: the sign-in gate, the cross-site check and security headers."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cx.access.rights import User, may
from cx.words import LANGUAGES, Problem, Translator

COOKIE = "cx_session"
_UPLOADS = "/_stcore/upload_file"
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # not no-referrer: with it browsers send "Origin: null" with our own forms
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}

Pair = tuple[bytes, bytes]


class Complete(list[Pair]):
    """Headers as they go out, made once for many answers and with a policy of their own: nothing is added to them."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Complete:
        """Headers, and those that every answer of ours has."""
        return cls((name.encode(), value.encode("latin-1")) for name, value in {**headers, **_ALWAYS}.items())


def policy(script: Iterable[str] = (), framed_by: Iterable[str] = (), style: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page of ours; every argument is a list of CSP sources.

    Scripts and styles come from this server's files only, plus what ``script`` and ``style`` name (``'sha256-…'``).
    ``framed_by`` are further origins that may put the page in a frame, beside this server itself.
    """
    scripts, styles, frames = (" ".join(("'self'", *sources)) for sources in (script, style, framed_by))
    return (
        "default-src 'none'; base-uri 'none'; form-action 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; script-src {scripts}; style-src {styles}; frame-ancestors {frames}"
    )


def _streamlit_policy() -> str:
    """The strictest policy that Streamlit works under: its one inline script by hash; Vega compiles expressions (eval),
    emotion writes styles, download and chart images are data or blob URLs."""
    spec = find_spec("streamlit")
    assert spec is not None and spec.origin is not None
    page = (Path(spec.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in inline)
    return (
        "default-src 'self'; base-uri 'self'; form-action 'self'; object-src 'none'; frame-ancestors 'self'; "
        f"script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
        "connect-src 'self' blob: data:; frame-src 'self'"
    )


def public_url() -> SplitResult:
    """Where a proxy shows this server to its users (``CX_PUBLIC_URL``); empty parts without one."""
    try:
        return urlsplit(os.environ.get("CX_PUBLIC_URL", "").strip())
    except ValueError:
        return urlsplit("")


def cross_site(scope: Scope, public: str = "") -> bool:
    """Whether a browser says that another site made this request. Without such a header it is no browser's: False.

    ``public`` is a host (with port) that is ours too, beside the one that the request names.
    """
    fetch_site = header(scope, b"sec-fetch-site")
    if fetch_site:
        return fetch_site not in ("same-origin", "none")
    origin = header(scope, b"origin")
    if not origin:
        return False
    host = origin.rpartition("://")[2]  # urlsplit raises where an origin is none
    return host != header(scope, b"host") and not (public and host == public)


def header(scope: Scope, name: bytes) -> str:
    """The first header of that name in small letters, empty without one; without Starlette's objects, for hot paths."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def token_of(scope: Scope) -> str | None:
    """The session's token in the cookie of a request or a websocket."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            token = cookie_parser(value.decode("latin-1")).get(COOKIE)
            if token is not None:
                return token
    return None


class Security:
    """ASGI middleware. ``open_to_all`` are first path segments that need no sign-in (the routes of ``web/``); all else,
    Streamlit's websocket, uploads and media included, needs a living session. ``who`` finds a token's user."""

    def __init__(self, app: ASGIApp, open_to_all: frozenset[str], who: Callable[[str | None], User | None]) -> None:
        self._app, self._open, self._who = app, open_to_all, who
        self._own, self._streamlit = policy(), _streamlit_policy()
        self._public = public_url().netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_open = scope["path"].removeprefix("/").partition("/")[0] in self._open
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, is_open)
            return
        refusal = self._refusal(scope, is_open)
        csp = self._own if is_open or refusal else self._streamlit
        await (refusal or self._app)(scope, receive, with_headers(send, csp, scope["path"]))

    def _refusal(self, scope: Scope, is_open: bool) -> Response | None:
        """What to answer instead, when the request must not go on."""
        if scope["method"] not in _SAFE_METHODS and cross_site(scope, self._public):
            told = "\n".join(Problem("cross_site").tell(Translator(lang)) for lang in LANGUAGES)
            return PlainTextResponse(told, 403)
        if is_open:
            return None
        user = self._who(token_of(scope))
        if user is not None and not user.must_change:
            if scope["path"].startswith(_UPLOADS) and not may(user, "upload"):
                return PlainTextResponse("no right to upload", 403)  # Streamlit keeps in memory whatever it is sent
            return None
        if "text/html" not in header(scope, b"accept") or scope["method"] != "GET":
            return PlainTextResponse("sign in first", 401)
        query = scope["query_string"].decode("latin-1")
        there = quote(scope["path"] + (f"?{query}" if query else ""), safe="/")
        return RedirectResponse(f"{'/password' if user else '/login'}?next={there}", 303)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, is_open: bool) -> None:
        ours = not cross_site(scope, self._public)
        if ours and (is_open or self._who(token_of(scope)) is not None):
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1008})


def with_headers(send: Send, csp: str, path: str) -> Send:
    """``send``, adding to every answer the headers that it lacks; ``csp`` where it has no policy of its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and type(message["headers"]) is not Complete:
            headers = MutableHeaders(scope=message)
            for name, value in _headers(headers, csp, path):
                headers[name] = value
        await send(message)

    return sending


def _headers(headers: MutableHeaders, csp: str, path: str) -> Iterator[tuple[str, str]]:
    yield from _ALWAYS.items()
    if "content-security-policy" not in headers:
        yield "content-security-policy", csp
        yield "x-frame-options", "SAMEORIGIN"
    if not path.startswith(("/static/", "/assets/")) or headers.get("content-type", "").startswith("text/html"):
        yield "cache-control", "no-store"
