"""The one door for analytic reads. Rights and filters cannot be forgotten here, because they are the Scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from cx.measure import people
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS, SEVERAL, Metric
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, HIDDEN, Estimate
from cx.store import guarding

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Cell:
    """One row of a measurement: the values of its dimensions, in the order asked, and the estimate."""

    key: tuple[Any, ...]
    estimate: Estimate


@dataclass(frozen=True)
class Measured:
    """The answer to one question, with what is needed to explain it: the SQL as run and its parameters."""

    metric: Metric
    scope: Scope
    by: tuple[str, ...]
    cells: tuple[Cell, ...]
    sql: str
    parameters: tuple[Any, ...]

    @property
    def total(self) -> Estimate:
        """The single estimate of a measurement without breakdown."""
        assert not self.by
        return self.cells[0].estimate

    def of(self, *key: Any) -> Estimate:
        """The estimate of one cell; an empty one where there is none."""
        return self.as_dict().get(key, EMPTY)

    def as_dict(self) -> Mapping[tuple[Any, ...], Estimate]:
        """Estimates by key."""
        return {cell.key: cell.estimate for cell in self.cells}


@dataclass(frozen=True)
class Provenance:
    """What lies behind a number: as-of moment (UTC), survey versions ("branch-visit 1.0.0"), sources, and how many
    responses of the same scope are left out for their quality."""

    as_of: dt.datetime | None
    versions: tuple[str, ...]
    sources: tuple[str, ...]
    left_out: int = 0


def measure(con: Connection, metric: str | Metric, scope: Scope, by: Sequence[str] = ()) -> Measured:
    """Measure ``metric`` (a name, or one that a reader here makes) within ``scope``, one cell for each combination of
    the dimensions ``by``, in their order.

    Raises ``KeyError`` for an unknown metric or dimension, ``ValueError`` where NPS kinds, brands or indicators would
    be pooled, the metric is not one of that voice or the dimension does not exist in the metric's view.
    """
    entry = METRICS[metric] if isinstance(metric, str) else metric
    _refuse_pooling(entry, scope, by)
    sql, names, parameters = _question(entry, scope, by)
    rows, width = con.execute(sql, parameters).fetchall(), len(by)
    cells = [
        _cell(entry, tuple(row[:width]), {n: v or 0 for n, v in zip(names, row[width:], strict=True)}) for row in rows
    ]
    return Measured(entry, scope, tuple(by), _guarded(con, entry, scope, by, cells), sql, tuple(parameters))


def _question(metric: Metric, scope: Scope, by: Sequence[str]) -> tuple[str, list[str], list[Any]]:
    """The SQL, the names of its sums, its parameters."""
    columns = [_column(name, metric.view) for name in by]
    condition, parameters = where(metric, scope)
    sums, total = dict(metric.sums), metric.rated
    if total is None:
        sums |= {"respondents": "COUNT(DISTINCT response_id)"} if metric.view in SEVERAL else {}
        source = f"{metric.view}\nWHERE {condition}"
    else:  # first by person, whose several answers are no answers of several people
        inner = [f"{column} AS {name}" for name, column in zip(by, columns, strict=True)]
        inner += ["response_id", *(f"{sql} AS {name}" for name, sql in sums.items())]
        source = f"(SELECT {', '.join(inner)}\nFROM {metric.view}\nWHERE {condition}\nGROUP BY ALL) AS person"
        columns = list(by)
        sums = {name: f"SUM({name})" for name in sums} | {name: sql.format(total=total) for name, sql in people.SUMS}
    sql = f"SELECT {', '.join(columns + [f'{sql} AS {name}' for name, sql in sums.items()])}\nFROM {source}"
    if by:
        places = ", ".join(str(i + 1) for i in range(len(by)))
        sql += f"\nGROUP BY {places}\nORDER BY {places}"
    return sql, list(sums), parameters


def _refuse_pooling(metric: Metric, scope: Scope, by: Sequence[str]) -> None:
    if metric.voice is not None and metric.voice != scope.voice:
        raise ValueError(f"{metric.name} is measured of the voice {metric.voice} only, not {scope.voice}")
    if metric.kind_needed and scope.nps_kind is None:
        raise ValueError("NPS kinds are never pooled: the scope must name one nps_kind")
    alone = metric.alone
    if alone and alone not in by and not any(name == alone and len(values) == 1 for name, values in scope.where):
        raise ValueError(f"{metric.name} is never pooled over {alone}: break down by it, or filter one")


def _cell(metric: Metric, key: tuple[Any, ...], counts: dict[str, int]) -> Cell:
    e = metric.finish(counts)  # not dataclasses.replace: a page may ask for tens of thousands of cells
    return Cell(key, Estimate(e.value, e.low, e.high, e.n, e.se, e.state, counts, e.degrees))


def _guarded(con: Connection, metric: Metric, scope: Scope, by: Sequence[str], cells: list[Cell]) -> tuple[Cell, ...]:
    """The cells with small bases marked, those too small hidden, and those that would give the hidden ones away."""
    if not metric.privacy:
        return tuple(cell if cell.estimate.n else Cell(cell.key, EMPTY) for cell in cells)
    bases = {cell.key: cell.estimate.counts.get("respondents", cell.estimate.n) for cell in cells}
    hidden = guarding.hidden(con, metric.view, by, bases, scope.minimum_base, *where(metric, scope))
    return tuple(
        Cell(
            cell.key,
            HIDDEN
            if cell.key in hidden
            else cell.estimate.guarded(scope.minimum_base, scope.small_base, bases[cell.key]),
        )
        for cell in cells
    )


def provenance(con: Connection, measured: Measured) -> Provenance:
    """As-of moment, survey versions and sources of a measurement, under the same scope."""
    condition, parameters = where(measured.metric, measured.scope)
    if measured.metric.view == "v_indicator":
        rows = con.execute(
            "SELECT max(loaded_at), list(DISTINCT file_name) FROM upload WHERE upload_id IN "
            f"(SELECT upload_id FROM v_indicator WHERE {condition})",
            parameters,
        ).fetchall()
        return Provenance(rows[0][0], (), tuple(sorted(rows[0][1] or ())))
    facts = con.execute(  # what came with a file is told by the file's name
        "SELECT version, coalesce(u.file_name, f.source), last FROM "
        "(SELECT survey_id || ' ' || survey_version AS version, source, max(day) AS last "
        f"FROM {measured.metric.view} WHERE {condition} GROUP BY 1, 2) f LEFT JOIN upload u ON u.upload_id = f.source",
        parameters,
    ).fetchall()
    days = [day for _, _, day in facts]
    return Provenance(
        dt.datetime.combine(max(days), dt.time()) if days else None,
        tuple(sorted({version for version, _, _ in facts})),
        tuple(sorted({source for _, source, _ in facts})),
        _left_out(con, measured),
    )


def _left_out(con: Connection, measured: Measured) -> int:
    if measured.scope.include_flagged:
        return 0
    condition, parameters = where(measured.metric, replace(measured.scope, include_flagged=True))
    view = measured.metric.view
    rows = con.execute(f"SELECT count(DISTINCT response_id) FROM {view} WHERE {condition} AND flagged", parameters)
    return int(rows.fetchall()[0][0])


@dataclass(frozen=True)
class Contents:
    """What there is to ask about under some rights: first and last day, and each dimension's values, sorted."""

    first: dt.date | None
    last: dt.date | None
    n: int
    values: Mapping[str, tuple[str, ...]]


