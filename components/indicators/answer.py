"""The answer on top of the indicator page: the index, how it moved, what moved it, and where points are missing."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components import cards, why
from components.indicators import words
from components.indicators.compare import Compared
from components.markdown import plain
from components.page import Context
from cx.insight import tree
from cx.insight.tree import Step, View
from cx.measure import index


def show(ctx: Context, view: View, steps: tuple[Step, ...], compared: Compared, last: str) -> None:
    """One sentence, the facts behind it, and how it was made."""
    t = ctx.t
    total = view.now.total
    assert total is not None
    said = t(
        "indicators.answer", period=compared.period, unit=plain(compared.unit),
        name=plain(cards.inside(t.pick(ctx.model.index.name))), value=words.points(ctx, total),
    )  # fmt: skip
    st.markdown(
        said + _moved(ctx, view, steps, compared) + t("indicators.end") + " " * (t.lang == "en") + _lost(ctx, view)
    )
    missing = sum(leaf.standing == "missing" for leaf in view.leaves)
    facts = t(
        "indicators.facts", count=len(view.now.shares), values=t.number(view.values),
        cover=t.percent(float(view.mark(()).cover)), last=last,
    )  # fmt: skip
    silent = "facts_missing_branch" if any(name == "branch" for name, _ in compared.scope.where) else "facts_missing"
    st.caption(facts + (t(f"indicators.{silent}", n=missing) if missing else ""))
    if view.left_out:
        names = words.listed(ctx, [t(f"dimension.{name}") for name in view.left_out])
        st.caption(t("indicators.left_out", names=names))
    with st.container(horizontal=True):
        how = st.popover(t("indicators.how"), type="tertiary", icon=":material/functions:", key="indicator_how")
        how.markdown(t("indicators.how_text"))
        how.markdown(t("indicators.no_interval"))
        why.popover(ctx, "index", view.measured)


def _moved(ctx: Context, view: View, steps: tuple[Step, ...], compared: Compared) -> str:
    t = ctx.t
    if view.moved is None:
        return t("indicators.no_before") if compared.mode == "period" else ""
    change = index.shown(view.moved.after) - index.shown(view.moved.before)
    key = "up" if change > 0 else "down" if change < 0 else "same"
    said = t(f"indicators.{key}", other=plain(compared.then), diff=words.points(ctx, abs(change)))
    largest = sorted((s for s in steps if s.kind != "rest" and s.shown), key=lambda s: -abs(s.amount))[:2]
    named = [
        t("indicators.named_part", name=plain(words.step(ctx, step)), diff=words.points(ctx, step.shown, signed=True))
        for step in largest
    ]
    if len(named) == 2:
        return said + t(f"indicators.parts_{compared.mode}", first=named[0], second=named[1])
    return said + (t(f"indicators.part_{compared.mode}", first=named[0]) if named else "")


def _lost(ctx: Context, view: View) -> str:
    """Where the points are that are missing for a full score: what holds the index back."""
    t = ctx.t
    assert view.now.total is not None
    worst = sorted((leaf for leaf in view.leaves if leaf.lost), key=lambda leaf: -leaf.lost)[:3]
    if not worst:
        return t("indicators.full")
    named = [
        t("indicators.lost_part", name=plain(t.pick(leaf.indicator.name)), points=words.points(ctx, leaf.lost))
        for leaf in worst
    ]
    return t("indicators.lost", points=words.points(ctx, index.FULL - index.shown(view.now.total)),
             names=words.listed(ctx, named))  # fmt: skip


def changed(ctx: Context, view: View) -> None:
    """Which indicators came or went, where some did."""
    if view.moved is None or not (tree.came(view) or tree.went(view)):
        return
    t = ctx.t

    def listed(found: Iterable[str]) -> str:
        return plain(words.listed(ctx, [ctx.model.label("indicator", name, t) for name in found])) or t(
            "indicators.nobody"
        )

    changed = [name for name in tree.came(view) if name in view.unlike]
    came = [name for name in tree.came(view) if name not in view.unlike]
    if came or tree.went(view):
        st.caption(t("indicators.availability_how", came=listed(came), went=listed(tree.went(view))))
    if changed:
        st.caption(t("indicators.unlike_how", names=listed(changed)))
