"""Figures as numbers in the dictionary's units, and every fault found, in SQL over whole columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from cx.intake import indicator_units, values
from cx.intake.indicator_match import DIMENSIONS, GRAINS, bit
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading.tabular import Table


def convert(
    table: Table, mapping: IndicatorMapping, today: dt.date, columns: Mapping[str, str], decimal: values.Decimal
) -> None:
    """Tables ``matched`` (a row a value, names as numbers) and ``faulty`` (id, fault: a bit for each entry of FAULTS),
    and view ``checked`` with the names. In two steps, because an alias that others build on is computed anew in each.
    """
    units = indicator_units.there(table)
    pct = _join(table, columns, decimal, units, texts=False)
    amount = _amount(mapping, pct, units)
    table.con.execute(
        "CREATE OR REPLACE VIEW amounts AS SELECT m.rowid AS id, m.*, i.text AS indicator, i.grain AS grain_no, "
        f"i.low, i.high, i.percent, i.share, {amount} AS value FROM matched m "
        "LEFT JOIN indicators i ON m.indicator_no = i.no"
    )
    if _spotless(table, columns, today):
        table.con.execute("CREATE OR REPLACE TABLE faulty (id BIGINT, fault INTEGER)")
    else:
        _join(table, columns, decimal, units, texts=True)
        _find_faults(table, columns, today)
    labels = ", ".join(f"{role}_names.text AS {role}" for role in DIMENSIONS)
    named = " ".join(f"LEFT JOIN {role}_names ON a.{role}_no = {role}_names.no" for role in DIMENSIONS)
    table.con.execute(
        f"CREATE OR REPLACE VIEW checked AS SELECT a.id, row, header, indicator, "
        f"{list(GRAINS)}[grain_no + 1] AS grain, day, {labels}, value, n AS numerator, d AS denominator "
        f"FROM amounts a {named}"
    )


def _join(table: Table, columns: Mapping[str, str], decimal: values.Decimal, units: bool, texts: bool) -> str:
    """Table ``matched``, with the figures as written only where ``texts`` asks for them: most files never need them.

    Returns the SQL for whether a figure is written with a percent sign: plain where none is.
    """
    mapped = [role for role in DIMENSIONS if role in columns]
    signed = "(contains(l.value, '%') OR contains(l.value, '％'))"
    some = table.con.execute(f"SELECT 1 FROM long l WHERE {signed} LIMIT 1").fetchall()
    figures = [f"{signed if some else 'FALSE'} AS pct"]
    for role, name in (("value", "v"), ("numerator", "n"), ("denominator", "d")):
        cast = values.number(f"l.{role}", decimal) if role in columns else "CAST(NULL AS DECIMAL(24, 6))"
        if units and role == "numerator":
            cast = f"CAST({cast} * CASE WHEN u.parts = 1 THEN u.num / u.den ELSE 1 END AS DECIMAL(24, 6))"
        figures.append(f"{cast} AS {name}")
        if texts and role in columns:
            figures.append(f"l.{role} AS {name}_text")
    if units:
        figures += ["coalesce(u.num, 1) AS num", "coalesce(u.den, 1) AS den", "coalesce(u.plain, 1) AS plain"]
    numbers = [
        f"of_{role}.no AS {role}_no" if role in mapped else f"NULL AS {role}_no"
        for role in DIMENSIONS
        if role != "region"
    ]
    regions = [f"of_{role}.{column}" for role, column in (("branch", "region"), ("region", "no")) if role in mapped]
    fitted = " ".join(f"WHEN {place} THEN of_period.as_{grain}" for place, grain in enumerate(GRAINS))
    joins = "".join(f" LEFT JOIN of_{role} ON l.{role} = of_{role}.text" for role in ("indicator", "period", *mapped))
    joins += indicator_units.joined(columns) if units else ""
    table.con.execute(
        f"CREATE OR REPLACE TABLE matched AS SELECT l.row, {'l.header' if 'header' in columns else 'NULL'} AS header, "
        f"of_indicator.no AS indicator_no, CASE of_indicator.grain {fitted} END AS day, {', '.join(numbers)}, "
        f"coalesce({', '.join([*regions, 'CAST(NULL AS INTEGER)'])}) AS region_no, "
        f"{_fault(mapped)} AS fault, {', '.join(figures)} FROM long l{joins}"
    )
    return "pct" if some else "FALSE"


def _fault(mapped: Sequence[str]) -> str:
    """SQL: what is wrong with a row's names and period. Nearly every row has nothing wrong and every cell filled: told
    by one sum, NULL where a cell is empty."""
    faults = [
        f"coalesce(of_indicator.fault, {bit('upload_missing_indicator')})",
        f"coalesce(of_period.fault, {bit('upload_missing_period')})",
        *(f"coalesce(of_{role}.fault, 0)" for role in mapped),
    ]
    none = " + ".join(f"of_{role}.fault" for role in ("indicator", "period", *mapped)) + " = 0"
    if "branch" in mapped:
        none += " AND of_branch.given = 1"
        given = " + ".join(f"coalesce(of_{role}.given, 0)" for role in ("branch", "region") if role in mapped)
        faults.append(f"CASE WHEN {given} = 0 THEN {bit('upload_missing_branch')} ELSE 0 END")
    return f"CASE WHEN {none} THEN 0 ELSE {' + '.join(faults)} END"


def _amount(mapping: IndicatorMapping, pct: str, units: bool) -> str:
    """SQL: the figure in its indicator's unit. A percent sign in the cell counts before any unit above it."""
    if pct == "FALSE" and not mapping.reading.shares and not units:
        return "v"
    times = f" * CASE WHEN i.percent = 1 AND NOT {pct}{' AND plain = 1' if units else ''} THEN 100 ELSE 1 END"
    times = times if mapping.reading.shares else ""
    times += f" * CASE WHEN {pct} THEN 1 ELSE num END / CASE WHEN {pct} THEN 1 ELSE den END" if units else ""
    return f"CAST(CASE WHEN i.share = 1 AND {pct} THEN v / 100 ELSE v{times} END AS DECIMAL(24, 6))"


