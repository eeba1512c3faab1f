"""Chapter: do our quick wins work? A table of all, then each with its comparison."""

from __future__ import annotations

import datetime as dt

from reportlab.platypus import Flowable, KeepTogether

from cx.act import quick_wins, telling, verification
from cx.act.quick_wins import QuickWin
from cx.act.verification import Proof, Word
from cx.output.charts import proof as drawn
from cx.output.charts import quick_wins as charts
from cx.output.charts import theme
from cx.output.report.paper import CHART, Cell
from cx.output.report.sheet import Sheet

MOST_SUMMARY = 6
_REMEMBERED = dt.timedelta(days=365)
_COLOURS = {"proven": theme.GOOD, "improved": theme.GOOD, "harmed": theme.BAD, "worse": theme.BAD}


def told(sheet: Sheet) -> list[QuickWin]:
    """Ideas, and wins whose pilot ran in the period or ended in the year before it."""
    found = quick_wins.all(sheet.con, sheet.scope.rights)
    return [win for win in found if win.state == "idea" or _touches(win, sheet.scope.start, sheet.scope.end)]


def summary(sheet: Sheet) -> list[Flowable]:
    """For the first page: each win that ran, what it moved, and the honest word."""
    t, rows = sheet.t, list[list[Cell]]()
    for win in told(sheet):
        if win.state != "idea":
            title, _, _, _, moved, verdict = _row(sheet, win, proof(sheet, win))
            rows.append([title, telling.metric(t, win.charter, sheet.model), moved, verdict])
    head = [t("report.quick_wins"), t("quick_win.metric"), t("report.before_after"), t("report.verdict")]
    return sheet.paper.table(head, rows[:MOST_SUMMARY], (4, 4, 3.6, 2.4), 0) if rows else []


def chapter(sheet: Sheet) -> list[Flowable]:
    """All wins in a table and a timeline, then one by one, and the ideas that wait."""
    t, paper, found = sheet.t, sheet.paper, told(sheet)
    wins = [win for win in found if win.state != "idea"]
    story = paper.title(t("report.title_wins"), 320)
    if not wins:
        story.append(paper.text(t("report.no_wins")))
    else:
        compared = {win.id: proof(sheet, win) for win in wins}
        head = [t("quick_win.title"), t("quick_win.touchpoint"), t("quick_win.owner"), t("quick_win.state"),
                t("report.before_after"), t("report.verdict")]  # fmt: skip
        rows = [_row(sheet, win, compared[win.id]) for win in wins]
        story += [
            paper.text(telling.answer(t, found, sheet.today), "lead"),
            *paper.table(head, rows, (5, 3, 2.4, 2.2, 3.6, 2.4), 0),
            paper.figure(charts.timeline(wins, sheet.today, t, width=CHART)),
        ]
        for win in wins:
            story += _one(sheet, win, compared[win.id])
    if ideas := [t.pick(win.charter.title) for win in found if win.state == "idea"]:
        story.append(paper.text(t("report.ideas", titles=t("report.semicolon").join(ideas)), "note"))
    return story


def proof(sheet: Sheet, win: QuickWin) -> Proof | None:
    """The recorded proof of a closed win, today's of an open one; none beyond the rights."""
    if not win.figures:
        return None
    if win.result is not None:
        return win.result.proof
    rights = sheet.scope.rights
    return verification.proof(sheet.con, win.charter, rights, sheet.today, sheet.model).seen(rights.branches is None)


def _touches(win: QuickWin, start: dt.date | None, end: dt.date | None) -> bool:
    return (end is None or win.charter.start <= end) and (start is None or win.charter.end >= start - _REMEMBERED)


def _verdict(sheet: Sheet, win: QuickWin, found: Proof | None) -> Cell:
    if found is None:
        said = telling.verdict(sheet.t, win.verdict) if win.verdict else sheet.t("report.not_yours")
        return said, theme.MUTED
    word: Word = win.result.verdict if win.result else found.verdict
    text = telling.verdict(sheet.t, word)
    said = text if win.result else sheet.t("quick_win.interim", verdict=text)
    return said, _COLOURS.get(word, theme.MUTED)


def _row(sheet: Sheet, win: QuickWin, found: Proof | None) -> list[Cell]:
    t, charter = sheet.t, win.charter
    moved = "–"
    if found is not None:
        sides = [telling.value(t, charter, e.value, sheet.model) for e in (found.plain.before, found.plain.after)]
        moved = t("report.moved", before=sides[0], after=sides[1])
    touchpoint, state = sheet.label("touchpoint", charter.touchpoint), t(f"quick_win.state_{win.state}")
    return [t.pick(charter.title), touchpoint, t.pick(charter.owner), state, moved, _verdict(sheet, win, found)]


def _one(sheet: Sheet, win: QuickWin, found: Proof | None) -> list[Flowable]:
    t, paper, charter = sheet.t, sheet.paper, win.charter
    if found is None:
        return []
    parts: list[Flowable] = [
        paper.text(t.pick(charter.title), "heading"),
        paper.text(f"{telling.metric(t, charter, sheet.model)} · {telling.timing(t, win, sheet.today)}", "note"),
        *_picture(sheet, win, found),
    ]
    parts += [paper.text(sentence) for sentence in telling.proved(t, charter, found, sheet.model)]
    if win.result is not None:
        if win.result.verdict != found.verdict:
            parts.append(paper.text(t("quick_win.early_close")))
        parts.append(paper.text(t("report.lesson", lesson=t.pick(win.result.lesson))))
    return [KeepTogether(parts)]


def _picture(sheet: Sheet, win: QuickWin, found: Proof) -> list[Flowable]:
    t, paper, plain = sheet.t, sheet.paper, found.plain
    if found.series:
        return [paper.figure(drawn.lines(win.charter, found, sheet.model, t, width=CHART, height=230))]
    if plain.before.value is not None and plain.after.value is not None:
        return [paper.figure(charts.before_after(win.charter, plain, sheet.model, t, width=CHART))]
    return []
