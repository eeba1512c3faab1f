"""What the indicator page compares: two periods, or a branch with others; read from the address, told in words."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import filters
from components.filters import Chosen
from components.page import Context
from cx.insight import tree
from cx.measure.scope import Scope

MODES = ("period", "branch")


@dataclass(frozen=True)
class Compared:
    """Two scopes and their names. ``other`` None: nothing to compare with; ``unit`` whose index it is."""

    mode: str
    scope: Scope
    other: Scope | None
    now: str
    then: str
    unit: str
    period: str

    @property
    def undecided(self) -> bool:
        """Whether branches are to be compared and none is chosen."""
        return self.mode == "branch" and self.other is None


def choose(ctx: Context, chosen: Chosen) -> Compared:
    """Draw the two controls and say what they mean; the second only where branches are compared."""
    t = ctx.t
    left, right = st.columns([0.42, 0.58], vertical_alignment="bottom")
    branches = chosen.contents.values["branch"]
    mode = "period"
    if len(branches) > 1:
        with left:
            mode = filters.pick("compare", MODES, lambda m: t(f"indicators.compare_{m}"), t("indicators.compare"))
    period = filters.period_name(ctx, chosen.period)
    picked = next((values[0] for name, values in chosen.scope.where if name == "branch"), "")
    unit = ctx.model.label("branch", picked, t) if picked else _everybody(ctx, chosen)
    if mode == "period":
        before = chosen.period.before
        other = chosen.scope.between(before.start, before.end) if before else None
        return Compared(
            mode, chosen.scope, other, period, filters.period_name(ctx, before) if before else "", unit, period
        )
    if not picked:
        return Compared(mode, chosen.scope, None, unit, "", unit, period)
    with right:
        against = _against(ctx, [branch for branch in branches if branch != picked], chosen)
    other = tree.whole(chosen.scope, [against] if against else branches)
    name = ctx.model.label("branch", against, t) if against else _peers(ctx, chosen)
    return Compared(mode, chosen.scope, other, unit, name, unit, period)


def _against(ctx: Context, others: list[str], chosen: Chosen) -> str:
    everybody = _peers(ctx, chosen)
    return filters.select(
        "against", ("", *others), lambda b: ctx.model.label("branch", b, ctx.t) if b else everybody,
        ctx.t("indicators.against"), titled=True,
    )  # fmt: skip


def _everybody(ctx: Context, chosen: Chosen) -> str:
    """Whose numbers the scope holds where no branch is chosen."""
    region = next((values[0] for name, values in chosen.scope.where if name == "region"), "")
    if region:
        return ctx.model.label("region", region, ctx.t)
    own = ctx.rights.branches
    if own is not None and len(own) == 1:
        return ctx.model.label("branch", next(iter(own)), ctx.t)
    return ctx.t("indicators.whole_bank" if own is None else "indicators.my_branches")


def _peers(ctx: Context, chosen: Chosen) -> str:
    if ctx.rights.branches is not None:
        return ctx.t("indicators.my_branches")
    narrowed = any(name != "branch" for name, _ in chosen.scope.where)
    return ctx.t("indicators.same_branches" if narrowed else "indicators.all_branches")
