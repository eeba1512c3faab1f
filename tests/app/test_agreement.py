"""The same scope says the same on screen, in the table that is downloaded, on paper and at the door."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import act_bank
import pypdf
import pytest
from act_bank import OTHERS, PILOTS
from streamlit.testing.v1 import AppTest

from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.statistics import Estimate
from cx.output.report import Options, build
from cx.store import query
from cx.store.database import Database
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
T = Translator("zh")
FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
SCOPE = Scope(WHOLE_BANK, FIRST, LAST)


@pytest.fixture(name="bank")
def _bank(bench: Workbench) -> Workbench:
    act_bank.fill(bench.database)
    return bench


def shown(at: AppTest) -> str:
    assert not at.exception, at.exception
    return "\n".join(str(getattr(e, "body", None) or e.value) for kind in ("html", "markdown") for e in at.get(kind))


def measured(db: Database, metric: str, *by: str, **where: str) -> dict[tuple[str, ...], Estimate]:
    kind = "transactional" if metric == "nps" else None
    scope = Scope(WHOLE_BANK, FIRST, LAST, kind).narrowed(**where)
    with db.cursor() as con:
        found = query.measure(con, metric, scope, by)
    return found.as_dict()


def paper(bank: Workbench) -> str:
    options = Options(dt.date(2026, 11, 22), dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), "林经理")
    with bank.database.cursor() as con:
        pdf = build(con, bank.model, T, SCOPE, options)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    return text.replace(">", "›").replace("–", "−")  # signs that the font lacks


def test_the_score_is_the_same_everywhere(bank: Workbench, screen: Screen) -> None:
    total = measured(bank.database, "nps")[()]
    screened, printed = shown(screen("understand/nps", period="2026Q3")), paper(bank)
    assert f'<div class="cx-big">{T.number(total.value, 0)}<small>± {T.number(total.plus_minus, 0)}</small>' in screened
    ends = [T.number(end, 0) for end in (total.low, total.high)]
    assert f"{T.number(total.n)} 份回复 · 95% 区间 {ends[0]} 至 {ends[1]}" in screened
    low, high = (T.number(end, 1) for end in (total.low, total.high))
    assert f"交易型NPS{T.number(total.value, 1)}（95%区间{low}至{high}，n{T.number(total.n)}）" in printed


def test_each_branch_is_the_same_on_screen_in_the_download_and_on_paper(bank: Workbench, screen: Screen) -> None:
    truth, printed = measured(bank.database, "nps", "branch"), paper(bank)
    table = screen("understand/nps", period="2026Q3", by="branch").dataframe[0].value
    download = {row["网点"]: row for row in csv.DictReader(io.StringIO(table.to_csv(index=False)))}
    assert len(download) == len((*PILOTS, *OTHERS))
    for branch in (*PILOTS, *OTHERS):
        e, name = truth[(branch,)], bank.model.label("branch", branch, T)
        assert download[name]["净推荐值（NPS）"] == f"{T.number(e.value, 0)} ± {T.number(e.plus_minus, 0)}"
        assert int(download[name]["样本量"]) == e.n
        assert f"{name}{T.number(e.value, 1)}±{T.number(e.plus_minus, 1)}{T.number(e.n)}" in printed


def test_a_touchpoint_is_the_same_on_screen_and_on_paper(bank: Workbench, screen: Screen) -> None:
    e = measured(bank.database, "satisfaction", touchpoint="queue")[()]
    value, reach = T.number(e.value, 2), T.number(e.plus_minus, 2)
    screened = shown(screen("understand/journey", period="2026Q3", journey="account-opening"))
    assert f"满意度 {value}（± {reach}，n {T.number(e.n)}）" in screened
    assert f"排队等候{value}±{reach}{T.number(e.n)}" in paper(bank)


def test_the_preview_of_the_report_says_what_its_first_page_says(bank: Workbench, screen: Screen) -> None:
    said = [line for line in shown(screen("report/report", period="2026Q3")).splitlines() if "cx-say" in line]
    sentences = [part.split("</div>")[0] for part in said[0].split('<div class="cx-say">')[1:]]
    printed = paper(bank)
    assert len(sentences) >= 2 and all("".join(sentence.split()) in printed for sentence in sentences)
