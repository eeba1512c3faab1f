"""The server: Streamlit's screens and our own routes in one ASGI process. Start it with ``make run``."""

from __future__ import annotations

import gc

gc.disable()  # what a start makes stays: looking through it again and again is a tenth of the start

from concurrent.futures import ThreadPoolExecutor

from cx import workbench

ThreadPoolExecutor(1).submit(workbench.current)  # beside the imports below; what fails here, lifespan meets and tells

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from cx.commands.serve import look, prepare
from web.direct import Direct
from web.routes import OPEN, ROUTES
from web.security import Security


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Open the workbench before the first request, close it after the last."""
    await run_in_threadpool(prepare, workbench.current(), st.get_option("server.address"), st.get_option("server.port"))
    (warm := threading.Timer(1.0, _warm)).start()  # after the first answers, not beside them
    yield
    warm.cancel()
    await run_in_threadpool(warm.join)
    gc.unfreeze()
    await run_in_threadpool(workbench.close)


def _warm() -> None:
    """Read the surveys and import what the first screen needs, then keep it out of every garbage collection."""
    gc.enable()
    look(workbench.current())
    import_module("pandas")  # Streamlit takes it in with the first table
    import_module("components.cards")
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # what 64 respondents at once have in hand is not garbage


app = st.App(
    Path(__file__).parent / "components" / "shell.py",
    routes=ROUTES,
    middleware=[Middleware(Security, open_to_all=OPEN, who=lambda token: workbench.current().accounts.who(token))],
    lifespan=lifespan,
)
app = Direct(app)  # type: ignore[assignment]
