"""A first reading of a file of answers, for the user to check. Never loaded without being shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cx.intake import likely, personal, values
from cx.intake.likely import Figures, Kind
from cx.intake.reading.tabular import Table
from cx.intake.suggest import exact, roles

_DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product", "lang", "brand")
_SAMPLE = 20_000
_DATE = (
    r"(19|20)\d\d\s?[-/.年]?\s?\d{1,2}\D?.*|\d{1,2}[-/.]\d{1,2}[-/.](\d\d|\d{4})(\D.*)?|[3-6]\d{4}(\.\d+)?"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ -,]*\d{2,4}.*|[A-Za-z]{3,9} \d{1,2},? \d{4}.*"
)
_NPS = re.compile(r"nps|推荐|recommend", re.I)


@dataclass(frozen=True)
class SuggestedResponses:
    """A likely reading of a file of responses: roles ``date`` and ``id``, dimensions, a type for each other header.

    ``doubts`` are headers that a person has to decide about, the likeliest type in ``types``. ``zeros`` are those in
    which 0 is likely no answer, ``points`` and ``values`` the scale's end and what words mean where they are not usual.
    """

    columns: Mapping[str, str]
    types: Mapping[str, str]
    zeros: frozenset[str]
    doubts: frozenset[str] = frozenset()
    points: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def responses(table: Table) -> SuggestedResponses:
    """Guess from names and contents; columns that hold or announce personal data are left out."""
    seen = {header: found for header in table.headers if (found := _figures(table, header)).filled}
    columns = _roles(seen)
    asked = {header: of for header, of in seen.items() if header not in columns.values() and not _private(header, of)}
    batteries = Counter(of.high for of in asked.values() if of.scale and of.low <= 1)
    nps_like = any(_NPS.search(text) for text in (table.name, table.sheet, *table.titles, *table.headers))
    kinds = {header: likely.kind(header, of, nps_like, batteries[5]) for header, of in asked.items()}
    kept: dict[str, Kind] = {header: kind for header, kind in kinds.items() if kind.type}
    return SuggestedResponses(
        columns,
        {header: str(kind.type) for header, kind in kept.items()},
        frozenset(h for h, k in kept.items() if k.type in ("rating", "csat") and seen[h].low == 0 and not k.points
                  and seen[h].numbers),
        frozenset(header for header, kind in kept.items() if not kind.sure),
        {header: kind.points for header, kind in kept.items() if kind.points},
        {header: kind.values for header, kind in kept.items() if kind.values},
    )  # fmt: skip


def _roles(seen: Mapping[str, Figures]) -> dict[str, str]:
    """Columns for the roles that both a name and the contents fit: 排队时间 with minutes in it is no date."""

    def find(wanted: Sequence[str], fits: list[str]) -> dict[str, str]:
        return roles([header for header in fits if header not in found.values()], wanted)

    found: dict[str, str] = {}
    found |= find(("date",), [header for header, of in seen.items() if of.dates > 0.8 * of.filled])
    # Codes of one digit name branches; elsewhere they are points of a scale.
    found |= find(("id",), [h for h, of in seen.items() if of.distinct >= 0.9 * of.filled and not _private(h, of)])
    for role in _DIMENSIONS:
        found |= find((role,), [h for h, of in seen.items() if _groups(of) or (exact(h, role) and role == "branch")])
    return found


def _groups(of: Figures) -> bool:
    """Whether texts may name groups: repeated and short, no points of a scale."""
    return not of.scale and of.length <= 40 and (of.distinct <= likely.FEW or of.distinct <= 0.5 * of.filled)


def _private(header: str, of: Figures) -> bool:
    """Whether a column announces customers' data and may hold it: points of a scale are no phone numbers."""
    return personal.named(header) and not of.scale


def _figures(table: Table, header: str) -> Figures:
    column = table.column(header)
    filled, distinct, length, numbers, whole, low, high, dates = table.con.execute(
        "SELECT count(x), count(DISTINCT x), coalesce(avg(length(x)), 0), count(n), count(n) FILTER (n = floor(n)), "
        f"coalesce(min(n), 0), coalesce(max(n), 0), count(*) FILTER (regexp_full_match(x, {values.quoted(_DATE)})) "
        f"FROM (SELECT trim({column}) AS x, try_cast({column} AS DOUBLE) AS n "
        f"FROM cells WHERE NOT {values.missing(column)} LIMIT {_SAMPLE})"
    ).fetchall()[0]
    words: tuple[str, ...] = ()
    if distinct <= likely.FEW and not numbers:
        rows = table.con.execute(
            f"SELECT DISTINCT trim({column}) FROM cells WHERE NOT {values.missing(column)} "
            f"ORDER BY 1 LIMIT {likely.FEW}"
        ).fetchall()
        words = tuple(text for (text,) in rows)
    return Figures(filled, distinct, length, numbers, whole, low, high, dates, words)
