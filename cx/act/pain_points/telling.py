"""Words of a pain point: what was verified and how far it reaches, how it was closed, which state would fit."""

from __future__ import annotations

from collections.abc import Callable

from cx.act.pain_points.closing import GOOD, Proof, Reach
from cx.act.pain_points.fitting import Fit
from cx.act.pain_points.shape import PainPoint
from cx.words import Translator

Who = Callable[[str], str]
"""The name to show for an account."""


def verdict(t: Translator, word: str) -> str:
    """The word of a verification, those of older records too."""
    key = f"pain_points.verdict_{word}"
    return t(key) if t.has(key) else word


def reach(t: Translator, proof: Proof, reached: Reach) -> str:
    """What is verified, and in how many of its branches; of what did not work its word alone."""
    if proof.verdict not in GOOD:
        return t("pain_points.reach_not", word=verdict(t, proof.verdict))
    values = {name: t.number(getattr(reached, name)) for name in ("of", "pilots", "have", "left", "out")}
    own = reached.of == 1
    if proof.kind == "check":
        told = "check"
    elif reached.whole:
        told = "own" if own else "whole"
    else:
        told = "elsewhere" if own else "pending" if reached.have == reached.pilots else "part"
    word = verdict(t, proof.verdict)
    said = t(f"pain_points.reach_{told}", word=word, **values)
    return said + t("pain_points.reach_out", **values) if reached.out else said


def ended(t: Translator, point: PainPoint, who: Who) -> str:
    """How a closed entry was closed; empty where it is open or the record is older than that."""
    end, proof = point.ending, point.proof
    if point.state != "closed" or end is None or proof is None:
        return ""
    said = reach(t, proof, end.reach)
    if not end.decided:
        return said
    between = "" if t.lang == "zh" else " "
    return said + between + t("pain_points.ended_decided", by=who(end.by), day=t.date(end.on), why=end.why)


def fits(t: Translator, fit: Fit) -> str:
    """Why another state would fit."""
    if fit.win is None:
        return t("pain_points.fits_check")
    return t(f"pain_points.fits_{fit.win.state}", title=t.pick(fit.win.charter.title))
