"""Lists, choice, tokens, fatigue across surveys, reminders, funnel: with a real database."""

from __future__ import annotations

import csv
import datetime as dt
import io
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.bank import model as bank
from cx.collect import handout, invitations, lists, reach, sampling, secret
from cx.collect.invitations import Order
from cx.collect.sampling import History
from cx.store import audit
from cx.store.database import Database
from cx.store.place import ROOT
from cx.survey import expression, load
from cx.survey.schema import Sampling
from cx.words import Refused, Translator

MODEL = bank.load(ROOT / "data" / "model")
BRANCHES = list(MODEL.branches)
SECRET = bytes(range(32))
TODAY = dt.date(2026, 11, 2)
VISIT = load.read_file(ROOT / "survey_defs" / "branch-visit.yaml").survey
APP = load.read_file(ROOT / "survey_defs" / "mobile-app.yaml").survey
HEAD = "客户号,手机号,网点,渠道,语言,年龄,vip level\n"
LIST = HEAD + "".join(
    f"C{n:03},1380000{n:04},{MODEL.branches[BRANCHES[n % 3]].name['zh']},branch,"
    f"{'中文' if n % 2 else 'en'},{20 + n},{n % 4}\n"
    for n in range(40)
)


@pytest.fixture
def db() -> Iterator[Database]:
    opened = Database(":memory:")
    yield opened
    opened.close()


def sheet(text: str = LIST, name: str = "名单.csv") -> lists.Sheet:
    return lists.read(text.encode("gb18030"), name)


def people(text: str = LIST) -> tuple[lists.Person, ...]:
    found = sheet(text)
    return lists.people(found, lists.guess(found), MODEL, SECRET)


def order(survey=VISIT, name: str = "一", rule: Sampling | None = None, days: int = 20) -> Order:
    return Order(survey, name, TODAY + dt.timedelta(days=days), rule or Sampling())


def invite(db: Database, wanted: Order, text: str = LIST, today: dt.date = TODAY) -> invitations.Created:
    return invitations.create(db, people(text), wanted, SECRET, "manager", today)


def complete(db: Database, created: invitations.Created, rows: list[int], event: str = "completed") -> None:
    with db.writing() as con:
        invitations.mark(con, [(secret.token_hash(created.tokens[row]), event) for row in rows], TODAY)


def test_conditions_may_use_the_headers_of_the_list() -> None:
    names = {"客户等级": "col_f", "等级": "col_g", "age": "age"}
    assert lists.spelled("客户等级 == '等级' && 等级 > age", names) == "col_f == '等级' && col_g > age"
    assert lists.spelled(r"""客户等级 == 'it\'s 等级'""", names) == r"""col_f == 'it\'s 等级'"""


def test_columns_are_recognised_and_customers_are_hashed_at_once() -> None:
    found = sheet()
    columns = lists.guess(found)
    assert columns.key == "客户号"
    assert columns.dimensions == {"branch": "网点", "channel": "渠道", "lang": "语言"}
    assert lists.personal_columns(found, columns) == ("手机号",)
    assert lists.attribute_names(found, columns)["年龄"] == "col_f"
    assert lists.attribute_names(found, columns)["vip level"] == "vip_level"
    first, second, *_ = lists.people(found, columns, MODEL, SECRET)
    assert first.row == 2 and first.customer == secret.customer(SECRET, " C000 ") != second.customer
    assert dict(first.dims) == {"branch": BRANCHES[0], "channel": "branch", "lang": "en"}
    assert first.attributes["col_f"] == 20 and "手机号" not in str(first) and "C000" not in str(first)


def test_a_workbook_reads_like_a_text_file() -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(LIST)):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    found = lists.read(target.getvalue(), "名单.xlsx")
    assert [p.customer for p in lists.people(found, lists.guess(found), MODEL, SECRET)] == [
        p.customer for p in people()
    ]


