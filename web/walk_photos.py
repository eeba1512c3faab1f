"""``/photos/{name}?response=…``: a photo of a walk-through, for those signed in who may see that walk; else 404."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from cx import workbench
from cx.access import rights
from cx.access.rights import User
from cx.collect import photos
from cx.insight import walks as insight
from cx.store import walks
from web import forms

_HEADERS = {"cache-control": "private, no-store", "content-security-policy": "default-src 'none'"}


async def show(request: Request) -> Response:
    """The photo; with ``size=small`` one for lists. What there is not and what is not theirs look the same."""
    session = forms.signed_in(request)
    if session is None or session[1].must_change or not rights.may(session[1], "understand"):
        return Response(status_code=404)
    return await run_in_threadpool(_photo, session[1], request) or Response(status_code=404)


def _photo(user: User, request: Request) -> Response | None:
    bench, name, asked = workbench.current(), request.path_params["name"], request.query_params
    scope = insight.everything(rights.scope(user))
    with bench.database.cursor() as con:
        if not walks.photos(con, scope, asked.get("response", ""), name):
            return None
    if asked.get("size") == "small":
        data = photos.small(bench.place, name)
        return Response(data, media_type="image/jpeg", headers=_HEADERS) if data else None
    file = photos.find(bench.place, name)
    return FileResponse(file, media_type="image/jpeg", headers=_HEADERS) if file else None


routes = [Route("/photos/{name}", show, methods=["GET"])]
