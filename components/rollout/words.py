"""A rollout in words: values of a win's metric, its effect with interval, why to expect less."""

from __future__ import annotations

from components.page import Context
from cx.act import telling
from cx.act.rollout import Branch, Effect, Field, Win


def value(ctx: Context, win: Win, number: float | None, signed: bool = False) -> str:
    """A value of the win's metric with its unit."""
    return telling.value(ctx.t, win.charter, number, ctx.model, signed)


def effect(ctx: Context, win: Win, found: Effect) -> str:
    """What the proof found, with its interval."""
    low, high = (
        value(ctx, win, end, signed=True) if end is not None else ctx.t("rollout.open")
        for end in (found.low, found.high)
    )
    return ctx.t("rollout.effect", value=value(ctx, win, found.value, signed=True), low=low, high=high)


def expected(ctx: Context, field: Field) -> list[str]:
    """What may be expected of the other branches, and what speaks for less."""
    t, win = ctx.t, field.win
    said = [
        t("rollout.expected", effect=effect(ctx, win, win.effect), metric=telling.metric(t, win.charter, ctx.model))
    ]
    if not win.effect.controlled:
        said.append(t("rollout.no_controls"))
    if field.chosen_for_pain:
        before, others = (value(ctx, win, each.value) for each in (field.before, field.others))
        said.append(t("rollout.regression", before=before, others=others))
    if outside := sum(branch.outside for branch in field.branches):
        said.append(t("rollout.outside", n=t.number(outside)))
    if field.spread is None:
        said.append(t("rollout.no_spread"))
    if field.trials:
        names = ("、" if t.lang == "zh" else ", ").join(ctx.model.label("branch", branch, t) for branch in field.trials)
        said.append(t("rollout.trials", names=names))
    return said


def level(ctx: Context, win: Win, branch: Branch) -> str:
    """Where a branch stands: as measured, and drawn towards the mean; marked where it stands beyond all pilots."""
    t = ctx.t
    if branch.level is None:
        return t("rollout.unknown")
    said = value(ctx, win, branch.level)
    if branch.drawn is not None:
        said = t("rollout.level", level=said, drawn=value(ctx, win, branch.drawn), n=t.number(branch.n))
    return said + (t("rollout.outside_mark") if branch.outside else "")
