"""Memory of 100 open sessions on the NPS page, against the bare page: resident bytes with sessions minus without."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench import line
from bench.servers import bare_app, prepared, serving
from cx.store.place import ROOT

SESSIONS = 100


def main() -> None:
    """Resident memory of the server with 100 sessions open, ours over the bare app's."""
    with tempfile.TemporaryDirectory() as scratch:
        bare = bare_app(Path(scratch) / "bare")
        token = prepared(Path(scratch) / "data")
        with serving("bare:app", bare) as (port, process):
            theirs, theirs_empty = asyncio.run(_loaded(port, process.pid, "", ""))
        with serving("app:app", ROOT, {"CX_DATA": str(Path(scratch) / "data")}, "/healthz") as (port, process):
            ours, ours_empty = asyncio.run(_loaded(port, process.pid, "nps", f"cx_session={token}"))
    line(
        "sessions_100_rss_mb", ours / 2**20, 1.5, ours / theirs, peer=round(theirs / 2**20, 1),
        per_session_kb=round((ours - ours_empty) / SESSIONS / 1024),
        peer_per_session_kb=round((theirs - theirs_empty) / SESSIONS / 1024),
    )  # fmt: skip


async def _loaded(port: int, pid: int, page: str, cookie: str) -> tuple[int, int]:
    """Resident bytes with all sessions open, and with one (everything imported)."""
    first = await _session(port, page, cookie)
    alone = _resident(pid)
    others = [await _session(port, page, cookie) for _ in range(SESSIONS - 1)]
    together = _resident(pid)
    for link in (first, *others):
        await link.close()
    return together, alone


async def _session(port: int, page: str, cookie: str) -> websockets.ClientConnection:
    """Open a session as a browser does and run its page once."""
    link = await websockets.connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        origin=websockets.Origin(f"http://127.0.0.1:{port}"),
        additional_headers={"Cookie": cookie} if cookie else None,
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=None,
    )
    rerun = BackMsg()
    rerun.rerun_script.page_name = page
    rerun.rerun_script.query_string = ""
    await link.send(rerun.SerializeToString())
    while True:
        message = ForwardMsg()
        message.ParseFromString(await link.recv())
        done = message.WhichOneof("type") == "script_finished"
        if done and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return link


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
