"""The rollout planner: proven wins into the other branches, waves, what is recorded, and what a branch sees of it."""

from __future__ import annotations

import csv
import datetime as dt
import io

import act_bank
import pytest
from act_bank import BEFORE, END, START, charter
from test_quick_wins_page import words

from cx.act import quick_wins, rollout
from cx.measure import rollout as measure
from cx.measure.scope import WHOLE_BANK, Rights
from cx.output import rollouts
from cx.words import Refused, Translator

PAGE = "act/rollout"
PILOTS, CONTROLS = ("b0201", "b0202", "b0203"), ("b0301", "b0302", "b0303", "b0304", "b0401", "b0402")


@pytest.fixture
def bank(bench):
    """Three pilots that rose from 0 to 60 while six others stayed; b0101, the branch manager's, is worst of all."""
    for at, branch in enumerate((*PILOTS, *CONTROLS, "b0101")):
        after = (70, 20, 10) if branch in PILOTS else (20, 20, 60) if branch == "b0101" else (40 + at, 20, 40 - at)
        act_bank.visits(bench.database, branch, *BEFORE, 40 + at % 2, 20, 40 - at % 2)
        act_bank.visits(bench.database, branch, START, END, *after)
    return bench


def proven(bench, **changes) -> str:
    by = {"rights": WHOLE_BANK}
    key = quick_wins.propose(bench.database, "lin", charter(pilots=PILOTS, controls=CONTROLS, **changes), **by)
    quick_wins.sign(bench.database, key, "wang", bench.model, START, knowing=True, **by)
    quick_wins.start(bench.database, key, "lin", bench.model, START, **by)
    quick_wins.to_measuring(bench.database, key, "lin", **by)
    result = quick_wins.close(bench.database, key, "lin", END + dt.timedelta(days=1), "有用", model=bench.model, **by)
    assert result.verdict == "proven", result.proof.reasons
    return key


def test_without_a_proof_nothing_is_rolled_out(bank, screen):
    quick_wins.propose(bank.database, "lin", charter(pilots=PILOTS), rights=WHOLE_BANK)
    at = screen(PAGE, role="cx_manager")
    assert not at.exception and "还没有证明有效的速赢" in words(at) and not at.get("download_button")


def test_the_plan_is_ordered_saved_and_worked_off(bank, screen):
    key = proven(bank, title="=1+1")
    at = screen(PAGE, role="cx_manager", limit="4", weeks="2")
    assert not at.exception and at.get("download_button")
    said = words(at)
    left = len(bank.model.branches) - len(PILOTS)
    assert f"还有 {left} 处要推广" in said and "第一个是" + bank.model.branches["b0101"].name["zh"] in said
    assert "能指望的就是这个区间" in said
    rows = _rows(bank)
    assert len(rows) == left and rows[0]["网点编号"] == "b0101" and [row["批次"] for row in rows[5:7]] == ["1", "2"]
    assert rows[0]["速赢"] == "'=1+1", "no cell is a formula"
    scores = [float(row["得分"]) for row in rows]
    assert scores == sorted(scores, reverse=True) and not set(PILOTS) & {row["网点编号"] for row in rows}
    at.button(key="rollout_save").click().run()
    assert not at.exception and "推广计划已保存" in words(at)
    steps = rollout.everything(bank.database.cursor(), WHOLE_BANK)
    assert len(steps) == left and max(step.wave for step in steps) == -(-left // 4)
    assert rollout.save(bank.database, "x", *_plan(bank), rights=WHOLE_BANK) > 0, "another limit is another plan"
    first = next(s for s in rollout.everything(bank.database.cursor(), WHOLE_BANK) if s.branch == "b0101")
    assert first.basis["effect"] and first.basis["low"] and first.basis["effect"] > first.basis["low"] > 0

    assert "会破坏它的验证" not in words(at)
    act_bank.walked(bank.database, "running", charter(pilots=("b0404",), controls=("b0405",), title="另一个"))
    (field,) = rollout.fields(bank.database.cursor(), bank.model, ())
    assert field.trials == ("b0404", "b0405")
    assert "会破坏它的验证" in words(screen(PAGE, role="cx_manager"))

    at = screen(PAGE, role="branch_manager")
    assert not at.exception and "您的网点有 1 项" in words(at)
    assert "满意度" not in words(at) and not at.get("vega_lite_chart") and not at.get("download_button")
    at.button(key="rollout_record").click().run()
    assert not at.exception and "已登记完成" in words(at)
    assert key == first.win and f"还有 {left - 1} 处" in words(screen(PAGE, role="cx_manager", limit="4", weeks="2"))
    viewer = screen(PAGE, role="viewer")
    assert not viewer.exception and not [b for b in viewer.button if b.key.startswith("rollout_")]

    by = {"rights": WHOLE_BANK}
    rollout.withdraw(bank.database, "lin", key, "b0404", "要搬迁", **by)
    out = next(line for line in words(screen(PAGE, role="cx_manager")).split("<tr>") if "要搬迁" in line)
    assert "不推广（" in out and "取消）" in out and "批" not in out, "what was taken out has no wave and no days"
    quick_wins.reopen(bank.database, key, "lin", **by)  # its verification is open again
    said = words(screen(PAGE, role="cx_manager"))
    assert f"计划中 0 处，已完成 1 处，逾期 0 处。另有 {left - 2} 处暂缓" in said
    assert "暂缓：这个速赢不再算证实有效" in said and "已完成，但这个速赢不再算证实有效" in said


def test_a_branch_changes_its_own_steps_only(bank):
    proven(bank)
    db, own = bank.database, Rights(frozenset({"b0101"}))
    slots, fields = _plan(bank)
    with pytest.raises(Refused, match="rollout_whole"):
        rollout.save(db, "x", slots, fields, rights=own)
    rollout.save(db, "x", slots, fields, rights=WHOLE_BANK)
    assert rollout.save(db, "x", slots, fields, rights=WHOLE_BANK) == 0, "the same plan again changes nothing"
    win, today = fields[0].win.id, dt.date.today()
    assert {step.branch for step in rollout.everything(db.cursor(), own)} == {"b0101"}
    with pytest.raises(Refused, match="rollout_gone"):
        rollout.done(db, "x", win, "b0401", today, "", rights=own, today=today)
    with pytest.raises(Refused, match="rollout_day"):
        rollout.done(db, "x", win, "b0101", today + dt.timedelta(days=1), "", rights=own, today=today)
    rollout.done(db, "x", win, "b0101", today, "换好了", rights=own, today=today)
    with pytest.raises(Refused, match="rollout_gone"):
        rollout.done(db, "x", win, "b0101", today, "", rights=own, today=today)
    with pytest.raises(Refused, match="signal_note"):
        rollout.withdraw(db, "x", win, "b0401", "", rights=WHOLE_BANK)
    rollout.save(db, "x", slots[:1], fields, rights=WHOLE_BANK)
    states = {step.branch: step.state for step in rollout.everything(db.cursor(), WHOLE_BANK)}
    assert states["b0101"] == "done" and "withdrawn" in states.values()


def _plan(bench):
    recorded = rollout.everything(bench.database.cursor(), WHOLE_BANK)
    fields = rollout.fields(bench.database.cursor(), bench.model, recorded)
    slots = measure.waves(rollout.places(fields), measure.Weights(), 6, dt.date(2026, 10, 5), 4)
    return slots, fields


def _rows(bench) -> list[dict[str, str]]:
    slots, fields = _plan(bench)
    text = rollouts.csv(fields, slots, bench.model, Translator("zh")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
