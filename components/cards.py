"""A number with its interval and base, a chart, a card: how every screen shows what was measured."""

from __future__ import annotations

from contextlib import nullcontext
from html import escape
from typing import Any, Literal

import pyarrow
import streamlit as st

from components import why
from components.page import Context, link
from cx.insight.nps import Headline
from cx.measure.metrics import Metric
from cx.measure.statistics import Change, Estimate
from cx.output.amounts import Amounts
from cx.output.charts.theme import Chart
from cx.store.query import Measured
from cx.store.sheet import safe_rows
from cx.words import Translator

_COLOUR = {"up": "#0E6B66", "down": "#C8553D", "noise": "#1E2A2F", "too_few": "#5C676B"}
_WIDE = ("heat",)  # on a phone these keep a readable width and scroll
CSS = """<style>
.cx-big { font-size: 4.1rem; font-weight: 700; line-height: 1.1; letter-spacing: -.02em; color: #1E2A2F; }
.cx-big small { font-size: 1.35rem; font-weight: 400; color: #5C676B; letter-spacing: 0; margin-left: .4rem; }
.cx-say { font-size: 1.1rem; line-height: 1.6; margin: .25rem 0; }
.cx-facts { color: #5C676B; font-size: .92rem; line-height: 1.6; }
.cx-badge { display: inline-block; border: 1px solid #D9A441; color: #7A5A10; border-radius: 6px; font-size: .8rem;
  padding: 0 .45rem; margin-left: .5rem; vertical-align: middle; }
.cx-card h3 { font-size: 1.05rem; margin: 0; padding: 0 0 .5rem; }
.cx-card > b { font-size: 1.85rem; font-weight: 680; line-height: 1.25; display: block; }
.stMain .stSelectbox div[data-baseweb="select"] { font-size: .93rem; }
.stMain .stSelectbox div[data-baseweb="select"] > div > div:first-child { padding-left: .6rem; padding-right: 0; }
.cx-quote { border-left: 3px solid #CFCABD; padding: .1rem 0 .1rem .9rem; margin: .2rem 0 .9rem; line-height: 1.6; }
.cx-quote span { display: block; color: #5C676B; font-size: .88rem; }
.cx-quote.detractor { border-color: #C8553D; } .cx-quote.promoter { border-color: #0E6B66; }
.cx-card .cx-facts { display: block; }
.cx-photo { margin: 0; } .cx-photo figcaption { color: #5C676B; font-size: .82rem; line-height: 1.4; }
.cx-photo img { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 6px; background: #F1EEE6;
  display: block; margin-bottom: .2rem; }
.cx-photo-large { max-width: 100%; max-height: 78vh; display: block; margin: 0 auto; border-radius: 6px; }
.cx-steps { display: flex; gap: 4px; margin: .4rem 0 .2rem; }
.cx-steps div { flex: 1; min-width: 0; background: #F1EEE6; text-align: center; padding: .65rem 1.1rem .6rem;
  clip-path: polygon(0 0, calc(100% - 14px) 0, 100% 50%, calc(100% - 14px) 100%, 0 100%, 14px 50%); line-height: 1.4; }
.cx-steps div.pain { background: #F6DDD6; } .cx-steps div.delight { background: #D5E6E3; }
.cx-steps strong { font-weight: 600; display: block; overflow-wrap: anywhere; }
.cx-steps span { font-size: .85rem; color: #4C575B; display: block; }
.cx-table { overflow-x: auto; border: 1px solid #DEDACF; border-radius: 8px; }
.cx-table table { border-collapse: collapse; width: 100%; margin: 0; font-size: .93rem; }
.cx-table th, .cx-table td { text-align: left; vertical-align: top; padding: .5rem .7rem; border: 0;
  border-top: 1px solid #E7E3D8; line-height: 1.5; }
:where(.cx-table td:not(.short)) { min-width: 7.5em; }
.cx-table .short { white-space: nowrap; } .cx-table .long { min-width: 12.5em; }
.cx-table thead th { background: #F1EEE6; color: #5C676B; font-weight: 400; border-top: 0; white-space: nowrap; }
.cx-table tbody th { font-weight: 400; } .cx-table .pain { color: #A83F28; font-weight: 600; }
@media (max-width: 640px) { .cx-steps { flex-wrap: wrap; } .cx-steps div { flex: 1 0 30%; }
  .cx-big { font-size: 3.2rem; }
  .st-key-wide_heat { overflow-x: auto; } .st-key-wide_heat > div { min-width: 500px; } }
</style>"""


