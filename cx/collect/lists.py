"""A list of customers to invite, as the bank's own system exports it: read, understood, and forgotten again.

The sheet lives in memory while the manager works with it. What goes on from here is a keyed hash in the place of the
customer's key, the dimensions of the answer, and (until the choice is made) attributes; the rest is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from cx.bank.model import Model
from cx.collect import secret as hashing
from cx.collect.people import DIMENSIONS, Person
from cx.intake import personal, suggest
from cx.intake.lookup import Lookup, lookup, names, plain
from cx.intake.reading import tabular
from cx.intake.rows import Options
from cx.words import LANGUAGES, Problem, Refused

MOST = 200_000
_KEYS = frozenset(
    (
        *(
            "客户号",
            "客户编号",
            "客户标识",
            "客户id",
            "客户代码",
            "会员号",
            "会员编号",
            "cif",
            "cifno",
            "customer",
            "key",
        ),
        *("customerid", "customerkey", "customerno", "clientid", "clientno", "memberid", "openid", "unionid", "userid"),
    )
)
_LANGUAGES = {
    "zh": ("zh", "zh-cn", "中文", "汉语", "简体中文", "chinese"),
    "en": ("en", "en-gb", "英文", "英语", "english"),
}
_QUOTED = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_WHOLE, _NUMBER = re.compile(r"-?(0|[1-9]\d{0,15})"), re.compile(r"-?(0|[1-9]\d*)\.\d+")


@dataclass(frozen=True)
class Sheet:
    """A list as uploaded: texts by header, one a row; ``rows`` are the row numbers of the file."""

    name: str
    sha256: str
    headers: tuple[str, ...]
    rows: tuple[int, ...]
    cells: Mapping[str, tuple[str, ...]] = field(repr=False)

    def line(self, place: int) -> tuple[str, ...]:
        """One row as it was uploaded."""
        return tuple(self.cells[header][place] for header in self.headers)


@dataclass(frozen=True)
class Columns:
    """Which header is what; every other column is an attribute for the eligibility condition."""

    key: str
    dimensions: Mapping[str, str]


def read(data: bytes, name: str, options: Options | None = None) -> Sheet:
    """Read a CSV or workbook. Raises :class:`Refused`: no table, rows that cannot be read, more than ``MOST`` rows."""
    with tabular.opened(data, name, options) as table:
        if table.broken:
            raise Refused(*(Problem(p.problem.code, name, p.problem.values) for p in table.broken[:20]))
        if table.rows > MOST:
            raise Refused(Problem("invite_too_many", name, {"rows": f"{table.rows:,}", "limit": f"{MOST:,}"}))
        columns = ", ".join(f"coalesce(c{i}, '')" for i in range(len(table.headers)))
        found = table.con.execute(f"SELECT row, {columns} FROM cells ORDER BY row").fetchall()
        rows, *cells = zip(*found, strict=True)
        texts = {header: tuple(map(str.strip, column)) for header, column in zip(table.headers, cells, strict=True)}
        return Sheet(name, table.sha256, table.headers, tuple(map(int, rows)), texts)


def guess(sheet: Sheet) -> Columns:
    """The columns as their headers say; the key is the first column where no header says so."""
    dimensions = suggest.roles(sheet.headers, DIMENSIONS)
    free = [header for header in sheet.headers if header not in dimensions.values()] or list(sheet.headers)
    key = next((header for header in free if plain(header) in _KEYS), free[0])
    return Columns(key, dimensions)


def personal_columns(sheet: Sheet, columns: Columns) -> tuple[str, ...]:
    """Headers that announce names or numbers of customers and are not the key: read by nobody here."""
    return tuple(header for header in sheet.headers if header != columns.key and personal.named(header))


def attribute_names(sheet: Sheet, columns: Columns) -> dict[str, str]:
    """The name in conditions of every column that may be used in one: the dimension's, the header where that can be a
    name, else ``col_c`` for column C. Personal columns have none."""
    away = {columns.key, *personal_columns(sheet, columns)}
    found = {header: name for name, header in columns.dimensions.items()}
    for place, header in enumerate(sheet.headers):
        if header not in away and header not in found:
            name = re.sub(r"\W+", "_", header.strip().lower(), flags=re.ASCII).strip("_")
            plainly = header.isascii() and re.fullmatch(r"[a-z]\w*", name) and name not in found.values()
            found[header] = name if plainly else f"col_{_letters(place)}"
    return found


def spelled(condition: str, names: Mapping[str, str]) -> str:
    """A condition with the list's own headers, such as 客户等级, as one with the names that conditions know them by."""
    parts = _QUOTED.split(condition)  # every second part is a text in quotes
    for at in range(0, len(parts), 2):
        for header in sorted(names, key=len, reverse=True):
            if not header.isascii():
                parts[at] = parts[at].replace(header, names[header])
    return "".join(parts)


def people(sheet: Sheet, columns: Columns, model: Model, secret: bytes) -> tuple[Person, ...]:
    """The rows as people. From here on nobody knows a customer's key."""
    finders = {name: _finder(name, model) for name in columns.dimensions}
    attributes = {
        name: _typed(sheet.cells[header])
        for header, name in attribute_names(sheet, columns).items()
        if name not in columns.dimensions
    }  # fmt: skip
    keys = sheet.cells[columns.key]
    found = []
    for place, row in enumerate(sheet.rows):
        dims, unknown = {}, []
        for name, header in columns.dimensions.items():
            text = sheet.cells[header][place]
            value = finders[name](text) if text else None
            if value is not None:
                dims[name] = value
            elif text:
                unknown.append(f"{header}: {text[:40]}")
        key = hashing.plain_key(keys[place])
        known = {name: values[place] for name, values in attributes.items() if values[place] != ""}
        customer = hashing.customer(secret, key) if key else ""
        found.append(Person(row, place, customer, dims, tuple(unknown), {**known, **dims}))
    return tuple(found)


def _finder(name: str, model: Model) -> Callable[[str], str | None]:
    if name == "lang":
        forms = {form: lang for lang in LANGUAGES for form in _LANGUAGES[lang]}
        return cache(lambda text: forms.get(text.strip().lower()))
    members: Mapping[str, object] = {
        "branch": model.branches, "channel": model.channels, "segment": model.segments, "product": model.products,
    }[name]  # fmt: skip
    known: Lookup = lookup(members, names)
    return cache(known.find)


def _typed(texts: Sequence[str]) -> list[object]:
    """A column of numbers as numbers; any other as texts, so that ``007`` stays what it is."""
    filled = [text for text in texts if text]
    if filled and all(_WHOLE.fullmatch(text) for text in filled):
        return [int(text) if text else "" for text in texts]
    if filled and all(_WHOLE.fullmatch(text) or _NUMBER.fullmatch(text) for text in filled):
        return [float(text) if text else "" for text in texts]
    return list(texts)


def _letters(place: int) -> str:
    """The letter that a spreadsheet shows above a column: a, b … z, aa."""
    text = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        text, place = chr(97 + letter) + text, place - 1
    return text
