"""A file of indicators against the indicator dictionary: every cell checked, nothing loaded in part.

All work is SQL over the staged columns: names, periods and units are looked up once a distinct text, figures
converted a column at a time; only the cells at fault come back to Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cx.bank.model import Model
from cx.intake import personal, values
from cx.intake.indicator_match import DIMENSIONS, FAULTS, convert, look_up, members_of
from cx.intake.lookup import lookup, names
from cx.intake.mappings import IndicatorMapping
from cx.intake.rows import Progress, RowProblem, silent
from cx.intake.tabular import Table
from cx.words import Problem, Refused

KEY = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")
COLUMNS = (*KEY, "value", "numerator", "denominator")
REPORT_LIMIT = 10_000


@dataclass(frozen=True)
class Checked:
    """A checked file. Table ``checked`` of ``table.con`` holds COLUMNS; loaded only when ``total`` problems is 0.

    ``problems`` are the first REPORT_LIMIT; ``doubles`` counts rows that repeat another one exactly (loaded once);
    ``regions`` counts rows whose region is not that of their branch (the bank model's is loaded).
    """

    table: Table
    mapping: IndicatorMapping
    values: int
    problems: tuple[RowProblem, ...]
    total: int
    doubles: int
    first: dt.date | None
    last: dt.date | None
    regions: int = 0


def check(
    table: Table, mapping: IndicatorMapping, model: Model, today: dt.date, progress: Progress = silent
) -> Checked:
    """Check every row of ``table``. ``today`` is the bank's day: periods that begin later are refused.

    Raises :class:`Refused` for what concerns the file as a whole: a column that is not there, raw transactions or
    personal data, a date order, decimal sign or unit that only the user can know.
    """
    refuse_personal(table, mapping)
    progress(0.45, "upload.step_checking")
    columns = _long(table, mapping)
    figures = [columns[role] for role in ("value", "numerator", "denominator") if role in columns]
    order, decimal = _conventions(table, mapping, figures)
    look_up(table, model, columns, order)
    progress(0.55, "upload.step_checking")
    convert(table, mapping, today, columns, decimal)
    progress(0.65, "upload.step_checking")
    _refuse_shares(table, mapping, model)
    problems, total = _faults(table, mapping, model, columns)
    doubles, twice, twice_total = _duplicates(table, mapping, bool(total))
    problems = sorted([*table.broken, *problems, *twice], key=lambda p: (p.row, p.column))[:REPORT_LIMIT]
    total += len(table.broken) + twice_total
    count, first, last = table.con.execute("SELECT count(*), min(day), max(day) FROM matched").fetchall()[0]
    progress(0.7, "upload.step_checking")
    return Checked(
        table, mapping, count - doubles, tuple(problems), total, doubles, first, last, _regions(table, columns)
    )


def _regions(table: Table, columns: Mapping[str, str]) -> int:
    if not {"branch", "region"} <= set(columns):
        return 0
    return table.con.execute(
        "SELECT count(*) FROM long l JOIN of_branch b ON l.branch = b.text JOIN of_region r ON l.region = r.text "
        "WHERE b.region <> r.no"
    ).fetchall()[0][0]


def refuse_personal(table: Table, mapping: IndicatorMapping) -> None:
    """Raise :class:`Refused` where columns hold or announce cards, identity or phone numbers, or names."""
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
    keep = {role: column for role, column in roles.items() if role in ("indicator", "period", *DIMENSIONS)}
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
    table: Table, mapping: IndicatorMapping, figures: Sequence[str]
) -> tuple[values.Order | None, values.Decimal]:
    asks: list[Problem] = []
    table.con.execute("CREATE OR REPLACE TABLE periods_seen AS SELECT DISTINCT period FROM long")
    order = mapping.reading.date_order or values.date_order(table.con, "periods_seen", "period")
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


def _refuse_shares(table: Table, mapping: IndicatorMapping, model: Model) -> None:
    """An indicator in per cent whose figures all lie within 1: 0.123 may mean 12.3% or 0.123%; only the user knows."""
    if mapping.reading.shares is not None:
        return
    rows = table.con.execute(
        "SELECT indicator, max(abs(v)) FROM amounts WHERE percent = 1 AND NOT pct AND v IS NOT NULL GROUP BY 1 "
        "HAVING max(abs(v)) BETWEEN 0.000001 AND 1 ORDER BY 1"
    ).fetchall()
    if rows:
        indicator, largest = rows[0]
        values_ = {
            "indicator": model.indicators[indicator].name,
            "largest": f"{largest.normalize():f}",
            "percent": f"{(largest * 100).normalize():f}",
        }
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
    members = {role: found for role, (_, found) in members_of(model).items()}
    members["indicator"] = lookup(model.indicators, names)
    found: list[RowProblem] = []
    for row, header, fault, grain, indicator, *cells in rows:
        text = dict(zip(roles, cells, strict=True))
        for place, (code, role) in enumerate(FAULTS):
            if fault >> place & 1:
                value = text.get(role) or ""
                known = model.indicators.get(indicator) if indicator else None
                told = {
                    "value": value[:60], "dimension": role, "grain": grain or "",
                    "unit": str(known.unit) if known else "",
                    "low": _shown(known and known.low), "high": _shown(known and known.high),
                    "near": members[role].near(value) if role in members and value else "",
                }  # fmt: skip
                column = _column(mapping, role, header, text)
                found.append(RowProblem(row, column, value, Problem(code, values=told)))
    return found, total


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _column(mapping: IndicatorMapping, role: str, header: str | None, text: Mapping[str, str | None]) -> str:
    """The header of the column at fault, as in the file."""
    varying = {"indicators": "indicator", "periods": "period"}.get(mapping.shape)
    if header is not None and role in (varying, "value"):
        return header
    return mapping.columns.get(role) or str(text.get(role) or "")


def _duplicates(table: Table, mapping: IndicatorMapping, faulty: bool) -> tuple[int, list[RowProblem], int]:
    """Rows that say the same twice (counted, loaded once) and rows that contradict each other (problems)."""
    con = table.con
    key = ", ".join(f"{name}_no" for name in ("indicator", *DIMENSIONS)) + ", day"
    sound = "FROM amounts" + (" WHERE id NOT IN (SELECT id FROM faulty)" if faulty else "")
    if con.execute(f"SELECT count(*) = count(DISTINCT hash({key})) {sound}").fetchall()[0][0]:
        return 0, [], 0
    con.execute(
        f"CREATE OR REPLACE TABLE twice AS SELECT id, row, header, {key}, value, n, d "
        f"FROM (SELECT *, hash({key}) AS h {sound}) "
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
