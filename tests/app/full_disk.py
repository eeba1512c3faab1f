"""A process whose disk is full for a while: ``python full_disk.py``, with ``CX_DATA`` and ``CX_SURVEYS``. Prints JSON.

No file may grow beyond a size (``RLIMIT_FSIZE``), which the system refuses as it refuses writing to a full disk. First
the database's log is larger already, and a new segment of the journal takes some answers and then no more; then
nothing takes anything.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import time
from collections import Counter
from html import unescape
from pathlib import Path
from re import findall

from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from conftest import PASSWORD, add_people  # noqa: E402

from cx import workbench  # noqa: E402
from cx.access.sessions import _SAVE_EVERY  # noqa: E402
from web.direct import Direct  # noqa: E402
from web.routes import OPEN, ROUTES  # noqa: E402
from web.security import Security  # noqa: E402

HERE = {"origin": "http://testserver"}
ROOM = 6_000


def room(size: int) -> None:
    """From now on files grow to that size only; -1: as they like."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def fields(html: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}


def answer(browser: TestClient, survey: str, files: dict | None = None, **said: str) -> tuple[int, str, str]:
    """Status, submission and page of one respondent."""
    browser.cookies.delete("cx_s")
    hidden = fields(browser.get(f"/s/{survey}?lang=en").text)
    got = browser.post(f"/s/{survey}?lang=en", data={**hidden, **said}, files=files, headers=HERE)
    return got.status_code, hidden["_sid"], got.text


def sign_in(browser: TestClient, name: str) -> tuple[int, str]:
    form = fields(browser.get("/login").text)["form"]
    got = browser.post("/login", data={"form": form, "name": name, "password": PASSWORD}, headers=HERE)
    return got.status_code, got.text


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (900, 900)).save(target, "PNG")
    return target.getvalue()


def main() -> dict[str, object]:
    bench = workbench.current()
    add_people(bench.place.users, tuple(bench.model.branches)[:1], "en")
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, bench.accounts.who))
    browser, colleague = (TestClient(app, follow_redirects=False, raise_server_exceptions=False) for _ in range(2))
    found: dict[str, object] = {"before": sign_in(colleague, "analyst")[0]}
    thanked = [answer(browser, "visit", why="y" * 400)[1] for _ in range(20)]
    bench.journal.flush()
    assert max(file.stat().st_size for file in bench.place.data.iterdir()) > ROOM
    journal = bench.journal
    journal._abandon()  # the next answer begins a segment

    room(ROOM)
    said = [answer(browser, "visit", why="z" * 400) for _ in range(15)]
    thanked += [sid for status, sid, _ in said if status == 303]
    room(0)
    said += [answer(browser, "visit", why="z" * 400) for _ in range(3)]
    found["statuses"] = Counter(str(status) for status, _, _ in said)
    found["page"] = next(html for status, _, html in said if status != 303)
    found["photo"] = answer(browser, "pics", {"pic": ("a.png", picture(), "image/png")})[::2]
    found["sign_in"] = sign_in(TestClient(app, follow_redirects=False, raise_server_exceptions=False), "viewer")
    bench.accounts._sessions._saved -= 2 * _SAVE_EVERY  # as long after the last note as a disk stays full
    found["colleague"] = colleague.get("/password").status_code
    deadline = time.monotonic() + 20
    while not journal.trouble and time.monotonic() < deadline:
        time.sleep(0.1)
    found["health"] = browser.get("/healthz").json()

    room(-1)
    found["after"] = answer(browser, "visit", why="again")[0]
    while journal.trouble and time.monotonic() < deadline:
        time.sleep(0.1)
    found["healthy"] = browser.get("/healthz").json()
    found["signed_in"] = sign_in(TestClient(app, follow_redirects=False), "viewer")[0]
    workbench.close()

    bench = workbench.current()  # what the next start finds
    with bench.database.cursor() as con:
        rows = con.execute("SELECT submission_id::VARCHAR FROM submission").fetchall()
    landed = Counter(sid for (sid,) in rows)
    found["thanked"], found["lost"] = len(thanked), [sid for sid in thanked if landed[sid] != 1]
    found["responses"] = len(rows)
    workbench.close()
    return found


if __name__ == "__main__":
    os.umask(0o077)
    result = main()
    print("\n" + json.dumps(result))
