"""The register of pain points (痛点): what hurts, where on the journey, how badly, on which evidence, and how far it
has come. ``entering.py`` and ``register.py`` own the table, ``reading.py`` reads it; ``docs/pain-points.md`` tells the
rules."""

from cx.act.pain_points.closing import GOOD, Check, Ending, Proof, Reach
from cx.act.pain_points.entering import Entered, add, enter, is_new
from cx.act.pain_points.fitting import Fit, fit
from cx.act.pain_points.reading import everything, get, history
from cx.act.pain_points.register import (
    accept,
    check,
    close,
    drop,
    give,
    move,
    nexts,
    note,
    proofs,
    reopen,
)
from cx.act.pain_points.shape import SOURCES, STATES, Candidate, Evidence, Grade, Matter, PainPoint, Piece, State, Step
from cx.act.pain_points.signalled import candidate, grade, open_from

__all__ = [
    "GOOD",
    "SOURCES",
    "STATES",
    "Candidate",
    "Check",
    "Ending",
    "Entered",
    "Evidence",
    "Fit",
    "Grade",
    "Matter",
    "PainPoint",
    "Piece",
    "Proof",
    "Reach",
    "State",
    "Step",
    "accept",
    "add",
    "candidate",
    "check",
    "close",
    "drop",
    "enter",
    "everything",
    "fit",
    "get",
    "give",
    "grade",
    "history",
    "is_new",
    "move",
    "nexts",
    "note",
    "open_from",
    "proofs",
    "reopen",
]
