"""A file of complaints, row by row: which column says what is for the user to choose, nothing is guessed from names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cx.bank.model import Model
from cx.intake import values
from cx.intake.lookup import lookup, names
from cx.intake.reading.tabular import Table
from cx.intake.rows import RowProblem
from cx.words import Problem, Refused

COLUMNS = ("id", "received", "contacted", "closed", "topic", "status", "timely", "branch", "disputed")
NEEDED = ("id", "received", "status")
MOST = 500_000
LONGEST = 120
"""Characters of a topic or status: what a customer wrote is none, and only some may read it."""
_SHORT = ("topic", "status", "disputed")
_TOLD = 1_000


@dataclass(frozen=True)
class ComplaintMapping:
    """Which column holds what (by :data:`COLUMNS`; those without one are left out), which words of the status column
    say that a complaint is still open, and which of the timely column that it was late. ``source`` names the system."""

    columns: Mapping[str, str]
    still_open: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    source: str = "complaints"
    order: values.Order | None = None


@dataclass(frozen=True)
class Complaint:
    """One row: days of the bank; ``branch`` an id of the model; ``timely`` None where the file does not say."""

    id: str
    received: dt.date
    open: bool
    contacted: dt.date | None = None
    closed: dt.date | None = None
    topic: str | None = None
    branch: str | None = None
    timely: bool | None = None
    disputed: str | None = None
    status: str = ""


@dataclass(frozen=True)
class Checked:
    """What a file says. With a problem in any row nothing of it is taken; ``total`` counts all of them."""

    mapping: ComplaintMapping
    name: str
    sha256: str
    complaints: tuple[Complaint, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    total: int = 0


def words(table: Table, header: str) -> tuple[tuple[str, int], ...]:
    """The different words of a column and how often each is there, at most 50: to choose from."""
    column = values.clean(table.column(header))
    return tuple(
        table.con.execute(
            f"SELECT {column} AS word, count(*) AS n FROM cells WHERE NOT {values.missing(table.column(header))} "
            "GROUP BY word ORDER BY n DESC, word LIMIT 50"
        ).fetchall()
    )


def check(table: Table, mapping: ComplaintMapping, model: Model) -> Checked:
    """Every row of the file. Raises :class:`Refused`: ``complaints_columns``, ``complaints_large``,
    ``complaints_order`` (day or month first?), ``upload_no_column``."""
    missing = [name for name in NEEDED if not mapping.columns.get(name)]
    if missing:
        raise Refused(Problem("complaints_columns", table.name, {"missing": ", ".join(missing)}))
    if table.broken:
        return Checked(mapping, table.name, table.sha256, (), table.broken[:_TOLD], len(table.broken))
    if table.rows > MOST:
        raise Refused(Problem("complaints_large", table.name, {"limit": f"{MOST:,}"}))
    found = _Rows(table, mapping, model)
    kept = tuple(filter(None, (found.read(row) for row in found.rows())))
    problems = tuple(found.problems)
    empty = Checked(mapping, table.name, table.sha256, (), problems[:_TOLD], len(problems))
    return empty if problems else replace(empty, complaints=kept)


class _Rows:
    """The rows of one file while they are read; what is wrong gathers in ``problems``."""

    def __init__(self, table: Table, mapping: ComplaintMapping, model: Model) -> None:
        self.table, self.mapping = table, mapping
        self.columns = {name: header for name, header in mapping.columns.items() if header and name in COLUMNS}
        self.problems: list[RowProblem] = []
        self.seen: dict[str, int] = {}
        self.branches = lookup(model.branches, names)

    def rows(self) -> list[tuple[object, ...]]:
        con, days, texts = self.table.con, [], []
        for name in COLUMNS:
            header = self.columns.get(name)
            column = self.table.column(header) if header else "NULL"
            if not header or name not in ("received", "contacted", "closed"):
                said = f"CASE WHEN NOT {values.missing(column)} THEN {values.clean(column)} END" if header else "NULL"
                texts.append(f"{said} AS {name}")
                continue
            values.read_dates(con, "cells", column, self._order(column, header), f"days_{name}")
            days.append(f"LEFT JOIN days_{name} ON days_{name}.text = {column}")
            texts.append(
                f"CASE WHEN NOT {values.missing(column)} THEN {column} END AS {name}, "
                f"CASE WHEN days_{name}.grain = 'day' THEN days_{name}.day END AS {name}_day"
            )
        return con.execute(f"SELECT row, {', '.join(texts)} FROM cells {' '.join(days)} ORDER BY row").fetchall()

    def _order(self, column: str, header: str) -> values.Order | None:
        found = self.mapping.order or values.date_order(self.table.con, "cells", column)
        if found == "ask":
            raise Refused(Problem("complaints_order", self.table.name, {"column": header}))
        return found

    def read(self, row: tuple[object, ...]) -> Complaint | None:
        line, cells = int(str(row[0])), iter(row[1:])
        said: dict[str, str | None] = {}
        days: dict[str, dt.date | None] = {}
        for name in COLUMNS:
            text = next(cells)
            said[name] = None if text is None else str(text)
            if name in self.columns and name in ("received", "contacted", "closed"):
                day = next(cells)
                days[name] = day if isinstance(day, dt.date) else None
        before = len(self.problems)
        self._check(line, said, days)
        if len(self.problems) > before:
            return None
        id, received, status = said["id"] or "", days["received"], said["status"] or ""
        branch = self.branches.find(said["branch"]) if said["branch"] else None
        timely = None if said["timely"] is None else said["timely"] not in self.mapping.late
        assert received is not None  # checked above
        return Complaint(
            id, received, status in self.mapping.still_open, days.get("contacted"), days.get("closed"), said["topic"],
            branch, timely, said["disputed"], status,
        )  # fmt: skip

    def _check(self, line: int, said: Mapping[str, str | None], days: Mapping[str, dt.date | None]) -> None:
        for name in NEEDED:
            if said[name] is None:
                self._tell(line, name, "", "complaints_empty")
        for name, day in days.items():
            if said[name] is not None and day is None:
                self._tell(line, name, said[name] or "", "complaints_day")
            elif day is not None and days["received"] is not None and day < days["received"]:
                self._tell(line, name, said[name] or "", "complaints_early")
        for name in _SHORT:
            if len(said[name] or "") > LONGEST:
                self._tell(line, name, said[name] or "", "complaints_long", longest=LONGEST)
        if said["branch"] and self.branches.find(said["branch"]) is None:
            self._tell(line, "branch", said["branch"], "complaints_branch")
        id = said["id"]
        if id is not None and self.seen.setdefault(id, line) != line:
            self._tell(line, "id", id, "complaints_twice", first=self.seen[id])

    def _tell(self, line: int, name: str, value: str, code: str, **more: object) -> None:
        row, column = self.table.place(line, self.columns.get(name, ""))
        found = {"found": value[:40], **more}
        self.problems.append(RowProblem(row, column, value[:200], Problem(code, f"{self.table.name}:{row}", found)))
