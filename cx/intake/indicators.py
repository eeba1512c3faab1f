"""A file of indicators against the indicator dictionary: every cell checked, nothing loaded in part.

All work is SQL over the staged columns: names, periods and units are looked up once a distinct text, figures
converted a column at a time; only the cells at fault come back to Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cx.bank.model import Model
from cx.intake import raw, values
from cx.intake.indicator_convert import convert
from cx.intake.indicator_match import DIMENSIONS, FAULTS, Unknown, look_up
from cx.intake.indicator_units import Conversion, set_units, there
from cx.intake.mappings import VARYING, IndicatorMapping
from cx.intake.reading.layout import lay_out, members_of
from cx.intake.reading.tabular import Table
from cx.intake.rows import Notice, Progress, RowProblem, silent
from cx.words import Problem, Refused

KEY = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")
COLUMNS = (*KEY, "value", "numerator", "denominator")
REPORT_LIMIT = 10_000
KEY_BITS = 1 << 28


@dataclass(frozen=True)
class Checked:
    """A checked file. Table ``checked`` of ``table.con`` holds COLUMNS; loaded only when ``total`` problems is 0.

    ``problems`` are the first REPORT_LIMIT; ``doubles`` counts rows that repeat another one exactly (loaded once);
    ``regions`` counts rows whose region is not that of their branch (the bank model's is loaded). ``notices`` tell what
    was left out, ``unknown`` the names that the bank's lists do not have, ``conversions`` what was converted, ``banks``
    texts that may stand for the whole bank.
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
    notices: tuple[Notice, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    banks: tuple[str, ...] = ()


def check(
    table: Table, mapping: IndicatorMapping, model: Model, today: dt.date, progress: Progress = silent
) -> Checked:
    """Check every row of ``table``. ``today`` is the bank's day: periods that begin later are refused.

    Raises :class:`Refused` for what concerns the file as a whole: a column that is not there, raw transactions or
    personal data, a date order, decimal sign or unit that only the user can know.
    """
    raw.refuse(table, mapping, model)
    progress(0.45, "upload.step_checking")
    laid = lay_out(table, mapping, model)
    columns = laid.columns
    figures = [columns[role] for role in ("value", "numerator", "denominator") if role in columns]
    order, decimal = _conventions(table, mapping, figures)
    unknown, taken = look_up(table, mapping, model, columns, order)
    conversions = set_units(table, mapping, model, columns)
    progress(0.55, "upload.step_checking")
    convert(table, mapping, today, columns, decimal)
    progress(0.65, "upload.step_checking")
    _refuse_shares(table, mapping, model)
    problems, total = _faults(table, mapping, model, columns)
    doubles, twice, twice_total = _duplicates(table, mapping, model, bool(total))
    broken = [one for one in table.broken if one.row not in laid.remarks]
    problems = [*broken, *problems, *twice]
    listed = _listed(table, problems)
    total -= len(problems) - len(listed)  # a name that is wrong in a row is one problem, however many figures it has
    total += len(broken) + twice_total
    count, first, last = table.con.execute("SELECT count(*), min(day), max(day) FROM matched").fetchall()[0]
    progress(0.7, "upload.step_checking")
    return Checked(
        table, mapping, count - doubles, listed[:REPORT_LIMIT], total, doubles, first, last, _regions(table, columns),
        (*table.notices, *laid.notices, *taken), unknown, conversions, laid.banks,
    )  # fmt: skip


def _listed(table: Table, problems: Sequence[RowProblem]) -> tuple[RowProblem, ...]:
    """Problems in the file's order, each once, with the sheet's own row numbers."""
    found: dict[tuple[object, ...], RowProblem] = {}
    for one in sorted(problems, key=lambda p: (p.row, p.column)):
        row, column = table.place(one.row, one.column)
        told, first = one.problem, one.problem.values.get("first")
        if first is not None:
            told = replace(told, values={**told.values, "first": table.place(first)[0]})
        found.setdefault((one.row, column, one.value, told.code), RowProblem(row, column, one.value, told))
    return tuple(found.values())


def _regions(table: Table, columns: Mapping[str, str]) -> int:
    if not {"branch", "region"} <= set(columns):
        return 0
    return table.con.execute(
        "SELECT count(*) FROM long l JOIN of_branch b ON l.branch = b.text JOIN of_region r ON l.region = r.text "
        "WHERE b.region <> r.no"
    ).fetchall()[0][0]


def _conventions(
    table: Table, mapping: IndicatorMapping, figures: Sequence[str]
) -> tuple[values.Order | None, values.Decimal]:
    asks: list[Problem] = []
    order = mapping.reading.date_order or values.date_order(table.con, "seen_period", "text")
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
    """An indicator in per cent whose figures mostly lie within 1: 0.123 may mean 12.3% or 0.123%; only the user knows.

    Up to 2, because shares above 1 exist (a target met by 105%)."""
    if mapping.reading.shares is not None:
        return
    plain = " AND plain = 1" if there(table) else ""
    rows = table.con.execute(
        f"SELECT indicator, max(abs(v)) FROM amounts WHERE percent = 1 AND NOT pct AND v IS NOT NULL{plain} GROUP BY 1 "
        "HAVING max(abs(v)) BETWEEN 0.000001 AND 2 AND 2 * count(*) FILTER (abs(v) <= 1) > count(*) ORDER BY 1"
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
    if header is not None and role in (*VARYING[mapping.shape], "value"):
        return header
    return mapping.columns.get(role) or str(text.get(role) or "")


def _all_different(table: Table, model: Model) -> bool:
    """Whether no two rows of a faultless file are about the same: a bit a possible key, where they are few enough."""
    first, last = table.con.execute("SELECT min(day), max(day) FROM matched").fetchall()[0]
    if first is None:
        return True
    branches = len(model.branches)
    places = branches + len(model.regions)
    code, size = f"(day - DATE '{first}')", (last - first).days + 1
    for place, count in (
        ("indicator_no", len(model.indicators)),
        (f"coalesce(branch_no, {branches} + region_no, {places})", places + 1),
        (f"coalesce(channel_no, {len(model.channels)})", len(model.channels) + 1),
        (f"coalesce(business_line_no, {len(model.business_lines)})", len(model.business_lines) + 1),
    ):
        code, size = f"({code} * {count} + {place})", size * count
    if size > KEY_BITS:
        return False
    return bool(
        table.con.execute(
            f"SELECT count(*) = bit_count(bitstring_agg(CAST({code} AS BIGINT), 0, {size})) FROM matched"
        ).fetchall()[0][0]
    )


def _duplicates(
    table: Table, mapping: IndicatorMapping, model: Model, faulty: bool
) -> tuple[int, list[RowProblem], int]:
    """Rows that say the same twice (counted, loaded once) and rows that contradict each other (problems)."""
    con = table.con
    if not faulty and _all_different(table, model):
        return 0, [], 0
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
