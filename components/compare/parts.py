"""What the views of fair comparison share: the metrics with data, names of units, amounts, lists of names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from components import cards, filters, page, survey_names
from components.filters import Chosen
from components.page import Context
from cx.insight.compare import METRICS
from cx.measure.metrics import Metric
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query

MOST_NAMED = 6


def metrics(ctx: Context) -> tuple[str, ...]:
    """The metrics of which there are answers under these rights."""
    return tuple(name for name in METRICS if ctx.ask(query.contents, Scope(ctx.rights), (), name).n)


def choose(
    ctx: Context, offered: Sequence[str], row: Sequence[str], more: Sequence[str], within: Scope | None = None
) -> Chosen | None:
    """The filters with the metric before them; NPS one kind at a time."""
    metric = filters.chosen_of("metric", offered)
    extra = [("metric", offered, lambda m: ctx.t(f"compare.metric_{m}"))]
    return filters.choose(ctx, metric, kinds=metric == "nps", extra=extra, row=row, more=more, within=within)


def competitive(ctx: Context, chosen: Chosen) -> bool:
    """Whether competitive NPS is chosen, which is not compared here; then says so and where it is."""
    if chosen.scope.nps_kind != "competitive":
        return False
    cards.said(ctx.t("compare.competitive"))
    page.link(ctx, "nps", ctx.t("compare.to_nps"), {"kind": "competitive"})
    return True


def people(ctx: Context, total: Estimate) -> str:
    """Small print where somebody gave several answers: errors are of people."""
    if total.value is None or total.base == total.n:
        return ""
    return ctx.t("compare.people_how", n=ctx.t.number(total.n), people=ctx.t.number(total.base))


def names(ctx: Context, dimensions: Sequence[str]) -> Callable[[tuple[Any, ...]], str]:
    """How units of these dimensions are called: surveys by their titles, versions after them."""

    def one(dimension: str, value: str | None) -> str:
        if dimension == "survey_id" and value is not None:
            survey = ctx.bench.shelf.get(value)
            return survey_names.named(ctx, survey) if survey else value
        return ctx.model.label(dimension, value, ctx.t)

    return lambda key: " ".join(one(name, value) for name, value in zip(dimensions, key, strict=True))


def amounts(ctx: Context, metric: Metric) -> Callable[[float | None], str]:
    """A value in the metric's unit, means and shares with one decimal more than on cards."""
    fine = metric.unit in ("mean", "share")
    return lambda value: cards.amount(value, metric, ctx.t, fine=fine)


def moved(ctx: Context, metric: Metric, diff: float | None, signed: bool = True) -> str:
    """A difference with its unit: points of NPS, percentage points of shares."""
    value = bare(ctx, metric, abs(diff) if diff is not None and not signed else diff, signed)
    key = {"share": "compare.points_share", "points": "compare.points"}.get(metric.unit)
    return ctx.t(key, value=value) if key else value


def bare(ctx: Context, metric: Metric, diff: float | None, signed: bool = True) -> str:
    """A difference without its unit, for a column of a table."""
    factor = 100 if metric.unit == "share" else 1
    return ctx.t.number(None if diff is None else factor * diff, 2 if metric.unit == "mean" else 1, signed)


def listed(ctx: Context, found: Sequence[str], most: int = MOST_NAMED) -> str:
    """Names in a sentence, the rest as a number."""
    comma = "、" if ctx.t.lang == "zh" else ", "
    text = comma.join(found[:most])
    return text if len(found) <= most else ctx.t("compare.and_more", names=text, n=len(found) - most)
