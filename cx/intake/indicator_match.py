"""Rows of an indicator file matched with the bank's model, and every fault found, in SQL over whole columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa

from cx.bank.model import Model
from cx.intake import values
from cx.intake.lookup import WHOLE_BANK, Lookup, lookup, names, plain
from cx.intake.mappings import IndicatorMapping
from cx.intake.tabular import Table

GRAINS = ("day", "week", "month", "quarter")
# A period may be named by itself or by its first or last day: one column a grain that an indicator may have.
_FITTED = (
    "CASE WHEN grain = 'day' THEN day END AS as_day",
    "CASE WHEN grain = 'week' THEN day WHEN grain = 'day' AND isodow(day) IN (1, 7) "
    "THEN CAST(date_trunc('week', day) AS DATE) END AS as_week",
    "CASE WHEN grain = 'month' THEN day WHEN grain = 'day' AND (day(day) = 1 OR day = last_day(day)) "
    "THEN CAST(date_trunc('month', day) AS DATE) END AS as_month",
    "CASE WHEN grain = 'quarter' THEN day WHEN grain = 'day' AND (day = date_trunc('quarter', day) "
    "OR (month(day) % 3 = 0 AND day = last_day(day))) THEN CAST(date_trunc('quarter', day) AS DATE) END AS as_quarter",
)
_SHARE_UNITS = ("share", "ratio", "比率")
DIMENSIONS = ("branch", "region", "channel", "business_line")
FAULTS = (
    ("upload_unknown_indicator", "indicator"), ("upload_missing_indicator", "indicator"),
    ("upload_missing_period", "period"), ("upload_bad_period", "period"), ("upload_grain", "period"),
    ("upload_future", "period"), ("upload_unknown_branch", "branch"), ("upload_missing_branch", "branch"),
    ("upload_unknown_member", "region"), ("upload_unknown_member", "channel"),
    ("upload_unknown_member", "business_line"), ("upload_missing_value", "value"), ("upload_formula", "value"),
    ("upload_not_a_number", "value"), ("upload_out_of_range", "value"), ("upload_percent_unit", "value"),
    ("upload_not_a_number", "numerator"), ("upload_not_a_number", "denominator"), ("upload_zero_base", "denominator"),
)  # fmt: skip


def look_up(table: Table, model: Model, columns: Mapping[str, str], order: values.Order | None) -> None:
    """Tables ``of_<role>(text, no, fault, …)``: what each distinct text means; ``no`` numbers the model's lists."""
    values.read_dates(table.con, "periods_seen", "period", order, "period_texts")
    table.con.execute(
        f"CREATE OR REPLACE TABLE of_period AS SELECT text, {', '.join(_FITTED)}, CASE WHEN {values.missing('text')} "
        f"THEN {_bit('upload_missing_period')} WHEN day IS NULL THEN {_bit('upload_bad_period')} ELSE 0 END AS fault "
        "FROM period_texts"
    )
    places = {id: place for place, id in enumerate(model.indicators)}
    found = lookup(model.indicators, names)
    rows = []
    for text, absent in _distinct(table, "indicator"):
        id = None if absent else found.find(text)
        fault = _bit("upload_missing_indicator") if absent else 0 if id else _bit("upload_unknown_indicator")
        grain = GRAINS.index(model.indicators[id].grain) if id else None
        rows.append({"text": text, "no": None if id is None else places[id], "grain": grain, "fault": fault})
    _stage(table, "of_indicator", rows, ("no", "grain", "fault"))
    known = [
        {"text": id, "no": place, "grain": GRAINS.index(one.grain), "low": _float(one.low), "high": _float(one.high),
         "percent": int(one.unit == "%"), "share": int(one.unit in _SHARE_UNITS)}
        for place, (id, one) in enumerate(model.indicators.items())
    ]  # fmt: skip
    _stage(table, "indicators", known, ("no", "grain", "percent", "share"), ("low", "high"))
    regions = {id: place for place, id in enumerate(model.regions)}
    for role, (members, found) in members_of(model).items():
        places = {id: place for place, id in enumerate(members)}
        _stage(table, f"{role}_names", [{"text": id, "no": place} for id, place in places.items()], ("no",))
        rows = []
        for text, absent in _distinct(table, role) if role in columns else ():
            whole = plain(text) in WHOLE_BANK
            id = None if absent or whole else found.find(text)
            unknown = _bit("upload_unknown_branch" if role == "branch" else "upload_unknown_member", role)
            region = regions.get(model.branches[id].region) if id and role == "branch" else None
            rows.append({
                "text": text, "no": None if id is None else places[id], "region": region, "given": int(not absent),
                "fault": 0 if absent or whole or id else unknown,
            })  # fmt: skip
        _stage(table, f"of_{role}", rows, ("no", "region", "given", "fault"))


