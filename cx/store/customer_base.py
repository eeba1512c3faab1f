"""The customer bases that the bank gave, the latest in use; earlier ones stay. Owner of the table ``customer_base``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from cx.bank.population import Base, Row
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection


def latest(con: Connection) -> Base | None:
    """The base given last."""
    found = con.execute(
        "SELECT file_name, as_of, given_by, customers FROM customer_base ORDER BY given_at DESC, number DESC LIMIT 1"
    ).fetchall()
    if not found:
        return None
    name, day, who, customers = found[0]
    return Base(tuple(Row(*row) for row in json.loads(customers)), (("", name),), day, who)


def give(db: Database, rows: Iterable[Row], name: str, as_of: dt.date, who: str) -> None:
    """Put a base in use, counted on ``as_of``; it goes into the audit log with its counts by dimension."""
    kept = [[row.dimension, row.value, row.customers] for row in rows]
    totals: dict[str, int] = {}
    for dimension, _, customers in kept:
        totals[dimension] = totals.get(dimension, 0) + customers
    detail = {"as_of": as_of.isoformat(), "customers": [f"{dimension} {n}" for dimension, n in totals.items()]}
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with audit.writing(db) as con:
        number = con.execute("SELECT count(*) + 1 FROM customer_base").fetchall()[0][0]
        con.execute(
            "INSERT INTO customer_base VALUES (?, ?, ?, ?, ?, ?)",
            [number, now, who, name, as_of, json.dumps(kept, ensure_ascii=False)],
        )
        audit.write(con, who, "customer_base", name, detail)
