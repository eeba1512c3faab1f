"""The weighted figure beside the unweighted one: one quiet line, where a customer base is known and fits."""

from __future__ import annotations

from components import cards, page
from components.page import Context
from components.weighting import shares
from cx.insight import weighting as insight
from cx.measure.scope import Scope


def line(ctx: Context, scope: Scope, metric: str = "nps") -> None:
    """Say both figures; nothing where the scope is not the whole bank's, or where nothing can be weighted."""
    known = shares.base(ctx) if insight.fits(scope) else None
    found = ctx.ask(insight.weigh, scope, known, metric) if known else None
    if found is None or found.cost is None or found.move.verdict == "too_few":
        return
    t, entry = ctx.t, found.metric
    said = t(
        "weighting.line", by=shares.listed(ctx, found.by), weighted=cards.number(found.weighted, entry, t),
        verdict=t(f"weighting.line_{found.move.verdict}"),
    )  # fmt: skip
    page.link(ctx, "weighting", said, {"kind": scope.nps_kind} if scope.nps_kind else None)
