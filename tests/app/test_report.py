"""The PDF report: words in Chinese and English, embedded fonts, hidden cells, rights, the same bytes twice."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from dataclasses import replace
from functools import cache

import act_bank
import pypdf
import pytest
from act_bank import END, OTHERS, PILOTS, START, charter
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from cx.__main__ import main
from cx.act import quick_wins
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output import fonts, lines, vector
from cx.output.report import Options, build
from cx.store.database import Database
from cx.words import Refused, Translator

TODAY = dt.date(2026, 9, 10)
OPTIONS = Options(TODAY, dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC), "林经理")
QUARTER = Scope(WHOLE_BANK, dt.date(2026, 7, 1), dt.date(2026, 9, 30))


@pytest.fixture(name="db", scope="module")
def _db():
    db, model = act_bank.comparable(act_bank.filled()), act_bank.bank()
    for pilots, title in ((PILOTS, "取号机一键预约"), (("b0201",), "柜面一次填单")):
        key = quick_wins.propose(db, "lin", charter(pilots=pilots, title=title), rights=WHOLE_BANK)
        quick_wins.sign(db, key, "wang", model, START, knowing=True, rights=WHOLE_BANK)
        quick_wins.start(db, key, "lin", model, START, rights=WHOLE_BANK)
        quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)
        if pilots == PILOTS:
            quick_wins.close(db, key, "lin", END, "预约入口放首页最有用", rights=WHOLE_BANK, model=model)
    return db


def report(db, lang="zh", scope=QUARTER, options=OPTIONS, **more) -> bytes:
    with db.cursor() as con:
        return build(con, act_bank.bank(), Translator(lang), scope, options, **more)


@cache
def text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.fixture(name="zh", scope="module")
def _zh(db):
    return report(db)


def test_chinese_can_be_searched_and_everything_is_said(zh):
    said = text(zh)
    for words in (
        "申江银行", "2026年3季度", "交易型NPS", "推荐者", "静安寺支行", "开户旅程", "排队等候", "平均排队时长",
        "取号机一键预约", "已证明有效", "无法判断", "预约入口放首页最有用", "这些数字是怎么来的", "branch-visit1.0.0",
        "林经理", "目标40.0已达到",
    ):  # fmt: skip
        assert words in said, words
    assert "□" not in said and "{" not in said


def test_english_has_no_chinese_of_its_own(db):
    said = text(report(db, "en", options=replace(OPTIONS, generated_by="Lin")))
    for words in (
        "ShenjiangBank",
        "Q32026",
        "Docustomersrecommendus",
        "Proven",
        "Cannotbetold",
        "Wheredothesenumberscomefrom",
    ):
        assert words in said, words
    chinese = {c for c in said if "\u4e00" <= c <= "\u9fff"}
    assert chinese <= set("取号机一键预约柜面次填单入口放首页最有用林经理")  # what people wrote in Chinese


def test_every_font_is_embedded(zh):
    if not fonts.face().embedded:
        pytest.skip("no Chinese TrueType font on this machine")
    for page in pypdf.PdfReader(io.BytesIO(zh)).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_pages_are_numbered_and_none_is_empty(zh):
    pages = pypdf.PdfReader(io.BytesIO(zh)).pages
    assert 4 <= len(pages) <= 8
    for number, page in enumerate(pages, start=1):
        words = "".join(page.extract_text().split())
        assert f"第{number}页，共{len(pages)}页" in words and len(words) > 120


def test_charts_are_vectors(zh):
    assert all(not page.images for page in pypdf.PdfReader(io.BytesIO(zh)).pages)
    assert len(zh) < 400_000


def test_same_input_same_bytes(db, zh):
    assert report(db) == zh


def test_a_branch_manager_reads_own_branches_only(db):
    own = replace(QUARTER, rights=Rights(frozenset({"b0101"})))
    said = text(report(db, scope=own))
    assert "仅限权限内网点：静安寺支行" in said and "陆家嘴支行" not in said and "徐家汇支行" not in said
    assert "取号机一键预约" in said and "已证明有效" in said and "预约入口放首页最有用" not in said


def test_no_rights_no_data(db):
    assert "所选时段和范围内没有数据" in text(report(db, scope=replace(QUARTER, rights=Rights(frozenset()))))


def test_hidden_cells_stay_hidden():
    db = act_bank.filled()
    few = {"promoters": 3, "passives": 0, "detractors": 0, "region": "zhejiang"}
    act_bank.visits(db, "b0404", dt.date(2026, 7, 1), dt.date(2026, 7, 3), **few)
    said = text(report(db))
    assert "萧山支行" in said  # named among those not shown
    assert "萧山支行100" not in said
    # The table of regions tells the region's sum: without another of its branches it would be worked out from that.
    assert "不显示：陆家嘴支行、萧山支行" in said and "浙北片区–1.6" in said
    alone = text(report(db, scope=QUARTER.narrowed(branch="b0404")))
    assert "回复太少，不显示" in alone and "100" not in alone.replace("±100", "").replace("乘以100", "").replace(
        "–100到100", ""
    )


def test_an_empty_bank_and_all_time_still_print():
    assert "没有数据" in text(report(Database(":memory:"), scope=Scope(WHOLE_BANK)))
    assert "没有数据" in text(report(Database(":memory:")))


def test_chapters_can_be_chosen_and_progress_told(db):
    told: list[tuple[int, int]] = []
    said = text(report(db, options=replace(OPTIONS, chapters=("nps",)), progress=lambda *step: told.append(step)))
    assert "交易型NPS" in said and "取号机一键预约" not in said and "平均排队时长" not in said
    assert told == sorted(told) and told[0] == (0, 4) and told[-1] == (4, 4)


def test_progress_can_stop_the_work(db):
    class Stopped(Exception):
        pass

    def stop(done, total):
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        report(db, progress=stop)


def test_it_prints(zh, tmp_path):
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm on this machine")
    (tmp_path / "r.pdf").write_bytes(zh)
    done = subprocess.run(
        ["pdftoppm", "-r", "20", "-png", tmp_path / "r.pdf", tmp_path / "p"], capture_output=True, check=True
    )
    assert not done.stderr and len(list(tmp_path.glob("p*.png"))) == len(pypdf.PdfReader(io.BytesIO(zh)).pages)


def test_many_branches_and_long_titles_are_not_cut():
    db, model = act_bank.filled(), act_bank.bank()
    for branch in model.branches:
        act_bank.visits(db, branch, dt.date(2026, 7, 1), dt.date(2026, 7, 30), promoters=20, passives=10, detractors=10)
    title = "在所有网点的自助取号机上增加手机银行一键预约取号与排队进度提醒功能以缩短高峰时段等待 phase 2"
    key = quick_wins.propose(db, "lin", charter(title=title), rights=WHOLE_BANK)
    quick_wins.sign(db, key, "wang", model, START, knowing=True, rights=WHOLE_BANK)
    quick_wins.start(db, key, "lin", model, START, rights=WHOLE_BANK)
    said = text(report(db))
    assert title.replace(" ", "") in said and "…" not in said
    for branch in model.branches:
        assert model.label("branch", branch, Translator("zh")) in said


def test_a_font_that_cannot_be_used_is_told(monkeypatch, tmp_path):
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"not a font")
    monkeypatch.setenv("CX_FONT", str(bad))
    with pytest.raises(Refused) as refused:
        fonts.face()
    assert refused.value.problems[0].code == "report_font" and str(bad) in refused.value.problems[0].tell(
        Translator("zh")
    )


def test_without_any_font_the_readers_own_is_used(monkeypatch, db):
    monkeypatch.delenv("CX_FONT", raising=False)
    monkeypatch.setattr(fonts, "CANDIDATES", ("/nowhere.ttf",))
    assert not fonts.face().embedded
    assert report(db, options=replace(OPTIONS, chapters=("nps",))).startswith(b"%PDF")


def test_what_a_font_lacks_is_replaced_not_lost():
    if fonts.face().embedded:
        assert fonts.face().fit("−5 \U0001f600") in ("–5 □", "−5 □")


@given(st.text(alphabet="网点（NPS）32，“好” n 1,234\n。abcdefghijklmnop", max_size=80), st.floats(30, 300))
def test_folding_loses_nothing_and_fits(words, width):
    font = fonts.face().name
    folded = lines.fold(words, font, 9, width)
    assert "".join("".join(folded).split()) == "".join(words.split())
    assert all(stringWidth(line, font, 9) <= width + 1e-6 or len(line) == 1 for line in folded)


def test_no_line_begins_with_a_closing_mark_nor_splits_a_word():
    folded = lines.fold("净推荐值，满意度，NPS 与费力度。" * 6, fonts.face().name, 9, 100)
    assert not any(line[0] in "，。" for line in folded) and sum("NPS" in line for line in folded) > 3


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("sweep", [False, True])
def test_arcs_end_where_they_should_and_stay_on_the_circle(large, sweep):
    curves = list(vector.arc((3.0, 0.0), (0.0, 3.0), 3, 3, large, sweep))
    assert curves[-1][4:] == pytest.approx((0.0, 3.0))
    centre = (0, 0) if large != sweep else (3, 3)
    for curve in curves:
        assert (curve[4] - centre[0]) ** 2 + (curve[5] - centre[1]) ** 2 == pytest.approx(9)


def test_what_cannot_be_drawn_is_refused_not_left_out():
    path = Canvas(io.BytesIO()).beginPath()
    assert vector.trace(path, "M0,0h4v4c0,1 1,2 2,2L1e-1,-.5Z") and not vector.trace(path, "")
    with pytest.raises(ValueError, match="Q"):
        vector.trace(path, "M0,0Q1,1 2,2")


def test_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CX_DATA", str(tmp_path))
    out = tmp_path / "r.pdf"
    assert main(["report", "--lang", "en", "--from", "2026-07-01", "--to", "2026-09-30", "-o", str(out), "--json"]) == 0
    assert out.read_bytes().startswith(b"%PDF") and '"bytes"' in capsys.readouterr().out
    assert main(["report", "--from", "2026-13-01", "-o", str(out)]) == 1
    assert "2026-13-01" in capsys.readouterr().err
    assert main(["report", "--from", "2026-09-30", "--to", "2026-07-01", "-o", str(out)]) == 1


def test_other_branches_are_in_the_ranking(zh):
    model, t = act_bank.bank(), Translator("zh")
    assert all(model.label("branch", branch, t) in text(zh) for branch in OTHERS)
