"""Whether this process is alive and its database answers; nothing about what it holds."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx import workbench


async def healthz(_: Request) -> Response:
    """``{"status": "ok"}``; 503 while acknowledged answers wait in the journal because they cannot land."""
    await run_in_threadpool(_ask)
    if workbench.current().journal.trouble:
        return JSONResponse({"status": "trouble", "what": "journal"}, 503)
    return JSONResponse({"status": "ok"})


def _ask() -> None:
    with workbench.current().database.cursor() as cursor:
        cursor.execute("SELECT 1").fetchall()


routes = [Route("/healthz", healthz, methods=["GET"])]
