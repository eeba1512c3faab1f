"""Rows of an indicator file matched with the bank's model, and every fault found, in SQL over whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from cx.bank.model import Model
from cx.intake import periods, values
from cx.intake.lookup import Lookup, names, plain
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading import left_out
from cx.intake.reading.layout import known, members_of
from cx.intake.reading.tabular import Table
from cx.intake.rows import Notice
from cx.words import Problem, Refused

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
    ("upload_computed_indicator", "indicator"), ("upload_span", "period"),
)  # fmt: skip


@dataclass(frozen=True)
class Unknown:
    """A name in ``rows`` values that the bank's list of ``role`` does not have; ``near`` are ids that look like it."""

    role: str
    text: str
    rows: int
    near: tuple[str, ...]


def look_up(
    table: Table, mapping: IndicatorMapping, model: Model, columns: Mapping[str, str], order: values.Order | None
) -> tuple[tuple[Unknown, ...], tuple[Notice, ...]]:
    """Tables ``of_<role>(text, no, fault, …)``: what each distinct text means; ``no`` numbers the model's lists.

    Returns the names that the bank's lists do not have, and a notice of those that they have in other words.
    """
    _periods(table, mapping, order)
    members = members_of(model)
    places = {id: place for place, id in enumerate(model.indicators)}
    find = known(model, mapping, "indicator")
    unknown: list[Unknown] = []
    taken: list[str] = []
    rows = []
    for text, absent in _distinct(table, "indicator"):
        id = None if absent else find(text)
        fault = bit("upload_missing_indicator") if absent else 0 if id else bit("upload_unknown_indicator")
        if id and model.indicators[id].computed:
            fault = bit("upload_computed_indicator")
        grain = GRAINS.index(model.indicators[id].grain) if id else None
        rows.append({"text": text, "no": None if id is None else places[id], "grain": grain, "fault": fault})
        if not absent and not id:
            unknown.append(_unknown(table, "indicator", text, members["indicator"][1]))
    _stage(table, "of_indicator", rows, ("no", "grain", "fault"))
    _stage(table, "indicators", [
        {"text": id, "no": place, "grain": GRAINS.index(one.grain), "low": _float(one.low), "high": _float(one.high),
         "percent": int(one.unit == "%"), "share": int(one.unit in _SHARE_UNITS)}
        for place, (id, one) in enumerate(model.indicators.items())
    ], ("no", "grain", "percent", "share"), ("low", "high"))  # fmt: skip
    bank = {plain(text) for text in mapping.bank}
    regions = {id: place for place, id in enumerate(model.regions)}
    for role in DIMENSIONS:
        listed, lookup = members[role]
        places = {id: place for place, id in enumerate(listed)}
        _stage(table, f"{role}_names", [{"text": id, "no": place} for id, place in places.items()], ("no",))
        find, rows = known(model, mapping, role), []
        for text, absent in _distinct(table, role) if role in columns else ():
            whole = role == "branch" and plain(text) in bank
            id = None if absent or whole else find(text)
            fault = bit("upload_unknown_branch" if role == "branch" else "upload_unknown_member", role)
            fault = 0 if absent or whole or id else fault
            if id and not lookup.literal(text) and text not in mapping.names.get(role, {}):
                taken.append(f"{text} → {_named(listed[id])}")
            region = regions.get(model.branches[id].region) if id and role == "branch" else None
            rows.append({
                "text": text, "no": None if id is None else places[id], "region": region, "given": int(not absent),
                "fault": fault,
            })  # fmt: skip
            if fault:
                unknown.append(_unknown(table, role, text, lookup))
        _stage(table, f"of_{role}", rows, ("no", "region", "given", "fault"))
    notice = Notice("names_taken", {"count": len(taken), "names": left_out.shown(taken)})
    return tuple(unknown), (notice,) if taken else ()


def _named(member: object) -> str:
    label = names(member)
    return label if isinstance(label, str) else " / ".join(dict.fromkeys(label.values()))


def _unknown(table: Table, role: str, text: str, lookup: Lookup) -> Unknown:
    rows = table.con.execute(f"SELECT count(*) FROM long WHERE {role} = {values.quoted(text)}").fetchall()[0][0]
    return Unknown(role, text, rows, lookup.candidates(text))


def _periods(table: Table, mapping: IndicatorMapping, order: values.Order | None) -> None:
    """Table ``of_period``. Raises :class:`Refused` (``upload_ask_year``) for months without a year."""
    values.read_dates(table.con, "seen_period", "text", order, "period_texts")
    unread = table.con.execute(
        f"SELECT text FROM period_texts WHERE day IS NULL AND NOT {values.missing('text')}"
    ).fetchall()
    spans = ", ".join(values.quoted(text) for (text,) in unread if periods.several(text)) or "NULL"
    rows, year = [], mapping.reading.year or table.year
    for (text,) in unread:
        meant = periods.named(text, year)
        if isinstance(meant, str):
            raise Refused(Problem("upload_ask_year", table.name, {"value": text}))
        if meant:
            rows.append({"text": text, "day": meant[0], "grain": meant[1]})
    if rows:
        schema = pa.schema([("text", pa.string()), ("day", pa.date32()), ("grain", pa.string())])
        table.con.register("staged", pa.Table.from_pylist(rows, schema))
        table.con.execute("UPDATE period_texts p SET day = s.day, grain = s.grain FROM staged s WHERE p.text = s.text")
        table.con.unregister("staged")
    table.con.execute(
        f"CREATE OR REPLACE TABLE of_period AS SELECT text, {', '.join(_FITTED)}, CASE WHEN {values.missing('text')} "
        f"THEN {bit('upload_missing_period')} WHEN day IS NULL AND text IN ({spans}) THEN {bit('upload_span')} "
        f"WHEN day IS NULL THEN {bit('upload_bad_period')} ELSE 0 END AS fault "
        "FROM period_texts"
    )


def bit(code: str, role: str | None = None) -> int:
    """The bit of one entry of FAULTS."""
    return 1 << next(i for i, (name, at) in enumerate(FAULTS) if name == code and role in (None, at))


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _distinct(table: Table, role: str) -> list[tuple[str, bool]]:
    """The distinct texts of a column, and whether each says "nothing"."""
    return table.con.execute(
        f"SELECT text, {values.missing('text')} FROM seen_{role} WHERE text IS NOT NULL ORDER BY text"
    ).fetchall()


def _stage(
    table: Table, name: str, rows: Sequence[Mapping[str, object]], whole: Sequence[str], real: Sequence[str] = ()
) -> None:
    kinds = [("text", pa.string()), *((n, pa.int32()) for n in whole), *((n, pa.float64()) for n in real)]
    table.con.register("staged", pa.Table.from_pylist(list(rows), pa.schema(kinds)))
    table.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM staged")
    table.con.unregister("staged")
