"""A file of indicators against the indicator dictionary: every cell checked, nothing loaded in part.

All work is SQL over the staged columns: names, periods and units are looked up once a distinct text, figures converted a
column at a time; only the cells at fault come back to Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from cx.bank.model import Model
from cx.store import personal, values
from cx.store.lookup import WHOLE_BANK, Lookup, lookup, names, plain
from cx.store.mappings import IndicatorMapping
from cx.store.tabular import Progress, RowProblem, Table, silent
from cx.words import Problem, Refused

KEY = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")
COLUMNS = (*KEY, "value", "numerator", "denominator")
REPORT_LIMIT = 10_000
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
_DIMENSIONS = ("branch", "region", "channel", "business_line")
_FAULTS = (
    ("upload_unknown_indicator", "indicator"), ("upload_missing_indicator", "indicator"),
    ("upload_missing_period", "period"), ("upload_bad_period", "period"), ("upload_grain", "period"),
    ("upload_future", "period"), ("upload_unknown_branch", "branch"), ("upload_missing_branch", "branch"),
    ("upload_unknown_member", "region"), ("upload_unknown_member", "channel"),
    ("upload_unknown_member", "business_line"), ("upload_missing_value", "value"), ("upload_formula", "value"),
    ("upload_not_a_number", "value"), ("upload_out_of_range", "value"), ("upload_percent_unit", "value"),
    ("upload_not_a_number", "numerator"), ("upload_not_a_number", "denominator"), ("upload_zero_base", "denominator"),
)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A checked file. Table ``checked`` of ``table.con`` holds COLUMNS; loaded only when ``total`` problems is 0.

    ``problems`` are the first REPORT_LIMIT; ``doubles`` counts rows that repeat another one exactly (loaded once).
    """

    table: Table
    mapping: IndicatorMapping
    values: int
    problems: tuple[RowProblem, ...]
    total: int
    doubles: int
    first: dt.date | None
    last: dt.date | None


def check(
    table: Table, mapping: IndicatorMapping, model: Model, today: dt.date, progress: Progress = silent
) -> Checked:
    """Check every row of ``table``. ``today`` is the bank's day: periods that begin later are refused.

    Raises :class:`Refused` for what concerns the file as a whole: a column that is not there, raw transactions or personal
    data, a date order, decimal sign or unit that only the user can know.
    """
    _refuse_personal(table, mapping)
    progress(0.45, "upload.step_checking")
    columns = _long(table, mapping)
    figures = [columns[role] for role in ("value", "numerator", "denominator") if role in columns]
    order, decimal = _conventions(table, mapping, columns["period"], figures)
    _lookups(table, mapping, model, columns, order)
    progress(0.55, "upload.step_checking")
    _convert(table, mapping, today, columns, decimal)
    progress(0.65, "upload.step_checking")
    _refuse_shares(table, mapping, columns)
    problems, total = _faults(table, mapping, model, columns)
    doubles, twice, twice_total = _duplicates(table, mapping, bool(total))
    problems = sorted([*table.broken, *problems, *twice], key=lambda p: (p.row, p.column))[:REPORT_LIMIT]
    total += len(table.broken) + twice_total
    count, first, last = table.con.execute("SELECT count(*), min(day), max(day) FROM matched").fetchall()[0]
    progress(0.7, "upload.step_checking")
    return Checked(table, mapping, count - doubles, tuple(problems), total, doubles, first, last)


def _refuse_personal(table: Table, mapping: IndicatorMapping) -> None:
    figures = frozenset(mapping.columns.get(role, "") for role in ("value", "numerator", "denominator"))
    if mapping.shape != "long":
        figures |= set(mapping.values)
    columns = {header: f"c{i}" for i, header in enumerate(table.headers)}
    hits = personal.found(table.con, columns, figures)
    hits |= {header: "name" for header in table.headers if personal.named(header) and header not in mapping.headers()}
    if hits:
        raise Refused(*(Problem(f"upload_raw_{kind}", table.name, {"column": header}) for header, kind in hits.items()))