def contents(con: Connection, scope: Scope, names: Sequence[str], metric: str = "responses") -> Contents:
    """First and last day and the values of the dimensions ``names`` within a scope; values only, never how many."""
    entry = METRICS[metric]
    condition, parameters = where(entry, scope)
    source = f"FROM {entry.view} WHERE {condition}"

    def values(name: str) -> tuple[str, ...]:
        # One at a time: together they are no faster and take ten times the memory.
        rows = con.execute(f"SELECT DISTINCT {_column(name, entry.view)} {source}", parameters).fetchall()
        return tuple(sorted(str(value) for (value,) in rows if value is not None))

    first, last, n = con.execute(f"SELECT min(day), max(day), count(*) {source}", parameters).fetchall()[0]
    return Contents(first, last, n, {name: values(name) for name in names})


def kinds(con: Connection, scope: Scope) -> tuple[str, ...]:
    """The NPS kinds that have responses within a scope, sorted."""
    condition, parameters = where(METRICS["responses"], scope)
    rows = con.execute(f"SELECT DISTINCT nps_kind FROM v_response WHERE {condition}", parameters).fetchall()
    return tuple(sorted(kind for (kind,) in rows if kind is not None))


def where(metric: Metric, scope: Scope) -> tuple[str, list[Any]]:
    """The condition of a scope over a metric's view, and its parameters. Rights come first."""
    parts, parameters = [f"({metric.where})"], []
    if scope.rights.branches is not None:
        _among("branch", tuple(sorted(scope.rights.branches)), parts, parameters)
    if metric.view != "v_indicator":
        if scope.nps_kind is not None:
            parts.append("nps_kind = ?")
            parameters.append(scope.nps_kind)
        if not metric.voice == scope.voice == "customer":  # NPS is taken from customers only, whatever way it came
            parts.append("voice = ?")
            parameters.append(scope.voice)
        if not scope.include_flagged:
            parts.append("NOT flagged")
    for operator, day in ((">=", scope.start), ("<=", scope.end)):
        if day is not None:
            parts.append(f"day {operator} ?")
            parameters.append(day)
    for name, values in scope.where:
        _among(_column(name, metric.view), values, parts, parameters)
    return " AND ".join(parts), parameters


def _among(column: str, values: tuple[str, ...], parts: list[str], parameters: list[Any]) -> None:
    if not values:
        parts.append("FALSE")
        return
    parts.append(f"{column} IN ({', '.join('?' * len(values))})")
    parameters.extend(values)


def _column(name: str, view: str) -> str:
    dimension = DIMENSIONS[name]
    if view not in dimension.views:
        raise ValueError(f"{view} has no dimension {name}")
    return dimension.sql
