"""``/s/{survey}``: the questionnaire that customers answer. Plain pages; a script only adds comfort.

Here is what is shown; what is handed in goes through :mod:`web.answering`.
"""

from __future__ import annotations

import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx.survey import flow, piping
from cx.words import Translator
from web import continuing, reached, receipt, submission, survey_ends, survey_form, survey_view, versions
from web.answering import answer
from web.arrival import Arrival, arrive, message
from web.respondent import may_see, remember, remembered
from web.survey_view import Sheet

_drawn = survey_view.Drawn()


async def show(request: Request) -> Response:
    """A page of the questionnaire: the first one fresh, or what this respondent said so far."""
    came = arrive(request)
    if isinstance(came, Response):
        return came
    said = request.scope["query_string"]
    if b"left=" in said and not came.visit.remembers:
        submission.leave(request.query_params.get("left", ""))
    own = came.visit.sid
    sid = own or receipt.submission_id(request.query_params.get("sid")) if b"sid=" in said else None
    if sid is not None:
        return await _go_on(request, came, sid)
    sid = own or (remembered(request, came.visit) if b"new=" not in said else None)
    new, shared = sid is None, versions.shared(came)
    if shared is not None:
        sid = sid or await versions.begin(request, came, shared, remembered(request, came.visit))
        came = await versions.given(request, came, shared, sid, new)
    if sid is not None and not new:
        kept = await submission.find(came.bench, came.visit, sid)
        if kept is not None and kept.over is None:
            return _resumed(came.of(sid), sid, kept)
        if kept is not None and own:
            return came.closed(kept.over or "")
        if kept is not None:
            sid, new = versions.fresh(shared, sid) if shared else None, True
    return _fresh(request, came, sid, new)


def _fresh(request: Request, came: Arrival, sid: str | None, new: bool) -> Response:
    """The first page for somebody new (or with nothing said): mostly drawn before."""
    sid = sid or receipt.fresh()
    if new:
        reached.opened(came)
    if came.visit.token or came.is_random:
        came = came.of(sid)
        sheet = Sheet(came.first, submission.brought(came.survey, came.visit), fresh=True)
        return came.draw(sheet, sid, int(time.time()), 200, *remember(request, came, sid))
    body = _drawn.first(came.survey, came.visit, came.bench.model, came.first, sid, int(time.time()))
    return came.page(body, 200, *remember(request, came, sid))


def _resumed(came: Arrival, sid: str, kept: submission.Kept) -> Response:
    said = submission.brought(came.survey, came.visit) | kept.said
    notice = "already_sent" if kept.sent else "resumed"
    return came.draw(Sheet(came.first, said, notice=notice, correcting=kept.sent), sid, int(time.time()))


async def _go_on(request: Request, came: Arrival, sid: str) -> Response:
    """A later page, or an earlier one again, of a submission in progress."""
    kept = await submission.find(came.bench, came.visit, sid)
    if kept is None or not may_see(request, came.visit, sid, kept):
        if came.visit.remembers:
            return message(request, "forgotten", 410, reopen=came.visit.link())
        return came.go(came.visit.link())
    if kept.over is not None:
        return came.closed(kept.over)
    survey = came.bench.shelf.get(came.survey.id, kept.digest) if kept.digest else came.survey
    if survey is None:
        return message(request, "stale", 410, reopen=came.visit.link())
    came = replace(came, survey=survey).of(sid)
    page = came.number(request.query_params.get("p", "1"))
    if page is None:
        return came.go(came.visit.link())
    said = submission.brought(survey, came.visit) | kept.said
    notice = "already_sent" if kept.sent else "continued" if "again" in request.query_params else None
    return came.draw(Sheet(page, said, notice=notice, correcting=kept.sent), sid, int(time.time()))


async def thanks(request: Request) -> Response:
    """Thanks and the receipt code. A shared device shows the code once."""
    came = arrive(request, closed_too=True)
    if isinstance(came, Response):
        return came
    query, visit, survey = request.query_params, came.visit, came.survey
    once = submission.codes.take(query.get("once", "")) if not visit.remembers else None
    code, own = once or (query.get("code", "") if visit.remembers else "", "")
    if visit.mode == "preview":
        code = None
    elif not code or not receipt.is_code(code):
        return came.go(visit.link(f"../{survey.id}"))
    elif visit.remembers:
        own = await _thanked(request, came)
    return came.page(survey_ends.thanks(survey, visit, came.bench.model, code, query.get("changed") == "1", own))


async def _thanked(request: Request, came: Arrival) -> str:
    """The survey's own thanks, with what this browser's respondent said where it mentions that."""
    t, answers = Translator(came.visit.lang), {}
    if "{{" in t.pick(came.survey.thanks):
        sid = remembered(request, came.visit)
        kept = await submission.find(came.bench, came.visit, sid) if sid else None
        answers = flow.complete(came.survey, survey_view.answers_of(came.survey, kept.said)) if kept else {}
    return piping.fill(came.survey.thanks, came.survey, answers, t)


async def visible(request: Request) -> Response:
    """What the page shows now (:func:`cx.survey.flow.shown`), for the script: ``{"visible": […]}``."""
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return JSONResponse({"visible": None}, error.status)
    came = arrive(request, posted)
    page = came.number(posted.one("_p")) if isinstance(came, Arrival) else None
    own = came.visit.sid if isinstance(came, Arrival) else ""
    sid = own or receipt.submission_id(posted.one("_sid"))
    if isinstance(came, Response) or page is None or sid is None:
        return JSONResponse({"visible": None}, 422)
    came = came.of(sid)
    kept = await submission.find(came.bench, came.visit, sid) if len(came.survey.pages) > 1 else None
    before = kept.said if kept is not None and may_see(request, came.visit, sid, kept) else {}
    said = submission.merged(came.survey, page, submission.brought(came.survey, came.visit) | before, posted.fields)
    shows = flow.visible(came.survey, page, survey_view.answers_of(came.survey, said))
    return JSONResponse({"visible": flow.shown(shows)})


routes = [
    Route("/s/{survey}", show, methods=["GET"]),
    Route("/s/{survey}", answer, methods=["POST"]),
    Route("/s/{survey}/thanks", thanks, methods=["GET"]),
    Route("/s/{survey}/visible", visible, methods=["POST"]),
    Route("/s/{survey}/later", continuing.later, methods=["GET"]),
    Route("/s/{survey}/c", continuing.typed, methods=["POST"]),
    Route("/s/{survey}/c/{code}", continuing.go_on, methods=["GET"]),
    Route("/s/{survey}/photo/{name}", continuing.photo, methods=["GET"]),
]
