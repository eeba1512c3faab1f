"""Terms that separate groups, terms that come up, terms in context: against independent computation."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from cx import voices
from cx.measure.statistics import benjamini_hochberg
from cx.voices import Counts

LEXICON = voices.load().lexicon


def test_texts_are_counted_not_uses() -> None:
    counts = voices.count(voices.read(["闪退闪退闪退", "又闪退了", "The app crashes, crashes, crashes"], LEXICON))
    assert counts.texts == 3
    assert counts.terms["闪退"] == 2
    assert counts.terms["crashes"] == 1
    assert "the" not in counts.terms
    assert counts.terms["app crashes"] == 1
    assert "app crashes" not in voices.count(voices.read(["The app crashes"], LEXICON), pairs=False).terms


def test_contrast_equals_the_formulas_of_monroe_and_others() -> None:
    """z of the log-odds ratio with an informative Dirichlet prior, worked out here with arrays."""
    words = ["queue", "app", "fee", "kind", "rare"]
    here, there = np.array([40, 10, 12, 3, 2]), np.array([8, 30, 11, 60, 1])
    found = voices.contrast(
        Counts(100, dict(zip(words, here.tolist(), strict=True))),
        Counts(120, dict(zip(words, there.tolist(), strict=True))),
        fewest=5,
        prior=50.0,
    )
    prior = 50.0 * (here + there) / (here + there).sum()
    odds = [np.log((side + prior) / (side.sum() + 50.0 - side - prior)) for side in (here, there)]
    z = (odds[0] - odds[1]) / np.sqrt(1 / (here + prior) + 1 / (there + prior))
    expected = dict(zip(words[:4], z[:4], strict=True))
    assert [shift.term for shift in found] == sorted(expected, key=lambda word: -expected[word])
    assert {shift.term: shift.z for shift in found} == pytest.approx(expected)
    assert next((shift.here, shift.here_texts, shift.there, shift.there_texts) for shift in found) == (40, 100, 8, 120)
    q = benjamini_hochberg([2 * NormalDist().cdf(-abs(shift.z)) for shift in found])
    assert [shift.q for shift in found] == pytest.approx(q)


def test_nothing_said_nothing_found() -> None:
    assert voices.contrast(Counts(0, {}), Counts(0, {})) == []
    assert voices.contrast(Counts(9, {"x": 2}), Counts(9, {"x": 2})) == []
    assert voices.rising([]) == voices.rising([Counts(9, {"x": 9})]) == []
    assert voices.contrast(Counts(9, {"x": 9}), Counts(0, {})) == [], "there is no other term to compare with"
    one_sided = voices.contrast(Counts(9, {"x": 9, "y": 1}), Counts(0, {}))
    assert [(shift.term, shift.there_texts) for shift in one_sided] == [("x", 0)]


def test_a_planted_term_rises_and_steady_ones_do_not() -> None:
    r = np.random.default_rng(11)
    words = [f"w{i}" for i in range(60)]
    chance = r.uniform(0.02, 0.3, 60)

    def period(planted: float) -> Counts:
        uses = r.binomial(400, chance).tolist()
        return Counts(400, dict(zip(words, uses, strict=True)) | {"卡断": int(r.binomial(400, planted))})

    quiet = [period(0.01) for _ in range(6)]
    assert [shift.term for shift in voices.rising([*quiet, period(0.09)])] == ["卡断"]
    assert sum(len(voices.rising([*quiet, period(0.01)])) for _ in range(20)) <= 3


def test_a_term_is_shown_between_its_neighbours() -> None:
    text = "昨天在柜台排队，排队等了很久，最后还是没办成"
    found = voices.context(text, voices.read([text], LEXICON)[0], "排队", words=2)
    assert [text[one.start : one.end] for one in found] == ["排队", "排队"] == [one.term for one in found]
    assert found[0].before == "在柜台"
    assert all(text.count(one.before + one.term + one.after) >= 1 for one in found)
    text = "The queue was long. A QUEUE again"
    found = voices.context(text, voices.read([text], LEXICON)[0], "queue", words=1)
    assert [(one.before, one.term, one.after) for one in found] == [
        ("The ", "queue", " was"),
        ("A ", "QUEUE", " again"),
    ]
    assert voices.context(text, voices.read([text], LEXICON)[0], "queue was", words=1)[0].after == " long"
    assert voices.context(text, voices.read([text], LEXICON)[0], "fee") == []


def test_traditional_texts_are_found_by_simplified_terms_and_shown_as_written() -> None:
    text = "櫃檯排隊太久"
    assert voices.context(text, voices.read([text], LEXICON)[0], "排队")[0].term == "排隊"
