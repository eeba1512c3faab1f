"""Sources × parts of their quality: a number in every cell."""

from __future__ import annotations

from collections.abc import Sequence

from cx.insight.sources import WEIGHTS, Source
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, word
from cx.words import Translator

_LOW, _MIDDLE = 60, 85
"""Where the colour is the full "bad", and where neither; 100 is the full "good"."""


def quality(sources: Sequence[Source], t: Translator, width: theme.Width = "container") -> Chart:
    """The score and its parts, 0..100, one row a source; a dash where a part could not be counted."""
    columns = ("score", *WEIGHTS)
    rows = [
        {
            "source": source.name or t("sources.unnamed"), "column": _title(column, t), "value": value,
            "text": "–" if value is None else t.number(value, 0 if value == round(value) else 1),
            "bold": column == "score", "light": value is not None and (value < 68 or value > 97),
            "detail": _detail(source, column, t),
        }
        for source in sources
        for column in columns
        for value in [_value(source, column)]
    ]  # fmt: skip
    left = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    top = left | {"orient": "top", "labelAngle": 0}
    encoding = {
        "x": theme.o("column", [_title(column, t) for column in columns], axis=top),
        "y": theme.o("source", [source.name or t("sources.unnamed") for source in sources], axis=left),
    }
    tooltip = theme.tooltip(
        source=t("sources.source"), column=t("sources.score"), text=t("sources.score"), detail=t("sources.table_title")
    )
    text = {"text": word("text"), "color": theme.CELL_INK}
    layers = [
        *theme.cells("value", (_LOW, _MIDDLE, 100), tooltip),
        layer("text", "!datum.bold", fontSize=12, enc=text),
        layer("text", "datum.bold", fontSize=14, fontWeight=650, enc=text),
    ]
    told = "; ".join(f"{row['source']} {row['column']} {row['text']}" for row in rows if row["bold"])
    about = t("sources.chart_about", rows=told)
    return theme.finished(rows, layers, about, width, 30 * len(sources) + 40, encoding)


def _title(column: str, t: Translator) -> str:
    return t("sources.score") if column == "score" else t(f"sources.part_{column}")


def _value(source: Source, column: str) -> float | None:
    if column == "score":
        return source.score
    share = source.parts[column].share
    return None if share is None or source.score is None else 100 * share


def _detail(source: Source, column: str, t: Translator) -> str:
    part = source.parts.get(column)
    return t("sources.cell", good=t.number(part.good), all=t.number(part.all)) if part and part.all else ""