def _long(table: Table, mapping: IndicatorMapping) -> dict[str, str]:
    """View ``long``: one row a value whatever the file's shape; gives the SQL column of each role."""
    roles = {role: table.column(header) for role, header in mapping.columns.items()}
    if mapping.shape == "long":
        if mapping.indicator:
            roles["indicator"] = values.quoted(mapping.indicator)
        cells = ", ".join(f"{column} AS {role}" for role, column in roles.items())
        table.con.execute(f"CREATE OR REPLACE VIEW long AS SELECT row, {cells} FROM cells")
        return {role: role for role in roles}
    keep = {role: column for role, column in roles.items() if role in ("indicator", "period", *_DIMENSIONS)}
    if mapping.indicator:
        keep["indicator"] = values.quoted(mapping.indicator)
    varying = "indicator" if mapping.shape == "indicators" else "period"
    keep.pop(varying, None)
    fixed = "".join(f", {column} AS {role}" for role, column in keep.items())
    parts = [
        f"SELECT row{fixed}, {values.quoted(meaning)} AS {varying}, {table.column(header)} AS value, "
        f"{values.quoted(header)} AS header FROM cells WHERE NOT {values.missing(table.column(header))}"
        for header, meaning in mapping.values.items()
    ]
    table.con.execute(f"CREATE OR REPLACE VIEW long AS {' UNION ALL '.join(parts)}")
    return {role: role for role in (*keep, varying, "value", "header")}


def _conventions(
    table: Table, mapping: IndicatorMapping, period: str, figures: Sequence[str]
) -> tuple[values.Order | None, values.Decimal]:
    asks: list[Problem] = []
    order = mapping.reading.date_order or values.date_order(table.con, "long", period)
    if order == "ask":
        asks.append(Problem("upload_ask_date_order", table.name, {"column": mapping.columns.get("period", "")}))
    decimal = mapping.reading.decimal
    if decimal is None:
        decimal = values.decimal_style(table.con, "long", list(figures), table.kind != "text")
    if decimal == "ask":
        asks.append(Problem("upload_ask_decimal", table.name, {"column": mapping.columns.get("value", "")}))
    if asks:
        raise Refused(*asks)
    return order, decimal  # type: ignore[return-value]


def _lookups(
    table: Table, mapping: IndicatorMapping, model: Model, columns: Mapping[str, str], order: values.Order | None
) -> None:
    """Tables ``of_<role>(text, no, fault, …)``: what each distinct text of a column means; ``no`` numbers the model's lists."""
    values.read_dates(table.con, "long", "period", order, "period_texts")
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
        rows.append({"text": text, "no": None if id is None else places[id], "fault": fault})
    _stage(table, "of_indicator", rows, ("no", "fault"))
    known = [
        {"text": id, "no": place, "grain": GRAINS.index(one.grain), "low": _float(one.low), "high": _float(one.high),
         "percent": int(one.unit == "%"), "share": int(one.unit in _SHARE_UNITS)}
        for place, (id, one) in enumerate(model.indicators.items())
    ]  # fmt: skip
    _stage(table, "indicators", known, ("no", "grain", "percent", "share"), ("low", "high"))
    regions = {id: place for place, id in enumerate(model.regions)}
    for role, (members, found) in _members(model).items():
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


def _members(model: Model) -> dict[str, tuple[Mapping[str, object], Lookup]]:
    lists = {
        "branch": model.branches, "region": model.regions, "channel": model.channels,
        "business_line": model.business_lines,
    }  # fmt: skip
    return {role: (members, lookup(members, names)) for role, members in lists.items()}


def _bit(code: str, role: str | None = None) -> int:
    return 1 << next(i for i, (name, at) in enumerate(_FAULTS) if name == code and role in (None, at))


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _distinct(table: Table, role: str) -> list[tuple[str, bool]]:
    """The distinct texts of a column, and whether each says "nothing"."""
    return table.con.execute(
        f"SELECT text, {values.missing('text')} FROM (SELECT DISTINCT {role} AS text FROM long WHERE {role} IS NOT NULL)"
    ).fetchall()


def _stage(
    table: Table, name: str, rows: Sequence[Mapping[str, object]], whole: Sequence[str], real: Sequence[str] = ()
) -> None:
    kinds = [("text", pa.string()), *((n, pa.int32()) for n in whole), *((n, pa.float64()) for n in real)]
    table.con.register("staged", pa.Table.from_pylist(list(rows), pa.schema(kinds)))
    table.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM staged")
    table.con.unregister("staged")


