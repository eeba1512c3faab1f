"""Comments in zh and en, composed of fragments: their tone from the score, their theme from where it truly hurts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from cx.demo.people import Integers, draw

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE = Path(__file__).parent / "comments.yaml"
_TWO_THINGS = 0.3  # share of comments that say two things
_JOIN = {"zh": ("，", "，但是"), "en": (", and ", ", but ")}
LANGUAGES = ("zh", "en")
BAD, MIXED, GOOD = 0, 1, 2
_TONES = ("bad", "mixed", "good")


@cache
def _fragments() -> dict[str, Any]:
    return yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)  # type: ignore[no-any-return]


def tone(nps: Integers) -> Integers:
    """Detractors complain, promoters praise, passives do both."""
    return np.where(nps >= 9, GOOD, np.where(nps >= 7, MIXED, BAD))


def comments(r: np.random.Generator, mix: str, tones: Integers, chinese: Integers) -> list[str]:
    """One comment a row; ``chinese`` is 1 for zh, 0 for en; ``mix`` names the themes of the group."""
    n, weights = len(tones), _fragments()["mixes"][mix]
    said = {side: draw(r, n, list(weights[side].values())) for side in ("bad", "good")}
    also = {side: draw(r, n, list(weights[side].values())) for side in ("bad", "good")}
    names = {side: list(weights[side]) for side in ("bad", "good")}
    dice = r.integers(0, 1 << 30, (n, 4)).tolist()
    two = (r.random(n) < _TWO_THINGS).tolist()
    found = []
    for i, (t, zh) in enumerate(zip(tones.tolist(), chinese.tolist(), strict=True)):
        lang = "zh" if zh else "en"
        if t == MIXED:
            first, second, joint = ("good", said), ("bad", said), 1
        else:
            first, second, joint = (_TONES[t], said), (_TONES[t], also), 0
        body = _said(lang, first[0], names[first[0]][first[1][first[0]][i]], dice[i][0])
        if t == MIXED or two[i]:
            more = _said(lang, second[0], names[second[0]][second[1][second[0]][i]], dice[i][1])
            body = body if more == body else body + _JOIN[lang][joint] + more
        found.append(_sentence(lang, _TONES[t], body, dice[i][2], dice[i][3]))
    return found


def _said(lang: str, side: str, theme: str, dice: int) -> str:
    choices = _fragments()["themes"][theme][lang][side]
    return str(choices[dice % len(choices)])


def _sentence(lang: str, tone: str, body: str, first: int, last: int) -> str:
    openings, closings = _fragments()["openings"][lang][tone], _fragments()["closings"][lang][tone]
    opening = openings[first % len(openings)]
    if lang == "en" and (not opening or opening.rstrip().endswith(".")):
        body = body[0].upper() + body[1:]
    return f"{opening}{body}{closings[last % len(closings)]}"
