"""One respondent's submission: what was said so far, where it is kept, and how it becomes a record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from cx.store import facts
from cx.store.record import Record
from cx.survey import flow, types
from cx.survey.schema import Survey
from cx.workbench import Workbench
from web import receipt
from web.passing import Passing
from web.visit import Visit

Said = dict[str, list[str]]
DAY = 86_400
_SHARED_SECONDS = 180
_EPOCH = dt.datetime(1970, 1, 1)

# Kiosk and staff drafts are shown again only to the customer who still stands there; previews are stored nowhere.
here: Passing[bool] = Passing(_SHARED_SECONDS)
previews: Passing[Said] = Passing(3_600, most=200)
codes: Passing[str] = Passing(_SHARED_SECONDS)


@dataclass(frozen=True)
class Kept:
    """What is known of a submission: ``sent`` once it was a response, ``digest`` of the survey it was said to."""

    said: Said
    sent: bool
    digest: str | None


async def find(bench: Workbench, visit: Visit, sid: str) -> Kept | None:
    """What this submission said before, as far as this device may see it."""
    if visit.mode == "preview":
        said = previews.get(sid)
        return Kept(said, False, None) if said is not None else None
    if not visit.remembers and not here.get(sid):
        return None
    latest = await run_in_threadpool(bench.journal.latest, sid)
    if latest is None or latest.survey_id != visit.survey_id:
        return None
    return Kept(dict(latest.content["form"]), latest.kind == "response", latest.content.get("digest"))


def leave(sid: str) -> None:
    """The customer left a shared device: nobody after them sees what they said."""
    here.take(sid)


async def keep_draft(bench: Workbench, survey: Survey, visit: Visit, sid: str, said: Said) -> None:
    """Keep what was said so far. Raises :class:`cx.store.journal.NotSaved`."""
    if visit.mode == "preview":
        previews.put(sid, said)
        return
    if not visit.remembers:
        here.put(sid, True)
    content = {"form": said, "digest": survey.digest}
    await bench.journal.submit(Record("draft", sid, survey.id, _now(), content))


async def send(
    bench: Workbench, survey: Survey, visit: Visit, sid: str, answers: Mapping[str, object], began: int
) -> str:
    """Make the answers durable as a response; returns its receipt. Raises :class:`cx.store.journal.NotSaved`."""
    now, code, dims = _now(), receipt.code(sid), dict(visit.dims)
    received = facts.Received(
        receipt.response_id(sid), now, dt.date.today(), dims,
        mode=visit.mode, lang=visit.lang, seconds=_seconds(began), receipt=code,
    )  # fmt: skip
    content = {
        "form": {id: types.to_form(value) for id, value in answers.items()},
        "dims": dims,
        "survey_version": survey.version,
        "digest": survey.digest,
    }
    rows = facts.rows(survey, answers, received, bench.model)
    await bench.journal.submit(Record("response", sid, survey.id, now, content, rows))
    leave(sid)
    return code


def merged(survey: Survey, page: int, before: Mapping[str, Sequence[str]], fields: Mapping[str, Sequence[str]]) -> Said:
    """What was said on all pages, this page's form replacing what its questions had before."""
    own = {question.id for question in survey.pages[page].questions}
    said = {id: list(texts) for id, texts in before.items() if id not in own}
    for id in own:
        texts = [text for text in fields.get(id, ()) if text.strip()]
        if texts:
            said[id] = texts
    return said


def brought(survey: Survey, visit: Visit) -> Said:
    """What the link said already."""
    answers = flow.prefilled(survey, dict(visit.brought)) if visit.brought else {}
    return {id: list(types.to_form(value)) for id, value in answers.items()}


def _now() -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=time.time())


def _seconds(began: int) -> int | None:
    took = int(time.time()) - began
    return took if 0 <= took <= DAY else None
