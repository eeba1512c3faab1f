"""Signals over the bank's figures: phases, seasons, budgets, and what people decide on them."""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import cache
from typing import Any

import act_bank
import numpy as np
import pyarrow as pa
import pytest

from cx.__main__ import main
from cx.act import alarm_telling, alarms, pain_points
from cx.act.alarms import Board
from cx.insight import signals
from cx.insight.signals import Alarm, View
from cx.insight.signals import series as signal_series
from cx.insight.signals.limits import Settings
from cx.measure.scope import WHOLE_BANK, Rights
from cx.output.charts import signals as chart
from cx.store.database import Database
from cx.words import Refused, Translator

TODAY = dt.date(2026, 10, 5)
MODEL = act_bank.bank()
OWN = Rights(frozenset({"b0101"}))
START = dt.date(2025, 1, 1)


def month(place: int) -> dt.date:
    return dt.date(2025 + place // 12, place % 12 + 1, 1)


def store(db: Database, name: str, branch: str | None, values: list[tuple[dt.date, float]], grain: str = "month",
          base: float | None = None) -> None:  # fmt: skip
    rows = [
        {"upload_id": "u", "indicator": name, "grain": grain, "day": day, "branch": branch, "value": value,
         "numerator": None if base is None else value * base / 100, "denominator": base}
        for day, value in values
    ]  # fmt: skip
    columns = ", ".join(rows[0])
    with db.writing() as con:
        con.register("given", pa.Table.from_pylist(rows, schema=_SCHEMA))
        con.execute(f"INSERT INTO indicator_value ({columns}) SELECT {columns} FROM given")
        con.unregister("given")


_SCHEMA = pa.schema([
    ("upload_id", pa.string()), ("indicator", pa.string()), ("grain", pa.string()), ("day", pa.date32()),
    ("branch", pa.string()), ("value", pa.float64()), ("numerator", pa.float64()), ("denominator", pa.float64()),
])  # fmt: skip


@cache
def noise(seed: int, size: int) -> tuple[float, ...]:
    return tuple(float(v) for v in np.random.default_rng(seed).normal(size=size).round(3))


def minutes(seed: int, size: int = 20, shift: float = 0.0, since: int = 99) -> list[tuple[dt.date, float]]:
    return [(month(i), 12 + z + (shift if i >= since else 0.0)) for i, z in enumerate(noise(seed, size))]


@pytest.fixture
def db() -> Database:
    """Queues of three branches: quiet, broken since month 16, and quiet."""
    found = Database(":memory:")
    for seed, branch in ((1, "b0101"), (2, "b0102"), (3, "b0201")):
        store(found, "queue_minutes", branch, minutes(seed, shift=14.0 if branch == "b0102" else 0.0, since=16))
    return found


def board(db: Database, rights: Rights = WHOLE_BANK, day: dt.date = TODAY, budget: int | None = 12) -> Board:
    return alarms.board(db.cursor(), rights, MODEL, budget, day)


def view(db: Database, settings: Settings | None = None, budget: int | None = 12) -> View:
    return signals.view(db.cursor(), WHOLE_BANK, MODEL, settings or Settings(), budget)


def broken(found: Board) -> Alarm:
    """The alarm of the branch that broke, on its control chart."""
    own = [s.alarm for s in (*found.standing, *found.handled) if s.alarm.subject.branch == "b0102"]
    return next(alarm for alarm in own if not alarm.agreed)


def test_what_broke_is_found_and_what_is_quiet_is_not(db: Database) -> None:
    found = board(db)
    alarm = broken(found)
    assert (alarm.first, alarm.last, alarm.ongoing, alarm.better) == (month(16), month(19), True, False)
    assert alarm.value > (alarm.high or 0) > (alarm.usual or 0)
    quiet = {s.alarm.subject.branch for s in found.standing if not s.alarm.agreed}
    assert quiet <= {"b0102", None}  # the bank's mean moves with it
    assert found.standing[0].alarm.better is False


def test_the_threshold_of_the_dictionary_is_a_signal_of_its_own(db: Database) -> None:
    agreed = [s.alarm for s in board(db).standing if s.alarm.agreed]
    assert [(a.subject.branch, a.rules, a.first, a.periods, a.usual) for a in agreed] == [
        ("b0102", ("threshold",), month(16), 4, 18.0)
    ]


def test_limits_come_from_the_first_twelve_periods_as_computed_by_hand(db: Database) -> None:
    each = view(db, budget=None).of("indicator:queue_minutes:month:b0102")
    assert each and each.limits.chart and each.limits.phase == (month(0), month(11))
    values = [value for _, value in minutes(2)[:12]]
    sigma = sum(abs(b - a) for a, b in zip(values, values[1:], strict=False)) / 11 / 1.128
    point = each.drawn()[15]
    assert point.usual == pytest.approx(sum(values) / 12)
    assert point.high == pytest.approx(sum(values) / 12 + 3 * sigma)


def test_a_branch_role_sees_its_own_charts_and_nothing_of_the_bank(db: Database) -> None:
    found = board(db, OWN)
    assert {each.subject.branch for each in found.view.watched} == {"b0101"}
    other = broken(board(db))
    for deed in (
        lambda: alarms.explain(db, "x", other, "reason", rights=OWN),
        lambda: alarms.snooze(db, "x", other, TODAY + dt.timedelta(days=3), "", rights=OWN, today=TODAY),
        lambda: alarms.rebase(db, "x", other.subject, month(8), None, "reason", rights=OWN, today=TODAY),
        lambda: opened(db, OWN),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.problems[0].code == "signal_not_yours"


def test_more_charts_more_false_alarms_and_a_budget_bounds_them(db: Database) -> None:
    textbook = view(db, budget=None)
    assert textbook.rules == ("limit", "run", "ewma")
    assert textbook.per_year == pytest.approx(sum(each.per_year for each in textbook.watched))
    one = next(each for each in textbook.watched if each.limits.chart and not each.limits.chart.alike)
    assert one.per_year == pytest.approx(12 * one.rate) and 0.2 < one.per_year < 0.6
    for wanted in (1, 4):
        strict = view(db, budget=wanted)
        assert strict.per_year <= wanted * 1.001
    assert view(db, budget=1).watched[0].width >= view(db, budget=4).watched[0].width


def test_too_few_values_are_told_and_thresholds_watch_all_the_same() -> None:
    db = Database(":memory:")
    store(db, "queue_minutes", "b0101", [(month(i), 12.0 + i % 3) for i in range(6)] + [(month(6), 25.0)])
    found = board(db)
    each = found.view.of("indicator:queue_minutes:month:b0101")
    assert each and each.limits.chart is None and each.limits.refusal and each.limits.refusal.have == 7
    assert all(s.alarm.agreed for s in found.standing) and found.standing
    assert "7" in alarm_telling.refusal(Translator("zh"), each.limits)


def test_the_phase_can_be_chosen_and_is_kept_with_its_reason(db: Database) -> None:
    subject = broken(board(db)).subject
    alarms.rebase(db, "lin", subject, month(2), month(10), "旧系统切换后", rights=WHOLE_BANK, today=TODAY)
    each = board(db).view.of(subject.key)
    assert each and each.limits.phase == (month(2), month(10))
    assert len(each.limits.before) == 2
    step = alarms.history(db.cursor(), subject, WHOLE_BANK)[0]
    assert (step.by, step.note, step.start, step.until) == ("lin", "旧系统切换后", month(2), month(10))
    alarms.rebase(db, "lin", subject, None, None, "恢复", rights=WHOLE_BANK, today=TODAY)
    again = board(db).view.of(subject.key)
    assert again and again.limits.phase == (month(0), month(11))
    for start, end, note, code in (
        (month(2), None, " ", "signal_note"), (month(8), month(3), "x", "signal_phase"),
        (TODAY + dt.timedelta(days=1), None, "x", "signal_phase"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            alarms.rebase(db, "lin", subject, start, end, note, rights=WHOLE_BANK, today=TODAY)
        assert refused.value.problems[0].code == code


def test_explained_is_handled_until_it_goes_on(db: Database) -> None:
    alarm = broken(board(db))
    with pytest.raises(Refused):
        alarms.explain(db, "lin", alarm, "  ", rights=WHOLE_BANK)
    alarms.explain(db, "lin", alarm, "叫号机故障", rights=WHOLE_BANK)
    found = board(db)
    handled = [s for s in found.handled if s.alarm.subject == alarm.subject and not s.alarm.agreed]
    assert handled and handled[0].step and handled[0].step.note == "叫号机故障"
    store(db, "queue_minutes", "b0102", [(month(20), 27.0)])
    back = [s for s in board(db).standing if s.alarm.subject == alarm.subject and not s.alarm.agreed]
    assert len(back) == 1 and back[0].returned


def test_the_new_normal_starts_a_phase_of_its_own(db: Database) -> None:
    alarm = broken(board(db))
    alarms.normal(db, "lin", alarm, alarm.first, "网点搬迁", rights=WHOLE_BANK, today=TODAY)
    each = board(db).view.of(alarm.subject.key)
    assert each and each.limits.chart is None and each.limits.refusal and each.limits.refusal.have == 4
    store(db, "queue_minutes", "b0102", [(month(20 + i), 26 + z) for i, z in enumerate(noise(8, 9))])
    later = board(db).view.of(alarm.subject.key)
    assert later and later.limits.chart and later.limits.phase and later.limits.phase[0] == month(16)
    assert later.limits.chart.centre == pytest.approx(26, abs=1.5)
    assert not [a for a in later.alarms if not a.agreed]


def test_a_phase_that_takes_alarms_off_its_chart_is_told_and_can_be_taken_back(db: Database) -> None:
    alarm = broken(board(db))
    key, own = alarm.subject.key, Rights(frozenset({"b0102"}))

    def listed(day: dt.date = TODAY, rights: Rights = WHOLE_BANK) -> list[tuple[str, str, str]]:
        return [(step.subject, step.by, step.note) for step in board(db, rights, day).phases]

    alarms.rebase(db, "lin", alarm.subject, month(1), None, "换叫号机", rights=WHOLE_BANK, today=TODAY)
    alarms.normal(db, "wang", alarm, alarm.first, "就这样了", rights=own, today=TODAY)
    found = board(db)
    assert not [s for s in (*found.standing, *found.handled) if s.alarm == alarm]
    assert listed() == [(key, "wang", "就这样了")] and listed(rights=own) == listed() and not listed(rights=OWN)
    assert "Handled" in alarm_telling.answer(Translator("en"), found)
    much_later = dt.date.today() + dt.timedelta(days=400)
    assert listed(much_later), "a chart without limits is told however old the step is"
    (step,) = found.phases
    with pytest.raises(Refused, match="signal_not_yours"):
        alarms.take_back(db, "x", step, rights=OWN)
    alarms.take_back(db, "lin", step, rights=WHOLE_BANK)
    assert alarm.subject.key in {s.alarm.subject.key for s in board(db).standing if not s.alarm.agreed}
    each = board(db).view.of(key)
    assert each and each.limits.phase and each.limits.phase[0] == month(1), "the phase before holds again"
    assert listed() == [(key, "lin", "换叫号机")] and not listed(much_later)
    with pytest.raises(Refused, match="signal_phase_gone"):
        alarms.take_back(db, "lin", step, rights=WHOLE_BANK)
    alarms.take_back(db, "lin", board(db).phases[0], rights=WHOLE_BANK)
    assert not listed() and alarm in [s.alarm for s in board(db).standing]
    assert [s.action for s in alarms.history(db.cursor(), alarm.subject, own)] == ["reopened"] * 2 + ["normal", "based"]


def test_a_phase_begins_within_the_figures_values(db: Database) -> None:
    alarm = broken(board(db))
    for start in (TODAY + dt.timedelta(days=1), month(0) - dt.timedelta(days=1)):
        for deed in (
            lambda day: alarms.normal(db, "lin", alarm, day, "x", rights=WHOLE_BANK, today=TODAY),
            lambda day: alarms.rebase(db, "lin", alarm.subject, day, None, "x", rights=WHOLE_BANK, today=TODAY),
        ):
            with pytest.raises(Refused, match="signal_phase"):
                deed(start)
    bank = next(each.subject for each in board(db).view.watched if each.subject.branch is None)
    with pytest.raises(Refused, match="signal_phase"):
        alarms.rebase(db, "lin", bank, month(0) - dt.timedelta(days=1), None, "x", rights=WHOLE_BANK, today=TODAY)
    alarms.rebase(db, "lin", bank, month(0), None, "x", rights=WHOLE_BANK, today=TODAY)
    assert [step.subject for step in board(db).phases] == [bank.key]


def test_what_is_put_off_comes_back_on_its_day(db: Database) -> None:
    alarm, until = broken(board(db)), TODAY + dt.timedelta(days=14)
    for day in (TODAY, TODAY + dt.timedelta(days=500)):
        with pytest.raises(Refused):
            alarms.snooze(db, "lin", alarm, day, "", rights=WHOLE_BANK, today=TODAY)
    alarms.snooze(db, "lin", alarm, until, "等设备到货", rights=WHOLE_BANK, today=TODAY)

    def standing(day: dt.date) -> list[bool]:
        return [s.returned for s in board(db, day=day).standing if s.alarm == alarm]

    assert standing(until - dt.timedelta(days=1)) == [] and standing(until) == [True]
    assert "1" in alarm_telling.answer(Translator("en"), board(db, day=until)).split("came back")[0][-6:]
    alarms.reopen(db, "lin", alarm, rights=WHOLE_BANK)
    assert standing(TODAY) == [False]


def opened(db: Database, rights: Rights = WHOLE_BANK, who: str = "lin") -> tuple[str, bool]:
    found = board(db)
    alarm = broken(found)
    grade = pain_points.grade(alarm, found.view)
    entered = pain_points.open_from(db, who, alarm, "排队太久", grade, rights=rights, model=MODEL)
    return entered.id, entered.how == "new"


def test_a_pain_point_holds_place_severity_and_evidence(db: Database) -> None:
    alarm = broken(board(db))
    key, new = opened(db)
    point = pain_points.get(db.cursor(), key, WHOLE_BANK)
    assert new and point and (point.state, point.touchpoint) == ("monitor", "queue")
    (e,) = point.signals
    assert (e.subject, e.first, e.last, e.value, e.rules) == (
        alarm.subject.key, alarm.first, alarm.last, alarm.value, alarm.rules
    )  # fmt: skip
    assert point.grade and (point.grade.duration, point.grade.breadth) == (4, 1) and 1 <= point.grade.distance <= 5
    found = board(db)
    assert alarm not in [s.alarm for s in found.standing]
    assert {s.pain_point.id for s in found.handled if s.pain_point} == {key}
    assert pain_points.everything(db.cursor(), OWN) == () and pain_points.get(db.cursor(), key, OWN) is None


def test_many_clicks_at_once_make_one_pain_point(db: Database) -> None:
    found, gate = [], threading.Barrier(8)

    def click() -> None:
        gate.wait()
        found.append(opened(db))

    workers = [threading.Thread(target=click) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 8 and len({key for key, _ in found}) == 1 and sum(new for _, new in found) == 1
    assert len(pain_points.everything(db.cursor(), WHOLE_BANK)) == 1


def test_a_signal_that_outlives_its_pain_point_comes_back(db: Database) -> None:
    key, _ = opened(db)
    pain_points.drop(db, "lin", key, "只是叫号机坏了", rights=WHOLE_BANK)
    assert not [s for s in board(db).standing if s.pain_point]
    store(db, "queue_minutes", "b0102", [(month(20), 27.0)])
    back = [s for s in board(db).standing if s.pain_point]
    assert back and all(s.returned for s in back) and {s.alarm.agreed for s in back} == {True, False}
    found = board(db)
    again = pain_points.open_from(
        db, "lin", broken(found), "排队", pain_points.grade(broken(found), found.view), rights=WHOLE_BANK, model=MODEL
    )
    assert (again.id, again.how) == (key, "reopened")
    point = pain_points.get(db.cursor(), key, WHOLE_BANK)
    assert point and point.state == "analyse" and len(point.signals) == 2
    assert not [s for s in board(db).standing if s.pain_point and s.alarm.agreed == broken(found).agreed]


def daily(weeks: int, seed: int, shift: dict[int, float]) -> list[tuple[dt.date, float]]:
    """Daily values with quiet weekends; ``shift`` adds to a place."""
    r, first = np.random.default_rng(seed), dt.date(2026, 1, 5)
    found = []
    for i in range(7 * weeks):
        day = first + dt.timedelta(days=i)
        usual = 20.0 if day.weekday() >= 5 else 100.0 + 10 * (day.weekday() == 0)
        found.append((day, usual + float(r.normal(0, 3)) + shift.get(i, 0.0)))
    return found


def test_weekends_and_holidays_are_no_alarms_and_an_incident_is() -> None:
    db, closed = Database(":memory:"), {(day - dt.date(2026, 1, 5)).days for day in MODEL.calendar.off}
    assert closed & set(range(84, 182)), "the shipped calendar has a holiday in the watched days"
    shift = dict.fromkeys(closed, -60.0) | {150: 40.0}
    store(db, "mau", None, daily(26, 4, shift), "day")
    found = view(db, budget=None)
    each = found.of("indicator:mau:day:")
    assert each and each.limits.chart and set(each.limits.season) == set(range(7)) and each.limits.skipped
    hit = [a for a in each.alarms if "limit" in a.rules]
    assert dt.date(2026, 1, 5) + dt.timedelta(days=150) in {a.worst for a in hit} and len(hit) <= 3
    off = {day for alarm in each.alarms for day in (alarm.first, alarm.last)}
    assert not off & MODEL.calendar.off


def test_quiet_figures_alarm_about_as_often_as_stated() -> None:
    """120 quiet monthly figures, 12 months of phase and 12 watched: the number of alarms is that which is stated."""
    db = Database(":memory:")
    for place, branch in enumerate(list(MODEL.branches)[:40]):
        for more, name in enumerate(("queue_minutes", "counter_minutes", "form_minutes")):
            values = [(month(i), 8 + 0.5 * z) for i, z in enumerate(noise(1000 + 3 * place + more, 24))]
            store(db, name, branch, values)
    for budget in (None, 24):
        found = view(db, budget=budget)
        count = sum(not alarm.agreed for alarm in found.alarms)
        assert abs(count - found.by_chance) <= 3 * found.by_chance**0.5 + 1, (budget, count, found.by_chance)


def test_nps_of_the_bank_is_watched_with_limits_by_the_base() -> None:
    db = Database(":memory:")
    r = np.random.default_rng(6)
    for i in range(18):
        p, d = (int(v) for v in r.multinomial(200, [0.5, 0.3, 0.2])[[0, 2]])
        if i == 16:
            p, d = 20, 160
        first = month(i)
        act_bank.visits(db, "b0101", first, first + dt.timedelta(days=27), p, 200 - p - d, d)
    found = view(db)
    each = found.of("survey:nps:month:transactional")
    assert each and each.limits.chart and each.limits.chart.kind == "mean"
    assert month(16) in {alarm.worst for alarm in each.alarms}
    assert all(each.subject.kind != "survey" for each in signals.view(
        db.cursor(), OWN, MODEL, Settings(), 12).watched)  # fmt: skip


def test_explained_periods_leave_the_limits() -> None:
    db, subject = Database(":memory:"), "indicator:queue_minutes:month:b0101"
    store(db, "queue_minutes", "b0101", [(day, v + 20 * (day == month(5))) for day, v in minutes(1)])
    one, other = view(db).of(subject), view(db, Settings((), ((subject, month(5), month(5)),))).of(subject)
    assert one and one.limits.chart and one.limits.noisy == 1 and one.limits.chart.phase[5]
    assert other and other.limits.chart and other.limits.chart.size == 12 and not other.limits.chart.phase[5]
    assert other.limits.phase == (month(0), month(12)) and other.limits.noisy == 0
    assert other.limits.chart.sigmas[0] < one.limits.chart.sigmas[0] / 2


def test_with_very_many_values_the_bank_alone_is_watched(db: Database) -> None:
    read, crowded = signal_series.read(db.cursor(), WHOLE_BANK, MODEL, most=50)
    assert crowded == ("month",) and [series.subject.branch for series in read] == [None]
    mean = sum(dict(minutes(seed))[month(3)] for seed in (1, 2, 3)) / 3
    assert {p.day: p.value for p in read[0].points}[month(3)] == pytest.approx(mean)
    read, crowded = signal_series.read(db.cursor(), WHOLE_BANK, MODEL)
    assert not crowded and len(read) == 4


def test_words_say_value_range_and_chance_in_both_languages(db: Database) -> None:
    found = board(db)
    alarm, each = broken(found), found.view.of(broken(found).subject.key)
    assert each
    for lang, word in (("zh", "高于常态上限"), ("en", "above the usual range")):
        t = Translator(lang)
        assert word in alarm_telling.sentence(t, alarm, MODEL)
        assert alarm_telling.chance(t, each) and alarm_telling.method(t, each) and alarm_telling.notes(t, each)
        assert t.number(len(found.view.watched)) in alarm_telling.answer(t, found)


def test_the_command_lists_what_stands(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA", str(tmp_path))
    file = Database(tmp_path / "cx.duckdb")
    store(file, "queue_minutes", "b0102", minutes(2, shift=14.0, since=16))
    file.close()
    assert main(["signals", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {one["subject"] for one in told["standing"]} >= {"indicator:queue_minutes:month:b0102"}
    assert told["watched"] >= 1 and told["false_alarms_a_year"] <= 12
    assert main(["signals", "--budget", "lots"]) == 2
    capsys.readouterr()
    file = Database(tmp_path / "cx.duckdb")
    with file.writing() as con:
        con.execute("DELETE FROM indicator_value")
    file.close()
    assert main(["signals"]) == 0


def test_no_line_is_drawn_over_periods_without_values() -> None:
    days = [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    assert chart._parts(days, "month") == [0, 0, 1, 1]
    assert chart._parts([dt.date(2026, 9, 4), dt.date(2026, 9, 7), dt.date(2026, 9, 30)], "day") == [0, 0, 1]
    assert chart._parts([], "day") == []