def test_everybody_left_out_is_told_with_the_reason() -> None:
    text = LIST + "C001,,,branch,中文,30,1\n,,,branch,中文,30,1\nC900,,月球支行,branch,中文,30,1\n"
    rule = Sampling(eligible=expression.compile("col_f >= 30 && lang == 'zh'"))
    chosen = sampling.choose(people(text), rule, History(), "d", SECRET)
    assert chosen.reasons == {"no_key": 1, "duplicate": 1, "unknown_value": 1, "not_eligible": 25}
    assert {out.row for out in chosen.left if out.reason == "duplicate"} == {42}
    assert [out.detail for out in chosen.left if out.reason == "unknown_value"] == ["网点: 月球支行"]
    assert len(chosen.invited) == 15 and len(chosen.invited) + len(chosen.left) == 43
    assert chosen.by_channel == {"branch": (43, 15, 15)}


def test_a_condition_on_a_column_that_is_not_there_is_told() -> None:
    rule = Sampling(eligible=expression.compile("balance > 5"))
    [problem] = sampling.problems(people(), rule)
    assert problem.code == "invite_attribute" and "balance" in str(problem.values["names"])
    assert not sampling.problems(people(), Sampling(eligible=expression.compile("vip_level > 1")))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.sets(st.integers(0, 39)))
def test_the_share_is_repeatable_and_nobodys_luck_hangs_on_others(share: float, kept: set[int]) -> None:
    everyone = people()
    some = [person for place, person in enumerate(everyone) if place in kept]
    rule = Sampling(share=share)
    whole = {p.customer for p in sampling.choose(everyone, rule, History(), "d", SECRET).invited}
    part = {p.customer for p in sampling.choose(some, rule, History(), "d", SECRET).invited}
    assert part == whole & {p.customer for p in some}


def test_the_share_is_that_share_and_another_wave_draws_others() -> None:
    text = HEAD + "".join(f"K{n},,,,,30,1\n" for n in range(4000))
    one, two = (
        {p.row for p in sampling.choose(people(text), Sampling(share=0.25), History(), draw, SECRET).invited}
        for draw in ("s/1", "s/2")
    )
    assert abs(len(one) - 1000) < 110, "four standard deviations"
    assert abs(len(one & two) - 250) < 75


def test_nothing_of_key_or_token_is_kept(db: Database) -> None:
    created = invite(db, order())
    con = db.cursor()
    kept = str(con.execute("SELECT * FROM invitation").fetchall() + con.execute("FROM invitation_wave").fetchall())
    kept += str(con.execute("FROM audit_log").fetchall())
    for row, token in created.tokens.items():
        assert token not in kept and f"C{row - 2:03}" not in kept
        assert secret.submission_id(token) not in kept
        assert secret.is_token(token) and secret.token_hash(token) in kept
    assert len(set(created.tokens.values())) == 40
    assert audit.entries(con, actions=("invitations_created",))[0].values["invited"] == 40


def test_nobody_is_asked_by_two_surveys_within_the_quarantine(db: Database) -> None:
    half = HEAD + "".join(LIST.splitlines(keepends=True)[1:21])
    invite(db, order(VISIT, "网点"), half)
    rule = Sampling(quarantine_days=30)
    in_ten, in_thirty = TODAY + dt.timedelta(days=10), TODAY + dt.timedelta(days=30)
    plan = invitations.plan(db.cursor(), people(), order(APP, "手机", rule), SECRET, in_ten)
    assert plan.reasons == {"quarantine": 20} and {p.row for p in plan.invited} == set(range(22, 42))
    without = invitations.plan(db.cursor(), people(), order(APP, "手机"), SECRET, in_ten)
    assert len(without.invited) == 40, "no quarantine asked for: another survey may ask"
    over = invitations.plan(db.cursor(), people(), order(APP, "手机", rule), SECRET, in_thirty)
    assert len(over.invited) == 40
    created = invite(db, replace(order(APP, "手机", rule), last_day=in_thirty), today=in_ten)
    assert len(created.tokens) == 20 and dict(invitations.waves(db.cursor())[0].left) == {"quarantine": 20}
    later = invitations.plan(db.cursor(), people(), order(VISIT, "网点二", rule), SECRET, in_thirty)
    assert later.reasons == {"quarantine": 20}, "those of the second survey rest now"


