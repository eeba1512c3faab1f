"""How a pain point is closed: on what was verified and as far as it reaches, or by somebody's decision; and which state
fits."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import act_bank
import pytest
from act_bank import END, OTHERS, PILOTS, START, charter
from test_pain_points import MODEL, OWN, SAID, entered, point, walked

from cx.act import pain_points, rollout
from cx.act.pain_points import Candidate, Matter, Proof, proving, telling
from cx.measure.scope import WHOLE_BANK
from cx.store import labels
from cx.store.database import Database
from cx.words import Refused, Translator

ZH, EN = Translator("zh"), Translator("en")


@pytest.fixture
def db() -> Iterator[Database]:
    found = act_bank.filled()
    yield found
    found.close()


def test_nothing_closes_without_a_verification_record(db: Database) -> None:
    id = entered(db).id
    walked(db, id, "analyse", "identify", "optimise", "verify")
    for proof in (Proof("win", "none", "proven", END), Proof("check", "0", "improved", END)):
        with pytest.raises(Refused, match="pain_point_proof"):
            pain_points.close(db, "lin", id, proof, "好了", rights=WHOLE_BANK, model=MODEL)
    with pytest.raises(Refused, match="pain_point_step"):
        pain_points.move(db, "lin", id, "closed", "好了", rights=WHOLE_BANK)
    today = dt.date.today()
    with pytest.raises(Refused, match="pain_point_check"):
        pain_points.check(db, "lin", id, "queue_minutes", today, rights=WHOLE_BANK, model=MODEL, today=today)
    with pytest.raises(Refused, match="pain_point_check"):
        pain_points.check(db, "lin", id, "form_minutes", START, rights=WHOLE_BANK, model=MODEL, today=today)
    pain_points.check(db, "lin", id, "queue_minutes", START, rights=WHOLE_BANK, model=MODEL, today=today)
    (proof,) = pain_points.proofs(db.cursor(), point(db, id), WHOLE_BANK)
    pain_points.close(db, "lin", id, proof, "好了", rights=WHOLE_BANK, model=MODEL)
    closed = point(db, id)
    assert closed.state == "closed" and closed.proof == proof and not closed.open
    pain_points.reopen(db, "lin", id, "又来了", rights=WHOLE_BANK)
    assert point(db, id).state == "analyse"
    assert pain_points.proofs(db.cursor(), point(db, id), WHOLE_BANK) == (), "what it was closed on proves nothing now"
    logged = [a for (a,) in db.cursor().execute("SELECT action FROM audit_log ORDER BY seq").fetchall()]
    assert logged[-3:] == ["pain_point_checked", "pain_point_closed", "pain_point_reopened"]
    assert [s.did for s in pain_points.history(db.cursor(), id, WHOLE_BANK)][-3:] == ["checked", "closed", "reopened"]


def early(db: Database, branch: str | None = None) -> str:
    found = Candidate(Matter(branch, "queue"), (SAID,))
    at = dt.datetime(2026, 5, 1)
    return pain_points.enter(db, "lin", found, "排队", rights=WHOLE_BANK, model=MODEL, at=at).id


def proven(db: Database, id: str, kind: str = "proven") -> Proof:
    """The record of a pilot that three branches more make provable."""
    act_bank.comparable(db)
    wanted = charter(pain_point=id, controls=(*OTHERS, "b0202", "b0203", "b0302"))
    own = act_bank.walked(db, "closed", wanted)
    (proof,) = pain_points.proofs(db.cursor(), point(db, id), WHOLE_BANK)
    assert (proof.kind, proof.id, proof.verdict) == ("win", own, kind)
    return proof


def reach(db: Database, id: str, proof: Proof) -> pain_points.Reach:
    con = db.cursor()
    own = proving.wins(con, point(db, id), WHOLE_BANK)
    return proving.reach(point(db, id), proof, own, rollout.everything(con, WHOLE_BANK), MODEL)


def rolled(db: Database, win: str, state: str, branches: Iterable[str]) -> None:
    """The win as done (or left out with a reason) in some branches."""
    with db.writing() as con:
        for branch in branches:
            note = "撤并" if state == "withdrawn" else ""
            row = [win, branch, dt.datetime(2026, 9, 1), "lin", state, 1, END, END, note, json.dumps({"title": "x"})]
            con.execute(
                "INSERT INTO rollout_step (quick_win_id, branch, recorded_at, recorded_by, state, wave, starts, ends, "
                "note, basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )


def test_a_proven_pilot_does_not_close_what_hurts_the_whole_bank(db: Database) -> None:
    act_bank.walked(db, "idea", charter(title="别的"))
    id = early(db)
    proof = proven(db, id)
    walked(db, id, "analyse", "identify", "optimise", "verify")
    rest = [branch for branch in MODEL.branches if branch not in PILOTS]
    found = reach(db, id, proof)
    assert (found.of, found.have, found.left, found.whole) == (len(MODEL.branches), 2, len(rest), False)
    assert "2 个" in telling.reach(ZH, proof, found) and "rollout pending" in telling.reach(EN, proof, found)
    close = partial(pain_points.close, db, "lin", id, proof, "好了", rights=WHOLE_BANK, model=MODEL)
    with pytest.raises(Refused, match="pain_point_reach"):
        close()
    rolled(db, proof.id, "done", rest[:-1])
    with pytest.raises(Refused, match="pain_point_reach"):
        close()
    assert reach(db, id, proof).left == 1 and "1 to come" in telling.reach(EN, proof, reach(db, id, proof))
    rolled(db, proof.id, "withdrawn", rest[-1:])
    close()
    closed = point(db, id)
    assert closed.ending and not closed.ending.decided and closed.ending.reach.out == 1
    assert "1 left out" in telling.ended(EN, closed, str)


def test_somebody_may_decide_to_close_and_the_reason_stays(db: Database) -> None:
    id = early(db)
    proof = proven(db, id)
    walked(db, id, "analyse", "identify", "optimise", "verify")
    pain_points.close(db, "lin", id, proof, "其余网点明年改造", rights=WHOLE_BANK, model=MODEL, decided=True)
    closed = point(db, id)
    assert closed.ending and closed.ending.by == "lin" and closed.ending.reach.have == 2
    for t in (ZH, EN):
        said = telling.ended(t, closed, lambda name: f"<{name}>")
        assert "<lin>" in said and "其余网点明年改造" in said and str(len(MODEL.branches)) in said
    (logged,) = db.cursor().execute("SELECT detail FROM audit_log WHERE action = 'pain_point_closed'").fetchall()
    assert '"decided"' in logged[0]
    pain_points.reopen(db, "lin", id, "又来了", rights=WHOLE_BANK)
    assert telling.ended(ZH, point(db, id), str) == ""
    assert proof in pain_points.proofs(db.cursor(), point(db, id), WHOLE_BANK), "nobody had said that it was solved"
    again = pain_points.fit(point(db, id), proving.wins(db.cursor(), point(db, id), WHOLE_BANK))
    assert again and again.to == "verify"


def test_what_is_about_one_branch_closes_on_a_pilot_there_and_nowhere_else(db: Database) -> None:
    own, other = early(db, PILOTS[0]), early(db, "b0404")
    proof = proven(db, own)
    assert reach(db, own, proof) == pain_points.Reach(1, 1, 1)
    elsewhere = replace(point(db, own), matter=point(db, other).matter)
    wins = proving.wins(db.cursor(), point(db, own), WHOLE_BANK)
    assert not proving.reach(elsewhere, proof, wins, (), MODEL).whole
    walked(db, own, "analyse", "identify", "optimise", "verify")
    pain_points.close(db, "lin", own, proof, "好了", rights=WHOLE_BANK, model=MODEL)
    assert point(db, own).state == "closed" and "本网点" in telling.ended(ZH, point(db, own), str)
    not_proven = replace(proof, verdict="not_proven")
    assert not proving.solved(not_proven, pain_points.Reach(1, 1, 1)), "what did not work closes by a decision only"


def test_the_state_that_fits_is_proposed_and_moves_on_a_click_only(db: Database) -> None:
    id = entered(db).id

    def fits() -> str | None:
        found = pain_points.fit(point(db, id), proving.wins(db.cursor(), point(db, id), WHOLE_BANK))
        return found.to if found else None

    assert fits() is None
    act_bank.walked(db, "idea", charter(pain_point=id))
    assert fits() == "identify" and point(db, id).state == "monitor"
    with pytest.raises(Refused, match="pain_point_step"):
        pain_points.accept(db, "lin", id, "verify", "x", rights=WHOLE_BANK)
    act_bank.walked(db, "running", charter(pain_point=id, title="第二个"))
    assert fits() == "optimise"
    pain_points.accept(db, "lin", id, "optimise", "速赢在试点", rights=WHOLE_BANK)
    assert point(db, id).state == "optimise" and fits() is None
    last = pain_points.history(db.cursor(), id, WHOLE_BANK)[-1]
    assert (last.did, last.note, dict(last.detail)["from"]) == ("moved", "速赢在试点", "monitor")
    act_bank.walked(db, "closed", charter(pain_point=id, title="第三个", controls=OTHERS))
    assert fits() == "verify"
    walked(db, id, "verify")
    act_bank.walked(db, "running", charter(pain_point=id, title="再试一次"))
    assert fits() == "optimise", "another trial after the last was over"
    with pytest.raises(Refused, match="pain_point_not_found"):
        pain_points.accept(db, "x", id, "optimise", "x", rights=OWN)


def test_a_note_in_several_languages_is_kept_and_one_that_only_looks_like_it_stays_a_text(db: Database) -> None:
    id = entered(db).id
    both = {"zh": "看过了，电话 13812345678", "en": "Looked at"}
    pain_points.move(db, "lin", id, "analyse", both, rights=WHOLE_BANK)
    pain_points.note(db, "lin", id, '{"zh": "没写完', rights=WHOLE_BANK)
    first, second = pain_points.history(db.cursor(), id, WHOLE_BANK)[-2:]
    assert EN.pick(first.note) == "Looked at" and "***" in ZH.pick(first.note) and second.note == '{"zh": "没写完'
    assert labels.read('{"fr": "x"}') == '{"fr": "x"}' and labels.read('{"zh": 1}') == '{"zh": 1}'
    with pytest.raises(Refused, match="signal_note"):
        pain_points.move(db, "lin", id, "identify", " ", rights=WHOLE_BANK)
