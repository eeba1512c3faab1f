"""The register of pain points: one matter one entry, severity, evidence then and now, verification before closing."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import act_bank
import pytest
from act_bank import END, PILOTS, START

from cx.act import cases, pain_points, rollout
from cx.act.pain_points import Candidate, Matter, Piece, gathering, measuring, seeking, showing, weighing
from cx.act.pain_points.seeking import Look
from cx.bank import rules
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.words import Refused, Translator

MODEL = act_bank.bank()
RULES = rules.load(Path(__file__).parents[2] / "data" / "model")
OWN = Rights(frozenset({"b0201"}))
ZH, EN = Translator("zh"), Translator("en")
LOOK = Look(WHOLE_BANK, None, periods.between(START, END), END, END)
SAID = Piece("people", "people", "said", said="排到门口")


@pytest.fixture
def db() -> Iterator[Database]:
    found = act_bank.filled()
    yield found
    found.close()


QUEUE = Matter(None, "queue")


def entered(db: Database, *pieces: Piece, matter: Matter = QUEUE, rights: Rights = WHOLE_BANK,
            title: str = "排队太久") -> pain_points.Entered:  # fmt: skip
    return pain_points.enter(db, "lin", Candidate(matter, pieces or (SAID,)), title, rights=rights, model=MODEL)


def point(db: Database, id: str, rights: Rights = WHOLE_BANK) -> pain_points.PainPoint:
    found = pain_points.get(db.cursor(), id, rights)
    assert found is not None
    return found


def asked(branch: str | None = None) -> Piece:
    look = replace(LOOK, branch=branch)
    return seeking._answered(act_bank.shared().cursor(), look, "journey", (("touchpoint", "queue"),), ())


def test_one_matter_is_one_entry_whoever_sees_it(db: Database) -> None:
    first = entered(db)
    assert first.how == "new"
    assert entered(db) == pain_points.Entered(first.id, "known")
    assert entered(db, asked()) == pain_points.Entered(first.id, "added")
    assert point(db, first.id).sources == ("people", "journey")
    assert entered(db, matter=Matter("b0201", "queue")).how == "new", "a branch's queue is another matter"
    assert entered(db, matter=Matter(None, "form-filling")).how == "new"


def test_many_clicks_of_many_sources_make_one_entry(db: Database) -> None:
    pieces, found, gate = [SAID, asked()] * 4, [], threading.Barrier(8)

    def click(piece: Piece) -> None:
        gate.wait()
        found.append(entered(db, piece))

    workers = [threading.Thread(target=click, args=(piece,)) for piece in pieces]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({one.id for one in found}) == 1
    assert sorted(one.how for one in found) == ["added"] + ["known"] * 6 + ["new"]
    assert len(point(db, found[0].id).pieces) == 2


def test_severity_is_frozen_and_worked_out_again_today(db: Database) -> None:
    """By hand: scores 9 and 8 came with 5 and 4 points for the queue, 3 with 2."""
    id = entered(db, asked()).id
    frozen = point(db, id).severity
    sql = "SELECT nps, count(*) FROM response WHERE day > (SELECT max(day) FROM response) - 92 GROUP BY nps"
    scores = dict(db.cursor().execute(sql).fetchall())
    content, unhappy = scores[9] + scores[8], scores[3]
    lost = 100 * (scores[9] / content) - 100 * (scores[9] - unhappy) / (content + unhappy)
    assert frozen is not None and frozen.unit == "nps" and frozen.reach == 1.0
    assert frozen.impact.value == pytest.approx(lost) and frozen.families == ("survey",)
    act_bank.visits(db, "b0401", END, END, promoters=0, passives=0, detractors=300)
    scales = weighing.scales(db.cursor(), WHOLE_BANK)
    now = weighing.today(scales, point(db, id), MODEL, WHOLE_BANK)
    assert now is not None and now.impact.n > frozen.impact.n and now.total > frozen.total
    assert point(db, id).severity == frozen


def test_points_of_one_kind_are_of_one_and_the_same_nps(db: Database) -> None:
    """Reach times impact is what the NPS of all in the kind would gain if the unhappy were as the content are,
    whichever survey asked about the touchpoint."""
    days = END - dt.timedelta(days=30), END
    act_bank.visits(db, "b0401", *days, 60, 20, 20, survey_id="app-visit", touchpoint="transfer")
    act_bank.visits(db, "b0401", *days, 9, 9, 90, survey_id="yearly", nps_kind="relational", touchpoint="fees")
    since = "FROM response WHERE nps_kind = 'transactional' AND day > (SELECT max(day) FROM response) - 92"
    everyone = db.cursor().execute(f"SELECT count(*) {since}").fetchall()[0][0]
    scales = weighing.scales(db.cursor(), WHOLE_BANK, frozenset({"b0401"}))
    found = scales.of(Matter(None, "transfer"), (asked(),), MODEL)
    gain = 20 * (60 / 80 * 100 + 100) / everyone  # 20 detractors who would be as the other 80
    assert found is not None and found.reach == pytest.approx(100 / everyone)
    assert found.reach * found.impact.value == pytest.approx(gain)
    rare = scales.of(Matter(None, "fees"), (asked(),), MODEL)
    assert rare is not None and (rare.of, rare.reach) == ("relational", 1.0)
    own = scales.of(Matter("b0401", "transfer"), (asked(),), MODEL)
    here = db.cursor().execute(f"SELECT count(*) {since} AND branch = 'b0401'").fetchall()[0][0]
    assert own is not None and own.part == pytest.approx(here / everyone)


def test_an_indicator_with_a_target_weighs_where_nobody_is_asked(db: Database) -> None:
    act_bank.indicator(db, "form_minutes", "b0201", dt.date(2026, 8, 1), 9.0)
    target = MODEL.indicators["form_minutes"].target
    found = point(db, entered(db, matter=Matter(None, "form-filling")).id).severity
    assert found is not None and target and found.unit == "target" and found.of == "form_minutes"
    assert found.impact.value == pytest.approx((9.0 - target) / target)
    assert weighing.order(found) > weighing.order(point(db, entered(db, asked()).id).severity)


def test_evidence_keeps_its_figure_and_tells_what_it_is_now(db: Database) -> None:
    piece = point(db, entered(db, asked()).id).pieces[0]
    same = showing.shown(db.cursor(), piece, WHOLE_BANK)
    assert same.asked and same.again is None and same.start is None, "nothing newer is there"
    act_bank.visits(db, "b0401", END + dt.timedelta(days=80), END + dt.timedelta(days=91), 200, 0, 0)
    newer = showing.shown(db.cursor(), piece, WHOLE_BANK)
    assert newer.now.value == 5.0 and newer.change and newer.change.verdict == "up" and newer.again is None
    assert newer.end == END + dt.timedelta(days=91) and (newer.end - (newer.start or END)) == END - START
    act_bank.visits(db, "b0401", END, END, 0, 0, 50)
    late = showing.shown(db.cursor(), piece, WHOLE_BANK)
    assert late.again is not None and late.again.n == piece.n + 50 and late.piece.value == piece.value


def walked(db: Database, id: str, *states: pain_points.State) -> None:
    for state in states:
        pain_points.move(db, "lin", id, state, f"到 {state}", rights=WHOLE_BANK)


def test_what_turned_out_to_be_none_is_dropped_early_only(db: Database) -> None:
    id = entered(db).id
    walked(db, id, "analyse")
    with pytest.raises(Refused, match="signal_note"):
        pain_points.drop(db, "lin", id, " ", rights=WHOLE_BANK)
    pain_points.drop(db, "lin", id, "叫号屏坏了一天", rights=WHOLE_BANK)
    assert not point(db, id).open and entered(db, asked()).how == "reopened"
    walked(db, id, "identify", "optimise")
    with pytest.raises(Refused, match="pain_point_step"):
        pain_points.drop(db, "lin", id, "算了", rights=WHOLE_BANK)


def test_a_branch_sees_its_own_entries_and_no_figure_of_the_bank(db: Database) -> None:
    bank, own = entered(db, asked()).id, entered(db, asked("b0201"), matter=Matter("b0201", "queue")).id
    whole = point(db, own).severity
    assert whole is not None and whole.part is not None and 0 < whole.part < 0.5
    assert [p.id for p in pain_points.everything(db.cursor(), OWN)] == [own]
    seen = point(db, own, OWN).severity
    assert seen is not None and seen.part is None
    now = weighing.today(
        weighing.scales(db.cursor(), OWN, OWN.branches or frozenset()), point(db, own, OWN), MODEL, OWN
    )
    assert now is not None and now.part is None and now.impact.value == pytest.approx(whole.impact.value)
    assert pain_points.get(db.cursor(), bank, OWN) is None and pain_points.history(db.cursor(), bank, OWN) == ()
    with pytest.raises(Refused, match="pain_point_not_yours"):
        entered(db, rights=OWN)
    for deed in (
        lambda: pain_points.move(db, "x", bank, "analyse", "x", rights=OWN),
        lambda: pain_points.note(db, "x", bank, "x", rights=OWN),
        lambda: pain_points.give(db, "x", bank, "x", rights=OWN),
        lambda: pain_points.reopen(db, "x", bank, "x", rights=OWN),
    ):
        with pytest.raises(Refused, match="pain_point_not_found"):
            deed()
    pain_points.give(db, "x", own, "chen", rights=OWN)
    assert point(db, own).owner == "chen"
    kept = point(db, own).severity
    assert kept is not None and kept.part == whole.part, "what a branch may not see is not lost when it saves"


def test_who_may_only_look_changes_nothing(db: Database) -> None:
    id, look = entered(db).id, Rights(None, act=False)
    for deed in (
        lambda: entered(db, asked(), rights=look),
        lambda: pain_points.move(db, "x", id, "analyse", "x", rights=look),
        lambda: pain_points.give(db, "x", id, "x", rights=look),
        lambda: pain_points.add(db, "x", id, Piece("people", "people", "said", said="x"), rights=look),
        lambda: pain_points.drop(db, "x", id, "x", rights=look),
        lambda: rollout.save(db, "x", (), (), rights=look),
        lambda: rollout.done(db, "x", "w", "b0101", END, "", rights=look, today=END),
    ):
        with pytest.raises(Refused, match="act_not_allowed"):
            deed()
    assert len(pain_points.history(db.cursor(), id, WHOLE_BANK)) == 1


def test_entries_of_before_are_still_read(db: Database) -> None:
    old = {
        "title": "排队变长", "severity": {"distance": 2, "duration": 4, "breadth": 1},
        "evidence": {"subject": "indicator:queue_minutes:month:b0101", "agreed": False, "rules": ["limit"],
                     "first": "2026-06-01", "last": "2026-08-01", "worst": "2026-07-01", "value": 30.0, "usual": 20.0,
                     "low": 15.0, "high": 25.0},
        "journey": "account-opening", "stage": "serve", "touchpoint": "queue",
    }  # fmt: skip
    with db.writing() as con:
        con.execute(
            "INSERT INTO pain_point (pain_point_id, recorded_at, recorded_by, state, charter, note) "
            "VALUES ('old', TIMESTAMP '2026-09-01', 'lin', 'analyse', ?, '看过了')",
            [json.dumps(old)],
        )
    found = point(db, "old")
    assert found.grade is not None and found.grade.total == 7 and found.severity is None
    assert found.matter.key == ("b0101", "queue") and found.signals[0].value == 30.0
    shown = showing.shown(db.cursor(), found.pieces[0], WHOLE_BANK)
    assert shown.again is not None and shown.again.value == pytest.approx(12.5), "July as it stands in the data"
    assert entered(db, matter=Matter("b0101", "queue")) == pain_points.Entered("old", "added")
    assert [s.did for s in pain_points.history(db.cursor(), "old", WHOLE_BANK)] == ["opened", "added"]


def case(db: Database, branch: str, touchpoint: str, cause: str, at: dt.datetime) -> None:
    by = {"rights": WHOLE_BANK, "rules": RULES, "calendar": MODEL.calendar}
    id, _ = cases.open_case(db, "lin", cases.About("等太久", branch, touchpoint), now=at, **by)  # type: ignore[arg-type]
    known = cases.get(db.cursor(), id, WHOLE_BANK)
    assert known is not None
    cases.step(db, "lin", id, known.recorded_at, root_cause=cause, now=at, **by)  # type: ignore[arg-type]


def test_root_causes_that_repeat_are_offered_where_they_are(db: Database) -> None:
    today = dt.date.today()
    now = dt.datetime.combine(today, dt.time()) - dt.timedelta(days=5)
    for branch in ("b0101", "b0102", "b0201", "b0301"):
        case(db, branch, "queue", "wait", now)
    case(db, "b0101", "queue", "wait", now - dt.timedelta(days=200))
    for touchpoint in ("queue", "counter-service", "login"):
        case(db, "b0101", touchpoint, "system", now)
    for _ in range(2):
        case(db, "b0101", "queue", "fees", now)
    look = replace(LOOK, today=today)
    found = {one.matter.name: one for one in gathering.cases(db.cursor(), look, MODEL)}
    assert set(found) == {"cause:wait", "cause:system"}, "twice is no repetition"
    assert found["cause:wait"].matter.touchpoint == "queue" and found["cause:system"].matter.touchpoint is None
    (piece,) = found["cause:wait"].pieces
    assert piece.value == 4 and showing.shown(db.cursor(), piece, WHOLE_BANK).again is None
    own = Rights(frozenset({"b0101"}))
    mine = gathering.cases(db.cursor(), replace(look, rights=own, branch="b0101"), MODEL)
    assert [one.matter.key for one in mine] == [("b0101", "cause:system")] and mine[0].pieces[0].value == 3
    assert gathering.cases(db.cursor(), replace(look, rights=own, branch="b0102"), MODEL) == ()
    assert entered(db, piece).how == "new" and entered(db, *mine[0].pieces, matter=mine[0].matter).how == "new"


def test_the_journey_offers_what_hurts_beyond_noise(db: Database) -> None:
    first = dt.date(2026, 7, 1)
    for branch in PILOTS:
        act_bank.visits(db, branch, first, END, 90, 10, 0, touchpoint="counter-service")
        act_bank.visits(db, branch, first, END, 5, 5, 90, touchpoint="form-filling")
    look = replace(LOOK, period=periods.between(first, END))
    found = seeking.journey(db.cursor(), look, MODEL, ("account-opening",))
    assert "form-filling" in [one.matter.touchpoint for one in found]
    assert "counter-service" not in [one.matter.touchpoint for one in found]
    for one in found:
        for piece in one.pieces:
            assert showing.shown(db.cursor(), piece, WHOLE_BANK).again is None, "asked again, it says the same"


def test_what_cannot_be_measured_in_a_branch_is_not_offered_as_what_shows_success(db: Database) -> None:
    own = point(db, entered(db, matter=Matter("b0101", "queue")).id)
    whole = point(db, entered(db).id)

    def look(at: pain_points.PainPoint, metric: str, weeks: int = 8) -> measuring.Measurable:
        return measuring.look(db.cursor(), at, metric, weeks, WHOLE_BANK, MODEL)

    few = look(own, "queue_minutes")
    assert not few.enough and 0 < few.n < few.least == 5, "monthly values of one branch"
    assert look(whole, "queue_minutes").enough and look(own, "satisfaction").enough
    assert not look(own, "form_minutes").enough and not look(point(db, entered(
        db, matter=Matter("b0404", "queue")).id), "satisfaction").enough  # fmt: skip
    assert measuring.others(own, MODEL)[0] == "satisfaction" and "queue_minutes" in measuring.others(own, MODEL)
