"""Expressions of other tools in CEL: how they read, what they say for answers given and not given, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.convert.expressions import Kind, NotCarried, to_cel
from cx.survey import expression, library
from cx.words import Translator

KINDS = {
    "nps": Kind("whole"),
    "amount": Kind("number"),
    "why": Kind("text"),
    "age": Kind("text"),
    "agree": Kind("flag"),
    "vip": Kind("flag", ids={"Yes": "true", "No": "false", "Y": "true", "N": "false"}),
    "born": Kind("date"),
    "visit": Kind("date"),
    "channel": Kind("choice", ids={"Branch visit": "branch_visit", "app": "app", "3": "3"}),
    "ways": Kind("choices", ids={"counter": "counter", "Phone line": "phone_line", "atm": "atm"}),
    "order": Kind("choices", ids={"a": "a", "b": "b"}, ordered=True),
    "grid": Kind("matrix", rows={"Row 1": "row_1"}, cell=Kind("choice", ids={"Good": "good", "Bad": "bad"})),
    ".": Kind("whole"),
}
TICK = "('atm' in ways)"


def name(theirs: str) -> str:
    if theirs == "WAYS_atm":
        return TICK
    if theirs not in KINDS:
        raise KeyError(theirs)
    return "nps" if theirs == "." else theirs


def carried(dialect: Any, source: str, use: Any = "condition") -> str:
    return to_cel(source, dialect, KINDS, name, use)


def refusal(dialect: Any, source: str, use: Any = "condition") -> str:
    with pytest.raises(NotCarried) as refused:
        carried(dialect, source, use)
    return refused.value.reason


SURVEYJS = {
    "{nps} >= 9": "nps >= 9",
    "{nps} <= 6 and {nps} notempty": "nps <= 6",
    "{nps} < 5 or {nps} empty": "nps < 5 || !answered(nps)",
    "!({nps} > 6)": "!answered(nps) || nps <= 6",
    "{channel} = 'branch VISIT'": "channel == 'branch_visit'",
    "{channel} <> 'app'": "!answered(channel) || channel != 'app'",
    "{channel} = 3": "channel == '3'",
    "{channel} > 2": "channel == '3'",
    "{channel} anyof ['Branch visit', 'app']": "channel in ['branch_visit', 'app']",
    "{channel} = 'fax'": "false",
    "{ways} contains 'Phone line'": "'phone_line' in ways",
    "{ways} anyof ['counter', 'atm']": "'counter' in ways || 'atm' in ways",
    "{ways} allof ['counter', 'atm']": "'counter' in ways && 'atm' in ways",
    "{ways} *= 'atm'": "'atm' in ways",
    "{ways} = ['atm']": "ways == ['atm']",
    "{ways} = ['atm', 'counter']": "size(ways) == 2 && 'atm' in ways && 'counter' in ways",
    "{order} = ['b', 'a']": "order == ['b', 'a']",
    "{ways.length} >= 2": "size(ways) >= 2",
    "2 > {ways.length}": "!answered(ways) || size(ways) < 2",
    "iif({nps} > 8, 1, 0) = 1": "nps > 8",
    "{agree} = true": "agree == true",
    "{vip} = 'yes'": "vip == true",
    "!{agree}": "!answered(agree) || agree == false",
    "{why} = 'Service '": "same(why, 'Service ')",
    "{why} contains 'WAIT'": "lower(why).contains('wait')",
    "{age} > 17": "number(age) > 17",
    "{grid.Row 1} = 'bad'": "grid.row_1 == 'bad'",
    "age({born}) >= 18": "years(born, today()) >= 18",
    "{visit} <= today()": "visit <= today()",
    "{visit} > today(-7)": "visit > add_days(today(), -7)",
    "diffDays({born}, {visit}) > 30": "abs(days(born, visit)) > 30",
    "{amount} * 2 > 10": "round((answered(amount) ? amount : 0) * 2, 10) > 10",
    "tRuE": "true",
    "{nps}": "nps == 1",
}
XPATH = {
    "${nps} >= 9 and ${nps} <= 10": "nps >= 9 && nps <= 10",
    "selected(${ways}, 'Phone line')": "'phone_line' in ways",
    "selected(${channel}, 'app')": "channel == 'app'",
    "not(selected(${ways}, 'atm'))": "!answered(ways) || !('atm' in ways)",
    "${channel} = '3'": "channel == '3'",
    "${channel} > 2": "channel == '3'",
    "${why} != ''": "answered(why)",
    "string-length(${why}) > 0": "length(why) > 0",
    "string-length(${why}) < 9": "!answered(why) || length(why) < 9",
    ". > 0 and . < 120": "nps > 0 && nps < 120",
    r"regex(${age}, '^\d{1,3}$')": "age.matches('^[0-9]{1,3}$')",
    "count-selected(${ways}) = 1": "size(ways) == 1",
    "int((today() - ${born}) div 365.25) >= 18": "trunc(days(born, today()) / 365.25) >= 18",
    "${visit} >= ${born}": "visit >= born",
    "${visit} > date('2026-01-31')": "visit > '2026-01-31'",
    "coalesce(${amount}, 0) > 5": "amount > 5",
    "${nps} = 1 or ${nps} = 2": "nps == 1 || nps == 2",
    "true()": "true",
}
LIMESURVEY = {
    "nps.NAOK >= 9": "nps >= 9",
    '((channel.NAOK == "app"))': "channel == 'app'",
    "!is_empty(why.NAOK)": "answered(why)",
    "vip == 'Y'": "vip == true",
    "WAYS_atm.NAOK == 'Y'": TICK,
    "WAYS_atm == ''": f"!answered(ways) || !{TICK}",
    "count(nps, amount) > 1": "answered(nps) && answered(amount)",
    "count(nps, amount) == 0": "!answered(nps) && !answered(amount)",
    "count(nps, amount) != 0": "answered(nps) || answered(amount)",
    "count(nps, amount) lt 2": "!answered(nps) || !answered(amount)",
    "count(nps, why, vip) == 2": "(answered(nps) ? 1 : 0) + (answered(why) ? 1 : 0) + (answered(vip) ? 1 : 0) == 2",
    "nps ge 3 and nps le 5": "nps >= 3 && nps <= 5",
    "sum(nps, amount) > 10": "(answered(nps) ? nps : 0) + (answered(amount) ? amount : 0) > 10",
    "regexMatch('/^[A-Z]{2}$/i', why)": "why.matches('(?i)^[A-Z]{2}$')",
    "channel == 3": "channel == '3'",
    "1": "true",
}
READS = [
    *(("surveyjs", *pair) for pair in SURVEYJS.items()),
    *(("xpath", *pair) for pair in XPATH.items()),
    *(("limesurvey", *pair) for pair in LIMESURVEY.items()),
]


@pytest.mark.parametrize(("dialect", "source", "cel"), READS)
def test_reads_like_a_condition_one_would_write(dialect: str, source: str, cel: str) -> None:
    assert carried(dialect, source) == cel
    expression.compile(cel)


DAY = dt.date(2026, 1, 31)
SAYS: list[tuple[str, str, dict[str, object], bool]] = [
    ("surveyjs", "{nps} != 5", {}, True),
    ("surveyjs", "{nps} >= {amount}", {}, True),  # nothing equals nothing
    ("surveyjs", "{nps} > {amount}", {}, False),
    ("surveyjs", "{amount} + {nps} = 0.3", {"amount": 0.3}, True),
    ("surveyjs", "{nps} = 'undefined'", {}, True),
    ("surveyjs", "{nps} >= round({amount})", {}, False),  # rounded nothing is no number
    ("surveyjs", "{amount} * 3 = 0.3", {"amount": 0.1}, True),
    ("surveyjs", "{why} = '5'", {"why": "5.0"}, True),
    ("surveyjs", "{why} = 'yes'", {"why": " YES "}, True),
    ("surveyjs", "{ways} notcontains 'atm'", {}, True),
    ("surveyjs", "{ways} = ['atm', 'counter']", {"ways": ("counter", "atm")}, True),
    ("surveyjs", "{ways} = ['atm', 'counter']", {"ways": ("counter", "atm", "phone_line")}, False),
    ("surveyjs", "{ways.length} < 2", {}, True),
    ("surveyjs", "{ways.length} < 2", {"ways": ("counter", "atm")}, False),
    ("surveyjs", "!({ways.length} >= 2)", {}, True),
    ("surveyjs", "iif({nps} > 8, 1, {amount}) > 0", {"nps": 3}, False),
    ("surveyjs", "iif({nps} > 8, 1, 0) < 1", {}, True),
    ("xpath", "coalesce(${amount}, 7) > 5", {}, True),
    ("xpath", "coalesce(${amount}, 7) > 5", {"amount": 4.0}, False),
    ("xpath", "string-length(${why}) < 2", {}, True),
    ("xpath", "not(string-length(${why}) < 2)", {"why": "ab"}, True),
    ("limesurvey", "count(nps, amount) > 0", {}, False),
    ("limesurvey", "count(nps, amount) < 2", {"nps": 3}, True),
    ("surveyjs", "iif({nps} > 8, {agree}, {vip})", {"nps": 3, "vip": True}, True),
    ("surveyjs", "avg({nps}, {amount}) = 5", {"nps": 5}, True),
    ("surveyjs", "max({nps}, {amount}) = 7", {"nps": 5, "amount": 7.0}, True),
    ("surveyjs", "{age} > 17", {"age": "none"}, False),
    ("surveyjs", "{age} > 0", {"age": "true"}, True),  # a text that says true is 1
    ("surveyjs", "{age} > {nps}", {"age": "TRUE", "nps": 0}, True),
    ("surveyjs", "!({age} > {nps})", {"age": "false", "nps": 0}, True),
    ("surveyjs", "{age} = 0", {"age": "false"}, True),
    ("surveyjs", "{nps} = {age}", {"age": "true", "nps": 1}, True),
    ("surveyjs", "{age} * 2 > 1", {"age": "true"}, True),
    ("surveyjs", "!({age} > 17)", {"age": "none"}, True),
    ("surveyjs", "{amount} / {nps} > 0", {"amount": 4.0, "nps": 0}, False),
    ("surveyjs", "year({born}) = 2026 and month({born}) = 1 and weekday({born}) = 6", {"born": DAY}, True),
    ("xpath", "${nps} != 5", {}, True),
    ("xpath", "not(${nps} > 3)", {}, True),
    ("xpath", "${nps} = ${amount}", {}, True),
    ("xpath", "${amount} div ${nps} > 2", {"amount": 4.0, "nps": 0}, False),
    ("xpath", "-5 mod 3 = -2", {}, True),
    ("xpath", "round(${amount}, 1) = -0.2", {"amount": -0.25}, True),
    ("xpath", "substr(${why}, 1, 3) = 'bc'", {"why": "abcd"}, True),
    ("xpath", "substring-after(${why}, '-') = 'x'", {"why": "a-x"}, True),
    ("xpath", "format-date(${born}, '%d.%m.%Y') = '31.01.2026'", {"born": DAY}, True),
    ("xpath", "string-length(${why}) = 2", {"why": "你好"}, True),
    ("xpath", "regex(${why}, '[a-z]+')", {"why": "abc1"}, False),  # the whole of it
    ("xpath", "min(${nps}, ${amount}) = 5", {"nps": 5}, True),
    ("xpath", "if(${agree}, 1, 2) + 1 = 3", {}, True),
    ("limesurvey", "nps < 3", {}, False),
    ("limesurvey", "!(nps > 3)", {}, True),
    ("limesurvey", "if(is_empty(nps), 1, 0) == 1", {}, True),
    ("limesurvey", "intval(amount) == 4", {"amount": 4.9}, True),
    ("limesurvey", "WAYS_atm == 'Y' and count(WAYS_atm) == 1", {"ways": ("atm",)}, True),
    ("limesurvey", "nps + 0 > 2 || strpos(why, 'b') == 1", {"why": "abc"}, True),
]


@pytest.mark.parametrize(("dialect", "source", "answers", "holds"), SAYS)
@pytest.mark.parametrize("use", ["condition", "rule"])
def test_says_what_theirs_says(dialect: str, source: str, answers: dict[str, object], holds: bool, use: str) -> None:
    made = expression.compile(carried(dialect, source, use))
    assert made.holds(answers) is holds
    if use == "rule":
        assert made.trial(answers) is holds, "a rule is never unknown"


VALUES = [
    ("surveyjs", "{nps} + '/' + {why}", {"nps": 3, "why": "x"}, "3/x"),
    ("surveyjs", "iif({nps} >= 9, 'promoter', iif({nps} >= 7, 'passive', 'detractor'))", {"nps": 8}, "passive"),
    ("surveyjs", "round({amount} * 1.15, 2)", {"amount": 2.0}, 2.3),
    ("surveyjs", "sum({nps}, {amount})", {}, 0),
    ("surveyjs", "{ways} + ''", {"ways": ("counter", "atm")}, None),
    ("xpath", "concat(${why}, ': ', ${nps})", {"nps": 3, "why": "a"}, "a: 3"),
    ("xpath", "${amount} * 2", {}, None),
    ("xpath", "string(0.00000012)", {}, "0.00000012"),
    ("xpath", "translate('a/b/c', '/', '-')", {}, "a-b-c"),
    ("limesurvey", "implode('-', nps, why)", {"nps": 3, "why": "a"}, "3-a"),
    ("limesurvey", "nps * 2 + 1", {"nps": 3}, 7),
]


@pytest.mark.parametrize(("dialect", "source", "answers", "value"), VALUES)
def test_computes_what_theirs_computes(dialect: str, source: str, answers: dict[str, object], value: object) -> None:
    if "{ways}" in source:
        assert refusal(dialect, source, "value") == "choice_values"
        return
    assert expression.compile(carried(dialect, source, "value")).result(answers) == value


REFUSED = [
    ("surveyjs", "{nps} >", "syntax"),
    ("surveyjs", "{nobody} = 1", "name_unknown"),
    ("surveyjs", "{panel.x} = 1", "place"),
    ("surveyjs", "magic({nps})", "function_unknown"),
    ("surveyjs", "sumInArray({grid}, 'a') > 1", "structure"),
    ("surveyjs", "{why} > {age}", "type_unknown"),
    ("surveyjs", "(" * 80 + "1" + ")" * 80, "too_deep"),
    ("surveyjs", " or ".join(f"{{nps}} = {n}" for n in range(200)), "too_long"),
    ("xpath", "/data/group/nps = 1", "path"),
    ("xpath", "../nps = 1", "path"),
    ("xpath", "count(${ways}) > 1", "structure"),
    ("xpath", "now() > 1", "clock"),
    ("xpath", "1 div 0", "infinite"),
    ("xpath", "date('2026-02-30')", "date"),
    ("xpath", "true(1)", "arguments"),
    ("xpath", "regex(${why}, '(?=a)b')", "pattern"),
    ("limesurvey", "nps = 3", "assignment"),
    ("limesurvey", "nps.question == 'x'", "attribute"),
    ("limesurvey", "time() > 3", "clock"),
]


@pytest.mark.parametrize(("dialect", "source", "reason"), REFUSED)
def test_refuses_by_name(dialect: str, source: str, reason: str) -> None:
    assert refusal(dialect, source) == reason
    for lang in ("zh", "en"):
        assert Translator(lang).has(f"convert.reason_{reason}")


_PIECES = st.sampled_from(
    [
        "{nps}", "{ways}", "{why}", "{grid.Row 1}", "${nps}", "${ways}", "${born}", ".", "nps.NAOK", "WAYS_atm", "vip",
        "'a'", '"b"', "1", "0.5", "-", "+", "*", "/", "=", "==", "!=", "<", ">=", "and", "or", "not(", "(", ")", "[",
        "]", ",", "!", "empty", "contains", "anyof", "div", "mod", "iif(", "if(", "sum(", "max(", "selected(", "regex(",
        "count(", "true", "null", " ", "today()", "date(", "round(", "concat(", "substr(", "is_empty(", "\\", "'", "{",
    ]
)  # fmt: skip
_SOURCES = st.one_of(st.lists(_PIECES, max_size=14).map(" ".join), st.text(max_size=40))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_SOURCES, st.sampled_from(["surveyjs", "xpath", "limesurvey"]), st.sampled_from(["condition", "rule", "value"]))
def test_carries_or_refuses_whatever_comes(source: str, dialect: str, use: str) -> None:
    try:
        cel = carried(dialect, source, use)
    except NotCarried as refused:
        assert refused.reason
        return
    made = expression.compile(cel)
    answers = {"nps": 3, "why": "a", "ways": ("atm",), "born": DAY, "vip": True, "grid": {"row_1": "good"}}
    for given_answers in ({}, answers):
        result = made.trial(given_answers)
        if use == "rule" and not isinstance(result, ArithmeticError):
            assert isinstance(result, bool), (source, cel, result)


FUNCTIONS = [
    ("same('A ', 'a')", True),
    ("same('007', '7')", False),
    ("same(7, '7.0')", True),
    ("length('你好')", 2),
    ("substring('abcdef', 1, 3)", "bc"),
    ("substring('abc', -2, 2)", "ab"),
    ("index('abc', 'x')", -1),
    ("replace('a-b', '-', '')", "ab"),
    ("tidy('  a   b ')", "a b"),
    ("join(['a', 'b'], ', ')", "a, b"),
    ("mod(-5, 3)", -2),
    ("half_up(-2.5)", -2),
    ("half_up(1.005, 2)", 1.01),
    ("trunc(-1.7)", -1),
    ("floor(-1.2)", -2),
    ("largest([1, '3', 2])", 3),
    ("months('2020-01-31', '2021-01-30')", 11),
    ("years('2008-02-29', '2026-02-28')", 17),
    ("days('2026-03-01', '2026-02-27')", -2),
    ("add_days('2026-02-27', 2)", "2026-03-01"),
    ("is_number('1e3') && !is_number('1,5')", True),
]


@pytest.mark.parametrize(("source", "value"), FUNCTIONS)
def test_functions_in_conditions(source: str, value: object) -> None:
    assert expression.compile(source).trial({}) == value


@pytest.mark.parametrize("source", ["number('x')", "years('x', 'y')", "power(-1, 0.5)", "replace('a', 'a', 1)"])
def test_functions_take_nonsense_as_unknown(source: str) -> None:
    assert expression.compile(f"{source} == 1").value({}) is None


def test_a_replacement_does_not_grow_without_end() -> None:
    with pytest.raises(ValueError, match="long"):
        library.replace("a" * 5000, "a", "aaa")