def members_of(model: Model) -> dict[str, tuple[Mapping[str, object], Lookup]]:
    lists = {
        "branch": model.branches, "region": model.regions, "channel": model.channels,
        "business_line": model.business_lines,
    }  # fmt: skip
    return {role: (members, lookup(members, names)) for role, members in lists.items()}


def _bit(code: str, role: str | None = None) -> int:
    return 1 << next(i for i, (name, at) in enumerate(FAULTS) if name == code and role in (None, at))


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _distinct(table: Table, role: str) -> list[tuple[str, bool]]:
    """The distinct texts of a column, and whether each says "nothing"."""
    return table.con.execute(
        f"SELECT text, {values.missing('text')} "
        f"FROM (SELECT DISTINCT {role} AS text FROM long WHERE {role} IS NOT NULL)"
    ).fetchall()


def _stage(
    table: Table, name: str, rows: Sequence[Mapping[str, object]], whole: Sequence[str], real: Sequence[str] = ()
) -> None:
    kinds = [("text", pa.string()), *((n, pa.int32()) for n in whole), *((n, pa.float64()) for n in real)]
    table.con.register("staged", pa.Table.from_pylist(list(rows), pa.schema(kinds)))
    table.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM staged")
    table.con.unregister("staged")


def convert(
    table: Table, mapping: IndicatorMapping, today: dt.date, columns: Mapping[str, str], decimal: values.Decimal
) -> None:
    """Tables ``matched`` (a row a value, names as numbers) and ``faulty`` (id, fault: a bit for each entry of FAULTS),
    and view ``checked`` with the names. In two steps, because an alias that others build on is computed anew in each.
    """
    mapped = [role for role in DIMENSIONS if role in columns]
    figures = [
        f"{values.number(f'l.{role}', decimal)} AS {name}, l.{role} AS {name}_text" if role in columns
        else f"CAST(NULL AS DECIMAL(24, 6)) AS {name}"
        for role, name in (("value", "v"), ("numerator", "n"), ("denominator", "d"))
    ]  # fmt: skip
    numbers = [
        f"of_{role}.no AS {role}_no" if role in mapped else f"NULL AS {role}_no"
        for role in DIMENSIONS
        if role != "region"
    ]
    regions = [f"of_{role}.{column}" for role, column in (("branch", "region"), ("region", "no")) if role in mapped]
    faults = [
        f"coalesce(of_indicator.fault, {_bit('upload_missing_indicator')})",
        f"coalesce(of_period.fault, {_bit('upload_missing_period')})",
        *(f"coalesce(of_{role}.fault, 0)" for role in mapped),
    ]  # fmt: skip
    if "branch" in mapped:
        given = " + ".join(f"coalesce(of_{role}.given, 0)" for role in ("branch", "region") if role in mapped)
        faults.append(f"CASE WHEN {given} = 0 THEN {_bit('upload_missing_branch')} ELSE 0 END")
    # Nearly every row has nothing wrong and every cell filled: told by one sum, NULL where a cell is empty.
    none = " + ".join(f"of_{role}.fault" for role in ("indicator", "period", *mapped)) + " = 0"
    none += " AND of_branch.given = 1" if "branch" in mapped else ""
    fitted = " ".join(f"WHEN {place} THEN of_period.as_{grain}" for place, grain in enumerate(GRAINS))
    joins = "".join(f" LEFT JOIN of_{role} ON l.{role} = of_{role}.text" for role in ("indicator", "period", *mapped))
    table.con.execute(
        f"CREATE OR REPLACE TABLE matched AS SELECT l.row, {'l.header' if 'header' in columns else 'NULL'} AS header, "
        f"of_indicator.no AS indicator_no, CASE of_indicator.grain {fitted} END AS day, {', '.join(numbers)}, "
        f"coalesce({', '.join([*regions, 'CAST(NULL AS INTEGER)'])}) AS region_no, "
        f"CASE WHEN {none} THEN 0 ELSE {' + '.join(faults)} END AS fault, {', '.join(figures)} "
        f"FROM long l{joins}"
    )
    pct, amount = _amount(table, mapping)
    table.con.execute(
        "CREATE OR REPLACE VIEW amounts AS SELECT m.rowid AS id, m.*, i.text AS indicator, i.grain AS grain_no, "
        f"i.low, i.high, i.percent, i.share, {pct} AS pct, {amount} AS value "
        "FROM matched m LEFT JOIN indicators i ON m.indicator_no = i.no"
    )
    _find_faults(table, columns, today)
    labels = ", ".join(f"{role}_names.text AS {role}" for role in DIMENSIONS)
    named = " ".join(f"LEFT JOIN {role}_names ON a.{role}_no = {role}_names.no" for role in DIMENSIONS)
    table.con.execute(
        f"CREATE OR REPLACE VIEW checked AS SELECT a.id, row, header, indicator, "
        f"{list(GRAINS)}[grain_no + 1] AS grain, day, {labels}, value, n AS numerator, d AS denominator "
        f"FROM amounts a {named}"
    )


