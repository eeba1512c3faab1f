"""Hostile senders: what is no JSON, value or token; what is too much, too fast, too slow; and what is remembered."""

from __future__ import annotations

import json
from typing import Any

import anyio
import duckdb
import pytest
from conftest import PASSWORD
from starlette.testclient import TestClient
from test_ingest import ADMIN, EVENTS, VALUES, ask, client, codes, event, nothing_stored, now, send, token, value

from cx.access import tokens
from cx.intake.feeds import payload, receipts
from cx.store import audit
from cx.words import Translator
from web import ingest
from web.security import COOKIE

__all__ = ["client", "token"]  # the fixtures


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"phone": "13800138000"}, "feed_personal_field"), ({"user_id": "u1"}, "feed_personal_field"),
        ({"客户号": "1"}, "feed_personal_field"), ({"card_no": "x"}, "feed_personal_field"),
        ({"colour": "red"}, "feed_field"), ({"name": "home"}, "feed_field"), ({"latency": 3}, "feed_field"),
        ({"page": 3}, "feed_field"),
        ({"ok": "true"}, "feed_bool"), ({"ok": 1}, "feed_bool"), ({"ok": None}, "feed_missing"),
        ({"ms": "3"}, "feed_number"), ({"ms": True}, "feed_number"), ({"ms": -1}, "feed_ms"),
        ({"ms": 3_600_001}, "feed_ms"),
        ({"ms": [1]}, "feed_number"), ({"at": "yesterday"}, "feed_at"), ({"at": "2026-10-01T09:00:00"}, "feed_at"),
        ({"at": "２０２６-10-01T09:00:00Z"}, "feed_at"), ({"at": 1760000000}, "feed_at"),
        ({"at": "2026-02-30T00:00:00Z"}, "feed_at"),
        ({"at": "0001-01-01T00:00:00+23:59"}, "feed_at"), ({"at": "1999-01-01T00:00:00Z"}, "feed_old"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "feed_at"), ({"at": "2999-01-01T00:00:00Z"}, "feed_future"),
    ],
)  # fmt: skip
def test_one_wrong_event_refuses_the_batch(client: TestClient, token, said: dict[str, Any], code: str) -> None:
    answer = send(client, token(), EVENTS, {"events": [event(), {**event(), **said}]})
    assert answer.status_code == 422 and code in codes(answer), answer.text
    assert answer.json()["problems"][0]["where"].startswith("events[1]") and nothing_stored()


BOMBS = {
    b"": "feed_json", b"{": "feed_json", b"[]": "feed_not_object", b"null": "feed_not_object", b"1": "feed_not_object",
    b"[" * 200_000: "feed_json_deep", b'{"a":' * 100_000: "feed_json_deep", b'{"events":[NaN]}': "feed_json_number",
    b'{"events":[{"ms":Infinity}]}': "feed_json_number", b'{"events":[{"ms":1e999999999}]}': "feed_json_number",
    b'{"events":[{"ms":' + b"9" * 100_000 + b"}]}": "feed_json_number",
    b'{"events":[{"ok":true,"ok":false}]}': "feed_json_twice",
    b'{"events":[{"ms":1e-99999}]}': "feed_json_number", b'\xff\xfe{"events":[]}': "feed_json",
    b'{"events":[]}': "feed_list",
    b'{"events":{}}': "feed_list", b'{"events":[1]}': "feed_entry", b'{"events":[[[[]]]]}': "feed_entry",
    b'{"events":"' + b"x" * 1000 + b'"}': "feed_list",
}  # fmt: skip


@pytest.mark.parametrize("body", BOMBS, ids=lambda body: body[:24].decode("latin-1") or "empty")
def test_no_json_brings_it_down(client: TestClient, token, body: bytes) -> None:
    answer = send(client, token(), EVENTS, body)
    assert answer.status_code in (400, 422) and codes(answer) == {BOMBS[body]}, answer.text
    assert nothing_stored()


@pytest.mark.parametrize(
    "said",
    [
        {"branch": "b0101'; DROP TABLE upload; --"}, {"branch": "\ud800"}, {"branch": "b0101\u0000"},
        {"branch": "x" * 101},
        {"branch": {"a": 1}}, {"indicator": ["queue_minutes"]}, {"period": 202609}, {"value": "14.5"},
        {"value": None},
        {"value": 10**25}, {"value": True}, {"branch": "\u202eb0101"}, {"period": "=cmd()"}, {"numerator": 3},
        {"numerator": 3, "denominator": 0}, {"value": None, "numerator": 10**29, "denominator": 1e-29},
        {"branch": "13800138000"}, {"branch": "a@b.cn"}, {"客户": "x"},
        {"region": "nowhere"}, {"channel": "fax"}, {"branch": "沪西小计"}, {"branch": "平均"}, {"period": "合计"},
    ],
    ids=str,
)  # fmt: skip
def test_hostile_values_are_refused_with_words(client: TestClient, token, said: dict[str, Any]) -> None:
    answer = send(client, token(), VALUES, {"values": [value(branch="b0102"), value(**said)]})
    assert answer.status_code == 422, answer.text
    assert all(p["where"].startswith("values[1]") or p["where"] == "values" for p in answer.json()["problems"])
    assert nothing_stored()