def style() -> None:
    """Put the cards' style on the page."""
    st.html(CSS)


def heading(text: str, width: Literal["stretch", "content"] = "stretch") -> None:
    """The heading of a section. Plain HTML: Streamlit's own headings and markdown, though outside what a click changes,
    are styled anew several times a click, which on a full page is a third of it."""
    st.html(f"<h2>{escape(text)}</h2>", width=width)


def said(text: str) -> None:
    """A sentence of a section, plain text."""
    st.html(f"<p>{escape(text)}</p>")


def note(text: str) -> None:
    """Small print: how a chart is to be read, what is left out."""
    st.html(f'<p class="cx-note">{escape(text)}</p>')


def chart(found: Chart, key: str) -> None:
    """Draw a chart at the container's width, described for screen readers."""
    spec = {name: part for name, part in found.to_dict().items() if name != "description"}
    if "datasets" in spec:  # lists would go through pandas, half of a click
        spec["datasets"] = {name: pyarrow.Table.from_pylist(rows) for name, rows in spec["datasets"].items()}
    with st.container(key=f"wide_{key}") if key in _WIDE else nullcontext():
        st.vega_lite_chart(spec=spec, theme=None, width="stretch", alt=found.about, key=key)


def number(estimate: Estimate, metric: Metric, t: Translator, interval: bool = True) -> str:
    """An estimate in words, without base: ``32 ± 3``, ``81% ± 2%``; the word for hidden or empty."""
    if estimate.value is None:
        return t("why.hidden") if estimate.state == "hidden" else t("why.empty")
    if not interval or estimate.plus_minus is None or metric.unit == "count":
        return amount(estimate.value, metric, t)
    value, reach = (
        amount(each, metric, t, fine=metric.unit == "mean") for each in (estimate.value, estimate.plus_minus)
    )
    return t("nps.plus_minus", value=value, reach=reach)


def amount(value: float | None, metric: Metric, t: Translator, signed: bool = False, fine: bool = False) -> str:
    """A value in its metric's unit: points without decimals, means with one, shares as per cent."""
    return Amounts(metric, t).say(value, signed, fine)


def chance(p: float | None, t: Translator) -> str:
    """A p-value for a table; never 0. None: nothing was tested."""
    return f"<{t.number(0.001, 3)}" if p is not None and p < 0.001 else t.number(p, 3)


def headline(found: Headline, t: Translator, before: str | None, last_day: str) -> None:
    """The big number, the tested change in a sentence, and the facts: base, interval, as-of day."""
    e, metric = found.estimate, found.now.metric
    if e.value is None:
        st.html(f'<div class="cx-empty" role="status"><strong>{escape(number(e, metric, t))}</strong></div>')
        return
    badge = f'<span class="cx-badge">{escape(t("nps.small"))}</span>' if e.state == "small" else ""
    reach = f"± {escape(amount(e.plus_minus, metric, t))}"
    facts = t("nps.facts", n=t.number(e.n), low=amount(e.low, metric, t), high=amount(e.high, metric, t), day=last_day)
    st.html(
        f'<div class="cx-big">{escape(amount(e.value, metric, t))}<small>{reach}</small>{badge}</div>'
        f'<div class="cx-say">{moved(found, before, t)}</div>'
        f'<div class="cx-facts">{escape(facts)}</div>'
    )


