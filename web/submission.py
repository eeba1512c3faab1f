"""One respondent's submission: what was said so far, where it is kept, and how it becomes a record."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool

from cx.store import facts
from cx.store.record import Record
from cx.survey import flow, personal
from cx.survey.schema import Survey
from cx.workbench import Workbench
from web import paradata, receipt
from web.passing import Passing
from web.visit import Visit

Said = dict[str, list[str]]
DRAFT_SECONDS = 7 * 86_400
_SHARED_SECONDS = 180
_EPOCH = dt.datetime(1970, 1, 1)

# Kiosk and staff drafts are shown again only to the customer who still stands there; previews are stored nowhere.
here: Passing[bool] = Passing(_SHARED_SECONDS)
previews: Passing[Said] = Passing(3_600, most=200)
codes: Passing[tuple[str, str]] = Passing(_SHARED_SECONDS)


@dataclass(frozen=True)
class Kept:
    """What is known of a submission: ``sent`` once it was a response, ``digest`` of the survey it was said to.

    ``shared``: said on a device that others use. Of a draft also the ``page`` the respondent stood on, the ``link``
    they came by (a query), the ``trail`` (:mod:`web.paradata`), and the quota that was full (``over``).
    """

    said: Said
    sent: bool
    digest: str | None
    page: int = 0
    link: str = ""
    trail: Mapping[str, Any] = field(default_factory=dict)
    over: str | None = None
    shared: bool = False


async def find(bench: Workbench, visit: Visit, sid: str) -> Kept | None:
    """What this submission said before, as far as this device may see it."""
    if visit.mode == "preview":
        said = previews.get(sid)
        return Kept(said, False, None) if said is not None else None
    if _is_shared(visit) and not here.get(sid):
        return None
    kept = await stored(bench, visit.survey_id, sid)
    # The address names the mode, and whoever comes next to a kiosk can change it.
    return kept if kept is None or not kept.shared or here.get(sid) else None


async def stored(bench: Workbench, survey_id: str, sid: str) -> Kept | None:
    """What this submission to a survey said before; None too for a draft that nobody went on with for a week."""
    latest = await run_in_threadpool(bench.journal.latest, sid)
    if latest is None or latest.survey_id != survey_id:
        return None
    content, sent = latest.content, latest.kind == "response"
    if not sent and time.time() - content.get("at", math.inf) > DRAFT_SECONDS:
        return None
    more = {name: content[name] for name in ("page", "link", "trail", "over", "shared") if name in content}
    return Kept(dict(content["form"]), sent, content.get("digest"), **more)


async def answered(bench: Workbench, sid: str) -> bool:
    """Whether this submission is a response already, on whatever device."""
    latest = await run_in_threadpool(bench.journal.latest, sid)
    return latest is not None and latest.kind == "response"


def leave(sid: str) -> None:
    """The customer left a shared device: nobody after them sees what they said."""
    here.take(sid)


async def keep_draft(
    bench: Workbench, survey: Survey, visit: Visit, sid: str, said: Said, page: int = 0, **more: object
) -> None:
    """Keep what was said so far, to go on at ``page``. Raises :class:`cx.store.journal.NotSaved`."""
    if visit.mode == "preview":
        previews.put(sid, said)
        return
    if _is_shared(visit):
        here.put(sid, True)
        more["shared"] = True
    about = {"digest": survey.digest, "at": int(time.time()), "page": page, "link": visit.said}
    await bench.journal.submit(Record("draft", sid, survey.id, _now(), {"form": said, **about, **more}))


async def send(
    bench: Workbench, survey: Survey, visit: Visit, sid: str, answers: Mapping[str, object], trail: paradata.Trail,
    ago: int = 0,
) -> str:  # fmt: skip
    """Make the answers durable as a response; returns its receipt. Raises :class:`cx.store.journal.NotSaved`.
    Personal numbers in free texts are kept nowhere.

    ``ago``: how many seconds ago the respondent finished, where a device kept the answers in between.
    """
    answers = personal.cleaned(survey, answers)
    now, code, dims = _now(), receipt.code(sid), dict(visit.dims)
    then = now - dt.timedelta(seconds=ago)
    received = facts.Received(
        receipt.response_id(sid), then, dt.date.fromtimestamp(time.time() - ago), dims,
        mode=visit.mode, lang=visit.lang, seconds=paradata.seconds(trail, ago), receipt=code,
    )  # fmt: skip
    content = {
        "form": flow.to_form(survey, answers),
        "dims": dims,
        "survey_version": survey.version,
        "digest": survey.digest,
        **({"shared": True} if _is_shared(visit) else {}),
    }
    rows = facts.rows(survey, answers, received, bench.model)
    noted = paradata.rows(received.response_id, trail, len(survey.pages))
    if noted:
        rows = rows._replace(beside={**rows.beside, "paradata": noted})
    await bench.journal.submit(Record("response", sid, survey.id, now, content, rows))
    leave(sid)
    return code


def merged(survey: Survey, page: int, before: Mapping[str, Sequence[str]], fields: Mapping[str, Sequence[str]]) -> Said:
    """What was said on all pages, this page's form replacing what its questions had before."""
    own = {question.id for question in survey.pages[page].questions}
    said = {name: list(texts) for name, texts in before.items() if name.partition(".")[0] not in own}
    for name, given in fields.items():
        if name.partition(".")[0] in own:
            texts = [text for text in given if text.strip()]
            if texts:
                said[name] = texts
    return said


def same(said: Said, kept: Said) -> bool:
    """Whether a form says what was kept of one, personal numbers aside."""
    return _scrubbed(said) == _scrubbed(kept)


def _scrubbed(said: Said) -> Said:
    return {name: [personal.scrub(text) for text in texts] for name, texts in said.items()}


def brought(survey: Survey, visit: Visit) -> Said:
    """What the link said already."""
    if not visit.brought:
        return {}
    answers = flow.prefilled(survey, dict(visit.brought))
    return {name: list(texts) for name, texts in flow.to_form(survey, answers).items()}


def _is_shared(visit: Visit) -> bool:
    return not visit.remembers and not visit.token


def _now() -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=time.time())
