"""How the columns of one source are to be read: as the user chose it, as a YAML file says it, as it is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import yaml

from cx.intake.rows import Options
from cx.intake.values import DECIMALS, ORDERS
from cx.words import Problem, Refused

LARGEST, DEEPEST = 1_000_000, 20  # bytes of a mapping file, and lists within lists
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
VARYING: Mapping[str, tuple[str, ...]] = {
    "long": (), "indicators": ("indicator",), "periods": ("period",), "branches": ("branch",),
    "indicators_periods": ("indicator", "period"), "indicators_branches": ("indicator", "branch"),
    "periods_branches": ("period", "branch"),
}  # fmt: skip
"""What the columns of figures differ in, by shape."""
SHAPES = tuple(VARYING)
NAMED = ("indicator", "branch", "region", "channel", "business_line")
LEAVE_OUT = "-"
"""In ``names``: rows of that name are not loaded."""
INDICATOR_ROLES = (
    "indicator", "period", "branch", "region", "channel", "business_line", "value", "numerator", "denominator"
)  # fmt: skip
ROLES = (*INDICATOR_ROLES, "unit")


def from_yaml(content: bytes, where: str) -> Any:
    """What a mapping file says. Raises :class:`Refused`: ``upload_yaml``, ``upload_yaml_large`` or ``model_alias``."""
    if len(content) > LARGEST:
        raise Refused(Problem("upload_yaml_large", where, {"limit": LARGEST // 1_000_000}))
    try:
        text = content.decode("utf-8-sig")
        _guard(text, where)
        return yaml.load(text, _LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(Problem("upload_yaml", where, {"detail": " ".join(str(error).split())[:200]})) from error


def _guard(text: str, where: str) -> None:
    """Refuse what takes all memory or time once it is unfolded: aliases of aliases, thousands of brackets."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise Refused(Problem("model_alias", f"{where}:{line}", line=line))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Refused(Problem("upload_yaml", f"{where}:{line}", {"detail": f"depth > {DEEPEST}"}, line=line))


@dataclass(frozen=True)
class Reading:
    """What must be said when a file does not say it itself. ``None``: find out, and ask when it cannot be found out.

    ``date_order`` dmy, mdy or ymd; ``decimal`` dot or comma; ``shares`` True when indicators in per cent are written as
    shares of 1 (0.123 for 12.3%). ``year`` goes with months and quarters that name none, ``period`` with a table that
    names no period at all: they are about one file and never remembered.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    shares: bool | None = None
    year: int | None = None
    period: str | None = None

    @property
    def options(self) -> Options:
        """The part that is needed to open the file."""
        return Options(self.sheet, self.encoding, self.delimiter)


@dataclass(frozen=True)
class IndicatorMapping:
    """A file of indicators. ``columns`` holds the header of each role.

    Shape ``long``: a row is one value, roles ``indicator`` (or the fixed ``indicator``), ``period``, ``value``.
    Shape ``indicators``: a column an indicator, ``values`` = {header: indicator id}.
    Shape ``periods``: a column a period, ``values`` = {header: period as text}; ``branches`` likewise.
    Shapes of two (``indicators_periods`` …): ``values`` = {header: (text, text)} in the order of VARYING.

    ``names`` says what the file's own names mean: {role: {text: id, or LEAVE_OUT}}. ``units`` is the unit of figures by
    header or indicator where it is not written in the file; ``bank`` the texts that stand for the whole bank, as 全行:
    rows of totals that are not listed are left out.
    """

    source: str
    shape: str = "long"
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    indicator: str | None = None
    reading: Reading = Reading()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    bank: tuple[str, ...] = ()

    def headers(self) -> tuple[str, ...]:
        """Every header that the mapping needs."""
        return (*self.columns.values(), *self.values)

    def meaning(self, header: str) -> dict[str, str]:
        """What a column of figures is about: a text for each role that varies."""
        said = self.values[header]
        return dict(zip(VARYING[self.shape], (said,) if isinstance(said, str) else said, strict=True))

    def to_json(self) -> str:
        """One text for equal mappings."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def with_reading(self, **changes: Any) -> IndicatorMapping:
        """The same mapping with other answers to what must be asked."""
        return replace(self, reading=replace(self.reading, **changes))


