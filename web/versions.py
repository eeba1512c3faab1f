"""Which version of a survey a respondent gets, where an experiment gives out several by the same links.

On a device of one's own a cookie leads back to it over reloads, drafts and the way back. A kiosk or staff tablet serves
many customers: every questionnaire begun there is a new throw, and from the first click on the address holds it; where
such devices do not take part, they show the first arm, so that no address chooses one. A preview shows what its link
names. The page stands at the address of the link, so that no version is slower by a redirect; from the first click on
everything lies at the address of its own survey. See docs/experiments.md.
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
from web.passing import Passing

_TRIES = 200
_dealt: Passing[bool] = Passing(180)
"""Submissions that a shared device was just given: its language link goes on with one, and nobody brings their own."""


def shared(came: Arrival) -> Shared | None:
    """What this survey shares its links with; mostly nothing."""
    found = came.bench.serving.of(came.survey.id)
    return found if found is not None and came.visit.mode not in ("preview", "invite") else None


async def begin(request: Request, came: Arrival, shared: Shared, like: str | None) -> str:
    """A submission id for somebody new: of the version that the same browser's ``like`` has, or the one that a shared
    device's language link brings, as long as nothing was said in it."""
    if not came.visit.remembers:
        sid = request.query_params.get("_sid", "")
        if _dealt.get(sid) and await run_in_threadpool(came.bench.journal.latest, sid) is None:
            return sid
    return fresh(shared, like)


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
    today = dt.date.today()
    if not came.visit.remembers:
        return _on_device(request, came, shared, sid, today)
    begun = None if new else await _begun(came.bench, shared, sid)
    return _at(request, came, begun or shared.version(sid, today))


def _on_device(request: Request, came: Arrival, shared: Shared, sid: str, today: dt.date) -> Arrival:
    home = came.visit.home or came.survey.id
    if not shared.deals(home, today):
        return came
    _dealt.put(sid, True)
    return _at(request, came, shared.on_device(sid, today), home)


def _at(request: Request, came: Arrival, id: str | None, home: str = "") -> Arrival:
    """The arrival at another survey that shares the link, where it is open; ``home`` of a shared device."""
    survey = came.bench.shelf.get(id) if id is not None and id != came.survey.id and _open(came.bench, id) else None
    if survey is None:
        return checked(request, came.survey, came.bench, home=home) if home else came
    return checked(request, survey, came.bench, away=True, home=home)


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