def test_what_is_remembered_of_a_refusal_says_nothing_that_was_sent(client: TestClient, token, bench) -> None:
    secret = token()
    send(client, secret, VALUES, {"values": [value(branch="张三的支行")]})
    send(client, secret, EVENTS, {"events": [{**event(), "张三": 1}]})
    kept = "".join(row[0] for row in ask("SELECT problems FROM feed_refusal"))
    assert "upload_unknown_branch" in kept and "feed_field" in kept and "张三" not in kept
    with bench.database.cursor() as con:
        assert all(p.what(t) for r in receipts.refusals(con) for p in r.problems for t in _both())
        assert not any("张三" in entry.detail for entry in audit.entries(con))
    for place in range(9):
        send(client, secret, VALUES, b"{", f"key-{place:05}")
    assert ask("SELECT count(*) FROM feed_refusal WHERE feed = ''") == [(receipts.KEPT_REFUSALS,)]


def _both():
    return Translator("zh"), Translator("en")


def test_only_a_living_token_opens(client: TestClient, token, bench) -> None:
    secret = token()
    wrong = (
        "",
        "x",
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret + "A",
        f"cx_{'0' * 12}_{'A' * 43}",
        "é" * 60,
    )
    for each in wrong:
        headers = {"authorization": f"Bearer {each}".encode(), "content-type": "application/json"}
        answer = client.post(VALUES, content=b"{}", headers=headers)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer", each
    basic = send(client, secret, VALUES, {"values": [value()]}, authorization=f"Basic {secret}")
    twice = client.post(VALUES, content=b"{}", headers=[("authorization", f"Bearer {secret}")] * 2)
    assert basic.status_code == twice.status_code == 401
    assert client.post(f"{VALUES}?token={secret}", content=b"{}").status_code == 401, "never in an address"
    id = ask("SELECT token_id FROM api_token")[0][0]
    tokens.revoke(bench.database, id, ADMIN, now())
    assert send(client, secret, VALUES, {"values": [value()]}).status_code == 401
    ended = token(days=1)
    with bench.database.writing() as con:
        con.execute("UPDATE api_token SET expires_at = created_at WHERE token_id = ?", [ended.split("_")[1]])
    assert send(client, ended, VALUES, {"values": [value()]}).status_code == 401
    assert nothing_stored()


def test_a_cookie_opens_no_api_and_a_token_no_page(client: TestClient, token, bench) -> None:
    session = bench.accounts.sign_in("admin", PASSWORD, "test", "zh").token
    cookie = {"cookie": f"{COOKIE}={session}"}
    assert client.get("/people", headers=cookie).text == "behind the gate"
    assert client.post(VALUES, json={"values": [value()]}, headers=cookie).status_code == 401
    with_token = {"authorization": f"Bearer {token()}"}
    assert client.get("/people", headers=with_token).status_code == 401
    foreign = {**with_token, "origin": "https://evil.example", "content-type": "application/json"}
    refused = client.post(VALUES, content=b"{}", headers=foreign)
    assert refused.status_code == 403 and "access-control-allow-origin" not in refused.headers
    options = client.options(
        VALUES, headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
    )
    assert options.status_code >= 400 and not [name for name in options.headers if name.startswith("access-control")]


def test_a_token_sends_only_what_it_may(client: TestClient, token) -> None:
    events_only = token(indicators=())
    assert send(client, events_only, VALUES, {"values": [value()]}).status_code == 403
    assert send(client, events_only, "/api/v1/events/app-events-2", {"events": [event()]}).status_code == 403
    one = token(feeds=(), indicators=("queue_minutes",), branches=("b0101",))
    assert send(client, one, EVENTS, {"events": [event()]}).status_code == 403
    for said in ({"branch": "b0102"}, {"branch": None}, {"branch": "全行"}, {"indicator": "counter_minutes"}):
        answer = send(client, one, VALUES, {"values": [value(), value(**said)]})
        assert answer.status_code == 403 and codes(answer) == {"feed_not_allowed"}, said
    assert nothing_stored()
    assert send(client, one, VALUES, {"values": [value()]}).status_code == 201
    narrow = token(branches=("b0101",))
    assert send(client, narrow, EVENTS, {"events": [event()]}).status_code == 403, "whole-bank events"


