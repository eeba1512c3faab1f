"""A quick win on one page: its charter and its story say everything, in both languages, and never need a second."""

from __future__ import annotations

import datetime as dt
import io

import act_bank
import pypdf
import pytest
from act_bank import END, START, charter

from cx.act import quick_wins
from cx.act.charter import Milestone
from cx.measure.scope import WHOLE_BANK, Rights
from cx.output.report import one_page
from cx.words import Translator

TODAY = END + dt.timedelta(days=20)
MODEL = act_bank.bank()
STEPS = tuple(Milestone(START + dt.timedelta(days=7 * at), f"第{at + 1}步培训") for at in range(8))
NAMES = {"lin": "林经理", "wang": "王行长"}


@pytest.fixture(name="wins", scope="module")
def _wins():
    """A closed win with everything in it, and an idea that is as long as the form allows."""
    db = act_bank.comparable(act_bank.filled())
    rich = charter(milestones=STEPS[:2], saving=90_000.0, least=2.0, guardrails=("queue_minutes",))
    closed = act_bank.walked(db, "closed", rich)
    branches = tuple(MODEL.branches)
    longest = charter(
        title="缩短等待" * 20, hypothesis="如果取号时先问来办什么，那么等待会缩短。" * 50, milestones=STEPS,
        pilots=branches[:20], controls=branches[20:],
    )  # fmt: skip
    idea = act_bank.walked(db, "idea", longest)
    with db.cursor() as con:
        own = quick_wins.get(con, closed, Rights(frozenset({"b0101"})))
        return quick_wins.get(con, closed, WHOLE_BANK), quick_wins.get(con, idea, WHOLE_BANK), own


def read(pdf: bytes) -> tuple[int, str]:
    """Pages, and everything said without blanks."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return len(pages), "".join("".join(page.extract_text().split()) for page in pages)


def name(user: str) -> str:
    return NAMES.get(user, user)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_charter_says_all_that_is_promised(wins, lang):
    pages, said = read(one_page.charter(wins[0], MODEL, Translator(lang), name, TODAY))
    assert pages == 1 and "□" not in said and "{" not in said
    expected = {
        "zh": ("速赢立项书", "静安寺支行", "目标40.0", "一次投入12,000元，每年节省90,000元", "平均排队时长",
               "签署：王行长"),
        "en": ("Quickwincharter", "Jing'anTemple", "Target40.0", "savesCNY90,000ayear", "Signedby王行长"),
    }[lang]  # fmt: skip
    for words in (*expected, "如果可以预约，等待会缩短", "第1步培训", "第2步培训"):
        assert words in said, words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_longest_charter_still_fits_and_nothing_is_cut(wins, lang):
    win = wins[1]
    pages, said = read(one_page.charter(win, MODEL, Translator(lang), name, TODAY))
    assert pages == 1
    assert win.charter.title in said and win.charter.hypothesis in said
    assert all(f"第{at}步培训" in said for at in range(1, 9))
    assert ("签字" if lang == "zh" else "Signature") in said  # nobody signed: lines to sign on paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_story_ends_with_what_comes_next(wins, lang):
    pages, said = read(one_page.story(wins[0], MODEL, Translator(lang), name, TODAY, "排队太久"))
    assert pages == 1 and "□" not in said
    expected = {
        "zh": ("痛点：排队太久", "有效：与", "+40.0", "试点网点", "下一步", "推广到其他网点"),
        "en": ("Painpoint:排队太久", "Itworked:", "+40.0", "Whatcomesnext", "Bringittotheotherbranches"),
    }[lang]
    for words in (*expected, "预约入口放首页最有用"):
        assert words in said, words


def test_a_branch_reads_the_word_and_no_figure_of_others(wins):
    pages, said = read(one_page.story(wins[2], MODEL, Translator("zh"), name, TODAY))
    assert pages == 1 and "证明有效" in said and "不显示" in said
    assert "+40.0" not in said and "预约入口放首页最有用" not in said


def test_the_same_win_gives_the_same_bytes(wins):
    first, second = (one_page.charter(wins[0], MODEL, Translator("zh"), name, TODAY) for _ in range(2))
    assert first == second
