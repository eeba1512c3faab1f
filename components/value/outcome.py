"""What an improvement may bring, in words and two charts."""

from __future__ import annotations

import math
import re

from components import cards, why
from components.page import Context
from cx.insight import value as cases
from cx.insight.value import Book, Case
from cx.measure import value
from cx.measure.scope import Scope
from cx.measure.value import SHARES, Outcome, Range
from cx.output.charts import value as charts
from cx.store import query

_HELD = re.compile("万 (?=[\u4e00-\u9fff])")
_KINDS = ("relational", "transactional", "competitive")


def money(ctx: Context, amount: float) -> str:
    """An amount to two leading digits: what is drawn from guesses is not known to the unit."""
    if math.isinf(amount):
        return "–"
    size = 10 ** max(int(math.floor(math.log10(abs(amount)))) - 1, 0) if amount else 1
    rounded = round(amount / size) * size
    if ctx.t.lang == "zh" and abs(rounded) >= 10_000:
        return ctx.t("value.ten_thousand", n=ctx.t.number(rounded / 10_000, 0 if abs(rounded) >= 100_000 else 1))
    return ctx.t.number(rounded)


def _told(ctx: Context, book: Book, key: str, **values: object) -> str:
    """A sentence with amounts in the bank's currency: 22 万元, not 22 万 元."""
    return _HELD.sub("万", ctx.t(key, currency=ctx.t.pick(book.currency), **values))


def said(ctx: Context, name: str, amount: float) -> str:
    """An input's value in its unit; an amount of money without its currency."""
    if name in SHARES:
        return ctx.t.percent(amount, 0 if amount * 100 == round(amount * 100) else 1)
    if name == "lift":
        return ctx.t("value.points", n=ctx.t.number(amount, 1).removesuffix(".0"))
    return money(ctx, amount) if name != "customers" else ctx.t.number(amount)


def priced(ctx: Context, book: Book, name: str, amount: float) -> str:
    """The same within a sentence: money with its currency."""
    told = said(ctx, name, amount)
    return told if name in (*SHARES, "lift", "customers") else _told(ctx, book, "value.priced", amount=told)


def answer(ctx: Context, book: Book, case: Case, found: Outcome) -> None:
    """Net benefit as a range, how sure a gain is, when it is paid back, and how much of it rests on assumptions."""
    t = ctx.t
    verdict = "sure" if found.gains >= 0.95 else "likely" if found.gains >= 0.5 else "unlikely"
    net = {"low": money(ctx, found.net.low), "high": money(ctx, found.net.high)}
    cards.said(_told(ctx, book, f"value.answer_{verdict}", years=case.years, **net, gains=t.percent(found.gains)))
    cards.said(
        t("value.return", low=_times(ctx, found.rox.low), high=_times(ctx, found.rox.high))
        + _payback(ctx, found.payback, case.years)
    )
    assumed = len(case.assumed)
    cards.note(
        t(
            "value.assumed" if assumed else "value.not_assumed",
            n=assumed,
            all=len(value.INPUTS),
            draws=t.number(value.DRAWS),
            seed=value.SEED,
        )
    )


def _times(ctx: Context, rox: float) -> str:
    return "–" if math.isinf(rox) else ctx.t.percent(rox)


def _payback(ctx: Context, found: Range, years: int) -> str:
    t = ctx.t
    if math.isinf(found.likely):
        return t("value.payback_never", years=years)
    ends = [t.number(12 * end) if not math.isinf(end) else "" for end in (found.low, found.likely, found.high)]
    key = "value.payback" if ends[2] else "value.payback_open"
    return t(key, low=ends[0], likely=ends[1], high=ends[2], years=years)


def groups(ctx: Context, book: Book, case: Case, found: Outcome) -> None:
    """Lifetime value of promoters, passives and detractors; of an average customer, by the bank's own shares."""
    t = ctx.t
    cards.heading(t("value.groups_title"))
    overlap = found.clv["promoter"].low <= found.clv["detractor"].high
    gap = found.gap
    key = "value.gap_open" if gap.low <= 0 else "value.gap"
    cards.said(_told(ctx, book, key, low=money(ctx, gap.low), high=money(ctx, gap.high), years=case.years))
    cards.chart(charts.groups(found, t, lambda amount: money(ctx, amount), t.pick(book.currency)), "clv")
    cards.note(t("value.groups_how", years=case.years) + (t("value.groups_overlap") if overlap else ""))
    _average(ctx, book, case)


def _average(ctx: Context, book: Book, case: Case) -> None:
    t = ctx.t
    kinds = ctx.ask(query.kinds, Scope(ctx.rights))
    kind = next((kind for kind in _KINDS if kind in kinds), None)
    if kind is None:
        return
    measured = ctx.ask(cases.shares, ctx.rights, kind)
    counts = measured.total.counts
    if measured.total.value is None:
        return
    ends = counts["promoters"], counts["detractors"]
    parts = [ends[0], measured.total.n - sum(ends), ends[1]]
    mean = value.average(case.ranges, parts, case.years)
    shares = {name: t.percent(n / sum(parts)) for name, n in zip(value.GROUPS, parts, strict=True)}
    ends_of = {"low": money(ctx, mean.low), "high": money(ctx, mean.high)}
    cards.said(_told(ctx, book, "value.average", kind=t(f"nps.kind_{kind}"), **ends_of, **shares))
    why.popover(ctx, "value_shares", measured, measured.total)


def levers(ctx: Context, book: Book, case: Case) -> None:
    """What moves the result most, and where it turns."""
    t = ctx.t
    cards.heading(t("value.levers_title"))
    moved = value.tornado(case.ranges, case.years)
    if not moved:
        cards.said(t("value.levers_none"))
        return
    top = moved[0]
    one = case.inputs[top.input].range
    cards.said(_told(
        ctx, book, "value.levers_said", name=t(f"value.input_{top.input}"), low=priced(ctx, book, top.input, one.low),
        high=priced(ctx, book, top.input, one.high), at_low=money(ctx, top.at_low), at_high=money(ctx, top.at_high),
    ))  # fmt: skip
    middle = value.outcome(value.likely(case.ranges), case.years, 1).net.likely

    def ends(lever: value.Lever) -> tuple[str, str]:
        inside = case.inputs[lever.input].range
        return said(ctx, lever.input, inside.low), said(ctx, lever.input, inside.high)

    cards.chart(
        charts.tornado(moved, middle, t, lambda amount: money(ctx, amount), ends, t.pick(book.currency)), "tornado"
    )
    cards.note(_told(ctx, book, "value.levers_how", middle=money(ctx, middle)))
    needed = value.break_even(case.ranges, case.years)
    lines = [
        t(
            f"value.even_{name}",
            value=priced(ctx, book, name, needed[name]),
            now=priced(ctx, book, name, case.inputs[name].range.likely),
        )
        for name in ("lift", "cause", "customers", "cost")
        if name in needed and (name != "cause" or needed[name] <= 1) and (name != "cost" or needed[name] > 0)
    ]
    comma, stop = ("；", "。") if t.lang == "zh" else ("; ", ".")
    cards.said(t("value.even_title") + comma.join(lines) + stop if lines else t("value.even_none"))
