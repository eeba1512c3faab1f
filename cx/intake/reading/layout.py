"""A table of indicators as one row a value, whatever its shape: view ``long``, without totals and remarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cx.bank.model import Model
from cx.intake import values
from cx.intake.lookup import WHOLE_BANK, Lookup, lookup, names, plain
from cx.intake.mappings import LEAVE_OUT, NAMED, ROLES, VARYING, IndicatorMapping
from cx.intake.reading import left_out
from cx.intake.reading.tabular import Table
from cx.intake.rows import Notice
from cx.words import Problem, Refused


@dataclass(frozen=True)
class Laid:
    """``columns``: the SQL column of each role in view ``long``; tables ``seen_<role>(text)`` hold the distinct texts.

    ``remarks`` are the numbers of rows that are no data; ``left`` counts the values that were left out as totals,
    ``banks`` are the texts that may stand for the whole bank.
    """

    columns: Mapping[str, str]
    notices: tuple[Notice, ...]
    remarks: frozenset[int]
    left: int
    banks: tuple[str, ...] = ()


def lay_out(table: Table, mapping: IndicatorMapping, model: Model) -> Laid:
    """Make view ``long``. Raises :class:`Refused`: ``upload_no_column``, ``upload_ask_period``, ``upload_all_left``."""
    notes, texts = left_out.notes(table)
    again = left_out.repeated(table)
    notices = []
    if table.titles:
        notices.append(Notice("titles", {"count": len(table.titles), "texts": left_out.shown(table.titles)}))
    if notes:
        notices.append(Notice("notes", {"count": len(notes), "texts": left_out.shown(texts)}))
    if again:
        notices.append(Notice("headers", {"count": len(again)}))
    unused = [header for header in table.headers if header not in mapping.headers()]
    spans = [h for h in unused if left_out.is_span(h)]
    if spans:
        notices.append(Notice("spans", {"count": len(spans), "names": left_out.shown(spans)}))
    derived = [h for h in unused if h not in spans and left_out.is_derived(h)]
    if derived:
        notices.append(Notice("derived", {"count": len(derived), "names": left_out.shown(derived)}))
    remarks = frozenset([*notes, *again])
    columns = _long(table, mapping, remarks)
    if "period" not in mapping.columns and "period" not in VARYING[mapping.shape]:
        notices.append(Notice("period", {"period": mapping.reading.period or table.period}))
    for role in (*NAMED, "period"):
        if role in columns:
            table.con.execute(f"CREATE OR REPLACE TABLE seen_{role} AS SELECT DISTINCT {role} AS text FROM every")
    banks = _banks(table, model, columns)
    found, left = _totals(table, mapping, model, columns, banks)
    return Laid(columns, (*notices, *found), remarks, left, banks)


def _banks(table: Table, model: Model, columns: Mapping[str, str]) -> tuple[str, ...]:
    if "branch" not in columns:
        return ()
    find = members_of(model)["branch"][1].find
    rows = table.con.execute("SELECT text FROM seen_branch WHERE text IS NOT NULL ORDER BY 1").fetchall()
    return tuple(text for (text,) in rows if plain(text) in WHOLE_BANK and not find(text))


def _long(table: Table, mapping: IndicatorMapping, remarks: frozenset[int]) -> dict[str, str]:
    varying = VARYING[mapping.shape]
    fixed = {
        role: table.column(header)
        for role, header in mapping.columns.items()
        if role not in varying and (mapping.shape == "long" or role in (*NAMED, "period", "unit"))
    }
    if mapping.indicator and "indicator" not in varying:
        fixed["indicator"] = values.quoted(mapping.indicator)
    if "period" not in fixed and "period" not in varying:
        fixed["period"] = values.quoted(_period(table, mapping))
    chosen = ", ".join(f"{column} AS {role}" for role, column in fixed.items())
    but = f"row NOT IN ({', '.join(map(str, sorted(remarks)))})" if remarks else "TRUE"
    if mapping.shape == "long":
        table.con.execute(f"CREATE OR REPLACE VIEW every AS SELECT row, {chosen} FROM cells WHERE {but}")
        return {role: role for role in ROLES if role in fixed}
    parts = []
    for header in mapping.values:
        said = "".join(f", {values.quoted(text)} AS {role}" for role, text in mapping.meaning(header).items())
        column = table.column(header)
        parts.append(
            f"SELECT row{', ' + chosen if chosen else ''}{said}, {column} AS value, {values.quoted(header)} AS header "
            f"FROM cells WHERE {but} AND NOT {values.missing(column)}"
        )
    table.con.execute(f"CREATE OR REPLACE VIEW every AS {' UNION ALL '.join(parts)}")
    return {role: role for role in (*fixed, *varying, "value", "header")}


def _period(table: Table, mapping: IndicatorMapping) -> str:
    period = mapping.reading.period or table.period
    if not period:
        raise Refused(Problem("upload_ask_period", table.name))
    return period


def _totals(
    table: Table, mapping: IndicatorMapping, model: Model, columns: Mapping[str, str], banks: tuple[str, ...]
) -> tuple[list[Notice], int]:
    """Tables ``seen_<role>`` and view ``long``: ``every`` without totals and names that the mapping leaves out."""
    bank = {plain(text) for text in mapping.bank}
    conditions, notices = [], []
    for role in (*NAMED, "period"):
        if role not in columns:
            continue
        found = known(model, mapping, role)
        texts = [t for (t,) in table.con.execute(f"SELECT text FROM seen_{role} WHERE text IS NOT NULL").fetchall()]
        skipped = [text for text in texts if mapping.names.get(role, {}).get(text) == LEAVE_OUT]
        totals = [
            text for text in texts
            if left_out.is_total(text, role) and not found(text) and not (role == "branch" and plain(text) in bank)
        ]  # fmt: skip
        for code, gone in (("totals", totals), ("skipped", skipped)):
            if gone:
                listed = ", ".join(values.quoted(text) for text in gone)
                conditions.append(f"coalesce({role} NOT IN ({listed}), TRUE)")
                count = table.con.execute(f"SELECT count(*) FROM every WHERE {role} IN ({listed})").fetchall()[0][0]
                notices.append(Notice(code, {"count": count, "names": left_out.shown(sorted(gone))}))
                table.con.execute(f"DELETE FROM seen_{role} WHERE text IN ({listed})")
    kept = " AND ".join(conditions) or "TRUE"
    table.con.execute(f"CREATE OR REPLACE VIEW long AS SELECT * FROM every WHERE {kept}")
    if not conditions:
        return [], 0
    counts = f"count(*) FILTER (NOT ({kept})), count(*) FILTER ({kept})"
    left, rest = table.con.execute(f"SELECT {counts} FROM every").fetchall()[0]
    if left and not rest:
        raise Refused(Problem("upload_all_left", table.name, {"count": left, "banks": banks}))
    return notices, left


def known(model: Model, mapping: IndicatorMapping, role: str) -> Callable[[str], str | None]:
    """What finds the id that a text of the file means, by the mapping's names first; None where nothing does."""
    members = members_of(model).get(role)
    if members is None:
        return lambda _text: None
    said, found = mapping.names.get(role, {}), members[1]

    def find(text: str) -> str | None:
        told = said.get(text)
        return told if told in members[0] else None if told == LEAVE_OUT else found.find(text)

    return find


@lru_cache(maxsize=4)
def members_of(model: Model) -> dict[str, tuple[Mapping[str, object], Lookup]]:
    """The bank's lists, each with what finds its members."""
    lists: dict[str, Mapping[str, object]] = {
        "indicator": model.indicators, "branch": model.branches, "region": model.regions, "channel": model.channels,
        "business_line": model.business_lines,
    }  # fmt: skip
    return {role: (members, lookup(members, names)) for role, members in lists.items()}
