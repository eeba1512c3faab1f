"""Whether this process is alive and its database answers; nothing about what it holds."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx import workbench


async def healthz(_: Request) -> Response:
    """``{"status": "ok"}``; 503 while acknowledged answers wait in the journal because they cannot land.

    ``rejected`` counts lines that can never land and were set aside in ``journal/rejected``: somebody must look at
    them, but the server is well.
    """
    aside = await run_in_threadpool(_ask)
    more = {"rejected": aside} if aside else {}
    if workbench.current().journal.trouble:
        return JSONResponse({"status": "trouble", "what": "journal", **more}, 503)
    return JSONResponse({"status": "ok", **more})


def _ask() -> int:
    bench = workbench.current()
    with bench.database.cursor() as cursor:
        cursor.execute("SELECT 1").fetchall()
    return len(bench.journal.rejected())


routes = [Route("/healthz", healthz, methods=["GET"])]
