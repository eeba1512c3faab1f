"""Chapter: where on their journeys do customers suffer? Stages, worst cells, indicators."""

from __future__ import annotations

from reportlab.platypus import Flowable

from cx.insight import journey, journey_map
from cx.insight.journey import Heat, Step, View
from cx.insight.readings import Reading
from cx.output import charts
from cx.output.charts import journey_words, theme
from cx.output.charts.journey_drawing import draw
from cx.output.charts.journey_map import board
from cx.output.report.paper import CHART, FULL_PAGE, Cell
from cx.output.report.sheet import Sheet

_TALLEST = 640  # pixels of a map in the report


def _known(sheet: Sheet) -> list[str]:
    found = journey.journeys(sheet.con, sheet.scope)
    return [name for name in sheet.model.journeys if name in found]


def _views(sheet: Sheet) -> list[View]:
    return [journey.cells(sheet.con, sheet.scope, sheet.model, name, sheet.period.before) for name in _known(sheet)]


def answers(sheet: Sheet) -> list[str]:
    """The touchpoint with the lowest score over all journeys."""
    lowest = [(view, view.worst) for view in _views(sheet) if view.worst is not None]
    if not lowest:
        return []
    view, step = min(lowest, key=lambda pair: pair[1].estimate.value or 0.0)
    return [sheet.t("report.answer_journey", place=_place(sheet, view, step), value=sheet.value(step.estimate, 2))]


def _place(sheet: Sheet, view: View, step: Step) -> str:
    names = [sheet.label("journey", view.journey), sheet.label("stage", step.key[0])]
    names += [sheet.label("touchpoint", step.key[1])] if len(step.key) > 1 else []
    return sheet.t("report.arrow").join(names)


def summary(sheet: Sheet) -> list[Flowable]:
    """For the first page: each journey's lowest touchpoint, and how many of its indicators miss their target."""
    t, rows = sheet.t, list[list[Cell]]()
    for view in _views(sheet):
        worst, name = view.worst, sheet.label("journey", view.journey)
        if worst is None:
            continue
        score: Cell = _score(sheet, worst)
        missed, judged = _judged(view)
        counted = t("report.missed", n=missed, total=judged)
        place = sheet.label("touchpoint" if len(worst.key) > 1 else "stage", worst.key[-1])
        rows.append([name, place, score, sheet.moved(worst.broken, worst.change, 2), counted if judged else "–"])
    head = [t("dimension.journey"), t("report.lowest"), t("report.satisfaction"), t("journey.change"),
            t("report.missed_head")]  # fmt: skip
    return sheet.paper.table(head, rows, (3, 3, 2.6, 3, 3), 3) if rows else []


def chapter(sheet: Sheet) -> list[Flowable]:
    """One section a journey with answers: where it hurts; what is as usual is in the appendix."""
    t, paper = sheet.t, sheet.paper
    views = _views(sheet)
    if not views:
        return [*paper.title(t("report.title_journeys"), 80), paper.text(t("report.no_journeys"))]
    story: list[Flowable] = []
    for at, view in enumerate(views):
        name = sheet.label("journey", view.journey)
        story += paper.title(t("report.title_journey", journey=name), 310 if at else FULL_PAGE)
        story += _section(sheet, view)
    return story


def _section(sheet: Sheet, view: View) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    heat = journey.heatmap(sheet.con, sheet.scope, sheet.model, view.journey, sheet.period.before)
    story: list[Flowable] = [paper.text(_worst(sheet, view), "lead")]
    story += [paper.text(words, "note") for words in sheet.broken(view.breaks)]
    story.append(_map(sheet, view))
    if heat.rows:
        figure = paper.figure(charts.heat(heat, t, sheet.label, width=CHART))
        heading = t("journey.heat_title", dimension=t(f"dimension.{heat.by}"))
        story.append(paper.block(heading, figure, paper.text(_pains(sheet, heat), "note")))
    steps = [step for step in view.touchpoints if _speaks(step)]
    if steps:
        story += _table(sheet, steps, t("report.touchpoints_apart"))
    return story + _indicators(sheet, view)


def _map(sheet: Sheet, view: View) -> Flowable:
    """The journey map, small: what the whole page holds as a file of its own is shortened to fit half of one."""
    found = journey_map.around(sheet.con, sheet.scope, view)
    drawn = draw(board(found, sheet.model, sheet.t), sheet.t, sheet.paper.face, CHART, None, _TALLEST)
    said = journey_words.whole(found, sheet.t).replace("**", "")
    return sheet.paper.block(sheet.t("journey.map_title"), sheet.paper.figure(drawn), sheet.paper.text(said, "note"))


