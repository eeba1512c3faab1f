"""How the server starts: what it puts off and does beside its imports is all there soon after."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cx.store.database import Database
from tests.conftest import PATIENCE, ROOT

# In a process of its own: importing the server opens the workbench of CX_DATA and turns off garbage collection.
_SERVER = f"""
import gc, time
from starlette.testclient import TestClient
import app

assert not gc.isenabled(), "a start looks for garbage"
with TestClient(app.app) as client:
    assert client.get("/login").status_code == 200
    until = time.monotonic() + {PATIENCE}
    while not (gc.isenabled() and gc.get_freeze_count()) and time.monotonic() < until:
        time.sleep(0.05)
    print("garbage collection", gc.isenabled(), gc.get_freeze_count() > 0)
"""


def _server(data: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CX_DATA": str(data), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _SERVER]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_garbage_is_looked_for_again_after_the_start(tmp_path: Path) -> None:
    done = _server(tmp_path)
    assert "garbage collection True True" in done.stdout, done.stderr


def test_a_workbench_that_cannot_open_ends_the_start(tmp_path: Path) -> None:
    held = Database(tmp_path / "cx.duckdb")
    try:
        done = _server(tmp_path)
    finally:
        held.close()
    assert done.returncode == 1 and "Refused: database_locked" in done.stderr
