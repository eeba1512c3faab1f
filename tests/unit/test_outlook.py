"""Before the start: what a pilot can show is told, signed and frozen; without branches to compare, a hint is left."""

from __future__ import annotations

import datetime as dt
import io
import json
import random

import act_bank
import pypdf
import pytest
from act_bank import BEFORE, END, PILOTS, START, charter, codes, got, visits
from scipy import stats

from cx.act import quick_wins, telling, verification
from cx.measure import interrupted, permutation, power
from cx.measure.scope import WHOLE_BANK, Rights
from cx.output.report import one_page
from cx.store.database import Database
from cx.words import Refused, Translator

MODEL = act_bank.bank()
BY = {"rights": WHOLE_BANK}


@pytest.fixture(name="db", scope="module")
def _db():
    return act_bank.comparable(act_bank.filled())


def test_the_chance_to_prove_a_change_is_the_power_of_the_test():
    assert power.chance(1, 8, 16, 0.84) == pytest.approx(0.84)
    level = permutation.level(24, 8)
    visible = power.visible(1.0, 8, 16, 0.84)
    for part in (0.3, 0.6, 1.4):
        exact = stats.nct.sf(stats.t.ppf(1 - level / 2, 22), 22, part * visible)
        assert power.chance(part, 8, 16, 0.84) == pytest.approx(exact, abs=0.02)


def test_a_pilot_that_will_miss_what_counts_is_signed_knowing_it_or_not_at_all(db):
    key = act_bank.advanced(db, "idea", least=0.5)
    with pytest.raises(Refused) as refused:
        quick_wins.sign(db, key, "wang", MODEL, START, **BY)
    assert codes(refused) == [("quick_win_blind", "signed")] and got(db, key).signature is None
    with pytest.raises(Refused):
        quick_wins.start(db, key, "lin", MODEL, START, **BY)
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, **BY)
    frozen = got(db, key).signature.outlook
    assert frozen.blind and frozen.named and frozen.aimed == 0.5 and 0 < frozen.chance < 0.2 < frozen.visible
    assert frozen.day == START and (frozen.weeks, frozen.pilots) == (13, 2)
    with db.cursor() as con:
        assert quick_wins.get(con, key, Rights(frozenset({"b0101"}))).signature.outlook is None  # figures of others
        (detail,) = con.execute(
            "SELECT detail FROM audit_log WHERE subject = ? AND action = 'quick_win_signed'", [key]
        ).fetchone()
    assert json.loads(detail)["knowing"] is True and "outlook" not in detail
    for lang, name, share in (("zh", "能看出什么", "签署时已知"), ("en", "What it can show", "signed knowing")):
        t, win = Translator(lang), got(db, key)
        line = dict(telling.facts(t, win.charter, MODEL, frozen))[name]
        assert telling.size(t, win.charter, frozen.visible, MODEL) in line and t.percent(frozen.chance) in line
        assert share in telling.signed(t, win, str, None)
    quick_wins.start(db, key, "lin", MODEL, START, **BY)
    assert got(db, key).signature.outlook == frozen


def test_what_can_be_seen_needs_no_word_and_an_older_signature_is_asked_for_again(db):
    key = act_bank.advanced(db, "idea", least=45.0, pilots=("b0201", "b0301"))
    quick_wins.sign(db, key, "wang", MODEL, START, **BY)
    assert not got(db, key).signature.outlook.blind
    with db.writing() as con:
        row = con.execute("SELECT detail FROM quick_win_entry WHERE quick_win_id = ?", [key]).fetchone()
        old = json.dumps({name: json.loads(row[0])[name] for name in ("mark", "alone")})
        con.execute("UPDATE quick_win_entry SET detail = ? WHERE quick_win_id = ?", [old, key])
    assert got(db, key).signature is None


def test_the_form_says_what_is_missed_and_what_would_help(db):
    asked = charter(least=0.5)
    with db.cursor() as con:
        design = verification.design(con, asked, WHOLE_BANK, START, MODEL)
    outlook = verification.of_design(asked, design, START)
    for lang, words in (("zh", "而您说 0.5 分 就值得做"), ("en", "you call 0.5 points worth having")):
        t = Translator(lang)
        said, seen = telling.missed(t, asked, outlook, MODEL), telling.size(t, asked, design.visible, MODEL)
        assert words.replace(" ", "") in said.replace(" ", "") and seen in said
        helps = telling.helping(t, asked, design, MODEL)
        assert helps and seen in helps[-1]
    assert design.weeks_needed is None and design.pilots_needed is None
    assert telling.missed(t, charter(least=60.0), verification.of_design(charter(least=60.0), design, START), MODEL)


