"""Sentiment of labelled comments: every file of ``text/`` with a text and a label 0 or 1, against what is promised.

Two-way: a reading above 0 counts as positive; 0 (nothing found, or as much for as against) counts as negative, as
with the anchors. What is promised per language is a little under what was reached when it was written
(``docs/voices.md``); a file falls short when its accuracy and two standard errors do not reach it.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest

from cx import voices
from tests.shared import references

FOLDER = references.FOLDER / "text"
PROMISED = {"zh": 0.85, "en": 0.87}
PROMISED_F1 = {"zh": 0.83, "en": 0.87}
MOST = 4000
"""Texts looked at of one file, evenly drawn: enough for a point."""


def labelled(file: Path) -> list[tuple[str, int]]:
    """(text, label) of a file; nothing where it is of another kind."""
    rows = references.records(file)
    if not rows or not {"text", "label"} <= set(rows[0]):
        return []
    found = [(row["text"], row["label"]) for row in rows]
    if not {label for _, label in found} <= {"0", "1"}:
        return []
    step = math.ceil(len(found) / MOST) or 1
    return [(text, int(label)) for text, label in found[::step]]


FILES = [file for file in sorted(FOLDER.glob("*.csv")) if labelled(file)]


@pytest.mark.skipif(not FILES, reason=f"no labelled texts in {FOLDER}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_sentiment_is_as_good_as_promised(file: Path) -> None:
    rows = labelled(file)
    readings = voices.read([text for text, _ in rows], voices.load().lexicon)
    lang = Counter(reading.lang for reading in readings if reading.lang != "other").most_common(1)[0][0]
    told = Counter((label, int(reading.sentiment > 0)) for (_, label), reading in zip(rows, readings, strict=True))
    accuracy = (told[0, 0] + told[1, 1]) / len(rows)
    f1 = sum(2 * told[k, k] / (2 * told[k, k] + told[0, 1] + told[1, 0]) for k in (0, 1)) / 2
    slack = 2 * math.sqrt(accuracy * (1 - accuracy) / len(rows))
    assert accuracy + slack >= PROMISED[lang], f"{file.name}: accuracy {accuracy:.4f}"
    assert f1 + slack >= PROMISED_F1[lang], f"{file.name}: macro F1 {f1:.4f}"
    print(f"{file.name}: {lang}, {len(rows)} texts, accuracy {accuracy:.4f}, macro F1 {f1:.4f}")


@pytest.mark.skipif(not FILES, reason=f"no labelled texts in {FOLDER}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_verdict_is_explained(file: Path) -> None:
    for reading in voices.read([text for text, _ in labelled(file)[:500]], voices.load().lexicon):
        assert (reading.sentiment != 0) <= bool(reading.marks)
        assert all(mark.start < mark.end for mark in reading.marks)
