"""The lexicon: what is shipped, a bank's own on top, and files that turned bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx import voices
from cx.voices import files, loading
from cx.words import LANGUAGES, Translator

SHIPPED = voices.load()


def own(folder: Path, **contents: str) -> Path:
    for name, text in contents.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def read(text: str, lexicon: voices.Lexicon) -> voices.Reading:
    return voices.read([text], lexicon)[0]


def test_what_is_shipped_is_sound_and_rich() -> None:
    lexicon = SHIPPED.lexicon
    assert SHIPPED.problems == ()
    weighted = {
        lang: sum(entry.role == "word" for entry in table.terms.values()) for lang, table in lexicon.words.items()
    }
    assert weighted["zh"] >= 1500
    assert weighted["en"] >= 1000
    assert set(lexicon.risks) == set(voices.RISKS)
    for topic in [*lexicon.themes.values(), *lexicon.risks.values()]:
        assert isinstance(topic.name, dict)
        assert set(topic.name) == set(LANGUAGES)
        assert all(topic.terms[lang] for lang in LANGUAGES), topic.id


def test_every_term_is_found_where_it_stands_alone() -> None:
    """A term that never matches (a typing slip, a sign the matching drops) would be dead weight."""
    for lang, table in SHIPPED.lexicon.words.items():
        terms = [term for term, entry in table.terms.items() if entry.role == "word" and voices.language(term) == lang]
        readings = voices.read(terms, SHIPPED.lexicon)
        missed = [term for term, reading in zip(terms, readings, strict=True) if not reading.marks]
        assert not missed, missed[:10]


def test_a_banks_own_files_extend_and_overrule(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        zh="words:\n  - {weight: 3, emotion: delight, terms: [金小穗, 一般]}\ndrop: [垃圾]\n",
        themes=(
            "themes:\n"
            "  - {id: queue, name: {zh: 等候, en: Waiting}, terms: {zh: [坐了半晌]}, drop: [叫号]}\n"
            "  - {id: mascot, name: {zh: 吉祥物, en: Mascot}, terms: {zh: [金小穗], en: [goldie]}}\n"
        ),
        risks="risks:\n  - {id: media, terms: {zh: [晨报]}}\n",
    )
    loaded = voices.load(folder)
    lexicon = loaded.lexicon
    assert loaded.problems == ()
    assert lexicon.digest != SHIPPED.lexicon.digest
    reading = read("金小穗", lexicon)
    assert (reading.label, reading.emotions, reading.themes) == ("positive", ("delight",), ("mascot",))
    assert read("一般", SHIPPED.lexicon).label == "negative"
    assert read("一般", lexicon).label == "positive"
    assert read("垃圾", lexicon).label == "neutral"
    assert read("坐了半晌", lexicon).themes == read("排队", lexicon).themes == ("queue",)
    assert "queue" not in read("叫号", lexicon).themes
    assert read("登上晨报", lexicon).risks == ("media",)
    assert read("找记者", lexicon).risks == ("media",)
    assert Translator("en").pick(lexicon.name("queue")) == "Waiting"
    assert Translator("zh").pick(lexicon.name("media")) == "媒体曝光"


def test_terms_may_be_written_in_traditional_characters(tmp_path: Path) -> None:
    lexicon = voices.load(own(tmp_path, zh="words:\n  - {weight: -3, terms: [騰雲]}\n")).lexicon
    assert read("腾云", lexicon).label == read("騰雲", lexicon).label == "negative"


@pytest.mark.parametrize(
    ("name", "text", "line", "code"),
    [
        ("zh.yaml", "words:\n  - {weight: 7, terms: [x]}", 2, "lexicon_number"),
        ("zh.yaml", "words:\n  - {weight: bad, terms: [x]}", 2, "lexicon_number"),
        ("zh.yaml", "words:\n  - {terms: [x]}", 2, "lexicon_number"),
        ("zh.yaml", "words:\n  - {weight: .nan, terms: [x]}", 2, "lexicon_number"),
        ("zh.yaml", "words:\n  - {weight: 2, emotion: rage, terms: [x]}", 2, "lexicon_emotion"),
        ("zh.yaml", "words:\n  - 好", 2, "lexicon_group"),
        ("zh.yaml", "\nnegators: 不", 2, "lexicon_list"),
        ("zh.yaml", "but:\n  - {a: b}", 2, "lexicon_term"),
        ("zh.yaml", "wrods: []", 1, "lexicon_key"),
        ("zh.yaml", "words:\n  - {weight: 2, terms: [x]}\nbut: [x]", 3, "lexicon_twice"),
        ("zh.yaml", "- a", 1, "lexicon_mapping"),
        ("zh.yaml", "words: [", 1, "survey_yaml"),
        ("themes.yaml", "themes:\n  - {name: x}", 2, "lexicon_id"),
        ("themes.yaml", "themes:\n  - {id: x, terms: [a]}", 2, "lexicon_languages"),
        ("risks.yaml", "risks:\n  - {id: weather, name: x}", 2, "lexicon_risk"),
    ],
)
def test_every_mistake_is_told_with_its_line(name: str, text: str, line: int, code: str) -> None:
    _, problems = files.read(text, name)
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]
    for lang in LANGUAGES:
        assert problems[0].tell(Translator(lang)).startswith(f"{name}:{line}: ")


def test_an_empty_file_says_nothing() -> None:
    assert files.read("", "zh.yaml") == (files.Content(), [])
    assert files.read("# later\n", "themes.yaml") == (files.Content(), [])


def test_the_last_good_content_of_a_bad_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_EVERY", 0.0)
    watched = voices.Watched(tmp_path)
    first = watched.now()
    assert read("金小穗", first).label == "neutral"
    own(tmp_path, zh="words:\n  - {weight: 3, terms: [金小穗]}\n")
    good = watched.now()
    assert watched.now() is good
    assert read("金小穗", good).label == "positive"
    own(tmp_path, zh="words:\n  - {weight: much, terms: [金小穗]}\n")
    assert read("金小穗", watched.now()).label == "positive"
    assert [(problem.where, problem.line) for problem in watched.problems()] == [("zh.yaml:2", 2)]
    (tmp_path / "zh.yaml").unlink()
    assert read("金小穗", watched.now()).label == "neutral"
    assert watched.problems() == ()


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "zh.yaml").write_bytes("words: [很好]".encode("gb18030"))
    loaded = voices.load(tmp_path)
    assert [problem.code for problem in loaded.problems] == ["model_unreadable"]
    assert read("满意", loaded.lexicon).label == "positive"
