"""What one text says: rules of both languages, and that every reading is explained by its marks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx import voices
from cx.demo.comments import parts
from cx.voices.finding import plain

LEXICON = voices.load().lexicon


def read(text: str) -> voices.Reading:
    return voices.read([text], LEXICON)[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("柜员很耐心，办得也快", "positive"), ("排队两个小时，太慢了", "negative"), ("今天去了网点", "neutral"),
        ("一点都不满意", "negative"), ("没有任何问题", "positive"), ("不难用", "positive"), ("无法登录", "negative"),
        ("櫃員態度惡劣，非常失望", "negative"), ("唔好用，成日閃退", "negative"), ("👍👍", "positive"),
        ("😡", "negative"),
        ("The teller was friendly and quick", "positive"), ("The app keeps crashing", "negative"),
        ("I went there on Monday", "neutral"),
        ("It is not good", "negative"), ("Not bad at all", "positive"),
        ("I don't think the staff was helpful", "negative"),
        ("The service is great but the app is horrible", "negative"), ("app 一直 crash，真的 terrible", "negative"),
        ("Cannot register, tried many times 垃圾", "negative"),
        ("不要骗人了", "negative"), ("没见过这么慢的银行", "negative"), ("没有以前的网点服务好", "negative"),
        ("实在不满意", "negative"), ("不要脸", "negative"), ("坚决抵制", "neutral"), ("雪中送炭，无微不至", "positive"),
        ("出尔反尔，漠不关心", "negative"), ("除了排队有点久，其他都很好", "positive"),
    ],
)  # fmt: skip
def test_the_verdict(text: str, label: str) -> None:
    assert read(text).label == label


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("慢", "有点慢"), ("非常慢", "慢"), ("差极了", "差"), ("满意", "满意！"), ("rude", "slightly rude"),
        ("very rude", "rude"),
        ("服务很好，但是太慢", "服务很好，太慢"), ("很好，有点贵", "很好，就是有点贵"), ("希望服务好", "服务好"),
        ("服务好吗？", "服务好"), ("环境差，服务满意", "环境差，总体满意"), ("虽然很好，有点贵", "很好，虽然有点贵"),
        ("It is fast but rude", "It is rude but fast"), ("I hope it is fast", "It is fast"),
    ],
)  # fmt: skip
def test_what_stands_around_a_word_changes_its_weight(less: str, more: str) -> None:
    assert read(less).sentiment < read(more).sentiment


def test_why_is_told() -> None:
    reading = read("服务不满意，但是环境非常干净！")
    told = {mark.what: mark.why for mark in reading.marks if mark.kind == "word"}
    assert told["不满意"] == ("before_but",)
    assert told["干净"] == ("stronger", "shouted", "after_but")
    once = [mark for mark in read("大厅又脏又乱，很差").marks if mark.kind == "word" and "repeated" in mark.why]
    assert [mark.what for mark in once] == ["乱"], "the stronger word of the clause counts in full"
    reading = read("I never was happy. Is it good? Hope it is fast")
    assert [mark.why for mark in reading.marks if mark.kind == "word"] == [("negated",), ("asked",), ("wished",)]


def test_traditional_reads_as_simplified_and_marks_keep_their_places() -> None:
    one, other = read("銀行櫃檯的服務態度很差，手續費太貴"), read("银行柜台的服务态度很差，手续费太贵")
    assert one == other._replace(tokens=one.tokens)
    mark = next(mark for mark in one.marks if mark.what == "太贵")
    assert "銀行櫃檯的服務態度很差，手續費太貴"[mark.start : mark.end] == "太貴"


def test_themes_carry_the_tone_of_their_own_clause() -> None:
    reading = read("排队太久了，柜员很热情")
    tones = dict(zip(reading.themes, reading.tones, strict=True))
    assert tones["queue"] < 0 < tones["counter"]


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("再不解决我就找记者曝光", "media"), ("我要向銀保監投诉", "regulator"), ("律师函见", "lawsuit"),
        ("钱被转走了，是诈骗", "fraud"),
        ("我要销户换银行", "churn"), ("老人在大厅摔倒了", "safety"), ("我的个人信息被泄露", "privacy"),
        ("歧视外地人", "discrimination"),
        ("I will call the newspapers", "media"), ("I reported this to the ombudsman", "regulator"),
        ("My lawyer will write", "lawsuit"),
        ("Somebody stole my money", "fraud"), ("I am closing my account", "churn"),
        ("She slipped and fell", "safety"),
    ],
)  # fmt: skip
def test_risks_are_flagged(text: str, risk: str) -> None:
    assert risk in read(text).risks


def test_emotions_wow_and_questions() -> None:
    assert read("气死我了，骗子！").emotions[0] == "anger"
    assert read("非常感谢小王").emotions == ("gratitude",)
    assert read("Not happy").emotions == ()
    assert read("远超预期，太棒了").wow
    assert read("They went the extra mile").wow
    assert not read("没有惊喜").wow
    assert not read("很好").wow
    assert read("请问几点开门？").asks
    assert not read("服务很好").asks
    assert read("太太太差了！！！气死").intensity > read("有点慢").intensity > read("今天").intensity == 0


def test_stress_has_an_end() -> None:
    assert read("超级超级超级超级超级快").sentiment == read("超级超级超级快").sentiment


def test_spaces_part_clauses_of_chinese_only() -> None:
    assert read("不排队 满意").sentiment == read("不排队，满意").sentiment
    assert read("这个 app 不 good").sentiment < 0


def test_what_the_business_answers_is_not_the_customers_voice() -> None:
    assert read("房间很脏。酒店回复：非常感谢您的宝贵意见，我们很高兴").sentiment < 0


def test_signs_count_once_in_mixed_texts() -> None:
    assert [mark.what for mark in read("Really nothing new to say 界面 👍").marks if mark.what == "👍"] == ["👍"]


def test_numbers_and_latin_words_are_not_torn() -> None:
    assert not [mark for mark in read("走路10分钟").marks if mark.kind == "word" and mark.weight < 0]
    assert not [mark for mark in read("插上usb").marks if mark.kind == "word"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("很好", "zh"), ("很好 good", "zh"), ("Good", "en"), ("Sehr gut, aber nicht schnell", "other"),
        ("Приложение", "other"),
        ("とても良いです", "other"), ("12345", "other"), ("", "other"), ("sangat bagus", "other"), ("ok", "en"),
    ],
)  # fmt: skip
def test_languages(text: str, lang: str) -> None:
    assert voices.language(text) == lang == read(text).lang


_PIECES = st.sampled_from([
    "不", "没有", "非常", "有点", "但是", "就是", "虽然", "希望", "满意", "差", "慢", "排队", "曝光", "，", "。", "？",
    "!", "not ", "very ", "good ", "bad ", "but ", "queue ", "服務", "İ", "👍",
    "10", "\n", "总体", "\U0001f468‍\U0001f469",
])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=25).map("".join), st.text(max_size=60)))
def test_every_reading_is_explained_by_its_marks(text: str) -> None:
    reading = read(text)
    score = sum(mark.weight for mark in reading.marks)
    assert reading.sentiment == pytest.approx(score / math.sqrt(score**2 + 6), abs=0.001)
    assert -1 <= reading.sentiment <= 1
    assert 0 <= reading.intensity <= 1
    assert len(reading.tones) == len(reading.themes)
    for mark in reading.marks:
        assert 0 <= mark.start < mark.end <= len(text)
        assert mark.kind in voices.MARKS
        assert set(mark.why) <= set(voices.WHYS)
        if mark.kind == "word" and reading.lang == "zh":
            assert plain(text)[mark.start : mark.end] == mark.what
    assert all(plain(text)[token.start : token.end] == token.word for token in reading.tokens)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_bank_is_understood(lang: str) -> None:
    """Fragments of known tone: nearly all told right, none the wrong way round more than rarely."""
    said = [
        (text, side)
        for theme in parts()["themes"].values()
        for side in ("bad", "good")
        for text in theme[lang].get(side, ())
    ]
    right = [read(text).label == ("negative" if side == "bad" else "positive") for text, side in said]
    assert len(said) > 50
    assert sum(right) / len(right) >= 0.9


@pytest.mark.parametrize(
    ("theme", "id"),
    [
        ("queue", "queue"), ("forms", "forms"), ("lobby", "lobby"), ("machine", "machine"), ("login", "login"),
        ("app", "app"),
        ("transfer", "transfer"), ("chatbot", "chatbot"), ("hotline", "hotline"), ("fees", "fees"),
        ("loan", "loan"), ("offers", "offers"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_banks_themes_are_found(theme: str, id: str, lang: str) -> None:
    texts = [text for side in ("bad", "good") for text in parts()["themes"][theme][lang].get(side, ())]
    found = [id in reading.themes for reading in voices.read(texts, LEXICON)]
    assert sum(found) / len(found) >= 0.6
