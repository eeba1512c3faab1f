"""What a kiosk's script asks of the server: one response handed in (now, or kept while the network was down), receipt
codes in advance, and the worker that opens the page again after a reload without network.

A response is taken once, however often it is sent: its submission id is made before the first try.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx.store.journal import NotSaved
from cx.survey import flow, piping
from cx.words import Translator
from web import answering, offline, quotas, reached, receipt, submission, survey_form
from web.arrival import Arrival, arrive

CODES = 20
LONGEST_DAYS = 30
_WORKER = Path(__file__).parent / "static" / "kiosk_worker.js"


async def kept(request: Request) -> Response:
    """One page's answers, from the script. ``_live``: the customer stands there, so what is wrong is theirs to mend:
    ``{"state": "again"}``. Without it they have gone, thanked: what can be read counts, the rest is left out.

    200 ``stored`` (with the receipt's ``code``) or ``again``; 4xx: never will be; 503: send it again later.
    """
    try:
        posted = await survey_form.read(request)
    except survey_form.Unreadable as error:
        return _said("refused", error.status)
    live = "_live" in posted.fields
    came, ago = arrive(request, posted, closed_too=not live), 0 if live else _number(posted, "_ago")
    if isinstance(came, Response) and not live:  # of a version that is gone: what the one in service knows still counts
        came = arrive(request, closed_too=True)
    if isinstance(came, Response):
        return _said("refused", came.status_code)
    sid = receipt.submission_id(posted.one("_sid"))
    was_open = came.survey.is_open(dt.date.fromtimestamp(time.time() - ago))
    usable = came.visit.mode == "kiosk" and was_open and offline.possible(came.survey)
    if sid is None or not usable or posted.too_large:
        return _said("refused", 422)
    turn = flow.turn(came.survey, 0, {}, posted.fields)
    if live and await _again(came, turn, posted):
        return _said("again")
    whole = flow.complete(came.survey, {id: v for id, v in turn.answers.items() if id not in turn.problems})
    if not whole:
        return _said("refused", 422)
    try:
        code = await _store(came, sid, whole, _number(posted, "_took"), ago)
    except NotSaved:
        return _said("later", 503)
    own = piping.fill(came.survey.thanks, came.survey, whole, Translator(came.visit.lang))
    return JSONResponse({"state": "stored", "code": code, "thanks": own})


async def _again(came: Arrival, turn: flow.Turn, posted: survey_form.Posted) -> bool:
    """Whether the ordinary page has something to say first."""
    if turn.problems or answering.unseen(came.survey, 0, turn.answers, posted):
        return True
    return await quotas.full(came.bench, came.survey, turn.answers) is not None


async def _store(came: Arrival, sid: str, whole: Mapping[str, object], took: int, ago: int) -> str:
    """The response, as of when the customer finished."""
    bench, survey = came.bench, came.survey
    before = await run_in_threadpool(bench.journal.latest, sid)
    trail = {"began": int(time.time()) - ago - took, "pages": {}, "questions": {}}
    hits = flow.hits(survey, whole) if before is None and survey.quotas else ()
    with quotas.taking(bench, survey, hits):
        code = await submission.send(bench, survey, came.visit, sid, whole, trail, ago)
    if before is None:
        reached.started(came, submission.brought(survey, came.visit))
        reached.completed(came)
    return code


async def ready(request: Request) -> Response:
    """Submission ids with their receipt codes, for customers who will answer without network; the survey's version;
    whether every customer begins with a page of their own (``anew``), and the code of that one (``own``)."""
    came = arrive(request)
    if isinstance(came, Response):
        return _said("refused", came.status_code)
    if came.visit.mode != "kiosk" or not offline.possible(came.survey):
        return _said("refused", 422)
    ids = [receipt.fresh() for _ in range(CODES)]
    said = {"digest": came.survey.digest, "ready": [(sid, receipt.code(sid)) for sid in ids]}
    own, shared = receipt.submission_id(request.query_params.get("own")), came.bench.serving.of(came.survey.id)
    anew = shared is not None and shared.deals(came.visit.home or came.survey.id, dt.date.today())
    return JSONResponse(said | {"anew": anew, "own": receipt.code(own) if own else ""})


async def worker(request: Request) -> Response:
    """The service worker of kiosks; it leaves every other page alone."""
    scope = f"{request.scope.get('root_path', '')}/s/"
    return Response(_WORKER.read_bytes(), media_type="text/javascript", headers={"service-worker-allowed": scope})


def _said(state: str, status: int = 200) -> Response:
    return JSONResponse({"state": state}, status)


def _number(posted: survey_form.Posted, name: str) -> int:
    """Seconds that the script measured, within reason."""
    text = posted.one(name)
    return min(int(text), LONGEST_DAYS * 86_400) if text.isascii() and text.isdigit() and len(text) < 10 else 0


routes = [
    Route("/s/{survey}/kept", kept, methods=["POST"]),
    Route("/s/{survey}/ready", ready, methods=["GET"]),
    Route("/s/-/kiosk.js", worker, methods=["GET"]),
]
