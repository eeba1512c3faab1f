"""Chapter: how was it measured? Definitions, bases, versions, rules, and who printed it when."""

from __future__ import annotations

import datetime as dt

from reportlab.platypus import Flowable

from cx.output.report import score
from cx.output.report.paper import Cell
from cx.output.report.sheet import Sheet
from cx.store.query import measure, provenance

_DEFINED = ("nps", "satisfaction", "indicator")


def chapter(sheet: Sheet, generated_by: str, generated_at: dt.datetime) -> list[Flowable]:
    """What a careful reader asks before believing a number."""
    t, paper, scope = sheet.t, sheet.paper, sheet.scope
    story = paper.title(t("report.title_method"), 520)
    story += paper.table((), _facts(sheet, generated_by, generated_at), (1, 3), 0)
    rows: list[list[Cell]] = [[t(f"metric.{name}"), t(f"metric.{name}_about")] for name in _DEFINED]
    rows.append([t("report.quick_win"), t("quick_win.how_text")])
    story += paper.table((), rows, (1, 3), 0, t("report.definitions"))
    story.append(paper.text(t("report.rules", minimum=scope.minimum_base, small=scope.small_base), "note"))
    story += _asked(sheet)
    if not paper.face.embedded:
        story.append(paper.text(t("report.font_note"), "note"))
    return story


def _asked(sheet: Sheet) -> list[Flowable]:
    """The questions to the database as they were asked, for who wants to ask them again."""
    paper, t = sheet.paper, sheet.t
    found = [head.now for _, _, head in score.kinds(sheet)][:1] + [measure(sheet.con, "satisfaction", sheet.scope)]
    story: list[Flowable] = [paper.text(t("why.sql"), "heading")]
    for asked in found:
        given = t("report.comma").join(str(value) for value in asked.parameters) or t("report.none")
        said = f"{t(f'metric.{asked.metric.name}')}: {' '.join(asked.sql.split())}"
        story += [paper.text(said, "fine"), paper.text(f"{t('why.parameters')}: {given}", "note")]
    return story


def _facts(sheet: Sheet, generated_by: str, generated_at: dt.datetime) -> list[list[Cell]]:
    t = sheet.t
    responses = measure(sheet.con, "responses", sheet.scope)
    behind = provenance(sheet.con, responses)
    none = t("report.none")
    return [
        [t("report.fact_period"), sheet.named(sheet.period)],
        [t("report.fact_scope"), sheet.place()],
        [t("report.fact_responses"), t.number(responses.total.n)],
        [t("report.fact_as_of"), t.date(sheet.last) if sheet.last else none],
        [t("report.fact_versions"), t("report.comma").join(behind.versions) or none],
        [t("report.fact_generated"), t("report.generated", by=generated_by, at=t.time(generated_at))],
    ]
