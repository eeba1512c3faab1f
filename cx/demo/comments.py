"""Comments in zh and en, composed of fragments: tone from the score, wording from the question, theme from the pain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from cx.demo.people import Integers, draw

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE = Path(__file__).parent / "comments.yaml"
_TWO_THINGS = {"reason": 0.35, "wish": 0.3, "open": 0.3, "heard": 0.6}  # share of comments that say two things
BAD, MIXED, GOOD = 0, 1, 2
_TONES = ("bad", "mixed", "good")


@cache
def parts() -> dict[str, Any]:
    """The fragments, as ``comments.yaml`` has them."""
    return yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)  # type: ignore[no-any-return]


def tone(nps: Integers) -> Integers:
    """Detractors complain, promoters praise, passives do both."""
    return np.where(nps >= 9, GOOD, np.where(nps >= 7, MIXED, BAD))


def comments(r: np.random.Generator, kind: str, mix: str, tones: Integers, chinese: npt.NDArray[np.bool_]) -> list[str]:
    """One comment a row. ``kind``: what is asked for (reason, wish, open, heard); ``mix``: the group's themes."""
    n, weights = len(tones), parts()["mixes"][mix]
    drawn = {side: draw(r, n, list(mixed.values())) for side, mixed in weights.items()}
    again = {side: draw(r, n, list(mixed.values())) for side, mixed in weights.items()}
    dice = r.integers(0, 1 << 30, (n, 6)).tolist()
    two = r.random(n) < _TWO_THINGS[kind]
    found = []
    for i, (which, zh) in enumerate(zip(tones.tolist(), chinese.tolist(), strict=True)):
        lang, feeling = "zh" if zh else "en", _TONES[which]
        sides = _sides(kind, feeling, bool(two[i]))
        said = _themes(weights, sides, (drawn, again), i)
        fragments = _fragments(lang, said, dice[i][:2])
        joins = parts()["joins"][lang][feeling if kind == "reason" else kind]
        found.append(_sentence(lang, kind, feeling, joins[dice[i][2] % len(joins)].join(fragments), dice[i][3:]))
    return found


def _sides(kind: str, feeling: str, two: bool) -> list[tuple[str, str]]:
    """(side of the mix, side of the theme) of each thing said."""
    if kind == "reason" and feeling == "mixed":
        return [("good", "good"), ("bad", "bad")]
    one = (feeling, feeling) if kind == "reason" else ("bad", "wish") if kind == "wish" else (kind, kind)
    return [one, one] if two else [one]


def _themes(
    weights: dict[str, dict[str, int]], sides: list[tuple[str, str]], drawn: Sequence[dict[str, Integers]], row: int
) -> list[tuple[str, str]]:
    """(theme, its side): two different themes, unless the mix has only one."""
    found: list[tuple[str, str]] = []
    for (side, fragment), draws in zip(sides, drawn, strict=False):
        names, place = list(weights[side]), int(draws[side][row])
        if found and len(names) > 1 and names[place] == found[0][0]:
            place = (place + 1 + row % (len(names) - 1)) % len(names)
        found.append((names[place], fragment))
    return found


def _fragments(lang: str, said: list[tuple[str, str]], dice: Sequence[int]) -> list[str]:
    chosen = []
    for (theme, side), die in zip(said, dice, strict=False):
        choices = parts()["themes"][theme][lang][side]
        chosen.append(str(choices[die % len(choices)]))
    return list(dict.fromkeys(chosen))


def _sentence(lang: str, kind: str, feeling: str, body: str, dice: Sequence[int]) -> str:
    voices = parts()["voices"][kind][lang]
    voice = voices.get(feeling) or voices["any"]
    before, say, after = (choices[die % len(choices)] for choices, die in zip(_frames(voice), dice, strict=True))
    body = say.replace("{x}", body)
    if not before or before.endswith(". "):
        body = body[0].upper() + body[1:]
    return f"{before}{body}{after}"


def _frames(voice: dict[str, list[str]]) -> tuple[list[str], list[str], list[str]]:
    return voice["before"], voice.get("say", ["{x}"]), voice["after"]
