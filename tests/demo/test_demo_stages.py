"""What the demo bank's indicators truly do is found."""

from __future__ import annotations

import datetime as dt

import pytest
from demo_bank import TRUE, scope

from cx.act import alarms
from cx.bank.model import Model
from cx.insight import sources
from cx.insight.stages import cohorts, monthly, north_star, say_do
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.store.query import Connection


@pytest.fixture
def con(demo_bank: Database) -> Connection:
    return demo_bank.cursor()


def test_the_incident_is_the_first_signal_and_quiet_figures_alarm_as_stated(con: Connection, model: Model) -> None:
    """Quiet: nothing in the truth moves them; what the signals say of them is chance alone."""
    (branch, step), *_ = TRUE.indicators["atm_uptime"].steps.items()
    board = alarms.board(con, WHOLE_BANK, model, 12, TRUE.last)
    first = board.standing[0].alarm
    assert (first.subject.name, first.subject.branch, first.first) == ("atm_uptime", branch, step["from"])
    assert first.ongoing and not first.better
    failed = {
        s.alarm.subject.name for s in board.standing if s.alarm.worst == TRUE.feeds["transfer-probe"].incident["day"]
    }
    assert {"transfer_probe_success", "transfer_probe_ms"} <= failed
    moved = {name for win in TRUE.quick_wins for name in win.indicators}
    quiet = [
        each for each in board.view.watched
        if (spec := TRUE.indicators.get(each.subject.name)) and not spec.trend and each.subject.name not in moved
        and each.subject.branch not in spec.steps and each.subject.branch is not None
    ]  # fmt: skip
    assert len(quiet) > 400
    for budget in (12, None):
        view = board.view if budget else alarms.board(con, WHOLE_BANK, model, None, TRUE.last).view
        judged = [each for key in (each.subject.key for each in quiet) if (each := view.of(key)) and each.limits.chart]
        counted = sum(not alarm.agreed for each in judged for alarm in each.alarms)
        watched = {each.subject.key: len(each.limits.days) - 12 for each in judged}
        expected = sum(each.rate * watched[each.subject.key] for each in judged)
        assert counted <= expected + 3 * expected**0.5 + 1, (budget, counted, expected)


def test_stages_tell_the_trends_of_the_truth_and_no_others(con: Connection, model: Model) -> None:
    names = [name for name in TRUE.indicators if name in model.schemes.schemes["growth"].stages[0].indicators]
    names += ["retention_m1", "retention_m6", "products_per_customer", "loan_conversion", "referral_rate"]
    for name, line in monthly.lines(con, scope(), model, names).items():
        trend = TRUE.indicators[name].trend
        assert line.trend == ("better" if trend > 0 else "worse" if trend < 0 else "noise"), name


def test_words_stand_still_while_referrals_fall_and_bad_branches_are_low_on_both(con: Connection, model: Model) -> None:
    found = say_do.view(con, scope(), model)
    assert found is not None and found.gap == "opens" and found.do.verdict == "down"
    spec = TRUE.indicators["referral_rate"]
    assert found.do.diff == pytest.approx(spec.trend * 12 / 17 / 100, abs=0.005)
    low = {one.id for one in found.branches if (one.say_side, one.do_side) == ("low", "low")}
    assert low == set(TRUE.bad)
    assert found.r_low is not None and found.r_low > 0


def test_a_star_rises_while_its_guardrail_breaks_and_the_others_do_not(con: Connection, model: Model) -> None:
    views = {view.star.journey: view for view in north_star.view(con, scope(), model)}
    rising = {name for name, view in views.items() if TRUE.indicators[view.star.indicator].trend > 0}
    assert {name for name, view in views.items() if view.line.trend == "better"} == rising == {"daily-banking"}
    assert [line.figure.indicator.id for line in views["daily-banking"].traded] == ["referral_rate"]


def test_cohorts_end_where_they_are_too_young(con: Connection, model: Model) -> None:
    found = cohorts.triangle(con, scope(), model)
    assert found is not None
    months = (TRUE.last.year - TRUE.first.year) * 12 + TRUE.last.month - TRUE.first.month + 1
    assert [len(age.cells) for age in found.ages] == [months - age.months for age in found.ages]
    for age in found.ages:  # over branches alike, but for the bad ones
        spec = TRUE.indicators[age.indicator]
        expected = spec.mean + spec.bad * len(TRUE.bad) / len(model.branches)
        assert age.cells[TRUE.first].value == pytest.approx(expected / 100, abs=0.012), age.indicator


def test_the_branch_that_stopped_sending_is_found(con: Connection, model: Model) -> None:
    view = sources.view(con, scope(), model, TRUE.last + dt.timedelta(days=1))
    owed = {
        (gap.indicator, gap.unit[0], day) for gap in view.gaps for day in gap.periods if day < TRUE.last.replace(day=1)
    }
    assert owed == {
        (name, branch, day)
        for name, spec in TRUE.indicators.items()
        for branch, days in spec.lacks.items()
        for day in days
    }
    assert all(standing.state == "on_time" for standing in view.standings)
