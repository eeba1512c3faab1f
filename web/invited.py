"""``/i/{token}``: the questionnaire by a personal link. It answers once, on any phone, and tells nothing afterwards.

The pages are those of :mod:`web.questionnaire`; here stands only what a token means. An unknown, a revoked and an
expired link get the same page. Guessing is hopeless (128 bits) and told off all the same: an address that tried too
many unknown links is refused further ones, while true links go on working for everybody behind the same address.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cx import workbench
from cx.collect import invitations, secret
from cx.collect.invitations import Invitation
from web import answering, questionnaire, versions
from web.arrival import Personal, message
from web.guesses import Guesses, wait

Endpoint = Callable[[Request], Awaitable[Response]]
GRACE_SECONDS = 2 * 3_600
guesses = Guesses()


async def show(request: Request) -> Response:
    """The first page, or where this customer left off, on this phone or another."""
    found = await _enter(request)
    if isinstance(found, Response):
        return found
    response = await questionnaire.show(request)
    if response.status_code == 200 and request.method == "GET":  # HEAD: a messenger looks whether the link is alive
        workbench.current().reach.mark(found.token_hash, "opened")
    return response


async def answer(request: Request) -> Response:
    """A page handed in; nothing is taken once there is a response."""
    found = await _enter(request)
    if isinstance(found, Response):
        return found
    response = await answering.answer(request)
    if response.status_code == 303:
        await _noted(request.path_params["token"], found)
    return response


async def thanks(request: Request) -> Response:
    """Thanks and the receipt code, once."""
    found = await _known(request)
    if isinstance(found, Response):
        return found
    return await questionnaire.thanks(request)


async def _enter(request: Request) -> Invitation | Response:
    """The open invitation behind the address, or the page that says why not."""
    found = await _known(request)
    if isinstance(found, Response):
        return found
    if found.state == "answered" or await _noted(request.path_params["token"], found):
        return message(request, "invite_done", 200, lang=_language(request, found))
    return found


async def _known(request: Request) -> Invitation | Response:
    """The invitation, whose survey and dimensions then lie in the request; never a revoked or expired one."""
    bench, token = workbench.current(), request.path_params["token"]
    grace = GRACE_SECONDS if request.method == "POST" else 0  # who began before midnight may finish
    found = await run_in_threadpool(_find, bench, token, dt.date.fromtimestamp(time.time() - grace))
    if found is None or found.state in ("revoked", "over"):
        if found is None and guesses.by(request):
            return wait(message(request, "invite_guessing", 429))
        return message(request, "invite_unknown", 404)
    request.path_params["survey"] = await versions.of_link(bench, found, token)
    request.scope["cx.personal"] = Personal(token, found.dims)
    return found


def _find(bench: workbench.Workbench, token: str, day: dt.date) -> Invitation | None:
    with bench.database.cursor() as con:
        return invitations.find(con, token, day)


async def _noted(token: str, found: Invitation) -> bool:
    """Whether there is a response; how far the customer came is noted on the way.

    Looked for in the journal, so that a mark which a crash took away is made again.
    """
    bench = workbench.current()
    latest = await run_in_threadpool(bench.journal.latest, secret.submission_id(token))
    if latest is None:
        return False
    if latest.kind == "draft":
        bench.reach.mark(found.token_hash, "started")
        return False
    bench.reach.mark(found.token_hash, "completed")
    return True


def _language(request: Request, found: Invitation) -> str | None:
    return None if "lang" in request.query_params else found.dims.get("lang")


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def inside(request: Request) -> Response:
        found = await _enter(request)
        return found if isinstance(found, Response) else await endpoint(request)

    return inside


_OWN: dict[Endpoint, Endpoint] = {
    questionnaire.show: show,
    answering.answer: answer,
    questionnaire.thanks: thanks,
}
routes = [
    Route(
        route.path.replace("/s/{survey}", "/i/{token}"),
        _OWN.get(route.endpoint) or _guarded(route.endpoint),
        methods=list(route.methods or ()),
    )
    for route in questionnaire.routes
]
