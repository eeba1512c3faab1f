"""Units as banks write them: read from names, headers and columns, and converted exactly to the dictionary's. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_SECONDS = {
    "毫秒": Fraction(1, 1000), "ms": Fraction(1, 1000), "秒": 1, "秒钟": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "分": 60, "分钟": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "小时": 3600, "时": 3600, "h": 3600,
    "hour": 3600, "hours": 3600, "天": 86400, "日": 86400, "自然日": 86400, "d": 86400, "day": 86400, "days": 86400,
}  # fmt: skip
_WORKDAYS = {"工作日": 1, "workday": 1, "workdays": 1, "businessdays": 1}
_SHARES = {
    "%": Fraction(1, 100), "百分比": Fraction(1, 100), "百分点": Fraction(1, 100), "percent": Fraction(1, 100),
    "pct": Fraction(1, 100), "percentage": Fraction(1, 100), "‰": Fraction(1, 1000), "千分比": Fraction(1, 1000),
    "permille": Fraction(1, 1000), "bp": Fraction(1, 10000), "bps": Fraction(1, 10000), "基点": Fraction(1, 10000),
    "‱": Fraction(1, 10000), "万分比": Fraction(1, 10000), "per_10k": Fraction(1, 10000), "per10k": Fraction(1, 10000),
    "share": 1, "ratio": 1, "比率": 1,
}  # fmt: skip
_SCALES = {
    "": 1, "十": 10, "百": 100, "千": 1000, "k": 1000, "thousand": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6,
    "million": 10**6, "千万": 10**7, "亿": 10**8, "billion": 10**9, "万亿": 10**12,
}  # fmt: skip
_NOUNS = {
    "": "", "个": "", "人": "head", "户": "head", "位": "head", "名": "head", "users": "head", "user": "head",
    "客户": "head", "customers": "head", "accounts": "head", "people": "head", "人次": "times", "笔": "times",
    "次": "times", "件": "times", "单": "times", "times": "times", "calls": "times", "transactions": "times",
    "cases": "times", "元": "money", "rmb": "money", "cny": "money", "yuan": "money", "台": "machines", "条": "items",
    "张": "cards",
}  # fmt: skip
_POINTS = {"分": 1, "分值": 1, "points": 1, "point": 1, "score": 1}
_SCALE = re.compile(r"^(万亿|十万|百万|千万|[十百千万亿]|thousand|million|billion|k(?=$))?(.*)$")
_BRACKET = re.compile(r"[(（\[【]\s*(?:单位\s*[:：]?\s*)?([^()（）\[\]【】]+?)\s*[)）\]】]\s*$")
_SAID = re.compile(r"(?:单位|unit)s?\s*[:：]\s*([^\s,，;；()（）]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """One unit: so many (``factor``) of the base of its ``kind``."""

    kind: str
    factor: Fraction


def read(text: str) -> tuple[Unit, ...]:
    """What a text may mean as a unit (分 is minutes or points); empty when it is none."""
    bare = re.sub(r"[\s.]", "", text).lower().replace("％", "%").replace("／", "/").removesuffix("人民币")
    found = [
        Unit(kind, Fraction(table[bare]))
        for kind, table in (("time", _SECONDS), ("workdays", _WORKDAYS), ("share", _SHARES), ("points", _POINTS))
        if bare in table
    ]
    matched = _SCALE.match(bare)
    scale, noun = (matched[1] or "", matched[2]) if matched else ("", bare)
    if bare and noun in _NOUNS:
        found.append(Unit(f"count:{_NOUNS[noun]}", Fraction(_SCALES[scale])))
    return tuple(found)


def known(text: str) -> bool:
    """Whether a text is a unit."""
    return bool(read(text))


def of_name(text: str) -> str | None:
    """The unit that a column's or an indicator's name carries: 平均排队时长（秒）, 客户数 / 万户."""
    for part in reversed(text.split(" / ")):
        if known(part) and " / " in text:
            return part
        bracket = _BRACKET.search(part)
        if bracket and known(bracket[1]):
            return bracket[1]
    return None


def of_titles(titles: tuple[str, ...]) -> str | None:
    """The one unit that the texts above a table name for all of it; None when they name several."""
    found = {said for text in titles for said in _SAID.findall(text)} | {
        bracket[1] for text in titles if (bracket := _BRACKET.search(text)) and known(bracket[1])
    }
    return next(iter(found)) if len(found) == 1 else None


def factor(said: str, wanted: str) -> Fraction | None:
    """By what a figure in unit ``said`` is multiplied to be in unit ``wanted``; None when they do not go together."""
    if said.strip().lower() == wanted.strip().lower():
        return Fraction(1)
    for one in read(said):
        for other in read(wanted):
            if one.kind == other.kind or (_counted(one) and _counted(other) and "count:" in (one.kind, other.kind)):
                return one.factor / other.factor
        scale = one.factor if one.kind == "count:" else None
        if scale is not None and not read(wanted):
            return scale
    return None


def _counted(unit: Unit) -> bool:
    return unit.kind.startswith("count:")


def is_scaled(said: str) -> bool:
    """Whether a unit multiplies by 万 and the like, as cells may do themselves."""
    return any(_counted(one) and one.factor != 1 for one in read(said))
