"""Quick survey and Surveys as staff see them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from components import survey_link
from cx import workbench
from cx.output import qr

Screen = Callable[..., AppTest]


def frames(at: AppTest) -> list[str]:
    """Addresses of the frames on a screen."""
    return [each.proto.src for each in at.get("iframe")]


def test_a_branch_role_offers_its_own_branch_only(screen: Screen, bench: workbench.Workbench) -> None:
    own = next(iter(bench.model.branches))
    at = screen("listen/quick_survey", role="branch_staff")
    assert not at.exception
    assert at.selectbox(key="filter_branch").options == [bench.model.branches[own].name["zh"]]
    assert any(f"branch={own}" in source and "mode=staff" in source for source in frames(at))


def test_the_choice_reaches_the_page_in_the_frame(screen: Screen, bench: workbench.Workbench) -> None:
    at = screen("listen/quick_survey", role="admin")
    assert not at.exception
    survey = bench.shelf.all()[1].id
    branch = list(bench.model.branches)[3]
    at.selectbox(key="filter_survey").set_value(survey)
    at.selectbox(key="filter_branch").set_value(branch)
    at.run()
    assert not at.exception
    assert any(f"/s/{survey}?branch={branch}" in source for source in frames(at))


@pytest.mark.parametrize("stem", ["quick_survey", "invitations"])
def test_an_address_with_ids_chooses_them(screen: Screen, bench: workbench.Workbench, stem: str) -> None:
    survey = next(each for each in reversed(bench.shelf.all()) if each.kind == "customer")
    branch = list(bench.model.branches)[3]
    at = screen(f"listen/{stem}", role="cx_manager", survey=survey.id, branch=branch, channel="mobile")
    assert not at.exception
    assert at.selectbox(key="filter_survey").value == survey.id, "as links from other pages name it"
    if stem == "quick_survey":
        assert any(f"/s/{survey.id}?branch={branch}&channel=mobile" in source for source in frames(at))
        at.selectbox(key="filter_branch").set_value("").run()
        assert not any("branch=" in source for source in frames(at))


def test_cards_are_made_for_every_chosen_branch(screen: Screen) -> None:
    at = screen("listen/quick_survey", role="branch_staff")
    button = next(each for each in at.button if "PDF" in each.label)
    button.click().run()
    assert not at.exception
    assert at.get("download_button")


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_roles_without_the_right_do_not_see_it(screen: Screen, role: str) -> None:
    at = screen("listen/quick_survey", role=role)
    assert not at.exception
    assert not frames(at) and not at.selectbox and not at.button, "the page refuses and draws nothing of itself"


def test_a_card_holds_its_branch_in_embedded_chinese() -> None:
    card = qr.Card(
        "申江银行", "徐家汇支行", "网点服务体验", "扫一扫", "3 道题", "https://example.org/s/visit?branch=b0102"
    )
    pdf = qr.cards([card, card])
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 2
    assert "徐家汇支行" in pages[0].extract_text()
    assert qr.png(card.link).startswith(b"\x89PNG")


def test_links_begin_with_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_PUBLIC_URL", "https://survey.bank.example/")
    assert survey_link.link("visit", branch="b1", channel=None) == "https://survey.bank.example/s/visit?branch=b1"
