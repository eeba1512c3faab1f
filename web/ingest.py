"""``/api/v1/…``: what other systems send by themselves. A token lets them in, never a cookie.

The order of refusals is the order of cost: token, rate, type, size and time of the body, then what is in it.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import duckdb
from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from cx import workbench
from cx.access import tokens
from cx.access.tokens import Token
from cx.bank.feeds import Feed
from cx.intake.feeds import payload, receipts
from cx.intake.feeds import taking as feeds
from cx.intake.feeds.sent import Allowed, Sender
from cx.intake.feeds.taking import Taken
from cx.words import LANGUAGES, Problem, Refused, Translator
from web.openapi import DOCUMENT

log = logging.getLogger(__name__)
_FEW = CapacityLimiter(2)  # batches at the same time: respondents need the other threads
_BODY_SECONDS = 30.0
_TOLD = 1000  # problems in one answer
BURST, PER_SECOND = 60, 1.0  # requests of one token
_STATUS = {"feed_not_allowed": 403, "feed_key_used": 409, "feed_key": 400, "feed_not_object": 400}


@dataclass
class _Bucket:
    left: float
    seen: float


_buckets: dict[str, _Bucket] = {}


class _Stopped(Exception):
    """An answer instead of going on."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


Do = Callable[[Token, bytes, str | None, bool], Taken]


async def values(request: Request) -> Response:
    """Indicator values: see ``cx.intake.feeds.take_values``."""
    return await _served(request, "", _values)


async def events(request: Request) -> Response:
    """Events of a feed: see ``cx.intake.feeds.take_events``."""
    feed = workbench.current().model.feeds.get(request.path_params["feed"])
    return await _served(request, request.path_params["feed"], partial(_events, feed))


async def openapi(_: Request) -> Response:
    """What can be sent, for machines."""
    return JSONResponse(DOCUMENT)


async def _served(request: Request, feed: str, do: Do) -> Response:
    """The outcome of a request as an answer; what a known sender was refused is remembered."""
    t, token = Translator(_language(request)), None
    try:
        token = await to_thread.run_sync(_sender, request.headers.getlist("authorization"))
        _in_turn(token.id)
        if feed and feed not in token.feeds or not feed and token.indicators == frozenset():
            raise _Stopped(403, "feed_not_yours")
        dry = request.query_params.get("dry_run") == "1"
        body, keys = await _body(request), request.headers.getlist("idempotency-key")
        key = keys[0] if len(keys) == 1 else None
        taken = await to_thread.run_sync(do, token, body, key, dry, limiter=_FEW)
    except _Stopped as stopped:
        problems = (Problem(stopped.code),)
        answer = _told(problems, stopped.status, t)
        answer.headers.update(stopped.headers)
        if token and stopped.status not in (429, 408):
            await to_thread.run_sync(_remember, token.id, feed, stopped.status, problems)
        return answer
    except Refused as refused:
        status = _status(refused.problems)
        assert token is not None
        if not dry:
            await to_thread.run_sync(_remember, token.id, feed, status, refused.problems)
        return _told(refused.problems, status, t)
    except (OSError, duckdb.Error) as error:
        log.error("ingest: a batch was not kept: %s", type(error).__name__)
        answer = _told((Problem("disk_refuses"),), 503, t)
        answer.headers["retry-after"] = "60"
        return answer
    status = 200 if taken.again or dry or taken.answer.get("unchanged") == taken.answer["accepted"] else 201
    headers = {"idempotent-replay": "true"} if taken.again else None
    return JSONResponse(taken.answer, status, headers)


def _sender(given: list[str]) -> Token:
    """The token of a request. Which part was wrong is told to nobody, and nothing of it goes into a log."""
    scheme, _, secret = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    with workbench.current().database.cursor() as con:
        token = tokens.find(con, secret.strip() if scheme.lower() == "bearer" else "", _utc(_now()))
    if token is None:
        raise _Stopped(401, "feed_token", **{"www-authenticate": "Bearer"})
    return token


def _in_turn(id: str) -> None:
    """One request out of the token's bucket, which holds ``BURST`` and fills again by ``PER_SECOND``."""
    now = time.monotonic()
    bucket = _buckets.setdefault(id, _Bucket(BURST, now))
    bucket.left = min(BURST, bucket.left + (now - bucket.seen) * PER_SECOND)
    bucket.seen = now
    if bucket.left < 1:
        raise _Stopped(429, "feed_rate", **{"retry-after": str(int((1 - bucket.left) / PER_SECOND) + 1)})
    bucket.left -= 1


async def _body(request: Request) -> bytes:
    """The body of a JSON request: at most ``payload.LARGEST`` bytes, with or without a stated length, in 30 seconds."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Stopped(415, "feed_type")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _Stopped(415, "feed_encoding")
    stated = request.headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdigit() or len(stated) > 12 or int(stated) > payload.LARGEST:
        raise _Stopped(413, "feed_large", connection="close")
    parts, size = [], 0
    with move_on_after(_BODY_SECONDS) as reading:
        try:
            async for part in request.stream():
                size += len(part)
                if size > payload.LARGEST:
                    raise _Stopped(413, "feed_large", connection="close")
                parts.append(part)
        except ClientDisconnect as error:
            raise _Stopped(400, "feed_broken_off") from error
    if reading.cancelled_caught:
        raise _Stopped(408, "feed_slow", connection="close")
    return b"".join(parts)


def _values(token: Token, body: bytes, key: str | None, dry: bool) -> Taken:
    bench, sender = workbench.current(), _known(token)
    if dry:
        return Taken(feeds.try_values(bench.model, body, sender, _now()))
    return feeds.take_values(bench.database, bench.model, body, key, sender, _now())


def _events(feed: Feed | None, token: Token, body: bytes, key: str | None, dry: bool) -> Taken:
    bench, sender = workbench.current(), _known(token)
    if feed is None:
        raise _Stopped(404, "feed_unknown")
    if dry:
        return Taken(feeds.try_events(bench.model, feed, body, sender, _now()))
    return feeds.take_events(bench.database, bench.model, feed, body, key, sender, _now())


def _known(token: Token) -> Sender:
    return Sender(token.id, f"token:{token.name}", token.source, Allowed(token.indicators, token.branches))


def _remember(id: str, feed: str, status: int, problems: tuple[Problem, ...]) -> None:
    bench = workbench.current()
    place = feed if feed in bench.model.feeds else ""
    receipts.refuse(bench.database, id, place, status, problems, _utc(_now()))


def _status(problems: Iterable[Problem]) -> int:
    found = {400 if p.code.startswith("feed_json") else _STATUS.get(p.code, 422) for p in problems}
    return min(found)  # what is malformed before what is not allowed before what is wrong


def _told(problems: tuple[Problem, ...], status: int, t: Translator) -> JSONResponse:
    listed = [{"where": p.where, "code": p.code, "what": p.what(t), "try": p.cure(t)} for p in problems[:_TOLD]]
    return JSONResponse({"problems": listed, "total": len(problems)}, status)


def _language(request: Request) -> str:
    """The first language of ours that the request asks for; English, as machines mostly do."""
    for part in request.headers.get("accept-language", "")[:200].lower().split(","):
        lang = part.split(";")[0].strip().split("-")[0]
        if lang in LANGUAGES:
            return lang
    return "en"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=None)
