"""``python -m cx serve``: start cx, one process, under uvicorn."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from cx.store.place import ROOT, Place
from cx.words import FALLBACK, Problem, Refused, Translator

if TYPE_CHECKING:
    from cx.workbench import Workbench

HOST, PORT = "127.0.0.1", 8501
_ADDRESS = "CX_ADDRESS"  # from run() to prepare(), with the server between them


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="start the workbench (PORT, CX_HOST, CX_DATA, CX_DEMO=1 are honoured)")
    parser.add_argument("--host", default=os.environ.get("CX_HOST") or HOST)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or PORT))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped. 1 when the port, the database or a file of ours cannot be used."""
    import uvicorn

    from cx import workbench

    os.environ[_ADDRESS] = _address(arguments.host, arguments.port)
    _settle()
    try:
        listening = _listen(arguments.host, arguments.port)
        workbench.current()
    except Refused as error:
        _tell(error.problems)
        return 1
    sys.path.insert(0, str(ROOT))  # app.py stands there, wherever the command was typed
    config = uvicorn.Config("app:app", log_level="warning", access_log=False, ws_per_message_deflate=False)
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped in order, then passes Ctrl+C on
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _settle() -> None:
    """Work in cx's own folder: Streamlit reads ``.streamlit/config.toml`` from there only. Without it, it would show
    users the code around an error and report its use to the internet."""
    place = Place.from_environment()
    os.environ |= {"CX_DATA": str(place.data), "CX_SURVEYS": str(place.surveys)}
    os.chdir(ROOT)


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, before anything else is opened. With its protocol named: asyncio sets TCP_NODELAY only then, and
    without that every answer on a kept connection waits 40 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # there it would let two programs share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise Refused(Problem("port_taken", values={"port": port, "detail": str(error)})) from error
    return listening


def prepare(bench: Workbench, host: str, port: int) -> None:
    """What a start does once the workbench is open: the first account, the demo bank when asked for, the address.

    ``host`` and ``port`` are Streamlit's own, for ``streamlit run app.py``; :func:`run` knows better.
    """
    _quiet()
    address = f"cx runs at {os.environ.get(_ADDRESS) or _address(host, port)}"
    _tell(bench.model.flaws)
    password = bench.accounts.first_start()
    if os.environ.get("CX_DEMO") == "1":
        _load_demo(bench)
    if password:
        print(f"{address}  user admin  one-time password {password}", flush=True)
    else:
        print(f"{address}  (password lost? python -m cx user reset NAME)", flush=True)


def look(bench: Workbench) -> None:
    """What a start leaves for after its first answers: to read the surveys and tell what is wrong with them."""
    bench.look()
    model = bench.model
    _tell((*model.problems[len(model.flaws) :], *chain.from_iterable(bench.shelf.problems().values())))


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(problem.tell(Translator(FALLBACK)), file=sys.stderr, flush=True)


class _Told:
    """Progress of a load on standard output: one line a step."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, share: float, key: str) -> None:
        if key != self._last:
            print(f"demo bank {100 * share:3.0f}%  {Translator(FALLBACK)(key)}", flush=True)
        self._last = key


def _quiet() -> None:
    """No line a request: it costs a respondent more than the form itself. Streamlit turns uvicorn's log on at start."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # a line for every form that anybody garbles


def _load_demo(bench: Workbench) -> None:
    from cx import demo

    with bench.database.cursor() as con:
        loaded = demo.loaded(con)
    try:
        if not loaded:
            demo.load(bench.database, bench.model, bench.shelf.all(), _Told())
    except Refused as refused:  # cx starts all the same: the bank's own work does not need the demo
        _tell(refused.problems)
    else:
        bench.start()
