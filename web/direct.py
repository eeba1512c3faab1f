"""The short way to the questionnaire: past Streamlit's own middleware and routes, which cost more than the page itself.

``GET`` and ``POST`` under ``/s/`` are answered here; what is anything else goes on and meets the same routes there.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web import questionnaire

_ENDPOINTS = {
    (method, route.path.removeprefix("/s/{survey}")): route.endpoint
    for route in questionnaire.routes
    for method in route.methods or ()
    if method != "HEAD"
}


class Direct:
    """ASGI middleware, to stand right behind :class:`web.security.Security`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/s/"):
            survey, slash, rest = scope["path"][3:].partition("/")
            endpoint = _ENDPOINTS.get((scope["method"], slash + rest)) if survey else None
            if endpoint is not None:
                scope["path_params"] = {"survey": survey}
                response = await endpoint(Request(scope, receive, send))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
