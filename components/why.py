"""Why this number: definition, formula, base, what is left out, as-of day, versions, files, query, and a link to it."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from components import session
from components.markdown import plain
from components.page import Context
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Measured
from cx.words import Translator

PARAMETER = "why"
"""The name in the address of the explanation that a link opens."""
_SHOWN = "filters_shown"


def popover(
    ctx: Context, key: str, measured: Measured, estimate: Estimate | None = None, weights: str = "", sql: str = "",
    named: bool = False, within: str = "",
) -> None:  # fmt: skip
    """A quiet button that opens the explanation; nothing is asked of the data before it is opened.

    ``weights``: how they came about, where the number is weighted, and the ``sql`` of the cells that got them.
    ``within``: which part of what the query finds the number is about, where it is not all.
    ``named``: the button says the metric, where several stand together.
    """
    t, name = ctx.t, f"why_{key}"
    if st.query_params.get(PARAMETER) == key:  # a link to this explanation: open it once
        session.put(name, True)
        st.query_params.pop(PARAMETER)
    label = f"{t('why.open')} · {t(f'metric.{measured.metric.name}')}" if named else t("why.open")
    opened = st.popover(label, type="tertiary", icon=":material/help:", key=name, on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.markdown(f"**{t(f'metric.{measured.metric.name}')}**")
        st.markdown(t(f"metric.{measured.metric.name}_about"))
        facts = _facts(ctx, measured, estimate)
        if within:
            facts["within"] = plain(within)
        if weights:
            facts["weights"] = plain(weights)
        colon = "：" if t.lang == "zh" else ": "
        st.markdown("\n".join(f"- {t(f'why.{fact}')}{colon}{text}" for fact, text in facts.items() if text))
        _query(ctx, measured, sql)
        st.caption(t("why.link"))
        st.code(link(key), language=None, wrap_lines=True)


def rows(ctx: Context, measured: Measured, key: str = "all_rows") -> str:
    """What the rows of a query are to the number (``all_rows``: it is of all together; ``each_row``: every cell of the
    picture is one; ``rows_but_whole``: of all but the one without any of these)."""
    by = " × ".join(ctx.t(f"dimension.{name}") for name in measured.by)
    return ctx.t(f"why.{key}", by=by)


def link(key: str) -> str:
    """The address of this view with its filters, which opens the explanation ``key``."""
    path = st.context.url or ""
    where, shown = session.get(_SHOWN, ("", {}))
    defaults = shown if where == path else {}
    return f"{path}?{urlencode({**defaults, **st.query_params.to_dict(), PARAMETER: key})}"


def shown(**values: str | None) -> None:
    """What a page's filters say without being in the address, such as the period that is the default today: a link says
    it, or it would show another view in another month."""
    kept = {name: value for name, value in values.items() if value}
    session.put(_SHOWN, (st.context.url or "", kept))


def _facts(ctx: Context, measured: Measured, estimate: Estimate | None) -> dict[str, str]:
    t, scope, metric = ctx.t, measured.scope, measured.metric
    found = ctx.ask(query.provenance, measured)
    rules = t("why.rules", minimum=scope.minimum_base, small=scope.small_base)
    return {
        "formula": plain(_formula(ctx, measured)),
        "scope": plain(_scope(ctx, scope)),
        "voice": t(f"why.voice_{scope.voice}") if metric.view != "v_indicator" else "",
        "base": base(estimate, measured, t) if estimate else "",
        "as_of": t.date(found.as_of.date()) if found.as_of else "",
        "versions": ", ".join(found.versions),
        "sources": plain(", ".join(_source(source, t) for source in found.sources)),
        "left_out": t.number(found.left_out) if found.left_out else "",
        "hidden_rules": rules if metric.privacy else "",
    }


def _formula(ctx: Context, measured: Measured) -> str:
    """How it is computed; of a single indicator, as the dictionary says."""
    t, metric = ctx.t, measured.metric
    ids = [id for name, values in measured.scope.where if name == "indicator" for id in values]
    entry = ctx.model.indicators.get(ids[0]) if len(ids) == 1 else None
    if entry is not None:
        said = t("why.indicator_formula", formula=entry.formula or "–", version=entry.version or "–")
        return f"{ctx.model.label('indicator', entry.id, t)} = {said}"
    return t(f"metric.{metric.name}_formula") if t.has(f"metric.{metric.name}_formula") else ""


def _scope(ctx: Context, scope: Scope) -> str:
    t = ctx.t
    parts = []
    if scope.start or scope.end:
        parts.append(t("filters.range", start=t.date(scope.start), end=t.date(scope.end)))
    if scope.nps_kind:
        parts.append(t(f"nps.kind_{scope.nps_kind}"))
    for name, values in scope.where:
        if len(values) <= 3:
            names = "/".join(ctx.model.label(name, value, t) for value in values)
            parts.append(f"{t(f'dimension.{name}')} {names}")
        else:
            parts.append(t("why.several", dimension=t(f"dimension.{name}"), n=len(values)))
    parts.append(t("why.whole_bank" if scope.rights.branches is None else "why.own_branches"))
    return " · ".join(parts)


def _query(ctx: Context, measured: Measured, more: str) -> None:
    t = ctx.t
    st.caption(t("why.sql"))
    st.code(measured.sql, language="sql", wrap_lines=True)
    if more:
        st.caption(t("why.sql_weights"))
        st.code(more, language="sql", wrap_lines=True)
    st.caption(t("why.parameters"))
    st.code("\n".join(str(p) for p in measured.parameters) or t("why.none"), language=None, wrap_lines=True)


def base(estimate: Estimate, measured: Measured, t: Translator) -> str:
    """The base in words: responses, or ratings and people; marked when small, silent when hidden."""
    if estimate.state in ("hidden", "empty"):
        return t(f"why.{estimate.state}")
    if measured.scope.voice == "walk" and "respondents" in estimate.counts:
        return t("why.base_walks", n=t.number(estimate.n), people=t.number(estimate.counts["respondents"]))
    if "respondents" in estimate.counts:
        return t("why.base_people", n=t.number(estimate.n), people=t.number(estimate.counts["respondents"]))
    if estimate.state == "small":
        return t("why.base_small", n=t.number(estimate.n), small=measured.scope.small_base)
    return t("why.base_n", n=t.number(estimate.n))


def _source(source: str, t: Translator) -> str:
    return t(f"why.source_{source}") if t.has(f"why.source_{source}") else source
