"""The coverage map as HTML: a column a stage, a cell a touchpoint, told by word, border and colour."""

from __future__ import annotations

from html import escape

from components.page import Context
from cx.bank.model import Journey
from cx.insight.coverage import Cell, Counts, Map

CSS = """<style>
.cx-map { display: grid; gap: 8px; overflow-x: auto; margin: .3rem 0 1.1rem; padding-bottom: 4px; }
.cx-map section { min-width: 118px; }
.cx-map h4 { font-size: .95rem; font-weight: 600; margin: 0; padding: .35rem .55rem; background: #F1EEE6;
  border-radius: 8px 8px 0 0; line-height: 1.4; }
.cx-map h4 span { display: block; font-weight: 400; font-size: .8rem; color: #5C676B; }
.cx-map .whole { font-size: .78rem; color: #5C676B; padding: .3rem .55rem; background: #F1EEE6; line-height: 1.45; }
.cx-map ul { list-style: none; margin: 0; padding: 0; }
.cx-map li { margin: 6px 0 0; padding: .42rem .55rem; border-radius: 8px; line-height: 1.4; border: 1.5px solid #DEDACF;
  overflow-wrap: anywhere; }
.cx-map li b { display: block; font-weight: 600; font-size: .92rem; }
.cx-map li span { display: block; font-size: .78rem; color: #4A5559; }
.cx-map li .mark { font-size: .8rem; color: #1E2A2F; }
.cx-map .both { background: #D5E6E3; border: 2.5px double #0E6B66; }
.cx-map .survey { background: #FBFAF7; border: 1.5px solid #0E6B66; }
.cx-map .indicator { background: #F6EBD3; border: 1.5px dashed #B98524; }
.cx-map .none { background: #FBFAF7; border: 1.5px dotted #C8553D; }
.cx-map .none .mark { color: #A83F28; font-weight: 600; }
.cx-map .tag { display: inline-block; border: 1px solid #CFCABD; border-radius: 5px; padding: 0 .3rem;
  margin-top: .15rem; font-size: .72rem; color: #5C676B; }
</style>"""


def drawn(ctx: Context, journey: Journey, found: Map, counts: Counts) -> str:
    """One journey's map."""
    parts = []
    for stage in journey.stages:
        cells = [cell for cell in found.cells if cell.place[:2] == (journey.id, stage.id)]
        measured = sum(cell.signal != "none" for cell in cells)
        share = ctx.t("coverage.share", measured=measured, n=len(cells))
        whole = _whole(ctx, found.stages[journey.id, stage.id])
        items = "".join(_cell(ctx, cell, counts) for cell in cells)
        name = escape(ctx.t.pick(stage.name))
        parts.append(f"<section><h4>{name}<span>{escape(share)}</span></h4>{whole}<ul>{items}</ul></section>")
    columns = f"grid-template-columns: repeat({len(parts)}, minmax(118px, 1fr))"
    title = escape(ctx.t.pick(journey.name), quote=True)
    return (
        f'<div class="cx-map" style="{columns}" role="group" aria-label="{title}" tabindex="0">{"".join(parts)}</div>'
    )


def facts(ctx: Context, cell: Cell, counts: Counts) -> list[str]:
    """What came lately: ratings where something is asked, values where there are indicators."""
    t, found = ctx.t, []
    if cell.asked:
        ratings = counts.ratings.get(cell.place[2] or "", 0)
        found.append(
            t("coverage.ratings_few") if ratings is None
            else t("coverage.ratings", n=t.number(ratings)) if ratings else t("coverage.ratings_none")
        )  # fmt: skip
    if cell.indicators:
        values = sum(counts.values.get(name, 0) for name in cell.indicators)
        found.append(t("coverage.values", n=t.number(values)) if values else t("coverage.values_none"))
    return found


def _cell(ctx: Context, cell: Cell, counts: Counts) -> str:
    t = ctx.t
    lines = "".join(f"<span>{escape(fact)}</span>" for fact in facts(ctx, cell, counts))
    tag = f'<span class="tag">{escape(t("coverage.events"))}</span>' if cell.events else ""
    name = escape(ctx.model.label("touchpoint", cell.place[2], t))
    mark = escape(t(f"coverage.signal_{cell.signal}"))
    return f'<li class="{cell.signal}"><b>{name}</b><span class="mark">{mark}</span>{lines}{tag}</li>'


def _whole(ctx: Context, stage: Cell) -> str:
    t, parts = ctx.t, []
    if stage.asked:
        parts.append(t("coverage.part_questions", n=len(stage.asked)))
    if stage.indicators:
        names = [t.pick(ctx.model.indicators[name].name) for name in stage.indicators]
        parts.append(t("coverage.part_indicators", names=("、" if t.lang == "zh" else ", ").join(names)))
    if not parts:
        return ""
    said = t("coverage.whole_stage", parts=("；" if t.lang == "zh" else "; ").join(parts))
    return f'<div class="whole">{escape(said)}</div>'
