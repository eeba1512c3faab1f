"""The parts in their order: a page of answers, NPS, journeys, quick wins, how it was measured, and all figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from cx.act import telling
from cx.measure.scope import Scope
from cx.output import fonts
from cx.output.report import journeys, method, score, wins
from cx.output.report.paper import FULL_PAGE, Paper, gap, print_pdf
from cx.output.report.sheet import Sheet
from cx.store import query
from cx.store.query import Connection
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

Part = Callable[[Sheet], list[Flowable]]
CHAPTERS: Mapping[str, Part] = {"nps": score.chapter, "journeys": journeys.chapter, "quick_wins": wins.chapter}
_SUMMARIES: Mapping[str, Part] = {"nps": score.summary, "journeys": journeys.summary, "quick_wins": wins.summary}
_APPENDICES: Mapping[str, Part] = {"nps": score.appendix, "journeys": journeys.appendix}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """What does not come from the data. ``generated_at`` carries its zone; ``today`` is the bank's day."""

    today: dt.date
    generated_at: dt.datetime
    generated_by: str
    chapters: tuple[str, ...] = tuple(CHAPTERS)


def build(
    con: Connection, model: Model, t: Translator, scope: Scope, options: Options, progress: Progress | None = None
) -> bytes:
    """The report as a PDF; same data, scope and options, same bytes.

    ``progress(done, all)`` is called before each part; an exception raised in it stops the work. Raises
    :class:`~cx.words.Refused` (``report_font``) where ``CX_FONT`` cannot be used.
    """
    sheet = _sheet(con, model, t, scope, options)
    tell = progress or (lambda _done, _all: None)
    total = len(options.chapters) + 3
    tell(0, total)
    story = _cover(sheet, options)
    for done, name in enumerate(options.chapters, start=1):
        tell(done, total)
        story += CHAPTERS[name](sheet)
    tell(total - 2, total)
    story += method.chapter(sheet, options.generated_by, options.generated_at)
    story += _appendix(sheet, options)
    tell(total - 1, total)
    bank, title = t.pick(model.bank, t("report.bank")), t("report.title")
    pdf = print_pdf(sheet.paper, story, (bank, f"{title} · {sheet.named(sheet.period)}"), title, options.generated_by)
    tell(total, total)
    return pdf


def answers(con: Connection, model: Model, t: Translator, scope: Scope, options: Options) -> tuple[str, ...]:
    """What the first page says, sentence by sentence; nothing where there is nothing to say."""
    return tuple(_answers(_sheet(con, model, t, scope, options), options.chapters))


def _sheet(con: Connection, model: Model, t: Translator, scope: Scope, options: Options) -> Sheet:
    there = query.contents(con, scope.between(None, None), ())
    return Sheet(con, model, t, scope, Paper(t, fonts.face()), options.today, there.first, there.last)


def _cover(sheet: Sheet, options: Options) -> list[Flowable]:
    t, paper = sheet.t, sheet.paper
    story: list[Flowable] = [
        gap(14),
        paper.text(t.pick(sheet.model.bank, t("report.bank")), "note"),
        paper.text(t("report.question"), "cover"),
        paper.text(f"{sheet.named(sheet.period)} · {sheet.place()}", "note"),
        gap(8),
    ]
    said = _answers(sheet, options.chapters)
    story += [paper.text(words, "lead") for words in said or [t("report.nothing")]]
    for name, summary in _SUMMARIES.items():
        if name in options.chapters:
            story += summary(sheet)
    return story


def _appendix(sheet: Sheet, options: Options) -> list[Flowable]:
    found = [flowable for name, part in _APPENDICES.items() if name in options.chapters for flowable in part(sheet)]
    return [*sheet.paper.title(sheet.t("report.title_appendix"), FULL_PAGE), *found] if found else []


def _answers(sheet: Sheet, chapters: tuple[str, ...]) -> list[str]:
    said: list[str] = []
    if "nps" in chapters:
        said += score.answers(sheet)
    if "journeys" in chapters:
        said += journeys.answers(sheet)
    if "quick_wins" in chapters and (found := wins.told(sheet)):
        said.append(telling.answer(sheet.t, found, sheet.today))
    return said
