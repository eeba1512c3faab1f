"""The figures of a tile as a table, and as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cx.bank.boards import Tile
from cx.insight.journey import Heat
from cx.insight.nps import Breakdown, Trend
from cx.insight.tiles import Comments, Distribution, Found, Grid, Number, Table
from cx.measure.statistics import Estimate
from cx.output.tiles import facts
from cx.store.sheet import safe_cell
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

Row = dict[str, Any]


def rows(tile: Tile, found: Found, t: Translator, model: Model) -> list[Row]:
    """The rows of a tile with headings in the reader's language; numbers as numbers, nothing for what is hidden."""
    said = found.answer
    if isinstance(said, Distribution):
        return [
            {t("nps.score"): b.score, t("nps.responses"): b.n, t("nps.share"): round(b.share, 6)} for b in said.bars
        ]
    if isinstance(said, Comments):
        return [
            {
                t("boards.col_comment"): each.text, t("nps.score"): each.score,
                t("dimension.branch"): model.label("branch", each.branch, t),
                t("dimension.touchpoint"): model.label("touchpoint", each.touchpoint, t),
                t("dimension.day"): each.day.isoformat(),
            }
            for each in said.comments
        ]  # fmt: skip
    return [_row(names, e, tile, t, model) for names, e in _cells(said, t, model)]


def _cells(said: Any, t: Translator, model: Model) -> Iterable[tuple[Row, Estimate]]:
    def named(by: Sequence[str], key: Sequence[Any]) -> Row:
        return {t(f"dimension.{name}"): _value(name, value, t, model) for name, value in zip(by, key, strict=True)}

    if isinstance(said, Number):
        return [({}, said.estimate)]
    if isinstance(said, Trend):
        return [(named((said.grain,), (point.day,)), point.estimate) for point in said.points]
    if isinstance(said, Breakdown):
        return [(named((said.by,), (row.key,)), row.estimate) for row in said.rows]
    if isinstance(said, Heat):
        pairs = [(row, column) for row in said.rows for column in said.columns]
        return [(named((said.by, "stage"), (row, column)), said.of(row, column).estimate) for row, column in pairs]
    if isinstance(said, Grid):
        return [(named(said.by, key), e) for key, e in said.cells.items()]
    if isinstance(said, Table):
        return [(named(said.by, cell.key), cell.estimate) for cell in said.cells]
    return []


def _value(name: str, value: Any, t: Translator, model: Model) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else facts.label(name, value, t, model)


def _row(names: Row, e: Estimate, tile: Tile, t: Translator, model: Model) -> Row:
    metric = facts.title(tile, t, model) if not tile.by else t(f"metric.{tile.metric}")
    note = {"small": t("nps.small"), "hidden": t("why.hidden"), "empty": t("why.empty")}.get(e.state, "")
    return names | {
        metric: _rounded(e.value), t("nps.col_low"): _rounded(e.low), t("nps.col_high"): _rounded(e.high),
        t("nps.base"): e.base if e.value is not None else None, t("nps.note"): note,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)


def csv_bytes(found: Sequence[Row]) -> bytes:
    """Rows as CSV that spreadsheets open in UTF-8; no text is taken for a formula."""
    out = io.StringIO()
    if found:
        writer = csv.writer(out)
        writer.writerow([_safe(name) for name in found[0]])
        writer.writerows([_safe(cell) for cell in row.values()] for row in found)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    return "" if cell is None else safe_cell(cell) if isinstance(cell, str) else cell
