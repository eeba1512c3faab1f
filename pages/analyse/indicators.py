"""Which indicators hold us back: the index, what moved it, the tree down to the indicators, each of them in full."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, page
from components.indicators import answer, card, compare, table, words
from components.indicators.compare import Compared
from components.markdown import plain
from components.page import Context
from cx.insight import tree
from cx.insight.tree import View
from cx.output.charts import indicators as charts

DEPTHS = {"touchpoint": 3, "indicator": 0, "stage": 2, "journey": 1}
ROW = ("region", "branch", "channel")
MORE = ("business_line",)


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, what moved the index, the tree, the table, one indicator."""
    cards.style()
    chosen = filters.choose(ctx, "indicator", row=ROW, more=MORE)
    if chosen is None:
        page.empty(ctx, "indicators.empty", "uploads", "bank")
    compared = compare.choose(ctx, chosen)
    view = ctx.ask(tree.look, compared.scope, compared.other, ctx.model)
    if view.now.total is None:
        page.empty(ctx, "indicators.none", "uploads")
    if compared.undecided:
        cards.empty(ctx.t("indicators.pick_branch"), ctx.t("indicators.pick_branch_try"))
    level = filters.chosen_of("level", tuple(DEPTHS))
    steps = tree.steps(view, DEPTHS[level])
    last = min(day for day in (chosen.contents.last, chosen.scope.end) if day)
    answer.show(ctx, view, steps, compared, ctx.t.period(last, "month"))
    if compared.other is not None:
        _moved(ctx, view, compared)
    _tree(ctx, view)
    st.header(ctx.t("indicators.table_title"), anchor=False)
    table.show(ctx, view, compared)
    _card(ctx, view, compared)


def _moved(ctx: Context, view: View, compared: Compared) -> None:
    t = ctx.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        title = t("indicators.moved_title", now=plain(compared.now), other=plain(compared.then))
        st.header(title, anchor=False, width="content")
        level = filters.pick("level", tuple(DEPTHS), lambda name: t(f"indicators.level_{name}"), t("indicators.level"))
    if view.moved is None:
        st.markdown(t("indicators.nothing_to_compare"))
        return
    steps = tree.steps(view, DEPTHS[level])
    if not steps:
        st.markdown(t("indicators.moved_none"))
        return
    names = [words.step(ctx, step) for step in steps]
    cards.chart(charts.waterfall(view, steps, names, (compared.then, compared.now), t), "indicator_moved")
    st.caption(t("indicators.moved_how"))
    answer.changed(ctx, view)


def _tree(ctx: Context, view: View) -> None:
    t = ctx.t
    st.header(t("indicators.tree_title"), anchor=False)
    values = {leaf.indicator.id: words.amount(ctx, leaf.indicator, leaf.now.value) for leaf in view.leaves}
    found = charts.tree(
        view, lambda path, leaf: words.place(ctx, path, leaf), values.__getitem__, t.pick(ctx.model.index.name), t
    )
    cards.chart(found, "indicator_tree")
    st.caption(t("indicators.tree_how"))


def _card(ctx: Context, view: View, compared: Compared) -> None:
    t = ctx.t
    leaves = {leaf.indicator.id: leaf for leaf in sorted(view.leaves, key=lambda leaf: -leaf.lost)}
    name = filters.select(
        "indicator", tuple(leaves), lambda i: ctx.model.label("indicator", i, t), t("indicators.card"), titled=True
    )
    part = tree.told(view).get((leaves[name].path, name))
    card.show(ctx, leaves[name], part, compared, name in view.unlike)


main(page.begin(__file__))
