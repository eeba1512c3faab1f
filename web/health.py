"""Whether this process is alive and its database answers; nothing about what it holds."""

from __future__ import annotations

import shutil

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx import workbench

FULL = 16 << 20  # bytes free: one more segment of the journal


async def healthz(_: Request) -> Response:
    """``{"status": "ok"}``; 503 while acknowledged answers wait in the journal because they cannot land, and while the
    disk has no room for new ones.

    ``rejected`` counts lines that can never land and were set aside in ``journal/rejected``: somebody must look at
    them, but the server is well.
    """
    aside = await run_in_threadpool(_ask)
    more = {"rejected": aside} if aside else {}
    bench = workbench.current()
    what = "journal" if bench.journal.trouble else "disk" if shutil.disk_usage(bench.place.data).free < FULL else None
    if what is not None:
        return JSONResponse({"status": "trouble", "what": what, **more}, 503)
    return JSONResponse({"status": "ok", **more})


def _ask() -> int:
    bench = workbench.current()
    with bench.database.cursor() as cursor:
        cursor.execute("SELECT 1").fetchall()
    return len(bench.journal.rejected())


routes = [Route("/healthz", healthz, methods=["GET"])]
