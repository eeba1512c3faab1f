"""``kill -9`` under load, ten times: every response that was thanked for is there once, and none is there twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench import line
from bench.questionnaire import PATH, place
from bench.servers import first_byte, free_port
from cx.store.database import Database
from cx.store.journal import Journal
from cx.store.place import ROOT

ROUNDS, RESPONDENTS = 10, 16
_CODE = re.compile(r"code=([0-9A-Z]{5}-[0-9A-Z]{5})")
_HIDDEN = re.compile(r'name="(_\w+)" value="([^"]*)"')


def main() -> None:
    """Kill, restart, kill …; then count in the database."""
    with tempfile.TemporaryDirectory() as scratch:
        env = place(Path(scratch))
        thanked: list[str] = []
        for turn in range(ROUNDS):
            _live_and_die(env, thanked, 0.8 + 0.13 * turn)
        data = Path(env["CX_DATA"])
        database = Database(data / "cx.duckdb")
        Journal(data / "journal", database).close()
        with database.cursor() as con:
            receipts = [row[0] for row in con.execute("SELECT receipt FROM response").fetchall()]
            answers = con.execute(
                "SELECT count(*) FILTER (n <> 4) FROM (SELECT response_id, count(*) AS n FROM answer GROUP BY 1)"
            ).fetchall()[0][0]
        database.close()
    lost, doubled = len(set(thanked) - set(receipts)), len(receipts) - len(set(receipts))
    wrong = lost + doubled + answers
    line(
        "kill_9_lost_or_doubled",
        wrong,
        0,
        wrong,
        thanked=len(thanked),
        stored=len(receipts),
        lost=lost,
        doubled=doubled,
    )


def _live_and_die(env: dict[str, str], thanked: list[str], seconds: float) -> None:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "critical"], cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL
    )
    try:
        first_byte(port, PATH)
        over = threading.Event()
        crowd = [threading.Thread(target=_answer, args=(port, over, thanked)) for _ in range(RESPONDENTS)]
        for each in crowd:
            each.start()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        over.set()
        for each in crowd:
            each.join()
    finally:
        process.kill()
        process.wait()


def _answer(port: int, over: threading.Event, thanked: list[str]) -> None:
    """Complete the form again and again, every other time sending it twice; note what was acknowledged."""
    link, turn = HTTPConnection("127.0.0.1", port, timeout=10), 0
    while not over.is_set():
        try:
            link.request("GET", PATH)
            form = dict(_HIDDEN.findall(link.getresponse().read().decode()))
            body = urlencode({**form, "nps": 9, "satisfaction": 4, "waited": "lt5", "comment": "quick"})
            for _ in range(1 + turn % 2):
                link.request("POST", PATH, body, {"content-type": "application/x-www-form-urlencoded"})
                reply = link.getresponse()
                reply.read()
                code = _CODE.search(reply.headers.get("location", ""))
            if code:
                thanked.append(code[1])
            turn += 1
        except (OSError, HTTPException):
            link.close()


if __name__ == "__main__":
    main()
