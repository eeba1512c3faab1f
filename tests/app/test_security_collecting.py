"""Attacks on collecting that once worked, filled the log, or ended in a bare error."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
import re
import struct
import tracemalloc
import zlib
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from anyio import to_thread
from conftest import PASSWORD
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_access_routes import HERE, form_of
from test_collecting import invite, phone, send, stored, surveys

from cx import workbench
from cx.access.rights import User
from cx.collect import photos, quality, secret
from cx.commands import serve
from cx.publish import drafts
from cx.store import facts
from cx.store.database import Database
from cx.store.journal import Journal
from cx.store.record import Record
from cx.survey import library, load
from cx.words import Refused
from web import guesses, receipt
from web import photos as web_photos
from web.direct import Direct
from web.respondent import COOKIE
from web.routes import OPEN, ROUTES
from web.security import Security
from web.survey_form import Posted

__all__ = ["surveys"]  # the fixture
WORDS = "the manager shouted at me"
LATE = """
id: late
version: 1.0.0
title: {zh: 一, en: One}
questions: [{id: a, type: yes_no, label: {zh: 甲, en: A}}]
"""


def hidden(html: str) -> dict[str, str]:
    return {name: unescape(v) for name, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}


def with_cookie(browser: TestClient, url: str, sid: str):
    """The page as a browser that says it holds ``sid``: what the cookie says beside it anybody can read off a link."""
    context = browser.get(url).headers["set-cookie"].split(";")[0].rpartition(".")[2]
    return phone("203.0.113.5").get(url, headers={"cookie": f"{COOKIE}={sid}.{context}"})


@pytest.mark.parametrize("end", ["answered", "revoked", "over"])
def test_who_has_a_used_link_cannot_come_in_by_the_open_one(bench: workbench.Workbench, end: str) -> None:
    token, browser = invite(bench).tokens[2], phone()
    html = browser.get(f"/i/{token}").text
    sid = hidden(html)["_sid"]
    assert sid == secret.submission_id(token)
    assert send(browser, f"/i/{token}", html, nps="9").status_code == 303
    with bench.database.writing() as con:
        if end == "revoked":
            con.execute("UPDATE invitation_wave SET revoked_at = now()::TIMESTAMP")
        elif end == "over":
            con.execute("UPDATE invitation_wave SET last_day = current_date - 1")
    for url in ("/s/visit?lang=zh", "/s/visit?lang=zh&mode=kiosk"):
        fresh = phone().get(url).text
        assert send(phone(), url, fresh, nps="0", _sid=sid).status_code in (303, 422)
        phone().post(f"/s/visit/kept{url[8:]}", data={**hidden(fresh), "_sid": sid, "nps": "0"})
    assert " checked" not in with_cookie(phone(), "/s/visit?lang=zh", sid).text
    assert stored("nps, mode") == [(9, "invite")]


def test_a_draft_of_a_personal_link_shows_under_that_link_only(bench: workbench.Workbench) -> None:
    token, browser = invite(bench, "paged").tokens[3], phone()
    send(browser, f"/i/{token}", browser.get(f"/i/{token}").text, ease="6")
    sid = secret.submission_id(token)
    for path in (f"/s/paged?sid={sid}", f"/s/paged?sid={sid}&p=2", f"/s/paged/later?sid={sid}"):
        shown = phone().get(path)
        assert not re.search(r'value="6"[^>]*checked', shown.text), path
    assert re.search(r'name="ease" value="6"[^>]*checked', browser.get(f"/i/{token}").text)


@pytest.mark.parametrize("mode", ["link", "qr", ""])
def test_the_next_at_a_kiosk_cannot_read_a_draft_by_changing_the_address(bench: workbench.Workbench, mode: str) -> None:
    kiosk, url = phone(), "/s/paged?lang=zh&mode=kiosk"
    sent = send(kiosk, url, kiosk.get(url).text, ease="6")
    there = urljoin(url, sent.headers["location"])
    sid = re.search(r"sid=([0-9a-f-]+)", there)[1]
    kiosk.get(f"{url}&left={sid}")  # the page went back to its start by itself
    for path in ("/s/paged", "/s/paged/later"):
        shown = kiosk.get(f"{path}?lang=zh&mode={mode}&sid={sid}")
        assert shown.status_code == 410 and 'name="ease"' not in shown.text, path
    assert kiosk.get(there).status_code == 303


def test_what_was_sent_at_a_kiosk_shows_to_no_browser_that_claims_it(bench: workbench.Workbench) -> None:
    kiosk, url = phone(), "/s/visit?lang=zh&mode=kiosk"
    html = kiosk.get(url).text
    assert send(kiosk, url, html, nps="3").status_code == 303
    assert " checked" not in with_cookie(phone(), "/s/visit?lang=zh", hidden(html)["_sid"]).text


async def _posted(app: object, path: str, body: bytes, whole: bool) -> list[dict]:
    """What an ASGI server gets for a form that comes whole, or whose sender hangs up in the middle."""
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "scheme": "http", "headers": [(b"host", b"testserver"), kind], "root_path": "", "http_version": "1.1",
        "client": ("192.0.2.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    coming = iter(({"type": "http.request", "body": body, "more_body": not whole}, {"type": "http.disconnect"}))
    sent: list[dict] = []

    async def receive() -> dict:
        return next(coming)

    async def send_(message: dict) -> None:
        sent.append(message)

    await app(scope, receive, send_)  # type: ignore[operator]
    return sent


@pytest.mark.parametrize("path", ["/s/visit", "/s/visit/visible", "/s/visit/kept", "/login", "/language"])
def test_a_sender_who_hangs_up_leaves_no_error_in_the_log(bench: workbench.Workbench, path: str) -> None:
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, bench.accounts.who))
    sent = asyncio.run(_posted(app, path, b"why=" + WORDS.replace(" ", "+").encode(), whole=False))
    assert sent[0]["status"] in (400, 422)


def test_an_error_on_the_short_way_has_our_headers_and_no_words(bench: workbench.Workbench) -> None:
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, bench.accounts.who))
    browser = TestClient(app, raise_server_exceptions=False)
    assert browser.get("/s/paged").status_code == 200
    with pytest.MonkeyPatch.context() as fault:
        fault.setattr(bench.journal, "_db", None)  # a machine at fault, in whatever way
        answer = browser.get(f"/s/paged?sid={receipt.fresh()}")
    assert answer.status_code == 500 and answer.text == "Internal Server Error"
    assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_preview_refuses_what_it_cannot_read(bench: workbench.Workbench) -> None:
    draft = drafts.save(bench.database, "late", LATE, "analyst", None)
    browser = phone()
    browser.post("/login", data={"form": form_of(browser), "name": "analyst", "password": PASSWORD}, headers=HERE)
    for path in (f"/preview/late/{draft.revision}", f"/preview/late/{draft.revision}/visible"):
        answer = browser.post(path, content=b"{}", headers={**HERE, "content-type": "application/json"})
        assert answer.status_code == 422, path


def test_a_line_that_cannot_land_keeps_its_words_out_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, bench: workbench.Workbench
) -> None:
    survey = bench.shelf.get("visit")
    assert survey is not None
    sid, now = receipt.fresh(), dt.datetime(2026, 3, 1)
    received = facts.Received(
        receipt.response_id(sid), now, now.date(), {}, mode="link", lang="zh", seconds=1, receipt="AAAAA-AAAAA"
    )
    rows = facts.rows(survey, {"nps": 9}, received, bench.model)
    rows.answers[0]["number"] = WORDS  # type: ignore[index]
    db = Database(tmp_path / "other.duckdb")
    journal = Journal(tmp_path / "journal", db)

    async def sent() -> None:
        await journal.submit(Record("response", sid, "visit", now, {"form": {}}, rows))

    with caplog.at_level(logging.DEBUG):
        asyncio.run(sent())
        journal.flush()
    (aside,) = journal.rejected()
    assert WORDS in aside.with_suffix(".reason").read_text(encoding="utf-8"), "whoever mends it needs to know"
    assert "set aside" in caplog.text and WORDS not in caplog.text
    journal.close()
    db.close()


def test_what_colleagues_wrote_is_read_by_nobody_one_by_one(bench: workbench.Workbench) -> None:
    for id, kind in (("pulse", "staff"), ("said", "customer")):
        (bench.place.surveys / f"{id}.yaml").write_text(
            f"id: {id}\nversion: 1.0.0\nkind: {kind}\ntitle: {{zh: 一, en: One}}\n"
            "questions: [{id: why, type: text, label: {zh: 为什么, en: Why}}]\n",
            encoding="utf-8",
        )
    bench.shelf.refresh()
    for id in ("pulse", "said"):
        browser = phone()
        assert send(browser, f"/s/{id}", browser.get(f"/s/{id}").text, why=WORDS).status_code == 303
    found = dict(stored("survey_id, response_id::VARCHAR"))
    assert set(found) == {"pulse", "said"}
    with bench.database.cursor() as con:
        assert quality.words(con, list(found.values())) == {found["said"]: WORDS}


def test_garbled_forms_do_not_fill_the_log(bench: workbench.Workbench, caplog: pytest.LogCaptureFixture) -> None:
    serve._quiet()
    kind = {"content-type": "multipart/form-data; boundary=aa"}
    assert phone().post("/s/visit", content=b"xx", headers=kind).status_code == 422
    assert not [record for record in caplog.records if record.name.startswith("python_multipart")]


def test_a_text_that_would_grow_without_end_is_never_made() -> None:
    long = "a" * 10_000
    tracemalloc.start()
    with pytest.raises(ValueError):
        library.replace(long, "a", long)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert library.replace("aba", "a", "cc") == "ccbcc" and library.replace("aba", "", "x") == "aba"


def test_guesses_from_ever_new_addresses_fill_no_memory_and_hide_no_guesser() -> None:
    tried = guesses.Guesses()
    for n in range(3 * guesses.ADDRESSES):
        tried.another(f"192.0.2.{n}")
    assert len(tried._counted) <= guesses.ADDRESSES
    assert [tried.another("198.51.100.1") for _ in range(guesses.GUESSES + 1)][-2:] == [False, True]


def _thin(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_photo_that_is_one_long_line_is_refused_before_it_is_unpacked(bench: workbench.Workbench) -> None:
    for size in ((1, photos.MOST_SIDE + 1), (photos.MOST_SIDE + 1, 1)):
        with pytest.raises(Refused) as refused:
            photos.keep(bench.place, _thin(*size))
        assert refused.value.problems[0].code == "photo_pixels"


def test_photos_at_the_same_time_are_unpacked_one_by_one(bench: workbench.Workbench) -> None:
    """Forty small files once took all threads that answer others, and twenty gigabytes."""
    survey = load.read(
        "id: pics\nversion: 1.0.0\ntitle: {zh: 图, en: Pics}\n"
        "questions: [{id: pic, type: photo, max_photos: 1, label: {zh: 照片, en: Photo}}]\n",
        "pics.yaml",
    ).survey
    assert survey is not None
    most = 0

    async def watch(done: asyncio.Event) -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, int(to_thread.current_default_thread_limiter().borrowed_tokens))
            await asyncio.sleep(0.001)

    async def all_at_once() -> list:
        done = asyncio.Event()
        watching = asyncio.create_task(watch(done))
        found = await asyncio.gather(*(
            web_photos.taken(bench, survey, 0, Posted({}, files=(("pic", _picture(shade)),))) for shade in range(6)
        ))  # fmt: skip
        done.set()
        await watching
        return found

    found = asyncio.run(all_at_once())
    assert all(not problems and len(posted.fields["pic"]) == 1 for posted, problems in found)
    assert most == 0, "no thread that others need"


def _picture(shade: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1_200, 900), (shade * 40, 0, 0)).save(target, "PNG")
    return target.getvalue()


def test_nobody_approves_own_words_by_a_detour(bench: workbench.Workbench) -> None:
    one = User("one", "One", "cx_manager", None, "zh")
    two = User("two", "Two", "cx_manager", None, "zh")
    first = drafts.save(bench.database, "late", LATE, one.name, None)
    second = drafts.save(bench.database, "late", LATE.replace("zh: 甲", "zh: 乙"), two.name, first.revision)
    back = drafts.take(bench.database, "late", first.revision, two, second.revision)
    sent = drafts.submit(bench.database, "late", back.revision, two)
    for who in (one, two):
        with pytest.raises(Refused) as refused:
            drafts.approve(bench.database, "late", sent.revision, who)
        assert refused.value.problems[0].code == "four_eyes"
    for id in ("../x", "x/../../y", "x\\y", ".x", "x\0", "x.yaml", "Ä"):
        with pytest.raises(Refused):
            drafts.save(bench.database, id, LATE, one.name, None)


PICS = """
id: pics
version: 1.0.0
title: {zh: 图, en: Pics}
questions:
  - {id: why, type: text, label: {zh: 为什么, en: Why}}
  - {id: pic, type: photo, max_photos: 1, label: {zh: 照片, en: Photo}}
