"""The short way to the questionnaire: before Streamlit's application, whose layers cost more than the page.

``GET`` and ``POST`` under ``/s/`` are answered here; what is anything else goes on and meets the same routes there.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web import questionnaire
from web.security import Complete, cross_site, policy, public_url, with_headers

_ENDPOINTS = {
    (method, route.path.removeprefix("/s/{survey}")): route.endpoint
    for route in questionnaire.routes
    for method in route.methods or ()
    if method != "HEAD"
}


class Direct:
    """The outermost ASGI application. Another site's form is left to :class:`web.security.Security`, which refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._policy, self._public = policy(), public_url().netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/s/"):
            survey, slash, rest = scope["path"][3:].partition("/")
            endpoint = _ENDPOINTS.get((scope["method"], slash + rest)) if survey else None
            if endpoint is not None and not self._foreign(scope):
                scope["path_params"] = {"survey": survey}
                try:
                    response = await endpoint(Request(scope, receive, send))
                except Exception:  # told with our headers, as Starlette does inside; raised on, into the log
                    failed = PlainTextResponse("Internal Server Error", 500)
                    await failed(scope, receive, with_headers(send, self._policy, scope["path"]))
                    raise
                if type(response.raw_headers) is not Complete:
                    send = with_headers(send, self._policy, scope["path"])
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _foreign(self, scope: Scope) -> bool:
        return scope["method"] == "POST" and cross_site(scope, self._public)
