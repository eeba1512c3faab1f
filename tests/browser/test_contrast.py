"""Every text of ours on the main pages stands out from what is behind it: 4.5 to 1, large text 3 to 1 (WCAG AA)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Visitor

PAGES = ("/", "/quick_wins", "/uploads", "/people")
# Computed colours over the effective background, with inherited opacity. Left out: what is hidden, spoken only or
# switched off, and text on a picture. A canvas turns any colour notation into red, green, blue and alpha.
_LOW = """() => {
  const brush = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
  const above = element => { const all = []; for (let e = element; e; e = e.parentElement) all.push(e); return all; };
  const behind = element => above(element).reverse()
    .reduce((under, e) => over(rgba(getComputedStyle(e).backgroundColor), under), [255, 255, 255]);
  const light = colour => colour.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const low = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), element = walk.currentNode.parentElement;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element), size = parseFloat(style.fontSize);
    if (!text || element.closest('script, style, noscript, [disabled], [aria-disabled=true]')) continue;
    if (!box.width || !box.height || style.visibility !== 'visible' || style.clipPath !== 'none' || !size) continue;
    const label = element.closest('[data-testid=stWidgetLabel]');
    if (label && label.parentElement.querySelector('input:disabled')) continue;
    seen += 1;
    const under = behind(element), [r, g, b, a] = rgba(style.color);
    const opacity = above(element).reduce((share, e) => share * getComputedStyle(e).opacity, a);
    const [one, two] = [light(over([r, g, b, opacity], under)), light(under)].sort((x, y) => y - x);
    const ratio = (one + .05) / (two + .05), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) low.push(`${ratio.toFixed(2)} ${text.slice(0, 40)} (${style.color})`);
  }
  return {seen, low};
}"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_texts_stand_out(visit: Callable[..., Visitor], lang: str) -> None:
    visitor = visit(lang)
    for path in PAGES:
        page = visitor.sign_in("admin", path) if path == PAGES[0] else visitor.open(path)
        visitor.settle()
        found = page.evaluate(_LOW)
        assert found["seen"] > 20, path
        assert found["low"] == [], path
    page.evaluate("document.querySelector('.stMain h1').style.color = '#8A9396'")
    assert page.evaluate(_LOW)["low"] == [], "large text needs 3 to 1 only"
    page.evaluate("document.querySelector('.stMain h1').style.color = '#A0A8AA'")
    assert len(page.evaluate(_LOW)["low"]) == 1, "the measure sees a pale heading"
