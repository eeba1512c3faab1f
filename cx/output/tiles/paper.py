"""A dashboard on paper: the same tiles in the same places, charts as vectors, on A4."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable
from reportlab.platypus import Table as Laid

from cx.bank.boards import Board, Tile
from cx.insight.tiles import Asking, Comments, Found, Nothing, Number, Table
from cx.output import fonts
from cx.output.charts import theme
from cx.output.charts.theme import Chart
from cx.output.report.paper import FULL_PAGE, WIDTH, Paper, gap, print_pdf
from cx.output.tiles import drawing, facts, layout, saying
from cx.output.vector import Figure
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_GAP, _PADDING = 7.0, 9.0  # points between cards, and within
_MOST_ROWS = 18
_TALLEST = FULL_PAGE - 140  # of a chart: with its head it stands on one page
_NARROW = 1.5  # a chart of half a page is drawn so much larger and scaled down: its legend needs the room
_LONGEST = 600  # characters of a comment on paper
_TONES = {"good": theme.GOOD, "bad": theme.BAD, "plain": theme.INK}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shown:
    """A tile, where it asked, what was found, and what is special about it."""

    tile: Tile
    asked: Asking
    found: Found
    note: str = ""


@dataclass(frozen=True)
class Imprint:
    """What stands in the head: period and filters in words, whose view it is, who made it and when (with its zone)."""

    period: str
    scope: str
    made_by: str
    made_at: dt.datetime


def pdf(
    board: Board,
    shown: Sequence[Shown],
    imprint: Imprint,
    t: Translator,
    model: Model,
    progress: Progress | None = None,
) -> bytes:
    """The dashboard as a PDF; ``progress(done, all)`` is called before each tile. Raises
    :class:`~cx.words.Refused` (``report_font``) where ``CX_FONT`` cannot be used."""
    paper = Paper(t, fonts.face())
    title, bank = t.pick(board.title, board.id), t.pick(model.bank, t("report.bank"))
    story: list[Flowable] = [paper.text(title, "cover")]
    if board.about:
        story.append(paper.text(t.pick(board.about), "text"))
    story += [paper.text(f"{imprint.period} · {imprint.scope}", "note"), gap(4)]
    by_id, done = {each.tile.id: each for each in shown}, 0
    for row in layout.rows(each.tile for each in shown):
        cards = []
        for tile, span in row:
            if progress is not None:
                progress(done, len(shown))
            done += 1
            width = (WIDTH - _GAP * (len(row) - 1)) * span / layout.COLUMNS
            cards.append((width, _card(paper, by_id[tile.id], width - 2 * _PADDING, t, model)))
        story += [_row(cards), gap(_GAP)]
    made = t("report.generated", by=imprint.made_by, at=t.time(imprint.made_at))
    story.append(paper.text(made, "note"))
    return print_pdf(paper, story, (bank, f"{title} · {imprint.period}"), title, imprint.made_by)


def _row(cards: list[tuple[float, list[Flowable]]]) -> Laid:
    """Cards side by side, each in a frame; a narrow empty column between two."""
    cells: list[object] = []
    widths: list[float] = []
    look: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING), ("TOPPADDING", (0, 0), (-1, -1), 7),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ]  # fmt: skip
    for width, flowables in cards:
        if cells:
            cells.append("")
            widths.append(_GAP)
        at = len(cells)
        look.append(("BOX", (at, 0), (at, 0), 0.7, HexColor(theme.LINE)))
        cells.append(flowables)
        widths.append(width)
    return Laid([cells], colWidths=widths, style=look, hAlign="LEFT", splitInRow=1)


def _card(paper: Paper, shown: Shown, width: float, t: Translator, model: Model) -> list[Flowable]:
    tile, said = shown.tile, shown.found.answer

    def line(words: str, style: str = "note", colour: str | None = None) -> Flowable:
        return paper.text(words, style, colour=colour, width=width)

    title = facts.title(tile, t, model)
    found: list[Flowable] = [line(title, "head")] if title else []
    if tile.chart == "text":
        found += [line(part, "text") for part in t.pick(tile.text).split("\n") if part.strip()]
    elif isinstance(said, Nothing):
        what, cure = saying.nothing(said, t)
        found += [line(what, "text"), line(cure)]
    elif isinstance(said, Number):
        found += _number(line, shown, said, t, model)
    elif isinstance(said, Table):
        found += _table(line, paper, said, tile, width, t, model)
    elif isinstance(said, Comments):
        for each in said.comments:
            place = model.label("branch", each.branch, t) if each.branch else "–"
            meta = t("nps.comment_meta", score=each.score, place=place, day=t.date(each.day))
            words = each.text if len(each.text) <= _LONGEST else f"{each.text[:_LONGEST]}…"
            found += [line(f"“{words}”", "text"), line(meta)]
    else:
        if answer := saying.answer(tile, shown.found, t, model):
            found.append(line(answer, "text"))
        narrow = 1.0 if width > WIDTH / 2 else _NARROW
        chart = drawing.chart(tile, shown.found, t, model, int(narrow * width / 0.75))
        assert chart is not None
        found.append(Figure(chart if narrow == 1.0 else _folded(chart), paper.face, _TALLEST))
    return [*found, line(shown.note)] if shown.note else found


def _folded(chart: Chart) -> Chart:
    """With its legend in two columns, where there is no room for one row."""
    config = chart.spec["config"]
    legend = {**config["legend"], "columns": 2}
    return Chart({**chart.spec, "config": {**config, "legend": legend}}, chart.about)


def _number(
    line: Callable[..., Flowable], shown: Shown, said: Number, t: Translator, model: Model
) -> list[Flowable]:  # fmt: skip
    tile, amounts = shown.tile, facts.amounts(shown.tile, t, model)
    size = "title" if amounts.unit and len(amounts.unit) > 1 else "cover"
    found = [line(amounts.estimate(said.estimate), size)]
    if said.estimate.state == "small":
        found.append(line(t("nps.small"), "note", theme.BAD))
    if tile.chart == "target":
        words, tone = saying.judged(said, tile, t, model)
        found.append(line(words, "text", _TONES[tone]))
    moved, tone = saying.moved(said, tile, shown.asked.before, t, model)
    if moved:
        found.append(line(moved, "text", _TONES[tone]))
    return [*found, line(base)] if (base := saying.base(said, tile, t, model)) else found


def _table(
    line: Callable[..., Flowable], paper: Paper, said: Table, tile: Tile, width: float, t: Translator, model: Model
) -> list[Flowable]:  # fmt: skip
    heads = [*(t(f"dimension.{by}") for by in said.by), t("nps.value"), "n"]
    parts = [*(3 for _ in said.by), 2.2, 1.5]
    widths = [width * part / sum(parts) for part in parts]
    body = [[paper.text(head, "head", width=room - 6) for head, room in zip(heads, widths, strict=True)]]
    for cell in said.cells[:_MOST_ROWS]:
        one = dict(zip(said.by, cell.key, strict=True)).get("indicator")
        amounts = facts.amounts(tile, t, model, str(one) if one is not None else None)
        names = [facts.label(by, key, t, model) for by, key in zip(said.by, cell.key, strict=True)]
        base = t.number(cell.estimate.base) if cell.estimate.value is not None else "–"
        words = [*names, amounts.estimate(cell.estimate), base]
        body.append([paper.text(word, "fine", width=room - 6) for word, room in zip(words, widths, strict=True)])
    look = [("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(theme.LINE)), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip
    more = len(said.cells) - _MOST_ROWS
    rest = [line(t("boards.rows_more", n=more))] if more > 0 else []
    return [Laid(body, colWidths=widths, style=look), *rest]
