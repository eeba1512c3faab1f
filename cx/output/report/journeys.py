"""Chapter: where on their journeys do customers suffer? Stages, worst cells, indicators."""

from __future__ import annotations

from reportlab.platypus import Flowable

from cx.insight import journey
from cx.insight.indicators import Reading
from cx.insight.journey import Heat, Step, View
from cx.output import charts
from cx.output.charts import theme
from cx.output.report.paper import CHART, FULL_PAGE, Cell
from cx.output.report.sheet import Sheet


def _known(sheet: Sheet) -> list[str]:
    found = journey.journeys(sheet.con, sheet.scope)
    return [name for name in sheet.model.journeys if name in found]


def answers(sheet: Sheet) -> list[str]:
    """The touchpoint with the lowest score over all journeys."""
    views = [journey.cells(sheet.con, sheet.scope, sheet.model, name, sheet.period.before) for name in _known(sheet)]
    lowest = [(view, view.worst) for view in views if view.worst is not None]
    if not lowest:
        return []
    view, step = min(lowest, key=lambda pair: pair[1].estimate.value or 0.0)
    return [sheet.t("report.answer_journey", place=_place(sheet, view, step), value=sheet.value(step.estimate, 2))]


def _place(sheet: Sheet, view: View, step: Step) -> str:
    names = [sheet.label("journey", view.journey), sheet.label("stage", step.key[0])]
    names += [sheet.label("touchpoint", step.key[1])] if len(step.key) > 1 else []
    return sheet.t("report.arrow").join(names)


def chapter(sheet: Sheet) -> list[Flowable]:
    """One section a journey with answers."""
    t, paper = sheet.t, sheet.paper
    known = _known(sheet)
    if not known:
        return [*paper.title(t("report.title_journeys"), 80), paper.text(t("report.no_journeys"))]
    story: list[Flowable] = []
    for at, name in enumerate(known):
        story += paper.title(t("report.title_journey", journey=sheet.label("journey", name)), 300 if at else FULL_PAGE)
        story += _section(sheet, name)
    return story


def _section(sheet: Sheet, name: str) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    view = journey.cells(sheet.con, sheet.scope, sheet.model, name, sheet.period.before)
    heat = journey.heatmap(sheet.con, sheet.scope, sheet.model, name, sheet.period.before)
    story: list[Flowable] = [paper.text(_worst(sheet, view), "lead")]
    if heat.rows:
        figure = paper.figure(charts.heat(heat, t, sheet.label, width=CHART))
        heading = t("journey.heat_title", dimension=t(f"dimension.{heat.by}"))
        story.append(paper.block(heading, figure, paper.text(_pains(sheet, heat), "note")))
    head = [t("journey.col_stage"), t("journey.col_touchpoint"), t("report.satisfaction"), "n", t("journey.change")]
    rows = [_row(sheet, step) for step in view.touchpoints if step.estimate.state != "empty"]
    if rows:
        story += paper.table(head, rows, (3, 5, 3, 2, 4), 3, t("journey.table_title"))
    return story + _indicators(sheet, view)


def _worst(sheet: Sheet, view: View) -> str:
    if view.worst is None:
        return sheet.t("journey.answer_none")
    worst = sheet.t(
        "report.worst", place=_place(sheet, view, view.worst), value=sheet.value(view.worst.estimate, 2),
        whole=sheet.value(view.total, 2),
    )  # fmt: skip
    return worst + sheet.t("report.worst_pain" if view.worst.feeling == "pain" else "report.worst_usual")


def _pains(sheet: Sheet, heat: Heat) -> str:
    t = sheet.t
    cells = [
        t(
            "journey.heat_cell", stage=sheet.label("stage", step.key[0]), row=sheet.label(heat.by, step.key[1]),
            value=t.number(step.estimate.value, 1), n=t.number(step.estimate.n),
        )
        for step in journey.pains(heat)
    ]  # fmt: skip
    return t("journey.heat_worst", cells=t("report.comma").join(cells)) if cells else t("journey.heat_fine")


def _row(sheet: Sheet, step: Step) -> list[Cell]:
    t, e = sheet.t, step.estimate
    place: list[Cell] = [sheet.label("stage", step.key[0]), sheet.label("touchpoint", step.key[1])]
    if e.value is None:
        return [*place, (t("report.hidden_short"), theme.MUTED), "", ""]
    mark = t("report.small_mark") if e.state == "small" else ""
    score = t("nps.plus_minus", value=t.number(e.value, 2), reach=t.number(e.plus_minus, 2)) + mark
    colour = {"pain": theme.BAD, "delight": theme.GOOD}.get(step.feeling)
    return [*place, (score, colour) if colour else score, t.number(e.n), sheet.changed(step.change, 2)]


def _indicators(sheet: Sheet, view: View) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    rows = [_reading(sheet, step, reading) for step in view.stages for reading in step.readings]
    if not rows:
        return [paper.text(t("report.no_indicators"), "note")]
    head = [t("journey.col_stage"), t("dimension.indicator"), t("nps.value"), t("report.target"), t("report.verdict")]
    return paper.table(head, rows, (3, 6, 3, 3, 3), 3, t("report.indicators"))


def _reading(sheet: Sheet, step: Step, reading: Reading) -> list[Cell]:
    t, known = sheet.t, reading.indicator
    unit = sheet.model.unit(known.id, t)
    colour = {"beyond": theme.BAD, "within": theme.GOOD}.get(reading.verdict, theme.MUTED)
    numbers = [reading.estimate.value, None if known.target is None else float(known.target)]
    shown = [t.number(number, 1) + ("" if unit in ("", "%") else " ") + unit if number is not None else "–"
             for number in numbers]  # fmt: skip
    verdict = (t(f"journey.indicator_{reading.verdict}"), colour)
    return [sheet.label("stage", step.key[0]), t.pick(known.name), *shown, verdict]