def moved(found: Headline, before: str | None, t: Translator) -> str:
    """How a number moved since the period ``before``, as HTML; where a survey changed its meaning, that."""
    if before is not None and found.breaks:
        return escape(t("nps.not_comparable", period=before))
    return sentence(found.change, before, t)


def sentence(change: Change, before: str | None, t: Translator) -> str:
    """The tested change against the period ``before``, as HTML with the figure in bold."""
    if before is None:
        return escape(t("nps.no_before"))
    mark = "\x00"
    key = "few" if change.verdict == "too_few" else change.verdict
    figure = t.number(change.diff if key == "noise" else abs(change.diff or 0.0), 0, signed=key == "noise")
    text = escape(t(f"nps.{key}", period=before, diff=mark))
    return text.replace(mark, f'<b style="color:{_COLOUR[change.verdict]}">{escape(figure)}</b>')


def card(
    ctx: Context, icon: str, title: str, label: str, value: str, note: str, to: str, go: str,
    behind: Measured | None = None,
) -> None:  # fmt: skip
    """One card of equal height: what, how much, how it moved, the way on, and why the number measured ``behind`` it."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**:material/{icon}: {title}**")
        st.html(
            f'<div class="cx-card"><span class="cx-muted">{escape(label)}</span><b>{escape(value)}</b>'
            f'<span class="cx-facts">{note}</span></div>'
        )
        link(ctx, to, go)
        if behind is not None:
            why.popover(ctx, f"card_{icon}", behind, behind.total)


def empty(what: str, cure: str) -> None:
    """What is missing and what to do, where the page goes on."""
    st.html(
        f'<div class="cx-empty" role="status"><strong>{escape(what)}</strong>'
        f'<span class="cx-muted">{escape(cure)}</span></div>'
    )


def figure(title: str, value: str, note: str) -> str:
    """A small figure with its title above and facts below, as HTML."""
    return (
        f'<div class="cx-card"><span class="cx-muted">{escape(title)}</span><b>{escape(value)}</b>'
        f'<span class="cx-facts">{escape(note)}</span></div>'
    )


def inside(name: str) -> str:
    """A name within a sentence: ``Average waiting time`` → ``average waiting time``; abbreviations stay."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def quote(text: str, meta: str, group: Literal["detractor", "promoter"]) -> str:
    """A customer's words as HTML, escaped."""
    return f'<div class="cx-quote {group}">“{escape(text)}”<span>{escape(meta)}</span></div>'


def table(rows: list[dict[str, Any]], key: str, about: str) -> None:
    """A table to sort and search, without index; columns that say nothing are left out, and no cell is a formula in the
    file that it can be downloaded as."""
    rows = safe_rows(rows)
    kept = [name for name in rows[0] if any(row[name] != "" for row in rows)] if rows else []
    whole = [name for name in kept if all(isinstance(row[name], int) for row in rows)]
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in whole}
    shown = [{name: row[name] for name in kept} for row in rows]
    st.dataframe(shown, hide_index=True, width="stretch", key=key, alt=about, column_config=numbers)


def words_table(rows: list[dict[str, str]], about: str, marked: str = "") -> None:
    """A table to read: long words wrap, nothing is cut off. The first column names the row; ``marked`` stands out."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in rows[0])
    body = "".join(f"<tr>{_cells(list(row.values()), marked)}</tr>" for row in rows)
    st.html(
        f'<div class="cx-table" role="region" tabindex="0" aria-label="{escape(about, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(cells: list[str], marked: str) -> str:
    first, *rest = cells
    found = [f'<th scope="row" class="{_size(first)}">{escape(first)}</th>']
    for cell in rest:
        pain = " pain" if marked and cell == marked else ""
        found.append(f'<td class="{_size(cell)}{pain}">{escape(cell)}</td>')
    return "".join(found)


def _size(text: str) -> str:
    width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
    return "short" if width <= 20 else "long" if width > 40 else ""