"""


def test_forms_with_photos_come_in_few_at_a_time_and_hold_up_no_others(
    bench: workbench.Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may fill 42 MB of memory before anything is known about it."""
    (bench.place.surveys / "pics.yaml").write_text(PICS, encoding="utf-8")
    bench.shelf.refresh()
    monkeypatch.setattr(web_photos, "_WAIT_SECONDS", 0.3)
    fields = hidden(phone().get("/s/pics").text)
    head = "".join(
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, bench.accounts.who))
    began = 0

    async def all_at_once() -> tuple[list[int], int, int]:
        released = asyncio.Event()

        async def slowly():  # type: ignore[no-untyped-def]
            nonlocal began
            began += 1
            yield head.encode()
            await released.wait()
            yield b"--b--\r\n"

        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser:
            kind = {"content-type": "multipart/form-data; boundary=b"}
            slow = [asyncio.create_task(browser.post("/s/pics", content=slowly(), headers=kind)) for _ in range(6)]
            _, waiting = await asyncio.wait(slow, timeout=2)
            plain = await browser.post("/s/pics", data={**fields, "_sid": receipt.fresh(), "why": "x"})
            before = len(waiting)
            released.set()
            done = await asyncio.gather(*slow)
            return sorted(each.status_code for each in done), before, plain.status_code

    statuses, before, plain = asyncio.run(all_at_once())
    assert (before, plain, began) == (4, 303, 4)
    assert statuses == [303] * 4 + [503] * 2
