"""The peer of the questionnaire: the least that a durable form in Starlette can be. ``uvicorn bench.bare_form:app``.

A page of four questions from memory, and a POST that appends one JSON line to a file, group-committed: whatever waits
is written and synced together, and again as soon as the last sync returns. No check, no page logic, no database.
"""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>form</title><form method="post">
<input type="hidden" name="_sid" value="@@"><fieldset><legend>Recommend?</legend>{}</fieldset>
<fieldset><legend>Satisfied?</legend>{}</fieldset><label>Waited<input name="waited"></label>
<label>Why<textarea name="reason"></textarea></label><button>Send</button></form></html>"""
_RADIO = '<label><input type="radio" name="{}" value="{}">{}</label>'
_HTML = _PAGE.format(
    "".join(_RADIO.format("nps", n, n) for n in range(11)), "".join(_RADIO.format("sat", n, n) for n in range(1, 6))
)
_file = os.open(os.environ["BARE_FILE"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
_waiting: list[tuple[bytes, asyncio.Future[None]]] = []
_writing = False


async def show(_: Request) -> Response:
    """The form with a fresh id."""
    return Response(_HTML.replace("@@", str(uuid.uuid4())), media_type="text/html")


async def answer(request: Request) -> Response:
    """Store and redirect."""
    form = dict(parse_qsl((await request.body()).decode()))
    done = asyncio.get_running_loop().create_future()
    _waiting.append((json.dumps(form).encode() + b"\n", done))
    if not _writing:
        asyncio.create_task(_write())  # noqa: RUF006 - it lives until nothing waits
    await done
    return Response(b"", 303, {"location": "/thanks"})


async def _write() -> None:
    global _writing
    _writing = True
    loop = asyncio.get_running_loop()
    while _waiting:
        batch = _waiting[:]
        _waiting.clear()
        await loop.run_in_executor(None, _append, b"".join(line for line, _ in batch))
        for _, done in batch:
            done.set_result(None)
    _writing = False


def _append(data: bytes) -> None:
    os.write(_file, data)
    os.fsync(_file)


app = Starlette(routes=[Route("/form", show), Route("/form", answer, methods=["POST"])])
