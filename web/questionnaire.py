"""``/s/{survey}``: the questionnaire that customers answer. Plain pages; a script only adds comfort.

Every way through it is a form post that is checked by :mod:`cx.survey.flow`, made durable by the journal, and answered
with a redirect, so that Back, reload, a second click and sending again never make a second response.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx.store.journal import NotSaved
from cx.survey import flow
from cx.survey.schema import Survey
from web import receipt, submission, survey_form, survey_view
from web.arrival import Arrival, arrive, began, message
from web.security import Pair, header
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
    sid = sid or receipt.fresh()
    body = _drawn.first(came.survey, came.visit, came.bench.model, _first(came.survey), sid, int(time.time()))
    return came.page(body, 200, *_remember(request, came, sid, _DRAFT_SECONDS))


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
    before = await _before(came, sid, page)
    if before is None:
        return message(request, "forgotten", 410, reopen=came.visit.link())
    handed = _Handed(came, posted, sid, page, before)
    if posted.too_large:
        return handed.again(413, notice="too_large")
    try:
        if posted.one("_go") == "back":
            return await _back(handed)
        return await _forward(request, handed)
    except NotSaved:
        return handed.again(503, notice="not_saved")


class _Handed(NamedTuple):
    """A page handed in, and what other pages said (``before``)."""

    came: Arrival
    posted: survey_form.Posted
    sid: str
    page: int
    before: submission.Said

    def said(self) -> submission.Said:
        """All that was said: made only where it is shown or kept, most pages handed in are neither."""
        return submission.merged(self.came.survey, self.page, self.before, self.posted.fields)

    @property
    def correcting(self) -> bool:
        """Whether this was sent before."""
        return "_r" in self.posted.fields

    def again(self, status: int, **more: Any) -> Response:
        """The page once more, with all that was said."""
        sheet = Sheet(**{"page": self.page, "said": self.said(), "correcting": self.correcting, **more})
        return self.came.draw(sheet, self.sid, began(self.posted), status)


async def _forward(request: Request, handed: _Handed) -> Response:
    came, posted, sid, page, before = handed
    survey = came.survey
    earlier = survey_view.answers_of(survey, before) if len(survey.pages) > 1 else {}
    turn = flow.turn(survey, page, earlier, posted.fields)
    new = _unseen(survey, page, turn.answers, posted)
    problems = {id: problem for id, problem in turn.problems.items() if id not in new}
    if problems or new:
        notice = "new_questions" if new else None
        return handed.again(422 if problems else 200, problems=problems, new=new, notice=notice)
    if turn.page is not None:
        await submission.keep_draft(came.bench, survey, came.visit, sid, handed.said())
        return came.go(came.visit.link(sid=sid, p=str(turn.page + 1)))
    return await _finish(request, handed, turn.answers)


async def _before(came: Arrival, sid: str, page: int) -> submission.Said | None:
    """What other pages said; None when it should be there and is not."""
    said = submission.brought(came.survey, came.visit)
    if len(came.survey.pages) == 1:
        return said
    kept = await submission.find(came.bench, came.visit, sid)
    if kept is None and page != _first(came.survey):
        return None
    return said | (kept.said if kept else {})


async def _back(handed: _Handed) -> Response:
    """The page before, with this page kept as it is, finished or not."""
    came, said = handed.came, handed.said()
    answers = survey_view.answers_of(came.survey, said)
    await submission.keep_draft(came.bench, came.survey, came.visit, handed.sid, said)
    page = flow.previous_page(came.survey, handed.page, answers)
    return came.go(came.visit.link(sid=handed.sid, p=str((page or 0) + 1)))


async def _finish(request: Request, handed: _Handed, answers: Mapping[str, object]) -> Response:
    came, sid = handed.came, handed.sid
    survey = came.survey
    whole = flow.complete(survey, answers)
    wrong = flow.problems(survey, whole) if len(survey.pages) > 1 else {}
    if wrong:
        page = next(i for i, each in enumerate(survey.pages) if any(q.id in wrong for q in each.questions))
        return handed.again(422, page=page, problems=wrong)
    thanks = f"{survey.id}/thanks"
    if came.visit.mode == "preview":
        return came.go(came.visit.link(thanks))
    code = await submission.send(came.bench, survey, came.visit, sid, whole, began(handed.posted))
    if not came.visit.remembers:
        return came.go(came.visit.link(thanks, once=submission.codes.put_new(code)))
    there = f"{came.visit.link(thanks)}&code={code}{'&changed=1' if handed.correcting else ''}"
    return came.go(there, *_remember(request, came, sid, _SENT_SECONDS))


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


@lru_cache(maxsize=256)
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
    if not checked.remembers or COOKIE not in header(request.scope, b"cookie"):
        return None
    sid, _, context = request.cookies.get(COOKIE, "").partition(".")
    return receipt.submission_id(sid) if context == checked.context else None


def _remember(request: Request, came: Arrival, sid: str, seconds: int) -> tuple[Pair, ...]:
    """The header that leads this browser back to its submission."""
    if not came.visit.remembers:
        return ()
    secure = "; Secure" if request.scope["scheme"] == "https" else ""
    path = f"{request.scope.get('root_path', '')}/s/{came.survey.id}"
    cookie = f"{COOKIE}={sid}.{came.visit.context}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}"
    return ((b"set-cookie", cookie.encode("latin-1")),)


routes = [
    Route("/s/{survey}", show, methods=["GET"]),
    Route("/s/{survey}", answer, methods=["POST"]),
    Route("/s/{survey}/thanks", thanks, methods=["GET"]),
    Route("/s/{survey}/visible", visible, methods=["POST"]),
]
