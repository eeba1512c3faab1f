"""Indicator values sent as JSON, checked by the rules of an uploaded file: one implementation, another way in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from cx.bank.model import Model
from cx.intake import indicators
from cx.intake.feeds import payload
from cx.intake.indicators import Checked
from cx.intake.lookup import WHOLE_BANK, lookup, names
from cx.intake.mappings import INDICATOR_ROLES, IndicatorMapping, Reading
from cx.intake.reading.tabular import Table
from cx.words import Problem, Refused

_PLACES = ("branch", "region", "channel", "business_line")
_TEXTS = ("indicator", "period", *_PLACES)
_FIGURES = ("value", "numerator", "denominator")
_TIMES = {"%": 100, "per_10k": 10_000}
_READING = Reading(date_order="ymd", decimal="dot", shares=False)
_BANK = tuple(sorted(WHOLE_BANK))  # in a file these are totals; whoever sends such a value means the whole bank
_CONFIG = {"autoinstall_known_extensions": "false", "memory_limit": "512MB"}


@dataclass(frozen=True)
class Allowed:
    """What a sender may send: indicators and branches by id; None: all, for branches the whole bank's values too."""

    indicators: frozenset[str] | None = None
    branches: frozenset[str] | None = None


@dataclass(frozen=True)
class Sender:
    """Who sends: ``by`` is the one named in history and log, ``source`` what the history says."""

    id: str
    by: str
    source: str
    allowed: Allowed = Allowed()


@contextmanager
def opened(data: dict[str, Any], sha256: str, sender: Sender, model: Model, today: dt.date) -> Iterator[Checked]:
    """``{"values": [...], "source": …}`` as a checked file without a problem; ``today`` is the bank's day.

    Raises :class:`Refused` with every problem, each at ``values[i].field``; ``feed_not_allowed`` for values that are
    right but not this sender's.
    """
    problems: list[Problem] = []
    payload.fields(data, ("values", "source"), "body", problems)
    told = payload.text(data["source"], "source", problems) if data.get("source") is not None else None
    known = lookup(model.indicators, names)
    times = {id: _TIMES.get(one.unit, 1) for id, one in model.indicators.items()}
    rows = []
    for place, item in enumerate(payload.listed(data, "values")):
        row, parts = _row(item, f"values[{place}]", problems)
        if parts is not None:
            row["value"] = _ratio(*parts, times.get(known.find(row["indicator"] or "") or "", 1))
        rows.append(row)
    if problems:
        raise Refused(*problems)
    name = f"API · {told or sender.source}"
    con = duckdb.connect(":memory:", config=_CONFIG)
    try:
        con.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        table, mapping = _staged(con, rows, name, sha256, sender.source)
        checked = indicators.check(table, mapping, model, today)
        if checked.total:
            raise Refused(*(_placed(p.row, p.column, p.problem) for p in checked.problems))
        if checked.values + checked.doubles < len(rows):
            raise Refused(Problem("feed_total", "values"))
        _refuse_foreign(checked, sender.allowed)
        yield checked
    except Refused as refused:
        raise Refused(*(_whole(problem, name) for problem in refused.problems)) from None
    finally:
        con.close()


def _row(
    item: object, where: str, problems: list[Problem]
) -> tuple[dict[str, str | None], tuple[Decimal, Decimal] | None]:
    """One value as the texts of a table's row; and numerator and denominator, where they must give the value."""
    said = payload.fields(item, INDICATOR_ROLES, where, problems)
    row: dict[str, str | None] = dict.fromkeys(INDICATOR_ROLES)
    for name in _TEXTS:
        if said.get(name) is not None:
            row[name] = payload.text(said[name], f"{where}.{name}", problems)
    figures = {
        name: payload.number(said[name], f"{where}.{name}", problems) for name in _FIGURES if said.get(name) is not None
    }
    if said and ("numerator" in figures) != ("denominator" in figures):
        problems.append(Problem("feed_pair", where))
    elif said and not figures:
        problems.append(Problem("feed_no_value", where))
    row |= {name: None if one is None else f"{one:f}" for name, one in figures.items()}
    if not row["branch"] and not row["region"]:
        row["branch"] = "all"
    numerator, denominator = figures.get("numerator"), figures.get("denominator")
    alone = "value" not in figures and numerator is not None and denominator is not None
    return row, (numerator, denominator) if alone else None  # type: ignore[return-value]


def _ratio(numerator: Decimal, denominator: Decimal, times: int) -> str:
    """The value that the parts give, in the indicator's unit; 0 of nothing: the check tells why."""
    return f"{numerator * times / denominator if denominator else Decimal(0):f}"


def _staged(
    con: duckdb.DuckDBPyConnection, rows: list[dict[str, str | None]], name: str, sha256: str, source: str
) -> tuple[Table, IndicatorMapping]:
    used = [role for role in INDICATOR_ROLES if role in ("indicator", "period", "value") or any(r[role] for r in rows)]
    columns = {f"c{place}": pa.array([row[role] for row in rows], pa.string()) for place, role in enumerate(used)}
    con.register("sent", pa.table({"row": pa.array(range(len(rows)), pa.int64()), **columns}))
    con.execute("CREATE TABLE raw AS SELECT * FROM sent")
    con.unregister("sent")
    con.execute("CREATE VIEW cells AS SELECT * FROM raw")
    table = Table(con, name, sha256, "json", tuple(used), 0, len(rows))
    mapping = IndicatorMapping(source, "long", {role: role for role in used}, reading=_READING, bank=_BANK)
    return table, mapping


def _refuse_foreign(checked: Checked, allowed: Allowed) -> None:
    rows = checked.table.con.execute("SELECT row, indicator, branch FROM checked ORDER BY row").fetchall()
    problems = []
    for row, indicator, branch in rows:
        for field, value, limit in (("indicator", indicator, allowed.indicators), ("branch", branch, allowed.branches)):
            if limit is not None and value not in limit:
                problems.append(Problem("feed_not_allowed", f"values[{row}].{field}"))
    if problems:
        raise Refused(*problems)


def _placed(row: int, column: str, problem: Problem) -> Problem:
    """A row's problem at its place in the body."""
    where = f"values[{row}].{column}" if column else f"values[{row}]"
    if problem.code == "upload_twice":
        return Problem("feed_twice", where, {"first": f"values[{problem.values['first']}]"})
    return Problem(problem.code, where, problem.values)


def _whole(problem: Problem, name: str) -> Problem:
    """A problem of the whole: of ``values``, not of a file."""
    return Problem(problem.code, "values", problem.values) if problem.where == name else problem
