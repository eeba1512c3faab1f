"""How the columns of one source are to be read: as the user chose it, as a YAML file says it, as it is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import yaml

from cx.intake.rows import Options
from cx.intake.values import DECIMALS, ORDERS
from cx.words import Problem, Refused

LARGEST, DEEPEST = 1_000_000, 20  # bytes of a mapping file, and lists within lists
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SHAPES = ("long", "indicators", "periods")
INDICATOR_ROLES = (
    "indicator", "period", "branch", "region", "channel", "business_line", "value", "numerator", "denominator"
)  # fmt: skip


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
    shares of 1 (0.123 for 12.3%).
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    shares: bool | None = None

    @property
    def options(self) -> Options:
        """The part that is needed to open the file."""
        return Options(self.sheet, self.encoding, self.delimiter)


@dataclass(frozen=True)
class IndicatorMapping:
    """A file of indicators. ``columns`` holds the header of each role.

    Shape ``long``: a row is one value, roles ``indicator`` (or the fixed ``indicator``), ``period``, ``value``.
    Shape ``indicators``: a column an indicator, ``values`` = {header: indicator id}.
    Shape ``periods``: a column a period, ``values`` = {header: period as text}.
    """

    source: str
    shape: str = "long"
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    indicator: str | None = None
    reading: Reading = Reading()

    def headers(self) -> tuple[str, ...]:
        """Every header that the mapping needs."""
        return (*self.columns.values(), *self.values)

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
    unknown(columns, set(INDICATOR_ROLES), f"{where}columns", problems)
    shape = data.get("shape", "long")
    one_of(shape, SHAPES, f"{where}shape", problems)
    values = as_dict(data.get("values"), f"{where}values", problems)
    mapping = IndicatorMapping(
        str(data.get("source") or ""), shape, _texts(columns), _texts(values),
        None if data.get("indicator") is None else str(data["indicator"]), reading(data.get("reading"), where,
        problems),
    )  # fmt: skip
    needed = {"long": ["period", "value"], "indicators": ["period"], "periods": []}.get(shape, [])
    if shape != "indicators" and not mapping.indicator:
        needed = ["indicator", *needed]
    for role in needed:
        if role not in mapping.columns:
            problems.append(Problem("upload_role_missing", f"{where}columns", {"role": role}))
    if shape != "long" and not mapping.values:
        problems.append(Problem("upload_role_missing", f"{where}values", {"role": "value"}))
    if problems:
        raise Refused(*problems)
    return mapping


def reading(data: Any, where: str, problems: list[Problem]) -> Reading:
    """The reading part of a mapping; mistakes go to ``problems``."""
    data = as_dict(data, f"{where}reading", problems)
    unknown(data, {f.name for f in fields(Reading)}, f"{where}reading", problems)
    one_of(data.get("date_order"), (None, *ORDERS), f"{where}date_order", problems)
    one_of(data.get("decimal"), (None, *DECIMALS), f"{where}decimal", problems)
    one_of(data.get("shares"), (None, True, False), f"{where}shares", problems)
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