def test_a_wave_never_sent_rests_nobody(db: Database) -> None:
    created = invite(db, order())
    invitations.revoke(db, created.wave_id, "manager")
    rule = Sampling(quarantine_days=90)
    assert len(invitations.plan(db.cursor(), people(), order(APP, "x", rule), SECRET, TODAY).invited) == 40
    complete(db, created, [2], "opened")
    assert not invitations.plan(db.cursor(), people(), order(APP, "x", rule), SECRET, TODAY).invited
    with pytest.raises(Refused):
        invitations.revoke(db, created.wave_id, "manager")


def test_whoever_holds_an_open_link_of_the_survey_gets_no_second(db: Database) -> None:
    created = invite(db, order())
    again = invitations.plan(db.cursor(), people(), order(name="二"), SECRET, TODAY)
    assert again.reasons == {"waiting": 40}
    complete(db, created, [2, 3])
    assert {p.row for p in invitations.plan(db.cursor(), people(), order(name="二"), SECRET, TODAY).invited} == {2, 3}


def test_a_link_is_open_then_answered_over_or_revoked(db: Database) -> None:
    created = invite(db, order(days=5))
    one, two, con = created.tokens[2], created.tokens[3], db.cursor()
    found = invitations.find(con, one, TODAY)
    assert found is not None and (found.state, found.survey_id) == ("open", VISIT.id)
    assert found.dims == {"branch": BRANCHES[0], "channel": "branch", "lang": "en"}
    complete(db, created, [2])
    assert invitations.find(con, one, TODAY).state == "answered"
    assert invitations.find(con, two, TODAY + dt.timedelta(days=5)).state == "open"
    assert invitations.find(con, two, TODAY + dt.timedelta(days=6)).state == "over"
    invitations.revoke(db, created.wave_id, "manager")
    assert invitations.find(con, two, TODAY).state == "revoked"
    assert invitations.find(con, one, TODAY).state == "answered", "thanked for good"
    for wrong in ("", "x" * 22, one[:-1], one + "0", "%"):
        assert invitations.find(con, wrong, TODAY) is None


def test_reminders_are_the_lines_that_have_not_answered(db: Database) -> None:
    created = invite(db, order())
    complete(db, created, list(range(2, 39)))
    complete(db, created, [39, 40], "started")
    shuffled = HEAD + "".join(reversed(LIST.splitlines(keepends=True)[1:])) + "C999,,,,,1,1\n"
    found = sheet(shuffled)
    listed = lists.people(found, lists.guess(found), MODEL, SECRET)
    due = invitations.unanswered(db.cursor(), created.wave_id, [p.customer for p in listed])
    rows = handout.reminder_rows(found, [p.place for p in listed if p.customer in due])
    assert rows[0] == found.headers and [row[0] for row in rows[1:]] == ["C039", "C038", "C037"]


def test_the_funnel_counts_every_step_by_channel(db: Database) -> None:
    created = invite(db, order(rule=Sampling(eligible=expression.compile("col_f >= 30"))))
    counting = reach.Reach(db)
    for row in range(12, 22):
        counting.mark(secret.token_hash(created.tokens[row]), "opened")
    for row in range(12, 18):
        counting.mark(secret.token_hash(created.tokens[row]), "started")
    counting.mark(secret.token_hash(created.tokens[12]), "completed")
    counting.mark(secret.token_hash(created.tokens[30]), "completed")
    counting.flush()
    [found] = reach.invited(db.cursor(), VISIT.id)
    assert found.counts == {
        "listed": 40, "eligible": 30, "invited": 30, "opened": 11, "started": 7, "completed": 2,
    }  # fmt: skip
    assert found.partial == 5
    rate = found.rate("completed", "invited")
    assert rate.value == pytest.approx(2 / 30) and rate.low < rate.value < rate.high
    assert reach.invited(db.cursor(), APP.id) == ()


