r"""What a cell means: dates and numbers as people write them, as SQL over whole columns. Nothing is guessed in silence.

Dates: 2026/1/5 · 2026-01-05 · 20260105 · 2026年1月5日 · 5.1.2026 · 1/9/21 · 5 Jan 2026 · ISO with time and zone · Excel
serial numbers; months 2026年1月 · 2026-01 · 202601; quarters 2026Q1 · 2026年第1季度; weeks 2026-W05 · 2026年第5周.
Numbers: 1,234.5 · 1.234,5 · 12.3% · １２３ · (12) · 3.2万 · ¥5. Two-digit years below 70 are 20yy (POSIX strptime: 69).
"""

from __future__ import annotations

from typing import Literal

import duckdb

Order = Literal["dmy", "mdy", "ymd"]
Decimal = Literal["dot", "comma"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
DECIMALS: tuple[Decimal, ...] = ("dot", "comma")
_WIDE = "０１２３４５６７８９．，％－／：（）＋　\u00a0\u2009\u202f\t−"
_NARROW = "0123456789.,%-/:()+     -"
_MISSING = (
    "", "-", "--", "—", "–", "——", "/", "N/A", "NA", "#N/A", "NULL", "NONE", "NAN", "无", "暂无", "空", "缺失",
)  # fmt: skip
_TIME = r"(?:T|\s)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(AM|PM)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
_PARTS = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{1,2}|\d{4})$"
# Two-digit years first: %Y reads 26 as the year 26.
_ENGLISH = (
    "%d-%b-%y", "%d %b %y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d/%b/%Y", "%b %d %Y",
    "%B %d %Y",
)  # fmt: skip
_ENGLISH_MONTH = ("%b-%y", "%b %y", "%b %Y", "%B %Y", "%b-%Y", "%B-%Y", "%Y %b", "%Y-%b")


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def clean(column: str) -> str:
    """SQL: half-width, trimmed text of a column."""
    ascii_only = f"strlen({column}) = length({column})"  # translate costs 1 µs a cell
    wide = f"trim(translate({column}, {quoted(_WIDE)}, {quoted(_NARROW)}))"
    return f"CASE WHEN {ascii_only} THEN trim({column}, ' \t') ELSE {wide} END"


def missing(column: str) -> str:
    """SQL: whether a cell says "no value": empty, a dash, N/A, 无."""
    marks = ", ".join(quoted(mark) for mark in _MISSING)
    return f"({column} IS NULL OR (length({column}) <= 4 AND upper({clean(column)}) IN ({marks})))"


def date_order(con: duckdb.DuckDBPyConnection, source: str, column: str) -> Order | Literal["ask"] | None:
    """Which comes first in dates such as 5.1.2026, over the whole column: a part above 12 decides.

    None when no date of the column depends on it; ``ask`` when it does and nothing decides.
    """
    head = f"regexp_replace(upper({clean('text')}), {quoted(_TIME)}, '')"
    row = con.execute(
        f"WITH t AS (SELECT DISTINCT {column} AS text FROM {source}), "
        f"p AS (SELECT regexp_extract({head}, {quoted(_PARTS)}, ['a', 'b', 'y']) AS p FROM t), "
        "n AS (SELECT try_cast(p.a AS INT) AS a, try_cast(p.b AS INT) AS b, try_cast(p.y AS INT) AS y "
        "FROM p WHERE p.a <> '') "
        "SELECT count(*), count(*) FILTER (a > 12 AND a <= 31), count(*) FILTER (b > 12 AND b <= 31), "
        "count(*) FILTER (a > 31 OR (a = 0 AND y <= 31)), count(*) FILTER (a <> b) FROM n"
    ).fetchall()[0]
    dates, day_first, month_first, year_first, matter = row
    if not dates:
        return None
    if year_first:
        return "ymd"
    if day_first != month_first:
        return "dmy" if day_first > month_first else "mdy"
    return "ask" if matter else "dmy"


