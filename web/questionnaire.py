"""``/s/{survey}``: the questionnaire that customers answer. Plain pages; a script only adds comfort.

Every way through it is a form post that is checked by :mod:`cx.survey.flow`, made durable by the journal, and answered
with a redirect, so that Back, reload, a second click and sending again never make a second response.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx.store.journal import NotSaved
from cx.survey import flow
from cx.survey.schema import Survey
from web import receipt, submission, survey_form, survey_view
from web.arrival import Arrival, arrive, began, message
from web.survey_view import Sheet
from web.visit import Visit

COOKIE = "cx_s"
_DRAFT_SECONDS = 7 * 86_400
_SENT_SECONDS = 2 * 3_600
_drawn = survey_view.Drawn()


async def show(request: Request) -> Response:
    """A page of the questionnaire: the first one fresh, or what this respondent said so far."""
    came = arrive(request)
    if isinstance(came, Response):
        return came
    said = request.scope["query_string"]
    if b"left=" in said and not came.visit.remembers:
        submission.leave(request.query_params.get("left", ""))
    sid = receipt.submission_id(request.query_params.get("sid")) if b"sid=" in said else None
    if sid is not None:
        return await _go_on(request, came, sid)
    sid = _remembered(request, came.visit) if b"new=" not in said else None
    if sid is not None:
        kept = await submission.find(came.bench, came.visit, sid)
        if kept is not None:
            said = submission.brought(came.survey, came.visit) | kept.said
            notice = "already_sent" if kept.sent else "resumed"
            sheet = Sheet(_first(came.survey), said, notice=notice, correcting=kept.sent)
            return came.draw(sheet, sid, int(time.time()))
    sid = sid or str(uuid.uuid4())
    body = _drawn.first(came.survey, came.visit, came.bench.model, _first(came.survey), sid, int(time.time()))
    return _remember(request, came, sid, came.page(body), _DRAFT_SECONDS)


async def _go_on(request: Request, came: Arrival, sid: str) -> Response:
    """A later page, or an earlier one again, of a submission in progress."""
    kept = await submission.find(came.bench, came.visit, sid)
    if kept is None:
        if came.visit.remembers:
            return message(request, "forgotten", 410, reopen=came.visit.link())
        return came.go(came.visit.link())
    survey = came.bench.shelf.get(came.survey.id, kept.digest) if kept.digest else came.survey
    if survey is None:
        return message(request, "stale", 410, reopen=came.visit.link())
    page = _number(request.query_params.get("p", "1"), survey)
    if page is None:
        return came.go(came.visit.link())
    said = submission.brought(survey, came.visit) | kept.said
    sheet = Sheet(page, said, notice="already_sent" if kept.sent else None, correcting=kept.sent)
    return replace(came, survey=survey).draw(sheet, sid, int(time.time()))


async def answer(request: Request) -> Response:
    """A page handed in."""
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return message(request, "too_large_lost" if error.status == 413 else "malformed", error.status)
    came = arrive(request, posted)
    if isinstance(came, Response):
        return came
    sid = receipt.submission_id(posted.one("_sid"))
    page = _number(posted.one("_p"), came.survey)
    if sid is None or page is None:
        return message(request, "malformed", 422, reopen=came.visit.link())
    return await _hand_in(request, came, posted, sid, page)


async def _hand_in(request: Request, came: Arrival, posted: survey_form.Posted, sid: str, page: int) -> Response:
    survey, since = came.survey, began(posted)
    before = await _before(came, sid, page)
    if before is None:
        return message(request, "forgotten", 410, reopen=came.visit.link())
    said = submission.merged(survey, page, before, posted.fields)
    sheet = Sheet(page, said, correcting="_r" in posted.fields)
    if posted.too_large:
        return came.draw(replace(sheet, notice="too_large"), sid, since, 413)
    try:
        if posted.one("_go") == "back":
            return await _back(came, sid, sheet)
        earlier = survey_view.answers_of(survey, before) if len(survey.pages) > 1 else {}
        turn = flow.turn(survey, page, earlier, posted.fields)
        new = _unseen(survey, page, turn.answers, posted)
        problems = {id: problem for id, problem in turn.problems.items() if id not in new}
        if problems or new:
            sheet = replace(sheet, problems=problems, new=new, notice="new_questions" if new else None)
            return came.draw(sheet, sid, since, 422 if problems else 200)
        if turn.page is not None:
            await submission.keep_draft(came.bench, survey, came.visit, sid, said)
            return came.go(came.visit.link(sid=sid, p=str(turn.page + 1)))
        return await _finish(request, came, sid, sheet, turn.answers, since)
    except NotSaved:
        return came.draw(replace(sheet, notice="not_saved"), sid, since, 503)


async def _before(came: Arrival, sid: str, page: int) -> submission.Said | None:
    """What other pages said; None when it should be there and is not."""
    said = submission.brought(came.survey, came.visit)
    if len(came.survey.pages) == 1:
        return said
    kept = await submission.find(came.bench, came.visit, sid)
    if kept is None and page != _first(came.survey):
        return None
    return said | (kept.said if kept else {})


async def _back(came: Arrival, sid: str, sheet: Sheet) -> Response:
    """The page before, with this page kept as it is, finished or not."""
    answers = survey_view.answers_of(came.survey, sheet.said)
    await submission.keep_draft(came.bench, came.survey, came.visit, sid, dict(sheet.said))  # type: ignore[arg-type]
    page = flow.previous_page(came.survey, sheet.page, answers)
    return came.go(came.visit.link(sid=sid, p=str((page or 0) + 1)))


async def _finish(
    request: Request, came: Arrival, sid: str, sheet: Sheet, answers: Mapping[str, object], since: int
) -> Response:
    survey = came.survey
    whole = flow.complete(survey, answers)
    wrong = flow.problems(survey, whole) if len(survey.pages) > 1 else {}
    if wrong:
        page = next(i for i, each in enumerate(survey.pages) if any(q.id in wrong for q in each.questions))
        return came.draw(replace(sheet, page=page, problems=wrong), sid, since, 422)
    thanks = f"{survey.id}/thanks"
    if came.visit.mode == "preview":
        return came.go(came.visit.link(thanks))
    await submission.send(came.bench, survey, came.visit, sid, whole, since)
    code = receipt.code(sid)
    if not came.visit.remembers:
        return came.go(came.visit.link(thanks, once=submission.codes.put_new(code)))
    changed = {"changed": "1"} if sheet.correcting else {}
    return _remember(request, came, sid, came.go(came.visit.link(thanks, code=code, **changed)), _SENT_SECONDS)


async def thanks(request: Request) -> Response:
    """Thanks and the receipt code. A shared device shows the code once."""
    came = arrive(request, closed_too=True)
    if isinstance(came, Response):
        return came
    query = request.query_params
    code = submission.codes.take(query.get("once", "")) if not came.visit.remembers else query.get("code", "")
    if came.visit.mode == "preview":
        code = None
    elif not code or not receipt.is_code(code):
        return came.go(came.visit.link(f"../{came.survey.id}"))
    body = survey_view.thanks(came.survey, came.visit, came.bench.model, code, query.get("changed") == "1")
    return came.page(body)


async def visible(request: Request) -> Response:
    """Which questions the page shows now, for the script: ``{"visible": […]}``."""
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return JSONResponse({"visible": None}, error.status)
    came = arrive(request, posted)
    page = _number(posted.one("_p"), came.survey) if isinstance(came, Arrival) else None
    sid = receipt.submission_id(posted.one("_sid"))
    if isinstance(came, Response) or page is None or sid is None:
        return JSONResponse({"visible": None}, 422)
    before = await _before(came, sid, page) or {}
    answers = survey_view.answers_of(came.survey, submission.merged(came.survey, page, before, posted.fields))
    return JSONResponse({"visible": [question.id for question in flow.visible(came.survey, page, answers)]})


def _first(survey: Survey) -> int:
    return flow.next_page(survey, -1, {}) or 0


def _number(text: str, survey: Survey) -> int | None:
    """A page number as it stands in forms and links (from 1), as an index."""
    known = text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(survey.pages)
    return int(text) - 1 if known else None


def _unseen(survey: Survey, page: int, answers: Mapping[str, object], posted: survey_form.Posted) -> frozenset[str]:
    """Questions that show because of these answers and did not stand on the page before."""
    if "_v" not in posted.fields:
        return frozenset()
    seen = set(posted.one("_v").split(","))
    if all(question.id in seen for question in survey.pages[page].questions):
        return frozenset()
    return frozenset(q.id for q in flow.visible(survey, page, answers) if q.id not in seen and q.type != "note")


def _remembered(request: Request, checked: Visit) -> str | None:
    """The submission that this browser has in hand for this very link."""
    if not checked.remembers:
        return None
    sid, _, context = request.cookies.get(COOKIE, "").partition(".")
    return receipt.submission_id(sid) if context == checked.context else None


def _remember(request: Request, came: Arrival, sid: str, response: Response, seconds: int) -> Response:
    if came.visit.remembers:
        secure = "; Secure" if request.scope["scheme"] == "https" else ""
        path = request.scope.get("root_path", "") + f"/s/{came.survey.id}"
        response.headers["set-cookie"] = (
            f"{COOKIE}={sid}.{came.visit.context}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}"
        )
    return response


routes = [
    Route("/s/{survey}", show, methods=["GET"]),
    Route("/s/{survey}", answer, methods=["POST"]),
    Route("/s/{survey}/thanks", thanks, methods=["GET"]),
    Route("/s/{survey}/visible", visible, methods=["POST"]),
]
