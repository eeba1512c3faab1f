"""One quick win on one page A4: its charter to sign, and its story. What does not fit is set smaller, never cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, KeepInFrame, KeepTogether

from cx.act import telling
from cx.act.quick_wins import QuickWin
from cx.act.verification import Outlook
from cx.output import fonts
from cx.output.charts import proof as drawn
from cx.output.charts import quick_wins as charts
from cx.output.report.paper import BOTTOM, CHART, TOP, WIDTH, Paper, gap, print_pdf
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_HEIGHT = A4[1] - TOP - BOTTOM - 2


def charter(
    win: QuickWin, model: Model, t: Translator, display: Callable[[str], str], today: dt.date,
    outlook: Outlook | None = None, zone: str | None = None,
) -> bytes:  # fmt: skip
    """All that is promised, what the pilot can show, the milestones, and the signature: recorded in the bank's
    ``zone``, or lines to sign on paper.

    Raises :class:`~cx.words.Refused` (``report_font``) where ``CX_FONT`` cannot be used.
    """
    paper, hidden = Paper(t, fonts.face()), not win.figures and win.state != "idea"
    parts: list[Flowable] = [
        paper.text(t.pick(win.charter.title), "cover"),
        *paper.table([], telling.facts(t, win.charter, model, outlook, hidden), (1.6, 8), 0),
    ]
    if steps := telling.steps(t, win.charter, model):
        rows = [[day, title, t("quick_win.milestone_ticked") if done else ""] for day, title, done in steps]
        parts += paper.table([], rows, (1.8, 6.4, 1.2), 0, heading=t("quick_win.milestones"))
    parts += [
        gap(6),
        paper.text(t("quick_win.charter_by", by=display(win.author)), "note"),
        paper.text(telling.signed(t, win, display, zone), "note"),
    ]
    if win.signature is None:
        if outlook is not None and outlook.blind:
            parts.append(paper.text(t("quick_win.knowing" if outlook.compared else "quick_win.knowing_alone")))
        parts += [gap(14), *paper.table([], [[t("quick_win.charter_line"), t("quick_win.charter_day")]], (6, 3), 0)]
    return _page(paper, parts, t("quick_win.charter_title"), win, model, today, display(win.author))


def story(
    win: QuickWin, model: Model, t: Translator, display: Callable[[str], str], today: dt.date, pain: str = ""
) -> bytes:
    """The closed win as a story: what hurt, what was done, the proof, the lesson, what comes next."""
    paper = Paper(t, fonts.face())
    parts: list[Flowable] = [paper.text(t.pick(win.charter.title), "cover")]
    for heading, sentences in telling.story(t, win, model, pain):
        parts.append(paper.text(heading, "heading"))
        if heading == t("quick_win.show_proof"):
            parts += [paper.text(sentences[0], "lead"), *_picture(paper, win, model, t)]
            sentences = sentences[1:]
        parts += [paper.text(sentence) for sentence in sentences]
    return _page(paper, parts, t("quick_win.to_show"), win, model, today, display(win.recorded_by))


def _picture(paper: Paper, win: QuickWin, model: Model, t: Translator) -> list[Flowable]:
    if win.result is None:
        return []
    found = win.result.proof
    if found.series:
        return [paper.figure(drawn.lines(win.charter, found, model, t, width=CHART, height=230))]
    if found.plain.before.value is not None and found.plain.after.value is not None:
        return [paper.figure(charts.before_after(win.charter, found.plain, model, t, width=CHART))]
    return []


def _page(
    paper: Paper, parts: list[Flowable], kind: str, win: QuickWin, model: Model, today: dt.date, author: str
) -> bytes:
    t = paper.t
    bank = t.pick(model.bank, t("report.bank"))
    loose = [each for part in parts for each in (part._content if isinstance(part, KeepTogether) else [part])]
    fitted = KeepInFrame(WIDTH, _HEIGHT, loose, mode="shrink")  # which knows nothing of what is kept together
    title = f"{kind} · {t.pick(win.charter.title)}"
    return print_pdf(paper, [fitted], (f"{bank} · {kind}", t.date(today)), title, author)