def read_dates(con: duckdb.DuckDBPyConnection, source: str, column: str, order: Order | None, into: str) -> None:
    """Create table ``into(text, day DATE, grain VARCHAR, at TIMESTAMP, utc BOOLEAN)`` of the column's distinct texts.

    ``day`` is NULL where a text is no date, else the first day of the period that it names; ``grain`` is day, week,
    month or quarter; ``at`` the moment where a time is given, in UTC when ``utc``, else in the zone of its writer.
    """
    year, month, day = {"dmy": ("y", "b", "a"), "mdy": ("y", "a", "b"), "ymd": ("a", "b", "y")}[order or "dmy"]

    def full_year(part: str) -> str:
        return f"CAST(CASE WHEN length({part}) > 2 THEN try_cast({part} AS INT) WHEN try_cast({part} AS INT) < 70 " \
               f"THEN 2000 + try_cast({part} AS INT) ELSE 1900 + try_cast({part} AS INT) END AS VARCHAR)"  # fmt: skip

    def date(year: str, month: str, day: str) -> str:
        return f"try_cast({year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0') AS DATE)"

    def strptime(text: str, formats: tuple[str, ...]) -> str:
        return f"CAST(try_strptime({text}, [{', '.join(quoted(f) for f in formats)}]) AS DATE)"

    ymd = r"^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?[日号]?$"
    month_only = r"^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?月?(?:份)?$|^((?:19|20)\d{2})(\d{2})$|^(\d{1,2})[-/.](\d{4})$"
    quarter = (
        r"^(\d{4})\s?[-/年]?\s?(?:Q|第)([1-4一二三四])(?:季度?)?$|^(\d{4})\s?年?\s?([1-4一二三四])季度?$"
        r"|^(?:Q([1-4])|([1-4])Q)[\s/-]?(\d{4})$"
    )
    week = r"^(\d{4})(?:-?W|年第?)(\d{1,2})周?$"
    con.execute(f"""
    CREATE OR REPLACE TABLE {into} AS
    WITH t AS (SELECT DISTINCT {column} AS text FROM {source} WHERE {column} IS NOT NULL),
    s AS (SELECT text, upper({clean("text")}) AS s FROM t),
    h AS (SELECT text, regexp_extract(s, {quoted(_TIME)}, ['h', 'm', 's', 'ap', 'z']) AS c,
                 trim(regexp_replace(s, {quoted(_TIME)}, '')) AS s FROM s),
    p AS (SELECT text, c, s,
        regexp_extract(s, {quoted(ymd)}, ['y', 'm', 'd']) AS p_ymd,
        regexp_extract(s, {quoted(_PARTS)}, ['a', 'b', 'y']) AS p_abc,
        regexp_extract(s, {quoted(month_only)}, ['y', 'm', 'y2', 'm2', 'm3', 'y3']) AS p_m,
        regexp_extract(s, {quoted(quarter)}, ['y', 'q', 'y2', 'q2', 'q3', 'q4', 'y3']) AS p_q,
        regexp_extract(s, {quoted(week)}, ['y', 'w']) AS p_w FROM h),
    d AS (SELECT text, c, s, CASE
        WHEN p_ymd.y <> '' THEN {date("p_ymd.y", "p_ymd.m", "p_ymd.d")}
        WHEN p_abc.a <> '' THEN {date(full_year(f"p_abc.{year}"), f"p_abc.{month}", f"p_abc.{day}")}
        WHEN regexp_full_match(s, '(19|20)\\d{{6}}') THEN {date("s[1:4]", "s[5:6]", "s[7:8]")}
        WHEN regexp_full_match(s, '[2-7]\\d{{4}}(\\.\\d+)?')
            THEN DATE '1899-12-30' + try_cast(floor(try_cast(s AS DOUBLE)) AS INTEGER)
        WHEN regexp_matches(s, '[A-Z]{{3}}') THEN {strptime("s", _ENGLISH)} END AS exact,
      CASE WHEN p_m.y || p_m.y2 || p_m.y3 <> '' THEN
             {date("(p_m.y || p_m.y2 || p_m.y3)", "(p_m.m || p_m.m2 || p_m.m3)", "'01'")}
           WHEN regexp_matches(s, '[A-Z]{{3}}') THEN {strptime("s", _ENGLISH_MONTH)} END AS month_day,
      CASE WHEN p_q.y || p_q.y2 || p_q.y3 <> '' THEN try_cast((p_q.y || p_q.y2 || p_q.y3) || '-' || lpad(CAST(
             try_cast(translate(p_q.q || p_q.q2 || p_q.q3 || p_q.q4, '一二三四', '1234') AS INT) * 3 - 2 AS VARCHAR),
             2, '0') || '-01' AS DATE) END AS quarter_day,
      CASE WHEN p_w.y <> '' AND try_cast(p_w.w AS INT) BETWEEN 1 AND 53 THEN
        CAST(date_trunc('week', try_cast(p_w.y || '-01-04' AS DATE)) AS DATE) + 7 * (try_cast(p_w.w AS INT) - 1)
        END AS week_day
      FROM p),
    e AS (SELECT text, c, s, coalesce(exact, month_day, quarter_day, week_day) AS day,
        CASE WHEN exact IS NOT NULL THEN 'day' WHEN month_day IS NOT NULL THEN 'month'
             WHEN quarter_day IS NOT NULL THEN 'quarter' WHEN week_day IS NOT NULL THEN 'week' END AS grain,
        CASE WHEN c.h <> '' THEN try_cast(c.h AS INT) % CASE WHEN c.ap <> '' THEN 12 ELSE 100 END
             + CASE WHEN c.ap = 'PM' THEN 12 ELSE 0 END END AS hour FROM d)
    SELECT text, CASE WHEN day BETWEEN DATE '1970-01-01' AND DATE '2199-12-31' THEN day END AS day, grain,
        CASE WHEN hour < 24 AND try_cast(c.m AS INT) < 60 THEN CAST(day AS TIMESTAMP) + to_seconds(
            hour * 3600 + try_cast(c.m AS INT) * 60 + coalesce(try_cast(c.s AS INT), 0)
            - CASE WHEN regexp_matches(c.z, '\\d') THEN (CASE WHEN c.z[1] = '-' THEN -1 ELSE 1 END)
              * (try_cast(c.z[2:3] AS INT) * 3600 + try_cast(right(c.z, 2) AS INT) * 60) ELSE 0 END) END AS at,
        c.z <> '' AS utc FROM e""")


