"""Going on later or on another phone: the page that says how, the short address that leads back, photos on the way."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from cx import workbench
from cx.words import LANGUAGES
from web import photos, receipt, submission, survey_ends, survey_form, visit
from web.arrival import Arrival, arrive, message
from web.guesses import Guesses, wait
from web.respondent import may_see, remember
from web.security import public_url

guesses = Guesses()
_TYPED = 60


async def later(request: Request) -> Response:
    """How to go on with this draft: a code to scan, a link, a code to type."""
    found = await _draft(request)
    if isinstance(found, Response):
        return found
    came, sid, kept = found
    code = receipt.going_on(sid)
    there = _address(request, f"/s/{came.survey.id}/c/{code}")
    go_on = came.visit.link(f"../{came.survey.id}", sid=sid, p=str(kept.page + 1))
    return came.page(survey_ends.later(came.survey, came.visit, came.bench.model, code, there, go_on))


async def go_on(request: Request) -> Response:
    """The short address: on to the page where the respondent stood, by the link they had come by."""
    return await _lead_back(request, request.path_params["code"], "../../")


async def typed(request: Request) -> Response:
    """The same by a code typed into the first page."""
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return message(request, "malformed", error.status)
    return await _lead_back(request, posted.one("code"), "../")


async def _lead_back(request: Request, code: str, up: str) -> Response:
    bench, id = workbench.current(), request.path_params["survey"]
    survey, sid = bench.shelf.get(id), receipt.submission_of(code)
    if survey is None:
        return message(request, "unknown", 404)
    kept = await submission.stored(bench, id, sid) if sid else None
    if sid is None or kept is None or kept.sent or kept.over or not kept.link:
        if guesses.by(request):
            return wait(message(request, "code_guessing", 429))
        return message(request, "code_unknown", 410, reopen=f"{up}{id}?{_language(request)}", typed=code[:_TYPED])
    said = dict(parse_qsl(kept.link))
    checked = visit.read(survey, said, "", bench.model, frozenset())
    came = Arrival(bench, survey, checked)
    there = checked.link(f"{up}{id}", sid=sid, p=str(kept.page + 1), again="1")
    return came.go(there, *remember(request, came, sid))


def _language(request: Request) -> str:
    lang = request.query_params.get("lang")
    return f"lang={lang}" if lang in LANGUAGES else ""


async def photo(request: Request) -> Response:
    """A photo sent before, for the same submission."""
    found = await _draft(request, sent_too=True)
    if isinstance(found, Response):
        return found
    came, _, kept = found
    return photos.answer(came.bench, kept.said, came.survey, request.path_params["name"]) or Response(status_code=404)


async def _draft(request: Request, sent_too: bool = False) -> tuple[Arrival, str, submission.Kept] | Response:
    came = arrive(request, closed_too=True)
    if isinstance(came, Response):
        return came
    sid = came.visit.sid or receipt.submission_id(request.query_params.get("sid"))
    kept = await submission.find(came.bench, came.visit, sid) if sid else None
    if sid is None or kept is None or not may_see(request, came.visit, sid, kept) or (kept.sent and not sent_too):
        return message(request, "forgotten", 410, reopen=came.visit.link(f"../{came.survey.id}"))
    return came, sid, kept


def _address(request: Request, path: str) -> str:
    """The path as people outside reach it."""
    public, own = public_url(), request.url
    root = (
        f"{public.scheme}://{public.netloc}{public.path.rstrip('/')}"
        if public.netloc
        else f"{own.scheme}://{own.netloc}"
    )
    return f"{root}{'' if public.netloc else request.scope.get('root_path', '')}{path}"
