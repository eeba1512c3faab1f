"""Which touchpoints are measured, by customers or by the bank's own figures, and where nothing looks."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters, page, why
from components.coverage import grid, lint
from components.markdown import plain
from components.page import Context
from cx.bank.benchmarks import Benchmark
from cx.insight import coverage
from cx.insight.coverage import Asked, Cell, Counts, Map
from cx.measure.scope import Scope
from cx.survey.schema import Survey
from cx.words import Translator

DAYS = ("90", "30", "365")
_MOST = 10


def main(ctx: Context) -> None:
    """Answer, map, event coverage, where to begin, the check of links."""
    cards.style()
    st.html(grid.CSS)
    today = dt.date.today()
    surveys = tuple(survey for survey in ctx.bench.shelf.all() if survey.is_open(today))
    found = coverage.chart(ctx.model, surveys)
    if not found.cells:
        page.empty(ctx, "coverage.empty", "bank")
    _answer(ctx, found)
    journey, days = _chosen(ctx)
    scope = Scope(ctx.rights, today - dt.timedelta(days=int(days) - 1), today)
    counts = ctx.ask(coverage.counts, scope)
    _map(ctx, found, counts, journey, days)
    _events(ctx, found)
    _gaps(ctx, found, surveys, journey)
    _table(ctx, found, counts, journey)
    lint.show(ctx, found.findings, {survey.id: survey for survey in surveys})


def _answer(ctx: Context, found: Map) -> None:
    t = ctx.t
    signals = {signal: t.number(found.count(signal)) for signal in ("both", "survey", "indicator", "none")}
    said = [t("coverage.answer", n=t.number(len(found.cells)), measured=t.number(found.measured), **signals)]
    bare = [finding.place for finding in found.findings if finding.code == "no_measure" and finding.place]
    names = [f"{ctx.model.label('journey', p[0], t)} › {ctx.model.label('stage', p[1], t)}" for p in bare]
    listed = ("、" if t.lang == "zh" else ", ").join(names)
    said.append(t("coverage.answer_stages", names=plain(listed)) if names else t("coverage.answer_stages_all"))
    wrong = sum(finding.error for finding in found.findings)
    if wrong:
        said.append(t("coverage.answer_links", n=wrong))
    st.markdown(("" if t.lang == "zh" else " ").join(said))


def _chosen(ctx: Context) -> tuple[str, str]:
    t = ctx.t
    first, second = st.columns(2)
    with first:
        names = ("", *ctx.model.journeys)
        journey = filters.select(
            "journey", names, lambda j: ctx.model.label("journey", j, t) if j else t("coverage.journey_all"),
            t("coverage.journey"),
        )  # fmt: skip
    with second:
        days = filters.select("days", DAYS, lambda n: t("coverage.days_n", n=n), t("coverage.days"))
    return journey, days


def _map(ctx: Context, found: Map, counts: Counts, journey: str, days: str) -> None:
    t = ctx.t
    st.header(t("coverage.map_title"), anchor=False)
    for entry in ctx.model.journeys.values():
        if journey in ("", entry.id):
            own = [cell for cell in found.cells if cell.place[0] == entry.id]
            share = t("coverage.share", measured=len(own) - found.count("none", entry.id), n=len(own))
            st.markdown(f"**{plain(t.pick(entry.name))}** · {share}")
            st.html(grid.drawn(ctx, entry, found, counts))
    own = t("coverage.own") if ctx.rights.branches is not None else ""
    st.caption(f"{t('coverage.map_how', days=days)} {own}")
    with st.container(horizontal=True):
        for key, behind in zip(("coverage_ratings", "coverage_values"), counts.behind, strict=True):
            why.popover(ctx, key, behind, named=True)


def _events(ctx: Context, found: Map) -> None:
    t = ctx.t
    st.header(t("coverage.event_title"), anchor=False)
    now = ctx.ask(coverage.events, Scope(ctx.rights), ctx.model)
    if now.value is None:
        st.markdown(t("coverage.event_none", goal=t.number(now.goal)))
    else:
        verdict = t("coverage.event_met" if now.value >= now.goal else "coverage.event_missed")
        value = t.number(now.value, 1)
        st.markdown(
            t("coverage.event_answer", day=t.date(now.day), value=value, goal=t.number(now.goal), verdict=verdict)
        )
    named = sum(cell.events for cell in found.cells)
    if named:
        st.caption(t("coverage.event_touchpoints", n=named))


def _gaps(ctx: Context, found: Map, surveys: tuple[Survey, ...], journey: str) -> None:
    t = ctx.t
    st.header(t("coverage.gaps_title"), anchor=False)
    bare = [cell for cell in found.cells if cell.signal == "none" and journey in ("", cell.place[0])]
    if not bare:
        st.markdown(t("coverage.gaps_none"))
        return
    st.markdown(t("coverage.gaps_lead"))
    if not (ctx.may("surveys_edit") or ctx.may("upload")):
        comma = "、" if t.lang == "zh" else ", "
        names = comma.join(ctx.model.label("touchpoint", cell.place[2], t) for cell in bare)
        st.markdown(t("coverage.gap_tell", names=plain(names)))
        return
    for cell in bare[:_MOST]:
        journey_id, stage, touchpoint = cell.place
        where = " › ".join(ctx.model.label(d, v, t) for d, v in (("journey", journey_id), ("stage", stage)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(ctx.model.label('touchpoint', touchpoint, t))}** · {plain(where)}", width=430)
            near = _near(found, cell, surveys)
            if near is not None and ctx.may("surveys_edit"):
                label = t("coverage.gap_ask_in", survey=t.pick(near.title))
                page.link(ctx, "builder", label, {"survey": near.id})
            else:
                page.link(ctx, "builder", t("coverage.gap_ask"))
            page.link(ctx, "dictionary" if ctx.may("dictionary_edit") else "uploads", t("coverage.gap_indicator"))


def _near(found: Map, cell: Cell, surveys: tuple[Survey, ...]) -> Survey | None:
    """The survey in service that asks most about the same stage, else about the same journey."""
    for depth in (2, 1):
        ids = [one.survey.id for c in found.cells if c.place[:depth] == cell.place[:depth] for one in c.asked]
        if ids:
            most = max(sorted(set(ids)), key=ids.count)
            return next(survey for survey in surveys if survey.id == most)
    return None


def _table(ctx: Context, found: Map, counts: Counts, journey: str) -> None:
    t = ctx.t
    comma = "、" if t.lang == "zh" else ", "
    rows = [
        {
            t("coverage.col_touchpoint"): " · ".join(
                ctx.model.label(level, id, t) for level, id in (("touchpoint", cell.place[2]), ("stage", cell.place[1]))
            ),
            t("coverage.col_signal"): " · ".join((t(f"coverage.signal_{cell.signal}"), *grid.facts(ctx, cell, counts))),
            t("coverage.col_questions"): comma.join(_asked(a, t) for a in cell.asked),
            t("coverage.col_indicators"): comma.join(t.pick(ctx.model.indicators[i].name) for i in cell.indicators),
            t("stages.col_bench"): comma.join(t.pick(one.name) for one in _peers(ctx, cell)) or "–",
        }
        for cell in found.cells
        if journey in ("", cell.place[0])
    ]
    with st.expander(t("coverage.table_title"), icon=":material/table_rows:"):
        cards.words_table(rows, t("coverage.table_title"), t("coverage.signal_none"))


def _asked(one: Asked, t: Translator) -> str:
    return t("coverage.asked_in", survey=t.pick(one.survey.title), question=t.pick(one.question.label))


def _peers(ctx: Context, cell: Cell) -> list[Benchmark]:
    """Benchmarks of a touchpoint, or of an indicator there; whether they compare is said on the page of stages."""
    every = ctx.model.benchmarks.values()
    return [one for one in every if one.touchpoint == cell.place[2] or one.of in cell.indicators]


main(page.begin(__file__))
