"""The browser that a submission belongs to: a cookie leads it back, and only it sees again what was sent."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from web import receipt, submission
from web.arrival import Arrival
from web.security import Pair, header
from web.visit import Visit

COOKIE = "cx_s"
SENT_SECONDS = 2 * 3_600


def remembered(request: Request, checked: Visit) -> str | None:
    """The submission that this browser has in hand for this very link."""
    if not checked.remembers or COOKIE not in header(request.scope, b"cookie"):
        return None
    sid, _, context = request.cookies.get(COOKIE, "").partition(".")
    return receipt.submission_id(sid) if context == checked.context else None


def may_see(request: Request, checked: Visit, sid: str, kept: submission.Kept) -> bool:
    """Whether this browser may see what was said: a draft whoever has its link, what was sent only who holds it."""
    return not kept.sent or not checked.remembers or remembered(request, checked) == sid


def remember(request: Request, came: Arrival, sid: str, seconds: int = submission.DRAFT_SECONDS) -> tuple[Pair, ...]:
    """The header that leads this browser back to its submission, also from the links that its survey shares."""
    if not came.visit.remembers:
        return ()
    shared = came.bench.serving.of(came.survey.id)
    if shared is None:
        return (_cookie(request, came, came.visit, sid, seconds),)
    visits = (replace(came.visit, survey_id=id) for id in sorted(shared.surveys))
    return tuple(_cookie(request, came, each, sid, seconds) for each in visits)


def _cookie(request: Request, came: Arrival, visit: Visit, sid: str, seconds: int) -> Pair:
    secure = "; Secure" if came.by_https or request.scope["scheme"] == "https" else ""
    path = f"{request.scope.get('root_path', '')}/s/{visit.survey_id}"
    cookie = f"{COOKIE}={sid}.{visit.context}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", cookie.encode("latin-1")
