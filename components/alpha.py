"""How well the ratings behind one score agree, in one quiet line; more on the page of weighting."""

from __future__ import annotations

from collections.abc import Collection

from components import cards
from components.page import Context
from cx.insight import reliability
from cx.measure.scope import Scope

MOST = 40  # questions of one scale


def note(ctx: Context, scope: Scope, surveys: Collection[str]) -> None:
    """Alpha of the longest scale of these surveys, of one that everyone is asked before others; silent where there is
    none, or too few answered all of it."""
    t = ctx.t
    there = (survey for survey in ctx.bench.shelf.all() if survey.id in surveys)
    whole = [one for one in reliability.scales_of(there) if len(one.items) <= MOST]
    for scale in sorted(whole, key=lambda one: (one.partly, -len(one.items))):
        found = ctx.ask(reliability.read, scope, scale.survey.id, scale.items)
        if found.alpha is None or found.verdict is None:
            continue
        numbers = {"raw": found.alpha.raw, "low": found.alpha.low, "high": found.alpha.high}
        cards.note(t(
            "weighting.alpha_line", survey=t.pick(scale.survey.title), items=len(scale.items), n=t.number(found.n),
            verdict=t(f"weighting.alpha_{found.verdict}"), **{name: t.number(x, 2) for name, x in numbers.items()},
        ))  # fmt: skip
        return
