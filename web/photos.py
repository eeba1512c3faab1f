"""Photos in a questionnaire: taken from the form, kept at once, and shown again to the same submission only."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from cx import workbench
from cx.collect import photos
from cx.survey.schema import Survey
from cx.words import Problem, Refused
from cx.workbench import Workbench
from web.arrival import message
from web.security import header
from web.survey_form import Posted

log = logging.getLogger(__name__)
_ONE = CapacityLimiter(1)  # a small file may unpack to half a gigabyte: others wait, in no thread that answers need
_FEW = CapacityLimiter(4)  # a form with photos takes up to 42 MB of memory, and again what is made of it
_WAIT_SECONDS = 60.0
_HEADERS = {"cache-control": "private, no-store", "content-security-policy": "default-src 'none'"}


def in_turn(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for few forms with photos at the same time; other forms go straight to it.

    Who waits too long is told to send it again: the phone still has the photos.
    """

    async def inside(request: Request) -> Response:
        if not header(request.scope, b"content-type").startswith("multipart/"):
            return await endpoint(request)
        with move_on_after(_WAIT_SECONDS) as waiting:
            await _FEW.acquire()
        if waiting.cancelled_caught:
            return message(request, "busy", 503)
        try:
            return await endpoint(request)
        finally:
            _FEW.release()

    return inside


def most(request: Request) -> int:
    """How many photos a form of this survey may bring."""
    survey = workbench.current().shelf.get(request.path_params["survey"])
    return max((_most_of(survey, page) for page in range(len(survey.pages))), default=0) if survey else 0


def asked(survey: Survey, page: int) -> bool:
    """Whether that page asks for photos."""
    return _asking(survey.written or survey) and _most_of(survey, page) > 0


@lru_cache(maxsize=256)
def _asking(survey: Survey) -> bool:
    return any(question.type == "photo" for question in survey.questions)


def _most_of(survey: Survey, page: int) -> int:
    return sum(question.max_photos for question in survey.pages[page].questions if question.type == "photo")


async def taken(bench: Workbench, survey: Survey, page: int, posted: Posted) -> tuple[Posted, Mapping[str, Problem]]:
    """The form with names of photos in the place of files, and what is wrong with them by question."""
    fields, problems = dict(posted.fields), {}
    for question in survey.pages[page].questions:
        if question.type != "photo":
            continue
        id = question.id
        names = [name for name in fields.get(id, ()) if photos.find(bench.place, name)][: question.max_photos]
        files = [data for field, data in posted.files if field == id and data]
        if len(names) + len(files) > question.max_photos:
            values = {"limit": question.max_photos, "chosen": len(names) + len(files)}
            problems[id] = Problem("answer_many", values=values)
        for data in files[: question.max_photos - len(names)]:
            try:
                names.append(await to_thread.run_sync(photos.keep, bench.place, data, limiter=_ONE))
            except Refused as refused:
                problems[id] = refused.problems[0]
            except OSError as error:
                log.error("photos: not saved: %s", error)
                problems[id] = Problem("photo_unsaved")
        fields[id] = list(dict.fromkeys(names))
    return posted._replace(fields=fields, photos=bool(posted.files)), problems


def answer(bench: Workbench, said: Mapping[str, list[str]], survey: Survey, name: str) -> Response | None:
    """The photo, when this submission has it."""
    own = {each for question in survey.questions if question.type == "photo" for each in said.get(question.id, ())}
    file = photos.find(bench.place, name) if name in own else None
    return FileResponse(file, media_type="image/jpeg", headers=_HEADERS) if file else None
