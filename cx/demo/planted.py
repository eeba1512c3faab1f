"""Comments that are known to be there: a matter that comes up at one branch, and a few that cannot wait."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cx.demo import comments
from cx.demo.people import Crowd, Integers, rng
from cx.demo.truth import Truth


def plant(
    texts: list[str], question: str, who: Integers, chinese: npt.NDArray[np.bool_], tones: Integers, survey: str,
    crowd: Crowd, truth: Truth,
) -> None:  # fmt: skip
    """Put them before, or in the place of, some of the ``texts`` of one question; ``who`` are their writers' rows."""
    for name, known in truth.said["rising"].items():
        if survey == known["survey"]:
            _rising(texts, name, question, who, chinese, crowd, truth)
    if survey == truth.said["risks"]["survey"]:
        _risks(texts, question, who, chinese, tones, crowd, truth)


def _rising(
    texts: list[str], name: str, question: str, who: Integers, chinese: npt.NDArray[np.bool_], crowd: Crowd,
    truth: Truth,
) -> None:  # fmt: skip
    known = truth.said["rising"][name]
    r = rng(truth, f"rising {name} {question}")
    there = crowd.day[who] >= (known["from"] - truth.first).days
    if "branch" in known:
        there = there & crowd.branch.where(known["branch"])[who]
    for row in np.flatnonzero(there & (r.random(len(who)) < known["share"])).tolist():
        line = _one(comments.parts()["planted"]["rising"][name], bool(chinese[row]), int(r.integers(1 << 30)))
        texts[row] = f"{line}{'' if chinese[row] else ' '}{texts[row]}"


def _risks(
    texts: list[str], question: str, who: Integers, chinese: npt.NDArray[np.bool_], tones: Integers, crowd: Crowd,
    truth: Truth,
) -> None:  # fmt: skip
    if question != "reason":
        return
    known, kinds = truth.said["risks"], comments.parts()["planted"]["risks"]
    r = rng(truth, f"risks {question}")
    latest = np.flatnonzero((tones == comments.BAD) & (crowd.day[who] >= truth.days - known["days"]))
    rows = r.permutation(latest)[: known["each"] * len(kinds)].tolist()
    for at, row in enumerate(rows):
        texts[row] = _one(kinds[list(kinds)[at % len(kinds)]], bool(chinese[row]), at // len(kinds))


def _one(said: dict[str, list[str]], chinese: bool, die: int) -> str:
    choices = said["zh" if chinese else "en"]
    return choices[die % len(choices)]
