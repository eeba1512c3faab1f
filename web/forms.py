"""Small forms of our own pages: reading them, telling a real one from a forged one, and where to go afterwards."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cx import workbench
from cx.access.rights import User
from cx.access.sessions import form_token
from cx.words import LANGUAGES
from web.security import COOKIE, public_url

FORM_COOKIE = "cx_form"
LANGUAGE_COOKIE = "cx_lang"
_LARGEST, _MOST_FIELDS = 16_384, 50
_YEAR = 365 * 86_400


async def read(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form of at most 16 KB (413) and 50 fields (400). The last of equal names wins."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                raise HTTPException(413)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    text = body.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"))
    except ValueError as error:
        raise HTTPException(400) from error


def signed_in(request: Request) -> tuple[str, User] | None:
    """Token and user of the session, when there is a living one."""
    token = request.cookies.get(COOKIE)
    user = workbench.current().accounts.who(token)
    return (token, user) if token and user else None


def expected_token(request: Request) -> str | None:
    """What a form from this browser must carry: bound to the session, or before sign-in to a cookie of its own."""
    session = signed_in(request)
    return form_token(session[0]) if session else request.cookies.get(FORM_COOKIE)


def genuine(request: Request, form: dict[str, str]) -> bool:
    """Whether a form was made by us for this browser."""
    expected = expected_token(request)
    return bool(expected) and hmac.compare_digest(str(expected).encode(), form.get("form", "").encode())


def fresh_token() -> str:
    """A token for a browser that has none yet."""
    return secrets.token_urlsafe(24)


def language(request: Request) -> str:
    """The user's own language, else the one chosen on this browser, else the browser's, else Chinese."""
    session = signed_in(request)
    if session:
        return session[1].lang
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    for part in request.headers.get("accept-language", "").lower().split(","):
        lang = part.split(";")[0].strip().split("-")[0]
        if lang in LANGUAGES:
            return lang
    return LANGUAGES[0]


def local(there: str) -> str:
    """A path on this server, or ``/`` when ``there`` could lead elsewhere (``//evil``, ``/\\evil``, ``https:…``)."""
    plain = unquote(there)
    outside = not there.startswith("/") or plain.startswith("//") or "\\" in plain or not plain.isprintable()
    if outside or urlsplit(there).netloc or plain.split("?")[0].split("/")[1] in ("login", "logout", "password"):
        return "/"
    return there


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites' forms do not send; Secure where the page came by https, or
    where users reach this server by https (``CX_PUBLIC_URL``) though the proxy before it does not say so."""
    secure = "https" in (request.scope["scheme"], public_url().scheme)
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def remember_language(request: Request, response: Response, lang: str) -> None:
    """Keep the language on this browser for a year."""
    set_cookie(request, response, LANGUAGE_COOKIE, lang, _YEAR)
