"""Completions a second (GET and POST of a form with four questions, durable when acknowledged): cx against a bare form.

The bare form (:mod:`bench.bare_form`) does nothing but store; cx is the whole product as users run it. Both run under
uvicorn, in turn within each round, and wrk asks. The ratio is the median over the rounds.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import line
from bench.servers import serving
from cx.store.place import ROOT

ROUNDS, SECONDS = 3, 4
RESPONDENTS = (1, 16, 64)
LEAST, MOST_P99 = 0.6, 2.5
ANSWERS = "nps=9&satisfaction=4&waited=lt5&comment=quick+and+friendly"
SURVEY = """
id: bench
version: 1.0.0
title: {zh: 基准, en: Benchmark}
nps_kind: transactional
questions:
  - {id: nps, type: nps, required: true, label: {zh: 推荐？, en: Recommend?}}
  - {id: satisfaction, type: csat, label: {zh: 满意？, en: Satisfied?}}
  - id: waited
    type: single
    label: {zh: 等了多久？, en: Waited?}
    choices: [{id: lt5, label: {zh: 不到 5 分钟, en: Under 5 minutes}}, {id: more, label: {zh: 更久, en: Longer}}]
  - {id: comment, type: text, label: {zh: 说说看, en: Tell us}}
"""
PATH = "/s/bench?branch=b0102&channel=branch"


def place(folder: Path) -> dict[str, str]:
    """An empty cx with one survey in ``folder``: its environment."""
    (folder / "surveys").mkdir(parents=True)
    (folder / "surveys" / "bench.yaml").write_text(SURVEY, encoding="utf-8")
    return {"CX_DATA": str(folder / "data"), "CX_SURVEYS": str(folder / "surveys"), "CX_DEMO": ""}


def ask(port: int, path: str, respondents: int, seconds: int = SECONDS) -> dict[str, Any]:
    """Let that many respondents complete the form one after the other; what wrk measured."""
    threads = 1 if respondents < 16 else 2
    command = ["wrk", f"-t{threads}", f"-c{respondents}", f"-d{seconds}s", "--timeout", "30s"]
    script = Path(__file__).with_name("form.lua")
    env = {**os.environ, "FORM_PATH": path, "FORM_ANSWERS": ANSWERS}
    done = subprocess.run(
        [*command, "-s", str(script), f"http://127.0.0.1:{port}"], env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Both servers at 1, 16 and 64 respondents."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed: apt install wrk")
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        own, _ = stack.enter_context(serving("app:app", ROOT, place(folder), PATH))
        bare_env = {"BARE_FILE": str(folder / "bare.ndjson")}
        bare, _ = stack.enter_context(serving("bench.bare_form:app", folder, bare_env, "/form"))
        for port, path in ((own, PATH), (bare, "/form")):
            ask(port, path, 16, 2)
        for respondents in RESPONDENTS:
            _compare(own, bare, respondents)


def _compare(own: int, bare: int, respondents: int) -> None:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(ask(bare, "/form", respondents))
        ours.append(ask(own, PATH, respondents))
    wrong = sum(each["refused"] + each["errors"] for each in ours + theirs)
    rate = [each["posted"] / each["seconds"] for each in ours]
    peer = [each["posted"] / each["seconds"] for each in theirs]
    line(
        f"questionnaire_completions_per_s_{respondents}", statistics.median(rate), LEAST,
        statistics.median(mine / other for mine, other in zip(rate, peer, strict=True)),
        peer=round(statistics.median(peer)), wrong=wrong,
    )  # fmt: skip
    p99 = [each["p99_ms"] for each in ours]
    peer99 = [each["p99_ms"] for each in theirs]
    line(
        f"questionnaire_p99_ms_{respondents}", statistics.median(p99), MOST_P99,
        statistics.median(mine / other for mine, other in zip(p99, peer99, strict=True)),
        peer=round(statistics.median(peer99), 2),
    )  # fmt: skip


if __name__ == "__main__":
    main()
