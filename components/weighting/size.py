"""How many answers are enough: for a margin, and to tell two groups apart, with and without weights."""

from __future__ import annotations

import math

from components import cards
from components.page import Context
from cx.insight.weighting import Weighing
from cx.measure import precision

POINTS = (2, 3, 5, 7, 10, 15)


def show(ctx: Context, found: Weighing) -> None:
    """What today's answers tell, and what more of them would; nothing where there is no score."""
    t, e = ctx.t, found.plain
    if e.value is None or not e.se:
        return
    variance, design = e.n * (e.se / 100) ** 2, found.cost.design if found.cost else 1.0
    weighted = found.cost is not None
    cards.heading(t("weighting.size_title"))
    said = {"n": t.number(e.n), "margin": t.number(precision.margin(variance, e.n / design), 1)}
    key = "size_said_weighted" if weighted else "size_said"
    cards.said(t(f"weighting.{key}", worth=t.number(e.n / design), **said))
    cards.words_table(
        [_row(ctx, points, variance, design, e.n, weighted) for points in POINTS], t("weighting.size_title")
    )
    cards.note(t("weighting.size_how") + (t("weighting.size_design", design=t.number(design, 2)) if weighted else ""))


def _row(ctx: Context, points: int, variance: float, design: float, n: int, weighted: bool) -> dict[str, str]:
    t = ctx.t
    plain = precision.size_for(points, variance)
    need = math.ceil(plain * design)
    return {
        t("weighting.size_points"): str(points),
        t("weighting.size_plain"): t.number(plain),
        **({t("weighting.size_weighted"): t.number(need)} if weighted else {}),
        t("weighting.size_missing"): t.number(need - n) if need > n else t("weighting.size_there"),
        t("weighting.size_apart"): t.number(precision.size_to_tell_apart(points, variance)),
    }
