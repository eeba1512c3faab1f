"""The review of a period as a PDF to take into the meeting: the blocks of the screen, and an agenda to write on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from cx.act.pain_points.telling import Who
from cx.act.retrospect import Retrospect
from cx.insight import nps
from cx.measure.scope import Scope
from cx.output import charts, fonts, spans
from cx.output import retrospect as words
from cx.output.charts import theme
from cx.output.report.paper import CHART, Cell, Paper, gap, print_pdf
from cx.output.report.sheet import Sheet
from cx.output.retrospect import Block
from cx.store import query
from cx.store.query import Connection
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_COLOURS = {"good": theme.GOOD, "bad": theme.BAD, "quiet": theme.MUTED}


def build(
    con: Connection, model: Model, t: Translator, scope: Scope, found: Retrospect, today: dt.date, author: str,
    at: dt.datetime, who: Who = str,
) -> bytes:  # fmt: skip
    """``found`` on paper; same facts and moment, same bytes. ``at`` carries its zone; ``who``: the name to show for an
    account.

    Raises :class:`~cx.words.Refused` (``report_font``) where ``CX_FONT`` cannot be used.
    """
    there = query.contents(con, scope.between(None, None), ())
    sheet = Sheet(con, model, t, scope, Paper(t, fonts.face()), today, there.first, there.last)
    paper, bank = sheet.paper, t.pick(model.bank, t("report.bank"))
    period, title = spans.named(found.period, t), t("retrospect.pdf_name")
    story: list[Flowable] = [
        paper.text(bank, "note"),
        paper.text(t("page.retrospect_question"), "cover"),
        paper.text(f"{period} · {sheet.place()}", "note"),
        gap(6),
        *(paper.text(said, "lead") for said in words.answer(t, found)),
    ]
    for block in words.blocks(t, found, model, who):
        story += _block(paper, block)
        if block.name == "moved":
            story += _trend(sheet, found)
    story += _agenda(paper, found, model)
    made = t("report.generated", by=author, at=t.time(at))
    story += [
        gap(8),
        paper.text(f"{t('retrospect.hint_top', day=t.date(found.day))} {t('report.fact_generated')} {made}", "note"),
    ]
    return print_pdf(paper, story, (bank, f"{title} · {period}"), f"{title} · {period}", author)


def _block(paper: Paper, block: Block) -> list[Flowable]:
    """Its title stays with what follows; what is long runs on over the page."""
    said = [paper.text(each) for each in block.said]
    below = [paper.text(each, "note") for each in block.below]
    if said or not block.rows:
        story: list[Flowable] = [paper.block(block.title, *said[:1]), *said[1:]]
        table = _table(paper, block, "") if block.rows else []
        return [*story, *table, *below]
    return [*_table(paper, block, block.title), *below]


def _table(paper: Paper, block: Block, heading: str) -> list[Flowable]:
    rows: list[list[Cell]] = [
        [(cell.text, _COLOURS[cell.tone]) if cell.tone in _COLOURS else cell.text for cell in row] for row in block.rows
    ]
    return paper.table(block.head, rows, block.parts, block.numbers, heading)


def _trend(sheet: Sheet, found: Retrospect) -> list[Flowable]:
    """The kind with most responses, month by month."""
    told = [score for score in found.moved.scores if score.head.estimate.value is not None]
    if not told or sheet.last is None:
        return []
    kind, t = max(told, key=lambda score: score.head.estimate.n).kind, sheet.t
    trend = nps.trend(sheet.con, replace(sheet.scope, nps_kind=kind), "month", sheet.last, sheet.today)
    figure = sheet.paper.figure(charts.trend(trend, t, width=CHART, height=150, surveys=sheet.titles(trend.breaks)))
    return [sheet.paper.block(t("report.summary_trend", kind=t(f"nps.kind_{kind}")), figure)]


def _agenda(paper: Paper, found: Retrospect, model: Model) -> list[Flowable]:
    """The points with room to write who does it by when, and what was decided."""
    t = paper.t
    if found.deeds is None:
        return []
    points = words.agenda(t, found, model)
    heading = t("retrospect.agenda_title")
    decided = [
        t("retrospect.decided_state", title=t.pick(action.promise.title), state=t(f"actions.state_{action.state}"))
        for action in found.deeds.decided
    ]
    below = [paper.text(said) for said in ([t("retrospect.decided", n=len(decided)), *decided] if decided else [])]
    if not points:
        return [paper.block(heading, paper.text(t("retrospect.agenda_none"))), *below]
    rows: list[list[Cell]] = [[f"{n}. {point.title}", point.why, "", ""] for n, point in enumerate(points, start=1)]
    head = [t(f"retrospect.agenda_{name}") for name in ("point", "why", "who", "due")]
    return [*paper.table(head, rows, (4, 5, 1.8, 1.8), 0, heading), *below]
