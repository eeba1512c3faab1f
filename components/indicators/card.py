"""One indicator in full: its series, what moved it branch by branch, its definition, and values that were corrected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import streamlit as st

from components import cards, freshness, meanings, page, why
from components.indicators import words
from components.indicators.compare import Compared
from components.markdown import plain
from components.page import Context
from components.stages import benchmarks as stage_benchmarks
from components.stages import figures
from cx.bank.model import Indicator
from cx.insight import benchmarks, indicator_values
from cx.insight.benchmarks import Band
from cx.insight.tree import Leaf
from cx.measure.index import Effects
from cx.output.charts import indicators as charts
from cx.output.charts import theme
from cx.store import revisions
from cx.store.query import Measured

_FACTORS = {"%": 100, "per_10k": 10_000}


def show(ctx: Context, leaf: Leaf, part: Decimal | None, compared: Compared, unlike: bool = False) -> None:
    """The card of the chosen indicator; ``part`` is what it moved the index by, as shown elsewhere on the page.
    ``unlike``: its meaning changed between what is compared."""
    t, each = ctx.t, leaf.indicator
    with st.container(border=True):
        st.header(t("indicators.card_title", name=plain(t.pick(each.name))), anchor=False)
        _now(ctx, leaf, None if unlike else part, compared)
        if each.computed and each.id not in ctx.model.formulas:
            st.warning(t("indicators.card_broken"), icon=":material/warning:")
        found = ctx.ask(indicator_values.series, compared.scope, ctx.model, each.id)
        if found.points:
            values = [estimate.value for _, estimate in found.points]
            digits = words.digits(values[-1])
            chart = charts.series(found, _lines(ctx, each), t, digits, meanings.of(ctx, each.id))
            cards.chart(chart, "indicator_series")
        meanings.note(ctx, each.id)
        if unlike:
            st.caption(t("indicators.card_unlike"))
        elif compared.mode == "period" and compared.other and not each.computed:
            _branches(ctx, leaf, compared)
        left, right = st.columns(2, gap="large")
        with left:
            heads = t("indicators.field"), t("indicators.definition")
            rows = [dict(zip(heads, pair, strict=True)) for pair in _definition(ctx, each)]
            cards.words_table(rows, t("indicators.definition"))
        with right:
            _history(ctx, each, compared)


def _now(ctx: Context, leaf: Leaf, part: Decimal | None, compared: Compared) -> None:
    t, each = ctx.t, leaf.indicator
    behind = ctx.ask(indicator_values.behind, compared.scope, ctx.model, each.id)
    facts = [t("indicators.card_facts", n=t.number(leaf.now.n))]
    verdict = t(f"indicators.{leaf.verdict}") if leaf.now.value is not None else t("indicators.standing_missing")
    st.html(
        cards.figure(
            f"{compared.period} · {compared.unit}",
            words.amount(ctx, each, leaf.now.value),
            " · ".join(fact for fact in (verdict, *facts) if fact),
        )
    )
    if leaf.standing == "scored" and each.scale:
        st.caption(
            t(
                "indicators.card_score", score=t.number(float(leaf.score or 0)), share=t.percent(float(leaf.share), 1),
                zero=words.amount(ctx, each, each.scale.zero), full=words.amount(ctx, each, each.scale.full),
                part=words.points(ctx, part, signed=True),
            )
        )  # fmt: skip
    else:
        st.caption(t(f"indicators.standing_{leaf.standing}"))
    st.caption(plain(_base(ctx, each, behind)))
    st.html(freshness.CSS + freshness.badge(ctx, each.id))
    if leaf.now.value is not None:
        _peers(ctx, leaf, compared)
    with st.container(horizontal=True):
        why.popover(ctx, f"indicator_{each.id}", behind)
        page.link(ctx, "dictionary", t("indicators.to_dictionary"), {"view": "edit", "indicator": each.id})


def _peers(ctx: Context, leaf: Leaf, compared: Compared) -> None:
    """The range of other banks, or why there is none to set this value against."""
    t, name = ctx.t, leaf.indicator.id
    found = benchmarks.of(ctx.model, name, compared.scope.narrowed(indicator=name), dt.date.today())
    if found is None:
        return
    if isinstance(found, Band):
        side = t(f"stages.side_{found.side(leaf.now.value)}")
        peers = figures.band(ctx, found.benchmark.low, found.benchmark.high, ctx.model.unit(name, t))
        st.caption(t("stages.bench_card", band=peers, side=side))
    else:
        reasons = [stage_benchmarks.reason(ctx, each) for each in found.why]
        mark = "：" if t.lang == "zh" else ": "
        st.caption(t("stages.bench_card_not") + mark + ("；" if t.lang == "zh" else "; ").join(reasons))


def _base(ctx: Context, each: Indicator, behind: Measured) -> str:
    """What the value was added up from."""
    t = ctx.t
    if each.computed:
        values = {cell.key[0]: cell.estimate for cell in behind.cells}
        parts = [
            f"{ctx.model.label('indicator', name, t)} "
            + words.amount(ctx, ctx.model.indicators[name], values[name].value if name in values else None)
            for name in (ctx.model.formulas[each.id].parts if each.id in ctx.model.formulas else ())
        ]
        return t("indicators.card_parts", parts=words.listed(ctx, parts) or "–")
    counts = behind.total.counts
    if not counts.get("denominator") or counts["with_base"] != counts["n"]:
        return t("indicators.card_plain")
    numerator = float(counts["weighted"]) / _FACTORS.get(each.unit, 1)
    return t(
        "indicators.card_base", denominator=t.number(float(counts["denominator"])), what=each.denominator or "–",
        numerator=t.number(numerator), top=each.numerator or "–",
    )  # fmt: skip


def _lines(ctx: Context, each: Indicator) -> dict[str, tuple[float, str]]:
    """Target and thresholds as levels of the chart."""
    levels = {"target": (each.target, theme.GOOD), "watch": (each.thresholds.get("watch"), theme.SERIES[0]),
              "alarm": (each.thresholds.get("alarm"), theme.BAD)}  # fmt: skip
    return {
        ctx.t(f"indicators.{name}_line", value=words.amount(ctx, each, level)): (level, colour)
        for name, (level, colour) in levels.items()
        if level is not None
    }


def _branches(ctx: Context, leaf: Leaf, compared: Compared) -> None:
    assert compared.other is not None
    t, each = ctx.t, leaf.indicator
    found: Effects[str | None] | None = ctx.ask(
        indicator_values.by_branch, compared.scope, compared.other, ctx.model, each.id
    )
    if found is None or len(found.rate) < 2:
        return
    st.markdown(f"**{t('indicators.branches_title')}**")
    digits = max(2, words.digits(leaf.now.value))

    def told(part: Fraction) -> str:
        return t.number(float(part), digits, signed=True)

    more = sum(found.availability.values(), Fraction(0))
    st.markdown(
        t(
            "indicators.branches_answer", before=words.amount(ctx, each, float(found.before)),
            after=words.amount(ctx, each, float(found.after)), rate=told(sum(found.rate.values(), Fraction(0))),
            mix=told(sum(found.mix.values(), Fraction(0))),
            more=t("indicators.branches_more", availability=told(more)) if found.availability else "",
        )
    )  # fmt: skip
    chart = charts.branches(
        found, lambda b: ctx.model.label("branch", b, t) if b else t("indicators.bank_value"),
        each.direction == "lower", t, digits,
    )  # fmt: skip
    cards.chart(chart, "indicator_branches")
    st.caption(t("indicators.branches_how"))


def _definition(ctx: Context, each: Indicator) -> list[tuple[str, str]]:
    t = ctx.t
    path = tuple(part for part in (each.journey, each.stage, each.touchpoint) if part)

    def pair(first: float | None, second: float | None) -> str:
        if first is None and second is None:
            return ""
        return f"{words.amount(ctx, each, first)} / {words.amount(ctx, each, second)}"

    fields = {
        "id": each.id, "place": words.way(ctx, path), "formula": each.formula, "computed": each.computed,
        "numerator": each.numerator, "denominator": each.denominator, "unit": ctx.model.unit(each.id, t),
        "direction": t(f"indicators.direction_{each.direction}"), "grain": t(f"indicators.grain_{each.grain}"),
        "target": "" if each.target is None else words.amount(ctx, each, each.target),
        "thresholds": pair(each.thresholds.get("watch"), each.thresholds.get("alarm")),
        "scale": pair(each.scale.zero, each.scale.full) if each.scale else t("indicators.standing_no_scale"),
        "weight": t.number(each.weight, words.digits(each.weight)), "limits": pair(each.low, each.high),
        "owner": each.owner, "source": each.source, "refresh": each.refresh, "version": each.version,
    }  # fmt: skip
    return [(t(f"indicators.field_{name}"), text) for name, text in fields.items() if text]


def _history(ctx: Context, each: Indicator, compared: Compared) -> None:
    """Values that a later upload replaced, within the unit of the page and all its periods."""
    t = ctx.t
    st.markdown(f"**{t('indicators.history_title')}**")
    found = ctx.ask(revisions.revisions, compared.scope.between(None, None), each.id)
    if not found:
        st.caption(t("indicators.history_none"))
        return
    rows = [
        {
            t("indicators.history_day"): t.period(one.day, each.grain),
            t("indicators.history_unit"): ctx.model.label("branch", one.branch, t)
            if one.branch
            else t("indicators.bank_value"),
            t("indicators.history_old"): words.amount(ctx, each, one.old),
            t("indicators.history_new"): words.amount(ctx, each, one.new),
            t("indicators.history_file"): one.file or "–",
            t("indicators.history_when"): t.time(one.loaded_at) if one.loaded_at else "–",
        }
        for one in found
    ]
    cards.words_table(rows, t("indicators.history_title"))
    if len(found) == revisions.MOST:
        st.caption(t("indicators.history_many", n=revisions.MOST))
