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

BREAKDOWNS = ("region", "channel", "segment")  # few units each: one table in the chapter
CLEAREST = 8  # branches drawn in the chapter; all stand in the appendix


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
        period = sheet.named(sheet.period.before)
        if head.breaks:
            moved = t("report.since_broken", period=period)
        else:
            moved = t("report.since", period=period, change=sheet.change(head.change, 1))
    return t("report.answer_nps", kind=t(f"nps.kind_{kind}"), value=sheet.value(head.estimate, 1), moved=moved)


def summary(sheet: Sheet) -> list[Flowable]:
    """For the first page: the trend of the kind with most responses, and the branches that stand out in each."""
    t, paper, story = sheet.t, sheet.paper, []
    told = [each for each in kinds(sheet) if each[0] != "competitive" and each[2].estimate.value is not None]
    found = [(kind, scope) for kind, scope, _ in told]
    if told and sheet.last is not None:
        kind, scope, _ = max(told, key=lambda each: each[2].estimate.n)
        trend = nps.trend(sheet.con, scope, "month", sheet.last, sheet.today)
        heading = t("report.summary_trend", kind=t(f"nps.kind_{kind}"))
        story.append(paper.block(heading, paper.figure(charts.trend(trend, t, width=CHART, height=170))))
    rows: list[list[Cell]] = []
    for kind, scope in found:
        branches = nps.breakdown(sheet.con, scope, "branch")
        if len(branches.rows) > 1:
            names = _apart(sheet, branches)
            rows.append([t(f"nps.kind_{kind}"), names["higher"], names["lower"]])
    if rows:
        head = [t("report.summary_branches"), t("nps.higher"), t("nps.lower")]
        story += paper.table(head, rows, (3, 5, 5), 0)
    return story


def chapter(sheet: Sheet) -> list[Flowable]:
    """Number, distribution, trend and breakdowns of each kind; brands side by side for competitive NPS."""
    t, paper, found = sheet.t, sheet.paper, kinds(sheet)
    story: list[Flowable] = []
    for kind, scope, head in found:
        story += paper.title(t("report.title_nps", kind=t(f"nps.kind_{kind}")), 300 if story else FULL_PAGE)
        if kind == "competitive":
            story += _brands(sheet, scope)
        else:
            story += [paper.text(_sentence(sheet, kind, head), "lead"), *_kind(sheet, scope)]
    return story or [*paper.title(t("report.title_nps", kind="NPS"), 80), paper.text(t("report.no_nps"))]


def _kind(sheet: Sheet, scope: Scope) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    story: list[Flowable] = []
    if bars := nps.distribution(sheet.con, scope):
        story.append(paper.block(t("nps.chart"), paper.figure(charts.distribution(bars, t, width=CHART, height=125))))
    if sheet.last is not None:
        trend = nps.trend(sheet.con, scope, "month", sheet.last, sheet.today)
        words = [paper.text(said, "note") for said in (_moved(sheet, trend), *sheet.broken(trend.breaks))]
        figure = paper.figure(charts.trend(trend, t, width=CHART, height=170, surveys=sheet.titles(trend.breaks)))
        story.append(paper.block(t("nps.trend_title"), figure, *words))
    return story + _branches(sheet, scope) + _others(sheet, scope)


def _moved(sheet: Sheet, trend: nps.Trend) -> str:
    if trend.compared is None:
        return sheet.t("nps.trend_few")
    before, after = (sheet.t.period(day, trend.grain) for day in trend.compared)
    return sheet.t("report.trend", before=before, after=after, change=sheet.change(trend.change, 1))


def _branches(sheet: Sheet, scope: Scope) -> list[Flowable]:
    """The branches that differ most clearly; where there are more, the others are in the appendix."""
    t, paper = sheet.t, sheet.paper
    found = nps.breakdown(sheet.con, scope, "branch")
    if len(found.rows) + len(found.hidden) < 2:
        return []
    heading = t("nps.breakdown_title", dimension=t("dimension.branch"))
    words = [_differs(sheet, found)]
    if len(found.rows) > CLEAREST:
        words.append(t("report.clearest", n=CLEAREST))
    notes = [paper.text(said, "note") for said in (*words, *_hidden(sheet, found))]
    if not found.rows:
        return [paper.block(heading, *notes)]
    figure = paper.figure(charts.ranking(found, t, sheet.labels("branch"), width=CHART, most=CLEAREST))
    return [paper.block(heading, figure, *notes)]


def _others(sheet: Sheet, scope: Scope) -> list[Flowable]:
    """Regions, channels and segments in one table."""
    t, rows, notes = sheet.t, list[list[Cell]](), list[str]()
    for by in BREAKDOWNS:
        found = nps.breakdown(sheet.con, scope, by)
        if len(found.rows) + len(found.hidden) > 1:
            rows += [[t(f"dimension.{by}"), *_row(sheet, row, by)] for row in found.rows]
            notes += _hidden(sheet, found)
    if not rows:
        return []
    head = [t("report.by"), "", "NPS", t("report.interval"), "n", t("nps.against_rest")]
    table = sheet.paper.table(head, rows, (3, 4, 2, 4, 2, 4), 4, t("report.others_title"))
    return [*table, *(sheet.paper.text(words, "note") for words in notes)]


def appendix(sheet: Sheet) -> list[Flowable]:
    """Every branch with its scores of each kind, in the order of the bank's list."""
    t, rows = sheet.t, dict[str | None, list[Cell]]()
    shown = [(kind, scope) for kind, scope, _ in kinds(sheet) if kind != "competitive"]
    for at, (_, scope) in enumerate(shown):
        for row in nps.breakdown(sheet.con, scope, "branch").rows:
            cells = rows.setdefault(row.key, [sheet.label("branch", row.key), *[""] * 3 * len(shown)])
            cells[1 + 3 * at : 4 + 3 * at] = _short(sheet, row)
    if len(rows) <= 1:
        return []
    head = [t("dimension.branch")]
    for kind, _ in shown:
        head += [t(f"nps.kind_{kind}"), "n", t("nps.against_rest")]
    order = {branch: at for at, branch in enumerate(sheet.model.branches)}
    sorted_rows = [rows[key] for key in sorted(rows, key=lambda key: order.get(key or "", len(order)))]
    return sheet.paper.table(
        head, sorted_rows, (4, *(3, 1.6, 3) * len(shown)), 3 * len(shown), t("report.all_branches"), "fine"
    )


def _short(sheet: Sheet, row: Row) -> list[Cell]:
    t, e = sheet.t, row.estimate
    _, value, _, n, word = _row(sheet, row, "branch")
    reach = t("nps.plus_minus", value=value, reach=t.number(e.plus_minus, 1))
    return [reach, n, word]


def _hidden(sheet: Sheet, found: Breakdown) -> list[str]:
    if not found.hidden:
        return []
    names = sheet.t("report.comma").join(sheet.label(found.by, key) for key in found.hidden)
    return [sheet.t("report.hidden_units", names=names)]


def _apart(sheet: Sheet, found: Breakdown) -> dict[str, str]:
    """Names of the units above and below the rest; the word for none."""
    names = {
        verdict: sheet.t("report.comma").join(sheet.label(found.by, r.key) for r in found.rows if r.verdict == verdict)
        for verdict in ("higher", "lower")
    }
    return {verdict: text or sheet.t("report.none") for verdict, text in names.items()}


def _differs(sheet: Sheet, found: Breakdown) -> str:
    if not any(row.verdict in ("higher", "lower") for row in found.rows):
        return sheet.t("report.differs_none")
    return sheet.t("report.differs", **_apart(sheet, found))


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
