"""A real server (its own process, port and folder) and a real browser, once a worker."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import PASSWORD, PATIENCE, ROOT, add_people
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    WebSocket,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as NotThere
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cx.bank import model as bank
from cx.store.place import Place

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = ROOT / "tests" / "artifacts"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
expect.set_options(timeout=1000 * PATIENCE / 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running cx; ``branches`` are those of the branch roles, ``log`` is what it says."""

    address: str
    data: Path
    branches: tuple[str, ...]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def start(self) -> None:
        """Start it (again, at the same address) and wait until it answers."""
        place = {"CX_DATA": str(self.data), "PORT": self.address.rpartition(":")[2], "CX_HOST": "127.0.0.1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cx", "serve"],
                cwd=ROOT, env={**os.environ, **place, **self.environment}, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError), urlopen(f"{self.address}/healthz", timeout=5):
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise TimeoutError(self.address)


def start_server(data: Path, people: bool = True, **environment: str) -> Server:
    """Start cx over an empty folder and wait until it answers. With ``people``: an account a role, no first choice."""
    place = Place(data, ROOT / "survey_defs")
    branches = tuple(bank.load(place.model).branches)[:1]
    if people:
        data.mkdir(parents=True, exist_ok=True)
        add_people(place.users, branches)
        (data / "started").touch()
    server = Server(f"http://127.0.0.1:{_free_port()}", data, branches, environment)
    server.start()
    return server


def _free_port() -> int:
    """One below those that the system gives to clients: nobody takes it between here and the server's start, nor while
    a server is down."""
    while True:
        port = 11_000 + secrets.randbelow(21_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def stop_server(server: Server) -> None:
    """Stop it as Ctrl+C does; it must end by itself."""
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(PATIENCE) == 0


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all browser tests share. Its surveys: those that are shipped, and those beside these tests."""
    folder = tmp_path_factory.mktemp("cx")
    shutil.copytree(ROOT / "survey_defs", folder / "surveys")
    shutil.copytree(Path(__file__).parent / "surveys", folder / "surveys", dirs_exist_ok=True)
    running = start_server(folder / "data", CX_SURVEYS=str(folder / "surveys"))
    yield running
    stop_server(running)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One browser window, and what went wrong in it: requests to elsewhere, console errors, failed answers."""

    server: Server
    context: BrowserContext
    page: Page
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    asked: bool = False  # of Streamlit, which has not yet finished

    def open(self, path: str, wait: str | None = "h1") -> Page:
        """Go to a path of the server and wait for a selector."""
        self.page.goto(self.server.address + path)
        if wait:
            self.page.wait_for_selector(wait)
        return self.page

    def sign_in(self, role: str, there: str = "/") -> Page:
        """Sign in by the form and go on to ``there``."""
        self.open(f"/login?next={there}", "#name")
        self.page.fill("#name", role)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_selector("h1")
        return self.page

    def settle(self) -> None:
        """Wait until Streamlit has nothing left to do: what was last asked of it is finished, and drawn."""
        self.page.wait_for_timeout(300)
        deadline = time.monotonic() + PATIENCE
        while self.asked:
            assert time.monotonic() < deadline, "Streamlit does not come to an end"
            self.page.wait_for_timeout(50)
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    def choose(self, box: Locator, option: str | None = None, exact: bool = False) -> None:
        """Pick from a list (its first entry by default); one that closed because the page moved is opened again.

        Name the box: an open list hides all other boxes from assistive technology, and so from locators by role. While
        the page is being drawn ``first`` may be another box, and would stay the first as long as its list is open.
        """
        found = self.page.get_by_role("option", name=option, exact=exact) if option else self.page.get_by_role("option")
        deadline = time.monotonic() + PATIENCE
        while True:
            box.click()
            try:
                found.first.click(timeout=10_000)
                break
            except NotThere:
                self.page.keyboard.press("Escape")  # whatever list is open instead
                assert time.monotonic() < deadline, f"no {option} in the list"
        self.settle()

    def listen(self, socket: WebSocket) -> None:
        """Follow what one Streamlit page asks of its server and gets."""

        def sent(payload: str | bytes) -> None:
            if isinstance(payload, bytes) and BackMsg.FromString(payload).HasField("rerun_script"):
                self.asked = True

        def received(payload: str | bytes) -> None:
            message = ForwardMsg.FromString(payload) if isinstance(payload, bytes) else ForwardMsg()
            if message.HasField("script_finished"):
                self.asked = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

        self.asked = False
        socket.on("close", lambda _: setattr(self, "asked", False))
        socket.on("framesent", sent)
        socket.on("framereceived", received)

    def shot(self, name: str, full: bool = False) -> Path:
        """A screenshot in tests/artifacts."""
        ARTIFACTS.mkdir(exist_ok=True)
        file = ARTIFACTS / f"{name}.png"
        self.page.screenshot(path=file, full_page=full)
        return file


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """``visit(lang="zh", size="phone")``: a fresh window without cookies. At the end: nothing left the machine."""
    opened: list[Visitor] = []

    def fresh(lang: str = "zh", size: str = "desktop", at: Server | None = None, **options: object) -> Visitor:
        width, height = SIZES[size]
        locale = {"zh": "zh-CN", "en": "en-GB"}[lang]
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(1000 * PATIENCE / 2)
        visitor = Visitor(at or server, context, context.new_page())
        _watch(visitor)
        opened.append(visitor)
        return visitor

    yield fresh
    elsewhere = [url for visitor in opened for url in visitor.elsewhere]
    for visitor in opened:
        visitor.context.close()
    assert not elsewhere, "requests left the machine"


def _guess(message: ConsoleMessage) -> bool:
    """At a deep link Streamlit's client first looks for its server below the page's path; the 404 is its own affair."""
    return "/_stcore/" in message.location["url"] and "404" in message.text


def _watch(visitor: Visitor) -> None:
    here = (visitor.server.address, visitor.server.address.replace("http", "ws", 1), "data:", "blob:", "about:")

    def request(url: str) -> None:
        if not url.startswith(here):
            visitor.elsewhere.append(url)

    visitor.context.on("request", lambda asked: request(asked.url))
    visitor.page.on("websocket", lambda socket: (request(socket.url), visitor.listen(socket)))
    visitor.page.on("console", lambda m: visitor.errors.append(m.text) if m.type == "error" and not _guess(m) else None)
    visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