def indicator_mapping(data: Any, where: str = "") -> IndicatorMapping:
    """A mapping from YAML or JSON. Raises :class:`Refused` with every mistake in it."""
    problems: list[Problem] = []
    data = as_dict(data, where, problems)
    unknown(data, {f.name for f in fields(IndicatorMapping)}, where, problems)
    columns = as_dict(data.get("columns"), f"{where}columns", problems)
    unknown(columns, set(ROLES), f"{where}columns", problems)
    shape = data.get("shape", "long")
    one_of(shape, SHAPES, f"{where}shape", problems)
    names = as_dict(data.get("names"), f"{where}names", problems)
    unknown(names, set(NAMED), f"{where}names", problems)
    bank = data.get("bank") or ()
    if isinstance(bank, str) or not isinstance(bank, Sequence):
        problems.append(Problem("upload_mapping_shape", f"{where}bank", {"found": type(bank).__name__}))
        bank = ()
    mapping = IndicatorMapping(
        str(data.get("source") or ""), shape, _texts(columns), _meanings(data, shape, where, problems),
        None if data.get("indicator") is None else str(data["indicator"]),
        reading(data.get("reading"), where, problems),
        {role: _texts(as_dict(said, f"{where}names.{role}", problems)) for role, said in names.items()},
        _texts(as_dict(data.get("units"), f"{where}units", problems)), tuple(str(text) for text in bank),
    )  # fmt: skip
    needed = ["value"] if shape == "long" else []
    if "indicator" not in VARYING.get(shape, ()) and not mapping.indicator:
        needed = ["indicator", *needed]
    for role in needed:
        if role not in mapping.columns:
            problems.append(Problem("upload_role_missing", f"{where}columns", {"role": role}))
    if shape != "long" and not mapping.values:
        problems.append(Problem("upload_role_missing", f"{where}values", {"role": "value"}))
    if problems:
        raise Refused(*problems)
    return mapping


def _meanings(data: Mapping[str, Any], shape: str, where: str, problems: list[Problem]) -> dict[str, Any]:
    """The columns of figures: one text each, or as many as the shape has varying roles."""
    count, found = len(VARYING.get(shape, ("",))), {}
    for header, said in as_dict(data.get("values"), f"{where}values", problems).items():
        texts = tuple(str(one) for one in said) if isinstance(said, list | tuple) else str(said)
        if shape in VARYING and (1 if isinstance(texts, str) else len(texts)) != count:
            problems.append(Problem("upload_mapping_shape", f"{where}values", {"found": f"{header}: {said}"}))
        found[header] = texts[0] if isinstance(texts, tuple) and len(texts) == 1 else texts
    return found


def reading(data: Any, where: str, problems: list[Problem]) -> Reading:
    """The reading part of a mapping; mistakes go to ``problems``."""
    data = as_dict(data, f"{where}reading", problems)
    unknown(data, {f.name for f in fields(Reading)}, f"{where}reading", problems)
    one_of(data.get("date_order"), (None, *ORDERS), f"{where}date_order", problems)
    one_of(data.get("decimal"), (None, *DECIMALS), f"{where}decimal", problems)
    one_of(data.get("shares"), (None, True, False), f"{where}shares", problems)
    year = data.get("year")
    if year is not None and not (isinstance(year, int) and 1970 <= year <= 2199):
        problems.append(Problem("upload_mapping_value", f"{where}year", {"value": year, "known": "1970 … 2199"}))
    if data.get("period") is not None:
        data["period"] = str(data["period"])
    return Reading(**{f.name: data.get(f.name) for f in fields(Reading)})


def as_dict(data: Any, where: str, problems: list[Problem]) -> dict[str, Any]:
    """A mapping, or an empty one and a problem."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        problems.append(Problem("upload_mapping_shape", where, {"found": type(data).__name__}))
        return {}
    return {str(key): value for key, value in data.items()}


def unknown(data: Mapping[str, Any], known: set[str], where: str, problems: list[Problem]) -> None:
    """A problem for each key that means nothing."""
    for key in data:
        if key not in known:
            problems.append(Problem("upload_mapping_key", where, {"key": key, "known": ", ".join(sorted(known))}))


def one_of(value: Any, allowed: tuple[Any, ...], where: str, problems: list[Problem]) -> None:
    """A problem unless the value is one of those allowed."""
    if not any(value is a or (value == a and type(value) is type(a)) for a in allowed):
        known = ", ".join(str(a) for a in allowed if a is not None)
        problems.append(Problem("upload_mapping_value", where, {"value": value, "known": known}))


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in data.items() if value is not None}
