"""A disk that is full for a while: nothing acknowledged is lost, everybody is told, and it goes on by itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from test_access_routes import client

from cx.store.database import Database
from cx.words import Problem, Translator
from web import health

__all__ = ["client"]  # the fixture
VISIT = """
id: visit
version: 1.0.0
title: {zh: 服务, en: Visit}
questions: [{id: why, type: text, required: true, label: {zh: 为什么, en: Why}}]
"""
PICS = """
id: pics
version: 1.0.0
title: {zh: 图, en: Pics}
questions: [{id: pic, type: photo, max_photos: 1, label: {zh: 照片, en: Photo}}]
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened in a process of its own, see ``full_disk.py``."""
    if os.name == "nt":
        pytest.skip("no RLIMIT_FSIZE there")
    folder = tmp_path_factory.mktemp("full")
    (folder / "surveys").mkdir()
    for name, text in (("visit", VISIT), ("pics", PICS)):
        (folder / "surveys" / f"{name}.yaml").write_text(text, encoding="utf-8")
    where = {"CX_DATA": str(folder / "data"), "CX_SURVEYS": str(folder / "surveys")}
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("full_disk.py"))], env={**os.environ, **where},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3_000:]
    assert "Traceback" not in ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_nothing_that_was_thanked_for_is_lost(full: dict[str, Any]) -> None:
    assert full["statuses"]["303"] >= 3 and full["statuses"]["503"] >= 3 and len(full["statuses"]) == 2
    assert full["thanked"] == 20 + full["statuses"]["303"] and full["lost"] == []
    assert full["after"] == 303 and full["responses"] == full["thanked"] + 1, "what was not thanked for is not there"


def test_a_respondent_is_told_and_keeps_what_was_said(full: dict[str, Any]) -> None:
    assert Translator("en")("survey_page.not_saved_title") in full["page"] and "z" * 400 in full["page"]
    status, html = full["photo"]
    assert status == 503 and Translator("en")("survey_page.not_saved_title") in html


def test_colleagues_are_told_and_those_inside_go_on(full: dict[str, Any]) -> None:
    status, html = full["sign_in"]
    assert full["before"] == 303 and status == 503 and Problem("disk_refuses").what(Translator("zh")) in html
    assert full["colleague"] == 200 and full["signed_in"] == 303


def test_the_health_page_says_so_and_when_it_is_over(full: dict[str, Any]) -> None:
    assert full["health"] == {"status": "trouble", "what": "journal"} and full["healthy"] == {"status": "ok"}


def test_the_health_page_warns_before_answers_are_refused(client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    assert client.get("/healthz").json() == {"status": "ok"}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, health.FULL - 1))
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json() == {"status": "trouble", "what": "disk"}


@pytest.mark.skipif(os.name == "nt", reason="no RLIMIT_FSIZE there")
def test_a_start_on_a_full_disk_and_beside_another_cx_is_told(tmp_path: Path) -> None:
    opening = (
        "import resource, sys; from pathlib import Path; from cx.store.database import Database; "
        "from cx.words import Refused\n"
        "if sys.argv[2] == 'full': resource.setrlimit(resource.RLIMIT_FSIZE, (0, -1))\n"
        "try: Database(Path(sys.argv[1]))\n"
        "except Refused as refused: print(refused.problems[0].code)\n"
    )

    def told(state: str) -> str:
        told = [sys.executable, "-c", opening, str(tmp_path / "data" / "cx.duckdb"), state]
        return subprocess.run(told, capture_output=True, text=True, timeout=60, check=True).stdout.strip()

    assert told("full") == "database_unusable"
    database = Database(tmp_path / "data" / "cx.duckdb")
    assert told("busy") == "database_locked"
    database.close()
    assert told("free") == ""