def _find_faults(table: Table, columns: Mapping[str, str], today: dt.date) -> None:
    no_value = (
        f"CASE WHEN v IS NOT NULL THEN 0 WHEN {values.missing('v_text')} THEN {bit('upload_missing_value')} "
        f"WHEN {values.formula('v_text')} THEN {bit('upload_formula')} ELSE {bit('upload_not_a_number', 'value')} END"
    )
    unfit = bit("upload_missing_period") | bit("upload_bad_period") | bit("upload_span")
    bits = {
        f"day IS NULL AND indicator_no IS NOT NULL AND fault & {unfit} = 0": bit("upload_grain"),
        "day > $today": bit("upload_future"),
        "value < low OR value > high": bit("upload_out_of_range"),
        "pct AND percent = 0 AND share = 0": bit("upload_percent_unit"),
    }
    for role, name in (("numerator", "n"), ("denominator", "d")):
        if role in columns:
            bits[f"{name} IS NULL AND NOT {values.missing(f'{name}_text')}"] = bit("upload_not_a_number", role)
    if "denominator" in columns:
        bits["d <= 0"] = bit("upload_zero_base")  # a negative weight would turn a ratio of many round
    fault = " + ".join(["fault", no_value, *(f"CASE WHEN {test} THEN {bit} ELSE 0 END" for test, bit in bits.items())])
    table.con.execute(
        f"CREATE OR REPLACE TABLE faulty AS SELECT * FROM (SELECT id, {fault} AS fault FROM amounts) WHERE fault <> 0",
        {"today": today},
    )


def _spotless(table: Table, columns: Mapping[str, str], today: dt.date) -> bool:
    """Whether extremes and counts by indicator already show that no row is at fault: a tenth of the cost of looking."""
    bases = [name for role, name in (("numerator", "n"), ("denominator", "d")) if role in columns]
    counted = "".join(f" AND count({name}) = count(*)" for name in bases) + " AND min(d) > 0" * ("d" in bases)
    return bool(
        table.con.execute(
            "SELECT coalesce(bool_and(sound), true) FROM (SELECT bit_or(fault) = 0 AND count(v) = count(*) "
            "AND count(day) = count(*) AND max(day) <= $today "
            "AND NOT (bool_or(pct) AND any_value(percent + share) = 0) "
            "AND coalesce(min(value) >= any_value(low), true) AND coalesce(max(value) <= any_value(high), true)"
            f"{counted} AS sound FROM amounts GROUP BY indicator_no)",
            {"today": today},
        ).fetchall()[0][0]
    )