def test_open_links_are_counted_by_the_day_and_lost_by_no_close(db: Database) -> None:
    counting = reach.Reach(db)
    for _ in range(3):
        counting.count(("s", "qr", "branch", "b1"), "opened")
    counting.count(("s", "qr", "branch", "b1"), "completed")
    counting.count(("s", "link", None, None), "opened")
    counting.close()
    [(way, none), (other, found)] = reach.open_links(db.cursor(), "s", dt.date.today())
    assert (way, other) == ("link", "qr") and (found.counts["opened"], found.counts["completed"]) == (3, 1)
    assert none.counts["opened"] == 1
    assert db.cursor().execute("SELECT count(*) FROM reach").fetchall() == [(3,)]


def test_two_waves_of_one_name_bad_days_and_empty_lists_are_refused(db: Database) -> None:
    invite(db, order())
    for wrong, code in (
        (order(), "invite_name_taken"),
        (order(name="二"), "invite_nobody"),
        (order(name=" "), "invite_no_name"),
        (order(name="x", days=-1), "invite_last_day"),
        (order(name="x", days=400), "invite_last_day"),
    ):
        with pytest.raises(Refused) as refused:
            invite(db, wrong)
        assert refused.value.problems[0].code == code
    assert len(invitations.waves(db.cursor())) == 1


def test_what_goes_out_holds_no_formula_and_keeps_keys_as_they_are(db: Database) -> None:
    text = "客户号,渠道\n=1+1,branch\n007,branch\n@x,branch\n"
    found = sheet(text)
    columns = lists.guess(found)
    created = invitations.create(
        db, lists.people(found, columns, MODEL, SECRET), order(), SECRET, "m", TODAY
    )  # fmt: skip
    rows = handout.link_rows(
        created, found, columns.key, lambda token: f"https://bank.example/i/{token}", Translator("zh"), MODEL
    )
    assert rows[0] == ("行号", "客户号", "渠道代码", "渠道", "语言代码", "语言", "链接")
    assert rows[1][2:6] == ("branch", MODEL.label("channel", "branch", Translator("zh")), "", "")
    plain = list(csv.reader(io.StringIO(handout.as_csv(rows).decode("utf-8-sig"))))
    assert [row[1] for row in plain] == ["客户号", "'=1+1", "007", "'@x"]
    book = openpyxl.load_workbook(io.BytesIO(handout.as_workbook(rows))).active
    assert [cell.value for cell in book["B"]] == ["客户号", "=1+1", "007", "@x"]
    assert {cell.data_type for cell in book["B"]} <= {"s", "inlineStr"}
    again = lists.read(handout.as_workbook(rows), "links.xlsx")
    assert lists.guess(again).key == "客户号", "the exported file itself serves for reminders"
    assert [p.customer for p in lists.people(again, lists.guess(again), MODEL, SECRET)] == [
        p.customer for p in created.chosen.invited
    ]


def test_who_was_left_out_is_told_why_in_words() -> None:
    found = sheet("客户号,网点\nC1,b0101\nC1,b0101\nC2,=nowhere\n")
    rule = Sampling(quarantine_days=14)
    chosen = sampling.choose(lists.people(found, lists.guess(found), MODEL, SECRET), rule, History(), "d", SECRET)
    for lang, duplicate in (("zh", "同一位客户只邀请第一行"), ("en", "first row")):
        rows = list(csv.reader(io.StringIO(
            handout.as_csv(handout.left_rows(chosen.left, rule, Translator(lang))).decode("utf-8-sig")
        )))  # fmt: skip
        assert [row[0] for row in rows[1:]] == ["3", "4"]
        assert duplicate in rows[1][2] and "nowhere" in rows[2][3]
        assert all(row[1] and row[2] for row in rows)
    assert "14" in handout.about("quarantine", rule, Translator("zh"))


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = secret.load(tmp_path)
    assert secret.load(tmp_path) == made and len(made) == 32
    assert stat.S_IMODE((tmp_path / "invitation.key").stat().st_mode) == 0o600
    assert secret.customer(made, "１２３") == secret.customer(made, " 123 "), "full-width digits are digits"


def test_a_hundred_thousand_tokens_differ() -> None:
    assert len({secret.token() for _ in range(100_000)}) == 100_000
