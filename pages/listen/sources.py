"""Sources of indicators: what came, what is late, how good it is, what lacks and whom to ask."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import streamlit as st

from components import cards, freshness, page, source_gaps
from components.markdown import plain
from components.page import Context
from cx import demo
from cx.insight import sources
from cx.insight.sources import WEIGHTS, Source, View
from cx.measure.scope import Scope
from cx.output.charts import sources as chart

_ORDER = ("missing", "late", "untold", "on_time")


def main(ctx: Context) -> None:
    """Answer, quality by source, what lacks, every indicator."""
    cards.style()
    found = ctx.ask(sources.view, Scope(ctx.rights), ctx.model, dt.date.today())
    if all(one.as_of is None for one in found.standings):
        page.empty(ctx, "sources.empty", "uploads")
    _answer(ctx, found)
    _quality(ctx, found)
    source_gaps.show(ctx, found)
    _standings(ctx, found)
    page.link(ctx, "uploads", ctx.t("sources.to_upload"))


def _answer(ctx: Context, found: View) -> None:
    t = ctx.t
    states = Counter(one.state for one in found.standings)
    counts = {state: t.number(states[state]) for state in ("on_time", "late", "missing")}
    said = [t("sources.answer", n=t.number(len(found.standings) - states["untold"]), **counts)]
    if states["untold"]:
        said.append(t("sources.answer_untold", n=t.number(states["untold"])))
    worst = max((one for one in found.standings if one.state == "late"), key=lambda one: one.days, default=None)
    if worst is not None:
        name = f"**{plain(t.pick(worst.indicator.name))}**"
        said.append(t("sources.answer_worst", name=name, due=t.date(worst.due), days=t.number(worst.days)))
    owed: Counter[str] = Counter()
    for gap in found.gaps:
        owed[ctx.model.indicators[gap.indicator].owner] += gap.count
    if owed:
        owners = ("、" if t.lang == "zh" else ", ").join(
            t("sources.answer_owner", owner=plain(owner) or t("sources.no_owner"), n=t.number(n))
            for owner, n in owed.most_common(3)
        )
        said.append(t("sources.answer_gaps", gaps=t.number(owed.total()), owners=owners))
    else:
        said.append(t("sources.answer_no_gaps"))
    st.markdown(("" if t.lang == "zh" else " ").join(said))
    if ctx.ask(sources.uploads, Scope(ctx.rights)) == {demo.SOURCE}:
        st.caption(t("sources.demo"))


def _quality(ctx: Context, found: View) -> None:
    t = ctx.t
    st.header(t("sources.score_title"), anchor=False)
    cards.chart(chart.quality(found.sources, t), "heat")
    st.caption(t("sources.score_how", since=t.date(found.since)))
    with st.expander(t("sources.how_title"), icon=":material/help:"):
        comma = "、" if t.lang == "zh" else ", "
        weights = comma.join(f"{t(f'sources.part_{name}')} {weight}%" for name, weight in WEIGHTS.items())
        st.markdown(t("sources.how_intro", weights=weights))
        parted = t.number(sum(source.parted for source in found.sources))
        for name in WEIGHTS:
            st.markdown("- " + t(f"sources.how_{name}", **({"parted": parted} if name == "consistency" else {})))
    with st.expander(t("sources.table_title"), icon=":material/table_rows:"):
        cards.words_table([_row(ctx, source) for source in found.sources], t("sources.table_title"))


def _row(ctx: Context, source: Source) -> dict[str, str]:
    t = ctx.t
    row = {
        t("sources.source"): source.name or t("sources.unnamed"),
        t("sources.owner"): ("、" if t.lang == "zh" else ", ").join(source.owners) or t("sources.no_owner"),
        t("sources.values"): t.number(source.values),
        t("sources.score"): t.number(source.score, 1),
    }
    for name, part in source.parts.items():
        counted = t("sources.cell", good=t.number(part.good), all=t.number(part.all)) if part.all else t("sources.none")
        row[t(f"sources.part_{name}")] = counted
    return row


def _standings(ctx: Context, found: View) -> None:
    t = ctx.t
    ranked = sorted(found.standings, key=lambda one: (_ORDER.index(one.state), -one.days))
    rows = [
        {
            t("sources.col_indicator"): t.pick(one.indicator.name),
            t("sources.col_state"): t(f"sources.state_{one.state}"),
            t("sources.col_as_of"): freshness.words(ctx, one),
            t("sources.col_due"): t.date(one.due),
            t("sources.col_source"): one.indicator.source or t("sources.unnamed"),
            t("sources.col_owner"): one.indicator.owner or t("sources.no_owner"),
        }
        for one in ranked
    ]
    with st.expander(t("sources.fresh_title"), icon=":material/schedule:"):
        cards.words_table(rows, t("sources.fresh_title"), t("sources.state_late"))
        st.caption(t("sources.fresh_how"))


main(page.begin(__file__))
