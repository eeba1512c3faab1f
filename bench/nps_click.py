"""A click on the NPS page to the last stroke of the new chart: ours, a bare page, and that on Streamlit defaults."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import line
from bench.servers import bare_app, prepared, serving
from cx.store.place import ROOT

ROUNDS, LIMIT, QUIET_MS = 12, 1.5, 400
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# Vega draws on canvas; when a chart's specification changes it is built anew. Both count as drawing.
_WATCH = """
(() => {
  window.drawn = 0;
  const now = () => { window.drawn = performance.now(); };
  for (const name of ['stroke', 'fill', 'fillText', 'clearRect', 'drawImage']) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...rest) { now(); return original.apply(this, rest); };
  }
  new MutationObserver(found => {
    if (found.some(one => one.target.closest && one.target.closest('[data-testid=stVegaLiteChart]'))) now();
  }).observe(document, {subtree: true, childList: true});
  document.addEventListener('click', () => { window.clicked = performance.now(); window.drawn = 0; }, true);
})()
"""
_SETTLED = f"() => window.drawn > 0 && performance.now() - window.drawn > {QUIET_MS}"


def main() -> None:
    """Medians of the same click in three servers, one after the other."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        token = prepared(Path(scratch) / "data")
        with serving("app:app", ROOT, {"CX_DATA": str(Path(scratch) / "data")}, "/healthz") as (port, _):
            ours = _clicks(browser, f"http://127.0.0.1:{port}/nps", ("按季", "按月"), token)
        with serving("bare:app", bare_app(Path(scratch) / "bare")) as (port, _):
            bare = _clicks(browser, f"http://127.0.0.1:{port}/", ("b", "a"))
        with serving("bare:app", bare_app(Path(scratch) / "defaults", tuned=False)) as (port, _):
            defaults = _clicks(browser, f"http://127.0.0.1:{port}/", ("b", "a"))
        browser.close()
    line("nps_click_ms", ours, LIMIT, ours / bare, peer=round(bare, 1))
    line("nps_click_ms_against_defaults", ours, 1.0, ours / defaults, peer=round(defaults, 1))


def _clicks(browser: Browser, address: str, labels: tuple[str, str], token: str | None = None) -> float:
    """Median milliseconds from click to last stroke, after two clicks to warm up."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="zh-CN")
    if token:
        context.add_cookies([{"name": "cx_session", "value": token, "url": address}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    page.wait_for_selector("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg", timeout=60_000)
    page.wait_for_timeout(3_000)
    times = [_click(page, labels[at % 2]) for at in range(ROUNDS + 2)]
    context.close()
    return statistics.median(times[2:])


def _click(page: Page, label: str) -> float:
    page.get_by_role("radio", name=label, exact=True).or_(
        page.get_by_role("button", name=label, exact=True)
    ).first.click()
    page.wait_for_function(_SETTLED, timeout=20_000, polling=50)
    return float(page.evaluate("window.drawn - window.clicked"))


if __name__ == "__main__":
    main()