def decimal_style(
    con: duckdb.DuckDBPyConnection, source: str, columns: list[str], machine: bool = False
) -> Decimal | Literal["ask"]:
    """Whether a comma or a dot is the decimal sign, over whole columns. ``machine``: number cells of a workbook.

    ``ask`` when every number that holds a sign reads both ways, as 1,234 or 1.234 do.
    """

    def proof(decimal: str, thousands: str) -> str:
        d, t = "\\" + decimal, "\\" + thousands
        return rf"[-+(]?(\d{{1,3}}({t}\d{{3}})+{d}\d+|\d+{d}(\d{{1,2}}|\d{{4,}})|0*{d}\d+|\d{{4,}}{d}\d+" \
               rf"|\d{{1,3}}({t}\d{{3}}){{2,}})\s?[%)]?"  # fmt: skip

    texts = " UNION ALL ".join(
        f"SELECT {clean(c)} AS x FROM part WHERE {c} LIKE '%,%' OR {c} LIKE '%.%'" for c in columns
    )
    for part in (f"SELECT * FROM {source} LIMIT 20000", f"SELECT * FROM {source}"):
        dot, comma, signed_comma, signed_dot = con.execute(
            f"WITH part AS ({part}), texts AS ({texts}) SELECT "
            f"count(*) FILTER (regexp_full_match(x, {quoted(proof('.', ','))})), "
            f"count(*) FILTER (regexp_full_match(x, {quoted(proof(',', '.'))})), "
            r"count(*) FILTER (regexp_full_match(x, '[-+(]?[1-9]\d{0,2},\d{3}\s?[%)]?')), "
            r"count(*) FILTER (regexp_full_match(x, '[-+(]?[1-9]\d{0,2}\.\d{3}\s?[%)]?')) FROM texts"
        ).fetchall()[0]
        if dot or comma:
            return "dot" if dot >= comma else "comma"
    if signed_comma and not signed_dot:
        plain = " UNION ALL ".join(_plain(source, column) for column in columns)
        small, large = con.execute(f"SELECT coalesce(sum(s), 0), coalesce(sum(l), 0) FROM ({plain})").fetchall()[0]
        return "dot" if small and not large else "ask"
    if signed_dot and not machine:
        return "ask"
    return "dot"


