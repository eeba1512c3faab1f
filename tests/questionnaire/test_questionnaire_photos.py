"""Photos on the page: taken, shown to who sent them, written anew, refused, and forgotten."""

from __future__ import annotations

import io
import os
import re
import time

import pytest
from httpx import Response
from PIL import Image

from cx import workbench
from cx.collect import photos
from cx.collect.watching import Watch
from cx.words import Refused
from questionnaire.respondents import client, hidden, rows
from web import receipt


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
