"""Chapter: do customers recommend us? One NPS kind at a time."""

from __future__ import annotations

from dataclasses import replace

from reportlab.platypus import Flowable

from cx.act.charter import NPS_KINDS
from cx.insight import nps
from cx.insight.nps import Breakdown, Headline, Row
from cx.measure.scope import Scope
from cx.output import charts
from cx.output.charts import theme
from cx.output.report.paper import CHART, FULL_PAGE, Cell
from cx.output.report.sheet import Sheet
from cx.store import query

BREAKDOWNS = ("region", "branch", "channel", "segment")
ON_A_PAGE = 26  # units of a ranking that fit on one page with its heading


def kinds(sheet: Sheet) -> list[tuple[str, Scope, Headline]]:
    """The NPS kinds with responses in the period, each with its scope and headline."""
    found, present = [], query.kinds(sheet.con, sheet.scope)
    for kind in NPS_KINDS:
        scope = replace(sheet.scope, nps_kind=kind)
        if kind in present:
            found.append((kind, scope, nps.overview(sheet.con, scope, sheet.period.before)))
    return found


def answers(sheet: Sheet) -> list[str]:
    """One sentence a kind, except competitive, which compares brands."""
    return [_sentence(sheet, kind, head) for kind, _, head in kinds(sheet) if kind != "competitive"]


def _sentence(sheet: Sheet, kind: str, head: Headline) -> str:
    t = sheet.t
    moved = ""
    if head.before is not None and head.estimate.value is not None:
        moved = t("report.since", period=sheet.named(sheet.period.before), change=sheet.change(head.change, 1))
    return t("report.answer_nps", kind=t(f"nps.kind_{kind}"), value=sheet.value(head.estimate, 1), moved=moved)


def chapter(sheet: Sheet) -> list[Flowable]:
    """Number, distribution, trend and breakdowns of each kind; brands side by side for competitive NPS."""
    t, paper, found = sheet.t, sheet.paper, kinds(sheet)
    story: list[Flowable] = []
    for kind, scope, head in found:
        story += paper.title(t("report.title_nps", kind=t(f"nps.kind_{kind}")), FULL_PAGE if story else 200)
        if kind == "competitive":
            story += _brands(sheet, scope)
        else:
            story += [paper.text(_sentence(sheet, kind, head), "lead"), *_kind(sheet, scope)]
    return story or [*paper.title(t("report.title_nps", kind="NPS"), 80), paper.text(t("report.no_nps"))]


def _kind(sheet: Sheet, scope: Scope) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    story: list[Flowable] = []
    if bars := nps.distribution(sheet.con, scope):
        story.append(paper.block(t("nps.chart"), paper.figure(charts.distribution(bars, t, width=CHART))))
    if sheet.last is not None:
        trend = nps.trend(sheet.con, scope, "month", sheet.last, sheet.today)
        words = paper.text(_moved(sheet, trend), "note")
        figure = paper.figure(charts.trend(trend, t, width=CHART))
        story.append(paper.block(t("nps.trend_title"), figure, words))
    for by in BREAKDOWNS:
        found = nps.breakdown(sheet.con, scope, by)
        if len(found.rows) + len(found.hidden) > 1:
            story += _breakdown(sheet, found)
    return story


def _moved(sheet: Sheet, trend: nps.Trend) -> str:
    if trend.compared is None:
        return sheet.t("nps.trend_few")
    before, after = (sheet.t.period(day, trend.grain) for day in trend.compared)
    return sheet.t("report.trend", before=before, after=after, change=sheet.change(trend.change, 1))


def _breakdown(sheet: Sheet, found: Breakdown) -> list[Flowable]:
    t, paper, label = sheet.t, sheet.paper, sheet.labels(found.by)
    heading = t("nps.breakdown_title", dimension=t(f"dimension.{found.by}"))
    story: list[Flowable] = []
    for start in range(0, len(found.rows), ON_A_PAGE):
        part = replace(found, rows=found.rows[start : start + ON_A_PAGE])
        title = heading if not start else t("report.continued", heading=heading)
        story.append(paper.block(title, paper.figure(charts.ranking(part, t, label, width=CHART))))
    story.append(paper.text(_differs(sheet, found), "note"))
    if found.hidden:
        names = t("report.comma").join(label(key) for key in found.hidden)
        story.append(paper.text(t("report.hidden_units", names=names), "note"))
    head = [t(f"dimension.{found.by}"), "NPS", t("report.interval"), "n", t("nps.against_rest")]
    return [*story, *paper.table(head, [_row(sheet, row, found.by) for row in found.rows], (5, 2, 4, 2, 4), 4)]


def _differs(sheet: Sheet, found: Breakdown) -> str:
    t, label = sheet.t, sheet.labels(found.by)
    names = {
        verdict: t("report.comma").join(label(row.key) for row in found.rows if row.verdict == verdict)
        for verdict in ("higher", "lower")
    }
    if not any(names.values()):
        return t("report.differs_none")
    shown = {verdict: text or t("report.none") for verdict, text in names.items()}
    return t("report.differs", higher=shown["higher"], lower=shown["lower"])


def _row(sheet: Sheet, row: Row, by: str) -> list[Cell]:
    t, e = sheet.t, row.estimate
    colour = {"higher": theme.GOOD, "lower": theme.BAD}.get(row.verdict, theme.MUTED)
    mark = t("report.small_mark") if e.state == "small" else ""
    interval = t("report.range", low=t.number(e.low, 1), high=t.number(e.high, 1))
    word = (t(f"nps.{row.verdict}"), colour)
    return [sheet.label(by, row.key), t.number(e.value, 1) + mark, interval, t.number(e.n), word]


def _brands(sheet: Sheet, scope: Scope) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    found = nps.brands(sheet.con, scope)
    if not found.rows:
        return [paper.text(t("report.hidden"))]
    figure = paper.figure(charts.ranking(found, t, sheet.labels("brand"), width=CHART))
    head = [t("dimension.brand"), "NPS", t("report.interval"), "n"]
    rows = [_row(sheet, row, "brand")[:4] for row in found.rows]
    return [figure, paper.text(t("nps.brands_how"), "note"), *paper.table(head, rows, (5, 2, 4, 2), 3)]
