"""The journey map on paper: every name on it, nothing over anything else, with few stages and with many."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.output import fonts
from cx.output.charts.journey_drawing import Head
from cx.output.charts.journey_map import Board, Card, Column, Dot, Empty
from cx.output.report import journey_map
from cx.words import LANGUAGES, Translator

HEAD = Head("旅程：开户", "2026Q3 · 全行", "排队等候最难受：满意度 2.56。", "制图")
LONG = {"zh": "网点大堂排队叫号与等候安排", "en": "Queueing and being called in the branch hall"}
Box = tuple[float, float, float, float]


def made(stages: int, points: int, lang: str, quote: str = "") -> Board:
    """A map of so many stages and touchpoints: every fourth without a score, one a peak, the last the end."""
    columns, dots, empties, number = [], list[Dot](), list[Empty](), 0
    for stage in range(stages):
        cards = []
        for point in range(points):
            number += 1
            x, name = (stage + (point + 0.5) / points) / stages, f"{LONG[lang]} {number}"
            if number % 4 == 0:
                empties.append(Empty(x, number, ("hidden", "gap", "indicator")[number // 4 % 3], "n<5"))
                cards.append(Card(number, name, "hidden", "usual", "", "", (), ("少于 5 份，不显示",), "", ""))
                continue
            last, peak = number == stages * points or (number % 4 == 3 and number == stages * points - 1), number == 2
            flag = "峰：最强烈的一刻" if peak else "终：最后一步" if last else ""
            y = (number * 37 % 100) / 100
            dots.append(Dot(x, y, number, "pain" if peak else "usual", "3.5", number % 2 == 0, 0.5, flag,
                            "low" if peak else "end" if last else "", number % 4 != 1))  # fmt: skip
            badges = (("pain", "痛点"), ("peak", "峰")) if peak else ()
            notes = ("平均排队时长 14.5 分钟（目标 10 分钟，未达标）",) if number % 3 == 0 else ()
            cards.append(Card(number, name, "shown", "pain" if peak else "usual", "3.46", "± 0.04 · n 2,703",
                              badges, notes, quote, "给这一步打 1 分"))  # fmt: skip
        columns.append(Column(f"{LONG[lang]} {stage}", "3.5 ± 0.1", "1,234 人", "", "", tuple(cards)))
    return Board(tuple(columns), tuple(dots), tuple(empties), ((0.2, "4.0"), (0.8, "3.0")), (0.5, "3.46"), "about")


def texts(svg: str) -> list[tuple[str, Box]]:
    """Every text with the box that it fills on paper."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    face, found = fonts.face(), []
    for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        size, words = float(node.attrib["font-size"]), node.text or ""
        wide = stringWidth(face.fit(words), face.name, size)
        x = float(node.attrib["x"]) - {"start": 0, "middle": wide / 2, "end": wide}[node.attrib["text-anchor"]]
        y = float(node.attrib["y"])
        found.append((words, (x, y - 0.75 * size, x + wide, y + 0.1 * size)))
    return found


def overlapping(found: list[tuple[str, Box]]) -> list[tuple[str, str]]:
    return [
        (a, b)
        for (a, p), (b, q) in combinations(found, 2)
        if min(p[2], q[2]) - max(p[0], q[0]) > 1 and min(p[3], q[3]) - max(p[1], q[1]) > 1
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("stages", "points"), [(1, 1), (3, 2), (6, 4), (9, 3), (9, 5)])
def test_no_words_cover_others_or_leave_the_page(stages: int, points: int, lang: str) -> None:
    t = Translator(lang)
    drawn = journey_map._fullest(made(stages, points, lang, quote="等了四十分钟才叫到号，大厅里没人管。" * 2), t, HEAD)
    wide, tall = journey_map._size(drawn)
    found = texts(drawn)
    assert overlapping(found) == []
    assert all(x >= -1 and right <= wide + 2 and y >= 0 and low <= tall for _, (x, y, right, low) in found)
    said = "".join(words for words, _ in found)
    shown = list(range(1, stages * points + 1))
    assert all(re.search(rf"{number} ", said) for number in shown), "every touchpoint is named"
    assert said.count("3.46") >= sum(number % 4 != 0 for number in shown), "every score is there"


@settings(max_examples=15)
@given(st.integers(1, 9), st.integers(1, 5), st.text(alphabet="等了 waited 很久，。!", max_size=150))
def test_whatever_people_say_stays_in_its_column(stages: int, points: int, quote: str) -> None:
    drawn = journey_map._fullest(made(stages, points, "zh", quote), Translator("zh"), HEAD)
    assert overlapping(texts(drawn)) == []


def test_one_landscape_page_with_its_texts(tmp_path: Path) -> None:
    from reportlab.lib.pagesizes import A4

    board, t = made(6, 4, "zh", "等了四十分钟"), Translator("zh")
    pdf = journey_map.pdf(board, t, HEAD, "王敏")
    assert pdf == journey_map.pdf(board, t, HEAD, "王敏")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box and (float(box[1]), float(box[2])) == pytest.approx((A4[1], A4[0]), abs=0.1)
    if shutil.which("pdftotext") and fonts.face().embedded:
        (tmp_path / "map.pdf").write_bytes(pdf)
        said = subprocess.run(["pdftotext", "-raw", tmp_path / "map.pdf", "-"], capture_output=True, check=True).stdout
        assert "排队等候最难受" in said.decode() and "等了四十分钟" in said.decode()


def test_a_map_of_very_many_touchpoints_still_fits_the_page() -> None:
    assert len(re.findall(rb"/Type /Page\b", journey_map.pdf(made(9, 12, "en"), Translator("en"), HEAD, "x"))) == 1


def test_files_are_described_and_of_one_size() -> None:
    t, board = Translator("zh"), made(3, 2, "zh")
    svg = journey_map.svg(board, t, HEAD)
    root = ElementTree.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}desc").text == "about"  # type: ignore[union-attr]
    png = journey_map.png(board, t, HEAD)
    size = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    assert size == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
