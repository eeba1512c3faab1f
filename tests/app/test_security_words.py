"""What others wrote is shown as it was written, and what is beyond the reader's rights does not break the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import act_bank
from planted import Bank
from small_bank import scores
from streamlit.testing.v1 import AppTest

from cx.access.rights import User
from cx.act import quick_wins
from cx.collect import quality
from cx.measure.scope import WHOLE_BANK
from cx.store import audit
from cx.words import Translator
from cx.workbench import Workbench

HOSTILE = "<a href=//evil>2</a>"
FORMULA = '=HYPERLINK("http://evil")'


def test_a_version_from_a_mapping_file_is_no_html(screen: Callable[..., AppTest], bench: Workbench) -> None:
    for month, version in ((6, "1"), (7, HOSTILE)):
        scores(bench.database, 40, 20, 20, day=dt.date(2026, month, 10), survey_version=version, branch="b0101")
    at = screen("understand/nps", period="2026-06-01..2026-07-31")
    assert not at.exception
    shown = "".join(html.body for html in at.get("html"))
    assert "&lt;a href=//evil&gt;" in shown and HOSTILE not in shown


def test_a_closed_win_with_pilots_of_others_on_the_overview(screen: Callable[..., AppTest], bench: Workbench) -> None:
    db, own = bench.database, next(iter(bench.model.branches))
    scores(db, 40, 20, 20, day=act_bank.START, branch=own, touchpoint="queue")
    key = quick_wins.propose(db, "lin", act_bank.charter(pilots=(own, "b0301")), rights=WHOLE_BANK)
    quick_wins.sign(db, key, "wang", bench.model, act_bank.START, knowing=True, rights=WHOLE_BANK)
    quick_wins.start(db, key, "lin", bench.model, act_bank.START, rights=WHOLE_BANK)
    quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)
    quick_wins.close(db, key, "lin", act_bank.END, "learned", rights=WHOLE_BANK, model=bench.model)
    at = screen("understand/overview", "branch_manager")
    assert not at.exception
    said = Translator("zh")("overview.win_closed_unseen", title=act_bank.charter().title)
    assert any(said in text.value for text in at.markdown)


def cells(at: AppTest) -> list[str]:
    """What the tables of a screen would write into their own CSV download, names of columns too."""
    found = [table.value for table in at.dataframe]
    return [str(each) for table in found for each in (*table.columns, *table.to_numpy().ravel())]


def test_no_cell_of_a_table_on_screen_is_a_formula(screen: Callable[..., AppTest], bench: Workbench) -> None:
    """Streamlit's tables offer a CSV of their own, with every cell as it stands."""
    bank, now = Bank(), dt.datetime.now().replace(microsecond=0) - dt.timedelta(days=3)
    for n in range(60):
        bank.add(now + dt.timedelta(minutes=20 * n), "b0101", "link", 5 if n < 3 else 60, [4], 9, FORMULA, "visit")
    bank.store(bench.database)
    quality.run(bench.database, "analyst")
    admin = User("admin", "Admin", "admin", None, "zh")
    bench.accounts.add(admin, "eve", FORMULA, "viewer")
    audit.record(bench.database, FORMULA, "sign_in", FORMULA, {"file": FORMULA})
    for page in ("listen/quality", "admin/people", "admin/audit"):
        at = screen(page)
        assert not at.exception
        assert [cell for cell in cells(at) if FORMULA in cell], page
        assert not [cell for cell in cells(at) if cell.startswith("=")], page


def test_no_cell_of_a_preview_is_a_formula(screen: Callable[..., AppTest]) -> None:
    at = screen("listen/uploads", "analyst")
    text = f"指标名称,统计月份,网点名称,=1+1\n平均排队时长,{FORMULA.replace(chr(34), chr(39))},静安寺支行,@x\n"
    at.file_uploader[0].set_value(("a.csv", text.encode(), "text/csv"))
    at.run()
    assert not at.exception and "'=1+1" in cells(at)
    assert not [cell for cell in cells(at) if cell.startswith(("=", "@"))]
