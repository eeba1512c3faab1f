"""``python -m cx check`` of 500 definitions, as a folder holds after years, against reading their YAML alone."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from bench import line
from cx.store.place import ROOT

FILES, ROUNDS, LIMIT = 500, 3, 5.0


def main() -> None:
    """Median seconds of the whole command, its start included; the peer is ``yaml.CSafeLoader`` over the same files."""
    shipped = sorted((ROOT / "survey_defs").rglob("*.yaml"))
    texts = [text for text in (path.read_text(encoding="utf-8") for path in shipped) if "\nversion:" in text]
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch) / f"s{number}.yaml" for number in range(FILES)]
        for number, file in enumerate(files):
            text = texts[number % len(texts)]
            file.write_text(text.replace("\nid: ", f"\nid: s{number}-", 1), encoding="utf-8")
        seconds = statistics.median(_checked(files) for _ in range(ROUNDS))
        began = time.perf_counter()
        for file in files:
            yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        peer = time.perf_counter() - began
    line("check_500_definitions_s", seconds, LIMIT, seconds / peer, peer=round(peer, 2))


def _checked(files: list[Path]) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "cx", "check", *map(str, files)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