def _convert(
    table: Table, mapping: IndicatorMapping, today: dt.date, columns: Mapping[str, str], decimal: values.Decimal
) -> None:
    """Tables ``matched`` (a row a value, names as numbers) and ``faulty`` (id, fault: a bit for each entry of _FAULTS),
    and view ``checked`` with the names. In two steps, because an alias that others build on is computed anew in each.
    """
    mapped = [role for role in _DIMENSIONS if role in columns]
    figures = [
        f"{values.number(f'l.{role}', decimal)} AS {name}, l.{role} AS {name}_text" if role in columns
        else f"CAST(NULL AS DECIMAL(24, 6)) AS {name}"
        for role, name in (("value", "v"), ("numerator", "n"), ("denominator", "d"))
    ]  # fmt: skip
    numbers = [f"of_{role}.no AS {role}_no" if role in mapped else f"NULL AS {role}_no" for role in _DIMENSIONS if role != "region"]
    regions = [f"of_{role}.{column}" for role, column in (("branch", "region"), ("region", "no")) if role in mapped]
    faults = [
        f"coalesce(of_indicator.fault, {_bit('upload_missing_indicator')})",
        f"coalesce(of_period.fault, {_bit('upload_missing_period')})", *(f"coalesce(of_{role}.fault, 0)" for role in mapped),
    ]  # fmt: skip
    if "branch" in mapped:
        given = " + ".join(f"coalesce(of_{role}.given, 0)" for role in ("branch", "region") if role in mapped)
        faults.append(f"CASE WHEN {given} = 0 THEN {_bit('upload_missing_branch')} ELSE 0 END")
    fitted = " ".join(f"WHEN {place} THEN of_period.as_{grain}" for place, grain in enumerate(GRAINS))
    joins = "".join(f" LEFT JOIN of_{role} ON l.{role} = of_{role}.text" for role in ("indicator", "period", *mapped))
    table.con.execute(
        f"CREATE OR REPLACE TABLE matched AS SELECT l.row, {'l.header' if 'header' in columns else 'NULL'} AS header, "
        f"i.no AS indicator_no, CASE i.grain {fitted} END AS day, {', '.join(numbers)}, "
        f"coalesce({', '.join([*regions, 'CAST(NULL AS INTEGER)'])}) AS region_no, "
        f"{' + '.join(faults)} AS fault, {', '.join(figures)} "
        f"FROM long l{joins} LEFT JOIN indicators i ON of_indicator.no = i.no"
    )
    pct = "(ends_with(v_text, '%') OR ends_with(v_text, '％'))"
    times = f" * CASE WHEN i.percent = 1 AND NOT {pct} THEN 100 ELSE 1 END" if mapping.reading.shares else ""
    amount = f"CAST(CASE WHEN i.share = 1 AND {pct} THEN v / 100 ELSE v{times} END AS DECIMAL(24, 6))"
    table.con.execute(
        "CREATE OR REPLACE VIEW amounts AS SELECT m.rowid AS id, m.*, i.text AS indicator, i.grain AS grain_no, i.low, i.high, "
        f"{amount} AS value, i.percent, i.share, {pct} AS pct FROM matched m LEFT JOIN indicators i ON m.indicator_no = i.no"
    )
    _find_faults(table, columns, today)
    labels = ", ".join(f"{role}_names.text AS {role}" for role in _DIMENSIONS)
    named = " ".join(f"LEFT JOIN {role}_names ON a.{role}_no = {role}_names.no" for role in _DIMENSIONS)
    table.con.execute(
        f"CREATE OR REPLACE VIEW checked AS SELECT a.id, row, header, indicator, {list(GRAINS)}[grain_no + 1] AS grain, day, "
        f"{labels}, value, n AS numerator, d AS denominator FROM amounts a {named}"
    )


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
    fault = " + ".join(["fault", no_value, *(f"CASE WHEN {test} THEN {bit} ELSE 0 END" for test, bit in bits.items())])
    table.con.execute(
        f"CREATE OR REPLACE TABLE faulty AS SELECT * FROM (SELECT id, {fault} AS fault FROM amounts) WHERE fault <> 0",
        {"today": today},
    )


def _refuse_shares(table: Table, mapping: IndicatorMapping, columns: Mapping[str, str]) -> None:
    """An indicator in per cent whose figures all lie within 1: 0.123 may mean 12.3% or 0.123%; only the user knows."""
    if mapping.reading.shares is not None:
        return
    rows = table.con.execute(
        "SELECT indicator, max(abs(v)) FROM amounts WHERE percent = 1 AND NOT pct AND v IS NOT NULL GROUP BY 1 "
        "HAVING max(abs(v)) BETWEEN 0.000001 AND 1 ORDER BY 1"
    ).fetchall()
    if rows:
        indicator, largest = rows[0]
        values_ = {"indicator": indicator, "largest": f"{largest.normalize():f}", "percent": f"{(largest * 100).normalize():f}"}
        raise Refused(Problem("upload_ask_shares", table.name, values_))


