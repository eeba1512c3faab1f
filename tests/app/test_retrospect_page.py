"""The review: what moved, what was done, no credit without proof, an agenda that becomes actions."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import act_bank
import pypdf
import pytest
from act_bank import END, OTHERS, PILOTS, START, charter

from cx.act import actions, cases, pain_points, quick_wins, retrospect
from cx.act.actions import Promise
from cx.act.cases import About
from cx.act.pain_points import Candidate, Matter, Piece
from cx.bank import rules as bank_rules
from cx.insight import journey
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output import retrospect as words
from cx.output.report import retrospect as paper
from cx.store.database import Database
from cx.words import Translator

PAGE = "report/retrospect"
PERIOD = periods.between(START, END + dt.timedelta(days=1))  # the days before hold exactly the days before the pilot
NOW = dt.datetime(2026, 9, 10, 2)
ZH = Translator("zh")
OWN = Rights(frozenset({PILOTS[0]}))


def worked(db) -> str:
    """A win not proven at the queue, a late action, two cases of which one is closed, two open pain points."""
    model = act_bank.bank()
    key = act_bank.walked(db, wanted=charter(pilots=(OTHERS[0],), title="柜面一次填单", saving=70_000.0))
    act_bank.walked(db, "running", charter(title="大堂先问一句", saving=30_000.0))
    late = Promise("换叫号屏", "it", dt.date(2026, 7, 1), branch=PILOTS[0])
    actions.promise(db, "lin", late, rights=WHOLE_BANK, model=model, today=START)
    by = {"rights": WHOLE_BANK, "rules": bank_rules.Rules(), "calendar": model.calendar}
    for branch, closed in ((PILOTS[0], True), (OTHERS[0], False)):
        about, at = About("投诉排队", branch, "queue"), dt.datetime(2026, 7, 1, 2)
        id, _ = cases.open_case(db, "lin", about, now=at, **by)
        if closed:
            with db.cursor() as con:
                seen = cases.get(con, id, WHOLE_BANK).recorded_at
            more = {"state": "closed", "outcome": "solved", "note": "已回电", "now": at + dt.timedelta(days=2)}
            cases.step(db, "lin", id, seen, **more, **by)
    piece = Piece("people", "people", "said", said="太慢")
    for point in ("queue", "form-filling"):
        pain = Candidate(Matter(None, point), (piece,))
        pain_points.enter(db, "lin", pain, f"痛在{point}", rights=WHOLE_BANK, model=model, at=dt.datetime(2026, 7, 5))
    return key


def gathered(db, rights: Rights = WHOLE_BANK, **more: str):
    scope = Scope(rights, PERIOD.start, PERIOD.end).narrowed(**more)
    with db.cursor() as con:
        return retrospect.gather(con, scope, PERIOD, act_bank.bank(), NOW, True)


def told(found) -> str:
    parts = list(words.answer(ZH, found))
    for block in words.blocks(ZH, found, act_bank.bank()):
        parts += [block.title, *block.said, *(cell.text for row in block.rows for cell in row), *block.below]
    return "\n".join(parts)


@pytest.fixture(name="db", scope="module")
def _db():
    db = act_bank.filled()
    worked(db)
    return db


def test_what_moved_is_what_was_put_in(db):
    """Before: NPS 0 and satisfaction 3.6 everywhere. Then 243 promoters and 163 detractors of 500; 3.834."""
    here = gathered(db).moved
    (score,) = here.scores
    assert (score.kind, score.head.change.verdict) == ("transactional", "up")
    assert score.head.estimate.value == pytest.approx(16.0) and score.head.change.diff == pytest.approx(16.0)
    (spot,) = here.touchpoints
    assert (spot.journey, spot.touchpoint, here.tested) == ("account-opening", "queue", 1)
    assert spot.step.estimate.value == pytest.approx(3.834) and spot.step.change.diff == pytest.approx(0.234)


def several(unchanged: int, version: str = "1.0.0") -> Database:
    """One touchpoint that moved a little, and others that did not."""
    db = Database(":memory:")
    stages = act_bank.bank().journeys["account-opening"].stages
    points = [(stage.id, point.id) for stage in stages for point in stage.touchpoints]
    before = PERIOD.before
    for at, (stage, point) in enumerate(points[: unchanged + 1]):
        where = {"stage": stage, "touchpoint": point}
        act_bank.visits(db, "b0101", before.start, before.end, 40, 20, 40, **where)
        after = (41, 18, 41) if at else (58, 16, 26)
        act_bank.visits(db, "b0101", PERIOD.start, PERIOD.end, *after, **where, survey_version=version)
    return db


def test_of_many_touchpoints_chance_alone_moves_some():
    """The same change: told where it is looked at alone, not where it is the largest of nine."""
    assert len(gathered(several(0)).moved.touchpoints) == 1
    db = several(8)
    here = gathered(db).moved
    with db.cursor() as con:
        scope = Scope(WHOLE_BANK, PERIOD.start, PERIOD.end)
        view = journey.cells(con, scope, act_bank.bank(), "account-opening", PERIOD.before)
    assert min(step.change.p for step in view.touchpoints if step.change.p is not None) < 0.05
    assert (here.tested, here.touchpoints, here.rose) == (9, (), ())
    assert "没有一个的变化超出随机波动" in told(gathered(db))


def test_across_a_break_nothing_is_compared():
    found = gathered(several(0, "2.0.0"))
    assert found.moved.unlike == 1 and not found.moved.touchpoints and not found.moved.tested
    said = told(found)
    assert "不能与" in said and "1 个触点的问卷含义已改变" in said and "超出随机波动" not in said


def test_a_rise_is_not_credited_to_a_win_that_is_not_proven(db):
    found = gathered(db)
    (win,) = found.deeds.closed
    assert win.verdict not in quick_wins.PROVEN and not found.deeds.proven
    said = told(found)
    assert "所以这次上升不算它的功劳" in said and "“大堂先问一句”还没有结项" in said
    assert {credit.win.id for credit in found.credits} == {win.id, found.deeds.running[0].id}
    assert "还没有哪一个证明有效" in said and "承诺每年 30,000 元" in said and "每年 70,000 元不计入" in said


def test_cases_actions_and_pain_points_of_the_period(db):
    deeds = gathered(db).deeds
    assert (deeds.cases.opened, deeds.cases.closed, deeds.cases.closing.median) == (2, 1, 2.0)
    assert (deeds.cases_before.opened, deeds.promised, len(deeds.late)) == (0, 0, 1)
    assert (len(deeds.opened), len(deeds.closed_pains), len(deeds.open)) == (2, 0, 2)
    later = Promise("印样例", "it", PERIOD.end + dt.timedelta(days=2), branch=PILOTS[0])
    actions.promise(db, "lin", later, rights=WHOLE_BANK, model=act_bank.bank(), today=START)
    found = gathered(db)
    assert (len(found.deeds.late), found.deeds.late_today) == (1, 2), "by the end of the period, and today"
    said = told(found)
    assert "没完成的 1 项" in said and "逾期的一共 2 项" in said
    assert next(point.n for point in found.agenda if point.kind == "late") == 2, "what the board shows"


def test_a_proven_pilot_is_credited_waits_for_its_rollout_and_a_decision_to_close_is_told():
    db = act_bank.comparable(act_bank.filled())
    found = Candidate(Matter(None, "queue"), (Piece("people", "people", "said", said="太慢"),))
    by = {"rights": WHOLE_BANK, "model": act_bank.bank()}
    id = pain_points.enter(db, "lin", found, "排队太久", at=dt.datetime(2026, 5, 5), **by).id
    win = act_bank.walked(db, wanted=charter(pain_point=id))
    here = gathered(db)
    assert [each.id for each in here.deeds.proven] == [win] and not here.credits
    assert [each.text for each in here.lessons] == ["预约入口放首页最有用"] and "已证明有效 1 个" in told(here)
    (pending,) = here.deeds.pending
    assert (pending.pain.id, pending.win.id, pending.reach.have) == (id, win, len(PILOTS))
    assert not here.hints and here.agenda[0].kind == "rollout", "what helps is known: roll it out"
    assert f"40 个网点中的 {len(PILOTS)} 个" in told(here)
    for state in ("analyse", "identify", "optimise", "verify"):
        pain_points.move(db, "lin", id, state, "看过", rights=WHOLE_BANK)
    with db.cursor() as con:
        (proof,) = pain_points.proofs(con, pain_points.get(con, id, WHOLE_BANK), WHOLE_BANK)
    pain_points.close(db, "lin", id, proof, "其余网点明年改造", decided=True, **by)
    today = periods.between(dt.date.today(), dt.date.today())
    with db.cursor() as con:
        closed = retrospect.gather(con, Scope(WHOLE_BANK), today, act_bank.bank(), dt.datetime.now(dt.UTC).replace(
            tzinfo=None), True)  # fmt: skip
        pdf = paper.build(con, act_bank.bank(), ZH, Scope(WHOLE_BANK), closed, NOW.date(), "x", NOW.replace(
            tzinfo=dt.UTC), lambda name: f"<{name}>")  # fmt: skip
    for said in (told(closed), text(pdf)):
        assert "其余网点明年改造" in said and "决定结案" in said
    assert "<lin>" in text(pdf) and not closed.deeds.pending


def test_the_agenda_is_short_and_each_point_leads_somewhere(db):
    found = gathered(db)
    points = words.agenda(ZH, found, act_bank.bank())
    assert 0 < len(points) <= retrospect.MOST
    assert {"overdue", "late", "pain"} <= {point.kind for point in points}
    for point in points:
        begin = dict(point.action)
        assert begin["source"] == "review" and begin["about"] == retrospect.about(PERIOD) and begin["title"]
    begin = dict(next(point.action for point in points if point.kind == "pain"))
    assert begin["touchpoint"] == "form-filling"  # at the queue a win is at work
    promised = Promise(begin["title"], "it", dt.date(2026, 12, 1), source=begin["source"], about=begin["about"])
    fresh = Database(":memory:")
    actions.promise(fresh, "lin", promised, rights=WHOLE_BANK, model=act_bank.bank(), today=NOW.date())
    assert [action.promise.title for action in gathered(fresh).deeds.decided] == [begin["title"]]


def test_nothing_of_other_branches(db):
    found = gathered(db, OWN)
    assert not found.deeds.closed and [win.charter.title for win in found.deeds.running] == ["大堂先问一句"]
    assert found.deeds.cases.opened == 1 and not found.deeds.open and not found.lessons
    assert "柜面一次填单" not in told(found)
    narrowed = gathered(db, branch=OTHERS[0])
    assert narrowed.deeds.closed and not narrowed.deeds.running and not narrowed.deeds.late
    assert not gathered(db, Rights(frozenset())).deeds.running


def text(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def printed(db, found, lang: str = "zh") -> bytes:
    scope = Scope(WHOLE_BANK, PERIOD.start, PERIOD.end)
    at = NOW.replace(tzinfo=dt.UTC)
    with db.cursor() as con:
        return paper.build(con, act_bank.bank(), Translator(lang), scope, found, NOW.date(), "林经理", at)


def test_the_paper_says_the_same_and_cuts_nothing(db):
    found = gathered(db)
    pdf = printed(db, found)
    said = text(pdf)
    for wanted in ("申江银行", "做的事管用吗", "柜面一次填单", "不算它的功劳", "换叫号屏", "接下来谈什么", "谁"):
        assert wanted in said, wanted
    assert 1 <= len(pypdf.PdfReader(io.BytesIO(pdf)).pages) <= 4
    assert "notcreditedtoit" in text(printed(db, found, "en"))
    (win,) = found.deeds.closed
    many = tuple(
        replace(win, id=str(n), charter=replace(win.charter, title=f"第{n}号速赢" + "很长的名字" * 8))
        for n in range(30)
    )
    lesson = replace(found.lessons[0], text="先说清楚再做。" * 300 + "完")
    long = replace(found, deeds=replace(found.deeds, closed=many), lessons=(lesson,) * 3)
    whole = text(printed(db, long))
    assert all(f"第{n}号速赢" in whole for n in range(30)) and whole.count("先说清楚再做。完") == 3


def shown(at) -> str:
    assert not at.exception
    return " ".join([*(html.body for html in at.get("html")), *(str(m.value) for m in (*at.markdown, *at.caption))])


def test_the_screen_for_the_team_a_branch_and_a_reader(bench, screen):
    act_bank.fill(bench.database)
    worked(bench.database)
    query = {"period": PERIOD.token}
    at = screen(PAGE, "cx_manager", **query)
    said = shown(at)
    for wanted in ("上升 16.0", "3.83", "柜面一次填单", "不算它的功劳", "接下来谈什么"):
        assert wanted in said, wanted
    links = [link.proto.label for link in at.get("page_link")]
    assert "定下行动" in links and at.get("download_button")
    reader = screen(PAGE, "viewer", **query)
    assert "接下来谈什么" in shown(reader) and "定下行动" not in [x.proto.label for x in reader.get("page_link")]
    own = shown(screen(PAGE, "branch_manager", **query))
    assert "柜面一次填单" not in own and "大堂先问一句" in own
    assert "接下来谈什么" not in shown(screen(PAGE, "branch_staff", **query))
