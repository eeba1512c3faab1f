"""A click on a card, and a label typed, to the last change on the page: the builder against a bare Streamlit page."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import line
from bench.servers import bare_app, serving
from cx.store.place import ROOT

ROUNDS, LIMIT, QUIET_MS = 12, 3.0, 400
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# Everything that changes counts: the document, the components' own trees (the preview is swapped there once it has
# loaded), and what charts paint.
_WATCH = """
(() => {
  window.drawn = 0;
  const now = () => { window.drawn = performance.now(); };
  const all = {subtree: true, childList: true, attributes: true, characterData: true};
  const watch = node => new MutationObserver(now).observe(node, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (...rest) {
    const root = attach.apply(this, rest);
    watch(root);
    return root;
  };
  for (const name of ['stroke', 'fill', 'fillText', 'clearRect', 'drawImage']) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...rest) { now(); return original.apply(this, rest); };
  }
  watch(document);
})()
"""
_BEGIN = "() => { window.began = performance.now(); window.drawn = 0; }"
_SETTLED = f"() => window.drawn > 0 && performance.now() - window.drawn > {QUIET_MS}"


def main() -> None:
    """Medians of both, one server after the other."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        data = Path(scratch) / "data"
        token = _prepared(data)
        with serving("app:app", ROOT, {"CX_DATA": str(data)}, "/healthz") as (port, _):
            clicks, labels = _builder(browser, f"http://127.0.0.1:{port}/builder?survey=branch-service", token)
        with serving("bare:app", bare_app(Path(scratch) / "bare")) as (port, _):
            bare = _bare(browser, f"http://127.0.0.1:{port}/")
        browser.close()
    line("builder_card_ms", clicks, LIMIT, clicks / bare, peer=round(bare, 1))
    line("builder_label_ms", labels, LIMIT, labels / bare, peer=round(bare, 1))


def _builder(browser: Browser, address: str, token: str) -> tuple[float, float]:
    """Median milliseconds of a click on another card, and of a label left after a change."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "cx_session", "value": token, "url": address}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    page.wait_for_selector(".outline .card[data-key=csat]", timeout=60_000)
    page.wait_for_timeout(3_000)
    keys = ("csat", "lobby", "waited", "solved")
    clicks = [_timed(page, lambda at=at: page.click(f".card[data-key={keys[at % 4]}]")) for at in range(ROUNDS + 2)]
    page.click(".card[data-key=csat]")
    page.wait_for_timeout(1_500)
    field = page.get_by_role("textbox", name="题目（中文）")
    labels = []
    for at in range(ROUNDS + 2):
        field.click()
        field.fill(f"您对柜面服务的满意程度如何？{at}")
        labels.append(_timed(page, lambda: field.press("Control+Enter")))
    context.close()
    return statistics.median(clicks[2:]), statistics.median(labels[2:])


def _bare(browser: Browser, address: str) -> float:
    """Median milliseconds of a click on the bare page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    page.wait_for_selector("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg", timeout=60_000)
    page.wait_for_timeout(3_000)
    times = []
    for at in range(ROUNDS + 2):
        button = page.get_by_role("radio", name="ba"[at % 2], exact=True).or_(
            page.get_by_role("button", name="ba"[at % 2], exact=True)
        )
        times.append(_timed(page, button.first.click))
    context.close()
    return statistics.median(times[2:])


def _timed(page: Page, act) -> float:
    page.evaluate(_BEGIN)
    act()
    page.wait_for_function(_SETTLED, timeout=20_000, polling=50)
    return float(page.evaluate("window.drawn - window.began"))


def _prepared(data: Path) -> str:
    """A state folder with one draft of a template and a signed-in manager; returns the session's token."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CX_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, "-c", _PREPARE], env=env, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.split()[-1]


_PREPARE = """
from cx import workbench
from cx.access import passwords
from cx.access.users import Account, Users
from cx.publish import drafts
from cx.survey.editing import library
bench = workbench.current()
bench.start()
template = next(each for each in library.templates() if each.id == "branch-service")
drafts.save(bench.database, template.id, template.text, "bench", None)
password = passwords.one_time()
account = Account("bench", "bench", "cx_manager", passwords.hashed(password), (), must_change=False, lang="zh")
Users(bench.place.users).add(account)
token = bench.accounts.sign_in("bench", password, "bench", "zh").token
workbench.close()
print(token)
"""


if __name__ == "__main__":
    main()
