"""What the columns of a table of indicators are about: their names taken apart, and the table's shape from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cx.bank.model import Model
from cx.intake import periods, units, values
from cx.intake.lookup import Lookup, plain
from cx.intake.mappings import VARYING
from cx.intake.reading import left_out
from cx.intake.reading.heading import JOIN
from cx.intake.reading.layout import members_of
from cx.intake.reading.tabular import Table

Members = Mapping[str, tuple[Mapping[str, object], Lookup]]
_CURRENT = frozenset({
    "本期", "本月", "本季", "本季度", "本周", "当期", "当月", "本期值", "本月值", "值", "数值", "指标值", "实际",
    "实际值", "当期值",
    "current", "thismonth", "actual", "value", "month", "合计值",
})  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """The shape of a table with columns of figures, and the text of each role that varies, by header."""

    name: str
    values: Mapping[str, str | tuple[str, ...]]


def meanings(table: Table, model: Model) -> dict[str, dict[str, str]]:
    """The headers that name an indicator, a period, a branch or two of them, each with those roles as text."""
    members = members_of(model)
    told = periods_of(table, {part for header in table.headers for part in header.split(JOIN)})
    found = {header: _meaning(header, members, told) for header in table.headers}
    return {header: roles for header, roles in found.items() if roles}


def shape(table: Table, meant: Mapping[str, Mapping[str, str]], free: Sequence[str]) -> Shape | None:
    """The shape of a table by what its ``free`` headers are meant to be; None where they mean nothing."""
    meant = {header: found for header, found in meant.items() if header in free}
    if not meant:
        return None
    usual = Counter(tuple(sorted(found)) for found in meant.values()).most_common(1)[0][0]
    roles = next((roles for roles in VARYING.values() if tuple(sorted(roles)) == usual), None)
    if not roles or (roles != ("indicator",) and len(meant) < 2):
        return None
    name = next(name for name, varying in VARYING.items() if varying == roles)
    kept = {header: found for header, found in meant.items() if tuple(sorted(found)) == usual}
    if roles == ("branch",):
        kept |= {header: {"branch": header} for header in free if header not in meant and _is_unit(header, table)}
    told = {header: tuple(found[role] for role in roles) for header, found in kept.items()}
    return Shape(name, {header: texts[0] if len(texts) == 1 else texts for header, texts in told.items()})


def _is_unit(header: str, table: Table) -> bool:
    """Whether a column beside branches is likely one too, under a name that the bank's list does not have: figures."""
    column = table.column(header)
    filled, figures = table.con.execute(
        f"SELECT count(*), count(*) FILTER (regexp_matches({column}, '\\d')) FROM cells "
        f"WHERE NOT {values.missing(column)}"
    ).fetchall()[0]
    return filled > 0 and figures == filled and not left_out.is_derived(header)


def _meaning(header: str, members: Members, told: frozenset[str]) -> dict[str, str] | None:
    """The roles that a header's parts name; None where a part is unknown or says that the column is worked out."""
    found: dict[str, str] = {}
    for part in header.split(JOIN):
        if plain(part) in _CURRENT or units.known(part):
            continue
        role = next((role for role in ("indicator", "branch") if members[role][1].find(part)), None)
        if role is None and part in told:
            role = "period"
        elif role is None and left_out.is_total(part) and not left_out.is_derived(part) and "branch" not in found:
            role = "branch"
        if role is None or role in found:
            return None
        found[role] = str(members["indicator"][1].find(part)) if role == "indicator" else part
    return found or None


def periods_of(table: Table, texts: Collection[str]) -> frozenset[str]:
    """Which texts are periods."""
    dated: set[str] = set()
    written = [text for text in texts if any(map(str.isdigit, text))]  # any date has one
    if written:
        listed = ", ".join(f"({values.quoted(text)})" for text in written)
        table.con.execute(f"CREATE OR REPLACE TEMP VIEW parts AS SELECT * FROM (VALUES {listed}) p(text)")
        values.read_dates(table.con, "parts", "text", None, "part_dates")
        dated = {text for (text,) in table.con.execute("SELECT text FROM part_dates WHERE day IS NOT NULL").fetchall()}
    return frozenset(text for text in texts if text in dated or periods.named(text, 2000) is not None)
