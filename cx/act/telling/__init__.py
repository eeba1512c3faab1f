"""Quick wins in words, the same on screen and on paper: values in the metric's unit, verdicts, whole sentences."""

from cx.act.telling.board import answer, crowding, money, overdue, rank, timing
from cx.act.telling.comparing import finding, notes, target, verdict
from cx.act.telling.designing import foreseen, helping, instead, matched, missed
from cx.act.telling.promise import facts, signed, steps
from cx.act.telling.proofs import alone, checks, gap, headline, hint, paid, reasons
from cx.act.telling.sides import aside, beside, guardrails, watching
from cx.act.telling.story import proved, story
from cx.act.telling.values import effect, estimate, is_share, metric, scaled, size, value

__all__ = [
    "alone", "answer", "aside", "beside", "checks", "crowding", "effect", "estimate", "facts", "finding",
    "foreseen", "gap", "guardrails", "headline", "helping", "hint", "instead", "is_share", "matched", "metric",
    "missed", "money", "notes", "overdue", "paid", "proved",
    "rank", "reasons", "scaled", "signed", "size", "steps", "story", "target", "timing", "value", "verdict",
    "watching",
]  # fmt: skip
