"""Servers for benchmarks: started in a process of their own, on 127.0.0.1, ended by the one who started them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cx.store.place import ROOT

BARE_CHART = """
import altair as alt
import pandas as pd
import streamlit as st

kind = st.segmented_control("kind", ["a", "b", "c"], default="a")
rows = [{"x": i, "y": (i * 7 + ord(str(kind)[0])) % 11} for i in range(18)]
st.altair_chart(alt.Chart(pd.DataFrame(rows)).mark_line().encode(x="x:Q", y="y:Q"), theme=None)
st.dataframe(rows)
"""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_byte(port: int, path: str = "/", patience: float = 60.0) -> None:
    """Wait until the server answers; raises ``TimeoutError``."""
    deadline = time.perf_counter() + patience
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    while time.perf_counter() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
                link.sendall(request)
                if link.recv(1):
                    return
        except OSError:
            time.sleep(0.005)
    raise TimeoutError(path)


@contextmanager
def serving(
    app: str, folder: Path, env: Mapping[str, str] | None = None, path: str = "/"
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """``uvicorn app`` in ``folder``, one process, up to its first byte; yields the port and the process."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        app,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=settings, stdout=quiet, stderr=quiet)
    try:
        first_byte(port, path)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def bare_app(folder: Path, tuned: bool = True) -> Path:
    """Write a Streamlit app of one chart and one table into ``folder``, tuned as cx is or on Streamlit's defaults."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.py").write_text(BARE_CHART, encoding="utf-8")
    (folder / "bare.py").write_text('import streamlit as st\n\napp = st.App("page.py")\n', encoding="utf-8")
    settings = "[browser]\ngatherUsageStats = false\n[server]\nheadless = true\n"
    if tuned:
        settings += 'fileWatcherType = "none"\n[runner]\npostScriptGC = false\n'
    (folder / ".streamlit").mkdir(exist_ok=True)
    (folder / ".streamlit" / "config.toml").write_text(settings, encoding="utf-8")
    return folder


def prepared(data: Path) -> str:
    """A state folder with the demo bank and a signed-in analyst; returns the session's token."""
    command = [sys.executable, "-c", _PREPARE]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CX_DATA": str(data)}
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


_PREPARE = """
from cx import demo, workbench
from cx.access import passwords
from cx.access.users import Account, Users
bench = workbench.current()
bench.start()
demo.load(bench.database, bench.model, bench.shelf.all(), lambda *_: None)
password = passwords.one_time()
account = Account("bench", "bench", "analyst", passwords.hashed(password), (), must_change=False, lang="zh")
Users(bench.place.users).add(account)
token = bench.accounts.sign_in("bench", password, "bench", "zh").token
workbench.close()
print(token)
"""
