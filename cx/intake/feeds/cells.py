"""Events added up, kept by the upload that brought them, and the indicator values they give. Owner of ``feed_cell``.

All batches of a feed that come in on one day of the bank are one upload: within it a value is written anew, across days
it supersedes the one before. Taking an upload back takes its counts out of every later value.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

import duckdb
import pyarrow as pa

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.intake.feeds.events import Cell, Key
from cx.intake.feeds.plan import Figures, Plan, Target, grouped, period, targets, worked_out
from cx.measure import latency
from cx.store import audit
from cx.words import Problem, Refused

Con = duckdb.DuckDBPyConnection
_KEY = ("day", "branch", "channel", "name")
_TEXT, _COUNT, _FIGURE = pa.string(), pa.int64(), pa.decimal128(24, 6)
_CELL = pa.schema(
    [("upload_id", _TEXT), ("feed", _TEXT), ("day", pa.date32()), ("branch", _TEXT), ("channel", _TEXT),
     ("name", _TEXT), ("attempts", _COUNT), ("successes", _COUNT), ("timed", _COUNT),
     ("microseconds", _COUNT), ("buckets", _TEXT)]
)  # fmt: skip
_VALUE = pa.schema(
    [("upload_id", _TEXT), ("indicator", _TEXT), ("grain", _TEXT), ("day", pa.date32()), ("branch", _TEXT),
     ("region", _TEXT), ("channel", _TEXT), ("value", _FIGURE), ("numerator", _FIGURE), ("denominator", _FIGURE)]
)  # fmt: skip


def take(con: Con, cells: Mapping[Key, Cell], feed: Feed, model: Model, by: str, now: dt.datetime) -> tuple[str, int]:
    """Keep counts and write the values they give; upload id and number of values. The caller holds the transaction.

    ``now`` has a zone. Raises :class:`Refused` (``upload_out_of_range``) where a value is implausible.
    """
    plan = Plan.of(feed, model)
    upload_id = _upload(con, plan, feed, by, now)
    keep(con, upload_id, feed.id, cells)
    wanted = targets(plan, cells)
    groups = grouped(plan, (row[1:] for row in _kept(con, plan, wanted)))
    found = {target: one for target in wanted if (one := worked_out(target, plan, groups)) is not None}
    _refuse_implausible(found, feed, model)
    _write(con, upload_id, found, model)
    con.execute(
        "UPDATE upload SET row_count = (SELECT count(*) FROM indicator_value v WHERE v.upload_id = upload.upload_id) "
        "WHERE upload_id = ?",
        [upload_id],
    )
    return upload_id, len(found)


def keep(con: Con, upload_id: str, feed: str, cells: Mapping[Key, Cell]) -> None:
    """Add counts to those of the same upload."""
    here = {key: cell for _, key, cell in _read(con, "feed = ? AND upload_id = ?", [feed, upload_id]) if key in cells}
    rows = []
    for key, cell in cells.items():
        total = here.get(key, Cell())
        total.add(cell)
        counts = (total.attempts, total.successes, total.timed, total.microseconds)
        rows.append((upload_id, feed, *key, *counts, json.dumps(total.buckets)))
    with _staged(con, _CELL, rows):
        con.execute(f"DELETE FROM feed_cell o USING staged n WHERE {_match('upload_id', 'feed', *_KEY)}")
        con.execute(f"INSERT INTO feed_cell ({', '.join(_CELL.names)}) SELECT * FROM staged")


def taken_back(con: Con, upload_id: str) -> None:
    """Take the counts of an upload out of every later value of its feed. Called while the upload is being undone."""
    affected = con.execute("SELECT DISTINCT feed, day FROM feed_cell WHERE upload_id = ?", [upload_id]).fetchall()
    if not affected:
        return
    con.execute("DELETE FROM feed_cell WHERE upload_id = ?", [upload_id])
    feeds = {feed for feed, _ in affected}
    later = con.execute(
        "SELECT upload_id, mapping FROM upload WHERE state = 'loaded' AND upload_id <> ? AND upload_id IN "
        "(SELECT upload_id FROM feed_cell) ORDER BY loaded_at, rowid", [upload_id],
    ).fetchall()  # fmt: skip
    seen: list[str] = []
    for other, mapping in later:
        seen.append(other)
        if '"measures"' in mapping and (plan := Plan.from_json(mapping)).feed in feeds:
            _restate(con, other, seen, plan, {day for feed, day in affected if feed == plan.feed})


def _restate(con: Con, upload_id: str, seen: list[str], plan: Plan, days: set[dt.date]) -> None:
    """Work out the values of one upload anew, of the counts that came with it and before it."""
    rows = con.execute(
        "SELECT indicator, day, branch, channel FROM indicator_value WHERE upload_id = ?", [upload_id]
    ).fetchall()
    by_id = {measure.indicator: measure for measure in plan.measures}
    wanted = [Target(by_id[id], day, (branch, channel)) for id, day, branch, channel in rows if id in by_id]
    wanted = [target for target in wanted if any(period(day, target.measure.grain) == target.day for day in days)]
    groups = grouped(plan, (row[1:] for row in _kept(con, plan, wanted) if row[0] in seen))
    for target in wanted:
        found = worked_out(target, plan, groups)
        if found is not None:
            con.execute(
                "UPDATE indicator_value SET value = ?, numerator = ?, denominator = ? WHERE upload_id = ? AND "
                "indicator = ? AND day = ? AND branch IS NOT DISTINCT FROM ? AND channel IS NOT DISTINCT FROM ?",
                [*found, upload_id, target.measure.indicator, target.day, *target.place],
            )


def p95(con: Con, feed: str, start: dt.date, end: dt.date) -> tuple[float | None, int]:
    """The latency in milliseconds that 95% of a feed's events of some days did not exceed, and how many were timed.

    Out of the counts of all days together, and so within ``latency.ERROR`` of the true one.
    """
    cells = [cell for _, _, cell in _read(con, "feed = ? AND day BETWEEN ? AND ?", [feed, start, end])]
    total = latency.added(cell.buckets for cell in cells)
    return latency.quantile(total, 0.95), sum(total.values())


def _kept(con: Con, plan: Plan, wanted: Iterable[Target]) -> list[tuple[str, Key, Cell]]:
    """All counts in the periods of some targets."""
    starts = [target.day for target in wanted]
    if not starts:
        return []
    last = max(starts) + dt.timedelta(days=92)  # no period is longer than a quarter
    return _read(con, "feed = ? AND day BETWEEN ? AND ?", [plan.feed, min(starts), last])


def _read(con: Con, condition: str, parameters: list[object]) -> list[tuple[str, Key, Cell]]:
    rows = con.execute(
        "SELECT upload_id, day, branch, channel, name, attempts, successes, timed, microseconds, buckets "
        f"FROM feed_cell WHERE {condition}", parameters
    ).fetchall()  # fmt: skip
    return [
        (row[0], row[1:5], Cell(*row[5:9], {int(place): n for place, n in json.loads(row[9]).items()})) for row in rows
    ]


def _refuse_implausible(found: Mapping[Target, Figures], feed: Feed, model: Model) -> None:
    problems = []
    for target, (value, _, _) in found.items():
        one = model.indicators[target.measure.indicator]
        if (one.low is not None and value < one.low) or (one.high is not None and value > one.high):
            low, high = ("–" if limit is None else f"{limit:g}" for limit in (one.low, one.high))
            values = {"value": f"{value.normalize():f}", "low": low, "high": high}
            problems.append(Problem("upload_out_of_range", f"{feed.id}.{target.measure.name}", values))
    if problems:
        raise Refused(*problems)


def _upload(con: Con, plan: Plan, feed: Feed, by: str, now: dt.datetime) -> str:
    """The upload of today, or a new one where the plan changed or something has superseded a value of it since."""
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    moment, mapping = now.astimezone(dt.UTC).replace(tzinfo=None), plan.to_json()
    rows = con.execute(
        "SELECT upload_id FROM upload u WHERE kind = 'indicators' AND state = 'loaded' AND mapping = ? "
        "AND loaded_at >= ? AND NOT EXISTS (SELECT 1 FROM indicator_value v WHERE v.upload_id = u.upload_id "
        "AND superseded_by IS NOT NULL) ORDER BY loaded_at DESC, rowid DESC LIMIT 1",
        [mapping, midnight.replace(tzinfo=None)],
    ).fetchall()
    if rows:
        return str(rows[0][0])
    upload_id = uuid.uuid4().hex
    con.execute(
        "INSERT INTO upload VALUES (?, 'indicators', ?, ?, '', 0, ?, ?, ?, 'loaded')",
        [upload_id, feed.source, feed.id, mapping, by, moment],
    )
    audit.write(con, by, "upload_loaded", upload_id, {"kind": "indicators", "source": feed.source, "file": feed.id})
    return upload_id


def _write(con: Con, upload_id: str, found: Mapping[Target, Figures], model: Model) -> None:
    """Write values into their upload; those of another upload in force are superseded."""
    rows = []
    for target, figures in found.items():
        branch, channel = target.place
        region = model.branches[branch].region if branch in model.branches else None
        measure = target.measure
        rows.append((upload_id, measure.indicator, measure.grain, target.day, branch, region, channel, *figures))
    same = f"{_match('indicator', 'grain', 'day', 'branch', 'region', 'channel')} AND o.business_line IS NULL"
    with _staged(con, _VALUE, rows):
        con.execute(f"DELETE FROM indicator_value o USING staged n WHERE o.upload_id = n.upload_id AND {same}")
        con.execute(
            "UPDATE indicator_value o SET superseded_by = n.upload_id FROM staged n "
            f"WHERE o.superseded_by IS NULL AND {same}"
        )
        con.execute(f"INSERT INTO indicator_value ({', '.join(_VALUE.names)}) SELECT * FROM staged")


@contextmanager
def _staged(con: Con, schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> Iterator[None]:
    """Rows as the table ``staged``: one statement for all of them, because others wait for the writer."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [
        pa.array([_fit(one, kind.type) for one in column], kind.type)
        for column, kind in zip(columns, schema, strict=True)
    ]
    con.register("staged", pa.table(arrays, schema=schema))
    try:
        yield
    finally:
        con.unregister("staged")


def _fit(value: object, kind: pa.DataType) -> object:
    """A figure with as many places as its column has."""
    return round(value, 6) if kind == _FIGURE and isinstance(value, Decimal) else value


def _match(*names: str) -> str:
    return " AND ".join(f"o.{name} IS NOT DISTINCT FROM n.{name}" for name in names)
