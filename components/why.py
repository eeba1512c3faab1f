"""Why this number: definition, base, as-of day, survey versions, sources, and the query that was run."""

from __future__ import annotations

import streamlit as st

from components.markdown import plain
from components.page import Context
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Measured
from cx.words import Translator


def popover(ctx: Context, key: str, measured: Measured, estimate: Estimate | None = None) -> None:
    """A quiet button that opens the explanation; nothing is asked of the data before it is opened."""
    t = ctx.t
    opened = st.popover(t("why.open"), type="tertiary", icon=":material/help:", key=f"why_{key}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.markdown(f"**{t(f'metric.{measured.metric.name}')}**")
        st.markdown(t(f"metric.{measured.metric.name}_about"))
        found = ctx.ask(query.provenance, measured)
        scope = measured.scope
        facts = {
            "voice": t(f"why.voice_{scope.voice}") if measured.metric.view != "v_indicator" else None,
            "base": base(estimate, measured, t) if estimate else None,
            "as_of": t.date(found.as_of.date()) if found.as_of else None,
            "versions": ", ".join(found.versions),
            "sources": plain(", ".join(_source(source, t) for source in found.sources)),
            "left_out": t.number(found.left_out) if found.left_out else None,
        }
        st.markdown("\n".join(f"- {t(f'why.{name}')}: {text}" for name, text in facts.items() if text))
        rules = t("why.rules", minimum=scope.minimum_base, small=scope.small_base)
        st.caption(rules if measured.metric.privacy else "")
        st.caption(t("why.sql"))
        st.code(measured.sql, language="sql", wrap_lines=True)
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
