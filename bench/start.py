"""Start to first byte: cx against a bare Streamlit app, each a fresh process, in turn."""

from __future__ import annotations

import compileall
import statistics
import tempfile
import time
from pathlib import Path

from bench import line
from bench.servers import bare_app, serving
from cx.store.place import ROOT

ROUNDS = 5


def main() -> None:
    """Median seconds from starting the process to the first byte of ``/``, from byte code on both sides as it is on a
    user's machine: ``pip`` compiles what it installs, ``make run`` compiles cx."""
    for room in ("cx", "web", "components"):
        compileall.compile_dir(ROOT / room, quiet=1)
    with tempfile.TemporaryDirectory() as scratch:
        bare = bare_app(Path(scratch) / "bare")
        data = Path(scratch) / "data"
        _seconds("app:app", ROOT, {"CX_DATA": str(data)})
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(_seconds("bare:app", bare, {}))
            ours.append(_seconds("app:app", ROOT, {"CX_DATA": str(data)}))
    ratio = statistics.median(mine / peer for mine, peer in zip(ours, theirs, strict=True))
    line("start_to_first_byte_s", statistics.median(ours), 1.5, ratio, peer=round(statistics.median(theirs), 3))


def _seconds(app: str, folder: Path, env: dict[str, str]) -> float:
    began = time.perf_counter()
    with serving(app, folder, env):
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
