"""Going on later and elsewhere, what others may not see, quotas, photos, and how an answer came about."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
import re
import time
from decimal import Decimal
from html import unescape
from urllib.parse import urljoin

import pytest
from httpx import Response
from PIL import Image

from cx import workbench
from cx.collect import photos
from cx.collect.watching import Watch
from cx.store.journal import Journal, NotSaved
from cx.store.partials import partials
from cx.store.record import Record
from cx.words import Refused
from questionnaire.respondents import client, fill, hidden, rows
from web import arrival, quotas, receipt
from web.guesses import GUESSES

PAGED = "/s/paged?branch=b0102&lang=en"


def begun(browser: object, **more: str) -> tuple[str, str]:
    """The first page handed in: the address of the second, and the short address that goes on elsewhere."""
    to = fill(browser, browser.get(PAGED), PAGED, 303, ease="2", done="no").headers["location"]  # type: ignore[attr-defined]
    later = fill(browser, browser.get(to), to, 303, _go="later", **more).headers["location"]  # type: ignore[attr-defined]
    shown = browser.get(later)  # type: ignore[attr-defined]
    assert shown.status_code == 200
    (address,) = re.findall(r'href="http://testserver(/s/paged/c/[^"]+)"', shown.text)
    assert address.rpartition("/")[2] in re.findall(r'class="code long">([^<]+)<', shown.text)
    assert 'src="data:image/svg' in shown.text
    return to, address


def test_a_draft_goes_on_at_its_page_on_another_phone() -> None:
    _, address = begun(client(), why="half a thought")
    other = client()
    page = other.get(address)
    assert page.status_code == 200
    assert "Page 2 of 3" in page.text
    assert "half a thought" in page.text
    assert "what you entered before" in page.text
    there = str(page.url).removeprefix("http://testserver")
    to = fill(other, page, there, 303, why="a whole thought").headers["location"]
    fill(other, other.get(to), to, 303, times="3")
    assert rows("response", "branch, lang") == [("b0102", "en")]
    assert ("why", "a whole thought") in rows("answer", "question_id, text")


def test_what_was_sent_is_shown_only_to_the_browser_that_holds_it() -> None:
    browser = client()
    to, address = begun(browser)
    to3 = fill(browser, browser.get(to), to, 303, why="private words").headers["location"]
    sent = fill(browser, browser.get(to3), to3, 303, times="3").headers["location"]
    assert "private words" in browser.get(to).text
    for stranger in (client(), client()):
        for gone in (to, to3, address, to.replace("/s/paged?", "/s/paged/later?")):
            answer = stranger.get(gone)
            assert answer.status_code == 410, gone
            assert "private words" not in answer.text
        page = fill(stranger, browser.get(to3), to3, 410, times="x")
        assert "private words" not in page.text
        fill(stranger, browser.get(to3), to3, 410, times="99")
        again = fill(stranger, browser.get(to3), to3, 303, times="3").headers["location"]  # a second click
        assert again == sent
        shows = stranger.post("/s/paged/visible", data={**hidden(browser.get(to3).text), "times": "3"}).text
        assert "private" not in shows
    assert len(rows("response")) == 1
    assert len(rows("response_revision")) == 0
    assert Decimal(3) in [number for (number,) in rows("answer", "number")]


@pytest.mark.parametrize(
    "code",
    ["x", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", receipt.going_on("0b5d2f86-3c1e-4a7b-a9d0-6e5f4c3b2a10"), "%00", "１" * 25],
)
def test_a_code_that_leads_nowhere_is_told(code: str) -> None:
    assert client().get(f"/s/paged/c/{code}").status_code == 410


def test_codes_lead_back_to_every_submission_and_may_be_typed_carelessly() -> None:
    for _ in range(200):
        sid = receipt.fresh()
        code = receipt.going_on(sid)
        assert receipt.submission_of(code) == receipt.submission_of(f" {code.lower().replace('-', ' ')} ") == sid


@pytest.mark.parametrize(("lang", "offer"), [("zh", "继续上次的答卷"), ("en", "Continue earlier answers")])
def test_a_code_is_typed_on_the_first_page_of_another_phone(lang: str, offer: str) -> None:
    _, address = begun(client(), why="half a thought")
    code = address.rpartition("/")[2]
    other, first = client(), f"/s/paged?lang={lang}"
    page = other.get(first)
    assert offer in page.text
    (action,) = re.findall(r'<form method="post" action="([^"]+/c[^"]*)"', page.text)
    wrong = other.post(urljoin(first, unescape(action)), data={"code": "ABCDE<b>"})
    assert wrong.status_code == 410
    assert 'value="ABCDE&lt;b&gt;"' in wrong.text, "what was typed can be mended"
    (again,) = re.findall(r'<form method="post" action="([^"]+)"', wrong.text)
    shown = other.post(urljoin("/s/paged/c", unescape(again)), data={"code": f" {code.lower().replace('-', '－')} "})
    assert shown.status_code == 200
    assert "half a thought" in shown.text
    assert "Page 2 of 3" in shown.text, "in the language of the draft"


@pytest.mark.parametrize("path", ["/s/paged/later?sid=x", "/s/paged/c/ABCDE", "/s/paged?sid={sid}&p=2&mode=kiosk"])
def test_pages_that_miss_a_draft_take_its_code(path: str) -> None:
    _, address = begun(client())
    missed, other = path.replace("{sid}", receipt.fresh()), client()
    page = other.get(missed)
    if "mode=kiosk" in path:
        assert "/c?" not in page.text, "a shared device leads nobody elsewhere"
        return
    assert page.status_code == 410
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    code = address.rpartition("/")[2]
    assert other.post(urljoin(missed, unescape(action)), data={"code": code}).status_code == 200


def test_trying_out_codes_is_told_off_and_true_ones_go_on() -> None:
    _, address = begun(client())
    code, stranger = address.rpartition("/")[2], client()
    wrong = [stranger.post("/s/paged/c", data={"code": receipt.going_on(receipt.fresh())}) for _ in range(10)]
    wrong += [stranger.get(f"/s/paged/c/{receipt.going_on(receipt.fresh())}") for _ in range(GUESSES - 10)]
    assert {answer.status_code for answer in wrong} == {410}
    refused = stranger.post("/s/paged/c", data={"code": "x"})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "600"
    assert stranger.post("/s/paged/c", data={"code": code}).status_code == 200
    assert stranger.post("/s/nowhere/c", data={"code": code}).status_code == 404
    assert stranger.post("/s/shared/c", data={"code": code}).status_code == 429, "of another survey"


def test_one_page_has_no_earlier_answers_to_continue() -> None:
    assert "/c?" not in client().get("/s/visit").text


def test_a_draft_is_forgotten_after_a_week(bench: workbench.Workbench) -> None:
    sids = [receipt.fresh(), receipt.fresh()]
    for sid, days in zip(sids, (6, 8), strict=True):
        survey = bench.shelf.get("paged")
        assert survey is not None
        content = {
            "form": {"ease": ["2"]},
            "digest": survey.digest,
            "at": time.time() - days * 86_400,
            "link": "lang=en",
        }
        bench.journal.submit_blocking(Record("draft", sid, "paged", dt.datetime(2026, 1, 1), content))
    assert [client().get(f"/s/paged/c/{receipt.going_on(sid)}").status_code for sid in sids] == [200, 410]
    assert [client().get(f"/s/paged?sid={sid}&p=2").status_code for sid in sids] == [200, 410]


@pytest.mark.parametrize("mode", ["kiosk", "staff", "preview"])
def test_a_shared_device_offers_no_way_to_go_on_elsewhere(mode: str) -> None:
    browser, url = client(), f"/s/paged?mode={mode}"
    to = fill(browser, browser.get(url), url, 303, ease="2", done="no").headers["location"]
    page = browser.get(to)
    offered = 'value="later"' in page.text
    assert offered == (mode != "kiosk")  # without a session the others are ordinary links
    if not offered:
        assert "/later" not in fill(browser, page, to, 303, _go="later").headers["location"]
        assert client().get(f"/s/paged/c/{receipt.going_on(hidden(page.text)['_sid'])}").status_code in (200, 410)


def test_begun_and_not_sent_is_counted_apart(bench: workbench.Workbench) -> None:
    long_ago = dt.datetime(2020, 1, 1)

    def count(since: dt.datetime = long_ago) -> int:
        bench.journal.flush()
        with bench.database.cursor() as con:
            return partials(con, "paged", since)

    begun(client())
    browser = client()
    to, _ = begun(browser)
    assert count() == 2
    assert count(dt.datetime(2100, 1, 1)) == 0
    to3 = fill(browser, browser.get(to), to, 303, why="x").headers["location"]
    fill(browser, browser.get(to3), to3, 303)
    assert count() == 1
    fill(browser, browser.get(to), to, 303, why="corrected, not sent again")
    assert count() == 1


def test_a_full_quota_ends_politely_and_keeps_nothing(bench: workbench.Workbench) -> None:
    def answers(age: str) -> tuple[object, object]:
        browser = client()
        return browser, fill(browser, browser.get("/s/shared"), "/s/shared", None, name="Li", age=age)

    browser, first = answers("20")
    to = first.headers["location"]  # type: ignore[attr-defined]
    waiting, held = answers("22")  # not full yet
    fill(browser, browser.get(to), to, 303, shuffled="a")  # type: ignore[attr-defined]
    turned_away, over = answers("25")
    assert over.status_code == 200  # type: ignore[attr-defined]
    assert "年轻客户够了" in over.text  # type: ignore[attr-defined]
    assert "没有保存" in over.text  # type: ignore[attr-defined]
    to2 = held.headers["location"]  # type: ignore[attr-defined]
    late = fill(waiting, waiting.get(to2), to2, 200, shuffled="b")  # type: ignore[attr-defined]
    assert "年轻客户够了" in late.text
    assert "年轻客户够了" in waiting.get(to2).text  # type: ignore[attr-defined]
    _, other = answers("40")
    assert other.status_code == 303  # type: ignore[attr-defined]
    corrected = browser.get(to)  # type: ignore[attr-defined]
    fill(browser, corrected, to, 303, shuffled="c")  # whoever counts already may correct
    assert rows("response", "count(*)") == [(1,)]
    assert rows("quota_hit", "survey_id, quota_id") == [("shared", "young")]
    bench.journal.flush()
    drafts = rows("draft", "payload")
    assert not any('"25"' in payload or '"22"' in payload for (payload,) in drafts)
    with bench.database.cursor() as con:
        assert partials(con, "shared", dt.datetime(2020, 1, 1)) == 1  # the one of forty
    quotas.recount(bench, bench.shelf.get("shared"))  # type: ignore[arg-type]
    assert "年轻客户够了" in answers("28")[1].text  # type: ignore[attr-defined]


def test_a_response_that_was_not_saved_takes_no_place_in_a_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: Journal, __: Record) -> None:
        raise NotSaved("no space left on device")

    browser = client()
    to = fill(browser, browser.get("/s/shared"), "/s/shared", 303, name="Li", age="20").headers["location"]
    page = browser.get(to)
    with monkeypatch.context() as full:
        full.setattr(Journal, "submit", fails)
        fill(browser, page, to, 503, shuffled="a")
    fill(browser, page, to, 303, shuffled="a")


def test_seconds_and_changes_by_question_and_by_page_are_kept() -> None:
    browser = client()
    first = browser.get(PAGED)
    fields = hidden(first.text)
    began = str(int(fields["_t"]) - 30)
    to = fill(browser, first, PAGED, 303, ease="5", done="yes", _t=began, _pd="ease.34.2-done.120.1").headers[
        "location"
    ]
    fill(browser, browser.get(to), to, 303, times="4", _pd="times.15.1")
    found = {id: (seconds, changes) for id, seconds, changes in rows("paradata", "question_id, seconds, changes")}
    assert (found["ease"], found["done"], found["times"]) == ((Decimal("3.4"), 2), (12, 1), (Decimal("1.5"), 1))
    assert 30 <= found["page.1"][0] <= 33
    assert found["page.1"][1] == 1
    assert {(each,) for each in found} == set(rows("paradata", "DISTINCT question_id"))
    assert 30 <= rows("response", "seconds")[0][0] <= 35


@pytest.mark.parametrize(
    "noted", ["x", "nps.1", "nps.1.1-", "nps.9999999.1", "nps.-1.1", "other.1.1", "nps.1.1-" * 400]
)
def test_malformed_timing_is_left_out_and_the_answer_taken(noted: str) -> None:
    browser = client()
    fill(browser, browser.get("/s/visit"), "/s/visit", 303, nps="9", _pd=noted)
    assert rows("response", "nps") == [(9,)]
    assert rows("paradata") == []


def test_timing_survives_a_page_that_comes_back() -> None:
    browser = client()
    again = fill(browser, browser.get("/s/visit"), "/s/visit", 422, waited="long", _pd="waited.50.2")
    assert hidden(again.text)["_pd"] == "waited.50.2"
    assert "<b>" not in fill(browser, again, "/s/visit", 422, _pd='"><b>').text


def test_the_same_answers_with_other_timing_are_the_same_response() -> None:
    browser = client()
    page = browser.get("/s/visit")
    for noted in ("nps.10.1", "nps.99.3"):
        fill(browser, page, "/s/visit", 303, nps="9", _pd=noted)
    assert rows("response_revision") == []
    assert rows("paradata", "changes") == [(1,)]


def test_the_cookie_is_secure_where_users_come_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Secure" not in client().get("/s/visit").headers["set-cookie"]
    assert "Secure" in client("https://testserver").get("/s/visit").headers["set-cookie"]
    monkeypatch.setenv("CX_PUBLIC_URL", "https://survey.bank.example/cx")
    assert "Secure" in client().get("/s/visit?of=another").headers["set-cookie"]


def test_the_short_address_is_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client()
    to = fill(browser, browser.get(PAGED), PAGED, 303, ease="2", done="no").headers["location"]
    monkeypatch.setenv("CX_PUBLIC_URL", "https://survey.bank.example")
    later = fill(browser, browser.get(to), to, 303, _go="later").headers["location"]
    assert 'href="https://survey.bank.example/s/paged/c/' in browser.get(later).text


def test_a_long_link_is_not_remembered() -> None:
    before = len(arrival._arrivals)
    client().get(f"/s/visit?branch=b0102&x={'y' * 600}")
    assert len(arrival._arrivals) == before
    client().get("/s/visit?branch=b0102&x=short-and-new")
    assert len(arrival._arrivals) == before + 1


def picture(width: int = 900, height: int = 600, kind: str = "JPEG", **more: object) -> bytes:
    target = io.BytesIO()
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, 0, width // 2, height))
    image.save(target, kind, **more)
    return target.getvalue()


def test_photos_are_kept_shown_to_their_submission_and_sent() -> None:
    browser = client()
    fields = hidden(browser.get("/s/walk").text) | {"_go": "on"}
    again = browser.post("/s/walk", data=fields, files=[("seen", ("a.jpg", picture(), "image/jpeg"))])
    assert again.status_code == 422  # the other question has no answer yet
    (source,) = re.findall(r'<img src="([^"]+)"', again.text)
    (name,) = re.findall(r'name="seen" value="([0-9a-f]{24})" checked', again.text)
    thumb = browser.get(f"/s/{source.replace('&amp;', '&')}")
    assert thumb.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(thumb.content)).size == (900, 600)
    for other in (receipt.fresh(), "x", ""):
        assert client().get(f"/s/walk/photo/{name}?sid={other}").status_code == 410
    sid = fields["_sid"]
    assert client().get(f"/s/walk/photo/{'0' * 24}?sid={sid}").status_code == 404
    more = [("seen", ("b.png", picture(kind="PNG", width=300), "image/png"))]
    sent = browser.post("/s/walk", data=fields | {"clean": "yes", "seen": name}, files=more, follow_redirects=False)
    assert sent.status_code == 303
    assert rows("answer", "count(*)", "1") == [(3,)]
    assert name in [text for (text,) in rows("answer", "text")]
    assert client().get(f"/s/walk/photo/{name}?sid={sid}").status_code == 410


def test_a_file_that_is_no_photo_and_one_too_many_are_told() -> None:
    browser = client()
    fields = hidden(browser.get("/s/walk").text) | {"_go": "on", "clean": "yes"}
    for data in (b"<svg onload=alert(1)>", b"", b"GIF89a" + bytes(20)):
        answer = browser.post("/s/walk", data=fields, files=[("seen", ("a.jpg", data, "image/jpeg"))])
        assert ('id="e-seen"' in answer.text) == bool(data)
    browser = client()
    fields = hidden(browser.get("/s/walk").text) | {"_go": "on", "clean": "yes"}
    many = [("seen", (f"{n}.jpg", picture(100 + n), "image/jpeg")) for n in range(3)]
    answer = browser.post("/s/walk", data=fields, files=many)
    assert 'id="e-seen"' in answer.text
    assert answer.text.count('<img src="') == 2
    plain = client()
    fields = hidden(plain.get("/s/visit").text) | {"nps": "9"}
    refused = plain.post("/s/visit", data=fields, files=[("nps", ("a.jpg", picture(), "image/jpeg"))])
    assert refused.status_code == 422
    huge = browser.post("/s/walk", data=fields, files=[("seen", ("a.jpg", bytes(19 << 20), "image/jpeg"))])
    assert huge.status_code == 413


def test_a_photo_is_written_anew(bench: workbench.Workbench) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Maker of the phone"
    name = photos.keep(bench.place, picture(4_000, 2_000, exif=exif.tobytes(), comment=b"secret place"))
    file = photos.find(bench.place, name)
    assert file is not None
    assert file.stat().st_mode & 0o777 == 0o600
    kept = file.read_bytes()
    assert b"Maker" not in kept
    assert b"secret" not in kept
    image = Image.open(file)
    assert image.size == (800, 1_600)
    assert not image.getexif()
    assert image.getpixel((400, 100))[2] > 200  # what was left is above
    assert photos.keep(bench.place, picture(4_000, 2_000, exif=exif.tobytes())) == name
    assert [each.name for each in file.parent.iterdir() if each.suffix != ".jpg"] == []


@pytest.mark.parametrize("data", [b"", b"no image", picture()[:400], bytes(photos.LARGEST + 1)])
def test_what_is_no_photo_is_refused(bench: workbench.Workbench, data: bytes) -> None:
    with pytest.raises(Refused):
        photos.keep(bench.place, data)


def test_too_many_pixels_are_refused_before_they_are_decoded(bench: workbench.Workbench) -> None:
    target = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(target, "PNG")
    began = time.process_time()
    with pytest.raises(Refused) as refused:
        photos.keep(bench.place, target.getvalue())
    assert refused.value.problems[0].code == "photo_pixels"
    assert time.process_time() - began < 0.5


def test_two_who_finish_at_once_do_not_share_the_last_place(bench: workbench.Workbench) -> None:
    survey = bench.shelf.get("shared")
    assert survey is not None
    answers = {"age": Decimal(20)}

    async def finish() -> bool:
        if await quotas.full(bench, survey, answers):
            return False
        quotas.take(bench, survey, ("young",))
        return True

    async def both() -> list[bool]:
        await quotas.full(bench, survey, answers)
        return await asyncio.gather(*(finish() for _ in range(5)))

    assert asyncio.run(both()).count(True) == 1


def test_photos_go_when_neither_a_response_nor_a_draft_names_them(bench: workbench.Workbench) -> None:
    def upload(width: int, **more: str) -> tuple[str, Response]:
        browser = client()
        fields = hidden(browser.get("/s/walk").text) | {"_go": "on", **more}
        files = [("seen", ("a.jpg", picture(width), "image/jpeg"))]
        answer = browser.post("/s/walk", data=fields, files=files, follow_redirects=False)
        return photos.keep(bench.place, picture(width)), answer

    sent, answer = upload(201, clean="yes")
    assert answer.status_code == 303
    begun, answer = upload(202)
    assert answer.status_code == 422, "kept with the draft"
    left, young = (photos.keep(bench.place, picture(width)) for width in (203, 204))
    bench.journal.flush()
    folder, now = bench.place.data / "photos", time.time()
    for name in (sent, begun, left):
        os.utime(folder / f"{name}.jpg", (now - 31 * 86_400,) * 2)
    (folder / "0f.part").write_bytes(b"a write that a crash cut short")
    os.utime(folder / "0f.part", (now - 31 * 86_400,) * 2)

    def gone() -> list[str]:
        photos.forget(bench.database, now)
        return [name for name in (sent, begun, left, young, "0f") if not list(folder.glob(f"{name}.*"))]

    assert gone() == [left, "0f"]
    assert photos.keep(bench.place, picture(203)) == left
    assert gone() == ["0f"], "sent anew"
    os.utime(folder / f"{left}.jpg", (now - 31 * 86_400,) * 2)
    assert photos.keep(bench.place, picture(203)) == left
    assert gone() == ["0f"], "the same again is as young as a new one"
    with bench.database.writing() as con:
        con.execute("UPDATE draft SET saved_at = now()::TIMESTAMP - INTERVAL 31 DAY")
    watch = Watch(bench.database, 0.01)
    deadline = time.monotonic() + 60
    while list(folder.glob(f"{begun}.*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    watch.close()
    assert rows("draft", "count(*)") == [(0,)]
    assert gone() == [begun, "0f"]


def test_personal_numbers_in_free_texts_are_kept_nowhere(bench: workbench.Workbench) -> None:
    secrets = ("13800138000", "4111111111111111", "11010519491231002X", "li.na@example.com")
    browser = client()
    said = "请打{}；卡号 {}；证件{}；{}".format(*secrets)
    fill(browser, browser.get("/s/visit"), "/s/visit", 303, nps="2", reason=said, _v="nps-waited-reason")
    assert ("reason", "请打***；卡号 ***；证件***；***") in rows("answer", "question_id, text")
    kinds = client()
    fill(kinds, kinds.get("/s/kinds"), "/s/kinds", 303, **{
        "rated.queue": "4", "rated.staff": "4", "why": "other", "why.other": f"取卡{secrets[1]}", "call": "yes",
        "call.phone": secrets[0],
    })  # fmt: skip
    assert ("why", "取卡***") in rows("answer", "question_id, text")
    assert rows("contact", "phone") == [(secrets[0],)], "what is left to be called back"
    everything = b"".join(file.read_bytes() for file in bench.place.journal.rglob("*") if file.is_file())
    assert "请打***".encode() in everything
    for secret in (secrets[1], secrets[2], secrets[3]):
        assert secret.encode() not in everything
    assert "***" in browser.get("/s/visit").text, "who corrects the answer sees what is kept"


def test_the_same_sent_twice_with_a_number_in_it_is_thanked_twice() -> None:
    browser, stranger = client(), client()
    to, _ = begun(browser)
    page = browser.get(to)
    to3 = fill(browser, page, to, 303, why="call 13800138000").headers["location"]
    fill(browser, browser.get(to3), to3, 303, times="3")
    fill(stranger, page, to, 303, why="call 13800138000")
    fill(stranger, page, to, 410, why="call somebody else")
