"""All that is served without Streamlit, and hence without sign-in unless a route asks for it itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web import health, invited, kiosk, preview, questionnaire, signin, walk_photos
from web.elsewhere import Elsewhere

_STATIC = Path(__file__).parent / "static"


async def _no_such_api(request: Request) -> Response:
    return JSONResponse({"error": {"code": "not_found", "where": request.url.path}}, 404)


def _ingest(name: str) -> Callable[[Request], Awaitable[Response]]:
    """A handler of :mod:`web.ingest`, which brings the reading of files along: not imported before the first batch."""

    async def handle(request: Request) -> Response:
        handler: Callable[[Request], Awaitable[Response]] = getattr(import_module("web.ingest"), name)
        return await handler(request)

    return handle


async def _home(request: Request) -> Response:
    """The default page has no path of its own in Streamlit; a link to it by name still leads there."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/", 303)


async def _no_favicon(_: Request) -> Response:
    return Response(status_code=204)


_OWN: list[BaseRoute] = [
    *signin.routes,
    *questionnaire.routes,
    *preview.routes,
    *invited.routes,
    *kiosk.routes,
    *walk_photos.routes,
    *health.routes,
    Route("/api/v1/indicators", _ingest("values"), methods=["POST"]),
    Route("/api/v1/events/{feed}", _ingest("events"), methods=["POST"]),
    Route("/api/v1/openapi.json", _ingest("openapi"), methods=["GET"]),
    Mount("/assets", StaticFiles(directory=_STATIC)),
    Route("/favicon.ico", _no_favicon),
    Route("/api/{rest:path}", _no_such_api, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
]

# First path segments that are ours. What no route answers under them is a 404 of ours, never Streamlit's page.
OPEN = frozenset(route.path.split("/")[1] for route in _OWN if isinstance(route, Route | Mount))

ROUTES: list[BaseRoute] = [
    *_OWN,
    Route("/overview", _home),
    *(Route(f"/{first}/{{rest:path}}", signin.not_found) for first in sorted(OPEN - {"assets", "api"})),
    *(Route(f"/{first}", signin.not_found) for first in sorted(OPEN)),
    Elsewhere(),
]
