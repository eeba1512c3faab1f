"""Drivers as read: the answer, importance × performance, the table, and how it was worked out."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import cards, page, why
from components.drivers import ask
from components.drivers.words import Names
from components.markdown import plain
from components.page import Context
from cx.insight.drivers_shape import INFLATED, LEAST, PAIR, PER_DRIVER, Driver, Study
from cx.measure.scope import Scope
from cx.output.charts import drivers as charts
from cx.store import query


def answer(ctx: Context, study: Study, names: Names) -> None:
    """What matters most, in a sentence, how sure, and what to do first."""
    t, total, outcome = ctx.t, len(study.drivers), plain(names.outcome(study.outcome))
    if study.draws < study.wanted:
        _stopped(ctx, study)
    if study.noise:
        text = t("drivers.answer_noise", total=total, outcome=outcome)
    elif not study.vital:
        text = t("drivers.answer_none", total=total, outcome=outcome)
    else:
        told = names.joined(
            t("drivers.answer_name", name=plain(names.of[one.question]), sure=plain(sure(ctx, one)))
            for one in study.few
        )
        key, together = ("answer_one" if study.vital == 1 else "answer"), t.percent(study.together)
        text = t(f"drivers.{key}", total=total, outcome=outcome, k=study.vital, names=told, together=together)
    st.markdown(text)
    if study.vital and not study.noise:
        _next(ctx, study, names)
    _facts(ctx, study, names)


def _next(ctx: Context, study: Study, names: Names) -> None:
    fix = fixes(study)
    key, chosen = ("next_fix", fix) if fix else ("next_keep", tuple(one for one in study.few if one.alone > 0))
    if chosen:
        cards.said(ctx.t(f"drivers.{key}", names=names.joined(names.of[one.question] for one in chosen)))
    if turned := [names.of[one.question] for one in study.few if one.alone < 0]:
        cards.said(ctx.t("drivers.against", names=names.joined(turned), outcome=names.outcome(study.outcome)))


def fixes(study: Study) -> tuple[Driver, ...]:
    """The vital few that are rated below average, most important first."""
    return tuple(one for one in study.few if charts.quadrant(one, study) == "fix")


def _facts(ctx: Context, study: Study, names: Names) -> None:
    t, total = ctx.t, len(study.drivers)
    parts = [
        t("drivers.facts", n=t.number(study.n), total=total, outcome=names.outcome(study.outcome),
          explained=t.percent(study.explained)),
        t("drivers.sure_how", draws=t.number(study.draws), k=study.vital) if study.vital
        else t("drivers.sure_none", draws=t.number(study.draws)),
        t("drivers.not_cause"),
    ]  # fmt: skip
    if study.left_out:
        parts.append(t("drivers.left_out", n=len(study.left_out)))
    if study.older:
        parts.append(t("drivers.older", versions=names.joined(study.older)))
    if ctx.rights.branches is not None:
        parts.append(t("drivers.small_branch"))
    cards.note(("" if t.lang == "zh" else " ").join(parts))
    why.popover(ctx, "drivers", study.measured)


def _stopped(ctx: Context, study: Study) -> None:
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(t("drivers.stopped", done=t.number(study.draws), wanted=t.number(study.wanted)), icon=":material/stop:")
        st.button(t("drivers.go_on"), key="drivers_go_on", on_click=ask.go_on)


def sure(ctx: Context, driver: Driver) -> str:
    """How sure, never rounded up to certainty."""
    if driver.sure > 0.99:
        return ">99%"
    return "<1%" if driver.sure < 0.01 else ctx.t.percent(driver.sure)


def matrix(ctx: Context, study: Study, name: Callable[[Driver], str]) -> None:
    """Importance × performance."""
    cards.heading(ctx.t("drivers.chart_title"))
    cards.chart(charts.matrix(study, ctx.t, name), "drivers_matrix")
    cards.note(ctx.t("drivers.chart_how"))


def table(ctx: Context, study: Study, names: Names) -> None:
    """Every driver with weight, ranks, certainty, satisfaction and base."""
    t = ctx.t
    cards.heading(t("drivers.table_title"))
    cards.words_table([_row(ctx, study, one, names) for one in study.drivers], t("drivers.table_title"))


def _row(ctx: Context, study: Study, one: Driver, names: Names) -> dict[str, str]:
    t = ctx.t
    mean = one.mean
    score = t("nps.plus_minus", value=t.number(mean.value, 2), reach=t.number(mean.plus_minus, 2))
    row = {
        t("drivers.col_name"): names.of[one.question],
        t("drivers.col_weight"): _range(ctx, t.percent(one.weight, 1), t.percent(one.low, 1), t.percent(one.high, 1)),
        t("drivers.col_rank"): t("drivers.rank_range", value=one.rank, low=one.ranks[0], high=one.ranks[1]),
        t("drivers.col_sure", k=study.vital): sure(ctx, one),
        t("drivers.col_mean"): "–" if mean.value is None else score,
        t("drivers.col_base"): t("drivers.base_reach", n=t.number(one.n), reach=t.percent(one.reach)),
        t("drivers.col_quadrant"): t(f"drivers.quadrant_{charts.quadrant(one, study)}"),
    }
    if not study.vital:
        del row[t("drivers.col_sure", k=0)]
    for column, value in (("lmg", one.lmg), ("logit", one.logit)):
        if value is not None:
            row[t(f"drivers.col_{column}")] = t.percent(value, 1)
    return row


def _range(ctx: Context, value: str, low: str, high: str) -> str:
    return ctx.t("drivers.range", value=value, low=low, high=high)


def method(ctx: Context, study: Study, names: Names, chosen: tuple[str, ...]) -> None:
    """How it was worked out and what was left out; bases of pairs; the query."""
    t = ctx.t
    with st.expander(t("drivers.method"), icon=":material/functions:"):
        lines = [t("drivers.method_weights", explained=t.number(study.explained, 3)), *_checks(ctx, study)]
        least = min(min(row) for row in study.pairs)
        lines += [
            t("drivers.method_missing", complete=t.number(study.complete), least=t.number(least)),
            t("drivers.method_draws", draws=t.number(study.draws), failed=study.failed, total=len(study.drivers)),
            t("drivers.method_refused", least=LEAST, per=PER_DRIVER, vif=t.number(INFLATED)),
        ]
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
        left = [*study.left_out, *((question, "chosen") for question in chosen)]
        if left:
            st.markdown(f"**{t('drivers.left_title')}**")
            said = (t(f"drivers.left_{why}", name=names.of[id], least=LEAST, pair=PAIR) for id, why in left)
            st.markdown("\n".join(f"- {plain(line)}" for line in said))
        st.markdown(f"**{t('drivers.pairs_title')}**")
        short = [names.of[one.question] for one in study.drivers]
        rows = [{t("drivers.col_name"): name} | dict(zip(short, row, strict=True))
                for name, row in zip(short, study.pairs, strict=True)]  # fmt: skip
        cards.table(rows, "drivers_pairs", t("drivers.pairs_title"))


def _checks(ctx: Context, study: Study) -> list[str]:
    """How far two other methods differ, where they were tried."""
    t, found = ctx.t, []
    for check in ("lmg", "logit"):
        pairs = [(one.weight, getattr(one, check)) for one in study.drivers if getattr(one, check) is not None]
        if pairs:
            most = t.percent(max(abs(weight - other) for weight, other in pairs), 1)
            found.append(t(f"drivers.method_{check}", most=most, n=t.number(study.complete)))
    return found


def ways_on(ctx: Context, study: Study, names: Names) -> None:
    """A quick win for what to improve first; what customers say."""
    first = next(iter(fixes(study) or study.few or study.drivers))
    with st.container(horizontal=True):
        name = names.of[first.question]
        if first.touchpoint:
            page.link(ctx, "quick_wins", ctx.t("journey.plan_for", name=name), {"touchpoint": first.touchpoint})
        said = ctx.ask(query.contents, Scope(ctx.rights), ("touchpoint",), "comment_negative").values["touchpoint"]
        if first.touchpoint in said:
            there = {"touchpoint": first.touchpoint, "kind": "any", **_period()}
            page.link(ctx, "voices", ctx.t("drivers.to_comments_of", name=name), there)
        else:
            page.link(ctx, "voices", ctx.t("drivers.to_comments"), _period())


def _period() -> dict[str, str]:
    """The period of this view, for a link to another; nothing where it is the usual one."""
    now = st.query_params.get("period")
    return {"period": now} if now else {}
