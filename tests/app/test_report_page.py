"""The report screen: what it will say, making it, and what a branch manager gets."""

from __future__ import annotations

import act_bank

from cx.access import rights

PAGE = "report/report"


def words(at) -> str:
    parts = [*at.markdown, *at.caption, *at.success, *at.warning, *at.get("html")]
    return "\n".join(str(getattr(part, "value", None) or part.proto.body) for part in parts)


def button(at, key):
    return next(found for found in at.button if found.key == key)


def test_without_data_it_says_what_next(screen):
    at = screen(PAGE, role="viewer")
    assert not at.exception and "还没有可以写进报告的数据" in words(at)


def test_the_first_page_is_read_before_it_is_made(bench, screen):
    act_bank.fill(bench.database)
    at = screen(PAGE, role="cx_manager", period="2026Q3")
    assert not at.exception and "交易型 NPS" in words(at) and not at.get("download_button")
    button(at, "report_make").click().run()
    assert not at.exception and "已生成" in words(at)
    assert at.get("download_button")
    at.query_params["period"] = "2026Q2"
    at.run()
    assert "请重新生成" in words(at) and not at.get("download_button")


def test_english_report_from_a_chinese_screen(bench, screen):
    act_bank.fill(bench.database)
    at = screen(PAGE, role="cx_manager", period="2026Q3")
    at.get("button_group")[0].set_value("en").run()
    assert not at.exception and "Transactional NPS" in words(at)


def test_a_branch_manager_reads_own_branches(bench, screen):
    act_bank.fill(bench.database)
    at = screen(PAGE, role="branch_manager", period="2026Q3")
    assert not at.exception and "n 60" in words(at)


def test_chapters_are_those_one_may_read(bench, screen, monkeypatch):
    act_bank.fill(bench.database)
    chapters = {"净推荐值", "速赢"}

    def offered():
        groups = screen(PAGE, role="viewer").get("button_group")
        return chapters & {option for group in groups for option in group.options}

    assert offered() == chapters
    monkeypatch.setitem(rights.ROLES, "viewer", rights.ROLES["viewer"] - {"act_view"})
    assert offered() == {"净推荐值"}