def test_the_pdf_to_sign_says_what_the_pilot_can_show(db):
    key = act_bank.advanced(db, "idea", least=0.5)
    with db.cursor() as con:
        win = got(db, key)
        found = quick_wins.foreseen(con, win, WHOLE_BANK, START, MODEL)
    pages = pypdf.PdfReader(io.BytesIO(one_page.charter(win, MODEL, Translator("zh"), str, START, found))).pages
    said = "".join(pages[0].extract_text().split())
    assert len(pages) == 1 and "能看出什么" in said and "我知道这次试点多半看不出该看的变化" in said


def test_moments_stand_in_the_zone_of_the_bank(db):
    at = dt.datetime(2026, 5, 31, 18, 30)
    key = quick_wins.propose(db, "lin", charter(), at=at - dt.timedelta(hours=1), **BY)
    quick_wins.sign(db, key, "wang", MODEL, START, knowing=True, at=at, **BY)
    said = telling.signed(Translator("zh"), got(db, key), str, "Asia/Shanghai")
    assert "2026年6月1日 02:30" in said
    assert "2026年5月31日 18:30" in telling.signed(Translator("zh"), got(db, key), str, "UTC")


def test_a_board_reads_no_proof_and_who_opens_one_does(db):
    key = act_bank.walked(db)
    with db.writing() as con:
        spoilt = "json_merge_patch(result, '{\"proof\": {\"plain\": 1}}') WHERE quick_win_id = ? AND state = 'closed'"
        con.execute(f"UPDATE quick_win SET result = {spoilt}", [key])
        (win,) = (each for each in quick_wins.all(con, WHOLE_BANK) if each.id == key)
    assert (win.id, win.verdict, win.result.verdict, win.result.lesson) == (
        key, "proven", "proven", "预约入口放首页最有用",
    )  # fmt: skip
    with pytest.raises(TypeError):  # only now somebody reads it, and it cannot be read
        _ = win.result.proof


def test_pilots_without_other_branches_leave_a_hint_and_never_a_proof():
    db = Database(":memory:")
    for branch in PILOTS:
        visits(db, branch, *BEFORE, promoters=40, passives=20, detractors=40)
        visits(db, branch, START, END, promoters=60, passives=20, detractors=20)
    win = got(db, act_bank.walked(db))
    found = win.result.proof
    assert (win.verdict, found.reasons, win.charter.controls) == ("too_few", ("controls",), ())
    assert found.hint.word == "better" and found.hint.effect == pytest.approx(40, abs=15)
    assert found.hint.low <= found.hint.effect <= found.hint.high and (found.hint.before, found.hint.after) == (13, 13)
    assert not win.signature.outlook.compared and win.signature.outlook.blind
    for lang, words, never in (
        ("zh", ("没法证明", "只看前后", "这只是迹象，不是证明"), "有效：与"),
        ("en", ("Cannot be proven", "Before and after only", "A hint and no proof"), "It worked"),
    ):
        t = Translator(lang)
        told = " ".join(sentence for _, said in telling.story(t, win, MODEL) for sentence in said)
        assert all(each in told for each in words) and never not in told
        assert telling.instead(t, 1, True) != telling.instead(t, 40, True)
    with db.cursor() as con:
        assert quick_wins.sums(quick_wins.all(con, WHOLE_BANK)).proven == 0


def test_a_series_without_a_jump_seldom_shows_one_and_its_interval_holds_the_true_one():
    draw, false, held, runs = random.Random(7), 0, 0, 300
    for run in range(runs):
        last, values = 0.0, []
        for at in range(36):
            last = 0.4 * last + draw.gauss(0, 1)  # weeks hang together
            values.append(last + 0.05 * at + (1.5 if at >= 24 and run % 2 else 0))
        found = interrupted.jump(range(36), values, [False] * 24 + [True] * 12)
        true = 1.5 if run % 2 else 0.0
        held += found.low <= true <= found.high
        false += not true and found.p <= 0.05
    assert false <= 0.12 * runs / 2 and held >= 0.88 * runs
    assert interrupted.jump(range(6), [1.0] * 6, [False] * 4 + [True] * 2) is None
    assert interrupted.jump(range(8), [float(at) for at in range(8)], [False] * 5 + [True] * 3) is None
