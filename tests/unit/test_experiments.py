"""Experiments: who gets which arm, what is refused, what counts, what is said of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import act_bank
import numpy as np
import pytest
from scipy.stats import chi2, chisquare, kstest

from cx.act.experiments import assigning, checks, counting, customers, judging, keeping, outcomes
from cx.act.experiments.counting import Counted
from cx.act.experiments.definition import Arm, Definition, as_json, of_json
from cx.collect.lists import Sheet
from cx.demo import remove, trials
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store import audit
from cx.store.database import Database
from cx.words import Refused

START = dt.date(2026, 6, 1)
OUTCOME = Definition(
    title="短信提醒", hypothesis="会多", unit="respondent", arms=(Arm("不发"), Arm("发")), metric="outcome_share",
    least=0.06, start=START, end=START + dt.timedelta(days=27), baseline=0.6,
)  # fmt: skip
BRANCHES = tuple(f"b0{region}0{at}" for region in range(1, 5) for at in range(1, 5))
BY = {"rights": WHOLE_BANK, "model": act_bank.bank(), "find": lambda _: None}


def test_the_arm_is_the_documented_hash_and_nothing_else() -> None:
    digest = hashlib.sha256("abc:客户0017".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    for weights in ((1, 1), (3, 1), (1, 2, 1)):
        edges = np.cumsum(weights) / sum(weights)
        assert assigning.arm("abc", "客户0017", weights) == int(np.searchsorted(edges, place, side="right"))
    assert assigning.number("abc", "客户0017") == place


def test_arms_are_uniform_and_know_nothing_of_other_experiments() -> None:
    keys = [f"{at:06d}" for at in range(4_000)]
    three = replace(OUTCOME, arms=(Arm("a", weight=2), Arm("b"), Arm("c")))
    found = [assigning.customers(f"experiment {at}", three, keys) for at in range(20)]
    sizes = [chisquare([arms.count(arm) for arm in range(3)], [2_000, 1_000, 1_000]).pvalue for arms in found]
    assert kstest(sizes, "uniform").pvalue > 0.01  # as uneven as chance, no more and no less
    pairs = [Counter(zip(one, two, strict=True)) for one, two in pairwise(found)]
    wanted = [4_000 * a * b / 16 for a in (2, 1, 1) for b in (2, 1, 1)]
    apart = [chisquare([count[a, b] for a in range(3) for b in range(3)], wanted).pvalue for count in pairs]
    assert kstest(apart, "uniform").pvalue > 0.01
    assert assigning.customers("experiment 0", three, keys[5:9]) == found[0][5:9]


def test_few_branches_and_weeks_are_dealt_out_evenly() -> None:
    definition = replace(OUTCOME, unit="branch", branches=BRANCHES)
    for id in ("x", "y", "z"):
        arms = assigning.branches(id, definition)
        assert Counter(arms.values()) == {0: 8, 1: 8} and set(arms) == set(BRANCHES)
    assert assigning.branches("x", definition) != assigning.branches("y", definition)
    weekly = replace(
        OUTCOME, unit="week", arms=(Arm("a", weight=2), Arm("b")), end=START + dt.timedelta(weeks=24, days=-1)
    )
    found = list(assigning.spans("x", weekly).items())
    assert len(found) == 24 and all(monday.weekday() == 0 for monday, _ in found)
    assert Counter(arm for _, arm in found) == {0: 16, 1: 8}
    assert len({assigning.span("x", weekly, found[3][0] + dt.timedelta(days=at)) for at in range(7)}) == 1
    daily = list(assigning.spans("x", replace(weekly, unit="day", end=START + dt.timedelta(weeks=12, days=-1))).items())
    assert Counter((day.weekday(), arm) for day, arm in daily) == {
        (weekday, arm): 8 - 4 * arm for weekday in range(7) for arm in (0, 1)
    }


def test_sizes_that_chance_does_not_give() -> None:
    assert assigning.balance((5_000, 5_000), (1, 1)) == 1
    assert assigning.balance((520, 480), (1, 1)) == pytest.approx(chi2.sf(1.6, 1))
    assert assigning.balance((5_300, 4_700), (1, 1)) < assigning.SUSPECT < assigning.balance((2_980, 1_020), (3, 1))
    assert assigning.balance((0, 0), (1, 1)) == 1


def codes(definition: Definition, find=lambda _: None) -> set[tuple[str, str]]:
    return {(found.code, found.where) for found in checks.problems(definition, act_bank.bank(), find)}


def test_what_is_refused() -> None:
    assert not codes(OUTCOME)
    assert codes(replace(OUTCOME, title=" ", least=0)) == {("experiment_empty", "title"), ("experiment_least", "least")}
    assert ("experiment_names", "arms") in codes(replace(OUTCOME, arms=(Arm("a"), Arm("a"))))
    assert ("experiment_arms", "arms") in codes(replace(OUTCOME, arms=(Arm("a"),)))
    assert ("experiment_weights", "arms") in codes(replace(OUTCOME, arms=(Arm("a", weight=0), Arm("b"))))
    assert ("experiment_days", "end") in codes(replace(OUTCOME, end=START))
    assert ("experiment_metric", "metric") in codes(replace(OUTCOME, metric="nps"))
    assert ("experiment_days", "end") in codes(replace(OUTCOME, unit="day", end=START + dt.timedelta(days=12)))
    assert ("experiment_devices", "metric") in codes(replace(OUTCOME, devices=True))
    assert ("experiment_branches", "branches") in codes(replace(OUTCOME, unit="day", branches=("nowhere",)))
    few = replace(OUTCOME, unit="branch", metric="csat", branches=("b0101", "nowhere"))
    assert codes(few) >= {("experiment_branches", "branches"), ("experiment_survey", "survey")}
    assert of_json(as_json(replace(OUTCOME, branches=BRANCHES))) == replace(OUTCOME, branches=BRANCHES)


def test_from_draft_to_lesson_and_who_may() -> None:
    db = Database(":memory:")
    key = keeping.draft(db, "lin", OUTCOME, **BY)
    own = Rights(frozenset({"b0101"}))
    for refused in (
        lambda: keeping.draft(db, "wang", OUTCOME, **{**BY, "rights": own}),
        lambda: keeping.start(db, key, "wang", START - dt.timedelta(days=1), **{**BY, "rights": own}),
        lambda: keeping.start(db, key, "lin", START, **BY),  # the first day has begun
        lambda: keeping.stop(db, key, "lin", START, rights=WHOLE_BANK),
        lambda: keeping.conclude(db, key, "lin", "学到", rights=WHOLE_BANK),
    ):
        with pytest.raises(Refused):
            refused()
    keeping.start(db, key, "lin", START - dt.timedelta(days=1), **BY)
    with pytest.raises(Refused):
        keeping.revise(db, key, "lin", replace(OUTCOME, arms=(Arm("x", weight=2), Arm("y"))), **BY)
    keeping.note(db, key, "lin", "周三短信中断", rights=WHOLE_BANK)
    found = keeping.stop(db, key, "lin", START + dt.timedelta(days=9), rights=WHOLE_BANK)
    assert found.through == START + dt.timedelta(days=8) and found.pairs[0].verdict == "running"
    with pytest.raises(Refused):
        keeping.conclude(db, key, "lin", "  ", rights=WHOLE_BANK)
    keeping.conclude(db, key, "lin", "下次写明证件", rights=WHOLE_BANK)
    after = keeping.draft(db, "lin", replace(OUTCOME, title="写明证件", follows=key), **BY)
    with db.cursor() as con:
        one = keeping.get(con, key, WHOLE_BANK)
        assert one is not None and (one.state, one.lesson, one.found) == ("concluded", "下次写明证件", found)
        states = [(step.state, step.note) for step in keeping.history(con, key)]
        every = keeping.all(con, WHOLE_BANK)
        actions = [entry.action for entry in audit.entries(con)]
    assert [state for state, _ in states] == ["draft", "running", "running", "stopped", "concluded"]
    assert states[2][1] == "周三短信中断"
    assert [each.id for each in keeping.chain(every, after)] == [key, after] or every[0].definition.start == START
    assert {"experiment_draft", "experiment_running", "experiment_noted", "experiment_stopped"} <= set(actions)


def sheet(rows: list[tuple[str, str, str]]) -> Sheet:
    names = ("客户", "日期", "结果")
    cells = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Sheet("结果.csv", "0" * 64, names, tuple(range(2, len(rows) + 2)), cells)


COLUMNS = {"key": "客户", "day": "日期", "value": "结果"}


def visits(id: str, success: tuple[float, float], daily: int, days: int, seed: int) -> Sheet:
    rng, rows = np.random.default_rng(seed), []
    for at in range(days):
        for _ in range(daily):
            key = f"C{len(rows):06d}"
            done = rng.random() < success[assigning.arm(id, key, (1, 1))]
            rows.append((key, (START + dt.timedelta(days=at)).isoformat(), "是" if done else "否"))
    return sheet(rows)


def test_a_file_of_outcomes_becomes_sums_and_no_key_is_kept() -> None:
    db = Database(":memory:")
    key = keeping.draft(db, "lin", OUTCOME, **BY)
    keeping.start(db, key, "lin", START - dt.timedelta(days=1), **BY)
    today = START + dt.timedelta(days=15)
    given = visits(key, (0.6, 0.8), 80, 14, seed=1)
    assert outcomes.keep(db, key, "lin", given, COLUMNS, today, rights=WHOLE_BANK) == 14 * 80
    assert outcomes.keep(db, key, "lin", given, COLUMNS, today, rights=WHOLE_BANK) == 14 * 80  # replaces, adds nothing
    with db.cursor() as con:
        counted = counting.counted(con, key, OUTCOME, WHOLE_BANK, today)
        assert counting.counted(con, key, OUTCOME, Rights(frozenset({"b0101"})), today) == Counted({})
        kept = con.execute("SELECT string_agg(sums || file_name, '') FROM experiment_outcome").fetchall()[0][0]
    assert "C0000" not in kept
    arms = [assigning.arm(key, each, (1, 1)) for each in given.cells["客户"]]
    assert counted.arrived == (arms.count(0), arms.count(1))
    found = judging.judge(OUTCOME, counted, today)
    yes = [
        sum(1 for arm, said in zip(arms, given.cells["结果"], strict=True) if arm == at and said == "是")
        for at in (0, 1)
    ]
    assert [side.value for side in found.sides] == pytest.approx([yes[0] / arms.count(0), yes[1] / arms.count(1)])
    assert found.pairs[0].verdict == "better" and not found.broken
    assert judging.of_json(judging.as_json(found)) == found
    day = START.isoformat()
    for rows, code in (
        ([("a", day, "1"), ("a", day, "0")], "experiment_key_twice"),
        ([("", day, "1")], "experiment_key_empty"),
        ([("a", "2026-05-31", "1")], "experiment_row_day"),
        ([("a", "2026-06-30", "1")], "experiment_row_day"),
        ([("a", day, "maybe")], "experiment_row_value"),
    ):
        with pytest.raises(Refused) as refused:
            outcomes.keep(db, key, "lin", sheet(rows), COLUMNS, today, rights=WHOLE_BANK)
        assert refused.value.problems[0].code == code


def test_a_list_of_keys_may_be_one_column() -> None:
    for data in (
        "客户号\nC001\nC002\n\nC003\n".encode("gb18030"),
        '客户号\r\n"C001"\r\nC002\r\nC003'.encode("utf-8-sig"),
    ):
        found = customers.read(data, "名单.csv")
        assert found.headers == ("客户号",) and found.cells["客户号"] == ("C001", "C002", "C003")
    assert customers.read("客户号,城市\nC001,沪\nC002,苏\n".encode(), "名单.csv").headers == ("客户号", "城市")


def spread(db: Database, survey: str, promoters: int, detractors: int, **more: str) -> None:
    act_bank.visits(
        db, "b0101", START, START + dt.timedelta(days=9), promoters, 20, detractors, survey_id=survey, **more
    )


def test_versions_of_a_survey_are_counted_through_the_door() -> None:
    db = Database(":memory:")
    nps = replace(
        OUTCOME, metric="nps", nps_kind="transactional", arms=(Arm("a", "one"), Arm("b", "two")), least=8, spread=0.3
    )
    spread(db, "one", 40, 40)
    spread(db, "two", 60, 20)
    spread(db, "two", 0, 500, mode="kiosk")  # gives out no versions
    spread(db, "two", 100, 0, survey_version="1.1.0")
    day = START + dt.timedelta(days=9)
    with db.cursor() as con:
        counted = counting.counted(con, "x", nps, WHOLE_BANK, day)
        found = judging.judge(nps, counted, day)
        before = judging.judge(nps, counting.counted(con, "x", nps, WHOLE_BANK, START - dt.timedelta(days=1)), START)
    assert [side.value for side in found.sides] == pytest.approx([0, 100 * 140 / 220])
    assert [side.n for side in found.sides] == [100, 220] and found.changed and not before.sides[0].n
    by_branch = replace(
        OUTCOME, unit="branch", metric="csat", survey="branch-visit", branches=BRANCHES, end=day, least=0.05
    )
    arms = assigning.branches("x", by_branch)
    for branch in (*BRANCHES, "b0105"):
        good = 45 if arms.get(branch) else 30
        act_bank.visits(db, branch, START, day, good, 10 + 5 * (int(branch[-1]) % 2), 60 - good)
    with db.cursor() as con:
        found = judging.judge(by_branch, counting.counted(con, "x", by_branch, WHOLE_BANK, day), day)
    values = [side.value for side in found.sides]
    n = {arm: [10 + 5 * (int(b[-1]) % 2) for b, at in arms.items() if at == arm] for arm in (0, 1)}
    wanted = [sum(g + m for m in n[arm]) / sum(60 + m for m in n[arm]) for arm, g in ((0, 30), (1, 45))]
    assert values == pytest.approx(wanted) and [side.units for side in found.sides] == [8, 8]
    assert found.pairs[0].verdict == "better"
    by_week = replace(by_branch, unit="week", branches=(), end=START + dt.timedelta(days=13))
    with db.cursor() as con:
        found = judging.judge(by_week, counting.counted(con, "x", by_week, WHOLE_BANK, day), day)
    assert found.pairs[0].verdict == "running" and sorted(side.units for side in found.sides) == [1, 1]
    daily = replace(by_week, unit="day", branches=("b0101",))
    with db.cursor() as con:
        found = judging.judge(daily, counting.counted(con, "x", daily, WHOLE_BANK, day), day)
    arms = Counter(assigning.spans("x", replace(daily, end=day)).values())
    assert [side.units for side in found.sides] == [arms[0], arms[1]] and sum(side.n for side in found.sides) == 75


def test_the_demo_goes_without_a_trace_of_its_experiments() -> None:
    db = Database(":memory:")
    trials.record(db, act_bank.bank())
    own = keeping.draft(db, "lin", OUTCOME, **BY)
    remove(db)
    with db.cursor() as con:
        assert [one.id for one in keeping.all(con, WHOLE_BANK)] == [own]
        assert con.execute("SELECT count(*) FROM experiment_outcome").fetchall() == [(0,)]