def _faults(
    table: Table, mapping: IndicatorMapping, model: Model, columns: Mapping[str, str]
) -> tuple[list[RowProblem], int]:
    total = table.con.execute("SELECT coalesce(sum(bit_count(fault)), 0) FROM faulty").fetchall()[0][0]
    if not total:
        return [], 0
    roles = [role for role in columns if role != "header"]
    texts = ", ".join(f"l.{role}" for role in roles)
    joined = "c.row = l.row" + (" AND c.header = l.header" if "header" in columns else "")
    rows = table.con.execute(
        f"SELECT c.row, c.header, f.fault, c.grain, c.indicator, {texts} FROM faulty f JOIN checked c USING (id) "
        f"JOIN long l ON {joined} ORDER BY c.row LIMIT {REPORT_LIMIT}"
    ).fetchall()
    members = {role: found for role, (_, found) in _members(model).items()}
    members["indicator"] = lookup(model.indicators, names)
    found: list[RowProblem] = []
    for row, header, fault, grain, indicator, *cells in rows:
        text = dict(zip(roles, cells, strict=True))
        for place, (code, role) in enumerate(_FAULTS):
            if fault >> place & 1:
                value = text.get(role) or ""
                known = model.indicators.get(indicator) if indicator else None
                told = {
                    "value": value[:60], "dimension": role, "grain": grain or "", "unit": str(known.unit) if known else "",
                    "low": _shown(known and known.low), "high": _shown(known and known.high),
                    "near": members[role].near(value) if role in members and value else "",
                }  # fmt: skip
                column = _column(mapping, role, header, text)
                found.append(RowProblem(row, column, value, Problem(code, values=told)))
    return found, total


def _shown(value: object) -> str:
    return "–" if value is None else f"{value}"


def _column(mapping: IndicatorMapping, role: str, header: str | None, text: Mapping[str, str | None]) -> str:
    """The header of the column at fault, as in the file."""
    varying = {"indicators": "indicator", "periods": "period"}.get(mapping.shape)
    if header is not None and role in (varying, "value"):
        return header
    return mapping.columns.get(role) or str(text.get(role) or "")


def _duplicates(table: Table, mapping: IndicatorMapping, faulty: bool) -> tuple[int, list[RowProblem], int]:
    """Rows that say the same twice (counted, loaded once) and rows that contradict each other (problems)."""
    con = table.con
    key = ", ".join(f"{name}_no" for name in ("indicator", *_DIMENSIONS)) + ", day"
    sound = "FROM amounts" + (" WHERE id NOT IN (SELECT id FROM faulty)" if faulty else "")
    con.execute(
        f"CREATE OR REPLACE TABLE twice AS SELECT id, row, header, {key}, value, n, d FROM (SELECT *, hash({key}) AS h {sound}) "
        f"WHERE h IN (SELECT h FROM (SELECT hash({key}) AS h {sound}) GROUP BY h HAVING count(*) > 1)"
    )
    groups, rows, distinct, rivals = con.execute(
        f"SELECT count(*), coalesce(sum(n), 0), coalesce(sum(d), 0), coalesce(sum(n) FILTER (d > 1), 0) FROM "
        f"(SELECT count(*) AS n, count(DISTINCT (value, n, d)) AS d FROM twice GROUP BY {key} HAVING count(*) > 1)"
    ).fetchall()[0]
    all_rows = con.execute("SELECT count(*) FROM matched").fetchall()[0][0]
    conflicting = con.execute(
        f"SELECT t.row, t.header, min(row) OVER k, t.value FROM twice t WINDOW k AS (PARTITION BY {key}) "
        f"QUALIFY count(DISTINCT (value, n, d)) OVER k > 1 ORDER BY t.row"
    ).fetchall() if rivals else []  # fmt: skip
    if rivals >= 0.2 * all_rows and groups and rivals / groups >= 2.5:
        raise Refused(Problem("upload_raw_rows", table.name, {"rows": f"{rivals / groups:.1f}"}))
    problems = [
        RowProblem(row, header or mapping.columns.get("value", ""), f"{value.normalize():f}",
                   Problem("upload_twice", values={"first": first}))
        for row, header, first, value in conflicting
        if row != first
    ]  # fmt: skip
    return rows - distinct if not rivals else 0, problems[:REPORT_LIMIT], len(problems)