def _amount(table: Table, mapping: IndicatorMapping) -> tuple[str, str]:
    """SQL: whether a figure is written with a percent sign, and the figure in its indicator's unit.

    Plain where the whole column is: a test of every row costs a tenth of the check.
    """
    written = "(ends_with(v_text, '%') OR ends_with(v_text, '％'))"
    some = table.con.execute(f"SELECT 1 FROM matched WHERE {written} LIMIT 1").fetchall()
    pct = written if some else "FALSE"
    if not some and not mapping.reading.shares:
        return pct, "v"
    times = f" * CASE WHEN i.percent = 1 AND NOT {pct} THEN 100 ELSE 1 END" if mapping.reading.shares else ""
    return pct, f"CAST(CASE WHEN i.share = 1 AND {pct} THEN v / 100 ELSE v{times} END AS DECIMAL(24, 6))"


def _find_faults(table: Table, columns: Mapping[str, str], today: dt.date) -> None:
    no_value = (
        f"CASE WHEN v IS NOT NULL THEN 0 WHEN {values.missing('v_text')} THEN {_bit('upload_missing_value')} "
        f"WHEN {values.formula('v_text')} THEN {_bit('upload_formula')} ELSE {_bit('upload_not_a_number', 'value')} END"
    )
    unfit = _bit("upload_missing_period") | _bit("upload_bad_period")
    bits = {
        f"day IS NULL AND indicator_no IS NOT NULL AND fault & {unfit} = 0": _bit("upload_grain"),
        "day > $today": _bit("upload_future"),
        "value < low OR value > high": _bit("upload_out_of_range"),
        "pct AND percent = 0 AND share = 0": _bit("upload_percent_unit"),
    }
    for role, name in (("numerator", "n"), ("denominator", "d")):
        if role in columns:
            bits[f"{name} IS NULL AND NOT {values.missing(f'{name}_text')}"] = _bit("upload_not_a_number", role)
    if "denominator" in columns:
        bits["d = 0"] = _bit("upload_zero_base")
    if _spotless(table, columns, today):
        table.con.execute("CREATE OR REPLACE TABLE faulty (id BIGINT, fault INTEGER)")
        return
    fault = " + ".join(["fault", no_value, *(f"CASE WHEN {test} THEN {bit} ELSE 0 END" for test, bit in bits.items())])
    table.con.execute(
        f"CREATE OR REPLACE TABLE faulty AS SELECT * FROM (SELECT id, {fault} AS fault FROM amounts) WHERE fault <> 0",
        {"today": today},
    )


def _spotless(table: Table, columns: Mapping[str, str], today: dt.date) -> bool:
    """Whether extremes and counts by indicator already show that no row is at fault: a tenth of the cost of looking."""
    bases = [name for role, name in (("numerator", "n"), ("denominator", "d")) if role in columns]
    counted = "".join(f" AND count({name}) = count(*) AND min(abs({name})) > 0" for name in bases)
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
