"""``/preview/{survey}/{revision}``: a draft as customers would see it, for those who write and approve surveys.

The same renderer and the same flow as the questionnaire; what is said is passed on for an hour and never stored.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cx import workbench
from cx.access import rights
from cx.publish import drafts
from cx.survey import flow, load, review
from cx.survey.schema import Survey
from cx.words import Translator
from cx.workbench import Workbench
from web import forms, receipt, submission, survey_assets, survey_ends, survey_form, survey_view
from web.security import Complete
from web.survey_view import Sheet
from web.visit import Visit, language

_RIGHTS = ("surveys_edit", "surveys_approve")


@lru_cache(maxsize=64)
def _read(text: str) -> Survey | None:
    return load.read(text, "YAML").survey


def _revision(bench: Workbench, survey_id: str, revision: int) -> Survey | None:
    """The survey as that revision says, or as it is in service (0); None when there is none or it has errors."""
    if revision == 0:
        return bench.shelf.get(survey_id)
    with bench.database.cursor() as con:
        kept = drafts.one(con, survey_id, revision)
    return _read(kept.text) if kept else None


def _allowed(request: Request) -> bool:
    session = forms.signed_in(request)
    return session is not None and not session[1].must_change and any(rights.may(session[1], r) for r in _RIGHTS)


async def _came(request: Request) -> tuple[Workbench, Survey, Visit] | Response:
    """The draft and how it is looked at, or the page that says why not."""
    bench, params = workbench.current(), request.path_params
    lang = language(request.query_params, request.headers.get("accept-language", ""))
    if not _allowed(request):
        return _told(bench, "unknown", lang, 404)
    survey = await run_in_threadpool(_revision, bench, params["survey"], params["revision"])
    if survey is None:
        return _told(bench, "draft_broken", lang, 409)
    lang = language(request.query_params, "", survey.languages)
    # The renderer makes its links from the survey's id, which here is the last part of the address.
    return bench, replace(survey, id=str(params["revision"])), Visit(str(params["revision"]), lang, "staff")


def _told(bench: Workbench, name: str, lang: str, status: int) -> Response:
    body = survey_ends.message(name, lang, _bank(bench, lang))
    return _page(body, None, status)


def _bank(bench: Workbench, lang: str) -> str:
    return Translator(lang).pick(bench.model.bank)


def _page(body: bytes, survey: Survey | None, status: int = 200) -> Response:
    response = Response(body, status)
    made = survey_assets.headers(survey, "preview")
    response.raw_headers = Complete((*made, (b"content-length", b"%d" % len(body))))
    return response


async def show(request: Request) -> Response:
    """A page: the one asked for (``p``), or the one of a question (``q``) with answers that make it show."""
    came = await _came(request)
    if isinstance(came, Response):
        return came
    bench, survey, visit = came
    sid = receipt.submission_id(request.query_params.get("sid")) or receipt.fresh()
    said = dict(submission.previews.get(sid) or {})
    wanted = request.query_params.get("q", "")
    page = _number(request.query_params.get("p", "1"), survey)
    if survey.question(wanted) is not None:
        page = next(at for at, each in enumerate(survey.pages) if any(q.id == wanted for q in each.questions))
        survey, said = _showing(survey, wanted)
        submission.previews.put(sid, said)
    body = survey_view.page(survey, visit, bench.model, Sheet(page, said), sid, int(time.time()))
    return _page(body, survey)


def _showing(survey: Survey, id: str) -> tuple[Survey, submission.Said]:
    """Answers that make a question show; where none are found, the survey without the conditions on its way."""
    answers = review.way(survey, id)
    if isinstance(answers, dict):
        return survey, {name: list(texts) for name, texts in flow.to_form(survey, answers).items()}
    pages = tuple(
        replace(
            page, show_if=None, questions=tuple(replace(q, show_if=None) if q.id == id else q for q in page.questions)
        )
        for page in survey.pages
    )
    return replace(survey, pages=pages), {}


async def answer(request: Request) -> Response:
    """A page handed in: what is wrong with it, the next one, or the end."""
    came = await _came(request)
    if isinstance(came, Response):
        return came
    bench, survey, visit = came
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return _told(bench, "malformed", visit.lang, error.status)
    sid = receipt.submission_id(posted.one("_sid")) or receipt.fresh()
    page = _number(posted.one("_p"), survey)
    before = submission.previews.get(sid) or {}
    said = submission.merged(survey, page, before, posted.fields)
    turn = flow.turn(survey, page, survey_view.answers_of(survey, before), posted.fields)
    submission.previews.put(sid, said)
    if posted.one("_go") == "back":
        back = flow.previous_page(survey, page, turn.answers)
        return RedirectResponse(visit.link(sid=sid, p=str((back or 0) + 1)), 303)
    if turn.problems:
        sheet = Sheet(page, said, turn.problems)
        return _page(survey_view.page(survey, visit, bench.model, sheet, sid, int(time.time())), survey, 422)
    if turn.page is not None:
        return RedirectResponse(visit.link(sid=sid, p=str(turn.page + 1)), 303)
    return _page(survey_ends.thanks(survey, visit, bench.model, None, False), survey)


async def visible(request: Request) -> Response:
    """Which questions of the page show now, for the page's script."""
    came = await _came(request)
    if isinstance(came, Response):
        return JSONResponse({"visible": None}, 404)
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return JSONResponse({"visible": None}, error.status)
    _, survey, _ = came
    page = _number(posted.one("_p"), survey)
    before = submission.previews.get(receipt.submission_id(posted.one("_sid")) or "") or {}
    answers = survey_view.answers_of(survey, submission.merged(survey, page, before, posted.fields))
    return JSONResponse({"visible": flow.shown(flow.visible(survey, page, answers))})


def _number(text: str, survey: Survey) -> int:
    """A page's number as an index; the first page for anything that is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    return number - 1 if 1 <= number <= len(survey.pages) else 0


routes = [
    Route("/preview/{survey}/{revision:int}", show),
    Route("/preview/{survey}/{revision:int}", answer, methods=["POST"]),
    Route("/preview/{survey}/{revision:int}/visible", visible, methods=["POST"]),
]
