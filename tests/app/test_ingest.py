"""What other systems send: taken whole and once, checked as files are, refused with every reason, never by a cookie."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from cx import workbench
from cx.access import tokens
from cx.access.rights import User
from cx.access.tokens import Order
from cx.intake import uploads
from cx.intake.feeds import payload, receipts
from cx.intake.feeds import plan as feed_plan
from cx.words import texts
from web import ingest
from web.openapi import DOCUMENT
from web.routes import OPEN, ROUTES
from web.security import Security

ADMIN = User("admin", "Admin", "admin", None, "zh")
VALUES, EVENTS = "/api/v1/indicators", "/api/v1/events/transfer-probe"
NOW = dt.datetime.now(dt.UTC)


async def _behind(_) -> PlainTextResponse:
    return PlainTextResponse("behind the gate")


@pytest.fixture
def client(bench: workbench.Workbench) -> Iterator[TestClient]:
    ingest._buckets.clear()
    gate = Middleware(Security, open_to_all=OPEN, who=bench.accounts.who)
    with TestClient(Starlette(routes=[*ROUTES, Route("/{rest:path}", _behind)], middleware=[gate])) as client:
        yield client


@pytest.fixture
def token(bench: workbench.Workbench) -> Callable[..., str]:
    """``token(feeds=…, indicators=…, branches=…)``: the secret of a new token."""
    made = iter(range(100))

    def make(**order: Any) -> str:
        wanted = {"feeds": tuple(bench.model.feeds), "indicators": None, **order}
        return tokens.make(bench.database, Order(f"probe {next(made)}", "拨测平台", **wanted), ADMIN, now())[1]

    return make


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def value(**more: Any) -> dict[str, Any]:
    return {"indicator": "queue_minutes", "period": "2026-09", "branch": "b0101", "value": 14.5, **more}


def event(minutes: int = 30, ok: bool = True, ms: float | None = 300, **more: Any) -> dict[str, Any]:
    at = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)).isoformat(timespec="seconds")
    return {"at": at, "ok": ok, **({} if ms is None else {"ms": ms}), **more}


def send(client: TestClient, secret: str, path: str, body: Any, key: str = "key-0001", **headers: str):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"authorization": f"Bearer {secret}", "content-type": "application/json", "idempotency-key": key}
    return client.post(path, content=data, headers={k: v for k, v in {**given, **headers}.items() if v})


def ask(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with workbench.current().database.cursor() as con:
        return con.execute(sql, list(parameters)).fetchall()


def in_force(indicator: str) -> list[tuple[Any, ...]]:
    return ask("SELECT value::DOUBLE, numerator::DOUBLE, denominator::DOUBLE FROM v_indicator WHERE indicator = ? "
               "ORDER BY day, branch", indicator)  # fmt: skip


def codes(answer) -> set[str]:
    return {problem["code"] for problem in answer.json()["problems"]}


def nothing_stored() -> bool:
    return all(ask(f"SELECT count(*) FROM {table}") == [(0,)]
               for table in ("indicator_value", "upload", "feed_cell", "feed_receipt"))  # fmt: skip


def test_a_computed_indicator_is_refused_as_in_a_file(client: TestClient, token, bench) -> None:
    answer = send(client, token(), VALUES, {"values": [value(), value(indicator="stickiness", branch=None)]})
    assert answer.status_code == 422, answer.text
    assert [(one["where"], one["code"]) for one in answer.json()["problems"]] == [
        ("values[1].indicator", "upload_computed_indicator")
    ]
    assert nothing_stored()


def test_values_come_in_show_in_the_history_and_are_undone(client: TestClient, token, bench) -> None:
    body = {"source": "月报接口", "values": [
        value(), value(branch="徐家汇支行", value=9), value(branch=None, value=12),
        {"indicator": "取号后放弃率", "period": "2026年9月", "branch": "b0101", "numerator": 30, "denominator": 400},
    ]}  # fmt: skip
    answer = send(client, token(), VALUES, body)
    assert answer.status_code == 201, answer.text
    got = answer.json()
    assert {k: got[k] for k in ("accepted", "unchanged", "replaced")} == {"accepted": 4, "unchanged": 0, "replaced": 0}
    stored = ask("SELECT branch, region, value::DOUBLE FROM v_indicator WHERE indicator = 'queue_minutes' "
                 "ORDER BY value")  # fmt: skip
    assert stored == [("b0102", "shanghai-west", 9.0), (None, None, 12.0), ("b0101", "shanghai-west", 14.5)]
    assert in_force("abandonment_rate") == [(7.5, 30.0, 400.0)]
    with bench.database.cursor() as con:
        (one,) = uploads.history(con)
        assert (one.source, one.file_name, one.rows, one.in_force) == ("拨测平台", "API · 月报接口", 4, 4)
        assert uploads.remembered(con, "indicators", "拨测平台") is None, "a file of that source keeps its own mapping"
    uploads.undo(bench.database, got["upload_id"], "admin")
    assert ask("SELECT count(*) FROM v_indicator") == [(0,)]


@pytest.mark.parametrize("bank", [{"branch": None}, {}, {"branch": "全行"}, {"branch": "all"}, {"branch": "合计"}])
def test_a_value_of_the_whole_bank(client: TestClient, token, bank: dict[str, Any]) -> None:
    entry = {"indicator": "queue_minutes", "period": "2026-09", "value": 12, **bank}
    assert send(client, token(), VALUES, {"values": [entry, value()]}).json()["accepted"] == 2
    assert ask("SELECT branch, value::DOUBLE FROM v_indicator ORDER BY value") == [(None, 12.0), ("b0101", 14.5)]


def test_what_changed_is_counted(client: TestClient, token) -> None:
    secret = token()
    send(client, secret, VALUES, {"values": [value(), value(branch="b0102", value=9)]})
    again = send(client, secret, VALUES, {"values": [value(), value(branch="b0102", value=8), value(branch="b0103")]},
                 "key-0002").json()  # fmt: skip
    assert (again["accepted"], again["unchanged"], again["replaced"]) == (3, 1, 1)
    assert [row[0] for row in in_force("queue_minutes")] == [14.5, 8.0, 14.5]
    assert ask("SELECT count(*) FROM indicator_value WHERE superseded_by IS NOT NULL") == [(2,)]


def test_every_problem_is_told_at_its_place_in_either_language(client: TestClient, token) -> None:
    body = {"values": [
        value(branch="火星支行"), value(indicator="nonsense"), value(period="2026-13"), value(period="2099-01"),
        value(value=9999), value(period="2026Q3"), value(), value(value=3), {"indicator": "queue_minutes"},
    ]}  # fmt: skip
    secret = token()
    wrong = send(client, secret, VALUES, {"values": body["values"][:-1]})
    assert wrong.status_code == 422 and nothing_stored()
    where = {(problem["where"], problem["code"]) for problem in wrong.json()["problems"]}
    assert where >= {
        ("values[0].branch", "upload_unknown_branch"), ("values[1].indicator", "upload_unknown_indicator"),
        ("values[2].period", "upload_bad_period"), ("values[3].period", "upload_future"),
        ("values[4].value", "upload_out_of_range"), ("values[5].period", "upload_grain"),
        ("values[7].value", "feed_twice"),
    }  # fmt: skip
    assert ("values[8]", "feed_no_value") in {
        (p["where"], p["code"]) for p in send(client, secret, VALUES, body).json()["problems"]
    }
    for lang, tag in (("zh", "zh-CN,zh;q=0.9"), ("en", "en-GB")):
        told = send(client, secret, VALUES, body, **{"accept-language": tag}).json()["problems"]
        missing = next(p for p in told if p["code"] == "feed_no_value")
        entry = texts(lang)["problem.feed_no_value"]
        assert isinstance(entry, dict) and (missing["what"], missing["try"]) == (entry["what"], entry["try"])


def test_a_key_counts_once(client: TestClient, token) -> None:
    secret, body = token(), {"events": [event(), event(ok=False)]}
    first = send(client, secret, EVENTS, body)
    assert first.status_code == 201 and first.json()["accepted"] == 2
    second = send(client, secret, EVENTS, body)
    assert second.status_code == 200 and second.json() == first.json()
    assert second.headers["idempotent-replay"] == "true"
    assert in_force("transfer_probe_success") == [(50.0, 1.0, 2.0)]
    other = send(client, secret, EVENTS, {"events": [event()]})
    assert other.status_code == 409 and codes(other) == {"feed_key_used"}
    elsewhere = send(client, token(), EVENTS, {"events": [event()]})
    assert elsewhere.status_code == 201, "keys of another token are its own"
    assert receipts.DAYS >= 30


def test_two_at_once_count_once(client: TestClient, token) -> None:
    secret, body = token(), {"events": [event() for _ in range(50)]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(client, secret, EVENTS, body), range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len({a.text for a in answers}) == 1
    assert in_force("transfer_probe_success") == [(100.0, 50.0, 50.0)]


def test_a_crash_between_leaves_both_or_none(client: TestClient, token, monkeypatch) -> None:
    secret, body = token(), {"events": [event()]}
    with monkeypatch.context() as patch:
        patch.setattr(receipts, "keep", _fail)
        with pytest.raises(RuntimeError):
            send(client, secret, EVENTS, body)
    assert nothing_stored()
    assert send(client, secret, EVENTS, body).status_code == 201
    assert in_force("transfer_probe_success") == [(100.0, 1.0, 1.0)]


def _fail(*_: Any) -> None:
    raise RuntimeError("killed here")


def test_batches_add_up_and_late_events_revise(client: TestClient, token, bench) -> None:
    secret, minutes = token(), 60 * 24 * 3
    r = random.Random(7)
    slow = [math.exp(r.gauss(6, 0.8)) for _ in range(400)]
    for place in range(4):
        part = [event(minutes, ms=ms) for ms in slow[place * 100 : place * 100 + 100]]
        assert send(client, secret, EVENTS, {"events": part}, f"batch-{place:04}").status_code == 201
    ((mean, total, n),) = in_force("transfer_probe_ms")
    assert n == 400 and mean == pytest.approx(sum(slow) / 400, abs=0.001) and total == pytest.approx(sum(slow), abs=0.5)
    ((p95, _, _),) = in_force("transfer_probe_p95")
    exact = sorted(slow)[math.ceil(0.95 * 400) - 1]
    assert abs(p95 - exact) <= 0.01 * exact + 0.001
    assert ask("SELECT count(*) FROM indicator_value WHERE superseded_by IS NOT NULL") == [(0,)], "one day, one upload"
    _a_day_later(bench)
    late = send(client, secret, EVENTS, {"events": [event(minutes, ok=False)]}, "late-0001")
    assert late.status_code == 201
    assert in_force("transfer_probe_success") == [(pytest.approx(100 * 400 / 401, abs=1e-6), 400.0, 401.0)]
    assert ask("SELECT value::DOUBLE FROM indicator_value WHERE superseded_by IS NOT NULL AND indicator = "
               "'transfer_probe_success'") == [(100.0,)], "the value of before is kept"  # fmt: skip


def _a_day_later(bench: workbench.Workbench) -> None:
    """What came in until now came in yesterday."""
    with bench.database.writing() as con:
        con.execute("UPDATE upload SET loaded_at = loaded_at - INTERVAL 1 DAY")


def test_taking_back_a_day_takes_it_out_of_later_values(client: TestClient, token, bench) -> None:
    secret, minutes = token(), 60 * 24 * 3
    first = send(client, secret, EVENTS, {"events": [event(minutes, ok=False) for _ in range(30)]}, "first-001").json()
    _a_day_later(bench)
    second = send(client, secret, EVENTS, {"events": [event(minutes) for _ in range(10)]}, "second-01").json()
    assert in_force("transfer_probe_success") == [(25.0, 10.0, 40.0)]
    uploads.undo(bench.database, first["upload_id"], "admin")
    assert in_force("transfer_probe_success") == [(100.0, 10.0, 10.0)]
    uploads.undo(bench.database, second["upload_id"], "admin")
    assert in_force("transfer_probe_success") == [] and ask("SELECT count(*) FROM feed_cell") == [(0,)]
    third = send(client, secret, EVENTS, {"events": [event(minutes)]}, "third-001")
    assert third.status_code == 201 and in_force("transfer_probe_success") == [(100.0, 1.0, 1.0)]


def test_a_file_between_two_batches_is_superseded_and_comes_back(client: TestClient, token, bench) -> None:
    secret = token()
    send(client, secret, EVENTS, {"events": [event(5)]}, "before-01")
    day = ask("SELECT day FROM v_indicator WHERE indicator = 'transfer_probe_success'")[0][0]
    by_hand = {"indicator": "transfer_probe_success", "period": str(day), "channel": "mobile", "value": 88}
    assert send(client, secret, VALUES, {"values": [by_hand]}, "by-hand-1").status_code == 201
    assert in_force("transfer_probe_success")[0][0] == 88.0
    last = send(client, secret, EVENTS, {"events": [event(5, ok=False)]}, "after-001").json()
    assert in_force("transfer_probe_success") == [(50.0, 1.0, 2.0)]
    uploads.undo(bench.database, last["upload_id"], "admin")
    assert in_force("transfer_probe_success")[0][0] == 88.0


def test_coverage_is_the_share_of_known_screens(client: TestClient, token, bench) -> None:
    names = bench.model.feeds["app-events"].names
    seen = [event(name=name, ms=None) for name in names[:-3]] + [event(name=names[0], ok=False, ms=None)]
    assert send(client, token(), "/api/v1/events/app-events", {"events": seen}).status_code == 201
    ((share, part, whole),) = in_force("event_coverage")
    assert (part, whole) == (len(names) - 3, len(names)) and share == pytest.approx(100 * part / whole, abs=1e-6)


def test_a_dry_run_stores_nothing(client: TestClient, token) -> None:
    secret = token()
    good = send(client, secret, f"{VALUES}?dry_run=1", {"values": [value()]}, key="")
    assert good.status_code == 200 and good.json() == {"accepted": 1, "dry_run": True}
    tried = send(client, secret, f"{EVENTS}?dry_run=1", {"events": [event()]}, key="")
    assert tried.status_code == 200 and tried.json()["accepted"] == 1
    assert send(client, secret, f"{VALUES}?dry_run=1", {"values": [value(branch="nowhere")]}).status_code == 422
    assert nothing_stored() and ask("SELECT count(*) FROM feed_refusal") == [(0,)]


def test_the_description_is_true(client: TestClient, token, bench) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.status_code == 200 and served.json() == DOCUMENT
    ours = {(route.path, method.lower()) for route in ROUTES if isinstance(route, Route)
            and route.path.startswith("/api/v1/") for method in route.methods or () if method != "HEAD"}  # fmt: skip
    assert ours == {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    for path, where, entry in ((VALUES, "values", value()), (EVENTS, "events", event())):
        operation = DOCUMENT["paths"][path.replace("transfer-probe", "{feed}")]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["properties"][where]
        assert schema["maxItems"] == payload.MOST
        for name in schema["items"]["required"]:
            bare = {key: one for key, one in entry.items() if key != name}
            assert send(client, token(), path, {where: [bare]}).status_code == 422, name
        done = send(client, token(), path, {where: [entry]}, "described")
        answer = operation["responses"]["201"]["content"]["application/json"]["schema"]["properties"]
        assert set(done.json()) == set(answer) - {"dry_run"}
        unknown = {**entry, "no_such_field": 1}
        assert schema["items"]["additionalProperties"] is False
        assert send(client, token(), path, {where: [unknown]}, "unknown-1").status_code == 422


def test_the_plan_survives_its_text(bench) -> None:
    for feed in bench.model.feeds.values():
        plan = feed_plan.Plan.of(feed, bench.model)
        assert feed_plan.Plan.from_json(plan.to_json()) == plan