def test_the_envelope_is_checked_before_it_is_opened(client: TestClient, token) -> None:
    secret, body = token(), {"values": [value()]}
    assert send(client, secret, VALUES, body, **{"content-type": "text/plain"}).status_code == 415
    assert send(client, secret, VALUES, body, **{"content-encoding": "gzip"}).status_code == 415
    for key in ("short", "x" * 129, "with blank", "", "é" * 8):
        answer = send(client, secret, VALUES, body, **{"idempotency-key": key.encode()})  # type: ignore[arg-type]
        assert answer.status_code == 400 and codes(answer) == {"feed_key"}, key
    doubled = [("authorization", f"Bearer {secret}"), ("content-type", "application/json"),
               ("idempotency-key", "key-0001"), ("idempotency-key", "key-0002")]  # fmt: skip
    assert codes(client.post(VALUES, content=json.dumps(body), headers=doubled)) == {"feed_key"}
    assert send(client, secret, VALUES, b" " * (payload.LARGEST + 1)).status_code == 413
    pieces = (b" " * 65_536 for _ in range(payload.LARGEST // 65_536 + 1))
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json", "idempotency-key": "key-0001"}
    assert client.post(VALUES, content=pieces, headers=headers).status_code == 413, "without a stated length"
    assert nothing_stored()


def test_what_cannot_be_written_is_told_and_not_taken(client: TestClient, token, monkeypatch) -> None:
    secret = token()
    with monkeypatch.context() as patch:
        patch.setattr(receipts, "keep", _full)
        answer = send(client, secret, EVENTS, {"events": [event()]})
    assert answer.status_code == 503 and codes(answer) == {"disk_refuses"} and answer.headers["retry-after"]
    assert nothing_stored()
    assert send(client, secret, EVENTS, {"events": [event()]}).status_code == 201


def _full(*_: Any) -> None:
    raise duckdb.IOException("No space left on device")


def test_a_slow_body_is_not_waited_for(client: TestClient, token, monkeypatch) -> None:
    headers = {"authorization": f"Bearer {token()}", "content-type": "application/json", "idempotency-key": "key-0001"}
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "POST", "path": VALUES, "query_string": b"", "headers": raw}
    parts, sent = [{"type": "http.request", "body": b"{", "more_body": True}], []

    async def receive() -> dict[str, Any]:
        if not parts:
            await anyio.sleep(60)
        return parts.pop()

    async def keep(message: Any) -> None:
        sent.append(message)

    monkeypatch.setattr(ingest, "_BODY_SECONDS", 0.2)
    anyio.run(client.app, scope, receive, keep)
    assert sent[0]["status"] == 408 and b"feed_slow" in sent[1]["body"]


def test_too_many_events_are_refused_as_one(client: TestClient, token) -> None:
    one = json.dumps(event()).encode()
    body = b'{"events":[' + b",".join([one] * (payload.MOST + 1)) + b"]}"
    answer = send(client, token(), EVENTS, body)
    assert answer.status_code == 422 and codes(answer) == {"feed_many"}


def test_a_token_that_sends_too_fast_waits(client: TestClient, token) -> None:
    secret, other = token(), token()
    assert send(client, secret, VALUES, b"{").status_code == 400
    ingest._buckets[secret.split("_")[1]].left = 1.5
    assert send(client, secret, VALUES, b"{").status_code == 400
    late = send(client, secret, VALUES, b"{")
    assert late.status_code == 429 and 1 <= int(late.headers["retry-after"]) <= 1 and codes(late) == {"feed_rate"}
    assert send(client, other, VALUES, b"{").status_code == 400
    ingest._buckets[secret.split("_")[1]].seen -= 10
    assert send(client, secret, VALUES, b"{").status_code == 400


def test_secrets_are_kept_as_hashes_and_every_deed_is_logged(bench, token) -> None:
    secret = token()
    row = ask("SELECT * FROM api_token")[0]
    assert secret not in map(str, row) and secret.split("_", 2)[2] not in "".join(map(str, row))
    with bench.database.cursor() as con:
        made = audit.entries(con, actions=("token_made",))
        assert len(made) == 1 and made[0].who == "admin" and secret.split("_", 2)[2] not in made[0].detail
        found = tokens.find(con, secret, now())
    assert found and found.name == "probe 0"
    tokens.revoke(bench.database, found.id, ADMIN, now())
    with bench.database.cursor() as con:
        assert len(audit.entries(con, actions=("token_revoked",))) == 1 and audit.verify(con).sound
