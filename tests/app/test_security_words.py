"""What others wrote is shown as it was written, and what is beyond the reader's rights does not break the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import act_bank
from small_bank import scores
from streamlit.testing.v1 import AppTest

from cx.act import quick_wins
from cx.measure.scope import WHOLE_BANK
from cx.words import Translator
from cx.workbench import Workbench

HOSTILE = "<a href=//evil>2</a>"


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
    quick_wins.start(db, key, "lin", bench.model, act_bank.START, rights=WHOLE_BANK)
    quick_wins.to_measuring(db, key, "lin", rights=WHOLE_BANK)
    quick_wins.close(db, key, "lin", act_bank.END, "learned", rights=WHOLE_BANK)
    at = screen("understand/overview", "branch_manager")
    assert not at.exception
    said = Translator("zh")("overview.win_closed_unseen", title=act_bank.charter().title)
    assert any(said in text.value for text in at.markdown)
