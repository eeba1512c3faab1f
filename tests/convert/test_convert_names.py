"""Names, languages, texts and losses of other tools."""

from __future__ import annotations

import pytest

from cx.convert.guess import is_nps
from cx.convert.names import Ids, choice_ids, clean, language, row_ids
from cx.convert.report import Report
from cx.survey.questions import RESERVED_IDS
from cx.words import Translator


def test_ids_are_ours_unique_and_found_again() -> None:
    ids = Ids()
    assert [ids.question(name) for name in ("Q1", "q1", "Wartezeit (min)", "网点", "branch", "9 to 5")] == [
        "q1", "q1_2", "wartezeit_min", "q", "branch_2", "q_9_to_5",
    ]  # fmt: skip
    assert (ids.find("Q1"), ids.find("q1"), ids.find("网点")) == ("q1", "q1_2", "q")
    assert len(ids.question("x" * 300)) <= 60 and ids.question("in") not in RESERVED_IDS
    with pytest.raises(KeyError):
        ids.find("nobody")


def test_choices_keep_their_values_where_they_can() -> None:
    assert choice_ids(["1", "Item 1", "非常满意", "> 10", "Item_1"]) == {
        "1": "1", "Item 1": "Item_1_2", "非常满意": "c3", "> 10": "10", "Item_1": "Item_1",
    }  # fmt: skip
    assert all(len(id) <= 40 for id in row_ids(["r" * 90, "r" * 91]).values())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("English (en)", "en"), ("english", "en"), ("EN", "en"), ("zh-Hans", "zh"), ("ZH-S", "zh"), ("zh-cn", "zh"),
        ("ZH-T", "zh-Hant"), ("zh-TW", "zh-Hant"), ("繁體中文", "zh-Hant"), ("de-informal", "de-informal"),
        ("中文 (zh)", "zh"), ("Oromiffa", None),
    ],
)  # fmt: skip
def test_languages(name: str, code: str | None) -> None:
    assert language(name) == code


def test_texts_lose_tags_and_nothing_else() -> None:
    assert clean("<p>Dear <b>you</b>,<br/>1 &lt; 2 &amp; 3</p><script>alert(1)</script>") == "Dear you,\n1 < 2 & 3"
    assert clean("age <18 or <unknown> & more") == "age <18 or <unknown> & more"
    assert clean("a\xa0 b\n\n\n\nc") == "a b\n\nc" and clean(None) == "" and len(clean("x" * 9000)) == 4000


def test_recommending_is_told_in_many_languages() -> None:
    assert (
        is_nps("How likely are you to recommend us?")
        and is_nps({"zh": "您会推荐我们吗", "en": "x"})
        and is_nps("", "nps_score")
    )
    assert not is_nps("How satisfied are you?")


def test_a_question_is_counted_once() -> None:
    report = Report()
    report.carried("a", "x"), report.carried("a", "y"), report.lost("b", "type", type="audio")
    report.dropped("a", "media"), report.dropped("a", "media")
    assert (report.questions, report.kept, len(report.losses)) == (2, 1, 2)
    assert report.places == {"a": ("x", "y"), "b": ()}
    assert "audio" in report.losses[0].tell(Translator("zh"))
