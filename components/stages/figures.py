"""The figures of one stage as cards: value, how it moves, target, peers, how fresh, and why this number."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, freshness, meanings, why
from components.indicators import words
from components.markdown import plain
from components.page import Context
from cx.bank.model import Indicator
from cx.insight import benchmarks
from cx.insight.benchmarks import Band
from cx.insight.indicators import verdict
from cx.insight.stages import Heard, Stage
from cx.insight.stages.monthly import Figure, Line
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate

_A_ROW = 4
_MARKS = {"better": "▲", "worse": "▼"}
CSS = """<style>
.cx-figure { line-height: 1.5; }
.cx-figure h3 { font-size: 1rem; font-weight: 600; margin: 0; padding: 0 0 .2rem; min-height: 2.9em; }
.cx-figure > b { font-size: 1.6rem; font-weight: 680; line-height: 1.3; display: block; }
.cx-figure p { font-size: .88rem; margin: .25rem 0 0; color: #5C676B; line-height: 1.5; }
.cx-figure p.better { color: #0B5752; } .cx-figure p.worse { color: #A83F28; }
.cx-figure .cx-fresh { margin-top: .4rem; }
</style>"""


def show(ctx: Context, stage: Stage, scope: Scope, period: Period, period_name: str) -> None:
    """Cards in rows of four; below them the indicators that have nothing to show here."""
    found = [*stage.lines, *stage.heard]
    for start in range(0, len(found), _A_ROW):
        columns = st.columns(_A_ROW, gap="small")
        for column, one in zip(columns, found[start : start + _A_ROW], strict=False):
            with column, st.container(border=True, height="stretch", gap="xsmall"):
                if isinstance(one, Line):
                    _line(ctx, one, scope)
                else:
                    _heard(ctx, one, scope, period, period_name, found.index(one))
    if stage.silent:
        names = words.listed(ctx, [ctx.model.label("indicator", name, ctx.t) for name in stage.silent])
        st.caption(ctx.t("stages.silent", names=plain(names)))


def change(ctx: Context, indicator: Indicator, diff: float | None, signed: bool = True) -> str:
    """A difference in the indicator's unit; of per cents in points."""
    t = ctx.t
    if diff is None:
        return "–"
    number = t.number(diff, words.digits(diff) if abs(diff) < 100 else 0, signed=signed)
    unit = ctx.model.unit(indicator.id, t)
    if unit == "%":
        return t("stages.points", n=number)
    return f"{number} {unit}".strip()


def trend(ctx: Context, line: Line) -> str:
    """Half a year against the year before, in words."""
    against = ctx.t(f"stages.{line.against}")
    diff = change(ctx, line.figure.indicator, line.change.diff)
    return ctx.t(f"stages.trend_{line.trend}", against=against, diff=diff)


def month_move(ctx: Context, figure: Figure) -> str:
    """The last month against the one before, in words."""
    if figure.move is None:
        return ctx.t("stages.move_none")
    key = {"usual": "usual", "too_few": "too_few"}.get(figure.verdict, f"{figure.verdict}_month")
    usual = change(ctx, figure.indicator, figure.usual, signed=False)
    return ctx.t(f"stages.move_{key}", move=change(ctx, figure.indicator, figure.move), usual=usual)


def _line(ctx: Context, line: Line, scope: Scope) -> None:
    t, figure = ctx.t, line.figure
    indicator, last = figure.indicator, figure.last
    assert last is not None
    month = t.period(last.day, "month")
    base = t("stages.base_n", month=month, n=t.number(last.n))
    if last.base is not None:
        base = t("stages.base_d", month=month, n=t.number(last.n), base=t.number(last.base))
    mark = _MARKS.get(line.trend, "")
    told = [(trend(ctx, line), line.trend), (month_move(ctx, figure), ""), (base, "")]
    side = verdict(indicator, last.value)
    if side != "untold" and not figure.outdated:
        target = words.amount(ctx, indicator, indicator.target)
        told.append((t(f"stages.target_{side}", target=target), "worse" if side == "beyond" else ""))
    told += _peers(ctx, indicator.id, scope.narrowed(indicator=indicator.id), Estimate(last.value, None, None, last.n))
    lines = "".join(f'<p class="{tone}">{escape(text)}</p>' for text, tone in told)
    value = words.amount(ctx, indicator, last.value)
    st.html(
        f'<div class="cx-figure"><h3>{escape(t.pick(indicator.name))}</h3><b>{escape(value)} {mark}</b>{lines}'
        f"{freshness.badge(ctx, indicator.id)}</div>"
    )
    meanings.note(ctx, indicator.id)
    why.popover(ctx, f"stage_{indicator.id}", figure.measured)


def _peers(ctx: Context, name: str, scope: Scope, ours: Estimate) -> list[tuple[str, str]]:
    t = ctx.t
    found = benchmarks.of(ctx.model, name, scope, dt.date.today())
    if found is None:
        return []
    if not isinstance(found, Band):  # about something else altogether: nothing that a reader would miss here
        other = any(why.code in ("place", "kind") for why in found.why)
        return [] if other else [(t("stages.bench_card_not"), "")]
    side = t(f"stages.side_{found.side(ours.value, ours.low, ours.high)}")
    peers = band(ctx, found.benchmark.low, found.benchmark.high, ctx.model.unit(name, t))
    return [(t("stages.bench_card", band=peers, side=side), "")]


def band(ctx: Context, low: float, high: float, unit: str = "") -> str:
    """A benchmark's range with its unit, one number where both ends are the same."""
    t = ctx.t
    ends = [t.number(end, 0 if float(end).is_integer() else 1) for end in dict.fromkeys((low, high))]
    return f"{'–'.join(ends)}{'' if unit in ('%', '') else ' '}{unit}"


def _heard(ctx: Context, one: Heard, scope: Scope, period: Period, period_name: str, at: int) -> None:
    t, metric = ctx.t, one.measured.metric
    name = t(f"nps.kind_{one.asked.nps_kind}") if one.asked.metric == "nps" else t(f"metric.{metric.name}")
    places = [(d, getattr(one.asked, d)) for d in ("journey", "stage", "touchpoint") if getattr(one.asked, d)]
    place = " › ".join(ctx.model.label(d, v, t) for d, v in places) or t("stages.heard_all")
    e = one.estimate
    value = cards.number(e, metric, t) if e.value is not None else "–"
    told = [(t("stages.heard_none", period=period_name), "")]
    if e.value is not None:
        diff = cards.amount(abs(one.change.diff or 0.0), metric, t, fine=metric.unit == "mean")
        tone = {"up": "better", "down": "worse"}.get(one.change.verdict, "")
        told = [
            (t(f"stages.moved_{one.change.verdict}", diff=diff), tone),
            (f"{period_name} · {why.base(e, one.measured, t)}", ""),
        ]
        here = Scope(scope.rights, period.start, period.end, one.asked.nps_kind, scope.where)
        told += _peers(ctx, metric.name, here.narrowed(**dict(places)), e)
    lines = "".join(f'<p class="{tone}">{escape(text)}</p>' for text, tone in told)
    title = escape(t("stages.heard_label", metric=name, place=place))
    st.html(f'<div class="cx-figure"><h3>{title}</h3><b>{escape(value)}</b>{lines}</div>')
    why.popover(ctx, f"stage_heard_{at}", one.measured, e)
