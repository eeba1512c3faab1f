"""A tile on screen: words and small tables as HTML of one element, charts as the built-in screens draw them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from components import cards
from components.page import Context
from cx.bank.boards import Tile
from cx.insight import tiles as insight
from cx.insight.tiles import Asking, Comments, Found, Grid, Nothing, Number, Table
from cx.output import tiles

CHARTED = ("trend", "ranking", "heat", "distribution")
_MOST_ROWS = 36
CSS = """<style>
.cx-tiles { display: grid; gap: 14px; height: 100%; }
.cx-tile { border: 1px solid #DEDACF; border-radius: 10px; padding: 14px 18px 12px; min-width: 0; line-height: 1.55;
  overflow-wrap: anywhere; position: relative; }
.cx-tile h3, .cx-head h3 { font-size: .95rem !important; font-weight: 500 !important; color: #5C676B;
  margin: 0 !important; padding: 0 1.4rem .25rem 0 !important; line-height: 1.45 !important; }
.cx-tile .big { font-size: 2.35rem; font-weight: 690; letter-spacing: -.015em; line-height: 1.2; display: block; }
.cx-tile .big small { font-size: 1.05rem; font-weight: 400; color: #5C676B; letter-spacing: 0; margin-left: .35rem; }
.cx-tile .said { display: block; margin: .1rem 0 .15rem; } .cx-head .said { display: block; font-size: .95rem; }
.cx-tile .good, .cx-head .good { color: #0E6B66; font-weight: 600; }
.cx-tile .bad, .cx-head .bad { color: #A83F28; font-weight: 600; }
.cx-tile .foot, .cx-head .foot { color: #5C676B; font-size: .85rem; display: block; }
.cx-tile p { margin: .2rem 0 .5rem; } .cx-tile.note { background: #F1EEE6; border-color: #F1EEE6; }
.cx-tile.gone { border-style: dashed; background: #F1EEE655; }
.cx-tile.gone strong { font-weight: 600; display: block; margin-top: .35rem; }
.cx-tile .cx-table { max-height: 330px; overflow: auto; margin-top: .3rem; }
.cx-tile .cx-table td.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.cx-tile .cx-table thead th.num { text-align: right; }
.cx-goal { position: relative; height: 10px; background: #E7E3D8; border-radius: 5px; margin: .45rem 0 .5rem; }
.cx-goal i { position: absolute; left: 0; top: 0; bottom: 0; border-radius: 5px; background: #9AA3A5; }
.cx-goal i.good { background: #0E6B66; } .cx-goal i.bad { background: #C8553D; }
.cx-goal b { position: absolute; top: -4px; bottom: -4px; width: 2px; background: #1E2A2F; }
a.cx-open { position: absolute; right: 10px; top: 8px; width: 24px; height: 24px; line-height: 22px; text-align: center;
  border-radius: 12px; border: 1px solid #DEDACF; color: #5C676B !important; font-size: .8rem;
  text-decoration: none !important; }
a.cx-open:hover { border-color: #0E6B66; color: #0E6B66 !important; }
.cx-head { position: relative; line-height: 1.5; } .cx-head a.cx-open { right: -4px; top: -4px; }
</style>"""


@dataclass(frozen=True)
class Shown:
    """A tile with what was asked for it and found. ``href`` opens what is behind it; ``note`` tells what is special."""

    tile: Tile
    asked: Asking
    found: Found
    href: str = ""
    note: str = ""

    @property
    def charted(self) -> bool:
        """Whether it is drawn as a chart; else all of it is HTML."""
        return self.tile.chart in CHARTED and not isinstance(self.found.answer, Nothing)


def ask(ctx: Context, tile: Tile, asked: Asking, href: str = "", note: str = "") -> Shown:
    """Ask for a tile; the answer is kept by what is asked, not by how it is called."""
    return Shown(tile, asked, ctx.ask(insight.found, tile.bare, asked, ctx.model), href, note)


def html(ctx: Context, shown: Shown, span: int = 1) -> str:
    """A tile of words, numbers or a small table, ``span`` columns wide."""
    t, said = ctx.t, shown.found.answer
    kind, body = "", ""
    if shown.tile.chart == "text" and t.pick(shown.tile.text).strip():
        kind = " note"
        body = "".join(f"<p>{escape(part)}</p>" for part in t.pick(shown.tile.text).split("\n") if part.strip())
    elif isinstance(said, Nothing):
        kind = " gone"
        what, cure = tiles.nothing(said, t)
        body = f'<strong>{escape(what)}</strong><span class="foot">{escape(cure)}</span>'
    elif isinstance(said, Number):
        body = _number(ctx, shown, said)
    elif isinstance(said, Table):
        body = _table(ctx, shown)
    elif isinstance(said, Comments):
        body = _quotes(ctx, shown, said)
    foot = f'<span class="foot">{escape(shown.note)}</span>' if shown.note else ""
    style = f' style="grid-column: span {span}"' if span > 1 else ""
    return f'<div class="cx-tile{kind}"{style}>{_title(ctx, shown)}{body}{foot}</div>'


def chart(ctx: Context, shown: Shown, key: str) -> None:
    """A tile's head and chart, within a container of its own."""
    t, said = ctx.t, shown.found.answer
    answer = tiles.answer(shown.tile, shown.found, t, ctx.model)
    notes = [shown.note]
    if isinstance(said, Grid) and any(said.more):
        notes.append(t("boards.cut_more", rows=said.more[0], columns=said.more[1]))
    feet = "".join(f'<span class="foot">{escape(note)}</span>' for note in notes if note)
    st.html(f'<div class="cx-head">{_title(ctx, shown)}<span class="said">{escape(answer)}</span>{feet}</div>')
    draw(ctx, shown, key)


def draw(ctx: Context, shown: Shown, key: str) -> None:
    """The chart of a tile alone."""
    drawn = tiles.chart(shown.tile, shown.found, ctx.t, ctx.model)
    assert drawn is not None
    cards.chart(drawn, key)


def _title(ctx: Context, shown: Shown) -> str:
    title = tiles.title(shown.tile, ctx.t, ctx.model)
    label = escape(f"{ctx.t('boards.why')}: {title}", quote=True)
    link = f'<a class="cx-open" href="{escape(shown.href, quote=True)}" target="_self" title="{label}">?</a>'
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    return heading + (link if shown.href and shown.tile.chart != "text" else "")


def _number(ctx: Context, shown: Shown, said: Number) -> str:
    t, tile = ctx.t, shown.tile
    amounts = tiles.amounts(tile, t, ctx.model)
    fine = amounts.metric.unit == "mean"
    reach = amounts.reach(said.estimate)
    value = amounts.say(said.estimate.value, fine=fine)
    unit = amounts.unit if amounts.unit not in (None, "", "%") else ""
    value = escape(value.removesuffix(f" {unit}")) + f"<small>{escape(unit)}</small>" * bool(unit)
    small = f"<small>± {escape(reach)}</small>" if reach else ""
    badge = f'<span class="cx-badge">{escape(t("nps.small"))}</span>' if said.estimate.state == "small" else ""
    move, tone = tiles.moved(said, tile, shown.asked.before, t, ctx.model)
    lines = [f'<span class="big">{value}{small}</span>{badge}']
    if tile.chart == "target":
        lines.append(_goal(ctx, shown, said))
    lines.append(f'<span class="said {tone}">{escape(move)}</span>' if move else "")
    lines.append(f'<span class="foot">{escape(tiles.base(said, tile, t, ctx.model))}</span>')
    return "".join(lines)


def _goal(ctx: Context, shown: Shown, said: Number) -> str:
    words, tone = tiles.judged(said, shown.tile, ctx.t, ctx.model)
    goal, value = tiles.goal(shown.tile, ctx.model), said.estimate.value or 0.0
    told = f'<span class="said {tone}">{escape(words)}</span>'
    if goal is None:
        return told
    low, high = min(0.0, value, goal), max(value, goal, 0.0)
    low, high = low * 1.25, high * 1.25 or 1.0
    ends = [100 * (each - low) / (high - low) for each in (value, goal)]
    return (
        f'<div class="cx-goal"><i class="{tone}" style="width:{ends[0]:.1f}%"></i>'
        f'<b style="left:{ends[1]:.1f}%"></b></div>{told}'
    )


def _table(ctx: Context, shown: Shown) -> str:
    """Names, value with interval and base; the download has all rows."""
    t, tile, said = ctx.t, shown.tile, shown.found.answer
    assert isinstance(said, Table)
    names = [escape(t(f"dimension.{by}")) for by in said.by]
    value = escape(t("nps.value"))
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    head += f'<th scope="col" class="num">{value}</th><th scope="col" class="num">n</th>'
    body = ""
    for cell in said.cells[:_MOST_ROWS]:
        keys = [tiles.label(by, key, t, ctx.model) for by, key in zip(said.by, cell.key, strict=True)]
        first, *rest = (escape(key) for key in keys)
        said_value = escape(_cell_amount(ctx, tile, cell.key, said.by).estimate(cell.estimate))
        base = escape(t.number(cell.estimate.base)) if cell.estimate.value is not None else "–"
        body += f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{each}</td>" for each in rest)
        body += f'<td class="num">{said_value}</td><td class="num">{base}</td></tr>'
    more = len(said.cells) - _MOST_ROWS
    note = f'<span class="foot">{escape(t("boards.rows_more", n=more))}</span>' if more > 0 else ""
    about = escape(tiles.title(tile, t, ctx.model), quote=True)
    return (
        f'<div class="cx-table" role="region" tabindex="0" aria-label="{about}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{note}"
    )


def _cell_amount(ctx: Context, tile: Tile, key: tuple[object, ...], by: tuple[str, ...]) -> tiles.Amounts:
    """Each row of a table of indicators in that indicator's unit."""
    one = dict(zip(by, key, strict=True)).get("indicator")
    return tiles.amounts(tile, ctx.t, ctx.model, str(one) if one is not None else None)


def _quotes(ctx: Context, shown: Shown, said: Comments) -> str:
    t, group = ctx.t, "promoter" if shown.tile.group == "promoter" else "detractor"
    found = []
    for each in said.comments:
        parts = [ctx.model.label(n, v, t) for n, v in (("touchpoint", each.touchpoint), ("branch", each.branch)) if v]
        meta = t("nps.comment_meta", score=each.score, place=" · ".join(parts) or "–", day=t.date(each.day))
        found.append(cards.quote(each.text, meta, group))
    return "".join(found)
