"""Expressions of other survey tools, carried to CEL and evaluated, against what those tools (or their tests) say.

Every case ends as agreed, refused (with a reason), or wrong. A case whose original must fail agrees when it is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cx.convert.expressions import Kind, NotCarried, to_cel
from cx.survey import expression, functions

FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
_UNANSWERED = ("whole", "text", "date", "flag", "choices")
"""What a question without a known kind may be: when it is unanswered, the outcome has to be the same for each."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Case = dict[str, Any]


@dataclass
class Outcome:
    """What became of a file's cases."""

    dialect: str
    agreed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)
    """Not as expected for a reason that lies in the file."""

    @property
    def cases(self) -> int:
        return self.agreed + self.refused.total() + len(self.wrong) + self.apart.total()

    def tell(self) -> None:
        refused = dict(self.refused.most_common())
        print(f"\n{self.dialect}: {self.cases} cases, {self.agreed} agreed, {len(self.wrong)} wrong")
        print(f"  {self.refused.total()} refused {refused}; apart {dict(self.apart)}")
        for line in self.wrong:
            print("  wrong:", line)

    def check(self) -> None:
        """Nothing wrong; of what is carried, nearly all agrees; refusing is no way to be right."""
        self.tell()
        assert self.cases > 0
        assert not self.wrong
        assert self.agreed >= 0.95 * (self.cases - self.refused.total())
        assert self.agreed >= 0.5 * self.cases


def cases(name: str) -> list[Case]:
    file = FOLDER / "conformance" / f"{name}.json"
    if not file.exists():
        pytest.skip(f"no conformance cases at {file}")
    found: list[Case] = json.loads(file.read_text(encoding="utf-8"))["cases"]
    return found


def kind_of(value: object) -> Kind | None:
    """The kind of question that has such an answer; None when there is none or it says nothing."""
    if isinstance(value, bool):
        return Kind("flag")
    if isinstance(value, int):
        return Kind("whole")
    if isinstance(value, float):
        return Kind("number")
    if isinstance(value, str):
        return (Kind("date") if _DAY.fullmatch(value) else Kind("text")) if value else None
    if isinstance(value, list) and value and all(isinstance(item, str | int) for item in value):
        return Kind("choices", ids={str(item): str(item) for item in value})
    return None


def answers_of(values: Mapping[str, object], ids: Mapping[str, str]) -> dict[str, object]:
    """Values of theirs as answers of ours; nothing, an empty text and an empty list are no answers."""
    said = {name: value for name, value in values.items() if name in ids and value not in (None, "", [])}
    return {ids[name]: tuple(map(str, value)) if isinstance(value, list) else value for name, value in said.items()}


class Ids:
    """Our ids of their names, given as they are asked for."""

    def __init__(self, known: Iterable[str] | None = None) -> None:
        self.known = None if known is None else set(known)
        self.given: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if self.known is not None and name not in self.known:
            raise KeyError(name)
        return self.given.setdefault(name, f"q{len(self.given)}")


def result(case: Case, dialect: Any, kinds: Mapping[str, Kind], condition: bool, ids: Ids) -> object:
    """What the carried expression gives; None when it is unknown. Raises NotCarried."""
    values = case.get("values") or case.get("variables") or {}
    cel = expression.compile(to_cel(case["expression"], dialect, kinds, ids, "condition" if condition else "value"))
    found = cel.trial(answers_of(values, ids.given))
    if condition and not cel.constant:
        return cel.holds(answers_of(values, ids.given))
    return None if isinstance(found, Exception) else found


def near(got: object, expected: object, relative: float) -> bool:
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    if isinstance(got, int | float) and isinstance(expected, int | float):
        return math.isclose(got, expected, rel_tol=relative, abs_tol=relative)
    if isinstance(got, list) and isinstance(expected, list):  # our choices are texts
        return list(map(str, got)) == list(map(str, expected))
    return got == expected


