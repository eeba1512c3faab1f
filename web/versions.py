"""Which version of a survey a respondent gets, where an experiment gives out several by the same links.

Only on devices of people's own: there the version stays the same over reloads, drafts and the way back. A kiosk, a
staff tablet and a preview show what their link names. The page stands at the address of the link, so that no version
is slower by a redirect; from the first click on everything lies at the address of its own survey.
See docs/experiments.md.
"""

from __future__ import annotations

import datetime as dt

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from cx import workbench
from cx.act.experiments.serving import Shared
from cx.collect import secret
from cx.collect.invitations import Invitation
from web import receipt
from web.arrival import Arrival, checked

_TRIES = 200


def shared(came: Arrival) -> Shared | None:
    """What this survey shares its links with; mostly nothing."""
    return came.bench.serving.of(came.survey.id) if came.visit.remembers else None


def fresh(shared: Shared, like: str | None) -> str:
    """A submission id that nobody has, of the version that the same browser's ``like`` has."""
    today, sid = dt.date.today(), receipt.fresh()
    if like is not None:
        wanted = shared.version(like, today)
        for _ in range(_TRIES):
            if shared.version(sid, today) == wanted:
                break
            sid = receipt.fresh()
    return sid


async def given(request: Request, came: Arrival, shared: Shared, sid: str, new: bool) -> Arrival:
    """The arrival at this respondent's version: the one they began, else the one that chance gives them."""
    begun = None if new else await _begun(came.bench, shared, sid)
    id = begun or shared.version(sid, dt.date.today())
    if id is None or id == came.survey.id or not _open(came.bench, id):
        return came
    survey = came.bench.shelf.get(id)
    return came if survey is None else checked(request, survey, came.bench, away=True)


async def of_link(bench: workbench.Workbench, found: Invitation, token: str) -> str:
    """The survey of a personal link; chance goes by what is kept of the link, so that it can be counted by version."""
    shared = bench.serving.of(found.survey_id)
    if shared is None:
        return found.survey_id
    begun = await _begun(bench, shared, secret.submission_id(token))
    id = begun or shared.version(found.token_hash, dt.date.today())
    return id if id is not None and _open(bench, id) else found.survey_id


async def _begun(bench: workbench.Workbench, shared: Shared, sid: str) -> str | None:
    latest = await run_in_threadpool(bench.journal.latest, sid)
    return latest.survey_id if latest is not None and latest.survey_id in shared.surveys else None


def _open(bench: workbench.Workbench, id: str) -> bool:
    survey = bench.shelf.get(id)
    return survey is not None and survey.is_open(dt.date.today())