def _speaks(step: Step) -> bool:
    """Whether a touchpoint is worth a line in the chapter: apart from the rest, or changed beyond noise."""
    return step.feeling in ("pain", "delight") or step.change.verdict in ("up", "down")


def appendix(sheet: Sheet) -> list[Flowable]:
    """Every touchpoint with answers and every indicator, journey by journey."""
    t, story = sheet.t, list[Flowable]()
    for view in _views(sheet):
        name = sheet.label("journey", view.journey)
        steps = [step for step in view.touchpoints if step.estimate.state != "empty"]
        if steps:
            story += _table(sheet, steps, t("report.all_touchpoints", journey=name), "fine")
        if rows := _readings(sheet, view):
            story += sheet.paper.table(
                _head(sheet), rows, (3, 6, 3, 3, 3), 3, t("report.all_indicators", journey=name), "fine"
            )
    return story


def _table(sheet: Sheet, steps: list[Step], heading: str, style: str = "cell") -> list[Flowable]:
    t = sheet.t
    head = [t("journey.col_stage"), t("journey.col_touchpoint"), t("report.satisfaction"), "n", t("journey.change")]
    return sheet.paper.table(head, [_row(sheet, step) for step in steps], (3, 5, 3, 2, 4), 3, heading, style)


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
    return t("journey.heat_worst", cells=t("report.comma").join(cells)) if cells else t(heat.calm)


def _row(sheet: Sheet, step: Step) -> list[Cell]:
    t, e = sheet.t, step.estimate
    place: list[Cell] = [sheet.label("stage", step.key[0]), sheet.label("touchpoint", step.key[1])]
    if e.value is None:
        return [*place, (t("report.hidden_short"), theme.MUTED), "", ""]
    return [*place, _score(sheet, step), t.number(e.n), sheet.moved(step.broken, step.change, 2)]


def _score(sheet: Sheet, step: Step) -> Cell:
    t, e = sheet.t, step.estimate
    mark = t("report.small_mark") if e.state == "small" else ""
    score = t("nps.plus_minus", value=t.number(e.value, 2), reach=t.number(e.plus_minus, 2)) + mark
    colour = {"pain": theme.BAD, "delight": theme.GOOD}.get(step.feeling)
    return (score, colour) if colour else score


def _head(sheet: Sheet) -> list[str]:
    t = sheet.t
    return [t("journey.col_stage"), t("dimension.indicator"), t("nps.value"), t("report.target"), t("report.verdict")]


def _readings(sheet: Sheet, view: View, only: str | None = None) -> list[list[Cell]]:
    found = [(step, reading) for step in view.stages for reading in step.readings]
    return [_reading(sheet, step, reading) for step, reading in found if only in (None, reading.verdict)]


def _judged(view: View) -> tuple[int, int]:
    """How many indicators miss their target, of how many that have one and a value."""
    verdicts = [reading.verdict for step in view.stages for reading in step.readings]
    return verdicts.count("beyond"), verdicts.count("beyond") + verdicts.count("within")


def _indicators(sheet: Sheet, view: View) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    missed, judged = _judged(view)
    if not judged:
        return [paper.text(t("report.no_indicators"), "note")]
    if not missed:
        return [paper.text(t("report.indicators_fine", total=judged), "note")]
    heading = t("report.indicators_missed", n=missed, total=judged)
    return paper.table(_head(sheet), _readings(sheet, view, "beyond"), (3, 6, 3, 3, 3), 3, heading)


def _reading(sheet: Sheet, step: Step, reading: Reading) -> list[Cell]:
    t, known = sheet.t, reading.indicator
    unit = sheet.model.unit(known.id, t)
    colour = {"beyond": theme.BAD, "within": theme.GOOD}.get(reading.verdict, theme.MUTED)
    numbers = [reading.estimate.value, None if known.target is None else float(known.target)]
    shown = [t.number(number, 1) + ("" if unit in ("", "%") else " ") + unit if number is not None else "–"
             for number in numbers]  # fmt: skip
    verdict = (t(f"journey.indicator_{reading.verdict}"), colour)
    return [sheet.label("stage", step.key[0]), t.pick(known.name), *shown, verdict]