def test_surveyjs(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cases("surveyjs_expressions")
    seen = {
        (case["expression"], name): kind
        for case in found
        for name, value in case["values"].items()
        if (kind := kind_of(value))
    }
    outcome, moving = Outcome("surveyjs"), []
    for case in found:
        one = _carried(case, seen)
        if isinstance(one, NotCarried):
            outcome.refused[one.reason] += 1
        elif all(near(got, case["expected"], 1e-9) for got in one):
            outcome.agreed += 1
        elif _moves(case, seen, one, monkeypatch):
            moving.append(case)
        else:
            outcome.wrong.append(f"{case['expression']} {case['values']}: {one} instead of {case['expected']}")
    day = _day_of(moving, seen, monkeypatch)
    outcome.agreed += len(moving) if day else 0
    outcome.wrong += [] if day else [f"{case['expression']}: on no day of two years" for case in moving]
    outcome.check()


def _carried(case: Case, seen: Mapping[tuple[str, str], Kind]) -> list[object] | NotCarried:
    names = set(_names(case))
    known = {n: k for n in names if (k := kind_of(case["values"].get(n)) or seen.get((case["expression"], n)))}
    return _one_of_any(case, names, known)


def _on(day: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is that day."""
    fixed = type("Fixed", (dt.date,), {"today": classmethod(lambda cls: day)})
    monkeypatch.setattr(functions, "dt", SimpleNamespace(date=fixed))


def _moves(
    case: Case, seen: Mapping[tuple[str, str], Kind], today: list[object], monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Whether the outcome depends on the day on which it is worked out."""
    with monkeypatch.context() as patch:
        for back in (1, 40, 400):
            _on(dt.date.today() - dt.timedelta(days=back), patch)
            if _carried(case, seen) != today:
                return True
    return False


def _day_of(
    moving: list[Case], seen: Mapping[tuple[str, str], Kind], monkeypatch: pytest.MonkeyPatch
) -> dt.date | None:
    """The day on which the file's expectations were worked out, by the cases that depend on it: all agree on one."""
    with monkeypatch.context() as patch:
        for back in range(731):
            day = dt.date.today() - dt.timedelta(days=back)
            _on(day, patch)
            found = [(_carried(case, seen), case["expected"]) for case in moving]
            if all(isinstance(one, list) and all(near(got, want, 1e-9) for got in one) for one, want in found):
                return day
    return None


def _names(case: Case) -> Iterable[str]:
    """The names of an expression; of a part of something (``a.length``) the name of the whole."""
    for found in re.findall(r"\{([^{}]+)\}", case["expression"]):
        name = found.lstrip("#").strip()
        whole = re.split(r"[.\[]", name)[0]
        part = name not in case["values"] and (whole in case["values"] or name.endswith(".length"))
        yield whole if part else name


def _one_of_any(case: Case, names: set[str], known: Mapping[str, Kind]) -> list[object] | NotCarried:
    """The results with the names without a kind being of each kind that can be carried."""
    open_names = [name for name in names - set(known) if case["values"].get(name) in (None, "", [])]
    results: list[object] = []
    why: NotCarried | None = None
    for kind in _UNANSWERED if open_names else ("",):
        kinds = dict(known) | {name: Kind(kind, ids={"1": "1"} if kind == "choices" else {}) for name in open_names}  # type: ignore[arg-type]
        try:
            results.append(result(case, "surveyjs", kinds, case["kind"] == "condition", Ids()))
        except NotCarried as error:
            why = why or error
    if results:
        return results
    assert why
    return why


def test_xpath() -> None:
    outcome = Outcome("xpath")
    for case in cases("javarosa_xpath"):
        expected = case["expected"]
        if isinstance(expected, float) and math.isnan(expected):
            expected = "NaN"
        must_fail = isinstance(expected, dict)
        try:
            got = result(case, "xpath", {}, False, Ids(()))
        except NotCarried as why:
            if must_fail:
                outcome.agreed += 1
            else:
                outcome.refused[why.reason] += 1
            continue
        wanted = (
            {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": None}.get(expected, expected)
            if not must_fail
            else None
        )
        if isinstance(got, float) and math.isnan(got):
            got = None  # a calculation without a number has no answer
        if near(got, wanted, 1e-12) or near(got, expected, 1e-12):
            outcome.agreed += 1
        else:
            outcome.wrong.append(f"{case['expression']}: {got!r} instead of {expected!r}")
    outcome.check()


def printed(value: object) -> str:
    """As PHP prints it."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 10))
    return str(value)


def prints_alike(value: object, other: str) -> bool:
    """The file writes quotes with and without a backslash, what is false as nothing or as 0, no number as NAN."""
    if value is None:
        return other in ("", "NAN")
    one = printed(value)
    return one.replace("\\", "") == other.replace("\\", "") or {one, other} <= {"", "0"}


def _has_a_false_part(case: Case, kinds: Mapping[str, Kind]) -> bool:
    """Their tables are not free of contradictions: whether a part of an "and" does not hold alone."""
    parts = re.split(r"\s(?:&&|and)\s", case["expression"])
    if len(parts) < 2 or any(part.count("(") != part.count(")") for part in parts):
        return False
    values = ({**case, "expression": part} for part in parts)
    return any(result(part, "limesurvey", kinds, False, Ids(case["variables"])) is False for part in values)


def test_limesurvey() -> None:
    found = cases("limesurvey_expressions")
    assigned = {
        name
        for case in found
        if not case["plain"]
        for name in re.findall(r"\b([A-Za-z_]\w*)\s*[-+*/]?=(?!=)", case["expression"])
    }
    outcome = Outcome("limesurvey")
    for case in (case for case in found if case["plain"]):
        variables = case["variables"]
        kinds = {name: kind for name, value in variables.items() if (kind := kind_of(value))}
        try:
            got = result(case, "limesurvey", kinds, False, Ids(variables))
        except NotCarried as why:
            if case["expected_text"] == "NULL":  # theirs does not read it either
                outcome.agreed += 1
            else:
                outcome.refused[why.reason] += 1
            continue
        if prints_alike(got, case["expected_text"]):
            outcome.agreed += 1
        elif case["expected_text"] == "1" and _has_a_false_part(case, kinds):
            outcome.apart["an and that holds although a part of it alone does not"] += 1
        elif assigned & set(variables):
            outcome.apart["a variable that other expressions of the table assign to"] += 1
        else:
            outcome.wrong.append(f"{case['expression']} {variables}: {got!r} instead of {case['expected_text']!r}")
    outcome.check()
