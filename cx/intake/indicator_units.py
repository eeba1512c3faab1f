"""The unit in which a file writes each indicator, and what makes it the dictionary's: table ``of_unit``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from cx.bank.model import Model
from cx.intake import units
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading.layout import known
from cx.intake.reading.tabular import Table
from cx.words import Problem, Refused


@dataclass(frozen=True)
class Conversion:
    """Figures of an indicator written in ``said`` were multiplied by ``factor`` to be in the dictionary's ``unit``."""

    indicator: str
    said: str
    unit: str
    factor: Fraction

    @property
    def shown(self) -> str:
        """The factor as people write it: × 60, ÷ 60."""
        over = self.factor.numerator == 1 and self.factor.denominator > 1
        return f"÷ {self.factor.denominator:,}" if over else f"× {float(self.factor):,g}"


def set_units(
    table: Table, mapping: IndicatorMapping, model: Model, columns: Mapping[str, str]
) -> tuple[Conversion, ...]:
    """Table ``of_unit(indicator, unit, header, num, den, parts, plain)`` where any unit is named; no table otherwise.

    Raises :class:`Refused`: ``upload_unit`` for one that does not go with the indicator's, ``upload_unit_scale`` where
    both the unit and the cells say 万.
    """
    table.con.execute("DROP TABLE IF EXISTS of_unit")
    keys = [role for role in ("indicator", "unit", "header") if role in columns]
    wide = len(keys) > 1
    found = known(model, mapping, "indicator")
    chosen = ", ".join(keys)
    source = f"SELECT DISTINCT {chosen} FROM long" if wide else "SELECT text FROM seen_indicator"
    rows, asked = [], set()
    above, problems = units.of_titles(table.titles), []
    for texts in table.con.execute(source).fetchall():
        row = dict(zip(keys, texts, strict=True))
        id = found(row["indicator"]) if row["indicator"] else None
        if id is None:
            continue
        wanted, (said, certain) = model.indicators[id].unit, _said(row, id, mapping, above)
        if said is None:
            continue
        factor = units.factor(said, wanted)
        if factor is None:
            if certain:
                problems.append(Problem("upload_unit", table.name, {
                    "indicator": model.indicators[id].name, "said": said, "unit": wanted,
                }))  # fmt: skip
            continue
        share = any(one.kind == "share" for one in units.read(said))
        rows.append({
            "indicator": row["indicator"], "unit": row.get("unit"), "header": row.get("header"),
            "num": factor.numerator, "den": factor.denominator, "parts": int(not share), "plain": int(factor == 1),
        })  # fmt: skip
        asked.add(Conversion(id, said, wanted, factor))
    if problems:
        raise Refused(*{(p.values["indicator"]["zh"], p.values["said"]): p for p in problems}.values())
    changed = {one for one in asked if one.factor != 1}
    if rows and (changed or any(row["num"] != row["den"] for row in rows)):
        _refuse_twice(table, [one.said for one in changed])
        _stage(table, rows)
    return tuple(sorted(changed, key=lambda one: (one.indicator, one.said)))


def _said(
    row: Mapping[str, str | None], id: str, mapping: IndicatorMapping, above: str | None
) -> tuple[str | None, bool]:
    """The unit of one kind of figures, and whether it is named for them alone: the nearest word counts."""
    header, text = row.get("header") or "", row["indicator"] or ""
    for key in (header, id, text):
        if key in mapping.units:
            return mapping.units[key], True
    if row.get("unit") and row["unit"].strip():  # type: ignore[union-attr]
        return row["unit"], True
    for name in (header, text, mapping.columns.get("value", "")):
        if name and (said := units.of_name(name)):
            return said, True
    return (above, False) if above and units.known(above) else (None, False)


def _refuse_twice(table: Table, said: list[str]) -> None:
    scaled = [text for text in said if units.is_scaled(text)]
    test = "contains(value, '万') OR contains(value, '亿')"
    found = table.con.execute(f"SELECT value FROM long WHERE {test} LIMIT 1").fetchall() if scaled else []
    if found:
        raise Refused(Problem("upload_unit_scale", table.name, {"said": scaled[0], "value": found[0][0]}))


def _stage(table: Table, rows: list[dict[str, object]]) -> None:
    kinds = [("indicator", pa.string()), ("unit", pa.string()), ("header", pa.string()), ("num", pa.int64()),
             ("den", pa.int64()), ("parts", pa.int32()), ("plain", pa.int32())]  # fmt: skip
    table.con.register("staged", pa.Table.from_pylist(rows, pa.schema(kinds)))
    table.con.execute("CREATE OR REPLACE TABLE of_unit AS SELECT * FROM staged")
    table.con.unregister("staged")


def joined(columns: Mapping[str, str]) -> str:
    """SQL: the join of ``of_unit`` to ``long l``."""
    keys = " AND ".join(
        f"u.{role} IS NOT DISTINCT FROM l.{role}" for role in ("indicator", "unit", "header") if role in columns
    )
    return f" LEFT JOIN of_unit u ON {keys}"


def there(table: Table) -> bool:
    """Whether figures have to be converted."""
    return bool(table.con.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'of_unit'").fetchall())