def _plain(source: str, column: str) -> str:
    whole = f"regexp_full_match({column}, '\\s*-?\\d+\\s*')"
    size = f"length(trim({column}, ' -'))"
    small, large = (f"count(*) FILTER ({whole} AND {size} {than})" for than in ("<= 3", "> 3"))
    return f"SELECT {small} AS s, {large} AS l FROM {source}"


def number(column: str, decimal: Decimal) -> str:
    """SQL: the number in a cell as DECIMAL(24, 6), NULL where it is none. A percent sign is left out, not divided."""
    d, t = (".", ",") if decimal == "dot" else (",", ".")
    digits = f"replace(replace({column}, '%', ''), '{t}', '')"
    digits = digits if d == "." else f"replace({digits}, '{d}', '.')"
    usual = rf"[-+]?(\d{{1,3}}(\{t}\d{{3}})+|\d+)(\{d}\d+)?%?"
    read = (
        f"CASE WHEN regexp_full_match({column}, {quoted(usual)}) THEN try_cast({digits} AS DECIMAL(24, 6)) "
        f"WHEN length({column}) <= 40 THEN {_careful(column, decimal)} END"
    )
    if decimal == "comma":
        return read
    # What a cast alone reads needs no pattern; it would read 1_000 too, which is no number.
    return (
        f"CASE WHEN contains({column}, ',') OR contains({column}, '_') THEN {read} "
        f"ELSE coalesce(try_cast({column} AS DECIMAL(24, 6)), {read}) END"
    )


def _careful(column: str, decimal: Decimal) -> str:
    """What people write beside plain digits: currency, blanks, brackets for a minus, 万 and 亿, full-width digits."""
    text = rf"regexp_replace(upper({clean(column)}), '[\s¥￥$€£''’]|RMB|CNY|人民币|元$', '', 'g')"
    if decimal == "comma":
        text = f"translate({text}, ',.', '.,')"
    body = (
        rf"regexp_extract({text}, "
        rf"'^\(?([-+]?(?:\d{{1,3}}(?:,\d{{3}})+|\d*)(?:\.\d+)?(?:E[-+]?\d{{1,2}})?)(?:%|万|亿)?\)?$', 1)"
    )
    factor = (
        f"CASE WHEN contains({column}, '万') THEN 10000 WHEN contains({column}, '亿') THEN 100000000 "
        f"WHEN contains({clean(column)}, '(') THEN -1 ELSE 1 END"
    )
    return f"CAST(try_cast(replace({body}, ',', '') AS DECIMAL(24, 6)) * {factor} AS DECIMAL(24, 6))"


def formula(column: str) -> str:
    """SQL: whether a cell holds a formula instead of a value."""
    return f"(left({column}, 1) = '=' OR left(ltrim({column}), 1) IN ('=', '@'))"
